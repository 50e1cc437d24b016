"""A whole desk that runs, with a district that has teachers, for benchmarks that look at it from outside.

In:       a folder, the smarthost.
Out:      the real command running on SQLite; its memory; how far its work has come.
Not here: the load (benchmarks.deliver).
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.sample import TEACHERS, teacher
from tests.acceptance.desk_process import RunningDesk, command, configure, serving

PERSON = '[[person]]\nname = "{name}"\naddress = "{address}"\nschools = ["oak"]\n'
# They stand in the configuration already.
KNOWN = ("tess.turner@oakdistrict.example", "ida.ivers@oakdistrict.example", "tom.tanner@oakdistrict.example")


def address_of(number: int) -> str:
    """A teacher's address, as the sample mails have it."""
    return f"{teacher(number).lower().replace(' ', '.')}@oakdistrict.example"


@contextlib.contextmanager
def whole_desk(folder: Path, smarthost: str) -> Iterator[RunningDesk]:
    """`districtdesk serve` with every part, on SQLite."""
    configure(folder, "sqlite:///desk.db", smarthost)
    people = {address_of(number): teacher(number) for number in range(TEACHERS)}
    with (folder / "districtdesk.toml").open("a", encoding="utf-8") as file:
        file.writelines(PERSON.format(name=n, address=a) for a, n in people.items() if a not in KNOWN)
    # As after any start but the first, which changes the schema and keeps Alembic loaded (11 MB).
    assert command(folder, "migrate").returncode == 0
    with serving(folder) as desk:
        yield desk


def memory_of(pid: int) -> int:
    """Resident memory of a process and all it has started, in bytes."""
    total, waiting = 0, [pid]
    while waiting:
        place = Path("/proc") / str(waiting.pop())
        with contextlib.suppress(OSError):  # one that has just ended
            for line in (place / "status").read_text("ascii", "replace").splitlines():
                if line.startswith("VmRSS:"):
                    total += int(line.split()[1]) * 1024
            for task in (place / "task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
    return total


def ask(folder: Path, statement: str) -> list[tuple]:  # type: ignore[type-arg]
    """Read the desk's database beside it."""
    with contextlib.closing(sqlite3.connect(f"file:{folder / 'desk.db'}?mode=ro", uri=True, timeout=30)) as database:
        return database.execute(statement).fetchall()


def wait_until_done(folder: Path, mails: int, patience: float = 1_800.0) -> float:
    """Until so many mails are settled and every notice that is due has left; how long that took."""
    begun = time.perf_counter()
    waiting = "SELECT (SELECT count(*) FROM inbound_mail WHERE state = 'received'), (SELECT count(*) FROM inbound_mail)"
    due = "SELECT count(*) FROM notice WHERE state = 'queued' AND due_at <= strftime('%Y-%m-%d %H:%M:%f', 'now')"
    while time.perf_counter() - begun < patience:
        [(received, known)] = ask(folder, waiting)
        if known >= mails and not received and not ask(folder, due)[0][0]:
            return time.perf_counter() - begun
        time.sleep(0.2)
    raise TimeoutError(f"{received} of {known} mails wait, {ask(folder, due)[0][0]} notices are due")
