"""What became of one mail of the demo, told in a few lines.

In:       a settled mail.
Out:      lines of text.
Not here: playing the mails (desk.demo).
"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.opening import OpenDesk
from desk.tables import printable
from desk.tickets import name_of
from models import InboundMail, Notice, Ticket, TicketEvent


def tell_way(opened: OpenDesk, number: int, title: str, mail_id: int, *, repeated: bool = False) -> Iterator[str]:
    """The mail's way: what it was, where it went and why, who was told."""
    yield f"{number:2}. {title}"
    if repeated:
        yield f"      it is here already as m{mail_id}: no second ticket, no second answer"
        return
    with opened.store.reading() as session:
        inbound = session.get_one(InboundMail, mail_id)
        if inbound.state != "ticketed":
            yield f"      {inbound.state}: {printable(inbound.reason or '')}"
        elif inbound.ticket_number is not None:
            yield from _ticketed(session, inbound, session.get_one(Ticket, inbound.ticket_number))
        yield from _told(session, mail_id)


def _ticketed(session: Session, inbound: InboundMail, ticket: Ticket) -> Iterator[str]:
    events = session.scalars(
        select(TicketEvent)
        .where(TicketEvent.ticket_number == ticket.number, TicketEvent.inbound_id == inbound.id)
        .order_by(TicketEvent.id)
    ).all()
    opened = next((event for event in events if event.what == "opened"), None)
    if opened is not None:
        kinds = " and ".join(ticket.kinds) or (
            "wants nothing" if ticket.confident else "not sure what; a person decides"
        )
        yield f"      ticket #{ticket.number}: {kinds}{f', {ticket.category}' if ticket.category else ''}"
        because = "; ".join((opened.because or "").split("; ")[:3])
        yield f"        because {printable(because)}"
    else:
        yield f"      joins ticket #{ticket.number}"
    for event in events:
        if event.what in ("assignee", "team") and event.after:
            yield f"        to {printable(event.after)}: {printable(event.because or '')}"
        elif event.what in ("priority", "status", "kinds") and event is not opened:
            yield f"        {event.what} {event.before or '-'} → {event.after or '-'}: {printable(event.because or '')}"
    if opened is not None and not events:
        yield f"        with {name_of(ticket.assignee)}"


def _told(session: Session, mail_id: int) -> Iterator[str]:
    for notice in session.scalars(select(Notice).where(Notice.cause == f"mail:{mail_id}").order_by(Notice.id)):
        if notice.state == "silent":
            yield f"      no {notice.template} to {notice.to_address}: {notice.reason}"
        else:
            yield f"      {notice.template} → {notice.to_address}"
