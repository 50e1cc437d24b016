"""One conversation per ticket and person, as mail programs group it.

In:       the ticket's entries and the notices already written to this address.
Out:      In-Reply-To and References for the next one (RFC 5322 section 3.6.4).
Not here: the Message-ID itself (models.address), reading replies (intake.follow_up).
"""

import re
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.mail import InboundMail, Notice
from models.memory import is_unwritten
from models.ticket import Entry, Participant, Ticket, TicketEvent
from notifier.together import told_on

MAX_REFERENCES = 20
MAX_MERGED = 5
_USABLE = re.compile(r"[!-;=?-~]{1,250}", re.ASCII)


@dataclass(frozen=True)
class Place:
    """Where a notice stands in its conversation; ids without brackets."""

    in_reply_to: str | None
    references: tuple[str, ...]


def place_in_conversation(
    session: Session, ticket: Ticket | None, person_id: int, address: str, answers: str | None
) -> Place:
    """Root first, then what this address has had from us on the ticket, the answered mail last.

    The root is what the person's own mailbox already holds: for the requester and those in its Cc her first
    mail, or for anybody else the first notice to them. Gmail and Outlook hang the rest under it.
    """
    chain = _earlier(session, ticket, person_id, address) if ticket is not None else []
    answered = (answers or "").strip("<> ")
    if _USABLE.fullmatch(answered):
        chain = [known for known in chain if known != answered] + [answered]
    if len(chain) > MAX_REFERENCES:
        chain = [chain[0], *chain[-(MAX_REFERENCES - 1) :]]
    return Place(chain[-1] if chain else None, tuple(chain))


def _earlier(session: Session, ticket: Ticket, person_id: int, address: str) -> list[str]:
    """The first mail, where the person has it, and what went to this address; of merged tickets first."""
    if is_unwritten(session, ticket):
        return _begun_now(session, ticket, person_id, address)
    chain: list[str] = []
    for one in (*_merged_into(session, ticket), ticket):
        root = _first_mail(session, one) if _has_first_mail(session, one, person_id) else None
        # What was never sent, or told within a digest, is in nobody's mailbox.
        told = session.scalars(
            select(Notice.message_id)
            .where(
                Notice.ticket_number == one.number, Notice.to_address == address,
                Notice.state.not_in(("silent", "gathered", "failed")),
            )
            .order_by(Notice.id)
        )  # fmt: skip
        begins = root is not None and (not chain or person_id == one.requester_id)
        chain += [*([root] if root is not None and begins else ()), *told]
    return [known for known in dict.fromkeys(chain) if _USABLE.fullmatch(known)]


def _begun_now(session: Session, ticket: Ticket, person_id: int, address: str) -> list[str]:
    """The same of a ticket that is not written yet: all that was said on it is in hand."""
    has_it = person_id == ticket.requester_id or any(row.person_id == person_id for row in ticket.participants)
    hers = (one for one in ticket.entries if one.author_id == ticket.requester_id and one.message_id is not None)
    sent_by_her = (one.message_id for one in hers if _is_from(session, one, ticket.requester_id))
    root = next(sent_by_her, None) if has_it else None
    chain = [*([root] if root else ()), *told_on(session, ticket.number, address)]
    return [known for known in dict.fromkeys(chain) if _USABLE.fullmatch(known)]


def _is_from(session: Session, entry: Entry, person_id: int) -> bool:
    inbound = session.get(InboundMail, entry.inbound_id) if entry.inbound_id is not None else None
    return inbound is None or inbound.sender_id in (None, person_id)


def _merged_into(session: Session, ticket: Ticket) -> list[Ticket]:
    """The tickets that go on as this one, so that their people find it under the conversation they have."""
    merged = (TicketEvent.ticket_number == ticket.number, TicketEvent.what == "merged", TicketEvent.before.is_not(None))
    said = session.scalars(select(TicketEvent.before).where(*merged).order_by(TicketEvent.id).limit(MAX_MERGED))
    numbers = [int(text[1:]) for text in said if text and re.fullmatch(r"#[0-9]{1,9}", text)]
    return [found for number in numbers if (found := session.get(Ticket, number)) is not None]


def _has_first_mail(session: Session, ticket: Ticket, person_id: int) -> bool:
    if person_id == ticket.requester_id:
        return True
    in_copy = (Participant.ticket_number == ticket.number, Participant.person_id == person_id)
    return session.scalar(select(Participant.id).where(*in_copy).limit(1)) is not None


def _first_mail(session: Session, ticket: Ticket) -> str | None:
    """The first mail she sent herself; one that a technician forwarded for her is not in her mailbox."""
    hers = or_(InboundMail.sender_id.is_(None), InboundMail.sender_id == ticket.requester_id)
    return session.scalar(
        select(Entry.message_id)
        .outerjoin(InboundMail, InboundMail.id == Entry.inbound_id)
        .where(
            Entry.ticket_number == ticket.number,
            Entry.author_id == ticket.requester_id,
            Entry.message_id.is_not(None),
            hers,
        )
        .order_by(Entry.id)
        .limit(1)
    )
