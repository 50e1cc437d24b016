"""Taking back what a mail of commands did: `#undo`, within ten minutes, one's own mail, the latest one.

In:       a ticket before and after a mail of commands; later an `#undo`.
Out:      a Deed row; then the ticket as it stood, with an event for every change, and what could not be taken back.
Not here: the commands.

History is never changed: what is taken back is told as a further change. What somebody else has changed since stays
as they left it. A mail that has left cannot be called back; one that still waits does not go out.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk.act import Act, record
from desk.commands import Command
from desk.outcome import Deed, Outcome, Task, refuse
from desk.telling import tell_taken_back
from desk.tickets import name_of
from desk.watchers import add_watcher, drop_watcher
from models import Deed as DeedRow
from models import Entry, Notice, Person, School, Team, Ticket
from models.words import KINDS
from notifier.outbox import withdraw

WITHIN = timedelta(minutes=10)
_COLUMNS = (
    "status", "team_id", "assignee_id", *KINDS, "confident", "category", "priority", "level", "school_id",
    "requester_id", "merged_into",
)  # fmt: skip
_TIMES = ("resolved_at", "closed_at")
# To the one who commanded, about the commands.
_ANSWERS = ("receipt", "help", "held", "released")
_TO_WORKERS = ("assigned", "assigned_team", "follow_up", "reopened")


def standing_of(ticket: Ticket) -> dict[str, Any]:
    """How a ticket stands, as a Deed keeps it."""
    columns = {name: getattr(ticket, name) for name in _COLUMNS}
    times = {name: moment.isoformat() if (moment := getattr(ticket, name)) else None for name in _TIMES}
    watchers = sorted(row.person_id for row in ticket.participants if row.person_id is not None)
    return {**columns, **times, "watchers": watchers}


def keep_deed(task: Task, before: dict[str, Any], lines: list[str], minutes: int) -> None:
    """Remember what a mail of commands changed, if it did."""
    task.session.flush()
    after = standing_of(task.ticket)
    if before == after and not minutes:
        return
    task.session.add(
        DeedRow(
            cause=task.act.cause, ticket_number=task.ticket.number, who_id=task.who.id, at=task.act.now,
            commands=lines, before=before, after=after, minutes=minutes, joined=task.joined,
        )
    )  # fmt: skip


def check_undo(task: Task, command: Command) -> Outcome | Deed:
    """`#undo`: there must be something of one's own, lately, on this ticket or on one merged into it."""
    found = _latest(task)
    if found is None:
        return refuse(command, "there is nothing of yours to take back on this ticket")
    if found.undone_at is not None:
        return refuse(command, f"taken back already: {_lines(found)}. To do it again, send it again")
    if found.at < task.act.now - WITHIN:
        return refuse(command, f"too late: {_lines(found)} is more than ten minutes old. Say what should hold instead")

    def deed() -> Outcome:
        said = take_back(task.session, task.act, found)
        return Outcome(command.line, f"took back {_lines(found)}. {' '.join(said)}".strip())

    return deed


def _latest(task: Task) -> DeedRow | None:
    """The latest that is not undone and not too old; else the latest, to say why not."""
    merged = select(Ticket.number).where(Ticket.merged_into == task.ticket.number)
    here = or_(DeedRow.ticket_number == task.ticket.number, DeedRow.ticket_number.in_(merged))
    own = select(DeedRow).where(here, DeedRow.who_id == task.who.id, DeedRow.cause != task.act.cause)
    rows = task.session.scalars(own.order_by(DeedRow.id.desc()).limit(50)).all()
    waiting = [row for row in rows if row.undone_at is None and row.at >= task.act.now - WITHIN]
    return next(iter(waiting or rows), None)


def _lines(row: DeedRow) -> str:
    return ", ".join(line if len(line) <= 60 else f"{line[:60]}…" for line in row.commands) or "nothing"


def take_back(session: Session, act: Act, row: DeedRow) -> list[str]:
    """Put a ticket back as it stood; sentences for the receipt about what was not only that."""
    ticket = session.get_one(Ticket, row.ticket_number)
    because = f"#undo of {_lines(row)}"
    holders = _holders(ticket)
    row.undone_at = act.now
    said = _unmerge(session, act, ticket, row, because)
    kept = [name for name in _GROUPS if not _restore(session, act, ticket, row, name, because)]
    _restore_watchers(session, act, ticket, row, because)
    if row.minutes:
        record(session, act, ticket, "time", str(row.minutes), str(-row.minutes), because)
    session.flush()
    session.refresh(ticket)
    if kept:
        said.append(f"Changed by somebody since, and left so: {', '.join(kept)}.")
    return [*said, *_call_back(session, act, ticket, row, because, holders)]


# What is told as one change → the columns of it.
_GROUPS: dict[str, tuple[str, ...]] = {
    "requester": ("requester_id",),
    "school": ("school_id",),
    "kinds": (*KINDS, "confident"),
    "category": ("category",),
    "priority": ("priority",),
    "level": ("level",),
    "team": ("team_id",),
    "assignee": ("assignee_id",),
    "status": ("status", *_TIMES),
}


def _restore(session: Session, act: Act, ticket: Ticket, row: DeedRow, name: str, because: str) -> bool:
    """Put one thing back; False when it is not as the deed left it."""
    columns = _GROUPS[name]
    if all(row.before[column] == row.after[column] for column in columns):
        return True
    now = standing_of(ticket)
    if any(now[column] != row.after[column] for column in columns if column not in _TIMES):
        return False
    told_before = _told(session, ticket, name)
    for column in columns:
        value = row.before[column]
        setattr(ticket, column, datetime.fromisoformat(value) if column in _TIMES and value else value)
    session.flush()
    record(session, act, ticket, name, told_before, _told(session, ticket, name), because)
    return True


def _told(session: Session, ticket: Ticket, name: str) -> str | None:
    """One thing as the history writes it."""
    if name == "kinds":
        return " ".join(ticket.kinds) or None
    if name in ("requester", "assignee"):
        number = getattr(ticket, f"{name}_id")
        return name_of(session.get(Person, number)) if number is not None else None
    if name == "team":
        team = session.get(Team, ticket.team_id) if ticket.team_id is not None else None
        return team.name if team is not None else None
    if name == "school":
        school = session.get(School, ticket.school_id) if ticket.school_id is not None else None
        return school.code if school is not None else None
    value = getattr(ticket, name)
    return None if value is None else str(value)


def _restore_watchers(session: Session, act: Act, ticket: Ticket, row: DeedRow, because: str) -> None:
    before, after = set(row.before["watchers"]), set(row.after["watchers"])
    for number in sorted(after - before):
        drop_watcher(session, act, ticket, session.get_one(Person, number), because)
    for number in sorted(before - after):
        add_watcher(session, act, ticket, session.get_one(Person, number), because)


def _unmerge(session: Session, act: Act, ticket: Ticket, row: DeedRow, because: str) -> list[str]:
    merged_into = row.after["merged_into"]
    if merged_into == row.before["merged_into"] or ticket.merged_into != merged_into:
        return []
    into = session.get_one(Ticket, merged_into)
    record(session, act, ticket, "merged", f"#{into.number}", None, because)
    record(session, act, into, "took in", f"#{ticket.number}", None, because)
    ticket.merged_into = None
    for number, person in row.joined:
        drop_watcher(session, act, session.get_one(Ticket, number), session.get_one(Person, person), because)
    session.flush()
    return [f"#{ticket.number} stands by itself again."]


def _holders(ticket: Ticket) -> set[int]:
    """Those in whose hands a ticket is."""
    if ticket.assignee_id is not None:
        return {ticket.assignee_id}
    return {member.id for member in ticket.team.members} if ticket.team is not None else set()


def _call_back(
    session: Session, act: Act, ticket: Ticket, row: DeedRow, because: str, held: set[int]
) -> list[str]:  # fmt: skip
    """Keep from going out what has not gone; say what has; tell those who had the ticket for a moment."""
    made = session.scalars(select(Notice).where(Notice.cause == row.cause, Notice.template.not_in(_ANSWERS))).all()
    holders = _holders(ticket)
    wrong = [
        notice for notice in made
        if notice.person_id != row.who_id and not (notice.template in _TO_WORKERS and notice.person_id in holders)
        and not (notice.template == "acknowledgement" and notice.person_id == ticket.requester_id)
    ]  # fmt: skip
    stopped = withdraw(session, [notice.id for notice in wrong], f"taken back by {because}"[:500], act.now)
    gone = [notice for notice in wrong if notice.id not in stopped and notice.state != "silent"]
    lost = [notice for notice in gone if notice.template in _TO_WORKERS and notice.person_id in held - holders]
    tell_taken_back(session, act, ticket, [session.get_one(Person, n.person_id) for n in lost], _lines(row))
    said = []
    if stopped:
        said.append("Mail about it that had not gone out yet was stopped; words in it were not sent.")
        _hide_words(session, act, ticket, [n for n in wrong if n.id in stopped], gone, because)
    if readers := {n.to_address for n in gone if n.template not in _TO_WORKERS}:
        who = ", ".join(sorted(readers))
        said.append(f"Sent already, and perhaps read, to {who}: write to them if they should know.")
    return said


def _hide_words(
    session: Session, act: Act, ticket: Ticket, stopped: list[Notice], gone: list[Notice], because: str
) -> None:  # fmt: skip
    """Words that went to nobody are no longer public."""
    carrying = [n for n in stopped if n.template in ("reply", "resolved", "merged", "helped")]
    spoken = {n.entry_id for n in carrying if n.entry_id is not None} - {n.entry_id for n in gone}
    for number in sorted(spoken):
        entry = session.get(Entry, number)
        if entry is not None and entry.visibility == "public" and entry.author_id == (act.who.id if act.who else None):
            entry.visibility = "internal"
            record(session, act, ticket, "words", "public", "internal", because)
