"""One commit for all mails that arrive while the last commit ran.

In:       mails from any number of doors; a function that stores several mails in one transaction.
Out:      for each mail its own outcome, after the commit: the row's id, or why it is not kept.
Not here: what a mail is (intake.inbox), what a door answers (intake.listener).

There is no timer: a lone mail is committed at once, and whatever comes meanwhile shares the next commit. So the
dearer a commit is, the more mails share it.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from intake.inbox import Arrival

log = logging.getLogger(__name__)

MOST_MAILS = 50
MOST_BYTES = 8 * 1024 * 1024
QUEUE_BYTES = 64 * 1024 * 1024
QUEUE_MAILS = 2_000

Outcome = int | Exception
"""The id of the stored row, or the reason why nothing is kept."""
Parcel = tuple[bytes, Arrival]
StoreAll = Callable[[Sequence[Parcel]], list[int]]
"""Stores these mails in one durable transaction; returns their ids in order, or raises and has kept none."""


class QueueFull(Exception):
    """More mail waits for the disk than may: the sender should try again later."""


@dataclass(frozen=True)
class Waiting:
    """One mail in the queue; `done` is called once, on the committing thread."""

    raw: bytes
    arrival: Arrival
    done: Callable[[Outcome], None]


class GroupCommit:
    """A queue and the one thread that commits it. `close()` finishes what was taken."""

    def __init__(self, store_all: StoreAll, told: Callable[[], None] = lambda: None) -> None:
        self._store_all = store_all
        self._told = told
        self._queue: deque[Waiting] = deque()
        self._bytes = 0
        self._closing = False
        self._bell = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    @property
    def is_full(self) -> bool:
        """Whether a door should turn mail away before it is sent."""
        return self._bytes >= QUEUE_BYTES or len(self._queue) >= QUEUE_MAILS

    def submit(self, raw: bytes, arrival: Arrival, done: Callable[[Outcome], None]) -> None:
        """Queue one mail; QueueFull when too much waits already, and then nothing of it is kept."""
        self._put([Waiting(raw, arrival, done)])

    def deposit(self, raw: bytes, arrival: Arrival) -> int:
        """Store one mail and wait for it: its id after the commit; raises when it is not kept."""
        outcome = self.deposit_all([(raw, arrival)])[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def deposit_all(self, parcels: Sequence[Parcel]) -> list[Outcome]:
        """Store several mails and wait for all of them; each has its own outcome."""
        futures: list[Future[Outcome]] = [Future() for _ in parcels]
        self._put([Waiting(raw, at, future.set_result) for (raw, at), future in zip(parcels, futures, strict=True)])
        return [future.result() for future in futures]

    def close(self, patience: float = 20.0) -> None:
        """Take nothing more, commit what waits, end the thread."""
        with self._bell:
            self._closing = True
            self._bell.notify()
        self._thread.join(patience)

    def _put(self, waiting: list[Waiting]) -> None:
        with self._bell:
            if self._closing or self.is_full:
                raise QueueFull("too much mail waits to be stored")
            self._queue.extend(waiting)
            self._bytes += sum(len(one.raw) for one in waiting)
            self._bell.notify()

    def _run(self) -> None:
        while batch := self._next():
            outcomes = self._commit(batch)
            stored = any(isinstance(outcome, int) for outcome in outcomes)
            for waiting, outcome in zip(batch, outcomes, strict=True):
                waiting.done(outcome)
            if stored:
                self._told()

    def _next(self) -> list[Waiting]:
        """Everything that waits, up to a bound; an empty list ends the thread."""
        with self._bell:
            while not self._queue and not self._closing:
                self._bell.wait()
            batch: list[Waiting] = []
            size = 0
            while self._queue and len(batch) < MOST_MAILS:
                if batch and size + len(self._queue[0].raw) > MOST_BYTES:
                    break
                batch.append(self._queue.popleft())
                size += len(batch[-1].raw)
            self._bytes -= size
            return batch

    def _commit(self, batch: Sequence[Waiting]) -> list[Outcome]:
        parcels = [(one.raw, one.arrival) for one in batch]
        found = self._try(parcels)
        if isinstance(found, DBAPIError) and found.connection_invalidated:
            found = self._try(parcels)  # the database was started anew: over a new line it may know us again
        if isinstance(found, list):
            return list(found)
        if len(batch) == 1:
            return [found]
        log.warning("a commit of %d mails failed (%s); each is tried alone", len(batch), type(found).__name__)
        return self._commit_singly(batch)

    def _try(self, parcels: Sequence[Parcel]) -> list[int] | Exception:
        try:
            return self._store_all(parcels)
        except Exception as error:
            return error

    def _commit_singly(self, batch: Sequence[Waiting]) -> list[Outcome]:
        """One bad mail must not spoil its neighbours; but a database that is gone is asked only twice."""
        outcomes: list[Outcome] = []
        gone: Exception | None = None
        unreachable = 0
        for one in batch:
            if gone is not None:
                outcomes.append(gone)
                continue
            outcome = self._commit([one])[0]
            outcomes.append(outcome)
            unreachable = unreachable + 1 if isinstance(outcome, OperationalError | InterfaceError | OSError) else 0
            if unreachable == 2 and isinstance(outcome, Exception):
                gone = outcome
        return outcomes
