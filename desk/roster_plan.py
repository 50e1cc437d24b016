"""What a roster changes about people: compared in memory, before anything is written.

In:       a Roster, the people as they are.
Out:      PeoplePlan: each change, and who stays as they are.
Not here: reading files, writing rows, telling it (desk.roster).

A person is found by the roster's id, else by address: systems are replaced and ids with them, but mail
keeps coming from the same address. The configuration outranks a plain CSV, that outranks OneRoster;
OneRoster alone makes nobody a technician and unmakes none.
"""

import sys
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field

from desk.directory import withdraw
from desk.roster_rows import ONEROSTER, PLAIN_CSV, PersonRow, Roster
from desk.roster_schools import SchoolPlan
from desk.roster_state import DirectoryState, PersonChange, PersonState

ROLES_OF_ONEROSTER = ("requester", "student")


@dataclass
class PeoplePlan:
    """The outcome: changes in the order of the file, leavers last."""

    changes: list[PersonChange] = field(default_factory=list)
    unchanged: int = 0


def plan_people(roster: Roster, state: DirectoryState, schools: SchoolPlan) -> PeoplePlan:
    """Compare everybody in the roster with everybody known; what cannot be is noted in its problems."""
    return _Planner(roster, state, schools).plan()


class _Planner:
    """One comparison. `after` holds a copy of everybody, `claimed` who belongs to which row."""

    def __init__(self, roster: Roster, state: DirectoryState, schools: SchoolPlan) -> None:
        self.roster, self.schools = roster, schools
        self.desk_addresses = state.desk_addresses
        self.before: dict[int, PersonState] = {person.id: person for person in state.people if person.id}
        self.after = {number: copy(person) for number, person in self.before.items()}
        self.by_source = {person.source_id: person for person in self.after.values() if person.source_id}
        self.by_address = {one: person for person in self.after.values() for one in person.addresses}
        self.claimed: dict[int, PersonRow] = {}  # by id() of the state, because new people have no id yet
        self.new: list[PersonState] = []

    def plan(self) -> PeoplePlan:
        active = [row for row in self.roster.people if not row.gone]
        found = self._claim([row for row in active if self._is_writable(row)])
        for row, person in found:
            self._settle_address(row, person)
            self._merge(row, person)
        for row in self.roster.students:
            self._recognise_student(row)
        for row in self.roster.people:
            if row.gone:
                self._remove(row)
        if self.roster.complete:
            self._remove_missing()
        return self._outcome()

    def _is_writable(self, row: PersonRow) -> bool:
        if row.address in self.desk_addresses:
            self.roster.complain(row.file, row.line, f"{row.address} is an address of the desk itself; passed over")
            return False
        return True

    def _claim(self, rows: list[PersonRow]) -> list[tuple[PersonRow, PersonState]]:
        """Who each row is about: ids first, for all rows, so that the order in the file does not matter."""
        for row in rows:
            person = self.by_source.get(row.source_id or "")
            if person is not None:
                self.claimed[id(person)] = row
        return [(row, self._person_of(row)) for row in rows]

    def _person_of(self, row: PersonRow) -> PersonState:
        person = self.by_source.get(row.source_id or "")
        if person is not None:
            return person
        person = self.by_address.get(row.address)
        if person is None or id(person) in self.claimed:
            person = PersonState()
            self.new.append(person)
        self.claimed[id(person)] = row
        return person

    def _settle_address(self, row: PersonRow, person: PersonState) -> None:
        """The row's address comes first; one that changes hands within the file moves along."""
        owner = self.by_address.get(row.address)
        if owner is not None and owner is not person:
            if id(owner) not in self.claimed:
                self._keep_old_address(row, person, owner)
                return
            owner.addresses = tuple(one for one in owner.addresses if one != row.address)
        if self.roster.origin == ONEROSTER or not person.addresses:
            person.addresses = (row.address, *(one for one in person.addresses if one != row.address))
        self.by_address[row.address] = person

    def _keep_old_address(self, row: PersonRow, person: PersonState, owner: PersonState) -> None:
        """Somebody outside the file writes from it, and may have tickets: nobody is merged by guesswork."""
        known = "a person of the district" if owner.is_named else "somebody who has written in"
        what = f"{row.address} belongs to {known} (person {owner.id}); person {person.id} keeps the old address"
        self.roster.complain(row.file, row.line, what)

    def _merge(self, row: PersonRow, person: PersonState) -> None:
        """Write what the row says into the person, as far as nobody of more weight has spoken."""
        outranked = person.in_config or (self.roster.origin == ONEROSTER and person.csv_role is not None)
        if self.roster.origin == PLAIN_CSV:
            if "role" in row.says or person.csv_role is None:
                person.csv_role = row.role
            if "level" in row.says:
                person.csv_level = row.level
            if person.in_config:
                self._tell_what_holds(row, person)
        else:
            person.in_oneroster, person.source_id = True, row.source_id
        if not outranked:
            self._set_role(row, person)
            if "schools" in row.says:
                person.schools = self.schools.codes_of(row)
        person.name = (row.name if not outranked else None) or person.name or row.name
        person.language = (row.language if not outranked else None) or person.language or row.language
        person.rostered = person.active = True

    def _tell_what_holds(self, row: PersonRow, person: PersonState) -> None:
        """Of somebody whom the configuration names, say what the row has said in vain."""
        schools = self.schools.codes_of(row)
        pairs = [
            ("role", row.role if row.names_role else None, person.role),
            ("level", row.level, person.level),
            ("schools", "+".join(sorted(schools)), "+".join(sorted(person.schools))),
            ("language", row.language if person.language else None, person.language),
        ]
        other = [f"{word} {said} (it stays {held or 'none'})" for word, said, held in pairs if said and said != held]
        if other:
            what = f"{row.address} is named in the configuration, which wins; not taken: {', '.join(other)}"
            self.roster.note(row.file, row.line, what)

    def _set_role(self, row: PersonRow, person: PersonState) -> None:
        if self.roster.origin == PLAIN_CSV:
            person.role, person.level = person.csv_role or "requester", person.csv_level
        elif person.role in ROLES_OF_ONEROSTER:
            person.role = row.role

    def _recognise_student(self, row: PersonRow) -> None:
        """Only one who is known already, by having written or by an earlier roster."""
        person = self.by_source.get(row.source_id or "") or self.by_address.get(row.address)
        if person is None or id(person) in self.claimed:
            self.roster.skip("students")
        elif row.gone:
            self._take_back(person)
        else:
            self.claimed[id(person)] = row
            self._merge(row, person)

    def _remove(self, row: PersonRow) -> None:
        """A row that says somebody is gone; an old record of somebody who has a new one says nothing."""
        person = self.by_source.get(row.source_id or "") or self.by_address.get(row.address)
        if person is None or id(person) in self.claimed:
            return
        if row.source_id and person.source_id not in (None, row.source_id):
            return
        self.claimed[id(person)] = row
        if not self._is_named_by_roster(person):
            return
        self._take_back(person)
        if person.is_named:
            by = "configuration" if person.in_config else "plain CSV" if person.csv_role else "OneRoster import"
            what = f"person {person.id} has left by this file, but the {by} still names them; they stay"
            self.roster.complain(row.file, row.line, what)

    def _remove_missing(self) -> None:
        for person in self.after.values():
            missing = id(person) not in self.claimed and person.source_id not in self.roster.mentioned
            if missing and self._is_named_by_roster(person):
                self._take_back(person)

    def _is_named_by_roster(self, person: PersonState) -> bool:
        return person.in_oneroster if self.roster.origin == ONEROSTER else person.csv_role is not None

    def _take_back(self, person: PersonState) -> None:
        if self.roster.origin == ONEROSTER:
            person.in_oneroster = False
        else:
            person.csv_role = person.csv_level = None
        withdraw(person)

    def _outcome(self) -> PeoplePlan:
        lines = {key: row.line for key, row in self.claimed.items()}
        pairs: Iterable[tuple[PersonState | None, PersonState]] = [
            *((self.before[number], person) for number, person in self.after.items()),
            *((None, person) for person in self.new),
        ]
        changes = [PersonChange(old, new) for old, new in pairs if old != new]
        changes.sort(key=lambda change: lines.get(id(change.after), sys.maxsize))
        known = sum(1 for person in self.after.values() if id(person) in self.claimed)
        changed = sum(1 for change in changes if change.before is not None and id(change.after) in self.claimed)
        return PeoplePlan(changes, known - changed)
