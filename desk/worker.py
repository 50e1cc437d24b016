"""The worker: claim mails, carry each through the house, commit, repeat.

In:       rows of InboundMail in state `received`.
Out:      settled rows; a mail that breaks anything is quarantined and never stops the one behind it.
Not here: what happens on the way (desk.pipeline).
"""

import gc
import logging
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import bindparam, func, literal_column, or_, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from desk.batch import Read, carry_all, read_ahead
from desk.clock import keep_time
from desk.footprint import return_memory
from desk.known import KnownDirectory
from desk.looking_ahead import look_ahead
from desk.pipeline import House, process
from desk.settling import settle
from intake.inbox import lease_end
from models import InboundMail, Store
from models.crash import crash_point
from models.wake import LOOK_SECONDS, MAILS

log = logging.getLogger(__name__)

BATCH = 32
MAX_ATTEMPTS = 3
# A mail on which the process itself died so often is set aside unread.
MAX_CLAIMS = 6
# So often a worker tries a mail again itself while the database comes and goes.
MAX_TRIES = 30
# So long an answer waits for what may come before it.
PATIENCE = timedelta(seconds=10)
TIDY_EVERY = timedelta(minutes=10)
_EARLIEST_ELSEWHERE = select(func.min(InboundMail.id)).where(
    InboundMail.state == literal_column("'received'"), InboundMail.claimed_by != bindparam("me"),
    InboundMail.lease_until > bindparam("now"),
)  # fmt: skip


def claim(session: Session, worker: str, now: datetime, limit: int = BATCH) -> list[int]:
    """Take the oldest waiting mails for this worker; a claim whose lease ran out is free again."""
    return [mail_id for mail_id, _ in claim_counted(session, worker, now, limit)]


def claim_counted(session: Session, worker: str, now: datetime, limit: int) -> list[tuple[int, int]]:
    """The same with how often each has been claimed.

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
        .returning(InboundMail.id, InboundMail.attempts)
        .execution_options(synchronize_session=False)
    )
    return sorted((mail_id, attempts) for mail_id, attempts in taken)


def give_back(session: Session, worker: str, ids: Collection[int]) -> None:
    """Let go of mails that were not tried: no attempt is counted."""
    session.execute(
        update(InboundMail)
        .where(InboundMail.id.in_(ids), InboundMail.claimed_by == worker, InboundMail.state == "received")
        .values(claimed_by=None, lease_until=None, attempts=InboundMail.attempts - 1)
        .execution_options(synchronize_session=False)
    )


def settle_in() -> None:
    """What is loaded by now stays: the garbage collector need not look through all of it again and again."""
    return_memory()
    gc.freeze()
    gc.set_threshold(20_000, 5, 5)


class Worker:
    """One thread's or process's share of the work."""

    def __init__(self, store: Store, house: House, name: str, clock: Callable[[], datetime]) -> None:
        self.store, self.house, self.name, self.clock = store, house, name, clock
        self.tidied: datetime | None = None
        self.known = KnownDirectory()
        self.left: list[list[int]] = []
        """Claimed and not carried yet: after an outage the first thing to do."""
        self.tries: Counter[int] = Counter()
        self.looks_soon = False
        """Some mails were let go that can be carried in a moment, of which nobody will tell us."""

    def work(self, limit: int = BATCH) -> int:
        """Claim and settle one batch; returns how many mails were taken on (0: nothing waits)."""
        if len(self.left) < 2:  # one that fails again and again must not keep others waiting
            with self.store.writing() as session:
                self.left = [*_together(claim_counted(session, self.name, self.clock(), limit)), *self.left]
        if self.left:
            crash_point("mail-claimed")
        done = 0
        while self.left:
            ids, rest = self.left[0], self.left[1:]
            # Should the database go now, it is their turn again after the others, each alone and a few times:
            # then their lease runs out.
            self.tries.update(ids)
            self.left = rest + [[mail_id] for mail_id in ids if self.tries[mail_id] < MAX_TRIES]
            done += self.carry(ids)
            self.left = rest
        self.tries.clear()
        return done

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; sleep until woken, but not for long."""
        settle_in()
        bells, wake = self.store.bells, self.store.bells.event(MAILS)
        while True:
            wake.clear()
            if stop.is_set():  # asked after the clearing, or the ring that goes with it could be missed
                return
            self.looks_soon = False
            try:
                done = self.work()
                self.tidy()
            except OperationalError as error:
                log.error("worker: the database is out of reach (%s); trying again", type(error.orig).__name__)
                stop.wait(2.0)
                continue
            if not done:
                wake.wait(LOOK_SECONDS if self.looks_soon else bells.patience)

    def tidy(self) -> None:
        """Now and then, do what is due by the clock: lists, reminders, closing."""
        now = self.clock()
        if self.tidied is not None and now - self.tidied < TIDY_EVERY:
            return
        self.tidied = now
        return_memory()
        keep_time(self.store, self.house.desk, now)

    def carry(self, ids: Sequence[int]) -> int:
        """These mails in one transaction; if one breaks anything all is rolled back, and each is carried alone.

        Who then breaks something is set aside. Mails whose lease ran out are left to the worker that was quicker.
        How many are done with; answers to mails that are in other hands wait.
        """
        try:
            for mail_id in ids:
                look_ahead(self.store, mail_id, self.house.auth)
            mails = self._without_waiting(read_ahead(self.store, ids, self.house, self.known))
            with self.store.writing() as session:
                settled = carry_all(session, self.name, mails, self.house, self.clock(), self.known, self._carry)
                crash_point("mail-processed")
            crash_point("mail-settled")
            for inbound in settled:
                log.info("mail m%d: %s", inbound.id, inbound.state)
        except Exception as error:
            self.known.drop()
            if isinstance(error, OperationalError) and not _is_deadlock(error):
                raise
            if len(ids) == 1:
                self._set_aside(ids[0], error)
                return 1
            log.warning("a batch of %d mails is carried one by one: %s", len(ids), _where(error))
            return sum(self.carry([mail_id]) for mail_id in ids)
        return len(settled)

    def _without_waiting(self, mails: Sequence[Read]) -> list[Read]:
        """Keep the order within a thread: an answer waits while an earlier mail is in another worker's hands.

        Which thread that one belongs to nobody knows before it is read, so any does; but not for long.
        """
        now = self.clock()
        answers = [mail for mail in mails if mail.answers and mail.received_at > now - PATIENCE]
        if not answers:
            return list(mails)
        with self.store.reading() as session:
            earlier = session.scalar(_EARLIEST_ELSEWHERE, {"me": self.name, "now": now}) or sys.maxsize
        early = {mail.mail_id for mail in answers if mail.mail_id > earlier}
        if early:
            with self.store.writing() as session:
                give_back(session, self.name, early)
            self.looks_soon = True
        return [mail for mail in mails if mail.mail_id not in early]

    def _carry(self, session: Session, inbound: InboundMail) -> None:
        if inbound.attempts > MAX_CLAIMS:
            settle(inbound, "quarantined", f"given up after {MAX_CLAIMS} attempts", self.clock())
        else:
            process(session, inbound, self.house, self.clock())

    def _set_aside(self, mail_id: int, error: Exception) -> None:
        with self.store.writing() as session:
            inbound = session.get_one(InboundMail, mail_id)
            if isinstance(error, IntegrityError | OperationalError) and inbound.attempts < MAX_ATTEMPTS:
                inbound.claimed_by = inbound.lease_until = None  # its twin was quicker: look again
                return
            settle(inbound, "quarantined", _where(error), self.clock())
            log.error("mail m%d: quarantined, %s", mail_id, inbound.reason)


def _together(claimed: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """The claimed mails in their order; one that was claimed before goes alone, because something went wrong then."""
    for first_time, group in groupby(claimed, key=lambda one: one[1] == 1):
        ids = [mail_id for mail_id, _ in group]
        yield from [ids] if first_time else [[mail_id] for mail_id in ids]


def _is_deadlock(error: OperationalError) -> bool:
    """Whether PostgreSQL undid a transaction because two waited for each other: it is tried again."""
    return getattr(error.orig, "sqlstate", None) in ("40P01", "40001")


def _where(error: Exception) -> str:
    """The kind of an error and where it arose; never its text, which may quote the mail."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].name} ({frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno})" if frames else "?"
    return f"{type(error).__name__} in {place}"
