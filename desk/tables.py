"""Tables for a terminal.

In:       the dicts of desk.views, the district's time zone.
Out:      lines of text.
Not here: one whole ticket (desk.ticket_story); colours: there are none.
"""

import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

GAP = "  "
MARKS = {"high": "!", "urgent": "!!"}


@dataclass(frozen=True)
class Column:
    """One column: its width, and how soon it goes where the terminal is narrow (0: never).

    `grows` takes what room is left; a width of 0 is not cut and stands last.
    """

    heading: str
    width: int
    goes: int = 0
    grows: bool = False


_TICKETS = (
    Column("#", 4),
    Column("!", 2, goes=6),
    Column("status", 8),
    Column("kind", 14, goes=4),
    Column("category", 19, goes=1),
    Column("school", 8, goes=2),
    Column("from", 16, goes=3),
    Column("with", 16, goes=5),
    Column("subject", 20, grows=True),
)
_MAILS = (
    Column("mail", 6),
    Column("received", 22, goes=1),
    Column("state", 11),
    Column("ticket", 6),
    Column("from", 24),
    Column("subject", 23, goes=2),
    Column("why", 0),
)


def ticket_table(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """A line a ticket, newest first; "!" marks high priority, "!!" urgent."""
    found = list(rows)
    number, *others = _TICKETS
    longest = max((len(str(row["number"])) for row in found), default=0)
    columns = _that_fit([replace(number, width=max(number.width, longest)), *others])
    yield _line(columns, {column.heading: column.heading for column in columns})
    for row in found:
        cells = {
            "#": str(row["number"]), "!": MARKS.get(row["priority"], ""), "status": row["status"],
            "kind": kinds_of(row), "category": row["category"] or "-", "school": row["school"] or "-",
            "from": row["requester"]["name"] or row["requester"]["address"] or "unknown", "with": holder_of(row),
            "subject": row["subject"],
        }  # fmt: skip
        yield _line(columns, cells)


def mail_table(rows: Iterable[dict[str, Any]], zone: str) -> Iterator[str]:
    """A line a mail, newest first."""
    columns = _that_fit(_MAILS)
    yield _line(columns, {column.heading: column.heading for column in columns})
    for row in rows:
        ticket = f"#{row['ticket']}" if row["ticket"] else "-"
        reason = row["reason"] or ""
        cells = {
            "mail": f"m{row['id']}", "received": local(row["received_at"], zone), "state": row["state"],
            "ticket": ticket, "from": row["from"]["address"] or row["from"]["name"] or "unknown",
            "subject": row["subject"], "why": "" if reason == f"ticket {ticket}" else reason,
        }  # fmt: skip
        yield _line(columns, cells)


def kinds_of(row: dict[str, Any]) -> str:
    """What a ticket is: its kinds, `unsure`, or `none`."""
    return "+".join(row["kinds"]) or ("none" if row["confident"] else "unsure")


def holder_of(row: dict[str, Any]) -> str:
    """Who has a ticket, by name."""
    return row["assignee_name"] or row["assignee"] or row["team"] or "nobody"


def local(when: str | None, zone: str) -> str:
    """A moment of desk.views as people of the district read it: 2026-03-02 09:30 EST."""
    if when is None:
        return "-"
    return datetime.fromisoformat(when).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %Z")


def _that_fit(columns: Sequence[Column]) -> list[Column]:
    """The columns for which this terminal has room; what is left goes to the one that grows."""
    room = shutil.get_terminal_size((132, 40)).columns
    kept = list(columns)
    for soonest in sorted((column for column in columns if column.goes), key=lambda column: column.goes):
        if _width(kept) <= room:
            break
        kept.remove(soonest)
    left = max(0, room - _width(kept))
    return [replace(column, width=column.width + left) if column.grows else column for column in kept]


def _width(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + len(GAP) * (len(columns) - 1)


def _line(columns: Iterable[Column], cells: dict[str, str]) -> str:
    shown = [
        fit(cells[column.heading], column.width) if column.width else printable(cells[column.heading])
        for column in columns
    ]
    return GAP.join(shown).rstrip()


def fit(text: str, width: int) -> str:
    """A text of exactly this many terminal columns; control characters never reach the terminal."""
    shown, used = [], 0
    clean = "".join(char if char.isprintable() else " " for char in text)
    total = sum(map(_columns, clean))
    limit = width if total <= width else width - 1
    for char in clean:
        if used + _columns(char) > limit:
            break
        shown.append(char)
        used += _columns(char)
    return "".join(shown) + ("…" if total > width else "") + " " * (width - used - (1 if total > width else 0))


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def printable(text: str) -> str:
    """A text that cannot move a terminal's cursor."""
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in text)
