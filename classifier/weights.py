"""What training leaves behind, and the file it is kept in.

In:       numbers from classifier.estimator.
Out:      Weights, `save()`, `load()`.
Not here: computing them, using them.

The file is a numpy archive read with `allow_pickle=False`: opening it can never run code.
"""

import io
import json
import os
import zipfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.corpus import CATEGORIES

# Raised whenever words, features or the meaning of a number change: older files are then trained anew.
FORMAT_VERSION = 3
SHIPPED = Path(__file__).parent / "weights.npz"
# Log odds of the network beyond this say nothing more, and cannot be got back from a probability.
NETWORK_LIMIT = 14.0
# How long a message's hidden layer is in the file, in whole steps.
HEARD_LENGTH = 127
# The network's log odds spread wider than the heads' scores: so both speak equally loud.
NETWORK_SHARE = 0.75


class WeightsError(ValueError):
    """The file is not one of ours, or of another version."""


@dataclass(frozen=True)
class Calibration:
    """How raw scores become probabilities that hold what they promise, and when we call ourselves sure.

    `slopes` and `offsets`: Platt's line for each head of fault, training, request, none.
    `temperature`: softens the categories. `confidence`: weights of `sureness_signals`, the constant last.
    `threshold`: from which chance of being right in kind and category the judge is confident. `kind_threshold`:
    from which chance of the likeliest kind a ticket takes it over.
    """

    slopes: tuple[float, ...]
    offsets: tuple[float, ...]
    temperature: float
    confidence: tuple[float, ...]
    threshold: float
    kind_threshold: float


@dataclass(frozen=True)
class Layers:
    """The network's numbers: one hidden layer of rectified sums (whole steps of `hidden_scale`), then the labels
    in the order of Weights."""

    hidden: NDArray[np.int8]
    hidden_scale: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: NDArray[np.float32]


@dataclass(frozen=True)
class Examples:
    """Every message learnt from, so that a judgement can point at the nearest: how the hidden layer heard it, scaled
    to length 127, and a line by which a person recognises it."""

    heard: NDArray[np.int8]
    about: NDArray[np.int8]
    """The place of each message's category among `Weights.categories`; -1 for none."""
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Weights:
    """Everything serving needs. Columns of `coefficients`: the four kind heads, then the `categories`."""

    vocabulary: tuple[str, ...]
    idf: NDArray[np.float32]
    coefficients: NDArray[np.float16]
    intercepts: NDArray[np.float32]
    layers: Layers
    examples: Examples
    calibration: Calibration
    corpus_sha256: str
    categories: tuple[str, ...] = CATEGORIES
    """The columns behind the kinds: ours, then a district's own."""
    version: int = FORMAT_VERSION


def save(weights: Weights, path: Path) -> None:
    """Write the file whole or not at all: a reader never sees half of it. OSError when it cannot."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(dump(weights))
    draft.replace(path)


def dump(weights: Weights) -> bytes:
    """The weights as the bytes of their file."""
    head = {
        "version": weights.version, "corpus_sha256": weights.corpus_sha256, "categories": weights.categories,
        **asdict(weights.calibration),
    }  # fmt: skip
    room = io.BytesIO()
    np.savez_compressed(
        room,
        head=_bytes(json.dumps(head)),
        vocabulary=_bytes("\n".join(weights.vocabulary)),
        idf=weights.idf,
        coefficients=weights.coefficients,
        intercepts=weights.intercepts,
        heard=weights.examples.heard,
        about=weights.examples.about,
        lines=_bytes("\n".join(weights.examples.lines)),
        **{f"layers_{field.name}": getattr(weights.layers, field.name) for field in fields(Layers)},
    )
    return room.getvalue()


def load(path: Path) -> Weights:
    """Read the file; WeightsError when it is missing, damaged or of another version."""
    return _read(path, path.name)


def undump(content: bytes) -> Weights:
    """Weights from the bytes of their file; WeightsError as for `load`."""
    return _read(io.BytesIO(content), "the stored weights")


def _read(place: Path | io.BytesIO, name: str) -> Weights:
    try:
        with np.load(place, allow_pickle=False) as archive:
            parts = {name: archive[name] for name in archive.files}
        head = json.loads(parts["head"].tobytes())
        if head["version"] != FORMAT_VERSION:
            raise WeightsError(f"{name} has version {head['version']}, not {FORMAT_VERSION}")
        return _weights(head, parts)
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{name} cannot be read: {error}") from error


def _weights(head: dict[str, object], parts: dict[str, NDArray[Any]]) -> Weights:
    calibration = Calibration(
        slopes=tuple(head["slopes"]),  # type: ignore[arg-type]
        offsets=tuple(head["offsets"]),  # type: ignore[arg-type]
        temperature=float(head["temperature"]),  # type: ignore[arg-type]
        confidence=tuple(head["confidence"]),  # type: ignore[arg-type]
        threshold=float(head["threshold"]),  # type: ignore[arg-type]
        kind_threshold=float(head["kind_threshold"]),  # type: ignore[arg-type]
    )
    vocabulary = tuple(parts["vocabulary"].tobytes().decode("utf-8").split("\n"))
    if parts["coefficients"].shape[0] != len(vocabulary) or parts["idf"].shape != (len(vocabulary),):
        raise WeightsError("vocabulary and numbers do not fit together")
    layers = Layers(**{field.name: parts[f"layers_{field.name}"] for field in fields(Layers)})
    if layers.hidden.shape[0] != len(vocabulary):
        raise WeightsError("vocabulary and network do not fit together")
    lines = parts["lines"].tobytes().decode("utf-8").split("\n") if len(parts["heard"]) else []
    if not len(lines) == len(parts["heard"]) == len(parts["about"]):
        raise WeightsError("messages and their lines do not fit together")
    return Weights(
        vocabulary, parts["idf"], parts["coefficients"], parts["intercepts"], layers,
        Examples(parts["heard"], parts["about"], tuple(lines)), calibration,
        str(head["corpus_sha256"]), tuple(head["categories"]), FORMAT_VERSION,  # type: ignore[arg-type]
    )  # fmt: skip


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8"), dtype=np.uint8)
