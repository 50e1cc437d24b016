"""What people write behind a command: a time, a priority, a category, a level, a ticket's number, somebody's name.

In:       the argument of a command, as typed.
Out:      the value, or None when it is none; pure.
Not here: which commands there are (desk.command_words), whether such a person or ticket exists (desk.deeds).
"""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from desk.command_words import (
    CATEGORY_WORDS,
    NAME_WORDS,
    NO_NAME,
    NO_NAME_BEGINS,
    PRIORITY_WORDS,
    SENTENCE_WORDS,
    STATUS_WORDS,
)
from models.words import CATEGORIES

MOST_MINUTES = 24 * 60
_ABOUT = re.compile(r"^(?:about|around|ca\.?|circa|approx\.?|roughly|unos|unas|como|~|≈)\s*")
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
_NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "sixty": 60, "ninety": 90,
    "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
    "diez": 10, "quince": 15, "veinte": 20, "treinta": 30, "cuarenta": 40, "noventa": 90,
}  # fmt: skip
_FIXED_TIMES = {
    "half an hour": 30, "half hour": 30, "a half hour": 30, "half-hour": 30, "1/2 hour": 30, "1/2 h": 30,
    "1/2 hr": 30, "media hora": 30, "1/2 hora": 30, "an hour and a half": 90, "one and a half hours": 90,
    "1 and a half hours": 90, "hora y media": 90, "una hora y media": 90, "1 hora y media": 90,
    "1 1/2 h": 90, "1 1/2 hours": 90, "quarter of an hour": 15, "a quarter of an hour": 15, "quarter hour": 15,
    "cuarto de hora": 15, "un cuarto de hora": 15, "three quarters of an hour": 45, "tres cuartos de hora": 45,
    "all day": 480, "half a day": 240, "medio día": 240, "medio dia": 240,
}  # fmt: skip
_HOUR = r"(?:h|hr|hrs|hs|hour|hours|hora|horas|std)\.?"
_MINUTE = r"(?:m|min|mins|mn|minute|minutes|minuto|minutos|'|’|′)\.?"
_HOURS = re.compile(
    rf"(?P<hours>\d{{0,3}}[.,]\d{{1,3}}|\d{{1,3}}) ?{_HOUR}(?: ?(?:and|y|,)? ?(?P<minutes>\d{{1,2}}) ?(?:{_MINUTE})?)?"
)
_MINUTES = re.compile(rf"(?P<minutes>\d{{1,4}})(?: ?{_MINUTE})?")
_CLOCK = re.compile(r"(?P<hours>\d{1,2}):(?P<minutes>[0-5]\d) ?(?:h|hrs?|hours|horas)?")
_NUMBER = re.compile(r"(?:(?:ticket|case|caso|number|no\.?|n[uú]mero) ?)?[\[(]?#? ?(\d{1,9})[\])]?", re.IGNORECASE)
_PERSON = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}")
_ADDRESS = re.compile(r"[^\s<>@,;:()\"]{1,64}@[^\s<>@,;:()\"]{1,190}")
_SCHOOL = re.compile(r"[\w.'’&#/-]+(?: [\w.'’&#/-]+){0,5}")


def fold(text: str) -> str:
    """One case, no accents, one kind of blank: how a word is compared."""
    plain = unicodedata.normalize("NFKD", text).replace("’", "'").casefold()
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def read_minutes(text: str, *, bare: bool = True) -> int | None:
    """How long something took, in minutes; None for "soon", for nothing, for more than a day.

    `bare` takes a number without a unit as minutes and 1:30 as hours and minutes, as after `#time`.
    """
    said = " ".join(text.strip().rstrip(".!").casefold().split())
    said = _ABOUT.sub("", said)
    minutes = _FIXED_TIMES.get(said)
    if minutes is None:
        minutes = _counted(_in_figures(said), bare)
    return minutes if minutes is not None and 0 < minutes <= MOST_MINUTES else None


def _in_figures(said: str) -> str:
    for sign, figure in _FRACTIONS.items():
        said = said.replace(f" {sign}", figure).replace(sign, figure)
    first, _, rest = said.partition(" ")
    if rest and first in _NUMBER_WORDS:
        return f"{_NUMBER_WORDS[first]} {rest}"
    return said


def _counted(said: str, bare: bool) -> int | None:
    found = _HOURS.fullmatch(said)
    if found is not None:
        return round(float(found["hours"].replace(",", ".")) * 60) + int(found["minutes"] or 0)
    found = _MINUTES.fullmatch(said)
    if found is not None and (bare or not said.isdigit()):
        return int(found["minutes"])
    found = _CLOCK.fullmatch(said) if bare else None
    return int(found["hours"]) * 60 + int(found["minutes"]) if found is not None else None


def read_priority(text: str) -> str | None:
    """The priority a word or a number names: 1 is the most urgent of four."""
    return PRIORITY_WORDS.get(fold(text.strip(" .!,")))


def read_status(text: str) -> str | None:
    """The command that a status names: "resolved" is `done`."""
    return STATUS_WORDS.get(fold(text.strip(" .!,")))


def read_level(text: str) -> int | None:
    """A level of support, 1 to 3."""
    found = re.fullmatch(r"(?:level|nivel|tier|l)? ?([1-3])", fold(text.strip(" .!,")))
    return int(found[1]) if found else None


def read_number(text: str) -> int | None:
    """A ticket's number, with or without its sign."""
    found = _NUMBER.fullmatch(text.strip(" .!,"))
    return int(found[1]) if found else None


def read_category(text: str, own: Sequence[str] = ()) -> str | None:
    """The slug that a word names: its own, a part of it that is no other's, or what people say instead.

    `own`: slugs that only this district has; they come first.
    """
    wanted = fold(text.strip(" .!,"))
    slug = re.sub(r"[\s/&_]+(?:(?:and|y|or) )?", "-", wanted).strip("-")
    if slug in (*own, *CATEGORIES):
        return slug
    if wanted in _categories():
        return _categories()[wanted]
    parts = [name for name in (*own, *CATEGORIES) if slug in name.split("-")]
    if len(parts) == 1:
        return parts[0]
    named = {_one_word(word, own) for word in slug.split("-")} if "-" in slug else set()
    return named.pop() if len(named) == 1 else None  # "sound and video"


def _one_word(word: str, own: Sequence[str]) -> str | None:
    parts = [name for name in (*own, *CATEGORIES) if word in name.split("-")]
    return parts[0] if len(parts) == 1 else _categories().get(word)


def near_categories(text: str, own: Sequence[str] = ()) -> tuple[str, ...]:
    """Slugs that a misspelt word may have meant, likeliest first."""
    slugs = (*CATEGORIES, *own)
    known = {**_categories(), **{slug: slug for slug in slugs}, **{p: s for s in slugs for p in s.split("-")}}
    close = difflib.get_close_matches(fold(text)[:60], list(known), n=3, cutoff=0.7)
    return tuple(dict.fromkeys(known[word] for word in close))


@cache
def _categories() -> dict[str, str]:
    return {fold(word): slug for slug, words in CATEGORY_WORDS.items() for word in words}


def looks_like_person(text: str) -> bool:
    """Whether this could name somebody: an address, or one to four words none of which makes a sentence."""
    said = re.sub(r"^the (?=.{1,60} team$)", "", text.strip().strip("<>@.,! "), flags=re.IGNORECASE)
    if "@" in said:
        return bool(_ADDRESS.fullmatch(said) or re.fullmatch(rf"[^<>@]{{1,80}}<{_ADDRESS.pattern}", said))
    names = [word.strip(".,!'’") for word in fold(said).split()]
    if not _PERSON.fullmatch(said) or len(names) == 1:
        return bool(_PERSON.fullmatch(said)) and names[0] not in NO_NAME
    return names[0] not in NO_NAME_BEGINS and not set(names) & (SENTENCE_WORDS - NAME_WORDS)


def looks_like_people(text: str) -> bool:
    """Whether this could name several: "ann, bob@x and Lena"."""
    return all(looks_like_person(name) for name in split_people(text))


def split_people(text: str) -> tuple[str, ...]:
    """Names parted by commas, semicolons or "and"."""
    return tuple(part.strip() for part in re.split(r"\s*[,;&]\s*|\s+(?:and|y|e)\s+", text.strip()) if part.strip())


def looks_like_school(text: str) -> bool:
    """Whether this could be a school's code or name."""
    return bool(_SCHOOL.fullmatch(text.strip())) and not _is_sentence(text)


def looks_like_word(text: str) -> bool:
    """Whether this is a short thing somebody could have meant as a value."""
    return len(text.split()) <= 3 and not _is_sentence(text) and not text.rstrip().endswith("?")


def _is_sentence(text: str) -> bool:
    return any(word.strip(".,!'’") in SENTENCE_WORDS for word in fold(text).split())
