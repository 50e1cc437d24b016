"""The worker alone, in this process or in several, until no mail waits.

In:       a store with waiting mails, a judge.
Out:      Finished: seconds and CPU.
Not here: where the mails come from, what is compared.

Run by itself (python -m benchmarks.work URL NAME) it is one of several worker processes: it says `ready`, waits for a
line, works, and prints the CPU it took.
"""

import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.sample import DESK
from classifier.triage import Triage, load_triage
from desk.pipeline import House
from desk.worker import Worker, settle_in
from models import Store, open_store
from notifier.settings import DeskIdentity
from tests.acceptance.desk_process import environment

KEY = b"a key of the benchmarks, 32 bytes"


@dataclass(frozen=True)
class Finished:
    """How long it took, and the CPU of all workers together, in seconds."""

    seconds: float
    cpu: float


def house_on(triage: Triage) -> House:
    """The sample district's house."""
    return House(DeskIdentity("Oak District", DESK, (), "UTC", "en", (KEY,)), triage)


def finish(store: Store, triage: Triage, workers: int) -> Finished:
    """Work until nothing waits."""
    if workers:
        return _in_processes(store, workers)
    begun, cpu = time.perf_counter(), time.process_time()
    work_off(store, triage, "bench")
    return Finished(time.perf_counter() - begun, time.process_time() - cpu)


def work_off(store: Store, triage: Triage, name: str) -> int:
    """One worker until nothing waits; how many mails it carried."""
    settle_in()
    worker, carried = Worker(store, house_on(triage), name, lambda: datetime.now(UTC)), 0
    while done := worker.work():
        carried += done
    return carried


def _in_processes(store: Store, workers: int) -> Finished:
    url = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "benchmarks.work", url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment()}
    running = [subprocess.Popen([*command, f"bench{n}"], **pipes) for n in range(workers)]  # type: ignore[call-overload]
    for one in running:
        assert one.stdout.readline() == "ready\n"
    begun = time.perf_counter()
    for one in running:
        one.stdin.write("go\n")
        one.stdin.flush()
    cpu = sum(float(one.communicate()[0]) for one in running)
    return Finished(time.perf_counter() - begun, cpu)


def main() -> None:
    """One worker process."""
    store, triage = open_store(sys.argv[1]), load_triage()
    print("ready", flush=True)
    sys.stdin.readline()
    cpu = time.process_time()
    work_off(store, triage, sys.argv[2])
    print(time.process_time() - cpu)


if __name__ == "__main__":
    main()
