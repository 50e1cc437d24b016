"""Worker processes beside the listener, so that the doors stay quick while mails are judged.

In:       how many; the configuration the service was started with.
Out:      so many `serve --only worker`, started again when they die; all of them gone when the service is.
Not here: their work (desk.worker).

A worker's standard input is a pipe that nobody writes into: its end tells the worker that the service is gone,
however it went, `kill -9` included.
"""

import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from desk.config import DEFAULTS
from desk.opening import LATER, Unready
from desk.recovery import release_dead_claims
from models import Store
from models.wake import MAILS, ring

log = logging.getLogger(__name__)

# A mail that kills its worker is set aside after six deaths (desk.worker): the service must live through these.
MOST_DEATHS, WITHIN_SECONDS = 10, 120.0
LONGEST_PAUSE = 5.0
START_SECONDS = 60.0
END_SECONDS = 25.0
LOOK_SECONDS = 0.1


@dataclass
class WorkerProcess:
    """One of them."""

    number: int
    process: subprocess.Popen[bytes]
    is_ready: bool = False

    def listen(self, patience: float) -> None:
        """Whether it says, or has said, that it is ready."""
        pipe = self.process.stdout
        if not self.is_ready and pipe is not None and select.select([pipe], [], [], patience)[0]:
            self.is_ready = pipe.readline().startswith(b"ready")

    def close(self) -> None:
        """What is left of one that has ended."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class Workforce:
    """All of them. `start` waits until they are ready; `run` watches them until told to stop, and then ends them."""

    def __init__(self, store: Store, source: str, count: int) -> None:
        self._store, self._count = store, count
        named = [] if source == DEFAULTS else ["-c", source]
        self._command = [sys.executable, "-m", "desk.cli", *named, "serve", "--only", "worker", "--beside"]
        self._workers: dict[int, WorkerProcess] = {}
        self._deaths: deque[float] = deque()

    def start(self) -> None:
        """Start all at once and wait for them; Unready when one does not come."""
        end = time.monotonic() + START_SECONDS
        try:
            for number in range(self._count):
                self._start_one(number)
            for worker in self._workers.values():
                worker.listen(end - time.monotonic())
                if not worker.is_ready:
                    raise Unready(f"worker process {worker.number} did not start; its log says why", LATER)
        except BaseException:
            self.end()
            raise

    def run(self, stop: threading.Event) -> None:
        """Start again whoever dies; Unready when they die again and again."""
        due: dict[int, float] = {}
        try:
            while not stop.wait(LOOK_SECONDS):
                now = time.monotonic()
                for number in [number for number, when in due.items() if when <= now]:
                    del due[number]
                    self._start_one(number)
                for worker in list(self._workers.values()):
                    worker.listen(0)
                    if worker.process.poll() is not None:
                        due[worker.number] = now + self._bury(worker, now)
        finally:
            self.end()

    def end(self) -> None:
        """Tell all of them to finish what they hold, and wait."""
        for worker in self._workers.values():
            worker.process.terminate()
        end = time.monotonic() + END_SECONDS
        for worker in self._workers.values():
            try:
                worker.process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("worker process %d does not end; it is killed", worker.number)
                worker.process.kill()
                worker.process.wait()
            worker.close()
        self._workers.clear()

    def _start_one(self, number: int) -> None:
        command = [*self._command, str(number)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self._workers[number] = WorkerProcess(number, process)

    def _bury(self, worker: WorkerProcess, now: float) -> float:
        """Give back what it held; how many seconds later another one is to be started in its place."""
        del self._workers[worker.number]
        worker.close()
        status = worker.process.returncode
        log.error("worker process %d ended with %s", worker.number, _said(status))
        try:
            with self._store.writing() as session:
                release_dead_claims(session, socket.gethostname())
                ring(session, MAILS)
        except SQLAlchemyError as error:  # the next one to start gives it back
            log.warning("the claims of worker process %d stay for now (%s)", worker.number, type(error).__name__)
        if status == 0:  # it was told to end, as we shall be in a moment, or somebody wants a fresh one
            return 1.0
        if status == LATER and not worker.is_ready:  # it did not come as far as working: the database is away
            return LONGEST_PAUSE / 2
        self._deaths.append(now)
        while now - self._deaths[0] > WITHIN_SECONDS:
            self._deaths.popleft()
        if len(self._deaths) >= MOST_DEATHS:
            within = f"{MOST_DEATHS} times within {WITHIN_SECONDS / 60:.0f} minutes"
            raise Unready(f"worker processes died {within}, the last with {_said(status)}; the log says why", LATER)
        return float(min(0.05 * 2 ** len(self._deaths), LONGEST_PAUSE))


def end_with_parent(stop: Callable[[], None]) -> None:
    """For a worker process: stop when the service that started it is gone."""

    def watch() -> None:
        while os.read(0, 1):
            pass
        stop()
        time.sleep(END_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _said(status: int) -> str:
    return f"status {status}" if status >= 0 else f"signal {signal.Signals(-status).name}"
