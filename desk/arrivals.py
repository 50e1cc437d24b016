"""What the pipeline needs to know of a mail beside its words: envelope, addresses, teams, files.

In:       an InboundMail with its deliveries, a Message.
Out:      Envelope, Entry with Attachments, the teams and colleagues a mail names.
Not here: decisions.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from desk.wording import storable, storable_id
from intake.attachments import mark_of
from intake.message import Message, read_message
from intake.requester import at_address
from models import Attachment, Entry, InboundMail, Mailbox, Person, Team
from models.address import base_address, is_desk_address
from models.district import with_members
from models.memory import remembered
from notifier.settings import DeskIdentity


@dataclass(frozen=True)
class Envelope:
    """How the mail travelled: reverse-path ("" is null, None unknown), recipients, and who we are."""

    mail_from: str | None
    delivered_to: tuple[str, ...]
    desk_addresses: tuple[str, ...]


def message_of(session: Session, inbound: InboundMail) -> Message:
    """The mail, read; once in a transaction."""
    return remembered(session, ("message", inbound.id), lambda: read_message(inbound.raw))


def read_envelope(session: Session, inbound: InboundMail, desk: DeskIdentity) -> Envelope:
    """The envelope over all deliveries of one mail."""
    known = [row.mail_from for row in inbound.deliveries if row.mail_from is not None]
    recipients = tuple(row.rcpt_to for row in inbound.deliveries)
    addresses = tuple(dict.fromkeys((*desk.addresses, *(box.address for box in _mailboxes(session)))))
    return Envelope(known[0] if known else None, recipients, addresses)


def mailbox_teams(
    session: Session, envelope: Envelope, message: Message | None, desk: DeskIdentity
) -> tuple[Team, ...]:
    """The teams behind every desk address this mail was sent to, by envelope or header."""
    named = [base_address(address) for address in envelope.delivered_to]
    if message is not None:
        named += [base_address(box.address) for box in (*message.to, *message.cc) if box.address]
    boxes = [box for box in _mailboxes(session) if box.address in named]
    teams = {box.team_id: box.team for box in boxes if box.team is not None}
    return tuple(teams.values())


def _mailboxes(session: Session) -> list[Mailbox]:
    """Every address the desk answers; there are few."""
    return remembered(session, "mailboxes", lambda: _read_mailboxes(session))


def _read_mailboxes(session: Session) -> list[Mailbox]:
    team = joinedload(Mailbox.team).options(with_members())
    return list(session.scalars(select(Mailbox).options(team).order_by(Mailbox.id)))


def people_addressed(session: Session, message: Message, desk: DeskIdentity) -> tuple[Person, ...]:
    """Colleagues in To and Cc whom the district lists; strangers and pupils see nothing until staff admit them."""
    named = {box.address.lower() for box in (*message.to, *message.cc) if box.address}
    named = {address for address in named if not is_desk_address(address, desk.addresses)}
    named -= {(message.author.address or "").lower()}
    found = {person.id: person for address in sorted(named) if (person := at_address(session, address)) is not None}
    return tuple(one for one in found.values() if one.rostered and one.active and one.role != "student")


def teacher_of(session: Session, message: Message, now: datetime) -> Person | None:
    """The rostered person whose mail is forwarded here, or None: we never write to strangers on hearsay."""
    if message.forwarded is None or not message.forwarded.author.address:
        return None
    person = at_address(session, message.forwarded.author.address.lower())
    return person if person is not None and person.rostered and person.active else None


def entry_from(
    message: Message, author: Person, inbound: InboundMail, now: datetime,
    *, forwarded: bool = False, with_files: bool = True,
) -> Entry:  # fmt: skip
    """The mail as an entry of a thread; `forwarded` takes the words of the mail inside it."""
    inner = message.forwarded if forwarded else None
    text = inner.text if inner else message.new_text
    address = (inner.author if inner else message.author).address
    return Entry(
        at=now, author=author, author_id=author.id, visibility="public",
        author_address=storable(address)[:320].lower() if address else None,
        text=storable(text), folded="" if inner else storable(message.folded), inbound_id=inbound.id,
        message_id=storable_id(message.message_id),
        attachments=[
            Attachment(
                position=position, filename=storable(file.filename)[:255] if file.filename else None,
                content_type=storable(file.content_type)[:255], size=file.size, inline=file.inline,
                sha256=file.sha256, mark=mark_of(file),
            )
            for position, file in enumerate(message.files if with_files else ())
        ],
    )  # fmt: skip
