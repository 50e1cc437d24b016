"""What belongs to a ticket's thread: entries with their files, people and teams who see it.

In:       a ticket, and an Entry or a Participant not yet on it.
Out:      the row on the ticket; with a memory (models.memory) in hand until the next flush, else written at once.
Not here: what follows from it (desk.tickets).
"""

from sqlalchemy.orm import Session

from desk.evidence import mark_repeated, may_be_repeated
from models import Entry, Participant, Ticket
from models.memory import add_row, is_unwritten


def put_on(session: Session, ticket: Ticket, entry: Entry) -> None:
    """Put an entry on a ticket's thread; a second time changes nothing."""
    if entry.ticket is ticket:
        return
    entry.ticket_number = ticket.number
    if is_unwritten(session, ticket):
        add_row(session, entry)
        for file in entry.attachments:
            file.entry_id = entry.id
            add_row(session, file)
        entry.ticket = ticket
    else:
        entry.ticket = ticket
        session.add(entry)
    if not is_unwritten(session, ticket) or may_be_repeated(entry):
        session.flush()
        mark_repeated(session, entry)


def let_see(session: Session, ticket: Ticket, row: Participant) -> None:
    """Let a person or a team see a ticket that is being opened."""
    row.ticket_number = ticket.number
    if is_unwritten(session, ticket):
        add_row(session, row)
    ticket.participants.append(row)
