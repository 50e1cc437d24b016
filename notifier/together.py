"""Notices of a transaction over many mails, written together at its end.

In:       notices on tickets that are not written yet.
Out:      the same rows, written after their tickets, a storm of them gathered.
Not here: what a notice says (notifier.outbox), what is gathered (notifier.digest).

What has been said within the transaction is noted here, because no question to the database would find it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session

from models.mail import Notice
from models.memory import has_memory, is_any_put_off, remembered, write_held, write_rows
from models.people import Person
from models.ticket import TicketEvent
from notifier.digest import gather
from notifier.settings import DeskIdentity

_EMPTY: dict[str, None] = dict.fromkeys(("reason", "claimed_by", "lease_until", "sent_at", "gathered_into_id"))
Told = dict[tuple[str, str], Notice]


def told_because_of(session: Session, cause: str) -> Told | None:
    """The notices of one cause by template and address; None without a memory: then the database is asked."""
    if not has_memory(session):
        return None
    return remembered(session, ("told", cause), lambda: _by_template(session.scalars(_caused_by([cause]))))


def foresee_told(session: Session, causes: list[str]) -> dict[str, Told]:
    """What was said because of each of these."""
    found: dict[str, Told] = {cause: {} for cause in causes}
    for notice in session.scalars(_caused_by(causes)):
        found[notice.cause][notice.template, notice.to_address] = notice
    return found


def light_notice(values: Mapping[str, Any]) -> Notice:
    """What looks like a Notice and will become its row: the real one costs as much as all the rest of it."""
    return cast(Notice, SimpleNamespace(**_EMPTY, **values))


def note_told(session: Session, notice: Notice) -> None:
    """Remember a notice that this transaction has made, for everything that asks what was said before."""
    if not has_memory(session):
        return
    told = told_because_of(session, notice.cause)
    if told is not None:
        told[notice.template, notice.to_address] = notice
    if notice.answers_mail and notice.state != "silent":
        # Whoever asks for the first time later finds it in the database: this correspondent's budget was asked already.
        recent: list[tuple[str, str]] = remembered(session, ("recent", notice.to_address.lower()), list)
        recent.append((notice.template, notice.topic))


def told_on(session: Session, ticket_number: int, address: str) -> list[str]:
    """The Message-IDs that went to this address on a ticket whose notices are all put by."""
    return remembered(session, ("told on", ticket_number, address), list)


def put_by(session: Session, person: Person, notice: Notice) -> Notice:
    """Keep a notice until its ticket is written."""
    _put_by(session).append((person, notice))
    if notice.state != "silent" and notice.ticket_number is not None:
        told_on(session, notice.ticket_number, notice.to_address).append(notice.message_id)
    return notice


def put_down(session: Session, desk: DeskIdentity, now: datetime) -> None:
    """Write all that was put by and put off: tickets first, then what happened to them, then who is told."""
    if not has_memory(session):
        return
    waiting = _put_by(session)
    if not waiting and not is_any_put_off(session):
        return
    write_held(session)
    session.flush()
    write_rows(session, (TicketEvent,))
    gather(session, desk, sorted(waiting, key=lambda one: one[1].to_address), now)
    if waiting:
        session.flush()  # digests
        session.connection().execute(insert(Notice.__table__), [vars(notice) for _, notice in waiting])  # type: ignore[arg-type]
    waiting.clear()


def _put_by(session: Session) -> list[tuple[Person, Notice]]:
    return remembered(session, "notices put by", list)


def _caused_by(causes: list[str]) -> Select[Any]:
    return select(Notice).where(Notice.cause.in_(causes))


def _by_template(notices: Iterable[Notice]) -> Told:
    return {(notice.template, notice.to_address): notice for notice in notices}
