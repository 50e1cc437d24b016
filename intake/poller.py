"""The IMAP door: store first, then mark; for as long as the desk runs.

In:       a folder (MailboxSettings), a function that stores mails durably, the cursor's two functions.
Out:      stored mails, each then flagged `\\Seen` or moved; a log line for every failure.
Not here: what becomes of a mail, IMAP itself (intake.imap_folder), one look (intake.imap_visit).
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from intake.backoff import Backoff
from intake.cursor import Cursor
from intake.imap_connect import Line
from intake.imap_folder import ImapFolder, open_folder
from intake.imap_trouble import MailboxTrouble, trouble_from
from intake.imap_visit import DepositAll, Visit
from intake.progress import Progress
from intake.settings import MailboxSettings

log = logging.getLogger(__name__)

# A mail that arrives between SEARCH and IDLE is not announced: IDLE is short, SEARCH follows every wake.
IDLE_SECONDS = 30.0
FIRST_PAUSE = 1.0
# After UIDs have started again: how far back to read once more. Less, and a mail that somebody opened during
# the move to a new server is lost; all, and the read mail of years becomes tickets.
RECENT_DAYS = 7
PATIENCE_AT_STOP = 1.0

T = TypeVar("T")


class Poller:
    """One mailbox, read in one thread by `run`.

    `load` and `save` keep the cursor. The same mail is deposited again after a crash and when UIDs start
    again, never on purpose otherwise: `deposit_all` must recognise it.
    """

    def __init__(
        self,
        settings: MailboxSettings,
        deposit_all: DepositAll,
        load: Callable[[], Cursor | None],
        save: Callable[[Cursor], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings
        self._deposit_all = deposit_all
        self._load = load
        self._save = save
        self._now = now
        self._backoff = Backoff()
        self._progress: Progress | None = None
        self._is_storing = False

    def run(self, stop: threading.Event) -> None:
        """Read until `stop` is set; whatever fails is logged once and tried again, for ever."""
        self._progress = None  # another process may have read on since the last run
        line, ended = Line(stop), threading.Event()
        name = f"imap-stop-{self.settings.name}"
        threading.Thread(target=self._cut_when_stopped, args=(line, ended), name=name, daemon=True).start()
        try:
            while not stop.is_set():
                self._connect_and_attend(line, stop)
        finally:
            ended.set()

    def read_once(self) -> int:
        """Connect, take what waits, leave; the number of mails stored. MailboxTrouble when that fails."""
        try:
            with open_folder(self.settings) as folder:
                return self._visit(folder, self._enter(folder), threading.Event())
        except Exception as error:
            raise trouble_from(error, self.settings) from error

    def _connect_and_attend(self, line: Line, stop: threading.Event) -> None:
        try:
            with open_folder(self.settings, line) as folder:
                self._attend(folder, stop)
        except Exception as error:
            if stop.is_set():
                return
            trouble = trouble_from(error, self.settings)
            delay = self._backoff.next(trouble.lasting)
            log.warning("mailbox %s: %s. Next try in %.0f s", self.settings.name, trouble.sentence, delay)
            stop.wait(delay)

    def _attend(self, folder: ImapFolder, stop: threading.Event) -> None:
        """Take what waits, then wait for more; first waits under IDLE are short, for what came in between."""
        progress = self._enter(folder)
        longest = self.settings.poll_seconds
        if folder.can_idle:
            longest = min(longest, IDLE_SECONDS)
        pause = FIRST_PAUSE
        while not stop.is_set():
            if self._visit(folder, progress, stop):
                pause = FIRST_PAUSE
            if not stop.is_set():
                folder.wait(stop, min(pause, longest) if folder.can_idle else longest)
                pause *= 2
                self._backoff.reset()

    def _enter(self, folder: ImapFolder) -> Progress:
        """The progress in this folder, compared with the numbers that SELECT has told."""
        if self._progress is None:
            self._progress = Progress(self._try_store(self._load))
        progress = self._progress
        if progress.enter(folder.uidvalidity, folder.highest) and progress.cursor is not None:
            self._keep(progress.cursor)
        if progress.starts_again:
            log.warning("mailbox %s: UIDs start again; what is recent is read once more", self.settings.name)
        return progress

    def _visit(self, folder: ImapFolder, progress: Progress, stop: threading.Event) -> int:
        visit = Visit(self.settings.name, folder, progress, self._store, self._keep)
        try:
            visit.run(stop, (self._now() - timedelta(days=RECENT_DAYS)).date())
        finally:
            visit.keep_place()
        return visit.stored

    def _store(self, mails: Sequence[tuple[bytes, str]]) -> Sequence[object]:
        self._is_storing = True
        try:
            return self._deposit_all(mails)
        finally:
            self._is_storing = False

    def _keep(self, cursor: Cursor) -> None:
        self._try_store(lambda: self._save(cursor))

    def _try_store(self, action: Callable[[], T]) -> T:
        try:
            return action()
        except Exception as error:
            raise MailboxTrouble(f"the database is out of reach ({type(error).__name__})") from error

    def _cut_when_stopped(self, line: Line, ended: threading.Event) -> None:
        """A server that no longer answers must not hold up the end; a mail that is being stored may."""
        line.stop.wait()
        while not ended.wait(PATIENCE_AT_STOP):
            if not self._is_storing:
                line.cut()


def check_mailbox(settings: MailboxSettings) -> str | None:
    """Try the mailbox: None when it can be read, else a sentence that says what to do."""
    try:
        with open_folder(settings):
            return None
    except Exception as error:
        return f"mailbox {settings.name}: {trouble_from(error, settings).sentence}"
