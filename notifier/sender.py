"""Carrying what is due out of the house, a batch at a time.

In:       notices in the outbox, the ways out.
Out:      the same rows settled: sent, failed with the reason, or put off.
Not here: writing mails (notifier.compose), SMTP (notifier.smarthost), what is said to whom.

A notice is settled in its own commit right after it went: a crash repeats at most the one in hand, with
the same Message-ID and bytes.
"""

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from models.crash import crash_point
from models.mail import Notice
from models.store import Store
from notifier.claims import back_off, claim_due, delay_after, give_back, is_any_due, settle_failed, settle_sent
from notifier.compose import CARRIES_FILES, compose, is_automatic_answer
from notifier.files import OutgoingFile, safe_name
from notifier.folder import OutboxFolder
from notifier.settings import DeliverySettings, DeskIdentity
from notifier.smarthost import Smarthost
from notifier.way import Refused, Unreachable, Wait, Way

BATCH = 20
# A lease is five minutes; what has not been started by then is left for the next batch.
BATCH_SECONDS = 60.0
CLAIM_HOLDS = timedelta(minutes=4)

# A file that cannot be read any more must not keep the words back for good.
TRIES_WITH_FILES = 3

OpenFiles = Callable[[int], Sequence[OutgoingFile]]
"""An entry's id to its files."""

log = logging.getLogger(__name__)


class Sender:
    """One worker at the outbox. Not shared between threads; any number may run, here or on other machines."""

    def __init__(
        self, store: Store, desk: DeskIdentity, delivery: DeliverySettings, open_files: OpenFiles,
        worker: str | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._desk = desk
        self._delivery = delivery
        self._open_files = open_files
        self._way: Way = Smarthost(delivery) if delivery.smarthost else OutboxFolder(delivery.outbox)
        self._worker = worker or f"sender-{secrets.token_hex(6)}"
        self._outages = 0
        self._down_since: datetime | None = None
        self._closed_until = datetime.min.replace(tzinfo=UTC)
        self._left: Sequence[Notice] = ()
        self._handed: list[int] = []
        self._claimed_at = datetime.min.replace(tzinfo=UTC)

    def send_due(self, now: datetime) -> int:
        """Deliver up to a batch of what is due; how many were settled for good, sent or failed.

        While the server is out of reach nothing is claimed until its next turn, so that an outage costs
        one attempt and not one per notice.
        """
        self._settle_handed(now)
        batch = self._take_up(now) or self._claim(now)
        try:
            return self._carry(batch, now)
        finally:
            self._way.close()

    def _take_up(self, now: datetime) -> Sequence[Notice]:
        """What was claimed when the database went, while the claim still holds."""
        left, self._left = self._left, ()
        return left if self._closed_until <= now < self._claimed_at + CLAIM_HOLDS else ()

    def _settle_handed(self, now: datetime) -> None:
        """Write down what went out: also later, when the database was away just then, or it would go twice."""
        while self._handed:
            with self._store.writing() as session:
                settle_sent(session, self._handed[0], self._worker, now)
            log.info("notice %s sent", self._handed.pop(0))
            crash_point("notice-settled")

    def _claim(self, now: datetime) -> Sequence[Notice]:
        if now < self._closed_until:
            return ()
        with self._store.reading() as session:
            if not is_any_due(session, now):
                return ()
        with self._store.writing() as session:
            claimed = claim_due(session, self._worker, now, BATCH)
        self._claimed_at = now
        if claimed:
            crash_point("notice-claimed")
        return claimed

    def _carry(self, batch: Sequence[Notice], now: datetime) -> int:
        settled, started = 0, time.monotonic()
        for position, notice in enumerate(batch):
            if time.monotonic() - started > BATCH_SECONDS:
                self._release(batch[position:], now)
                break
            self._left = batch[position:]
            try:
                settled += self._deliver(notice, now)
                self._outages, self._down_since = 0, None
            except Unreachable as trouble:
                settled += self._shut(batch[position:], str(trouble), now)
                break
        self._left = ()
        return settled

    def _deliver(self, notice: Notice, now: datetime) -> int:
        try:
            self._hand_over(notice)
        except Refused as verdict:
            return self._fail(notice, str(verdict))
        except Wait as verdict:
            return self._put_off(notice, str(verdict), now)
        except Unreachable:
            raise
        except Exception as error:
            # One notice that cannot be written must not hold up the others.
            log.exception("notice %s could not be written", notice.id)
            return self._put_off(notice, f"the mail could not be written ({type(error).__name__})", now)
        crash_point("notice-handed")
        self._left = self._left[1:]
        self._handed.append(notice.id)
        self._settle_handed(now)
        return 1

    def _hand_over(self, notice: Notice) -> None:
        files = self._files_of(notice)
        name = f"{int(notice.created_at.timestamp())}.N{notice.id}.{notice.message_id.split('@')[0][-12:]}"
        automatic = is_automatic_answer(notice)
        try:
            mail = compose(notice, self._desk, self._delivery, files)
            self._way.deliver(name, notice.to_address, mail, automatic)
        except Refused:
            if not files:
                raise
            # Hosts refuse whole mails for a file they dislike; the words must arrive all the same.
            names = [safe_name(file[0], position) for position, file in enumerate(files, start=1)]
            mail = compose(notice, self._desk, self._delivery, refused=names)
            self._way.deliver(name, notice.to_address, mail, automatic)

    def _files_of(self, notice: Notice) -> Sequence[OutgoingFile]:
        if notice.entry_id is None or notice.template not in CARRIES_FILES:
            return ()
        try:
            return self._open_files(notice.entry_id)
        except Exception:
            if notice.attempts < TRIES_WITH_FILES:
                raise
            log.exception("notice %s goes without its files", notice.id)
            return ()

    def _fail(self, notice: Notice, reason: str) -> int:
        with self._store.writing() as session:
            settle_failed(session, notice.id, self._worker, reason)
        log.warning("notice %s failed: %s", notice.id, reason)
        return 1

    def _put_off(self, notice: Notice, reason: str, now: datetime) -> int:
        if self._is_too_old(notice, now):
            return self._fail(notice, f"{reason}; given up after {self._delivery.retry_hours:g} hours")
        with self._store.writing() as session:
            back_off(session, notice.id, self._worker, reason, now)
        log.info("notice %s put off: %s", notice.id, reason)
        return 0

    def _is_too_old(self, notice: Notice, now: datetime) -> bool:
        # Only after a try, or an outage that we have watched for an hour: a desk that was switched off over
        # the holidays still sends what it owes.
        tried = notice.attempts > 0 or now - (self._down_since or now) > timedelta(hours=1)
        return tried and now - notice.created_at > timedelta(hours=self._delivery.retry_hours)

    def _shut(self, batch: Sequence[Notice], reason: str, now: datetime) -> int:
        self._outages += 1
        self._down_since = self._down_since or now
        self._closed_until = now + delay_after(self._outages, 0)
        log.error("%s; %s notices wait until %s", reason, len(batch), self._closed_until.isoformat())
        first, *others = batch
        untried = [notice for notice in others if not self._is_too_old(notice, now)]
        with self._store.writing() as session:
            give_back(session, [notice.id for notice in untried], self._worker, self._closed_until)
        lost = [notice for notice in others if notice not in untried]
        return self._put_off(first, reason, now) + sum(self._put_off(notice, reason, now) for notice in lost)

    def _release(self, rest: Sequence[Notice], now: datetime) -> None:
        with self._store.writing() as session:
            give_back(session, [notice.id for notice in rest], self._worker, now)
