"""What header fields say: their text, message ids, dates.

In:       the raw value of a field.
Out:      decoded text on one line; ids without brackets; an aware date or None.
Not here: where fields begin and end (intake.header), mailboxes (intake.addresses).
"""

import re
from datetime import datetime, timedelta, timezone

from intake.charset import clean, decode
from intake.header import unfold
from intake.words import decode_words, one_line

_ID_LENGTH = 998
_BRACKETED = re.compile(r"<([^<>]*+)>?")
_COMMENT = re.compile(r"\([^()]*+\)")
_SEPARATORS = re.compile(r"[\s,;]+")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_HOURS_FROM_UTC = {
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9,
    "akdt": -8, "hst": -10, "ast": -4, "adt": -3, "bst": 1, "wet": 0, "west": 1, "cet": 1, "cest": 2,
    "met": 1, "mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "jst": 9, "kst": 9, "sgt": 8,
    "hkt": 8, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "sast": 2,
}  # fmt: skip
_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:[.,]\d{1,9})?"
_HALF = r"\s*+(?P<half>[aApP]\.?[mM]\b\.?)?"
_ZONE = _HALF + r"\s*+(?:(?:GMT|UTC|UT)?(?P<offset>[+-]\d{1,2}:?\d{2})\b|(?P<zone>[A-Za-z]{1,5})\b)?"
_DATES = (
    re.compile(
        r"\b(?P<day>\d{1,2})[\s.-]{1,9}(?P<month>[A-Za-z]{3})[a-z]{0,6}[\s.,-]{1,9}(?P<year>\d{4}|\d{2,3})"
        rf"[\s,]{{1,9}}{_TIME}{_ZONE}"
    ),
    re.compile(
        rf"\b(?P<month>[A-Za-z]{{3}})[a-z]{{0,6}}\.?\s{{1,9}}(?P<day>\d{{1,2}}),?\s{{1,9}}{_TIME}"
        r"(?:\s{1,9}(?P<half>[aApP][mM]))?(?:\s{1,9}(?P<zone>[A-Za-z]{1,5}))?\s{1,9}(?P<year>\d{4})"
        r"(?:\s{1,9}(?P<offset>[+-]\d{4}))?"
    ),
    re.compile(
        rf"\b(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}})(?:[Tt]|\s{{1,9}}){_TIME}{_ZONE}"
    ),
)


def field_text(value: bytes, hint: str | None = None) -> tuple[str, bool]:
    """A field's text on one line, encoded words decoded, and whether its charset had to be repaired."""
    raw = unfold(value)
    if b"=?" not in raw and _is_simple(raw):
        return one_line(raw.decode("ascii")), False
    plain, guessed = decode(raw, None, hint)
    text, repaired = decode_words(plain, hint)
    return one_line(clean(text)), guessed or repaired


def raw_text(value: bytes, hint: str | None = None) -> str:
    """A field's text on one line with its encoded words as they stand, for readers of its structure."""
    raw = unfold(value)
    if _is_simple(raw):
        return raw.decode("ascii")
    return decode(raw, None, hint)[0]


def _is_simple(raw: bytes) -> bool:
    return raw.isascii() and b"\0" not in raw and b"\x1b" not in raw


def read_ids(text: str) -> tuple[str, ...]:
    """The message ids of a field without their brackets, in order, each once (RFC 5322 section 3.6.4).

    Blanks within an id come from folding and are dropped. Words outside brackets are ids only when
    every one of them looks like one: In-Reply-To may hold a phrase ("Your message of Monday").
    """
    if "=?" in text and "<" not in text:  # Exchange encodes long ids as words
        text = decode_words(text)[0]
    found: list[str] = []
    position = 0
    outside: list[tuple[int, str]] = []
    for hit in _BRACKETED.finditer(text):
        outside += [(len(found), word) for word in _words(text[position : hit.start()])]
        found.append("".join(hit[1].split()))
        position = hit.end()
    outside += [(len(found), word) for word in _words(text[position:])]
    if all("@" in word for _, word in outside) or (len(outside) == 1 and not found):
        for place, word in reversed(outside):
            found.insert(place, word)
    return tuple(dict.fromkeys(one for one in found if one and len(one) <= _ID_LENGTH))


def read_date(text: str) -> datetime | None:
    """The moment a Date field names, or None when unreadable (RFC 5322 sections 3.3 and 4.3).

    Tolerated: two-digit years, no seconds, a wrong or missing day name, named zones, comments, the
    forms of asctime and ISO 8601. An unknown or missing zone counts as UTC.
    """
    text = _COMMENT.sub(" ", _COMMENT.sub(" ", text[:200]))  # comments nest, if not deeply
    text = " ".join(text.split())
    for form in _DATES:
        found = form.search(text)
        if found is not None:
            return _moment(found)
    return None


def _words(text: str) -> list[str]:
    text = _COMMENT.sub(" ", text).replace(">", " ").replace('"', " ")
    return [word for word in _SEPARATORS.split(text) if word]


def _moment(found: re.Match[str]) -> datetime | None:
    month = found["month"].lower()
    number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
    year = int(found["year"])
    if year < 1000:  # RFC 5322 section 4.3
        year += 2000 if year < 50 else 1900
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    second = min(int(found["second"] or 0), 59)
    try:
        moment = datetime(year, number, int(found["day"]), hour, int(found["minute"]), second)
        return moment.replace(tzinfo=_zone(found)) if 1900 <= year < 9000 else None
    except ValueError:
        return None


def _zone(found: re.Match[str]) -> timezone:
    offset = found["offset"]
    if offset:
        digits = offset[1:].replace(":", "")
        minutes = int(digits[:-2]) * 60 + int(digits[-2:])
        return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))
    return timezone(timedelta(hours=_HOURS_FROM_UTC.get((found["zone"] or "").lower(), 0)))
