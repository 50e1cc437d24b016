"""How much of what was said a mail shows, so that Gmail does not cut it at 102 kB of HTML.

In:       the entry's words, what its mail forwarded, the thread so far.
Out:      the same, cut where they are too long; all of it as one text to attach then.
Not here: what is shown at all (notifier.snapshot), the look (notifier.templates).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Escaping can make six characters of one.
SHOWN_TEXT = 12_000
MAX_BYTES = 72_000


@dataclass(frozen=True)
class Fitted:
    """What is shown of the words; `whole` is everything that was said when something was cut, else ""."""

    entry: dict[str, Any] | None
    facts: dict[str, Any]
    whole: str


def fit(entry: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> Fitted:
    """Show the entry first, then what it forwarded, then the thread from its end; what does not fit is cut."""
    words, below = str((entry or {}).get("text") or ""), str(facts.get("folded") or "")
    thread = list(facts.get("thread") or ())
    shown, room = _take(words, MAX_BYTES)
    folded, room = _take(below, room)
    kept: list[dict[str, Any]] = []
    for said in reversed(thread):
        text, room = _take(str(said.get("text") or ""), room - _weight_of_head(said))
        kept.insert(0, {**said, "text": text})
    as_it_was = all(one["text"] == said.get("text", "") for one, said in zip(kept, thread, strict=True))
    cut_below = folded != below or not as_it_was
    new_entry = {**entry, "text": shown, "cut": shown != words} if entry is not None else None
    new_facts = {**facts, "cut": cut_below}
    new_facts |= ({"thread": kept} if thread else {}) | ({"folded": folded} if below else {})
    return Fitted(new_entry, new_facts, _everything(words, below, thread) if cut_below or shown != words else "")


def _everything(words: str, below: str, thread: Sequence[Mapping[str, Any]]) -> str:
    said = [f"{one.get('author') or ''}:\n{one.get('text') or ''}" for one in thread]
    return "\n\n".join(part for part in (words, below, *said) if part)


def _weight_of_head(said: Mapping[str, Any]) -> int:
    return 400 + bytes_in_html(str(said.get("author") or ""))


def bytes_in_html(text: str) -> int:
    """About how many bytes a text has once it is escaped and its lines and links are marked up."""
    # A letter of another script takes four bytes; a link is written twice.
    marks = sum(text.count(mark) for mark in "<>&\"'")
    links = text.count("http")
    return len(text.encode("utf-8", "replace")) * (2 if links else 1) + 5 * marks + 40 * text.count("\n") + 60 * links


def _take(text: str, room: int) -> tuple[str, int]:
    """As much of a text as there is room for, cut between lines or words, and the room that is left."""
    if len(text) <= SHOWN_TEXT and (weight := bytes_in_html(text)) <= room:
        return text, room - weight
    low, high = 0, min(len(text), SHOWN_TEXT)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if bytes_in_html(text[:middle]) <= room else (low, middle - 1)
    shown = text[:low].rstrip()
    return f"{shown} …".lstrip(), max(room - bytes_in_html(shown), 0)
