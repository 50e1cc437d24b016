"""One IMAP folder, opened: look, fetch, mark as done, wait for more.

In:       MailboxSettings; RFC 9051 (RFC 3501), IDLE (RFC 2177), MOVE (RFC 6851), UIDPLUS (RFC 4315).
Out:      UIDs, sizes, raw mails; MailboxTrouble or what sockets and imapclient raise.
Not here: which mails to read (intake.progress), retrying (intake.poller).
"""

import contextlib
import select
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date

from imapclient import DELETED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from intake.imap_connect import Line, connect, hang_up
from intake.imap_names import find_name, name_to_create
from intake.imap_trouble import MailboxTrouble, no_folder
from intake.progress import Found
from intake.settings import MailboxSettings

# What was deleted but not yet expunged is no longer wanted, whether a person or our own move did it.
KEPT = "UNDELETED"
SLICE = 100
"""UIDs in one command: servers limit its length."""


class ImapFolder:
    """A connection that is logged in and has the folder selected."""

    def __init__(self, client: IMAPClient, settings: MailboxSettings) -> None:
        self._client = client
        self._settings = settings
        self._folder = _find_folder(client, settings.folder)
        answer = client.select_folder(self._folder)
        if b"READ-ONLY" in answer:
            raise MailboxTrouble(
                f"the folder {settings.folder!r} opens read-only, so nothing could be marked as done: "
                "give the account the right to change it", lasting=True,
            )  # fmt: skip
        self.uidvalidity = int(answer[b"UIDVALIDITY"])
        self.highest = self._uidnext(answer) - 1
        self._done_folder: str | None = None
        self.can_idle = bool(client.has_capability("IDLE"))

    def look(self, above: int, since: date | None = None, also: Sequence[int] = ()) -> Found:
        """Search what may have to be read: all `above` a UID, or all `since` a day; all unseen; some others."""
        unseen = self._client.search(["UNSEEN", KEPT])
        if since is not None:
            recent = self._client.search(["SINCE", since, KEPT])
        else:
            # `n:*` always matches the last mail, even when its UID is lower (RFC 9051 section 9, seq-range).
            found = self._client.search(["UID", f"{above + 1}:*", KEPT])
            recent = [uid for uid in found if uid > above]
        for start in range(0, len(also), SLICE):
            named = ",".join(map(str, also[start : start + SLICE]))
            recent += self._client.search(["UID", named, KEPT])
        return Found(frozenset(recent), frozenset(unseen))

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """The size of each mail that still exists."""
        answer = self._client.fetch(uids, ["RFC822.SIZE"])
        return {uid: int(row[b"RFC822.SIZE"]) for uid, row in answer.items() if b"RFC822.SIZE" in row}

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The raw mails, without marking them; one that is gone or cannot be given is left out."""
        answer = self._client.fetch(uids, ["BODY.PEEK[]"])
        return {uid: row[b"BODY[]"] for uid, row in answer.items() if row.get(b"BODY[]") and uid in uids}

    def mark_done(self, uids: Sequence[int]) -> None:
        """Flag the mails \\Seen, or move them into the done folder."""
        if self._settings.done_folder is None:
            self._client.add_flags(uids, [SEEN], silent=True)
            return
        if self._done_folder is None:
            self._done_folder = self._prepare_done_folder(self._settings.done_folder)
        if self._client.has_capability("MOVE"):
            self._client.move(uids, self._done_folder)
            return
        self._client.copy(uids, self._done_folder)
        self._client.add_flags(uids, [DELETED], silent=True)
        self._expunge(uids)

    def wait(self, stop: threading.Event, seconds: float) -> None:
        """Wait until something happens in the folder, `seconds` are over, or `stop` is set."""
        if not self.can_idle:
            stop.wait(seconds)
            if not stop.is_set():
                self._client.noop()
            return
        self._client.idle()
        deadline = time.monotonic() + seconds
        while not stop.is_set() and (left := deadline - time.monotonic()) > 0:
            if self._is_readable(min(left, 0.25)):
                break
        # Not imapclient's idle_check: it loses the rest of a line that comes in two pieces (its #519).
        self._client.idle_done()

    def close(self) -> None:
        """Say LOGOUT, briefly, and hang up."""
        try:
            self._client.socket().settimeout(1.0)
            self._client.logout()
        except (IMAPClientError, OSError, EOFError, ValueError):
            hang_up(self._client)

    def _is_readable(self, seconds: float) -> bool:
        sock = self._client.socket()
        if getattr(sock, "pending", lambda: 0)():  # decrypted already: select would not see it
            return True
        if not hasattr(select, "poll"):
            return bool(select.select([sock], [], [], seconds)[0])
        poll = select.poll()  # unlike select(), it takes descriptors above 1023
        poll.register(sock.fileno(), select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def _uidnext(self, answer: dict[bytes, object]) -> int:
        known = answer.get(b"UIDNEXT")
        if known is None:
            known = self._client.folder_status(self._folder, ["UIDNEXT"])[b"UIDNEXT"]
        return int(str(known))

    def _prepare_done_folder(self, wanted: str) -> str:
        known = find_name(self._client, wanted)
        if known is not None:
            return known
        name = name_to_create(self._client, wanted)
        try:
            self._client.create_folder(name)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            raise MailboxTrouble(
                f"the folder {wanted!r} cannot be created: create it, or change `done_folder`", lasting=True
            ) from None
        with contextlib.suppress(IMAPClientError):  # mail programs show it then; not every server can
            self._client.subscribe_folder(name)
        return name

    def _expunge(self, uids: Sequence[int]) -> None:
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)
        # A plain EXPUNGE would also take what a person has marked and may want back.
        elif set(self._client.search("DELETED")) <= set(uids):
            self._client.expunge()


@contextlib.contextmanager
def open_folder(settings: MailboxSettings, line: Line | None = None) -> Iterator[ImapFolder]:
    """Connect, log in, select; LOGOUT at the end of the block. By `line` another thread can end it sooner."""
    if settings.done_folder == settings.folder:
        raise MailboxTrouble("`done_folder` is `folder`: leave it out, or name another", lasting=True)
    client = connect(settings, line or Line())
    try:
        folder = ImapFolder(client, settings)
    except BaseException:
        hang_up(client)
        raise
    try:
        yield folder
    finally:
        folder.close()


def _find_folder(client: IMAPClient, wanted: str) -> str:
    if wanted.upper() == "INBOX":
        return "INBOX"
    known = find_name(client, wanted)
    if known is None:
        raise no_folder(wanted, [name for _, _, name in client.list_folders()])
    return known
