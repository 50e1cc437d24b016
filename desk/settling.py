"""How a mail's way ends: the states an InboundMail settles in.

In:       a claimed InboundMail.
Out:      the row settled, its claim given back.
Not here: claiming (desk.worker).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from desk.act import Act
from desk.arrivals import Envelope, mailbox_teams
from desk.tickets import join_teams
from desk.wording import storable, storable_id
from intake.inbox import content_key, find_twin
from intake.message import Message
from models import InboundMail, Ticket
from models.memory import has_memory, remember
from notifier.together import put_down


def settle(inbound: InboundMail, state: str, reason: str, now: datetime) -> None:
    """End a mail's way in one of models.mail.MAIL_STATES, with the reason."""
    inbound.state, inbound.reason, inbound.settled_at = state, storable(reason)[:2_000], now
    inbound.claimed_by = inbound.lease_until = None


def settle_into(inbound: InboundMail, ticket: Ticket, now: datetime) -> None:
    """End a mail's way in a ticket."""
    inbound.ticket_number = ticket.number
    settle(inbound, "ticketed", f"ticket #{ticket.number}", now)


def settle_twin(
    session: Session, act: Act, inbound: InboundMail, message: Message, envelope: Envelope, now: datetime
) -> bool:
    """End here if this mail has come before in another encoding; else note its content as taken.

    Two workers with two copies meet at the unique key: the slower one's flush fails, it is tried again,
    and finds its twin.
    """
    inbound.message_id = storable_id(message.message_id)
    key = content_key(message, inbound.received_at)
    twin = find_twin(session, inbound, key)
    if twin is None:
        inbound.content_key = key
        if has_memory(session):
            remember(session, ("content", key), inbound)
        else:
            session.flush()
        return False
    put_down(session, act.desk, now)
    inbound.duplicate_of = twin.id
    if twin.ticket_number is not None:
        inbound.ticket_number = twin.ticket_number
        ticket = session.get_one(Ticket, twin.ticket_number)
        join_teams(session, act, ticket, mailbox_teams(session, envelope, message, act.desk))
    settle(inbound, "duplicate", f"the same mail as m{twin.id}", now)
    return True
