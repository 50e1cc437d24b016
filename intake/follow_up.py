"""Which ticket a mail belongs to, or none.

In:       a Message, who wrote it, the addresses it was delivered to, the signing keys.
Out:      Match: the ticket, how it was found, the token that came along.
Not here: what joining does to the ticket (desk.tickets), whether commands are obeyed (desk.authority).

The order is: signed reply address, signed Message-ID in In-Reply-To and References (some hosts drop
subaddresses), Message-IDs we have seen (RFC 5322 section 3.6.4), number in the subject. Finding a
ticket is not joining it: a stranger's mail never joins somebody's ticket.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.message import Message
from models import Entry, Notice, Participant, Person, Ticket
from models.address import Claim, read_claim

_SUBJECT_TAG = re.compile(r"\[#(\d{1,9})\]")
# Where hosts write down the address a mail was really delivered to.
_DELIVERED_TO = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-forwarded-to",
    "x-delivered-to",
)
MAX_REFERENCES = 50
BY_TOKEN = "the signed reply address"


@dataclass(frozen=True)
class Match:
    """What was found: `ticket` to join, or `possible` to point at; `claim` is the genuine token, if any."""

    ticket: Ticket | None = None
    how: str = ""
    claim: Claim | None = None
    possible: Ticket | None = None
    forged: bool = False
    """Whether the mail carries a token that no key of ours confirms."""


def find_ticket(
    session: Session, message: Message, sender: Person, delivered_to: Sequence[str], keys: Sequence[bytes]
) -> Match:
    """Look for the ticket this mail belongs to, and say whether its sender may join it."""
    claims = [claim for text in _token_places(message, delivered_to) if (claim := read_claim(text, keys))]
    forged = any(not claim.genuine for claim in claims)
    genuine = [claim for claim in claims if claim.genuine]
    claim = next((claim for claim in genuine if claim.person_id == sender.id), genuine[0] if genuine else None)
    found, how = _by_claim(session, claim)
    if found is None:
        found, how = _by_references(session, message)
    if found is not None:
        if may_join(session, sender, found):
            return Match(found, how, claim, forged=forged)
        return Match(None, how, claim, possible=found, forged=forged)
    tagged = _by_subject(session, message)
    if tagged is None:
        return Match(forged=forged)
    if is_known_on(session, sender, tagged):
        return Match(tagged, "the number in the subject", forged=forged)
    return Match(None, "the number in the subject", possible=tagged, forged=forged)


def may_join(session: Session, sender: Person, ticket: Ticket) -> bool:
    """Whether this person's mail may be added to this ticket.

    Those already on it may, and colleagues: people the district itself lists, pupils excepted.
    """
    if is_known_on(session, sender, ticket):
        return True
    return sender.rostered and sender.active and sender.role != "student"


def is_known_on(session: Session, sender: Person, ticket: Ticket) -> bool:
    """Whether the person is the ticket's requester, assignee, team, participant or author of an entry."""
    if sender.id in (ticket.requester_id, ticket.assignee_id) or sender.works_here:
        return True
    asked = select(Participant.id).where(Participant.ticket_number == ticket.number, Participant.person_id == sender.id)
    wrote = select(Entry.id).where(Entry.ticket_number == ticket.number, Entry.author_id == sender.id)
    return session.scalar(asked.limit(1)) is not None or session.scalar(wrote.limit(1)) is not None


def _token_places(message: Message, delivered_to: Sequence[str]) -> Iterable[str]:
    yield from delivered_to
    yield from (mailbox.address for mailbox in (*message.to, *message.cc) if mailbox.address)
    for name in _DELIVERED_TO:
        yield from message.fields_named(name)
    yield from _answered(message)


def _answered(message: Message) -> list[str]:
    """The Message-IDs this mail answers, nearest first."""
    nearest_first = (*message.in_reply_to, *reversed(message.references))
    return list(dict.fromkeys(nearest_first))[:MAX_REFERENCES]


def _by_claim(session: Session, claim: Claim | None) -> tuple[Ticket | None, str]:
    if claim is None:
        return None, ""
    return session.get(Ticket, claim.ticket_number), BY_TOKEN


def _by_references(session: Session, message: Message) -> tuple[Ticket | None, str]:
    answered = _answered(message)
    if not answered:
        return None, ""
    said = select(Entry.message_id, Entry.ticket_number).where(Entry.message_id.in_(answered))
    told = select(Notice.message_id, Notice.ticket_number).where(Notice.message_id.in_(answered))
    rows = [*session.execute(said.order_by(Entry.id.desc())), *session.execute(told)]
    tickets = {message_id: number for message_id, number in rows if number is not None}
    for message_id in answered:
        if message_id in tickets:
            return session.get(Ticket, tickets[message_id]), "the message it answers"
    return None, ""


def _by_subject(session: Session, message: Message) -> Ticket | None:
    tag = _SUBJECT_TAG.search(message.subject)
    return session.get(Ticket, int(tag[1])) if tag else None
