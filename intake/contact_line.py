"""One line of a contact block: could it be a name, a title, a telephone number?

In:       a line.
Out:      its traits; whether it is a closing formula.
Not here: where a block begins (intake.contact_block), word tables (intake.signature_words).
"""

import re
import unicodedata
from dataclasses import dataclass

from intake.signature_words import CONTACT_LABELS, FAREWELLS, PLACES, THANKS, TITLES

_LONGEST_LINE = 110
_PHONE = re.compile(
    r"(?<![\w/])(?:\+|00)?\(?\d[\d()./\s\u2010-\u2015-]{5,20}\d(?:\s{0,2}(?:x|ext\.?|#)\s{0,2}\d{1,6})?(?!\w)",
    re.IGNORECASE,
)
_SHORT_PHONE = re.compile(r"\b(?:x|ext\.?|extension)\s{0,2}\.?:?#?\s{0,2}\d{2,6}\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,6}")
_WEB = re.compile(
    r"(?:https?://|www\.)[^\s<>]{1,300}|\b[\w-]{2,40}\.(?:org|com|net|edu|example|k12\.\w\w\.us|gov|de|fr|"
    r"es)\b(?:/\S{0,80})?",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b\d{1,6} (?:[^\W\d_][\w.]*\s){1,4}(?:st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|"
    r"way|hwy|highway|court|ct|"
    r"pkwy|parkway|place|pl|circle)\b|\b[A-Z]{2}\.? \d{5}(?:-\d{4})?\b|\b(?:p\.? ?o\.? box|calle|avenida|"
    r"av\.|rue|straße|strasse)\b|straße \d|\bsuite \d",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"\[(?:cid:|image:|logo|inline image)[^\]]{0,200}\]|<https?://[^>]{0,300}>", re.IGNORECASE)
_PRONOUNS = re.compile(
    r"\((?:she|he|they|ella|él|elle)\b[^)]{0,20}\)|\b(?:she/her|he/him|they/them)\S{0,8}",
    re.IGNORECASE,
)
_SLOGAN = re.compile(
    r"[\"“«'‘*~_].{4,200}[\"”»'’*~_.!]|(?:home of the|go |follow us|connect with|visit us|like us|book (?:a|"
    r"time)|schedule a)\b.{2,80}",
    re.IGNORECASE,
)
_PARTICLES = frozenset([
    "de", "la", "las", "los", "del", "da", "das", "dos", "do", "di", "van", "von", "der", "den", "ter", "y", "e",
    "bin", "al", "el", "le", "du", "mc", "st",
])
_PREFIXES = frozenset([
    "mr", "mrs", "ms", "miss", "dr", "prof", "sr", "sra", "srta", "mme", "m", "mlle", "hr", "fr", "herr", "frau",
    "coach", "sir",
])
_CREDENTIALS = re.compile(
    r",? (?:m\.?ed\.?|ed\.?d\.?|ph\.?d\.?|m\.?a\.?|b\.?a\.?|m\.?s\.?|b\.?s\.?|r\.?n\.?|nbct|mba|ccc-slp|lcsw|"
    r"jr\.?|iii?)(?=[,\s]|$)|, (?-i:(?:[A-Z]\.){2,4}|[A-Z]{2,5})(?=[,\s]|$)",
    re.IGNORECASE,
)
_NETWORKS = re.compile(r"\b(?:facebook|twitter|instagram|linkedin|youtube|tiktok|pinterest|bluesky|threads)\b", re.I)
_BARE_SITE = re.compile(
    r"[a-z0-9-]{2,40}(?:\.[a-z0-9-]{2,40}){1,4}\.[a-z]{2,24}|[a-z0-9-]{2,60}\.(?:org|com|net|edu)", re.IGNORECASE
)
_SPLIT = re.compile(r"\s*[|•·/\u2022\t]\s*|\s[-–—]\s|,\s| {3,}")
_GREETING_END = re.compile(r"[\s,.!;:–—-]+$")


@dataclass(frozen=True, slots=True)
class Traits:
    """What a line could be in a signature; `fits` when it could be any."""

    fits: bool
    name: bool = False
    strong: bool = False
    work: bool = False
    own: bool = False


def is_blank(line: str) -> bool:
    """Whether the line holds nothing, or nothing but a picture."""
    return not _IMAGE.sub("", line).strip()


def is_closing(line: str) -> bool:
    """Whether the line is a closing formula and nothing else: "Kind regards,"."""
    return _GREETING_END.sub("", line.strip(" \t*_")[:60]).lower() in _CLOSINGS


def is_farewell(line: str) -> bool:
    """Whether the line is a closing formula that says nothing: "Kind regards,", not "Thanks,"."""
    return _GREETING_END.sub("", line.strip(" \t*_")[:60]).lower() in _FAREWELLS


_FAREWELLS = frozenset(FAREWELLS)
_CLOSINGS = _FAREWELLS | frozenset(THANKS)


def is_closing_with_name(line: str) -> bool:
    """ "Thanks, Ann Lee" on one line."""
    for mark in (",", "!", ".", " -", " –"):
        head, found, tail = line.strip()[:80].partition(mark)
        if found and head.strip().lower() in _CLOSINGS and tail.strip() and _is_name(tail.strip(" .,")):
            return True
    return False


def read_traits(line: str, author_name: str) -> Traits:
    """Read one line as a line of a signature."""
    if len(line) > _LONGEST_LINE:
        line = _IMAGE.sub(" ", line[: 8 * _LONGEST_LINE])
    if len(line) > _LONGEST_LINE:
        return Traits(_SLOGAN.fullmatch(line) is not None)
    text = _IMAGE.sub(" ", line).strip(" \t*_|")
    if not text:
        return Traits(True)
    own = bool(author_name) and _plain(text) == _plain(author_name)
    if _BARE_SITE.fullmatch(text):
        return Traits(True, strong=True)
    rest, strong = _without_contacts(text)
    strong = strong or len(_NETWORKS.findall(text)) > 1
    if _SHORT_SENTENCE.search(rest):
        return Traits(_SLOGAN.fullmatch(text) is not None)
    words = [word for word in re.split(r"[\s:.,|/()•·;-]+", rest) if word]
    left = [word for word in words if word.lower() not in CONTACT_LABELS and not word.isdigit()]
    if strong and not left:
        return Traits(True, strong=True)
    pieces = [piece for piece in _SPLIT.split(rest.strip(" ,|-–—:")) if piece.strip(" :.")]
    named = own or (bool(pieces) and _is_name(pieces[0]))
    work = any(_is_work(piece) for piece in pieces)
    proper = all(_is_proper(piece) for piece in pieces)
    if named and proper:
        return Traits(True, name=True, strong=strong, work=work, own=own)
    if proper and (work or strong):
        return Traits(True, strong=strong, work=work)
    return Traits(_SLOGAN.fullmatch(text) is not None or (proper and len(pieces) <= 2 and len(left) <= 5))


_SHORT_SENTENCE = re.compile(r"[?!]$|[a-zà-ÿ]{3}\. [A-Z]|[a-zà-ÿ]{4}\.$", re.IGNORECASE)


def _without_contacts(text: str) -> tuple[str, bool]:
    """The line without telephone numbers, addresses and pronouns, and whether there were any."""
    rest = text
    for pattern in (_EMAIL, _WEB, _STREET, _PHONE, _SHORT_PHONE):
        rest = pattern.sub(" ", rest)
    strong = rest != text
    if strong and _STREET.search(text):
        rest = re.sub(r"\d+", " ", rest)
    return _PRONOUNS.sub(" ", rest).strip(), strong


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if letter.isalpha())


def _is_name(text: str) -> bool:
    """Two to five words in capitals (one after a closing is no contact block), none of them a title."""
    text = _CREDENTIALS.sub("", text).strip(" ,.*_")
    words = text.replace(",", " ").split()
    while words and words[0].strip(".").lower() in _PREFIXES:
        words = [*words[1:], "A"] if len(words) == 2 else words[1:]
    if not 2 <= len(words) <= 5 or len(text) > 50:
        return False
    for word in words:
        bare = word.strip("\"'’()“”.-")
        lowered = bare.lower()
        if lowered in TITLES or lowered in PLACES:
            return False
        if lowered in _PARTICLES:
            continue
        if not bare or not bare[0].isalpha() or not (bare[0].isupper() or not bare[0].islower()):
            return False
        if not all(letter.isalpha() or letter in "'’.-" for letter in bare):
            return False
    return words[0].strip("\"'’(").lower() not in _NO_NAMES and not text.endswith((":", "?", "!"))


_NO_NAMES = frozenset(
    [
        "please", "thank", "thanks", "hello", "hi", "dear", "the", "this", "my", "our", "your", "i", "we", "you",
        "it", "is", "are", "was", "can", "could", "would", "will", "when", "where", "what", "how", "if", "but",
        "and", "or", "not", "no", "yes", "room", "grade", "monday", "tuesday", "wednesday", "thursday", "friday",
        "saturday", "sunday", "january", "february", "march", "april", "may", "june", "july", "august",
        "september", "october", "november", "december", "printer", "projector", "chromebook", "gracias", "por",
        "hola", "error", "windows", "google", "microsoft",
    ]
)


def _is_work(piece: str) -> bool:
    words = [word.strip("().,&:'’").lower() for word in piece.split()]
    return len(words) <= 9 and any(word in TITLES or word in PLACES for word in words)


def _is_proper(piece: str) -> bool:
    """Whether the words are written as in a title: capitals but for small words."""
    words = [word.strip("\"'’()“”.,&:#*") for word in piece.split()]
    words = [word for word in words if word]
    if len(words) > 9:
        return False
    if len(words) <= 6 and words and words[0][0].isupper() and words[0].lower() in TITLES | PLACES:
        return True  # "Maestra de segundo grado": only English writes titles in capitals
    return all(
        not word[0].islower() or word.lower() in _SMALL or word.lower() in CONTACT_LABELS for word in words
    )


_SMALL = _PARTICLES | frozenset([
    "of", "and", "the", "for", "in", "at", "&", "to", "on", "und", "für", "an", "der", "die", "das", "et", "à",
    "de", "en", "ed", "o", "i", "na", "w", "k-5", "k-12", "th", "nd", "rd", "st",
])
