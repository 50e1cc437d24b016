"""Small readings of a mail's words for the ticket's head.

In:       a subject or a text.
Out:      the subject of a ticket.
Not here: the words people get (notifier.templates).
"""

import re

_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|sv|antw|rv|ref|res|fw|fwd|wg|tr|enc|vs|回复|答复|转发)\s*(?:\[\d+\])?\s*[:：]|"
    r"\[(?:external|ext|externo|#\d{1,9})\])\s*",
    re.IGNORECASE,
)
MAX_SUBJECT = 250


def plain_subject(subject: str) -> str:
    """A subject without reply and forward prefixes, gateway marks and our own number."""
    text = storable(" ".join(subject.split()))[:2_000]
    while (match := _PREFIX.match(text)) is not None:
        text = text[match.end() :]
    return text[:MAX_SUBJECT].strip()


def first_words(text: str, limit: int = 60) -> str:
    """The first line of a text as a subject, cut between words."""
    line = next((line.strip() for line in storable(text[:2_000]).splitlines() if line.strip()), "")
    if len(line) <= limit:
        return line
    return f"{line[:limit].rpartition(' ')[0] or line[:limit]} …"


def storable(text: str) -> str:
    """A text that every database takes: NUL and lone surrogates become U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text
