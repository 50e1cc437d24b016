"""Taking notices off the outbox, one worker each, and saying how it went.

In:       notices that are due.
Out:      claimed rows; rows settled as sent or failed, or put off.
Not here: writing notices (notifier.outbox), delivery (notifier.sender).

Every settling names its worker: one whose lease has run out must not undo what the next has done.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, literal_column, or_, select, update
from sqlalchemy.orm import Session

from models.mail import Notice

LEASE = timedelta(minutes=5)
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(minutes=60)


def claim_due(session: Session, worker: str, now: datetime, limit: int) -> list[Notice]:
    """Up to limit notices that are due, oldest first, leased to this worker for five minutes; never commits.

    One statement for both databases: PostgreSQL skips rows that another worker is claiming at this
    moment, SQLite has one writer. A lease that has run out (a crash) is claimed again.
    """
    due = (
        select(Notice.id)
        .where(*_is_due(now))
        .order_by(Notice.due_at, Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claim = (
        update(Notice)
        .where(Notice.id.in_(select(due.c.id)))
        .values(claimed_by=worker, lease_until=now + LEASE)
        .returning(Notice)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    # RETURNING promises no order.
    return sorted(session.scalars(claim), key=lambda notice: (notice.due_at, notice.id))


def is_any_due(session: Session, now: datetime) -> bool:
    """Whether a claim would find something; a reader's question, so that an idle sender locks nobody out."""
    return session.scalar(select(Notice.id).where(*_is_due(now)).limit(1)) is not None


def settle_sent(session: Session, notice_id: int, worker: str, now: datetime) -> bool:
    """The mail server (or the Maildir) has it. False when the claim was no longer ours."""
    return _settle(session, [notice_id], worker, state="sent", sent_at=now, reason=None)


def settle_failed(session: Session, notice_id: int, worker: str, reason: str) -> bool:
    """It will not be tried again; the reason carries codes, never addresses."""
    return _settle(session, [notice_id], worker, state="failed", reason=reason)


def back_off(session: Session, notice_id: int, worker: str, reason: str, now: datetime) -> bool:
    """Try this one again later: after 1, 2, 4 … 60 minutes, spread a little."""
    attempts = session.scalar(select(Notice.attempts).where(Notice.id == notice_id)) or 0
    due_at = now + delay_after(attempts + 1, notice_id)
    return _settle(session, [notice_id], worker, attempts=attempts + 1, due_at=due_at, reason=reason)


def give_back(session: Session, notice_ids: Sequence[int], worker: str, due_at: datetime) -> bool:
    """Let go of notices that were not tried: no attempt is counted."""
    return _settle(session, notice_ids, worker, due_at=due_at)


def delay_after(attempts: int, seed: int) -> timedelta:
    """How long to wait after so many failures; up to a fifth more by seed, so that not all return at once."""
    plain = min(FIRST_DELAY * 2 ** min(attempts - 1, 10), LONGEST_DELAY)
    return plain * (1 + (seed * 2_654_435_761 % 1000) / 5000)


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # The state as a literal: SQLite uses the partial index "ix_notice_due" for no other form.
    return (
        Notice.state == literal_column("'queued'"),
        Notice.due_at <= now,
        or_(Notice.lease_until.is_(None), Notice.lease_until <= now),
    )


def _settle(session: Session, notice_ids: Sequence[int], worker: str, **values: Any) -> bool:
    ours = (Notice.id.in_(notice_ids), Notice.claimed_by == worker, Notice.state == "queued")
    result = session.execute(
        update(Notice)
        .where(*ours)
        .values(claimed_by=None, lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and result.rowcount > 0
