"""Power cuts, by hand: as many as one asks for, under load, with the whole service running.

In:       how many cuts; which database; how the durability setting is weakened, if at all. Wants root.
Out:      a line for every twenty-five cuts, and exit status 1 when anything was lost or doubled.
Not here: the short one that every run does (test_mutants), the disk (tests.crash.power).

Run: python -m tests.crash.cuts 200 sqlite
     python -m tests.crash.cuts 20 postgresql [--weak]

With --weak the database does not wait for the disk, and the books must not balance: that the cuts are real.
"""

import argparse
import contextlib
import signal
import sys
import tempfile
import time
from pathlib import Path

from models import open_store
from models.schema import upgrade
from tests.acceptance.desk_process import configure
from tests.crash.books import balance, wait_until_quiet
from tests.crash.power import PowerDisk, power_disk
from tests.crash.siege import Senders, Siege
from tests.servers.postgresql import DURABLE, Cluster, OwnServer, find_programs
from tests.servers.smtp_sink import SmtpSink, running_sink

AT_ONCE = 25
ROOM_MEGABYTES = 2048
WEAK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Machine:
    """What stands on the disk: the file of SQLite, or a PostgreSQL server."""

    def __init__(self, stack: contextlib.ExitStack, folder: Path, database: str, weak: bool) -> None:
        self.disk: PowerDisk = stack.enter_context(power_disk(folder, ROOM_MEGABYTES))
        self.server: OwnServer | None = None
        if database == "sqlite":
            url = f"sqlite:///{self.disk.place / 'desk.db'}"
            store = open_store(url)
            upgrade(store)
            store.close()
        else:
            programs = find_programs()
            assert programs is not None, "PostgreSQL is not installed"
            own = (*DURABLE, *WEAK) if weak else DURABLE
            self.server = OwnServer(programs, self.disk.place, own)
            self.server.start()
            stack.callback(self.server.stop)
            url = Cluster(self.server.url).fresh(upgrade).render_as_string(hide_password=False)
        self.url = url
        self.power_comes_back()  # so that the empty database itself has reached the disk

    def power_goes(self) -> None:
        """The disk stops at once."""
        self.disk.cut()

    def power_comes_back(self) -> None:
        """Whatever ran is dead by now; the disk replays its journal and the server its log."""
        if self.server is not None:
            self.server.stop(signal.SIGKILL if self.disk.is_cut else signal.SIGINT)
        self.disk.back()
        if self.server is not None:
            self.server.start()


def campaign(cuts: int, database: str, weak: bool) -> tuple[int, list[str]]:
    """So many cuts on a database of its own; how many mails were accepted, and what is wrong."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="districtdesk-power-")))
        folder.chmod(0o755)
        sink: SmtpSink = stack.enter_context(running_sink())
        machine = Machine(stack, folder, database, weak)
        program = ("tests.crash.mutant", "no-sync") if weak and database == "sqlite" else ("desk.cli",)
        siege = Siege(configure(folder, machine.url, sink.address), program=program)
        stack.callback(siege.bury)
        lives: list[int] = []
        with Senders(siege, None, pause=0.02) as senders:
            for _ in range(cuts):
                siege.start()
                _wait_for(senders, 20)
                machine.power_goes()
                siege.kill()
                machine.power_comes_back()
                lives.append(len(sink.mails))
            siege.start()
            senders.end()
            senders.wait(120)
            store = open_store(machine.url)
            stack.callback(store.close)
            wait_until_quiet(store, 120)
            siege.stop()
            wrong = balance(store, senders.accepted, "siege", sink, lives)
            store.close()
    return len(senders.accepted), wrong


def _wait_for(senders: Senders, more: int) -> None:
    before, end = len(senders.accepted), time.monotonic() + 60
    while len(senders.accepted) <= before + more:
        assert time.monotonic() < end, senders.put_off
        time.sleep(0.01)


def main() -> int:
    """Cut until there were enough."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("cuts", type=int)
    options.add_argument("database", nargs="?", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--weak", action="store_true", help="do not wait for the disk: the books must not balance")
    given = options.parse_args()
    done = mails = 0
    wrong: list[str] = []
    begun = time.monotonic()
    while done < given.cuts:
        part = min(AT_ONCE, given.cuts - done)
        try:
            accepted, found = campaign(part, given.database, given.weak)
        except Exception as error:
            if not given.weak:
                raise
            accepted, found = 0, [f"the database is broken: {type(error).__name__}"]
        done, mails, wrong = done + part, mails + accepted, wrong + found
        print(f"{done} cuts, {mails} mails, {len(wrong)} wrong, {time.monotonic() - begun:.0f} s", flush=True)
        for line in found[:20]:
            print(f"  {line}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
