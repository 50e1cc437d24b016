"""One ticket for a terminal, to be read from top to bottom.

In:       the dict of desk.views.whole_ticket, the district's time zone.
Out:      lines of text.
Not here: lists (desk.tables).
"""

import shutil
import textwrap
from collections.abc import Iterator
from typing import Any

from desk.tables import holder_of, kinds_of, local, printable

FOLDED_LINES = 60
NARROWEST, HANGING = 50, " " * 8


def ticket_story(row: dict[str, Any], zone: str) -> Iterator[str]:
    """Everything about one ticket: its head, the thread, what happened and who was told."""
    yield f"#{row['number']}  {printable(row['subject'])}"
    category = row["category"] or "no category"
    kinds = kinds_of(row).replace("+", " and ")
    yield f"{row['status']} | {kinds} | {category} | priority {row['priority']} | level {row['level']}"
    yield f"from {_person(row['requester'])}, school {row['school'] or '-'}; with {printable(holder_of(row))}"
    if row["follow_up_of"]:
        yield f"follows up on #{row['follow_up_of']}"
    if row.get("merged_into"):
        yield f"goes on as #{row['merged_into']}, into which it was merged"
    if row.get("watchers"):
        yield f"also watching: {'; '.join(_person(one) for one in row['watchers'])}"
    for number, entry in enumerate(row["thread"]):
        yield ""
        yield from _entry(entry, zone, is_first=number == 0)
    yield ""
    yield "History"
    yield from (_event(event, zone) for event in row["events"])
    yield ""
    yield "Notices"
    yield from (_notice(notice, zone) for notice in row["notices"])


def _entry(entry: dict[str, Any], zone: str, *, is_first: bool) -> Iterator[str]:
    mark = " [internal]" if entry["visibility"] == "internal" else ""
    yield f"--- {local(entry['at'], zone)}  {_person(entry['author'])}{mark}"
    yield from (printable(line) for line in (entry["text"] or "(no new words)").split("\n"))
    if is_first:  # what was forwarded is what the ticket is about; later folds repeat the thread
        yield from _folded(entry["folded"] or "")
    for file in entry["attachments"]:
        yield f"    [{printable(file['filename'] or 'unnamed')}, {_file(file)}]"


def _folded(text: str) -> Iterator[str]:
    lines = text.strip("\n").split("\n") if text.strip() else []
    yield from (f"| {printable(line.rstrip())}".rstrip() for line in lines[:FOLDED_LINES])
    if len(lines) > FOLDED_LINES:
        yield f"| … {len(lines) - FOLDED_LINES} more lines (show --json has them)"


def _file(file: dict[str, Any]) -> str:
    mark = {"executable": ", a program: do not open it", "encrypted": ", encrypted", "ornament": ", a logo or the like"}
    return f"{file['content_type']}, {file['size']} bytes{mark.get(file['mark'], '')}"


def _event(event: dict[str, Any], zone: str) -> str:
    change = _change(event)
    who, because = printable(event["who"] or "the desk"), printable(event["because"] or "")
    mail = f"  m{event['mail']}" if event.get("mail") else ""
    return _wrapped(f"  {local(event['at'], zone)}  {who}  {event['what']}{printable(change)}  ({because}){mail}")


def _wrapped(line: str) -> str:
    """A line of the history within the terminal, its rest hanging below; elsewhere one line, for `grep`."""
    room = shutil.get_terminal_size((0, 0)).columns
    if room < NARROWEST or len(line) <= room:
        return line
    return "\n".join(textwrap.wrap(line, room, subsequent_indent=HANGING, break_on_hyphens=False, drop_whitespace=True))


def _change(event: dict[str, Any]) -> str:
    """What was before and after; an opening, a time, a watcher or a merge is read better by itself."""
    before, after = event["from"], event["to"]
    if event["what"] == "opened":
        return ""
    if event["what"] == "time":
        return f": {after} minutes"
    if event["what"] == "undelivered":
        return f": {after}"
    if event["what"] in ("watcher", "merged", "took in"):
        into = " into" if event["what"] == "merged" else ""
        return f"{into} {after}" if after else f"{into} {before} no longer"
    return f": {before or '-'} → {after or '-'}" if before or after else ""


def _notice(notice: dict[str, Any], zone: str) -> str:
    reason = f"  ({printable(notice['reason'])})" if notice["reason"] else ""
    what = f"{notice['template']} to {printable(notice['to'])}: {notice['state']}"
    return f"  {local(notice['at'], zone)}  {what}{reason}"


def _person(person: dict[str, Any]) -> str:
    name, address = person["name"], person["address"]
    return printable(f"{name} <{address}>" if name and address else name or address or "unknown")
