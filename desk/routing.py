"""Who gets a ticket: the most specific coverage row, else what the roles imply, else the default.

In:       a ticket's kinds, category, level and school.
Out:      Route: a team or a person, and why in one sentence.
Not here: writing the ticket (desk.tickets), what the mail is about (classifier).

A fault decides before a request, a request before training: the broken thing comes first. Nobody who
has left is ever routed to; the next row or candidate is tried instead.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from desk.directory_check import UNSURE
from desk.routing_words import because_of_role, because_of_row, subject_words
from models import Coverage, Person, School, Team, Ticket
from models.district import with_members
from models.memory import remembered

DECIDES = ("fault", "request", "training")
TRIAGE_TEAM = "triage"
DEFAULT_TEAM = "help desk"
OPEN_STATUSES = ("new", "open", "pending")
FIRST_LINE = ("technician", "media-coordinator")  # without a level they are a school's first line
LINE_ROLES = (*FIRST_LINE, "contractor")


@dataclass(frozen=True)
class Route:
    """Where a ticket goes: a team's queue or one person's hands, and why. Neither only in an empty desk."""

    team: Team | None
    person: Person | None
    because: str


@dataclass(frozen=True)
class Wanted:
    """What is to be routed, by one kind; None for the kind means nobody is sure."""

    kind: str | None
    category: str | None
    level: int
    school: School | None

    @property
    def words(self) -> str:
        """The case in words, for `because`."""
        return subject_words(self.kind, self.level, self.school)


def route(
    session: Session, kinds: tuple[str, ...], category: str | None, level: int, school: School | None
) -> Route:
    """Choose who gets a ticket; the same district and the same load give the same answer."""
    rows = _of_school(session, school)
    if not kinds:
        return _route_unsure(session, rows, Wanted(None, category, level, school))
    wanted = [Wanted(kind, category, level, school) for kind in DECIDES if kind in kinds]
    for one in wanted:
        found = _by_rows(rows, one) or _by_role(session, one, kinds)
        if found is not None:
            return found
    return _by_default(session, rows, wanted[0])


def _usable_rows(session: Session) -> list[Coverage]:
    """Every row that leads to somebody, in order of id: a row of a person who has left leads nowhere."""
    rows = remembered(session, "coverage", lambda: _read_rows(session))
    return [row for row in rows if row.team is not None or (row.person is not None and row.person.active)]


def _read_rows(session: Session) -> list[Coverage]:
    person = joinedload(Coverage.person).selectinload(Person.addresses)
    options = (person, joinedload(Coverage.team).options(with_members()), joinedload(Coverage.school))
    return list(session.scalars(select(Coverage).options(*options).order_by(Coverage.id)))


def _of_school(session: Session, school: School | None) -> list[Coverage]:
    """The usable rows that can serve this school, those for every school among them, in order of id."""
    by_school = remembered(session, "coverage by school", lambda: _by_school(_usable_rows(session)))
    return by_school.get(school.id if school is not None else None) or by_school[None]


def _by_school(rows: Iterable[Coverage]) -> dict[int | None, list[Coverage]]:
    all_rows = list(rows)
    found: dict[int | None, list[Coverage]] = {None: [], **{row.school_id: [] for row in all_rows}}
    for row in all_rows:
        for school_id, fit in found.items():
            if row.school_id in (None, school_id):
                fit.append(row)
    return found


def _by_rows(rows: Iterable[Coverage], wanted: Wanted) -> Route | None:
    """The most specific row with at least one key, where all its keys match."""
    matching = [row for row in rows if _keys(row) and _matches(row, wanted)]
    return _route_to(min(matching, key=lambda row: _rank(row, wanted)), wanted) if matching else None


def _keys(row: Coverage) -> tuple[bool, ...]:
    """Which keys a row has, the strongest first; empty when it has none."""
    given = (row.school_id is not None, row.kind is not None, row.category is not None, row.level is not None)
    return given if any(given) else ()


def _rank(row: Coverage, wanted: Wanted) -> tuple[bool, int, tuple[bool, ...], int]:
    """Smaller is more specific: more keys, then a stronger key, then the earlier row.

    For a wish to be taught, a row that says so comes before any that names no kind: a technician's row for a school
    and a level has more keys than "training goes to the coach", and yet does not mean it.
    """
    given = _keys(row)
    only_by_chance = wanted.kind == "training" and row.kind is None
    return (only_by_chance, -sum(given), tuple(not key for key in given), row.id)


def _matches(row: Coverage, wanted: Wanted) -> bool:
    """Whether no key of the row says otherwise; rows for unsure mail serve that alone."""
    kind = wanted.kind or UNSURE
    return (
        row.kind in (None, kind)
        and row.category in (None, wanted.category)
        and row.level in (None, wanted.level)
        and (row.school_id is None or (wanted.school is not None and row.school_id == wanted.school.id))
    )


def _route_to(row: Coverage, wanted: Wanted) -> Route:
    return Route(row.team, row.person, because_of_row(row, wanted.words))


def _route_unsure(session: Session, rows: Sequence[Coverage], wanted: Wanted) -> Route:
    """Unsure mail: rows of its own, the triage team, the default; never somebody who only teaches."""
    fit = [row for row in rows if row.person is None or row.person.role != "itf"]
    found = _by_rows([row for row in fit if row.kind == UNSURE], wanted)
    if found is not None:
        return found
    triage = team_called(session, TRIAGE_TEAM)
    if triage is not None:
        return Route(triage, None, f"{wanted.words} goes to {triage.name} (the team that sorts unsure mail)")
    return _by_default(session, fit, wanted)


def _by_default(session: Session, rows: Iterable[Coverage], wanted: Wanted) -> Route:
    plain = next((row for row in rows if not _keys(row)), None)
    if plain is not None:
        return _route_to(plain, wanted)
    team = team_called(session, DEFAULT_TEAM)
    where = team.name if team else "nobody"
    return Route(team, None, f"{wanted.words} goes to {where} (no coverage row and no role serves it)")


def team_called(session: Session, folded: str) -> Team | None:
    """The team of this name, given in small letters."""
    return remembered(session, ("team", folded), lambda: _read_team(session, folded))


def _read_team(session: Session, folded: str) -> Team | None:
    called = select(Team).where(func.lower(Team.name) == folded).order_by(Team.id).limit(1)
    return session.scalar(called.options(with_members()))


def _by_role(session: Session, wanted: Wanted, kinds: tuple[str, ...]) -> Route | None:
    """Who serves it by role alone: the school's own people, for the network an analyst, then the district's.

    What is a fault as well never goes to an ITF this way: they teach, they do not repair.
    """
    if wanted.kind == "training" and "fault" in kinds:
        return None
    people = _workers(session)
    for candidates, reason in _circles(people, wanted):
        if candidates:
            person = _least_busy(session, candidates)
            return Route(None, person, because_of_role(person, wanted.words, reason))
    return None


def _workers(session: Session) -> list[Person]:
    return remembered(session, "workers", lambda: _read_workers(session))


def _read_workers(session: Session) -> list[Person]:
    roles = (*LINE_ROLES, "itf", "analyst")
    query = select(Person).where(Person.active, Person.rostered, Person.role.in_(roles)).order_by(Person.id)
    loaded = query.options(selectinload(Person.schools), selectinload(Person.addresses))
    return list(session.scalars(loaded))


def _circles(people: Sequence[Person], wanted: Wanted) -> Iterator[tuple[list[Person], str]]:
    """The circles of candidates, the nearest first, each with its reason."""
    fit = [person for person in people if _serves(person, wanted)]
    yield [person for person in fit if wanted.school in person.schools], "of this school"
    if wanted.kind == "fault" and wanted.category == "network-wifi":
        analysts = [person for person in people if person.role == "analyst"]
        yield [person for person in analysts if wanted.school in person.schools], "for this school's network"
        yield [person for person in analysts if not person.schools or not wanted.school], "for the network"
    yield [person for person in fit if not person.schools], "of the whole district"


def _serves(person: Person, wanted: Wanted) -> bool:
    if wanted.kind == "training":
        return person.role == "itf"
    if person.role not in LINE_ROLES:
        return False
    level = person.level or (1 if person.role in FIRST_LINE else None)
    return level == wanted.level


def _least_busy(session: Session, candidates: Sequence[Person]) -> Person:
    """The one with the fewest open tickets, then the lowest id."""
    if len(candidates) == 1:
        return candidates[0]
    ids = [person.id for person in candidates]
    rows = session.execute(
        select(Ticket.assignee_id, func.count().label("open"))
        .where(Ticket.assignee_id.in_(ids), Ticket.status.in_(OPEN_STATUSES))
        .group_by(Ticket.assignee_id)
    )
    load = {row.assignee_id: row.open for row in rows}
    return min(candidates, key=lambda person: (load.get(person.id, 0), person.id))
