"""The one way in: a mail is kept before anything is understood.

In:       the bytes of a mail and how it arrived.
Out:      an InboundMail row, flushed; the caller commits, and only then says 250 or sets \\Seen.
Not here: reading the mail beyond what tells two mails apart.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intake.message import Message
from models import Delivery, InboundMail
from models.memory import remembered
from models.wake import MAILS, ring

_HEADER_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_LINE_END = re.compile(rb"\r\n|\r|\n")
# What the writer set and no relay may change (RFC 5321 section 6.4 lets relays add trace fields only).
_IDENTIFYING = (b"message-id", b"date", b"from", b"subject")
HEADER_LIMIT = 256 * 1024
# The same words in both databases, which SQLAlchemy keeps apart.
_NEW_MAIL = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(InboundMail.__table__)
    .on_conflict_do_nothing(index_elements=["fingerprint"])
    .returning(InboundMail.__table__.c.fingerprint, InboundMail.__table__.c.id)
    for dialect in (sqlite, postgresql)
}
_NEW_DELIVERY = insert(cast(Table, Delivery.__table__))


@dataclass(frozen=True)
class Arrival:
    """How a mail came: the door, for whom, and the envelope's reverse-path ("" is null, None unknown)."""

    door: str
    rcpt_to: tuple[str, ...]
    mail_from: str | None = None
    trusted_peer: bool = False


def accept(session: Session, raw: bytes, arrival: Arrival, now: datetime) -> InboundMail:
    """Keep one mail; the same mail by another door or for another address is the same row once more."""
    found = fingerprint(raw, now)
    inbound = _find(session, found) or _insert(session, raw, found, now)
    _note_deliveries(session, inbound, arrival, now)
    session.flush()
    ring(session, MAILS)
    return inbound


def accept_all(connection: Connection, parcels: Sequence[tuple[bytes, Arrival]], now: datetime) -> list[int]:
    """Keep several mails, the ids in their order: `accept` for many at a time; the caller commits.

    What is new goes in by two statements for all of them, without the ORM, which costs more than the work. What
    the database has already, or comes twice among these, is rare, and goes the ordinary way.
    """
    found = [fingerprint(raw, now) for raw, _ in parcels]
    fresh = _insert_new(connection, found, parcels, now)
    ids: list[int] = []
    noted: list[dict[str, Any]] = []
    again: list[int] = []
    for at, (one, (_, arrival)) in enumerate(zip(found, parcels, strict=True)):
        number = fresh.pop(one, 0)
        ids.append(number)
        if number:
            noted += [
                {"inbound_id": number, **_delivery_values(address, arrival, now)}
                for address in _distinct(arrival.rcpt_to)
            ]
        else:
            again.append(at)
    if noted:
        connection.execute(_NEW_DELIVERY, noted)
    if again:
        with Session(connection, join_transaction_mode="rollback_only") as session:
            for at in again:
                ids[at] = accept(session, *parcels[at], now).id
    return ids


def _insert_new(
    connection: Connection, found: Sequence[str], parcels: Sequence[tuple[bytes, Arrival]], now: datetime
) -> dict[str, int]:
    """Insert the mails that the database has not; their ids by fingerprint."""
    rows = [
        {"fingerprint": one, "raw": raw, "size": len(raw), "received_at": now, "state": "received", "attempts": 0}
        for one, (raw, _) in zip(found, parcels, strict=True)
    ]
    statement = _NEW_MAIL[connection.dialect.name]
    inserted = connection.execute(statement, rows if len(rows) > 1 else rows[0])
    return {one: int(number) for one, number in inserted}


def _delivery_values(address: str, arrival: Arrival, now: datetime) -> dict[str, Any]:
    return {
        "door": arrival.door, "rcpt_to": address, "mail_from": arrival.mail_from,
        "trusted_peer": arrival.trusted_peer, "received_at": now,
    }  # fmt: skip


def fingerprint(raw: bytes, now: datetime) -> str:
    """What makes this mail this mail, from its bytes: the writer's own header fields and the body.

    Trace fields differ by door and line ends by client, so neither counts. A mail with neither
    Message-ID nor Date could be written twice in good faith; it counts as the same for an hour.
    """
    end = _HEADER_END.search(raw, 0, HEADER_LIMIT)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw[:HEADER_LIMIT], raw[HEADER_LIMIT:])
    fields = _identifying_fields(head)
    digest = hashlib.sha256()
    for name in _IDENTIFYING:
        digest.update(b"%s:%s\n" % (name, fields.get(name, b"")))
    if not fields.get(b"message-id") and not fields.get(b"date"):
        digest.update(now.strftime("%Y-%m-%dT%H").encode())
    digest.update(body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n"))
    return digest.hexdigest()


def content_key(message: Message, now: datetime) -> str:
    """The same for copies that relays have re-encoded: what a person would read, not how it was written."""
    digest = hashlib.sha256()
    written = message.date.isoformat() if message.date else ""
    if message.message_id is None and not written:
        written = now.strftime("%Y-%m-%dT%H")
    for part in (message.message_id, message.author.address, message.subject, written):
        digest.update(f"{' '.join((part or '').split())}\n".encode("utf-8", "replace"))
    digest.update(" ".join(message.text.split()).encode("utf-8", "replace"))
    for file in message.files:
        digest.update(file.sha256.encode("ascii"))
    return digest.hexdigest()


def find_twin(session: Session, inbound: InboundMail, key: str) -> InboundMail | None:
    """The mail that already has this content, settled or not; None when this one is the first."""
    twin = remembered(session, ("content", key), lambda: _with_content(session, key))
    return twin if twin is not inbound else None


def _with_content(session: Session, key: str) -> InboundMail | None:
    return session.scalar(select(InboundMail).where(InboundMail.content_key == key))


def lease_end(now: datetime, minutes: int = 2) -> datetime:
    """When a claim made now expires, so that a crash strands nothing."""
    return now + timedelta(minutes=minutes)


def _find(session: Session, found: str) -> InboundMail | None:
    return session.scalar(select(InboundMail).where(InboundMail.fingerprint == found))


def _insert(session: Session, raw: bytes, found: str, now: datetime) -> InboundMail:
    inbound = InboundMail(fingerprint=found, raw=raw, size=len(raw), received_at=now, state="received")
    try:
        with session.begin_nested():
            session.add(inbound)
    except IntegrityError:  # the other door was quicker by a moment
        earlier = _find(session, found)
        if earlier is None:
            raise
        return earlier
    return inbound


def _note_deliveries(session: Session, inbound: InboundMail, arrival: Arrival, now: datetime) -> None:
    known = {(row.door, row.rcpt_to) for row in inbound.deliveries}
    addresses = {row.rcpt_to for row in inbound.deliveries}
    for address in _distinct(arrival.rcpt_to):
        if (arrival.door, address) in known:
            continue
        inbound.deliveries.append(Delivery(**_delivery_values(address, arrival, now)))
        # A settled mail that now arrives at a second address of the desk: its team must see the ticket too.
        if inbound.state == "ticketed" and address not in addresses:
            inbound.state = "received"


def _distinct(addresses: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(address.strip()[:320].lower() for address in addresses))


def _identifying_fields(head: bytes) -> dict[bytes, bytes]:
    fields: dict[bytes, bytes] = {}
    name = b""
    for line in _LINE_END.split(head):
        if line[:1] in (b" ", b"\t"):
            if name in fields:
                fields[name] += b" " + line.strip()
            continue
        name, colon, value = line.partition(b":")
        name = name.strip().lower() if colon else b""
        if name in _IDENTIFYING and name not in fields:
            fields[name] = value.strip()
        elif name in fields:
            name = b""  # a second field of that name: its continuation lines are not the first one's
    return fields
