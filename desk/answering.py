"""What a requester's one-tap answer does to the ticket.

In:       an Act of the requester, the ticket, the reply as an Entry.
Out:      kinds set, or the ticket solved or left in peace, with the event and its because.
Not here: reading the words (desk.answers); everything else a requester writes (desk.tickets.add_follow_up).
"""

from sqlalchemy.orm import Session

from desk.act import Act, record
from desk.answers import WORKS, read_answer, read_outcome
from desk.telling import tell_workers
from desk.thread import put_on
from desk.tickets import set_kinds, set_status
from intake.attachments import ORNAMENT
from models import Entry, Ticket


def take_answer(session: Session, act: Act, ticket: Ticket, entry: Entry) -> bool:
    """Act on a one-tap answer; False when the reply is none, or is one that any follow-up's way serves.

    "Still broken" is such: a follow-up reopens a solved ticket and ends the waiting by itself.
    """
    if any(file.mark != ORNAMENT for file in entry.attachments) or act.who is None or act.who.id != ticket.requester_id:
        return False
    kind = read_answer(entry.text) if not ticket.kinds else None
    if kind is not None:
        put_on(session, ticket, entry)
        set_kinds(session, act, ticket, (kind,), "the requester's answer")
        return True
    if read_outcome(entry.text) != WORKS:
        return False
    _call_solved(session, act, ticket, entry)
    return True


def _call_solved(session: Session, act: Act, ticket: Ticket, entry: Entry) -> None:
    """The requester says it is done: nobody needs a mail about it, but who may be on the way there."""
    put_on(session, ticket, entry)
    if ticket.status in ("resolved", "closed"):
        record(session, act, ticket, "follow-up", None, None, "the requester says that it works")
        return
    under_way = ticket.status != "pending"
    set_status(session, act, ticket, "resolved", "the requester says that it works")
    if under_way:
        tell_workers(session, act, ticket, "follow_up", entry)
