"""Small readings of a mail's words for the ticket's head.

In:       a text.
Out:      a subject where the mail has none; texts that every database takes.
Not here: the words people get (notifier.templates), cleaning subjects (notifier.subject).
"""

import re
from collections.abc import Iterable

_QUOTED = re.compile(r"'(.{1,120}?)' speaks for ")


def first_words(text: str, limit: int = 60) -> str:
    """The first line of a text as a subject, cut between words."""
    line = next((line.strip() for line in storable(text[:2_000]).splitlines() if line.strip()), "")
    if len(line) <= limit:
        return line
    return f"{line[:limit].rpartition(' ')[0] or line[:limit]} …"


def telling_words(because: Iterable[str]) -> list[str]:
    """Of the classifier's reasons what a technician reads at a glance: the phrases its rules found, in quotes."""
    found = [match for line in because if "(rule:" in line and (match := _QUOTED.match(line))]
    return [f"“{match[1]}”" for match in found[:3]]


def storable_id(message_id: str | None) -> str | None:
    """A Message-ID as it is kept: an index takes 2,700 bytes, and no honest id comes near this length."""
    return storable(message_id)[:600] if message_id else None


def storable(text: str) -> str:
    """A text that every database takes: NUL and lone surrogates become U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text
