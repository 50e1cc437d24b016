"""The data model: what District Desk remembers, as SQLAlchemy classes.

In:       nothing; every other floor imports this one.
Out:      tables, the statuses a ticket may pass through, the store.
Not here: mail parsing, wording, decisions.

Names are loaded when first asked for (PEP 562): reading a mail needs `models.address` and no database.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.base import Base
    from models.deed import Deed
    from models.district import Mailbox, School, Team
    from models.hold import Hold
    from models.learning import LearntWeights
    from models.mail import Delivery, InboundMail, Lease, MailboxCursor, Notice
    from models.people import Address, Coverage, Person
    from models.store import Store, open_store
    from models.ticket import Attachment, Entry, Participant, SigningKey, Ticket, TicketEvent

__all__ = [
    "Address", "Attachment", "Base", "Coverage", "Deed", "Delivery", "DirectoryState", "Entry", "Hold", "InboundMail",
    "LearntWeights",
    "Lease", "Mailbox", "MailboxCursor", "Notice", "Participant", "Person", "School", "SigningKey", "Store",
    "Team", "Ticket", "TicketEvent", "open_store",
]  # fmt: skip

_ROOMS = ("base", "district", "people", "ticket", "mail", "hold", "learning", "deed", "directory_state", "store")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'models' has no attribute '{name}'")
    # All rooms at once: tables refer to each other by name.
    for room in [import_module(f"models.{room}") for room in _ROOMS]:
        if hasattr(room, name):
            found = globals()[name] = getattr(room, name)
            return found
    raise AttributeError(name)
