"""Several mails in one transaction: what they all ask the database is asked once, what they write is written together.

In:       ids of claimed mails.
Out:      the same rows settled, in the order they came; an error of any of them undoes the whole batch.
Not here: claiming and what follows an error (desk.worker), the way of a single mail (desk.pipeline).

Nothing here decides anything. Every answer foreseen is one that desk.pipeline would ask for and read the same way
later; what is not foreseen it still reads itself.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload, undefer
from sqlalchemy.orm.attributes import set_committed_value

from classifier.triage import Found
from desk.arrivals import Envelope, read_envelope
from desk.known import KnownDirectory
from desk.pipeline import House
from intake.inbox import content_key
from intake.message import Message, read_message
from intake.requester import usable_address
from intake.screen import Verdict, screen
from models import Address, InboundMail, Person, Store
from models.memory import open_memory, remember
from notifier.policy import read_recent
from notifier.together import foresee_told, put_down


@dataclass(frozen=True)
class Read:
    """A mail read, and judged where it looks as if it opened a ticket."""

    mail_id: int
    raw: bytes
    message: Message
    envelope: Envelope
    received_at: datetime
    verdict: Verdict | None = None
    found: Found | None = None

    @property
    def answers(self) -> bool:
        """Whether it answers another mail."""
        return bool(self.message.in_reply_to or self.message.references)

    @property
    def judged(self) -> tuple[str, str, str]:
        """Under what the judgement is remembered."""
        return ("judged", self.message.subject, self.message.new_text or self.message.text)


def read_ahead(store: Store, ids: Sequence[int], house: House, known: KnownDirectory) -> list[Read]:
    """Read and judge mails before the transaction that carries them: the database's one writer is not kept waiting."""
    with store.reading() as session:
        open_memory(session)
        known.show(session)
        rows = session.scalars(_mails(ids).options(undefer(InboundMail.raw))).all()
        came = [(row, read_envelope(session, row, house.desk)) for row in rows]
    # One kind of work after the other for all of them: what it needs is then at hand in the processor.
    read = [Read(row.id, row.raw, read_message(row.raw), envelope, row.received_at) for row, envelope in came]
    screened = [_screened(mail) for mail in read]
    return [_judged(mail, house) for mail in screened]


def _screened(mail: Read) -> Read:
    if not mail.message.holds_mail:
        return mail
    return replace(mail, verdict=screen(mail.message, mail.envelope.mail_from, mail.envelope.desk_addresses))


def _judged(mail: Read, house: House) -> Read:
    if mail.verdict is None or mail.verdict.stops or mail.answers:
        return mail
    return replace(mail, found=house.triage.classify(*mail.judged[1:]))


def carry_all(
    session: Session, worker: str, mails: Sequence[Read], house: House, now: datetime, known: KnownDirectory,
    carry: Callable[[Session, InboundMail], None],
) -> list[InboundMail]:  # fmt: skip
    """Carry these mails in their order; those that are no longer this worker's are left alone."""
    open_memory(session)
    known.lend(session)
    held = _load(session, [mail.mail_id for mail in mails], worker)
    mine = [mail for mail in mails if mail.mail_id in held]
    _foresee(session, [(mail, held[mail.mail_id]) for mail in mine], now)
    for mail in mine:
        carry(session, held[mail.mail_id])
    put_down(session, house.desk, now)
    known.take_back(session)
    return list(held.values())


def _load(session: Session, ids: Sequence[int], worker: str) -> dict[int, InboundMail]:
    query = _mails(ids).where(InboundMail.state == "received", InboundMail.claimed_by == worker).with_for_update()
    return {inbound.id: inbound for inbound in session.scalars(query)}


def _mails(ids: Sequence[int]) -> Select[Any]:
    chosen = select(InboundMail).where(InboundMail.id.in_(ids)).order_by(InboundMail.id)
    return chosen.options(selectinload(InboundMail.deliveries))


def _foresee(session: Session, mails: Sequence[tuple[Read, InboundMail]], now: datetime) -> None:
    for mail, inbound in mails:
        set_committed_value(inbound, "raw", mail.raw)
        remember(session, ("message", inbound.id), mail.message)
        came = mail.envelope
        if mail.verdict is not None:
            remember(session, ("screened", inbound.id, came.mail_from, came.desk_addresses), mail.verdict)
        if mail.found is not None:
            remember(session, mail.judged, mail.found)
    _foresee_twins(session, mails)
    senders = _foresee_people(session, [mail.message for mail, _ in mails])
    for address, recent in read_recent(session, senders, now).items():
        remember(session, ("recent", address), recent)
    for cause, told in foresee_told(session, [f"mail:{inbound.id}" for _, inbound in mails]).items():
        remember(session, ("told", cause), told)


def _foresee_twins(session: Session, mails: Sequence[tuple[Read, InboundMail]]) -> None:
    keys = {content_key(mail.message, inbound.received_at) for mail, inbound in mails if mail.message.holds_mail}
    query = select(InboundMail).where(InboundMail.content_key.in_(keys))
    known = {inbound.content_key: inbound for inbound in session.scalars(query)}
    for key in keys:
        remember(session, ("content", key), known.get(key))


def _foresee_people(session: Session, messages: Iterable[Message]) -> list[str]:
    """Everybody whom the mails name, as far as the district knows them; the senders' addresses come back."""
    senders: set[str] = set()
    named: set[str] = set()
    for message in messages:
        author = usable_address(message.author.address)
        senders |= {author} if author else set()
        forwarded = [message.forwarded.author] if message.forwarded is not None else []
        named |= {box.address.lower() for box in (*message.to, *message.cc, *forwarded) if box.address}
    named |= senders
    query = (
        select(Address.address, Person).join(Address.person).where(Address.address.in_(named))
        .options(selectinload(Person.addresses), selectinload(Person.schools))
    )  # fmt: skip
    known = {row.address: row.Person for row in session.execute(query)}
    for address in named:
        remember(session, ("person", address), known.get(address))
    return sorted(senders)
