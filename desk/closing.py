"""Closing what has long been solved and about which nobody has written since.

In:       tickets that are resolved.
Out:      closed ones; a later reply opens a new ticket that points back.
Not here: school days and holidays: for now the pause is counted in days.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.act import Act
from desk.tickets import set_status
from models import Ticket
from notifier.settings import DeskIdentity

QUIET = timedelta(days=7)
BATCH = 200


def close_quiet(session: Session, desk: DeskIdentity, now: datetime) -> int:
    """Close up to a batch of tickets that were resolved a week ago; returns how many.

    Nobody is told: the requester heard that it was solved, and a second mail about nothing is noise.
    """
    query = (
        select(Ticket)
        .where(Ticket.status == "resolved", Ticket.updated_at < now - QUIET)
        .order_by(Ticket.number)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    quiet = session.scalars(query).all()
    for ticket in quiet:
        act = Act(desk, f"quiet:{ticket.number}", now)
        set_status(session, act, ticket, "closed", "solved, and no word for a week")
    return len(quiet)
