"""Whether others are writing about the same outage.

In:       a ticket just opened.
Out:      the numbers of its likely twins.
Not here: merging, which is a person's decision.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models import Ticket
from models.memory import remembered

WINDOW = timedelta(hours=2)
MOST = 20


# A statement made once costs a fifth of one made anew.
_ALIKE = (
    select(Ticket.number)
    .where(
        Ticket.fault, Ticket.school_id == bindparam("school"), Ticket.category == bindparam("category"),
        Ticket.is_undone(), Ticket.opened_at > bindparam("since"),
    )
    .order_by(Ticket.number)
    .limit(MOST + 1)
)  # fmt: skip


def similar_faults(session: Session, ticket: Ticket) -> list[int]:
    """Unsolved faults of the same category from the same school within two hours, oldest first."""
    if not ticket.fault or ticket.school_id is None or ticket.category in (None, "other"):
        return []
    since = ticket.opened_at - WINDOW
    known = remembered(session, ("similar", ticket.school_id, ticket.category), lambda: _find(session, ticket, since))
    found = [number for number in known if number != ticket.number][:MOST]
    known.append(ticket.number)
    return found


def _find(session: Session, ticket: Ticket, since: datetime) -> list[int]:
    asked = {"school": ticket.school_id, "category": ticket.category, "since": since}
    return list(session.execute(_ALIKE, asked).scalars())
