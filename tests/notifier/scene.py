"""A ticket with its people, on which the notifier's tests play.

In:       a store or session.
Out:      Scene: the desk, the people, ticket 4711, its first entry.
Not here: mails that come in.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sqlalchemy.orm import Session

from models import Address, Entry, Notice, Person, Ticket
from notifier.compose import compose
from notifier.outbox import Wish, queue
from notifier.settings import DeliverySettings, DeskIdentity
from tests.make import DESK, District, make_district

NOW = datetime(2026, 9, 14, 15, 42, tzinfo=UTC)
DESK_IDENTITY = DeskIdentity(
    district="Oak District", address=DESK, aliases=("tech@oakdistrict.example",),
    timezone="America/Chicago", signing_keys=(b"new" * 11, b"old" * 11),
)  # fmt: skip
DELIVERY = DeliverySettings(sender=DESK)
WORDS = "Hello,\n\nthe projector in room 12 shows nothing <at all>.\n\nTess"


@dataclass
class Scene:
    """Tess Turner (a teacher) wrote; Tom Tanner (a technician) has ticket 4711."""

    session: Session
    district: District
    ticket: Ticket
    first: Entry

    def wish(self, who: str | Person, template: str, **more: Any) -> Wish:
        """A wish on the ticket, because of a mail of its own unless `cause` says otherwise."""
        person = self.district[who] if isinstance(who, str) else who
        wish = Wish(person, template, more.pop("cause", f"mail:{template}"), self.ticket)
        return replace(wish, **more)

    def queue(self, who: str | Person, template: str, *, now: datetime = NOW, **more: Any) -> Notice:
        """A notice on the ticket, queued."""
        return queue(self.session, DESK_IDENTITY, self.wish(who, template, **more), now)

    def say(self, who: str | Person, text: str, visibility: str = "public", **more: Any) -> Entry:
        """An entry on the ticket, flushed."""
        person = self.district[who] if isinstance(who, str) else who
        entry = Entry(
            ticket=self.ticket, at=NOW, author_id=person.id, text=text, visibility=visibility, **more
        )
        self.session.add(entry)
        self.session.flush()
        return entry

    def stranger(self, name: str = "Pat Parent", address: str = "pat@mail.example") -> Person:
        """Somebody whom no roster names."""
        person = Person(name=name, role="requester", addresses=[Address(address=address)])
        self.session.add(person)
        self.session.flush()
        return person


def make_scene(session: Session, **ticket: Any) -> Scene:
    """The district, Tess's mail, ticket 4711 with Tom; keywords override the ticket's columns."""
    district = make_district(session)
    columns = {
        "number": 4711, "subject": "Fwd: RE: The projector in room 12 stays dark", "status": "new",
        "fault": True, "category": "displays-projection", "priority": "high", "confident": True,
        "requester_id": district["tess"].id, "assignee_id": district["tom"].id,
        "school_id": district.schools["oak"].id, "opened_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    row = Ticket(**(columns | ticket))
    session.add(row)
    session.flush()
    first = Entry(ticket=row, at=NOW, author_id=row.requester_id, text=WORDS, message_id="first@mail.example")
    session.add(first)
    session.flush()
    return Scene(session, district, row, first)


def read(notice: Notice, **more: Any) -> EmailMessage:
    """The notice as a mail program sees it."""
    raw = compose(notice, DESK_IDENTITY, more.pop("delivery", DELIVERY), **more)
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The text or HTML alternative."""
    body = mail.get_body((kind,))  # type: ignore[arg-type]
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def later(**how_far: float) -> datetime:
    """NOW and a while."""
    return NOW + timedelta(**how_far)
