"""What the configuration says about the district, and whether it makes sense.

In:       schools, people, teams and coverage as the configuration names them.
Out:      the settings that travel; every DirectoryError at once, so that one run shows all of them.
Not here: the tables (desk.directory), files and keys (desk.config).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from intake.requester import usable_address
from models.words import CATEGORIES, KINDS, ROLES

UNSURE = "unsure"
COVERAGE_KINDS = (*KINDS, UNSURE)
LEVELS = (1, 2, 3)
NAME_LIMIT = 200
CODE_LIMIT = 64


@dataclass(frozen=True)
class SchoolSetting:
    """A building and its short code."""

    code: str
    name: str


@dataclass(frozen=True)
class PersonSetting:
    """Somebody whom the configuration names; without schools they serve, or belong to, the whole district."""

    name: str
    address: str
    role: str = "requester"
    level: int | None = None
    schools: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True)
class TeamSetting:
    """A queue, its members by address, and the desk address whose mail it sees."""

    name: str
    members: tuple[str, ...] = ()
    address: str | None = None


@dataclass(frozen=True)
class CoverageSetting:
    """Who serves what; None means any. `person` is an address, `team` a name: exactly one of them."""

    kind: str | None = None
    category: str | None = None
    level: int | None = None
    school: str | None = None
    person: str | None = None
    team: str | None = None


class DirectoryError(ValueError):
    """Something in the configuration's directory cannot be: where, what was found, what was expected.

    The one that is raised stands for all: `problems` lists every one, itself first.
    """

    def __init__(self, where: str, found: str, expected: str) -> None:
        super().__init__(where, found, expected)
        self.where = where
        self.found = found
        self.expected = expected
        self.problems: tuple[DirectoryError, ...] = (self,)

    def __str__(self) -> str:
        return "\n".join(f"{one.where}: found {one.found}; expected {one.expected}" for one in self.problems)


@dataclass(frozen=True)
class Known:
    """What the database knows beside the configuration: school codes (folded), addresses of rosters."""

    codes: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Directory:
    """All that the configuration says about the district."""

    schools: Sequence[SchoolSetting]
    people: Sequence[PersonSetting]
    teams: Sequence[TeamSetting]
    coverage: Sequence[CoverageSetting]
    mailboxes: Sequence[str]
    own_categories: Sequence[str] = ()

    def named_addresses(self) -> set[str]:
        """The addresses that teams and coverage refer to, folded."""
        written = [member for team in self.teams for member in team.members]
        written += [row.person for row in self.coverage if row.person]
        return {folded_address(address) for address in written}


def without_unknown(directory: Directory, known: Known) -> Directory:
    """The same, short of what refers to people and schools that only a roster still to come will bring."""
    codes = known.codes | {fold(school.code) for school in directory.schools}
    addresses = known.addresses | {folded_address(person.address) for person in directory.people}
    people = [
        replace(person, schools=tuple(code for code in person.schools if fold(code) in codes))
        for person in directory.people
    ]
    teams = [
        replace(team, members=tuple(one for one in team.members if folded_address(one) in addresses))
        for team in directory.teams
    ]
    coverage = [
        row
        for row in directory.coverage
        if (row.school is None or fold(row.school) in codes)
        and (row.person is None or folded_address(row.person) in addresses)
    ]
    return replace(directory, people=people, teams=teams, coverage=coverage)


def check_directory(directory: Directory, known: Known, default_team: str) -> None:
    """Raise a DirectoryError with every problem there is; nothing when all is well."""
    codes = known.codes | {fold(school.code) for school in directory.schools}
    own = {folded_address(address) for address in directory.mailboxes}
    own |= {folded_address(team.address) for team in directory.teams if team.address}
    addresses = known.addresses | {folded_address(person.address) for person in directory.people}
    teams = {fold(default_team): default_team} | {fold(team.name): team.name for team in directory.teams}
    problems = [
        *_schools(directory.schools),
        *_people(directory.people, codes, own),
        *_teams(directory.teams, addresses),
        *_coverage(directory.coverage, codes, addresses, teams, (*CATEGORIES, *directory.own_categories)),
        *(_bad_address("the desk's address", one) for one in directory.mailboxes if not _is_address(one)),
    ]
    if problems:
        problems[0].problems = tuple(problems)
        raise problems[0]


def fold(text: str) -> str:
    """How codes and names are compared: people type either case."""
    return " ".join(text.split()).casefold()


def folded_address(address: str) -> str:
    """How addresses are compared and stored."""
    return address.strip().lower()


def place(table: str, number: int, name: object = None) -> str:
    """Where in the configuration: `[[person]] 3 (Tom Reyes)`; counting alone is no help in a long file."""
    known = " ".join(name.split())[:60] if isinstance(name, str) else ""
    return f"[[{table}]] {number} ({known})" if known else f"[[{table}]] {number}"


def _schools(schools: Sequence[SchoolSetting]) -> Iterator[DirectoryError]:
    yield from _doubles("school", "code", [(school.code, school.name) for school in schools])
    for number, school in enumerate(schools, 1):
        where = place("school", number, school.name)
        if not 0 < len(school.code.strip()) <= CODE_LIMIT:
            expected = f'1 to {CODE_LIMIT} characters, such as "oak"'
            yield DirectoryError(f"{where}, code", repr(school.code), expected)
        if not 0 < len(school.name.strip()) <= NAME_LIMIT:
            yield DirectoryError(f"{where}, name", repr(school.name), f"1 to {NAME_LIMIT} characters")


def _people(people: Sequence[PersonSetting], codes: Iterable[str], own: set[str]) -> Iterator[DirectoryError]:
    yield from _doubles("person", "address", [(person.address, person.name) for person in people])
    for number, person in enumerate(people, 1):
        where = place("person", number, person.name)
        if not _is_address(person.address):
            yield _bad_address(f"{where}, address", person.address)
        elif folded_address(person.address) in own:
            expected = "a person's own address, not one that the desk answers"
            yield DirectoryError(f"{where}, address", repr(person.address), expected)
        if person.role not in ROLES:
            yield DirectoryError(f"{where}, role", repr(person.role), _one_of(person.role, ROLES))
        if person.level is not None and person.level not in LEVELS:
            yield DirectoryError(f"{where}, level", repr(person.level), "1, 2 or 3")
        for code in person.schools:
            if fold(code) not in codes:
                yield DirectoryError(f"{where}, schools", repr(code), _a_known("school code", code, codes))


def _teams(teams: Sequence[TeamSetting], addresses: Iterable[str]) -> Iterator[DirectoryError]:
    yield from _doubles("team", "name", [(team.name, team.name) for team in teams])
    yield from _doubles("team", "address", [(team.address or "", team.name) for team in teams])
    for number, team in enumerate(teams, 1):
        where = place("team", number, team.name)
        if not 0 < len(team.name.strip()) <= NAME_LIMIT:
            yield DirectoryError(f"{where}, name", repr(team.name), f"1 to {NAME_LIMIT} characters")
        if team.address is not None and not _is_address(team.address):
            yield _bad_address(f"{where}, address", team.address)
        for member in team.members:
            if folded_address(member) not in addresses:
                yield DirectoryError(f"{where}, members", repr(member), _a_known_person(member, addresses))


def _coverage(
    rows: Sequence[CoverageSetting], codes: Iterable[str], addresses: Iterable[str], teams: dict[str, str],
    categories: Sequence[str],
) -> Iterator[DirectoryError]:  # fmt: skip
    for number, row in enumerate(rows, 1):
        where = place("coverage", number)
        if row.kind is not None and row.kind not in COVERAGE_KINDS:
            yield DirectoryError(f"{where}, kind", repr(row.kind), _one_of(row.kind, COVERAGE_KINDS))
        if row.category is not None and row.category not in categories:
            yield DirectoryError(f"{where}, category", repr(row.category), _one_of(row.category, categories))
        if row.level is not None and row.level not in LEVELS:
            yield DirectoryError(f"{where}, level", repr(row.level), "1, 2 or 3")
        if row.school is not None and fold(row.school) not in codes:
            expected = _a_known("school code", row.school, codes)
            yield DirectoryError(f"{where}, school", repr(row.school), expected)
        if (row.person is None) == (row.team is None):
            found = "neither" if row.person is None else "both"
            yield DirectoryError(where, f"{found} of person and team", "exactly one of them")
        if row.person is not None and folded_address(row.person) not in addresses:
            yield DirectoryError(f"{where}, person", repr(row.person), _a_known_person(row.person, addresses))
        if row.team is not None and fold(row.team) not in teams:
            yield DirectoryError(f"{where}, team", repr(row.team), _a_known("team", row.team, teams.values()))


def _doubles(table: str, key: str, rows: Sequence[tuple[str, str]]) -> Iterator[DirectoryError]:
    """`rows` are (the value that must be unique, the row's name)."""
    first: dict[str, int] = {}
    for number, (value, name) in enumerate(rows, 1):
        if not fold(value):
            continue
        before = first.setdefault(fold(value), number)
        if before != number:
            expected = f"another one than that of {place(table, before, rows[before - 1][1])}"
            yield DirectoryError(f"{place(table, number, name)}, {key}", repr(value), expected)


def _is_address(address: str) -> bool:
    return usable_address(address) is not None


def _bad_address(where: str, found: str) -> DirectoryError:
    return DirectoryError(where, repr(found), 'an e-mail address, such as "ann@oakdistrict.example"')


def _one_of(found: str, allowed: Sequence[str]) -> str:
    near = get_close_matches(found.lower(), allowed, n=1)
    return f"one of {', '.join(allowed)}" + (f" (did you mean {near[0]}?)" if near else "")


def _a_known(what: str, found: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = get_close_matches(fold(found), [fold(name) for name in names], n=1)
    listed = ", ".join(names[:10]) + (", …" if len(names) > 10 else "") if names else "none is known yet"
    return f"a known {what} ({listed})" + (f"; did you mean {near[0]}?" if near else "")


def _a_known_person(found: str, addresses: Iterable[str]) -> str:
    near = get_close_matches(folded_address(found), sorted(addresses), n=1)
    advice = "the address of a [[person]] or of somebody in an imported roster"
    return advice + (f"; did you mean {near[0]}?" if near else "")
