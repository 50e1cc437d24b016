"""The directory as plain values, read in a few queries and written back in bulk.

In:       a session; the changes of a plan.
Out:      SchoolState and PersonState; the rows, changed.
Not here: what changes (desk.roster_plan).

A roster has a hundred thousand people: a query or a flush for each would take minutes, so everything
is read at once, compared in memory, and written by one statement a table.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from models import Address, Mailbox, Person, School
from models.people import person_school

BATCH = 500  # well under the 32,766 variables that SQLite allows in one statement
PERSON_COLUMNS = (
    "name", "role", "level", "active", "rostered", "language", "source_id", "in_config", "in_oneroster",
    "csv_role", "csv_level",
)  # fmt: skip
SCHOOL_COLUMNS = ("code", "name", "source_id")
T = TypeVar("T")


@dataclass
class SchoolState:
    """A school's row, or one to be."""

    id: int | None
    code: str
    name: str
    source_id: str | None = None
    in_config: bool = False


@dataclass
class PersonState:
    """A person's row with addresses (the one we write to first) and school codes, or one to be."""

    id: int | None = None
    name: str | None = None
    role: str = "requester"
    level: int | None = None
    active: bool = True
    rostered: bool = False
    language: str | None = None
    source_id: str | None = None
    in_config: bool = False
    in_oneroster: bool = False
    csv_role: str | None = None
    csv_level: int | None = None
    addresses: tuple[str, ...] = ()
    schools: frozenset[str] = frozenset()

    @property
    def is_named(self) -> bool:
        """Whether any source of the district still names this person."""
        return bool(self.in_config or self.csv_role or self.in_oneroster)


class SchoolChange(NamedTuple):
    """A school before (None: it is new) and after."""

    before: SchoolState | None
    after: SchoolState


class PersonChange(NamedTuple):
    """A person before (None: they are new) and after."""

    before: PersonState | None
    after: PersonState


@dataclass(frozen=True)
class DirectoryState:
    """All that a roster may meet."""

    schools: list[SchoolState]
    people: list[PersonState]
    desk_addresses: frozenset[str]


def read_state(session: Session) -> DirectoryState:
    """The whole directory in five queries."""
    schools = session.execute(select(School.id, School.code, School.name, School.source_id, School.in_config))
    found = [SchoolState(*row) for row in schools]
    desk = frozenset(session.scalars(select(Mailbox.address)))
    return DirectoryState(found, _read_people(session, found), desk)


def write_changes(session: Session, schools: Sequence[SchoolChange], people: Sequence[PersonChange]) -> None:
    """Make the rows what the changes say; the session's own objects are read anew afterwards."""
    session.flush()
    _write_schools(session, schools)
    _insert_people(session, [after for before, after in people if before is None])
    changed = [change for change in people if change.before is not None]
    if changed:
        columns = [_values(after, ("id", *PERSON_COLUMNS)) for _, after in changed]
        session.execute(update(Person), columns)
    _write_addresses(session, people)
    _write_schools_of_people(session, people)
    session.expire_all()


def _read_people(session: Session, schools: Iterable[SchoolState]) -> list[PersonState]:
    codes = {school.id: school.code for school in schools}
    addresses: dict[int, list[str]] = defaultdict(list)
    for row in session.execute(select(Address.person_id, Address.address).order_by(Address.id)):
        addresses[row.person_id].append(row.address)
    places: dict[int, set[str]] = defaultdict(set)
    for row in session.execute(select(person_school)):
        places[row.person_id].add(codes[row.school_id])
    columns = [getattr(Person, name) for name in ("id", *PERSON_COLUMNS)]
    return [
        PersonState(**row, addresses=tuple(addresses[row["id"]]), schools=frozenset(places[row["id"]]))
        for row in session.execute(select(*columns).order_by(Person.id)).mappings()
    ]


def _write_schools(session: Session, changes: Sequence[SchoolChange]) -> None:
    """Give source ids back before they are taken again: two rows may not have one at any moment."""
    changed = [after for before, after in changes if before is not None]
    if changed:
        session.execute(update(School), [{"id": school.id, "source_id": None} for school in changed])
        session.execute(update(School), [_values(school, ("id", *SCHOOL_COLUMNS)) for school in changed])
    added = [after for before, after in changes if before is None]
    if added:
        session.execute(insert(School), [_values(school, SCHOOL_COLUMNS) for school in added])


def _insert_people(session: Session, people: Sequence[PersonState]) -> None:
    for batch in _batches(people, BATCH):
        statement = insert(Person).returning(Person.id, sort_by_parameter_order=True)
        ids = session.scalars(statement, [_values(person, PERSON_COLUMNS) for person in batch])
        for person, number in zip(batch, ids, strict=True):
            person.id = number


def _write_addresses(session: Session, changes: Sequence[PersonChange]) -> None:
    """Delete all that changes hands, then write: an address may move from one person to another."""
    moved = [after for before, after in changes if before is None or before.addresses != after.addresses]
    for batch in _batches([person.id for person in moved], BATCH):
        session.execute(delete(Address).where(Address.person_id.in_(batch)))
    rows = [{"person_id": person.id, "address": one} for person in moved for one in person.addresses]
    if rows:
        session.execute(insert(Address), rows)


def _write_schools_of_people(session: Session, changes: Sequence[PersonChange]) -> None:
    ids = {row.code: row.id for row in session.execute(select(School.code, School.id))}
    moved = [after for before, after in changes if before is None or before.schools != after.schools]
    for batch in _batches([person.id for person in moved], BATCH):
        session.execute(delete(person_school).where(person_school.c.person_id.in_(batch)))
    rows = [{"person_id": person.id, "school_id": ids[code]} for person in moved for code in sorted(person.schools)]
    if rows:
        session.execute(insert(person_school), rows)


def _values(state: SchoolState | PersonState, columns: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(state, name) for name in columns}


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch
