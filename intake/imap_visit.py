"""One look into an IMAP folder: what waits is fetched in batches, stored, and only then marked.

In:       an open folder, the progress in it, a function that stores mails durably.
Out:      stored and marked mails; the cursor moved as far as nothing is left behind.
Not here: connecting, waiting, retrying (intake.poller), what is new (intake.progress).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from intake.cursor import Cursor
from intake.imap_folder import SLICE, ImapFolder
from intake.imap_trouble import MailboxTrouble
from intake.progress import Found, Progress
from models.crash import crash_point

log = logging.getLogger(__name__)

BATCH_MAILS = 50
BATCH_BYTES = 4 * 1024 * 1024
REFUSALS = 3
"""Mails in a row that the store may refuse before it counts as unavailable."""
KEEP_SECONDS = 1.0
"""Between two writings of the cursor while a visit lasts."""

DepositAll = Callable[[Sequence[tuple[bytes, str]]], Sequence[object]]
"""Stores mails durably, each (raw bytes, "mailbox/uidvalidity/uid"), and returns after the commit: for each mail an
Exception when it was not stored, else anything."""


class Visit:
    """One look, from SEARCH to the cursor's new place."""

    def __init__(
        self,
        name: str,
        folder: ImapFolder,
        progress: Progress,
        deposit_all: DepositAll,
        keep: Callable[[Cursor], None],
    ) -> None:
        self.stored = 0
        self._name = name
        self._folder = folder
        self._progress = progress
        self._deposit_all = deposit_all
        self._keep = keep
        self._found = Found(frozenset(), frozenset())
        self._refused: list[int] = []
        self._refused_in_a_row = 0
        self._unkept = False
        self._kept_at = time.monotonic()

    def run(self, stop: threading.Event, since: date) -> None:
        """Take everything that waits; `since` is how far back to read when UIDs have started again."""
        progress = self._progress
        again = since if progress.starts_again else None
        self._found = self._folder.look(progress.last_uid, again, progress.remembered())
        self._mark(progress.to_mark(self._found))
        waiting = progress.to_fetch(self._found, time.monotonic())
        for start in range(0, len(waiting), SLICE):
            uids = waiting[start : start + SLICE]
            for batch in batches(uids, self._sizes(uids), progress):
                if stop.is_set():
                    return
                self._take(batch)
        self._judge()
        self._advance(is_complete=True)

    def keep_place(self) -> None:
        """Write the cursor down if it has moved since it last was: at the end of a visit, however that came."""
        if self._unkept and self._progress.cursor:
            self._keep(self._progress.cursor)
            crash_point("imap-place-kept")
        self._unkept = False

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """The sizes of the mails that may share a batch; a server that cannot tell them gets none."""
        unknown = [uid for uid in uids if not self._progress.is_alone(uid)]
        try:
            return self._folder.sizes(unknown) if unknown else {}
        except Exception as error:
            self._progress.failed_together(unknown)
            if has_lost_its_place(error):
                raise
            return {}

    def _take(self, batch: Sequence[int]) -> None:
        """Fetch a batch, store it in one commit, then mark what was stored by one command."""
        mails = self._fetch(batch)
        crash_point("imap-fetched")
        fetched = [uid for uid in batch if uid in mails]
        stored: list[int] = []
        try:
            for uid, outcome in zip(fetched, self._store(fetched, mails), strict=True):
                if self._note(uid, outcome):
                    self._progress.stored(uid)
                    stored.append(uid)
        finally:
            crash_point("imap-stored")
            self._mark(stored)
        if self._refused_in_a_row >= REFUSALS:
            self._judge()

    def _fetch(self, batch: Sequence[int]) -> dict[int, bytes]:
        """The mails of a batch. Whose fault a failure is shows only when each is fetched alone."""
        try:
            mails = self._folder.fetch(batch)
        except Exception as error:
            self._note_failed_fetch(batch, error)
            if has_lost_its_place(error):
                raise
            return {} if len(batch) == 1 else self._fetch_singly(batch)
        for uid in batch:
            if uid not in mails:
                self._hold_against(uid, "cannot be fetched")
        return mails

    def _fetch_singly(self, batch: Sequence[int]) -> dict[int, bytes]:
        return {uid: raw for one in batch for uid, raw in self._fetch([one]).items()}

    def _note_failed_fetch(self, batch: Sequence[int], error: Exception) -> None:
        if len(batch) > 1:
            self._progress.failed_together(batch)
        else:
            self._hold_against(batch[0], f"cannot be fetched ({type(error).__name__})")

    def _store(self, uids: Sequence[int], mails: dict[int, bytes]) -> Sequence[object]:
        place = f"{self._name}/{self._folder.uidvalidity}"
        try:
            return self._deposit_all([(mails[uid], f"{place}/{uid}") for uid in uids]) if uids else []
        except Exception as error:
            return [error] * len(uids)

    def _note(self, uid: int, outcome: object) -> bool:
        """Whether this mail is stored now; what the store refuses is judged later."""
        if isinstance(outcome, Exception):
            log.warning("mailbox %s: UID %d was not stored (%s)", self._name, uid, type(outcome).__name__)
            self._refused.append(uid)
            self._refused_in_a_row += 1
            return False
        self.stored += 1
        self._refused_in_a_row = 0
        return True

    def _judge(self) -> None:
        """Whose fault refusals are: a mail's own when the store took others, else the store's."""
        if not self._refused:
            return
        refused, self._refused = self._refused, []
        if self.stored and self._refused_in_a_row < REFUSALS:
            for uid in refused:
                self._hold_against(uid, "cannot be stored")
            return
        for uid in refused:
            self._progress.put_back(uid)
        raise MailboxTrouble("mails cannot be stored at the moment: check the database and its disk")

    def _mark(self, uids: Sequence[int]) -> None:
        if uids:
            self._folder.mark_done(uids)
            crash_point("imap-marked")
            self._progress.marked(uids)
            self._advance(is_complete=False)

    def _advance(self, is_complete: bool) -> None:
        if self._progress.advance(self._found, time.monotonic(), is_complete):
            self._unkept = True
        # After a crash all above the cursor is fetched again and known again: a second's worth is cheap, and
        # a commit for each batch is not.
        if self._unkept and (is_complete or time.monotonic() - self._kept_at > KEEP_SECONDS):
            self._kept_at = time.monotonic()
            self.keep_place()

    def _hold_against(self, uid: int, what: str) -> None:
        if self._progress.failed(uid, time.monotonic()):
            log.error("mailbox %s: UID %d %s; passed over for a while", self._name, uid, what)


def has_lost_its_place(error: Exception) -> bool:
    """Whether the connection is gone, or nobody knows where in an answer it stands; a plain NO is neither."""
    return not isinstance(error, IMAPClientError) or isinstance(error, IMAPClientAbortError)


def batches(uids: Sequence[int], sizes: dict[int, int], progress: Progress) -> Iterator[list[int]]:
    """Mails to fetch together: many small ones, or one large one, or one that has made a batch fail."""
    batch: list[int] = []
    held = 0
    for uid in uids:
        size = sizes.get(uid, 0)
        is_alone = progress.is_alone(uid) or size > BATCH_BYTES
        if batch and (is_alone or len(batch) >= BATCH_MAILS or held + size > BATCH_BYTES):
            yield batch
            batch, held = [], 0
        batch.append(uid)
        held += size
        if is_alone:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
