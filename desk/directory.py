"""The district's schools, people, teams and coverage, made equal to what the configuration says.

In:       the settings of desk.config, on every start.
Out:      School, Person, Team, Coverage and Mailbox rows, flushed; the caller commits.
Not here: whether the settings make sense (desk.directory_check), rosters (desk.roster).

What a source has named, only that source takes back: people of the configuration who are no longer in
it lose role and place, unless a roster names them too. Nobody who may have a ticket is ever deleted.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import exists, or_, select, text
from sqlalchemy.orm import Session, selectinload

from desk.directory_check import (
    CoverageSetting,
    Directory,
    DirectoryError,
    Known,
    PersonSetting,
    SchoolSetting,
    TeamSetting,
    check_directory,
    fold,
    folded_address,
    without_unknown,
)
from desk.directory_queues import apply_coverage, apply_mailboxes, apply_teams
from models import Address, Coverage, Participant, Person, School, Team, Ticket
from models.people import person_school

__all__ = [
    "CoverageSetting", "DirectoryError", "PersonSetting", "SchoolSetting", "TeamSetting",
    "apply_directory", "lock_directory", "withdraw",
]  # fmt: skip


def apply_directory(
    session: Session,
    schools: Sequence[SchoolSetting],
    people: Sequence[PersonSetting],
    teams: Sequence[TeamSetting],
    coverage: Sequence[CoverageSetting],
    mailboxes: Sequence[str],
    default_team: str = "Help Desk",
    roster_follows: bool = False,
    own_categories: Sequence[str] = (),
) -> None:
    """Make the tables equal to the configuration; twice the same settings change nothing.

    Raises DirectoryError, with every problem in its `problems`, before anything is changed. With
    `roster_follows` (before the import that will bring them) unknown people and schools that teams,
    coverage or people refer to are left out instead; the next start takes them in.
    """
    lock_directory(session)
    directory = Directory(schools, people, teams, coverage, mailboxes, own_categories)
    known = _known(session, directory)
    if roster_follows:
        directory = without_unknown(directory, known)
    check_directory(directory, known, default_team)
    by_code = _apply_schools(session, schools)
    by_address = _apply_people(session, directory.people, by_code)
    by_address |= _people_of(session, directory.named_addresses())
    by_name = apply_teams(session, directory.teams, by_address, default_team)
    apply_coverage(session, directory.coverage, by_code, by_address, by_name)
    apply_mailboxes(session, teams, mailboxes, by_name)
    _drop_unused(session, schools, teams, default_team)
    session.flush()


def lock_directory(session: Session) -> None:
    """Let one writer at a time change the directory: hosts that start together, a start and an import.

    Locking the addresses also makes a stranger's first mail wait, so that it meets the new person
    instead of taking the address from under us. SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE address IN SHARE ROW EXCLUSIVE MODE"))


class Named(Protocol):
    """What a person is, and who says so: a row, or a roster's plan for one."""

    role: Any
    level: Any
    rostered: Any
    active: Any
    in_config: Any
    csv_role: Any
    csv_level: Any

    @property
    def is_named(self) -> bool: ...


def withdraw(person: Named) -> None:
    """Settle what a person is after a source has stopped naming them: what the remaining sources say.

    The plain CSV's role holds again; OneRoster gives no role beyond requester; with no source left
    they are out of the roster and inactive.
    """
    if not person.in_config:
        person.role, person.level = person.csv_role or "requester", person.csv_level
    person.rostered = person.active = person.is_named


def _known(session: Session, directory: Directory) -> Known:
    """Schools and people that rosters brought in. Somebody who has left is still known, so that a
    leaver's coverage row is skipped by routing instead of keeping the desk from starting."""
    codes = frozenset(fold(code) for code in session.scalars(select(School.code)))
    roster = (
        select(Address.address)
        .join(Person)
        .where(
            Address.address.in_(directory.named_addresses()),
            or_(Person.csv_role.is_not(None), Person.in_oneroster, ~Person.active),
        )
    )
    return Known(codes, frozenset(session.scalars(roster)))


def _apply_schools(session: Session, settings: Sequence[SchoolSetting]) -> dict[str, School]:
    """Find each school by its code, else by its name (a roster may know it under a code of its own)."""
    schools = list(session.scalars(select(School)))
    by_code = {fold(school.code): school for school in schools}
    listed = {fold(setting.code) for setting in settings}
    for setting in settings:
        school = by_code.get(fold(setting.code)) or _same_name(schools, setting.name, listed)
        if school is None:
            school = School(code=setting.code.strip(), name=setting.name.strip())
            session.add(school)
        by_code.pop(fold(school.code), None)
        school.code, school.name, school.in_config = setting.code.strip(), setting.name.strip(), True
        by_code[fold(school.code)] = school
    session.flush()
    return by_code


def _same_name(schools: Iterable[School], name: str, listed: set[str]) -> School | None:
    unlisted = [school for school in schools if fold(school.code) not in listed]
    same = [school for school in unlisted if fold(school.name) == fold(name)]
    return same[0] if len(same) == 1 else None


def _apply_people(
    session: Session, settings: Sequence[PersonSetting], by_code: Mapping[str, School]
) -> dict[str, Person]:
    """A stranger whom the configuration now names keeps the row, and with it all earlier tickets."""
    by_address = _people_of(session, [folded_address(setting.address) for setting in settings])
    for setting in settings:
        address = folded_address(setting.address)
        person = by_address.get(address)
        if person is None:
            person = by_address[address] = Person(addresses=[Address(address=address)])
            session.add(person)
        person.name = " ".join(setting.name.split())[:200] or None
        person.role, person.level = setting.role, setting.level
        person.language = setting.language or person.language
        person.in_config = person.rostered = person.active = True
        _set_schools(person, [by_code[fold(code)] for code in setting.schools])
    session.flush()
    named = {person.id for person in by_address.values()}
    for person in session.scalars(select(Person).where(Person.in_config)):
        if person.id not in named:
            person.in_config = False
            withdraw(person)
    return by_address


def _set_schools(person: Person, schools: Iterable[School]) -> None:
    wanted = list(dict.fromkeys(schools))
    if set(person.schools) != set(wanted):
        person.schools = wanted


def _people_of(session: Session, addresses: Iterable[str]) -> dict[str, Person]:
    rows = session.execute(
        select(Address.address, Person)
        .join(Person.addresses)
        .where(Address.address.in_(list(addresses)))
        .options(selectinload(Person.schools))
    )
    return {row.address: row.Person for row in rows}


def _drop_unused(
    session: Session, schools: Sequence[SchoolSetting], teams: Sequence[TeamSetting], default_team: str
) -> None:
    """Delete schools and teams that the configuration has given up, once nothing refers to them."""
    session.flush()
    codes = {fold(setting.code) for setting in schools}
    names = {fold(default_team), *(fold(setting.name) for setting in teams)}
    for school in session.scalars(select(School).where(School.in_config)):
        if fold(school.code) not in codes:
            school.in_config = False
            if school.source_id is None and not _is_used(session, _uses_of_school(school.id)):
                session.delete(school)
    for team in session.scalars(select(Team)):
        if fold(team.name) not in names and not _is_used(session, _uses_of_team(team.id)):
            session.delete(team)


def _uses_of_school(school_id: int) -> list:
    return [
        exists().where(Ticket.school_id == school_id),
        exists().where(Coverage.school_id == school_id),
        exists().where(person_school.c.school_id == school_id),
    ]


def _uses_of_team(team_id: int) -> list:
    return [
        exists().where(Ticket.team_id == team_id),
        exists().where(Coverage.team_id == team_id),
        exists().where(Participant.team_id == team_id),
    ]


def _is_used(session: Session, uses: list) -> bool:
    return bool(session.scalar(select(or_(*uses))))
