"""What a roster does to the schools, and which schools its people mean.

In:       a Roster and the schools as they are.
Out:      SchoolPlan: the changes, and the codes of a person's schools.
Not here: people (desk.roster_plan), the tables (desk.roster_state).

A code never changes once a school has it, because people type it. The configuration's words outrank
a roster's. A school that the roster no longer names stays: tickets and people belong to it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from difflib import get_close_matches

from desk.directory_check import CODE_LIMIT, NAME_LIMIT, fold
from desk.roster_rows import PLAIN_CSV, PersonRow, Roster, SchoolRow, split_list
from desk.roster_state import SchoolChange, SchoolState

# What sheets write for somebody who belongs to no one school.
EVERYWHERE = frozenset(("all", "all schools", "*", "district", "districtwide", "district-wide", "none", "n/a", "-"))
_END = re.compile(r"\s+schools?$")
# What half of all schools' names end in tells no two of them apart.
_COMMON = re.compile(r"\b(?:elementary|middle|high|primary|secondary|junior|senior|schools?|academy)\b")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class SchoolPlan:
    """The schools as they will be; `codes` leads from what people's rows say to school codes."""

    changes: list[SchoolChange]
    unchanged: int
    codes: Mapping[str, tuple[str, ...]]

    def codes_of(self, row: PersonRow) -> frozenset[str]:
        """The codes of a person's schools; what names no school (a district's office) gives none."""
        return frozenset(code for said in row.schools for code in self.codes.get(said, ()))


def plan_schools(roster: Roster, before: Sequence[SchoolState]) -> SchoolPlan:
    """Find each school or make it; unknown references are noted once each in the roster's problems."""
    after = [copy(school) for school in before]
    if roster.origin == PLAIN_CSV:
        codes = _read_entries(roster, after)
    else:
        _apply_orgs(roster, after)
        codes = {school.source_id: (school.code,) for school in after if school.source_id}
        _complain_of_unknown(roster, codes)
    changes = [SchoolChange(old, new) for old, new in zip(before, after, strict=False) if old != new]
    unchanged = len(before) - len(changes)
    return SchoolPlan(changes + [SchoolChange(None, new) for new in after[len(before) :]], unchanged, codes)


def _apply_orgs(roster: Roster, schools: list[SchoolState]) -> None:
    in_file = {row.source_id for row in roster.schools if not row.gone}
    for row in roster.schools:
        school = _find(row, schools, in_file)
        if row.gone:
            if school is not None and school.source_id == row.source_id:
                school.source_id = None
        elif school is None:
            code = _free_code(row.code or row.name, row.name, schools)
            schools.append(SchoolState(None, code, row.name, row.source_id))
        else:
            school.source_id = row.source_id
            school.name = school.name if school.in_config else row.name
    if roster.complete_schools:
        for school in schools:
            school.source_id = school.source_id if school.source_id in in_file else None


def _find(row: SchoolRow, schools: Iterable[SchoolState], in_file: set[str | None]) -> SchoolState | None:
    """By its id; else by code, else by name, among the schools that no other row of the file is about."""
    same = [school for school in schools if school.source_id == row.source_id]
    free = [school for school in schools if school.source_id not in in_file]
    same = same or [school for school in free if row.code and fold(school.code) == fold(row.code)]
    same = same or [school for school in free if fold(school.name) == fold(row.name)]
    return same[0] if len(same) == 1 else None


def _complain_of_unknown(roster: Roster, codes: Mapping[str, tuple[str, ...]]) -> None:
    known = roster.other_orgs | set(codes)
    told: set[str] = set()
    for row in roster.people:
        for said in row.schools:
            if said not in known and said not in told and not row.gone:
                told.add(said)
                roster.complain(row.file, row.line, f"organisation '{said[:80]}' is in no orgs.csv; no school for it")


def _read_entries(roster: Roster, schools: list[SchoolState]) -> dict[str, tuple[str, ...]]:
    """What a plain sheet writes in its school column: codes or names; a new name is a new school."""
    codes: dict[str, tuple[str, ...]] = {}
    for row in roster.people:
        for said in row.schools:
            if said not in codes and not row.gone:
                codes[said] = _codes_for(said, row, roster, schools)
    return codes


def _codes_for(said: str, row: PersonRow, roster: Roster, schools: list[SchoolState]) -> tuple[str, ...]:
    known = _known_words(schools)
    parts = [said] if fold(said) in known else list(split_list(said))
    if fold(said) in EVERYWHERE:
        return ()
    if all(fold(part) in known for part in parts):
        return tuple(known[fold(part)] for part in parts)
    near = _near(said, known)
    if near:
        roster.complain(row.file, row.line, f"school '{said[:80]}' is new; did you mean {near}?")
    name = said[:NAME_LIMIT]
    schools.append(SchoolState(None, _free_code(name, name, schools), name))
    return (schools[-1].code,)


def _near(said: str, known: Mapping[str, str]) -> str | None:
    """The code of a school that was perhaps meant; names that differ in a number differ on purpose."""
    plain = {_distinct(word): word for word in reversed(list(known))}
    whole = get_close_matches(fold(said), known, n=3, cutoff=0.9)
    parts = get_close_matches(_distinct(said), plain, n=3, cutoff=0.8)
    for word in (*whole, *(plain[part] for part in parts)):
        if _DIGITS.findall(word) == _DIGITS.findall(said):
            return known[word]
    return None


def _distinct(name: str) -> str:
    folded = fold(name)
    return " ".join(_COMMON.sub(" ", folded).split()) or folded


def _known_words(schools: Iterable[SchoolState]) -> dict[str, str]:
    """Every word for a school: short name, name, code, the later the stronger."""
    words = {_END.sub("", fold(school.name)): school.code for school in schools}
    words |= {fold(school.name): school.code for school in schools}
    return words | {fold(school.code): school.code for school in schools}


def _free_code(wish: str, name: str, schools: Sequence[SchoolState]) -> str:
    """A code that people can type: the roster's identifier or the name, and a number when it is taken."""
    taken = {fold(school.code) for school in schools}
    for code in (_slug(wish), _slug(name)):
        if code not in taken:
            return code
    return next(code for number in range(2, len(taken) + 3) if (code := f"{_slug(name)[:60]}-{number}") not in taken)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:CODE_LIMIT].rstrip("-") or "school"
