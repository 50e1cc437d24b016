"""A mail that would act in somebody's name and could not prove it: what we asked, and what came of it.

In:       desk.holding writes these rows, nobody else.
Out:      Hold.
Not here: why it was not proved (desk.authority), what it would do.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.mail import InboundMail
from models.people import Person

# `waiting` for a word of the supposed author; the others are ends.
HOLD_STATES = ("waiting", "released", "refused", "lapsed")


class Hold(Base):
    """One held mail and the question about it."""

    __tablename__ = "hold"
    __table_args__ = (
        Index(
            "ix_hold_waiting", "held_at",
            sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_hold_asked", "person_id", "asked_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound_mail.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """In whose name it would act."""
    ticket_number: Mapped[int | None] = mapped_column(ForeignKey("ticket.number"))
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    held_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    """When the person was asked; None when nobody was."""
    settled_at: Mapped[datetime | None]

    inbound: Mapped[InboundMail] = relationship()
    person: Mapped[Person] = relationship()
