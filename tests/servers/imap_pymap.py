"""pymap, an IMAP server from pip: another reading of the same RFCs than Dovecot's.

In:       the pymap of this virtual environment.
Out:      Pymap: a server of the test's own on a port of its own.
Not here: looking into the mailbox (tests.servers.imap_account).
"""

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import absent
from tests.servers.imap_account import ImapAccount
from tests.servers.process import end, free_port, spawn, wait_for_port


class Pymap(ImapAccount):
    """One pymap over a Maildir++ in `room`; may be stopped and started again on the same port."""

    name = "pymap"

    def __init__(self, room: Path) -> None:
        super().__init__(free_port())
        self.room = room
        self._process: subprocess.Popen[bytes] | None = None
        self._write_account()

    def start(self) -> None:
        """Start, and wait until it greets."""
        log = self.room / "log"
        script = "import sys; from pymap.main import main; sys.exit(main())"
        command = [
            sys.executable, "-c", script, "--host", self.host, "--port", str(self.port), "--no-tls",
            "--no-service", "managesieve", "--no-service", "admin", "maildir", str(self.room / "base"),
        ]  # fmt: skip
        self._process = spawn(command, log)
        wait_for_port(self.port, self._process, log, b"* OK")

    def stop(self) -> None:
        """End it at once, as a crash would: clients see their connection break."""
        if self._process is not None:
            self._process.kill()
            end(self._process)
            self._process = None

    def reset_uidvalidity(self) -> None:
        """Let the server forget the numbers of the inbox: UIDs start again under another UIDVALIDITY."""
        self.stop()
        (self.room / "base" / self.username / "dovecot-uidlist").unlink()
        self.start()

    def _write_account(self) -> None:
        from pysasl.hashing import BuiltinHash

        base = self.room / "base"
        base.mkdir()
        secret = BuiltinHash().copy(rounds=1).hash(self.password)
        (base / "pymap-etc-passwd").write_text(f"{self.username}:x:::{self.username}:{self.username}:\n")
        (base / "pymap-etc-shadow").write_text(f"{self.username}:{secret}:::::::\n")


@contextmanager
def running_pymap() -> Iterator[Pymap]:
    """A pymap for the length of the block; skips the test where it is not installed."""
    if importlib.util.find_spec("pymap") is None:
        absent("pymap", "the package is not installed", "Install the `test` extra: pip install '.[test]'")
    room = Path(tempfile.mkdtemp(prefix="districtdesk-pymap-"))
    server = Pymap(room)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(room, ignore_errors=True)
