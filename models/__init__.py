"""The data model: what District Desk remembers, as SQLAlchemy classes.

In:       nothing; every other floor imports this one.
Out:      tables, the statuses a ticket may pass through, the store.
Not here: mail parsing, wording, decisions.
"""

from models.base import Base
from models.district import Mailbox, School, Team
from models.mail import Delivery, InboundMail, Lease, MailboxCursor, Notice
from models.people import Address, Coverage, Person
from models.store import Store, open_store
from models.ticket import Attachment, Entry, Participant, SigningKey, Ticket, TicketEvent

__all__ = [
    "Address", "Attachment", "Base", "Coverage", "Delivery", "Entry", "InboundMail", "Lease",
    "Mailbox", "MailboxCursor", "Notice", "Participant", "Person", "School", "SigningKey", "Store",
    "Team", "Ticket", "TicketEvent", "open_store",
]  # fmt: skip
