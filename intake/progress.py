"""Which mails of an IMAP folder still wait, so that none is lost and none is read twice.

In:       the cursor, what SEARCH found, what became of each mail.
Out:      the mails to fetch next, and how far the cursor may move.
Not here: the network, the database.

A mail is done once it is stored *and* marked. `\\Seen` alone cannot say what is done: in a shared mailbox
people open mails before the desk has read them. The cursor alone cannot either: a mail that could not be
read must be tried again later. So the desk takes what is above the cursor whether seen or not, and below
it what is unseen or remembered; and the cursor stays below a failing mail that somebody has opened,
because after a restart only the cursor remembers it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.cursor import Cursor

TRIES = 3
PARKED_SECONDS = 15 * 60.0


@dataclass
class Failure:
    """How a mail has failed so far. `put_back` orders the next try, `count` is held against the mail."""

    put_back: int = 0
    count: int = 0
    alone: bool = False
    parked_until: float = 0.0


@dataclass(frozen=True)
class Found:
    """One look into the folder: UIDs above the cursor (or recent ones), and all unseen ones."""

    above: frozenset[int]
    unseen: frozenset[int]

    @property
    def all(self) -> frozenset[int]:
        """Every UID that may have to be read."""
        return self.above | self.unseen


class Progress:
    """The state of one folder under one UIDVALIDITY, in memory; only the cursor outlives the process."""

    def __init__(self, cursor: Cursor | None) -> None:
        self.cursor = cursor
        self.starts_again = False
        """True while UIDs have started again and what is recent is being read once more."""
        self._uidvalidity = cursor.uidvalidity if cursor else 0
        self._baseline = 0
        self._stored: set[int] = set()
        self._done: set[int] = set()
        self._waiting: set[int] = set()
        self._failures: dict[int, Failure] = {}

    def enter(self, uidvalidity: int, highest: int) -> bool:
        """Note the folder's numbers after SELECT; whether the cursor is new and should be saved at once.

        First start: read mail that was there before stays untouched, only unseen mails are taken.
        Other UIDVALIDITY, or UIDs that went down (which no sound server does): UIDs start again.
        """
        if uidvalidity != self._uidvalidity:
            self._stored, self._done, self._waiting, self._failures = set(), set(), set(), {}
        self._uidvalidity = uidvalidity
        if self.cursor is None:
            self.cursor = Cursor(uidvalidity, highest)
            self._baseline = highest
            return True
        self.starts_again = (
            self.starts_again or self.cursor.uidvalidity != uidvalidity or highest < self.cursor.last_uid
        )
        self._baseline = highest if self.starts_again else self.cursor.last_uid
        return False

    @property
    def last_uid(self) -> int:
        """Up to where everything is done; 0 while UIDs start again."""
        return self.cursor.last_uid if self.cursor and not self.starts_again else 0

    def remembered(self) -> list[int]:
        """What was found once and is not done, below the cursor: somebody may have opened it since."""
        return sorted(uid for uid in self._waiting if uid <= self.last_uid)

    def to_fetch(self, found: Found, ticks: float) -> list[int]:
        """What to read now, in order: fresh mails, then those that failed, but not those that are parked."""
        self._failures = {uid: failure for uid, failure in self._failures.items() if uid in found.all}
        self._waiting = set(found.all - self._done)
        wanted = found.all - self._stored - self._done
        waiting = [uid for uid in wanted if self._failure(uid).parked_until <= ticks]
        return sorted(waiting, key=lambda uid: (self._failure(uid).put_back, uid))

    def to_mark(self, found: Found) -> list[int]:
        """What is stored but could not be marked when it was."""
        return sorted(self._stored & found.all)

    def is_alone(self, uid: int) -> bool:
        """Whether this mail must be fetched by itself, because a batch with it has failed."""
        return self._failure(uid).alone

    def stored(self, uid: int) -> None:
        """This mail is in the database."""
        self._stored.add(uid)
        self._failures.pop(uid, None)

    def marked(self, uids: Iterable[int]) -> None:
        """These mails are seen, or moved away: nothing is left to do."""
        self._stored.difference_update(uids)
        self._waiting.difference_update(uids)
        self._done.update(uids)

    def failed_together(self, uids: Iterable[int]) -> None:
        """A batch failed and nobody knows by whose fault: one at a time from now on."""
        for uid in uids:
            self._failures.setdefault(uid, Failure()).alone = True

    def put_back(self, uid: int) -> None:
        """This mail could not be taken, perhaps by no fault of its own: after the others next time."""
        self._failures.setdefault(uid, Failure()).put_back += 1

    def failed(self, uid: int, ticks: float) -> bool:
        """This mail failed by its own fault; True when it is now parked for a while."""
        failure = self._failures.setdefault(uid, Failure())
        failure.alone = True
        failure.put_back += 1
        failure.count += 1
        if failure.count < TRIES:
            return False
        failure.count = 0
        failure.parked_until = ticks + PARKED_SECONDS
        return True

    def advance(self, found: Found, ticks: float, is_complete: bool) -> bool:
        """Move the cursor as far as nothing is left behind; whether it moved.

        A parked mail that is unseen does not hold it (SEARCH UNSEEN finds that mail again).
        While UIDs start again it moves only after a complete look: a crash then starts over.
        """
        if self.starts_again and not is_complete:
            return False
        open_ = {uid for uid in found.all - self._done if uid > self.last_uid}
        parked = {uid for uid in found.unseen & open_ if self._failure(uid).parked_until > ticks}
        holding = open_ - parked
        reached = min(holding) - 1 if holding else max(found.all | {self._baseline})
        moved = Cursor(self._uidvalidity, reached if self.starts_again else max(self.last_uid, reached))
        if moved == self.cursor:
            return False
        self.cursor = moved
        self.starts_again = False
        self._done = {uid for uid in self._done if uid > moved.last_uid}
        return True

    def _failure(self, uid: int) -> Failure:
        return self._failures.get(uid, Failure())
