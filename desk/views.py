"""Tickets and mails as the command line shows them: one dict a ticket, in the contract's form.

In:       rows.
Out:      JSON-ready dicts.
Not here: printing (desk.cli), reports.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import CTE, ColumnElement, LargeBinary, Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from desk.directory_check import fold
from desk.mail_head import HEAD_BYTES, read_head
from desk.search import parts
from models import Address, Delivery, Entry, InboundMail, Notice, Participant, Person, School, Team, Ticket

# So many tickets are read at once.
PAGE = 500


def list_tickets(
    session: Session, *, status: str | None = None, kind: str | None = None, school: str | None = None,
    assignee: str | None = None, query: str | None = None, most: int | None = None,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Tickets, newest first, that fit every filter given; read a page at a time, so that the first come at once."""
    chosen: Select[Any] = select(Ticket).order_by(Ticket.number.desc())
    if status:
        chosen = chosen.where(Ticket.status == status)
    if kind in ("none", "unsure"):
        chosen = chosen.where(~Ticket.fault, ~Ticket.training, ~Ticket.request)
        if kind == "unsure":
            chosen = chosen.where(~Ticket.confident)
    elif kind:
        chosen = chosen.where(getattr(Ticket, kind))
    if school:
        chosen = chosen.where(Ticket.school_id.in_(_schools_of(session, school)))
    if assignee:
        chosen = chosen.where(_is_with(session, assignee))
    page = min(most or PAGE, PAGE)
    words = (query or "").split()
    chosen_parts = (chosen.where(part) for part in parts(session, words)) if words else iter((chosen,))
    yield from islice((row for one in chosen_parts for row in _rows(session, one, page)), most)


def school_codes(session: Session) -> list[str]:
    """Every school's code, in order."""
    return sorted(session.scalars(select(School.code)))


def _schools_of(session: Session, code: str) -> list[int]:
    """Compared here and not in SQL: SQLite knows upper case of ASCII alone."""
    found = session.execute(select(School.id, School.code))
    return [number for number, known in found if fold(known) == fold(code)]


def _assignees_called(session: Session, who: str) -> list[int]:
    """Those who have tickets and whose address or whole name this is."""
    named = session.execute(select(Person.id, Person.name).where(Person.id.in_(select(_holders().c.id))))
    addressed = session.scalars(select(Address.person_id).where(Address.address == who.strip().lower()))
    return [*addressed, *(number for number, name in named if name and fold(name) == fold(who))]


def _is_with(session: Session, who: str) -> ColumnElement[bool]:
    """Theirs; of a team: what nobody in it has taken."""
    theirs = Ticket.assignee_id.in_(_assignees_called(session, who))
    teams = [number for number, name in session.execute(select(Team.id, Team.name)) if fold(name) == fold(who)]
    return or_(theirs, Ticket.assignee_id.is_(None) & Ticket.team_id.in_(teams)) if teams else theirs


def _holders() -> CTE:
    """Everybody who holds a ticket, from one to the next along the index: DISTINCT would read a million rows."""
    first = select(func.min(Ticket.assignee_id).label("id")).cte("holders", recursive=True)
    following = select(func.min(Ticket.assignee_id)).where(Ticket.assignee_id > first.c.id).scalar_subquery()
    return first.union_all(select(following).where(first.c.id.is_not(None)))


def _rows(session: Session, chosen: Select[Any], page: int) -> Iterator[dict[str, Any]]:
    loaded = chosen.options(
        selectinload(Ticket.requester).selectinload(Person.addresses),
        selectinload(Ticket.assignee).selectinload(Person.addresses),
        selectinload(Ticket.school), selectinload(Ticket.team),
    )  # fmt: skip
    below: int | None = None
    while True:
        rest = loaded if below is None else loaded.where(Ticket.number < below)
        tickets = session.scalars(rest.limit(page)).unique().all()
        counts = _entry_counts(session, [ticket.number for ticket in tickets])
        for ticket in tickets:
            yield ticket_row(ticket, counts.get(ticket.number, 0))
        if len(tickets) < page:
            return
        below = tickets[-1].number


def _entry_counts(session: Session, numbers: Sequence[int]) -> dict[int, int]:
    if not numbers:
        return {}
    query = select(Entry.ticket_number, func.count()).where(Entry.ticket_number.in_(numbers))
    query = query.group_by(Entry.ticket_number)
    return dict(session.execute(query).all())


def ticket_row(ticket: Ticket, entries: int) -> dict[str, Any]:
    """One ticket as `tickets --json` prints it."""
    return {
        "number": ticket.number, "subject": ticket.subject, "status": ticket.status,
        "kinds": list(ticket.kinds), "category": ticket.category, "confident": ticket.confident,
        "priority": ticket.priority, "level": ticket.level,
        "requester": {"name": ticket.requester.name, "address": ticket.requester.address},
        "school": ticket.school.code if ticket.school else None,
        "team": ticket.team.name if ticket.team else None,
        "assignee": ticket.assignee.address if ticket.assignee else None,
        "assignee_name": ticket.assignee.name if ticket.assignee else None,
        "opened_at": moment(ticket.opened_at), "updated_at": moment(ticket.updated_at),
        "first_response_at": moment(ticket.first_response_at), "resolved_at": moment(ticket.resolved_at),
        "entries": entries, "language": ticket.language, "follow_up_of": ticket.follow_up_of,
        "merged_into": ticket.merged_into,
    }  # fmt: skip


def whole_ticket(session: Session, number: int) -> dict[str, Any] | None:
    """One ticket with thread, events and notices, as `show --json` prints it; None when there is none."""
    ticket = session.get(Ticket, number)
    if ticket is None:
        return None
    notices = session.scalars(select(Notice).where(Notice.ticket_number == number).order_by(Notice.id))
    return {
        **ticket_row(ticket, len(ticket.entries)),
        "watchers": [_watcher(row) for row in ticket.participants],
        "thread": [_entry(entry) for entry in ticket.entries],
        "events": [
            {
                "at": moment(event.at), "who": event.who.name or event.who.address if event.who else None,
                "what": event.what, "from": event.before, "to": event.after, "because": event.because,
                "mail": event.inbound_id,
            }
            for event in ticket.events
        ],
        "notices": [_notice(row) for row in notices],
    }  # fmt: skip


def _notice(row: Notice) -> dict[str, Any]:
    """One notice; of one that a digest tells also what became of the digest."""
    digest = row.gathered_into
    sent_at, message_id = (row.sent_at, row.message_id) if digest is None else (digest.sent_at, digest.message_id)
    reason = row.reason if digest is None else f"{row.reason}, which is {digest.state}"
    return {
        "at": moment(sent_at or row.created_at), "to": row.to_address, "template": row.template,
        "state": row.state, "message_id": message_id, "reason": reason,
    }  # fmt: skip


def _watcher(row: Participant) -> dict[str, Any]:
    """A person or a team beside requester and assignee."""
    if row.person is not None:
        return {"name": row.person.name, "address": row.person.address}
    return {"name": row.team.name if row.team else None, "address": None}


def _entry(entry: Entry) -> dict[str, Any]:
    author = {"name": entry.author.name if entry.author else None, "address": entry.author_address}
    return {
        "at": moment(entry.at), "author": author, "visibility": entry.visibility, "text": entry.text,
        "folded": entry.folded, "message_id": entry.message_id,
        "attachments": [
            {
                "filename": f.filename, "content_type": f.content_type, "size": f.size, "sha256": f.sha256,
                "inline": f.inline, "mark": f.mark,
            }
            for f in entry.attachments
        ],
    }  # fmt: skip


def list_mail(session: Session, state: str | None = None, query: str | None = None) -> Iterator[dict[str, Any]]:
    """What came in and what became of it, newest first; `query` is looked for in the sender and the subject.

    Of the raw bytes only the head is fetched, some mails at a time: the rest may be 35 MB each.
    """
    head = func.substr(InboundMail.raw, 1, HEAD_BYTES, type_=LargeBinary)
    chosen = select(InboundMail, head).order_by(InboundMail.id.desc()).options(selectinload(InboundMail.deliveries))
    if state:
        chosen = chosen.where(InboundMail.state == state)
    for inbound, raw in session.execute(chosen.execution_options(yield_per=100)):
        found = read_head(raw or b"")
        if query is None or found.says(query):
            author = {"name": found.author.name, "address": found.author.address}
            yield {**mail_row(inbound), "from": author, "subject": found.subject}


def mail_row(inbound: InboundMail) -> dict[str, Any]:
    """One stored mail: its id, state and reason, the doors it came by."""
    return {
        "id": inbound.id, "state": inbound.state, "kind": inbound.kind, "reason": inbound.reason,
        "ticket": inbound.ticket_number, "duplicate_of": inbound.duplicate_of, "message_id": inbound.message_id,
        "received_at": moment(inbound.received_at), "settled_at": moment(inbound.settled_at), "size": inbound.size,
        "deliveries": [_delivery(row) for row in inbound.deliveries],
    }  # fmt: skip


def _delivery(row: Delivery) -> dict[str, Any]:
    return {"door": row.door, "to": row.rcpt_to, "mail_from": row.mail_from, "at": moment(row.received_at)}


def moment(when: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the second."""
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if when else None
