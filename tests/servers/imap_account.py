"""What the IMAP servers of the tests have in common: one account, and a look into it from outside.

In:       host, port and the account's name and password.
Out:      ImapAccount: append, list, flag, make and drop folders, as any mail program would.
Not here: starting a server.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from imapclient import IMAPClient
from imapclient.imapclient import DELETED, SEEN


class ImapAccount:
    """One account on a running server, seen through a connection of the test's own."""

    host = "127.0.0.1"
    username = "help"
    password = "four-colour-maple"  # an invented one

    def __init__(self, port: int) -> None:
        self.port = port

    @contextmanager
    def look(self, folder: str | None = None) -> Iterator[IMAPClient]:
        """A logged-in client, in `folder` where one is given."""
        client = IMAPClient(self.host, self.port, ssl=False, timeout=20)
        try:
            client.login(self.username, self.password)
            if folder is not None:
                client.select_folder(folder)
            yield client
        finally:
            try:
                client.logout()
            except Exception:  # the test may have taken the server away
                client.shutdown()

    def append(self, *mails: bytes, folder: str = "INBOX", seen: bool = False) -> None:
        """Lay mails into a folder."""
        with self.look() as client:
            for mail in mails:
                client.append(folder, mail, [SEEN] if seen else [])

    def uids(self, criteria: str = "ALL", folder: str = "INBOX") -> list[int]:
        """The UIDs that match an IMAP search: "ALL", "SEEN", "UNSEEN"…"""
        with self.look(folder) as client:
            return sorted(client.search(criteria))

    def count(self, criteria: str = "ALL", folder: str = "INBOX") -> int:
        """How many mails match an IMAP search."""
        return len(self.uids(criteria, folder))

    def mails(self, folder: str = "INBOX") -> dict[int, bytes]:
        """The raw mails of a folder by UID, read without setting a flag."""
        with self.look(folder) as client:
            found = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
            return {uid: fields[b"BODY[]"] for uid, fields in sorted(found.items())}

    def mark_seen(self, *uids: int, folder: str = "INBOX") -> None:
        """Open mails, as a person would."""
        with self.look(folder) as client:
            client.add_flags(uids, [SEEN])

    def remove(self, *uids: int, folder: str = "INBOX") -> None:
        """Delete mails for good."""
        with self.look(folder) as client:
            client.add_flags(uids, [DELETED])
            client.expunge()

    def folders(self) -> list[str]:
        """The names of all folders."""
        with self.look() as client:
            return sorted(name for _, _, name in client.list_folders())

    def make_folder(self, name: str) -> None:
        """Make a folder."""
        with self.look() as client:
            client.create_folder(name)

    def uidvalidity(self, folder: str = "INBOX") -> int:
        """The folder's UIDVALIDITY now."""
        with self.look() as client:
            return int(client.select_folder(folder, readonly=True)[b"UIDVALIDITY"])
