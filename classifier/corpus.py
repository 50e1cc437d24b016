"""The corpus: messages in people's own voices, with what they want.

In:       JSON Lines files beside this module, one message a line.
Out:      Row, `read_corpus()`, `corpus_sha256()`.
Not here: training (classifier.estimator), measuring (classifier.evaluate).

`voice` names who wrote a message; messages of one voice, and pairs written to contrast, share it, so that
cross-validation can keep them together.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classifier.keywords import PHRASES
from classifier.senses import senses_sha256

KINDS = ("fault", "training", "request")
LABELS = (*KINDS, "none")
CATEGORIES = (
    "accounts-passwords", "network-wifi", "devices", "displays-projection", "printing", "software-apps",
    "learning-platforms", "student-information", "email-calendar", "phones-voicemail", "audio-video",
    "assessment-testing", "security-phishing", "web-filter", "other",
)  # fmt: skip

CORPUS_FOLDER = Path(__file__).parent / "corpus"
GOLD_FILE = Path(__file__).parent / "gold.jsonl"
"""Messages never learnt from, by which every newly trained judge is measured before it may serve."""


class CorpusError(ValueError):
    """A line of the corpus cannot be used; the text says which and why."""


@dataclass(frozen=True)
class Row:
    """One labelled message. `kinds` is empty for mail that wants nothing; `category` "" when nobody has said it."""

    id: str
    subject: str
    text: str
    kinds: tuple[str, ...]
    category: str
    lang: str
    voice: str
    weight: float = 1.0
    """How much it counts in training: a district's own correction more than a message of the corpus."""
    name: str = ""
    """How a person is pointed to it ("ticket #118"); without one its own words are quoted."""

    @property
    def set(self) -> str:
        """The file it came from: the work of one author."""
        return self.id.rpartition("-")[0]

    @property
    def labels(self) -> tuple[str, ...]:
        """The kinds, or `none` alone."""
        return self.kinds or ("none",)


def read_corpus(folder: Path = CORPUS_FOLDER) -> tuple[Row, ...]:
    """Every message of a folder's .jsonl files, by file name and line; CorpusError on a bad line."""
    rows = [row for path in sorted(folder.glob("*.jsonl")) for row in read_rows(path)]
    _refuse_doubles(rows)
    return tuple(rows)


def read_rows(path: Path) -> tuple[Row, ...]:
    """The messages of one file; CorpusError on a bad line."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return tuple(_row(line, f"{path.name}:{n}") for n, line in enumerate(lines, 1) if line.strip())


def corpus_sha256(folder: Path = CORPUS_FOLDER) -> str:
    """The hash of the corpus and of the rules, as they lie on disk, whatever the line ends."""
    digest = hashlib.sha256(senses_sha256().encode())
    for path in (*sorted(folder.glob("*.jsonl")), PHRASES):
        digest.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


@cache
def shipped_sha256() -> str:
    """The hash of the corpus that came with the program, reckoned once: it does not change under a running desk."""
    return corpus_sha256()


_TEXTS = ("id", "subject", "text", "category", "lang", "voice")


def _row(line: str, where: str) -> Row:
    try:
        fields = json.loads(line)
        number, subject, text, category, lang, voice = (_text(fields[key]) for key in _TEXTS)
        row = Row(number, subject, text, tuple(fields["kinds"]), category, lang, voice)
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{where}: {error!r}") from error
    if not set(row.kinds) <= set(KINDS) or len(row.kinds) > 2:
        raise CorpusError(f"{where}: unknown kinds {row.kinds}")
    if row.category not in CATEGORIES:
        raise CorpusError(f"{where}: unknown category {row.category}")
    return row


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a string was expected")
    return value


def _refuse_doubles(rows: Iterable[Row]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            raise CorpusError(f"the id {row.id} is there twice")
        seen.add(row.id)
