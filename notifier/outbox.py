"""What should be said to whom, kept before it is sent.

In:       wishes of desk.tickets, within the transaction that changed the ticket.
Out:      Notice rows: queued, or silent with the reason.
Not here: commit, claiming (notifier.claims, offered here too), wording, sending.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.address import new_message_id, reply_address
from models.mail import Notice
from models.memory import is_unwritten
from models.people import Person
from models.ticket import Entry, Ticket
from models.wake import NOTICES, ring
from notifier.claims import back_off, claim_due, give_back, settle_failed, settle_sent
from notifier.conversation import place_in_conversation
from notifier.digest import gather
from notifier.policy import reason_for_silence
from notifier.settings import DeskIdentity
from notifier.snapshot import may_read, snapshot
from notifier.subject import mask_codes, plain_subject, subject_line, topic_of
from notifier.together import light_notice, note_told, put_by, put_down, told_because_of
from notifier.wording import fallback_subject

__all__ = ["Wish", "back_off", "claim_due", "give_back", "queue", "settle_failed", "settle_sent"]

LISTS = frozenset({"daily", "weekly"})
# Without the entry's words these say nothing.
CARRIES_WORDS = frozenset({"reply", "follow_up"})


@dataclass(frozen=True)
class Wish:
    """What should be said to whom, and because of what."""

    person: Person
    template: str
    cause: str
    """ "mail:12" or "command:<uuid>"; with template and address it is unique, so nothing is said twice."""
    ticket: Ticket | None = None
    entry: Entry | None = None
    """The entry the notice carries or answers."""
    answers_mail: bool = False
    """Whether the recipient's own mail set it off: such mails have a budget."""
    answers_message_id: str | None = None
    """The Message-ID of the mail it answers, as Message gives it: without brackets."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """JSON-able extras for the template."""
    address: str | None = None
    """Where other than the person's first address."""
    reply_to: str | None = None
    """Where the answer is to go other than to the ticket."""


def queue(session: Session, desk: DeskIdentity, wish: Wish, now: datetime) -> Notice:
    """Write the wish as a Notice: queued, gathered into a digest, or silent with the reason. Flushes, never commits.

    The same cause, template and address a second time gives the first row back. ValueError without a
    signing key.
    """
    if not desk.signing_keys:
        raise ValueError("the desk has no signing key")
    ahead = wish.ticket is not None and is_unwritten(session, wish.ticket)
    if not ahead:
        put_down(session, desk, now)
        session.flush()  # new people and tickets get their numbers, which the addresses carry
    address = _address_of(wish)
    told = _find_told(session, wish, address)
    if told is not None:
        return told
    notice = _write(session, desk, wish, address, now, ahead)
    notice.reason = _silence(session, desk, wish, notice, now)
    notice.state = "silent" if notice.reason else "queued"
    if notice.state == "queued":
        ring(session, NOTICES)
    note_told(session, notice)
    if ahead:
        return put_by(session, wish.person, notice)
    added = _add_once(session, wish, notice)
    if added is notice:
        gather(session, desk, [(wish.person, notice)], now)
        session.flush()
    return added


def withdraw(session: Session, notice_ids: Sequence[int], reason: str, now: datetime) -> set[int]:
    """Keep notices from going out, and say which were still here; what a sender has in hand is not."""
    waiting = (
        Notice.id.in_(notice_ids),
        Notice.state == "queued",
        or_(Notice.lease_until.is_(None), Notice.lease_until <= now),
    )
    taken = session.scalars(
        update(Notice)
        .where(*waiting)
        .values(state="silent", reason=reason)
        .returning(Notice.id)
        .execution_options(synchronize_session="fetch")
    )
    return set(taken)


def was_told(session: Session, cause: str, person: Person, templates: Sequence[str]) -> bool:
    """Whether the same cause has made a notice of one of these templates for this person already."""
    same = (Notice.cause == cause, Notice.person_id == person.id, Notice.template.in_(templates))
    return session.scalar(select(Notice.id).where(*same).limit(1)) is not None


def _address_of(wish: Wish) -> str:
    address = (wish.address or wish.person.address or "").strip().lower()
    # Somebody without an address still leaves a row of their own that says so.
    return address[:320] or f"nobody p{wish.person.id}"


def _find_told(session: Session, wish: Wish, address: str) -> Notice | None:
    told = told_because_of(session, wish.cause)
    if told is not None:
        return told.get((wish.template, address))
    same = (Notice.cause == wish.cause, Notice.template == wish.template, Notice.to_address == address)
    return session.scalar(select(Notice).where(*same))


def _add_once(session: Session, wish: Wish, notice: Notice) -> Notice:
    try:
        with session.begin_nested():
            session.add(notice)
            session.flush()
    except IntegrityError:
        # Another worker was told the same thing and was faster.
        told = _find_told(session, wish, notice.to_address)
        if told is None:
            raise
        return told
    return notice


def _write(session: Session, desk: DeskIdentity, wish: Wish, address: str, now: datetime, ahead: bool) -> Notice:
    ticket, person = wish.ticket, wish.person
    number = ticket.number if ticket is not None else None
    place = place_in_conversation(session, ticket, person.id, address, wish.answers_message_id)
    language = _language(desk, wish)
    asked = ticket.subject if ticket is not None else str(wish.facts.get("subject", ""))
    values: dict[str, Any] = {
        "ticket_number": number,
        "entry_id": wish.entry.id if wish.entry is not None else None,
        "person_id": person.id,
        "to_address": address,
        "template": wish.template,
        "language": language,
        "cause": wish.cause,
        "answers_mail": wish.answers_mail,
        "topic": topic_of(asked),
        "subject": _subject(session, wish, asked, language),
        "context": snapshot(session, person, ticket, wish.entry, wish.facts),
        "message_id": _message_id(desk, number, person.id),
        "in_reply_to": place.in_reply_to,
        "references": list(place.references),
        "reply_to": wish.reply_to or _reply_to(desk, number, person.id),
        "created_at": now,
        "due_at": now,
        "attempts": 0,
        "state": "queued",
    }
    return light_notice(values) if ahead else Notice(**values)


def _silence(session: Session, desk: DeskIdentity, wish: Wish, notice: Notice, now: datetime) -> str | None:
    entry = wish.entry if wish.template in CARRIES_WORDS else None
    if entry is not None and not may_read(session, wish.person, entry):
        return "the words are not for this reader"
    return reason_for_silence(
        session, desk, wish.person, notice.to_address, wish.template, wish.answers_mail, notice.topic, now
    )


def _language(desk: DeskIdentity, wish: Wish) -> str:
    # Requesters are answered in the language they wrote in.
    if wish.ticket is not None and wish.ticket.requester_id == wish.person.id:
        return (wish.ticket.language or desk.language)[:8]
    return (wish.person.language or desk.language)[:8]


def _subject(session: Session, wish: Wish, asked: str, language: str) -> str:
    plain = plain_subject(asked)
    if not wish.person.works_here and not _is_known_subject(session, wish):
        plain = mask_codes(plain)
    number = wish.ticket.number if wish.ticket is not None else None
    if not any(character.isalnum() for character in plain):
        # On a ticket it is the same for every notice: another subject would begin another conversation.
        plain = fallback_subject(wish.template if number is None else "other", language)
    # A list answers nothing: it begins a conversation of its own.
    return plain if wish.template in LISTS else subject_line(number, plain)


def _is_known_subject(session: Session, wish: Wish) -> bool:
    if wish.ticket is None:
        return False
    requester = session.get(Person, wish.ticket.requester_id)
    return wish.person.rostered and requester is not None and requester.rostered


def _message_id(desk: DeskIdentity, number: int | None, person_id: int) -> str:
    if number is None:
        return f"n.p{person_id}.{secrets.token_hex(16)}@{desk.address.rpartition('@')[2]}"
    return new_message_id(desk.address, number, person_id, desk.signing_keys[0])


def _reply_to(desk: DeskIdentity, number: int | None, person_id: int) -> str:
    if number is None:
        return desk.address
    return reply_address(desk.address, number, person_id, desk.signing_keys[0])
