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
from desk.tables import printable

SHOWN = 200


def import_path(opened: OpenDesk, options: Namespace) -> int:
    """Import one roster in one transaction; status 1 when something in it was wrong, 2 when it is no roster."""
    try:
        with opened.store.writing() as session:
            report = import_roster(
                session, Path(options.path), options.dry_run, force=options.force, complete=options.complete
            )
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
    print(f"schools: {_counts(report.schools)}")
    print(f"people: {_counts(report.people)}")
    if report.dry_run:
        print("nothing has been changed (--dry-run)")


def _counts(counts: Counts) -> str:
    return (
        f"{counts.added} new, {counts.changed} changed, {counts.deactivated} deactivated, {counts.unchanged} unchanged"
    )
