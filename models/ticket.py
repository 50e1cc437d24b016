"""The ticket, its thread and its history; which status may follow which.

In:       desk.tickets writes these rows, nobody else.
Out:      Ticket, Entry, Attachment, Participant, TicketEvent, SigningKey.
Not here: the verbs (desk.tickets), the mail itself (models.mail).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, String, Text, column, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.district import School, Team
from models.people import Person
from models.words import KINDS, UNDONE

# As literals, in the indexes and in whoever asks: SQLite uses an index of some rows for no other form.
_LITERALS: list[ColumnElement[str]] = [literal_column(f"'{status}'") for status in UNDONE]
_UNDONE = column("status").in_(_LITERALS)


class Ticket(Base):
    """One case: an incident (a fault), a service request, or a wish to be taught."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_status_number", "status", "number"),
        Index(
            "ix_ticket_alike", "school_id", "category", "opened_at",
            sqlite_where=_UNDONE, postgresql_where=_UNDONE,
        ),
        Index(  # whole as the daily board reads it
            "ix_ticket_undone", "assignee_id", "team_id", "status", "priority", "updated_at",
            sqlite_where=_UNDONE, postgresql_where=_UNDONE,
        ),
        Index(
            "ix_ticket_without_kind", "number",
            sqlite_where=text("fault = 0 AND training = 0 AND request = 0"),
            postgresql_where=text("NOT fault AND NOT training AND NOT request"),
        ),
        Index(
            "ix_ticket_training", "opened_at", sqlite_where=text("training = 1"), postgresql_where=text("training")
        ),
        Index(
            "ix_ticket_untaken", "team_id", "number",
            sqlite_where=text("assignee_id IS NULL"), postgresql_where=text("assignee_id IS NULL"),
        ),
    )  # fmt: skip

    number: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(998))
    status: Mapped[str] = mapped_column(String(16), default="new")
    fault: Mapped[bool] = mapped_column(default=False)
    training: Mapped[bool] = mapped_column(default=False)
    request: Mapped[bool] = mapped_column(default=False)
    category: Mapped[str | None] = mapped_column(String(64))
    confident: Mapped[bool] = mapped_column(default=False)
    priority: Mapped[str] = mapped_column(String(16), default="normal")
    level: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(String(8), default="en")
    requester_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    follow_up_of: Mapped[int | None] = mapped_column(ForeignKey("ticket.number"))
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("ticket.number"))
    """The ticket about the same thing that goes on in place of this one."""
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    first_response_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    requester: Mapped[Person] = relationship(foreign_keys=[requester_id])
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id])
    school: Mapped[School | None] = relationship()
    team: Mapped[Team | None] = relationship()
    merged: Mapped[Ticket | None] = relationship(foreign_keys=[merged_into], remote_side=[number])
    entries: Mapped[list[Entry]] = relationship(back_populates="ticket", order_by="Entry.id")
    events: Mapped[list[TicketEvent]] = relationship(order_by="TicketEvent.id")
    participants: Mapped[list[Participant]] = relationship(order_by="Participant.id")

    @classmethod
    def is_undone(cls) -> ColumnElement[bool]:
        """The condition that somebody is still to act on it, or to wait."""
        return cls.status.in_(_LITERALS)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What the ticket is: one or two of KINDS, or none while nobody is sure."""
        return tuple(kind for kind in KINDS if getattr(self, kind))

    @property
    def lasting(self) -> Ticket:
        """The ticket that goes on: the one this was merged into, however often, or itself."""
        ticket, seen = self, {self.number}
        while ticket.merged is not None and ticket.merged.number not in seen:
            ticket = ticket.merged
            seen.add(ticket.number)
        return ticket


class Entry(Base):
    """One thing somebody said on a ticket: the new words, and apart from them what was folded."""

    __tablename__ = "entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_number: Mapped[int] = mapped_column(ForeignKey("ticket.number"), index=True)
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    author_address: Mapped[str | None] = mapped_column(String(320))
    visibility: Mapped[str] = mapped_column(String(16), default="public")
    text: Mapped[str] = mapped_column(Text, default="")
    folded: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[str | None] = mapped_column(String(998), index=True)
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_mail.id"), index=True)

    ticket: Mapped[Ticket] = relationship(back_populates="entries")
    author: Mapped[Person | None] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(order_by="Attachment.id")


class Attachment(Base):
    """A file that came with an entry; its bytes are in the raw mail, found by `position` and proved by `sha256`."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    position: Mapped[int]
    filename: Mapped[str | None] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]
    inline: Mapped[bool] = mapped_column(default=False)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    mark: Mapped[str | None] = mapped_column(String(16))
    """`executable`, `encrypted`, `ornament` (a logo, no evidence), or None."""


class Participant(Base):
    """A person or a team beside requester and assignee who sees a ticket (in its Cc, or a second desk address)."""

    __tablename__ = "participant"
    __table_args__ = (Index("uq_participant", "ticket_number", "person_id", "team_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_number: Mapped[int] = mapped_column(ForeignKey("ticket.number"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    person: Mapped[Person | None] = relationship()
    team: Mapped[Team | None] = relationship()


class TicketEvent(Base):
    """Append-only: who changed what from what to what, when, by which mail, and because of what."""

    __tablename__ = "ticket_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_number: Mapped[int] = mapped_column(ForeignKey("ticket.number"), index=True)
    at: Mapped[datetime]
    who_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(String(32))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    because: Mapped[str | None] = mapped_column(Text)
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_mail.id"))
    who: Mapped[Person | None] = relationship()


class SigningKey(Base):
    """A secret that signs reply addresses; two may be valid at once, so that one can be changed."""

    __tablename__ = "signing_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
