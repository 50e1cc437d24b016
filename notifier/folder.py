"""The way out without a mail server: a Maildir in which each mail lies as an .eml file.

In:       a mail's bytes and its name.
Out:      a file in `new/`, there whole or not at all.
Not here: which notices are due (notifier.sender).
"""

import os
from pathlib import Path

from notifier.way import Unreachable


class OutboxFolder:
    """A Maildir (tmp, new, cur) for trials, tests and districts that fetch their mail themselves."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def deliver(self, name: str, to_address: str, mail: bytes, automatic: bool) -> None:
        """Lay the mail down on disk for good; Unreachable when the disk does not take it.

        The name belongs to the notice, so that a second delivery after a crash takes the first one's place.
        """
        try:
            for part in ("tmp", "new", "cur"):
                (self._path / part).mkdir(parents=True, exist_ok=True)
            self._lay(f"{name}.eml", mail.replace(b"\r\n", b"\n"))
        except OSError as error:
            raise Unreachable(f"the outbox folder cannot be written ({type(error).__name__})") from None

    def close(self) -> None:
        """Nothing is held between mails."""

    def _lay(self, name: str, mail: bytes) -> None:
        if any((self._path / "cur").glob(f"{name}*")):
            return  # laid before a crash, and read since
        temporary = self._path / "tmp" / name
        with temporary.open("wb") as file:
            file.write(mail)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path / "new" / name)
        _sync_folder(self._path / "new")


def _sync_folder(path: Path) -> None:
    # The file's bytes are safe by now; its name is only after the folder is.
    if os.name != "posix":
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
