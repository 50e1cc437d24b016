"""`districtdesk tickets`, `show` and `mail`: what the desk holds, for people or as JSON Lines.

In:       an open desk, the command's options.
Out:      lines on standard output, hints and problems on standard error, the exit status.
Not here: the queries (desk.views), the look (desk.tables, desk.ticket_story).
"""

import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from desk.config import DEFAULTS, Settings
from desk.directory_check import fold
from desk.opening import OpenDesk
from desk.tables import mail_table, ticket_table
from desk.ticket_story import ticket_story
from desk.views import list_mail, list_tickets, school_codes, whole_ticket

DONE, BAD_INPUT = 0, 1
NEWEST = 50


def hint_of_emptiness(settings: Settings) -> str | None:
    """What to say to somebody who asks in the wrong folder: neither a configuration nor a database is there."""
    if settings.source != DEFAULTS or not settings.database_url.startswith("sqlite"):
        return None
    file = make_url(settings.database_url).database
    if not file or Path(file).exists():
        return None
    return f"no districtdesk.toml here; this is a new, empty desk (its database is {file}). For another, use -c FILE"


def tickets(opened: OpenDesk, options: Namespace) -> int:
    """The tickets that fit every filter; a school that is none is an error and not an empty list."""
    with opened.store.reading() as session:
        codes = school_codes(session)
        if options.school and fold(options.school) not in map(fold, codes):
            known = ", ".join(codes) or "none yet"
            print(f"--school: there is no school '{options.school}'; there are: {known}", file=sys.stderr)
            return BAD_INPUT
        rows = list_tickets(
            session, status=options.status, kind=options.kind, school=options.school,
            assignee=options.assignee, query=options.query,
        )  # fmt: skip
        _print(_as_json(rows) if options.json else ticket_table(rows))
    return DONE


def show(opened: OpenDesk, options: Namespace) -> int:
    """One ticket, or a sentence that there is none of that number."""
    with opened.store.reading() as session:
        row = whole_ticket(session, options.number)
    if row is None:
        print(f"there is no ticket #{options.number}", file=sys.stderr)
        return BAD_INPUT
    _print(_as_json([row]) if options.json else ticket_story(row, opened.desk.timezone))
    return DONE


def mail(opened: OpenDesk, options: Namespace) -> int:
    """The mails that fit, newest first; a table ends after `--limit`, and says that there are more."""
    with opened.store.reading() as session:
        rows = list_mail(session, options.state, options.query)
        if options.json:
            _print(_as_json(islice(rows, options.limit)))
            return DONE
        limit = NEWEST if options.limit is None else options.limit
        _print(mail_table(islice(rows, limit), opened.desk.timezone))
        if next(rows, None) is not None:
            print(f"only the newest {limit}; --limit N shows more, --query WORDS searches", file=sys.stderr)
    return DONE


def _as_json(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    return (json.dumps(row, ensure_ascii=False) for row in rows)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
