"""The worker: claim mails, carry each through the house, commit, repeat.

In:       rows of InboundMail in state `received`.
Out:      settled rows; a mail that breaks anything is quarantined and never stops the one behind it.
Not here: what happens on the way (desk.pipeline).
"""

import logging
import threading
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from desk.clock import keep_time
from desk.looking_ahead import look_ahead
from desk.pipeline import House, process
from desk.settling import settle
from intake.inbox import lease_end
from models import InboundMail, Store
from models.crash import crash_point

log = logging.getLogger(__name__)

BATCH = 20
MAX_ATTEMPTS = 3
# A mail on which the process itself died so often is set aside unread.
MAX_CLAIMS = 6
# So often a worker tries a mail again itself while the database comes and goes.
MAX_TRIES = 30
TIDY_EVERY = timedelta(minutes=10)


def claim(session: Session, worker: str, now: datetime, limit: int = BATCH) -> list[int]:
    """Take the oldest waiting mails for this worker; a claim whose lease ran out is free again.

    One statement serves both databases: PostgreSQL skips rows that others hold, SQLite has one writer.
    """
    free = or_(InboundMail.lease_until.is_(None), InboundMail.lease_until < now)
    oldest = (
        select(InboundMail.id)
        .where(InboundMail.state == "received", free)
        .order_by(InboundMail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("oldest")
    )
    taken = session.execute(
        update(InboundMail)
        .where(InboundMail.id.in_(select(oldest.c.id)), InboundMail.state == "received")
        .values(claimed_by=worker, lease_until=lease_end(now), attempts=InboundMail.attempts + 1)
        .returning(InboundMail.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken.scalars())


class Worker:
    """One thread's or process's share of the work."""

    def __init__(self, store: Store, house: House, name: str, clock: Callable[[], datetime]) -> None:
        self.store, self.house, self.name, self.clock = store, house, name, clock
        self.tidied: datetime | None = None
        self.tries: dict[int, int] = {}
        self.left: list[int] = []
        """Claimed, and not carried because the database went: the first thing to do when it is back."""

    def work(self, limit: int = BATCH) -> int:
        """Claim and settle one batch; returns how many mails were taken on (0: nothing waits)."""
        ids = self.left
        if len(ids) < 2:  # one that fails again and again must not keep others waiting
            with self.store.writing() as session:
                ids = claim(session, self.name, self.clock(), limit) + ids
        if ids:
            crash_point("mail-claimed")
        for position, mail_id in enumerate(ids):
            # Should the database go now, it is this one's turn again after the others, a few times: then its
            # lease runs out, and that counts as an attempt.
            tries = self.tries.get(mail_id, 0) + 1
            self.tries[mail_id] = tries
            self.left = ids[position + 1 :] + ([mail_id] if tries < MAX_TRIES else [])
            self.carry(mail_id)
            self.tries.pop(mail_id)
        self.left = []
        return len(ids)

    def run(self, stop: threading.Event, wake: threading.Event, told: Callable[[], None]) -> None:
        """Work until told to stop; sleep until woken or a second has passed."""
        while not stop.is_set():
            wake.clear()
            try:
                done = self.work()
                self.tidy()
            except OperationalError as error:
                log.error("worker: the database is out of reach (%s); trying again", type(error.orig).__name__)
                stop.wait(2.0)
                continue
            if done:
                told()
            else:
                wake.wait(1.0)

    def tidy(self) -> None:
        """Now and then, do what is due by the clock: lists, reminders, closing."""
        now = self.clock()
        if self.tidied is not None and now - self.tidied < TIDY_EVERY:
            return
        self.tidied = now
        keep_time(self.store, self.house.desk, now)

    def carry(self, mail_id: int) -> None:
        """One mail in one transaction; whatever it breaks is rolled back and the mail set aside."""
        try:
            look_ahead(self.store, mail_id, self.house.auth)
            with self.store.writing() as session:
                inbound = session.get(InboundMail, mail_id, with_for_update=True)
                if inbound is None or inbound.state != "received" or inbound.claimed_by != self.name:
                    return  # the lease ran out and another worker was quicker
                if inbound.attempts > MAX_CLAIMS:
                    settle(inbound, "quarantined", f"given up after {MAX_CLAIMS} attempts", self.clock())
                else:
                    process(session, inbound, self.house, self.clock())
                log.info("mail m%d: %s", mail_id, inbound.state)
                crash_point("mail-processed")
            crash_point("mail-settled")
        except OperationalError:
            raise
        except Exception as error:
            self._set_aside(mail_id, error)

    def _set_aside(self, mail_id: int, error: Exception) -> None:
        with self.store.writing() as session:
            inbound = session.get_one(InboundMail, mail_id)
            if isinstance(error, IntegrityError) and inbound.attempts < MAX_ATTEMPTS:
                inbound.claimed_by = inbound.lease_until = None  # its twin was quicker: look again
                return
            settle(inbound, "quarantined", _where(error), self.clock())
            log.error("mail m%d: quarantined, %s", mail_id, inbound.reason)


def _where(error: Exception) -> str:
    """The kind of an error and where it arose; never its text, which may quote the mail."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].name} ({frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno})" if frames else "?"
    return f"{type(error).__name__} in {place}"
