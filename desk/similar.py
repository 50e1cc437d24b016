"""Whether others are writing about the same outage.

In:       a ticket just opened.
Out:      the numbers of its likely twins.
Not here: merging, which is a person's decision.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Ticket

WINDOW = timedelta(hours=2)


def similar_faults(session: Session, ticket: Ticket) -> list[int]:
    """Unsolved faults of the same category from the same school within two hours, oldest first."""
    if not ticket.fault or ticket.school_id is None or ticket.category in (None, "other"):
        return []
    query = (
        select(Ticket.number)
        .where(
            Ticket.fault, Ticket.school_id == ticket.school_id, Ticket.category == ticket.category,
            Ticket.status.in_(("new", "open", "pending")), Ticket.number != ticket.number,
            Ticket.opened_at > ticket.opened_at - WINDOW,
        )
        .order_by(Ticket.number)
        .limit(20)
    )  # fmt: skip
    return list(session.scalars(query))
