"""Rules a human can read: phrases that speak for a kind or a category.

In:       the words of a mail (classifier.text); the table phrases.txt, which says how phrases are written.
Out:      Match: which rule spoke, and in which words.
Not here: how much each rule counts (the estimator learns it).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classifier.text import fold

PHRASES = Path(__file__).parent / "phrases.txt"
_GAP = 3
# How `Words.all` marks where the text begins; in the table it is written ^.
_BEGINNING = "|"
# Words that change nothing and may stand anywhere within a phrase.
_COURTESY = frozenset({"please", "pls", "plz", "kindly", "possibly", "maybe", "perhaps", "also", "just", "porfavor"})


@dataclass(frozen=True)
class Match:
    """A rule that spoke: its label (a kind or category), its name, the words it found."""

    label: str
    rule: str
    words: str


@dataclass(frozen=True)
class _Phrase:
    label: str
    rule: str
    steps: tuple[tuple[str, ...], ...]


def find_matches(words: Sequence[str]) -> tuple[Match, ...]:
    """Every rule that speaks, once each, in the order of the text."""
    table = _table()
    words = (_BEGINNING, *words)
    found: dict[tuple[str, str], Match] = {}
    for start, word in enumerate(words):
        for phrase in table.get(word, ()):
            if (phrase.label, phrase.rule) in found:
                continue
            end = _end(phrase.steps, words, start)
            if end is not None:
                said = " ".join(words[start:end]).removeprefix(f"{_BEGINNING} ")
                found[phrase.label, phrase.rule] = Match(phrase.label, phrase.rule, said)
    return tuple(found.values())


def _end(steps: tuple[tuple[str, ...], ...], words: Sequence[str], at: int) -> int | None:
    """Where the phrase ends when it begins at this word, or None."""
    for place, step in enumerate(steps):
        if step == ("...",):
            rest = steps[place + 1 :]
            ends = (_end(rest, words, at + skip) for skip in range(_GAP + 1))
            return next((end for end in ends if end is not None), None)
        while at < len(words) and place and words[at] in _COURTESY and not _fits(step, words[at]):
            at += 1
        if at >= len(words) or not _fits(step, words[at]):
            return None
        at += 1
    return at


def _fits(step: tuple[str, ...], word: str) -> bool:
    return word in step or ("_" in step and word != _BEGINNING)


def read_rules(path: Path = PHRASES) -> dict[tuple[str, str], list[str]]:
    """The table as (label, rule) -> phrases; ValueError on a phrase before the first rule."""
    rules: dict[tuple[str, str], list[str]] = {}
    phrases: list[str] | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if line.startswith("["):
            label, _, rule = line.strip("[]").partition(": ")
            phrases = rules.setdefault((label, rule), [])
        elif line and not line.startswith("#"):
            if phrases is None:
                raise ValueError(f"{path.name}: the phrase '{line}' belongs to no rule")
            phrases.append(fold(line))
    return rules


@cache
def _table() -> dict[str, list[_Phrase]]:
    """The phrases by the words with which they can begin."""
    table: dict[str, list[_Phrase]] = {}
    for (label, rule), phrases in read_rules().items():
        for phrase in dict.fromkeys(phrases):
            steps = tuple((_BEGINNING,) if step == "^" else tuple(step.split("|")) for step in phrase.split())
            for beginning in dict.fromkeys(steps[0]):
                table.setdefault(beginning, []).append(_Phrase(label, rule, steps))
    return table
