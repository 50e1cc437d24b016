"""The one line people see first: cleaned, compared, and rid of what must not go out.

In:       subjects and names as strangers wrote them.
Out:      plain_subject, subject_line, topic_of, mask_codes, one_line.
Not here: encoding for the header (notifier.header).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MAX_SUBJECT = 200
MAX_TOPIC = 200

# What mail programs of many languages put before an answer or a forward, and gateways before strangers' mail.
# Not Italian "R:" and Polish "PD:": here these are a drive and professional development.
_PREFIX = re.compile(
    r"(?:(?:re|res|réf|aw|antw|antwort|sv|vs|vb|vá|odp|ynt|rif|rv|bls|atb|"
    r"fw|fwd|wg|tr|enc|doorst|ilt|továbbítás|rsp|resp|"
    r"回复|回覆|答复|答覆|转发|轉寄|轉發|返信|転送|전달|회신)"
    r"\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|\d{1,3})?\s*[:：]|\[(?:external|externo|ext)\]:?|\(external\):?)\s*",
    re.IGNORECASE,
)
_TAG = re.compile(r"\[\s*#\s*\d{1,12}\s*\]")
# Mail programs make a link of a bare domain too.
_ADDRESS_OR_LINK = re.compile(
    r"\b(?:https?://|www\.)\S+|\S+@\S+|(?<![\w.-])(?:[\w-]{1,63}\.){1,9}[a-z]{2,24}(?![\w-])(?:/\S*)?", re.IGNORECASE
)
_DIGITS = re.compile(r"\d(?:[ \-.]?\d){3,}")
_MIXED = re.compile(r"\b(?=[\w\-]*\d)(?=[\w\-]*[^\W\d_])[\w\-]{6,}")


def one_line(text: str, limit: int) -> str:
    """The text as one line of printable characters, no longer than limit; never raises.

    Line breaks would end a header field (RFC 5322 section 2.2); bidirectional and zero-width marks let a
    subject show something else than it says.
    """
    if text.isascii() and text.isprintable():
        kept: Iterable[str] = text[: limit * 8]
    else:
        kept = (c if unicodedata.category(c)[0] not in "CZ" else _blank_for(c) for c in text[: limit * 8])
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _blank_for(character: str) -> str:
    # The joiner belongs to letters of some scripts and to emoji; the rest of the invisible goes.
    if character == "\u200d":
        return character
    return "" if unicodedata.category(character) in ("Cf", "Cs", "Co", "Cn") else " "


@lru_cache(maxsize=512)
def plain_subject(subject: str) -> str:
    """The subject without answer and forward prefixes of any language, without ticket tags; may be ""."""
    rest = one_line(_TAG.sub(" ", one_line(subject, 2 * MAX_SUBJECT)), MAX_SUBJECT)
    while found := _PREFIX.match(rest):
        rest = rest[found.end() :]
    return rest.strip()


def subject_line(number: int | None, subject: str) -> str:
    """The Subject of every notice on a ticket: the same each time, or Gmail starts a new conversation."""
    tag = f"[#{number}] " if number is not None else ""
    return f"Re: {tag}{subject}".rstrip()


def topic_of(subject: str) -> str:
    """What a subject is about, for counting: letters alone, so that "Job 17" and "Job 18" are one topic."""
    letters = "".join(c if c.isalpha() else " " for c in plain_subject(subject).casefold())
    return " ".join(letters.split())[:MAX_TOPIC]


def mask_codes(text: str) -> str:
    """The text with links, addresses, numbers of four digits and more, and mixed codes replaced by "…".

    A sign-up mail that reached a ticket must not hand its code or link to whoever opened the ticket.
    """
    for pattern in (_ADDRESS_OR_LINK, _MIXED, _DIGITS):
        text = pattern.sub("…", text)
    return text
