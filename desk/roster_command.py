"""`districtdesk roster import`: a roster told first, then imported.

In:       the command's options: path, dry_run, force, complete, json.
Out:      lines or one JSON object on standard output, problems on standard error, the exit status.
Not here: reading rosters (desk.roster).
"""

import json
import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from desk.opening import OpenDesk
from desk.roster import Counts, RosterError, RosterReport, import_roster
from desk.roster_rows import listed
from desk.tables import printable
from notifier.wording import OURS

SHOWN = 200


def import_path(opened: OpenDesk, options: Namespace) -> int:
    """Import one roster in one transaction; status 1 when something in it was wrong, 2 when it is no roster."""
    try:
        with opened.store.writing() as session:
            report = import_roster(
                session, Path(options.path), options.dry_run, force=options.force, complete=options.complete,
                languages=_languages(opened),
            )  # fmt: skip
    except RosterError as error:
        print(error, file=sys.stderr)
        return 2
    for problem in report.problems:
        print(f"{problem.file}:{problem.line}: {printable(problem.what)}", file=sys.stderr)
    for warning in report.warnings:
        print(printable(warning), file=sys.stderr)
    if options.json:
        print(json.dumps(asdict(report), ensure_ascii=False))
    else:
        _say(report)
    return 1 if report.problems else 0


def _say(report: RosterReport) -> None:
    for line in report.lines[:SHOWN]:
        print(printable(line))
    if len(report.lines) > SHOWN:
        print(f"… and {len(report.lines) - SHOWN} more")
    for reason, count in report.skipped:
        print(f"skipped, {printable(reason)}: {count}")
    for note in report.notes[:SHOWN]:
        print(f"note: {note.file}:{note.line}: {printable(note.what)}")
    if report.new_schools:
        made = "would be made" if report.dry_run else "made"
        print(f"NEW SCHOOLS {made} by this roster: {printable(listed(report.new_schools, most=40))}")
    print(f"schools: {_counts(report.schools)}")
    print(f"people: {_counts(report.people)}")
    if report.dry_run:
        print("nothing has been changed (--dry-run)")


def _languages(opened: OpenDesk) -> frozenset[str]:
    """The languages there are templates in: ours and the district's own."""
    folders = [OURS, opened.settings.delivery.templates or OURS]
    return frozenset(entry.name for one in folders if one.is_dir() for entry in one.iterdir() if entry.is_dir())


def _counts(counts: Counts) -> str:
    return (
        f"{counts.added} new, {counts.changed} changed, {counts.deactivated} deactivated, {counts.unchanged} unchanged"
    )
