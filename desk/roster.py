"""`roster import`: what a roster changes, told first and then done.

In:       a path to OneRoster 1.1 CSV (folder or zip) or to one plain CSV.
Out:      School and Person rows, flushed (the caller commits); RosterReport.
Not here: reading (desk.oneroster, desk.roster_csv), comparing (desk.roster_plan), printing (the CLI).

A dry run makes the same plan and writes nothing, so that what it shows is what would be done.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from desk.directory import lock_directory
from desk.oneroster import WANTED, read_oneroster
from desk.roster_csv import read_plain_csv
from desk.roster_plan import plan_people
from desk.roster_rows import PLAIN_CSV, Problem, Roster, RosterError
from desk.roster_schools import plan_schools
from desk.roster_source import Table, open_roster
from desk.roster_state import PersonChange, PersonState, SchoolChange, read_state, write_changes
from desk.roster_words import person_line, school_line

__all__ = ["Counts", "Problem", "RosterError", "RosterReport", "import_roster"]

# More leavers than this at once are a truncated or wrong file rather than a summer.
LEAVERS_LIMIT = 0.30


@dataclass(frozen=True)
class Counts:
    """How many rows an import adds, changes, deactivates, and finds as they should be."""

    added: int = 0
    changed: int = 0
    deactivated: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class RosterReport:
    """What an import did, or in a dry run would do.

    `lines` name each change, schools first, people in the order of the file; `skipped` are people who
    were passed over, by reason; `warnings` concern the import as a whole; `notes` are no faults.
    """

    schools: Counts
    people: Counts
    lines: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()
    new_schools: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def changes_anything(self) -> bool:
        """Whether any row is or would be written."""
        return bool(self.lines)


def import_roster(
    session: Session, path: Path, dry_run: bool, force: bool = False, complete: bool = False,
    languages: Collection[str] = ("en", "es"),
) -> RosterReport:  # fmt: skip
    """Bring schools and people up to date with a roster; nobody is ever deleted.

    `force` lets an import deactivate more than 30 % of the people that rosters brought; `complete` says
    of a plain CSV that who is not in it has left (OneRoster's manifest says so itself); `languages` are
    those our mails are written in. RosterError when the file is no roster, or when `force` would be
    needed; then nothing has been changed.
    """
    roster = _read(path, complete)
    if not dry_run:
        lock_directory(session)
    state = read_state(session)
    schools = plan_schools(roster, state.schools)
    people = plan_people(roster, state, schools)
    refusal = _refusal(state.people, people.changes) if roster.complete else None
    if refusal and not force and not dry_run:
        raise RosterError(refusal)
    if not dry_run:
        write_changes(session, schools.changes, people.changes)
    return RosterReport(
        schools=_count_schools(schools.changes, schools.unchanged),
        people=_count_people(people.changes, people.unchanged),
        lines=(*map(school_line, schools.changes), *map(person_line, people.changes)),
        problems=tuple(sorted(roster.problems, key=lambda problem: (problem.file, problem.line))),
        skipped=tuple(sorted(roster.skipped.items())),
        warnings=tuple(_warnings(roster, refusal if not force else None, state.people, people.changes)),
        notes=(*sorted(roster.notes, key=lambda note: note.line), *_languages(roster, languages)),
        new_schools=tuple(change.after.code for change in schools.changes if change.before is None),
        dry_run=dry_run,
    )


def _read(path: Path, complete: bool) -> Roster:
    found = open_roster(path, WANTED)
    return read_plain_csv(found, complete) if isinstance(found, Table) else read_oneroster(found)


def _refusal(people: Iterable[PersonState], changes: Iterable[PersonChange]) -> str | None:
    """Why this import looks like a mistake, or None."""
    known = sum(1 for person in people if person.active and (person.in_oneroster or person.csv_role))
    leaving = sum(1 for change in changes if _leaves(change))
    if leaving <= known * LEAVERS_LIMIT:
        return None
    return (
        f"this would deactivate {leaving} of {known} people that rosters brought, more than "
        f"{LEAVERS_LIMIT:.0%}: is the export complete? See who they are with --dry-run; if it is right, "
        "import with --force"
    )


def _leaves(change: PersonChange) -> bool:
    return change.before is not None and change.before.active and not change.after.active


def _warnings(
    roster: Roster, refusal: str | None, people: Iterable[PersonState], changes: Sequence[PersonChange]
) -> Iterable[str]:
    if refusal:
        yield refusal
    if not roster.people and not roster.schools and not roster.students:
        yield f"{roster.file} names nobody"
    if roster.origin == PLAIN_CSV and not roster.complete:
        named = {row.address for row in roster.people}
        left = sum(1 for person in people if person.csv_role and person.active and not named & set(person.addresses))
        if left:
            yield (
                f"{left} people of earlier CSV imports are not in {roster.file} and stay; who has left needs "
                "a row with 'inactive' in a column 'status'"
            )


def _languages(roster: Roster, written: Collection[str]) -> Iterable[Problem]:
    """Languages that people are said to speak and our mails do not."""
    rows = [row for row in roster.people if row.language and not row.gone]
    for language in sorted({row.language.partition("-")[0] for row in rows if row.language} - set(written)):
        theirs = [row for row in rows if row.language and row.language.partition("-")[0] == language]
        what = f"language {language}: there are no templates in it, so English is used; people: {len(theirs)}"
        yield Problem(theirs[0].file, theirs[0].line, what)


def _count_schools(changes: Sequence[SchoolChange], unchanged: int) -> Counts:
    added = sum(1 for change in changes if change.before is None)
    gone = sum(1 for old, new in changes if old is not None and old.source_id and not new.source_id)
    return Counts(added, len(changes) - added - gone, gone, unchanged)


def _count_people(changes: Sequence[PersonChange], unchanged: int) -> Counts:
    added = sum(1 for change in changes if change.before is None)
    gone = sum(1 for change in changes if _leaves(change))
    return Counts(added, len(changes) - added - gone, gone, unchanged)
