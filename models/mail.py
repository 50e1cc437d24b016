"""The two thresholds: what came in, kept before it is understood; what goes out, kept before it is sent.

In:       intake.inbox writes InboundMail, notifier.outbox writes Notice.
Out:      InboundMail, Delivery, Notice, Lease, MailboxCursor.
Not here: claiming and settling rules beyond the state names.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.base import Base


class InboundMail(Base):
    """One mail as it came in, however often and by whatever door; its bytes are never changed.

    `fingerprint` is taken at the door from the bytes alone; `content_key` after reading, and is the
    same for two copies of one mail that relays have re-encoded.
    """

    __tablename__ = "inbound_mail"
    __table_args__ = (
        Index(
            "ix_inbound_mail_waiting", "id",
            sqlite_where=text("state = 'received'"), postgresql_where=text("state = 'received'"),
        ),
        Index("uq_inbound_mail_replay_key", "replay_key", unique=True),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    content_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    message_id: Mapped[str | None] = mapped_column(String(998), index=True)
    raw: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    size: Mapped[int]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="received")
    kind: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(128))
    lease_until: Mapped[datetime | None]
    ticket_number: Mapped[int | None] = mapped_column(ForeignKey("ticket.number"), index=True)
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("inbound_mail.id"))
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    replay_key: Mapped[str | None] = mapped_column(String(64))
    """Of a mail that was obeyed: the same again, under whatever Message-ID, is a repetition."""

    deliveries: Mapped[list[Delivery]] = relationship(back_populates="inbound", order_by="Delivery.id")


class Delivery(Base):
    """One arrival of a mail at one address of the desk: the envelope (RFC 5321 section 2.3.1) and the door."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("inbound_id", "door", "rcpt_to"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound_mail.id"), index=True)
    door: Mapped[str] = mapped_column(String(16))
    rcpt_to: Mapped[str] = mapped_column(String(320))
    mail_from: Mapped[str | None] = mapped_column(String(320))
    """The reverse-path: "" when null (a machine's mail), None where the door cannot know it (IMAP)."""
    trusted_peer: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    inbound: Mapped[InboundMail] = relationship(back_populates="deliveries")


class Notice(Base):
    """One outgoing mail to one person, or the reason why none goes out."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("cause", "template", "to_address"),
        Index(
            "ix_notice_due", "due_at",
            sqlite_where=text("state = 'queued'"), postgresql_where=text("state = 'queued'"),
        ),
        Index("ix_notice_budget", "to_address", "created_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_number: Mapped[int | None] = mapped_column(ForeignKey("ticket.number"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    to_address: Mapped[str] = mapped_column(String(320))
    template: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8), default="en")
    cause: Mapped[str] = mapped_column(String(64))
    """What made it: "mail:12" or "command:<uuid>"; with template and address it is unique, so nothing is said twice."""
    answers_mail: Mapped[bool] = mapped_column(default=False)
    """Whether the recipient's own mail set it off: such mails have a budget (a loop needs them)."""
    topic: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(998))
    context: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    in_reply_to: Mapped[str | None] = mapped_column(String(998))
    references: Mapped[list[str]] = mapped_column(JSON, default=list)
    reply_to: Mapped[str] = mapped_column(String(320))
    state: Mapped[str] = mapped_column(String(16), default="queued")
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(128))
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    gathered_into_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), index=True)
    """The digest that tells this one, while its state is `gathered`."""
    gathered_into: Mapped[Notice | None] = relationship(remote_side="Notice.id")


class Lease(Base):
    """A named right that one process holds at a time, and loses by not renewing it (one poller a mailbox)."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    holder: Mapped[str] = mapped_column(String(128))
    until: Mapped[datetime]


class MailboxCursor(Base):
    """How far an IMAP folder has been read (RFC 9051 section 2.3.1.1: UIDs hold only under one UIDVALIDITY)."""

    __tablename__ = "mailbox_cursor"

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
