"""What a roster says, whatever file it came from: schools, people, and what could not be read.

In:       nothing.
Out:      the values that travel between reading, planning and reporting.
Not here: reading files (desk.oneroster, desk.roster_csv), the tables (desk.roster_state).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

ONEROSTER, PLAIN_CSV = "oneroster", "csv"


class RosterError(ValueError):
    """The roster cannot be imported at all; the message says what was found and what to do."""


class Problem(NamedTuple):
    """One thing that could not be taken over, or that somebody should look at. Line 0 is the whole file."""

    file: str
    line: int
    what: str


@dataclass(frozen=True)
class SchoolRow:
    """One school. `code` None lets the name decide; `gone` marks one that the roster takes back."""

    file: str
    line: int
    name: str
    code: str | None = None
    source_id: str | None = None
    gone: bool = False


@dataclass(frozen=True)
class PersonRow:
    """One person. `says` names the fields that the file has at all: what it does not say stays as it is.

    `schools` are the source ids (OneRoster), codes or names (plain CSV) of schools. `names_role`: whether
    this row itself gives a role; in most sheets only some do.
    """

    file: str
    line: int
    address: str
    name: str | None = None
    role: str = "requester"
    level: int | None = None
    schools: tuple[str, ...] = ()
    language: str | None = None
    names_role: bool = False
    source_id: str | None = None
    gone: bool = False
    says: frozenset[str] = frozenset()


@dataclass
class Roster:
    """All that one import says. `complete` means that who is not in it has left."""

    origin: str
    complete: bool
    file: str
    schools: list[SchoolRow] = field(default_factory=list)
    complete_schools: bool = False
    other_orgs: set[str] = field(default_factory=set)
    """Source ids of districts and departments: known, but no schools."""
    people: list[PersonRow] = field(default_factory=list)
    students: list[PersonRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    """What is no fault of the file, but an operator should know."""
    mentioned: set[str] = field(default_factory=set)
    """Source ids that stand in the file at all, even in a row that could not be taken over: no leavers."""
    skipped: dict[str, int] = field(default_factory=dict)
    """How many people were passed over, by the reason."""

    def skip(self, reason: str) -> None:
        """Count one person who is not taken over."""
        self.skipped[reason] = self.skipped.get(reason, 0) + 1

    def complain(self, file: str, line: int, what: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(file, line, what))

    def note(self, file: str, line: int, what: str) -> None:
        """Note something that is no fault."""
        self.notes.append(Problem(file, line, what))


def split_list(cell: str, separators: str = ",;|") -> tuple[str, ...]:
    """The entries of a cell that holds several, without blanks and doubles, in order."""
    for separator in separators[1:]:
        cell = cell.replace(separator, separators[0])
    return tuple(dict.fromkeys(entry.strip() for entry in cell.split(separators[0]) if entry.strip()))


def listed(names: Sequence[str], most: int = 12) -> str:
    """A short enumeration for messages."""
    return ", ".join(names[:most]) + (", …" if len(names) > most else "") if names else "nothing"
