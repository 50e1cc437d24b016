"""Closing contact blocks: name, title, school, telephone, without a delimiter above.

In:       the last lines of what a sender wrote.
Out:      where the block begins, or None.
Not here: delimiters, device lines and notices (intake.signature).

Precision first: to lose a requester's words is worse than to leave a signature. A block counts only
when it begins with a name in its place, every line of it looks like a line of a signature, and some
of them say so clearly. The closing ("Thanks,") and a name alone stay: a person typed them.
"""

import re
import unicodedata
from dataclasses import dataclass

from intake.header_block import is_rule
from intake.signature_words import CLOSINGS, CONTACT_LABELS, PLACES, TITLES

_REACH = 16
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
    r"jr\.?|iii?)(?=[,\s]|$)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*[|•·/\u2022\t]\s*|\s[-–—]\s|,\s| {3,}")
_GREETING_END = re.compile(r"[\s,.!;:–—-]+$")


@dataclass(frozen=True, slots=True)
class _Traits:
    """What a line could be in a signature; `fits` when it could be any."""

    fits: bool
    name: bool = False
    strong: bool = False
    work: bool = False


def find_contact_block(
    lines: list[str], start: int, end: int, author_name: str = "", certain: bool = False
) -> int | None:
    """Where a contact block that ends at `end` begins, not before `start`; None when there is none.

    `certain` says that a notice or a device line was found right below: there less is asked for.
    """
    best: int | None = None
    best_score = strong = work = people = 0
    below_tells = False
    for at in range(end - 1, max(start, end - _REACH) - 1, -1):
        line = lines[at].strip()
        if not line:
            continue
        if is_rule(line):
            return at if best is not None and best == _next_filled(lines, at, end) else best
        traits = _traits(line, author_name)
        people += traits.name and (traits.strong or traits.work or below_tells)
        below_tells = traits.strong or traits.work
        if not traits.fits or people > 1:
            break  # two people with titles are a list the sender wrote
        if _begins(lines, start, at, traits, author_name) and _is_enough(
            lines, start, at, strong + traits.strong, work + traits.work, certain
        ):
            if best is not None and strong + work == best_score:
                break
            best, best_score = at, strong + work
        strong += traits.strong
        work += traits.work
    return None if people > 1 or best is None else _with_picture(lines, start, best)


def _with_picture(lines: list[str], start: int, best: int) -> int:
    """A logo right above the name belongs to the block."""
    above = best
    while above > start and not _IMAGE.sub("", lines[above - 1]).strip():
        above -= 1
        if lines[above].strip():
            best = above
    return best


def _filled_above(lines: list[str], start: int, at: int) -> int:
    """The next line above that holds words; `start` - 1 when there is none."""
    above = at - 1
    while above >= start and not _IMAGE.sub("", lines[above]).strip():
        above -= 1
    return above


def _next_filled(lines: list[str], at: int, end: int) -> int:
    at += 1
    while at < end and not lines[at].strip():
        at += 1
    return at


def _begins(lines: list[str], start: int, at: int, traits: _Traits, author_name: str) -> bool:
    """Whether a block may begin here: a name after a blank line or a closing, or work after "Thanks, Ann"."""
    above = _filled_above(lines, start, at)
    if above < start:
        return False
    before = lines[above].strip()
    if before.endswith((":", "：")) and not is_closing(before):
        return False
    if before.rsplit(" ", 1)[-1].lower() in _LEADS_ON:
        return False
    if traits.name:
        return is_closing(before) or above < at - 1 or is_rule(before)
    return _is_closing_with_name(before) and above == at - 1


def _is_enough(lines: list[str], start: int, at: int, strong: int, work: int, certain: bool) -> bool:
    """Whether the name at `at` and what stands below it make a contact block."""
    above = lines[_filled_above(lines, start, at)]
    if certain or is_closing(above) or _is_closing_with_name(above) or is_rule(above):
        return strong + work >= 1
    return strong >= 2 or (strong >= 1 and work >= 1) or work >= 2


def is_closing(line: str) -> bool:
    """Whether the line is a closing formula and nothing else: "Kind regards,"."""
    return _GREETING_END.sub("", line.strip(" \t*_")[:60]).lower() in _CLOSINGS


_CLOSINGS = frozenset(CLOSINGS)


def _is_closing_with_name(line: str) -> bool:
    """ "Thanks, Ann Lee" on one line."""
    for mark in (",", "!", ".", " -", " –"):
        head, found, tail = line.strip()[:80].partition(mark)
        if found and head.strip().lower() in _CLOSINGS and tail.strip() and _is_name(tail.strip(" .,")):
            return True
    return False


def _traits(line: str, author_name: str) -> _Traits:
    """Read one line as a line of a signature."""
    if len(line) > _LONGEST_LINE:
        return _Traits(_SLOGAN.fullmatch(line) is not None)
    text = _IMAGE.sub(" ", line).strip(" \t*_|")
    if not text:
        return _Traits(True)
    own = bool(author_name) and _plain(text) == _plain(author_name)
    rest, strong = _without_contacts(text)
    if _SHORT_SENTENCE.search(rest):
        return _Traits(_SLOGAN.fullmatch(text) is not None)
    words = [word for word in re.split(r"[\s:.,|/()•·;-]+", rest) if word]
    left = [word for word in words if word.lower() not in CONTACT_LABELS and not word.isdigit()]
    if strong and not left:
        return _Traits(True, strong=True)
    pieces = [piece for piece in _SPLIT.split(rest.strip(" ,|-–—:")) if piece.strip(" :.")]
    named = own or (bool(pieces) and _is_name(pieces[0]))
    work = any(_is_work(piece) for piece in pieces)
    proper = all(_is_proper(piece) for piece in pieces)
    if named and proper:
        return _Traits(True, name=True, strong=strong, work=work)
    if proper and (work or strong):
        return _Traits(True, strong=strong, work=work)
    return _Traits(_SLOGAN.fullmatch(text) is not None or (proper and len(pieces) <= 2 and len(left) <= 5))


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


# After such a word a name is what the sentence goes on with.
_LEADS_ON = frozenset(
    [
        "for", "to", "at", "is", "are", "of", "by", "with", "named", "called", "from", "and", "or", "the", "a",
        "an", "in", "on", "as", "are:", "contact", "call", "ask", "meet", "replace", "de", "para", "con", "es",
        "por", "pour", "avec", "à", "für", "an", "und", "mit", "bei", "der", "die", "das",
    ]
)
_SMALL = _PARTICLES | frozenset([
    "of", "and", "the", "for", "in", "at", "&", "to", "on", "und", "für", "an", "der", "die", "das", "et", "à",
    "de", "en", "ed", "o", "i", "na", "w", "k-5", "k-12", "th", "nd", "rd", "st",
])
