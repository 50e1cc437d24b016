"""How much of what was said a mail shows, so that Gmail does not cut it at 102 kB of HTML.

In:       the entry's words, what its mail forwarded, the thread so far.
Out:      the same, cut where they are too long; all of it as one text to attach then.
Not here: what is shown at all (notifier.snapshot), the look (notifier.templates).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Escaping can make six characters of one.
SHOWN_TEXT = 12_000
MAX_BYTES = 72_000
_ONE_SAID = 300  # what each entry of the thread costs beside its words


@dataclass(frozen=True)
class Fitted:
    """What is shown of the words; `whole` is everything that was said when something was cut, else ""."""

    entry: dict[str, Any] | None
    facts: dict[str, Any]
    whole: str


def fit(entry: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> Fitted:
    """Show the entry first, then what it forwarded, then the thread from its end; what does not fit is cut."""
    room = MAX_BYTES
    thread = list(facts.get("thread") or ())
    words = str((entry or {}).get("text") or "")
    shown, room = _take(words, room)
    folded, room = _take(str(facts.get("folded") or ""), room)
    kept = []
    for said in reversed(thread):
        text, room = _take(str(said.get("text") or ""), room - _ONE_SAID)
        kept.append({**said, "text": text})
    kept.reverse()
    cut_below = folded != (facts.get("folded") or "") or any(a["text"] != (b.get("text") or "") for a, b in zip(kept, thread, strict=True))
    new_facts = {**facts, "cut": cut_below}
    if thread:
        new_facts["thread"] = kept
    if folded:
        new_facts["folded"] = folded
    new_entry = {**entry, "text": shown, "cut": shown != words} if entry is not None else None
    everything = [words, str(facts.get("folded") or ""), *(f"{said.get('author') or ''}:\n{said.get('text') or ''}" for said in thread)]
    whole = "\n\n".join(part for part in everything if part) if cut_below or shown != words else ""
    return Fitted(new_entry, new_facts, whole)


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
