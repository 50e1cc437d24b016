"""A ticket that staff open by a mail with commands: in a teacher's name, done already, with the time it took.

In:       a new mail's Reading, proved to be a technician's; the draft of the ticket.
Out:      the ticket, its commands carried out, one mail to the requester and one receipt.
Not here: whether the mail is obeyed (desk.authority), the single commands (desk.obey).
"""

from dataclasses import replace

from sqlalchemy.orm import Session

from desk.act import Act, record
from desk.commands import Reading
from desk.obey import note_beside, obey
from desk.tickets import Draft, create_ticket, tell_opened
from models import Entry, Ticket
from notifier.together import put_down

NOTHING_SAID = Reading((), "")


def opens_by_command(reading: Reading) -> bool:
    """Whether a new mail says more to the desk than what is wrong."""
    return bool(reading.commands or reading.near_misses)


def open_by_command(session: Session, act: Act, draft: Draft, reading: Reading, proof: str) -> Ticket:
    """Open the ticket, then do what the mail says; nobody hears of it before its commands are done.

    Who asked gets one mail: an acknowledgement, or with `#done` that it was opened and solved. Whoever opened it
    gets the receipt and no second mail.
    """
    if reading.internal:
        draft.entry.visibility = "internal"
    if reading.note and draft.note is None:
        draft = replace(draft, note=note_beside(draft.entry, reading.note))
    ticket = create_ticket(session, act, draft)
    record(session, act, ticket, "proved", None, None, proof)
    put_down(session, act.desk, act.now)  # commands look at what is written
    words = Entry(text=reading.words)  # on the ticket already, as its first entry
    obey(session, act, ticket, reading, words, opens=True)
    if ticket.status not in ("resolved", "closed"):
        tell_opened(session, act, ticket, replace(draft, requester=ticket.requester), by_command=True)
    return ticket
