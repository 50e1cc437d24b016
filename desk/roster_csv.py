"""One plain CSV of people: whatever sheet a district has, as long as it has an address column.

In:       a Table.
Out:      Roster.
Not here: matching schools (desk.roster_plan), the tables (desk.roster_state).

Technicians and ITFs come from here. A column called "role" may give any role; a job title gives one
only where it cannot mean anything else: a cafeteria manager must not become a manager of the desk.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from desk.roster_rows import PLAIN_CSV, PersonRow, Roster, RosterError, listed, split_list
from desk.roster_source import Row, Table, fold_column
from intake.requester import clean_name, usable_address
from models.words import ROLES, WORKING_ROLES

# Folded column names, the best first: an "address" beside an "email" is where somebody lives.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "address": ("email", "emailaddress", "workemail", "districtemail", "schoolemail", "mail", "address"),
    "name": ("name", "fullname", "displayname", "employeename", "staffname", "employee"),
    "given": ("firstname", "givenname", "first", "preferredname", "preferredfirstname"),
    "family": ("lastname", "familyname", "surname", "last"),
    "role": ("role",),
    "title": ("title", "jobtitle", "position", "job"),
    "level": ("level", "supportlevel", "tier"),
    "schools": (
        "schools", "school", "schoolcode", "schoolcodes", "schoolname", "building", "buildings",
        "buildingname", "buildingcode", "site", "sites", "sitename", "campus", "location", "locations",
    ),
    "language": ("language", "lang", "preferredlanguage", "locale"),
    "status": ("status", "active", "enabled"),
}  # fmt: skip

# Phrases that mean one role in a title as well as in a role column, folded.
_CERTAIN_ROLES = {
    "itf": "itf",
    "instructionaltechnologyfacilitator": "itf",
    "instructionaltechnologycoach": "itf",
    "technologyfacilitator": "itf",
    "digitallearningcoach": "itf",
    "mediacoordinator": "media-coordinator",
    "librarymediacoordinator": "media-coordinator",
    "mediaspecialist": "media-coordinator",
    "librarymediaspecialist": "media-coordinator",
    "ittechnician": "technician",
    "technologytechnician": "technician",
    "computertechnician": "technician",
    "fieldtechnician": "technician",
    "supporttechnician": "technician",
    "networkanalyst": "analyst",
    "technologyanalyst": "analyst",
}
_STAFF_WORDS = frozenset((
    "teacher", "staff", "faculty", "employee", "administrator", "admin", "aide", "proctor", "principal",
    "assistantprincipal", "secretary", "counselor", "nurse", "librarian", "substitute", "paraprofessional",
    "user", "other",
))  # fmt: skip
_ROLES = {fold_column(role): role for role in ROLES} | {"tech": "technician", "analyst": "analyst"}
_LANGUAGES = {
    "english": "en",
    "spanish": "es",
    "espanol": "es",
    "español": "es",
    "french": "fr",
    "arabic": "ar",
}
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,4})?", re.IGNORECASE)
_GONE = frozenset(("inactive", "tobedeleted", "deleted", "left", "terminated", "disabled", "no", "false", "0", "n"))


def read_plain_csv(table: Table, complete: bool = False) -> Roster:
    """Read the sheet. It adds and changes; only with `complete` has somebody who is not in it left."""
    if table.has("orgSourcedIds") and table.has("sourcedId"):
        raise RosterError(f"{table.file} is one file of a OneRoster export; give the folder or the zip instead")
    columns = _Columns.of(table)
    roster = Roster(PLAIN_CSV, complete, table.file)
    seen: dict[str, int] = {}
    for row in table.rows:
        written = row[columns.address]
        address = usable_address(written.removeprefix("mailto:"))
        if address is None and written:
            roster.complain(table.file, row.line, f"'{written[:80]}' is no e-mail address; passed over")
        elif address is None:
            roster.skip("no e-mail address")
        elif seen.setdefault(address, row.line) != row.line:
            roster.complain(table.file, row.line, f"{address} stands in line {seen[address]} already; passed over")
        else:
            roster.people.append(_person(table, row, columns, address, roster))
    return roster


@dataclass(frozen=True)
class _Columns:
    """Which column of this sheet gives which field, folded; None where the sheet does not say."""

    address: str
    found: Mapping[str, str]

    @classmethod
    def of(cls, table: Table) -> "_Columns":
        there = {fold_column(name) for name in table.columns}
        found: dict[str, str] = {}
        for key, names in COLUMNS.items():
            best = next((name for name in names if name in there), None)
            if best is not None:
                found[key] = best
        if "address" not in found:
            raise RosterError(f"{table.file} has no column 'email' or 'address'; found: {listed(table.columns)}")
        return cls(found["address"], found)

    def cell(self, row: Row, key: str) -> str:
        return row[self.found[key]] if key in self.found else ""

    def says(self) -> frozenset[str]:
        keys = {"level", "schools", "language"} & set(self.found)
        if {"name", "given", "family"} & set(self.found):
            keys.add("name")
        if {"role", "title"} & set(self.found):
            keys.add("role")
        return frozenset(keys)


def _person(table: Table, row: Row, columns: _Columns, address: str, roster: Roster) -> PersonRow:
    def complain(what: str) -> None:
        roster.complain(table.file, row.line, what)

    says = columns.says()
    written, title = columns.cell(row, "role"), columns.cell(row, "title")
    role = _role(written, title, complain)
    level = _level(columns.cell(row, "level"), complain)
    works = role in WORKING_ROLES or "role" not in says  # a sheet of levels alone leaves the roles as they are
    return PersonRow(
        file=table.file,
        line=row.line,
        address=address,
        name=_name(row, columns),
        role=role,
        level=level if works else None,
        schools=split_list(columns.cell(row, "schools"), ";|"),
        language=_language(columns.cell(row, "language"), complain),
        gone=columns.cell(row, "status").casefold() in _GONE,
        names_role=_names_role(written, title),
        says=says,
    )


def _name(row: Row, columns: _Columns) -> str | None:
    """One name, in the order in which people are greeted; sheets often write "Lee, Ann"."""
    parts = f"{columns.cell(row, 'given')} {columns.cell(row, 'family')}".strip()
    whole = columns.cell(row, "name") or parts
    family, comma, given = whole.partition(",")
    if comma and given.strip() and "," not in given and not re.fullmatch(r"(jr|sr|ii|iii|iv)\.?", given.strip(), re.I):
        whole = f"{given.strip()} {family.strip()}"
    return clean_name(whole)


def _role(role: str, title: str, complain: Callable[[str], None]) -> str:
    folded = fold_column(role)
    if not folded:
        return _CERTAIN_ROLES.get(fold_column(title), "requester")
    known = _ROLES.get(folded) or _CERTAIN_ROLES.get(folded)
    if known is None and folded not in _STAFF_WORDS:
        near = get_close_matches(folded, [*_ROLES, *_CERTAIN_ROLES], n=1, cutoff=0.75)
        meant = f"; did you mean {_ROLES.get(near[0]) or _CERTAIN_ROLES[near[0]]}?" if near else ""
        complain(f"role '{role[:80]}' is not known, taken as requester{meant} (known: {', '.join(ROLES)})")
    return known or "requester"


def _names_role(role: str, title: str) -> bool:
    folded = fold_column(role)
    return folded in _ROLES or (folded or fold_column(title)) in _CERTAIN_ROLES


def _level(cell: str, complain: Callable[[str], None]) -> int | None:
    if not cell:
        return None
    match = re.fullmatch(r"(?:l|level|tier)?\s*([123])(?:\.0)?", cell, re.IGNORECASE)
    if match is None:
        complain(f"level '{cell[:80]}' is not 1, 2 or 3; left empty")
        return None
    return int(match.group(1))


def _language(cell: str, complain: Callable[[str], None]) -> str | None:
    if not cell:
        return None
    tag = _LANGUAGES.get(cell.casefold(), cell.replace("_", "-"))
    if not _LANGUAGE_TAG.fullmatch(tag):
        complain(f"language '{cell[:80]}' is no tag such as en or es-MX; left empty")
        return None
    return tag.lower()
