"""The argument behind a command: taken from its line, and whether it could be one at all.

In:       what stands behind a command.
Out:      `value_of()`; FITS: may this be such a value, or is the line a sentence?
Not here: the values themselves (desk.command_values).
"""

import difflib
import re
from collections.abc import Callable

from desk.command_values import (
    fold,
    looks_like_people,
    looks_like_person,
    looks_like_school,
    looks_like_word,
    read_category,
    read_minutes,
    read_number,
    read_priority,
)
from desk.command_words import POLITE_CORE, PRIORITY_WORDS, words

WRAPPING = " *_`\"“”'‘’«»()"
_LINK_WORDS = re.compile(r"^(?:[-–—:=>]+ ?|(?:to|as|of|into|with|a|con|de) (?=[@\w#]))+", re.IGNORECASE)
_HASTE = words("soon asap now today tomorrow immediate immediately top max maximum pronto ya hoy inmediata")


def value_of(rest: str) -> str:
    """What stands behind a command, without "to", quotes and "please"."""
    value = _LINK_WORDS.sub("", rest.strip()).strip(WRAPPING + "[]")
    parts = value.split(" ")
    while len(parts) > 1 and fold(parts[-1].strip(".,!")) in POLITE_CORE:
        parts.pop()
    return " ".join(parts).strip().rstrip(".,;!").strip(WRAPPING + "<>").removeprefix("@")


def _is_time(value: str) -> bool:
    return read_minutes(value) is not None or (len(value.split()) <= 2 and looks_like_word(value))


def _is_number(value: str) -> bool:
    short = len(value.split()) <= 2 and any(char.isdigit() for char in value) and looks_like_word(value)
    return read_number(value) is not None or short


def _is_category(value: str) -> bool:
    plain = len(value) <= 40 and not any(char.isdigit() for char in value)
    return read_category(value) is not None or (plain and looks_like_word(value))


def _is_priority(value: str) -> bool:
    """Whether a priority is meant: "soon" is, "seating" is not."""
    said = fold(value)
    near = said in _HASTE or said.isdigit() or difflib.get_close_matches(said, list(PRIORITY_WORDS), n=1, cutoff=0.75)
    return read_priority(value) is not None or bool(near)


FITS: dict[str, Callable[[str], bool]] = {
    "assign": looks_like_person,
    "for": looks_like_person,
    "cc": looks_like_people,
    "uncc": looks_like_people,
    "school": looks_like_school,
    "category": _is_category,
    "priority": _is_priority,
    "time": _is_time,
    "same-as": _is_number,
}
# Values that nobody writes by chance behind a misspelt word.
CERTAIN: dict[str, Callable[[str], bool]] = {
    "time": lambda value: read_minutes(value, bare=False) is not None,
    "same-as": lambda value: read_number(value) is not None,
    "category": lambda value: read_category(value) is not None,
    "priority": lambda value: read_priority(value) is not None,
}
