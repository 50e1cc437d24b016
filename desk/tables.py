"""Tables and stories for a terminal.

In:       the dicts of desk.views.
Out:      lines of text.
Not here: colours beyond what NO_COLOR allows: there are none.
"""

import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

# (heading, least width, share of what is left)
_TICKETS = (
    ("#", 4, 0),
    ("status", 8, 0),
    ("kind", 14, 0),
    ("category", 20, 0),
    ("school", 8, 0),
    ("with", 22, 0),
    ("subject", 20, 1),
)


def ticket_table(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """A line a ticket, newest first."""
    yield _line([heading for heading, _, _ in _TICKETS])
    for row in rows:
        kinds = "+".join(row["kinds"]) or ("unsure" if not row["confident"] else "none")
        holder = row["assignee"] or row["team"] or "nobody"
        yield _line(
            [
                str(row["number"]),
                row["status"],
                kinds,
                row["category"] or "-",
                row["school"] or "-",
                holder,
                row["subject"],
            ]
        )


def _line(cells: list[str]) -> str:
    room = shutil.get_terminal_size((132, 40)).columns
    taken = sum(least for _, least, _ in _TICKETS) + 2 * len(_TICKETS)
    widths = [least + (max(0, room - taken) if share else 0) for _, least, share in _TICKETS]
    return "  ".join(fit(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip()


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


def mail_table(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """A line a mail, newest first."""
    for row in rows:
        place = f"#{row['ticket']}" if row["ticket"] else "-"
        yield f"m{row['id']:<6} {row['received_at']}  {row['state']:<11} {place:<7} {printable(row['reason'] or '')}"


def ticket_story(row: dict[str, Any]) -> Iterator[str]:
    """Everything about one ticket, to be read from top to bottom."""
    holder = row["assignee"] or row["team"] or "nobody"
    kinds = " and ".join(row["kinds"]) or ("none" if row["confident"] else "unsure")
    yield f"#{row['number']}  {printable(row['subject'])}"
    category = row["category"] or "no category"
    yield f"{row['status']} | {kinds} | {category} | priority {row['priority']} | level {row['level']}"
    yield f"from {_person(row['requester'])}, school {row['school'] or '-'}; with {holder}"
    if row["follow_up_of"]:
        yield f"follows up on #{row['follow_up_of']}"
    for entry in row["thread"]:
        yield ""
        mark = " [internal]" if entry["visibility"] == "internal" else ""
        yield f"--- {entry['at']}  {_person(entry['author'])}{mark}"
        yield from (printable(line) for line in (entry["text"] or "(no new words)").split("\n"))
        for file in entry["attachments"]:
            yield f"    [{printable(file['filename'] or 'unnamed')}, {_file(file)}]"
    yield from _history(row)


def _file(file: dict[str, Any]) -> str:
    mark = {"executable": ", a program: do not open it", "encrypted": ", encrypted", "ornament": ", a logo or the like"}
    return f"{file['content_type']}, {file['size']} bytes{mark.get(file['mark'], '')}"


def _history(row: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield "History"
    for event in row["events"]:
        change = f": {event['from'] or '-'} → {event['to'] or '-'}" if event["from"] or event["to"] else ""
        who, because = printable(event["who"] or "the desk"), printable(event["because"] or "")
        yield f"  {event['at']}  {who}  {event['what']}{printable(change)}  ({because})"
    yield "Notices"
    for notice in row["notices"]:
        reason = f"  ({printable(notice['reason'])})" if notice["reason"] else ""
        yield f"  {notice['at']}  {notice['template']} to {printable(notice['to'])}: {notice['state']}{reason}"


def _person(person: dict[str, Any]) -> str:
    name, address = person["name"], person["address"]
    return printable(f"{name} <{address}>" if name and address else name or address or "unknown")


def printable(text: str) -> str:
    """A text that cannot move a terminal's cursor."""
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in text)
