"""The circumstances of a deed: who does it, because of which mail or command, and when.

In:       the pipeline or the command line.
Out:      Act, and `record()`, which writes the history.
Not here: what is done.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import Person, Ticket, TicketEvent
from models.memory import is_any_put_off, is_unwritten, put_off
from notifier.settings import DeskIdentity

# What somebody unproved has tried. It is kept, but the ticket rests as before: whoever keeps on forging must not put
# off its reminder and its closing.
NO_NEWS = frozenset({"held", "lapsed", "refused", "warned", "doubtful"})


@dataclass(frozen=True)
class Act:
    """One deed; `cause` ("mail:12", "command:<uuid>") keeps a repeated deed from telling people twice."""

    desk: DeskIdentity
    cause: str
    now: datetime
    who: Person | None = None
    inbound_id: int | None = None


def record(
    session: Session, act: Act, ticket: Ticket, what: str, before: str | None, after: str | None, because: str
) -> None:
    """Add one line to the ticket's history; nothing ever changes or removes one."""
    line = {
        "ticket_number": ticket.number, "at": act.now, "who_id": act.who.id if act.who else None, "what": what,
        "before": before, "after": after, "because": because, "inbound_id": act.inbound_id,
    }  # fmt: skip
    ahead = is_unwritten(session, ticket) or is_any_put_off(session)  # one after the other, as they happened
    if not (ahead and put_off(session, TicketEvent, line)):
        session.add(TicketEvent(**line))
    if what not in NO_NEWS:
        ticket.updated_at = act.now
