"""What one mail of commands did to a ticket, so that it can be taken back.

In:       desk.undo writes these rows, nobody else.
Out:      Deed.
Not here: the history (models.ticket, TicketEvent), which tells the same to people and is never changed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Deed(Base):
    """All commands of one mail: how the ticket stood before and after, by column."""

    __tablename__ = "deed"
    __table_args__ = (Index("ix_deed_of", "ticket_number", "who_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cause: Mapped[str] = mapped_column(String(64), unique=True)
    """"mail:12", as in the notices it made."""
    ticket_number: Mapped[int] = mapped_column(ForeignKey("ticket.number"))
    who_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    commands: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The lines as written, for the receipt of an #undo."""
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    minutes: Mapped[int] = mapped_column(default=0)
    joined: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    """Watchers it added elsewhere by a merge: [ticket, person]."""
    undone_at: Mapped[datetime | None]
