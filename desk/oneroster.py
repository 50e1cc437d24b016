"""OneRoster CSV: manifest.csv, orgs.csv and users.csv, as student information systems export them.

In:       the files of a folder or zip.
Out:      Roster.
Not here: the tables (desk.roster_state), what changes (desk.roster_plan).

OneRoster 1.1 CSV section 4: in bulk mode the files are the whole truth, in delta mode they are changes.
Version 1.2 moves roles and orgs of users to roles.csv, which is read where users.csv has no role.
Students are set apart: a help desk needs no list of minors (FERPA), so only one who has already
written is recognised.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from desk.roster_rows import ONEROSTER, PersonRow, Roster, RosterError, SchoolRow, split_list
from desk.roster_source import RosterFiles, Row, Table
from intake.requester import clean_name, usable_address

WANTED = ("manifest.csv", "orgs.csv", "users.csv", "roles.csv")
BULK, DELTA, ABSENT = "bulk", "delta", "absent"
STUDENT = "student"
# Families are not staff; they may write, as anybody may, but the district's roster does not vouch for them.
NOT_STAFF = ("guardian", "parent", "relative")


def read_oneroster(files: RosterFiles) -> Roster:
    """Read the roster; RosterError when it is none, problems in the Roster for single rows."""
    if not {"users.csv", "orgs.csv"} & set(files.contents):
        found = ", ".join(sorted(files.names)[:12]) or "no files"
        raise RosterError(f"{files.path}: neither users.csv nor orgs.csv is in it (OneRoster 1.1); found: {found}")
    roster = Roster(ONEROSTER, False, "users.csv")
    modes = _modes(files, roster)
    orgs = files.table("orgs.csv") if modes["orgs"] != ABSENT else None
    if orgs is not None:
        roster.complete_schools = modes["orgs"] == BULK
        _read_orgs(orgs, roster)
    users = files.table("users.csv") if modes["users"] != ABSENT else None
    if users is not None:
        roster.complete = modes["users"] == BULK
        _read_users(users, _roles(files, users), roster)
    return roster


def _modes(files: RosterFiles, roster: Roster) -> dict[str, str]:
    """What the manifest says of each file; without a manifest they are the whole truth."""
    modes = {"orgs": BULK, "users": BULK}
    manifest = files.table("manifest.csv")
    if manifest is None:
        return modes
    manifest.need("propertyName", "value")
    said = {row["propertyname"].lower(): (row.line, row["value"].lower()) for row in manifest.rows}
    for name in modes:
        line, mode = said.get(f"file.{name}", (0, BULK))
        if mode not in (BULK, DELTA, ABSENT):
            roster.complain("manifest.csv", line, f"file.{name} is '{mode}', not bulk, delta or absent; taken as delta")
            mode = DELTA
        if mode == ABSENT and f"{name}.csv" in files.contents:
            roster.complain("manifest.csv", line, f"file.{name} is absent, so {name}.csv was not read")
        modes[name] = mode
    return modes


def _read_orgs(orgs: Table, roster: Roster) -> None:
    """Schools only: a district, a state or a department is no building that somebody writes from."""
    orgs.need("sourcedId", "name", "type")
    seen: dict[str, int] = {}
    for row in orgs.rows:
        if row["type"].lower() != "school":
            roster.other_orgs.add(row["sourcedid"])
            continue
        source_id, name = row["sourcedid"], row["name"]
        if not source_id or not name or len(source_id) > 255:
            roster.complain(orgs.file, row.line, "a school needs a sourcedId and a name; passed over")
        elif seen.setdefault(source_id, row.line) != row.line:
            roster.complain(
                orgs.file,
                row.line,
                f"sourcedId '{source_id}' stands in line {seen[source_id]} already; passed over",
            )
        else:
            code = row["identifier"] or None
            gone = row["status"].lower() == "tobedeleted"
            roster.schools.append(SchoolRow(orgs.file, row.line, name[:200], code, source_id, gone))


def _roles(files: RosterFiles, users: Table) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """By user: the weightiest role and the orgs, from roles.csv; empty for version 1.1."""
    if users.has("role"):
        return {}
    table = files.table("roles.csv")
    if table is None:
        users.need("role")
        return {}
    table.need("userSourcedId", "role", "orgSourcedId")
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for row in table.rows:
        if row["status"].lower() == "tobedeleted":
            continue
        role, orgs = found.get(row["usersourcedid"], (row["role"].lower(), ()))
        # Somebody who teaches in one school and is a parent in another is staff.
        if role == STUDENT or role in NOT_STAFF:
            role = row["role"].lower()
        found[row["usersourcedid"]] = (role, (*orgs, row["orgsourcedid"]))
    return found


def _read_users(users: Table, roles: Mapping[str, tuple[str, tuple[str, ...]]], roster: Roster) -> None:
    users.need("sourcedId", "email")
    seen = _Seen({}, {})
    for row in users.rows:
        role, orgs = roles.get(row["sourcedid"], (row["role"].lower(), split_list(row["orgsourcedids"])))
        if role in NOT_STAFF:
            roster.skip("parents and guardians")
            continue
        if role == STUDENT and usable_address(row["email"]) is None:
            roster.skip("students")
            continue
        roster.mentioned.add(row["sourcedid"])
        person = _person(users, row, orgs, roster)
        before = seen.before(person) if person is not None else None
        if before is not None:
            roster.complain(users.file, row.line, before)
        elif person is not None and role == STUDENT:
            roster.students.append(replace(person, role=STUDENT))
        elif person is not None:
            roster.people.append(person)


@dataclass(frozen=True)
class _Seen:
    """The lines of source ids and addresses: of two equal ones the first counts.

    A deleted record's address does not count: systems keep the old record of somebody beside the new.
    """

    ids: dict[str, int]
    addresses: dict[str, int]

    def before(self, person: PersonRow) -> str | None:
        """Why this row is a double, or None."""
        line = self.ids.setdefault(person.source_id or "", person.line)
        if line != person.line:
            return f"sourcedId '{person.source_id}' stands in line {line} already; passed over"
        if not person.gone and self.addresses.setdefault(person.address, person.line) != person.line:
            return f"{person.address} stands in line {self.addresses[person.address]} already; passed over"
        return None


def _person(users: Table, row: Row, orgs: tuple[str, ...], roster: Roster) -> PersonRow | None:
    """One person, or None with the reason counted. Somebody who is gone needs no address to be found."""
    gone = row["status"].lower() == "tobedeleted" or row["enableduser"].lower() in ("false", "0", "no")
    address = usable_address(row["email"])
    source_id = row["sourcedid"]
    if not source_id or len(source_id) > 255:
        roster.complain(users.file, row.line, "a user needs a sourcedId of at most 255 characters; passed over")
        return None
    if address is None and row["email"]:
        roster.complain(users.file, row.line, f"'{row['email'][:80]}' is no e-mail address; passed over")
        return None
    if address is None and not gone:
        roster.skip("no e-mail address")
        return None
    given = row["preferredgivenname"] or row["givenname"]
    family = row["preferredfamilyname"] or row["familyname"]
    says = frozenset({"name", "schools"}) if orgs or users.has("orgSourcedIds") else frozenset({"name"})
    return PersonRow(
        users.file, row.line, address or "", clean_name(f"{given} {family}"), schools=orgs,
        source_id=source_id, gone=gone, says=says,
    )  # fmt: skip
