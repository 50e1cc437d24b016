"""What silence does to a ticket: a gentle reminder, then solved by itself, then closed.

In:       tickets that wait for their requester, or are solved, and about which nobody has written since.
Out:      one reminder a waiting, solved and closed tickets, each with its event and because.
Not here: school days and holidays: for now silence is counted in calendar days, weekends too.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from desk.act import Act, record
from desk.telling import tell_participants, tell_requester
from desk.tickets import set_status
from models import Entry, Person, Ticket, TicketEvent
from notifier.settings import DeskIdentity

BATCH = 200
REMINDER = "reminder"


def mind_silence(session: Session, desk: DeskIdentity, now: datetime) -> int:
    """Remind, solve and close what has long been silent; returns how many tickets it was."""
    return sum(step(session, desk, now) for step in (remind_waiting, resolve_waiting, close_quiet))


def remind_waiting(session: Session, desk: DeskIdentity, now: datetime) -> int:
    """Ask the requester of a waiting ticket once how it stands."""
    days = desk.habits.remind_after_days
    if not days:
        return 0
    waited_for, reminded = _last(_asked()), _last(TicketEvent.what == REMINDER)
    query = _silent("pending", now, days).where(or_(reminded.is_(None), reminded < waited_for))
    found = _claimed(session, query)
    for ticket in found:
        act = Act(desk, f"{REMINDER}:{ticket.number}:{_last_id(session, ticket, _asked())}", now)
        record(session, act, ticket, REMINDER, None, None, f"it waits, and no word for {_days(days)}")
        tell_requester(session, act, ticket, REMINDER, _last_words(session, ticket), {"days": days})
    return len(found)


def resolve_waiting(session: Session, desk: DeskIdentity, now: datetime) -> int:
    """Call a waiting ticket solved when its reminder has stayed without an answer."""
    days = desk.habits.resolve_after_days
    if not days:
        return 0
    reminded = _last(TicketEvent.what == REMINDER)
    query = _silent("pending", now, days).where(reminded > _last(_asked()))
    found = _claimed(session, query)
    for ticket in found:
        act = Act(desk, f"silence:{ticket.number}:{_last_id(session, ticket, _asked())}", now)
        set_status(session, act, ticket, "resolved", f"reminded, and no word for {_days(days)}")
        tell_requester(session, act, ticket, "resolved", None, {"no_word": True})
        tell_participants(session, act, ticket, "resolved", None, {"no_word": True})
    return len(found)


def close_quiet(session: Session, desk: DeskIdentity, now: datetime) -> int:
    """Close up to a batch of tickets that have long been solved; returns how many.

    Nobody is told: the requester heard that it was solved, and a second mail about nothing is noise.
    """
    days = desk.habits.close_after_days
    if not days:
        return 0
    quiet = _claimed(session, _silent("resolved", now, days))
    for ticket in quiet:
        act = Act(desk, f"quiet:{ticket.number}", now)
        set_status(session, act, ticket, "closed", f"solved, and no word for {_days(days)}")
    return len(quiet)


def _silent(status: str, now: datetime, days: int) -> Select[Any]:
    return select(Ticket).where(Ticket.status == status, Ticket.updated_at < now - timedelta(days=days))


def _claimed(session: Session, query: Select[Any]) -> Sequence[Ticket]:
    # Another process that is at it holds the rows: they are left to it.
    return session.scalars(query.order_by(Ticket.number).limit(BATCH).with_for_update(skip_locked=True)).all()


def _asked() -> ColumnElement[bool]:
    """The desk has asked something: the ticket was set to waiting, or a technician wrote again."""
    return or_(TicketEvent.what == "reply", and_(TicketEvent.what == "status", TicketEvent.after == "pending"))


def _last(which: ColumnElement[bool]) -> ColumnElement[int]:
    newest = select(func.max(TicketEvent.id)).where(TicketEvent.ticket_number == Ticket.number, which)
    return newest.correlate(Ticket).scalar_subquery()


def _last_id(session: Session, ticket: Ticket, which: ColumnElement[bool]) -> int:
    query = select(func.max(TicketEvent.id)).where(TicketEvent.ticket_number == ticket.number, which)
    return session.scalar(query) or 0


def _last_words(session: Session, ticket: Ticket) -> Entry | None:
    """What somebody of the desk last wrote to the requester."""
    query = (
        select(Entry)
        .where(Entry.ticket_number == ticket.number, Entry.visibility == "public", Entry.text != "")
        .order_by(Entry.id.desc())
    )
    entry = session.scalar(query.limit(1))
    author = session.get(Person, entry.author_id) if entry is not None and entry.author_id is not None else None
    return entry if author is not None and author.works_here and author.id != ticket.requester_id else None


def _days(days: int) -> str:
    return "a day" if days == 1 else f"{days} days"
