"""A real `districtdesk serve` under load that is killed again and again.

In:       a configured folder; where mails go out; DISTRICTDESK_TEST_CRASH for deaths at a named point.
Out:      Siege: the service, started anew whenever it is dead; Senders: mails sent until each is accepted.
Not here: whether the books balance afterwards (tests.crash.books).
"""

import contextlib
import itertools
import os
import random
import select
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.acceptance.desk_process import DESK, environment

ACCEPT_POINTS = ("mails-inserted", "mails-stored")
WORK_POINTS = ("mail-claimed", "mail-processed", "mail-settled")
SEND_POINTS = ("notice-claimed", "notice-handed", "notice-settled")
IMAP_POINTS = ("imap-fetched", "imap-stored", "imap-marked", "imap-place-kept")
POINTS = ACCEPT_POINTS + WORK_POINTS + SEND_POINTS + IMAP_POINTS

START_SECONDS = 60.0
FAULT = "the projector in room {number} does not turn on at all, no light. Please help, it is broken."


def mail_of(number: int, run: str = "siege") -> bytes:
    """The mail with this number, always the same bytes; each from somebody of their own."""
    return (
        f"From: Person {number} <person{number}@oakdistrict.example>\r\nTo: {DESK}\r\n"
        f"Subject: projector {number}\r\nDate: Mon, 14 Sep 2026 07:55:00 +0000\r\n"
        f"Message-ID: <{run}.{number}@mail.example>\r\n\r\n{FAULT.format(number=number)}\r\n"
    ).encode()


@dataclass
class Siege:
    """The service and its deaths."""

    folder: Path
    arguments: tuple[str, ...] = ()
    program: tuple[str, ...] = ("desk.cli",)
    port: int | None = None
    deaths: int = 0
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self, point: str = "") -> bool:
        """Start it and wait until it is ready; False when it died before that, as it may at a named point."""
        env = environment()
        if point:
            env["DISTRICTDESK_TEST_CRASH"] = point
        with (self.folder / "serve.log").open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.program, "serve", *self.arguments],
                cwd=self.folder, env=env, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        readable, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        ready = self.process.stdout.readline() if readable else ""
        if not ready.startswith("ready"):
            if self.process.poll() is None and readable:
                self.process.wait(10)
            assert self.process.returncode == -signal.SIGKILL, (self.folder / "serve.log").read_text()[-3000:]
            self.deaths += 1
            return False
        if "smtp " in ready:
            self.port = int(ready.partition("smtp ")[2].partition(",")[0].rpartition(":")[2])
        return True

    def kill(self) -> None:
        """kill -9 now."""
        assert self.process is not None
        self.port = None
        self.process.send_signal(signal.SIGKILL)
        self._bury()

    def wait_for_death(self, patience: float) -> bool:
        """Wait until it has died by itself at the named point; False when it did not come there in time."""
        assert self.process is not None
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            return False
        assert self.process.returncode == -signal.SIGKILL, (self.folder / "serve.log").read_text()[-3000:]
        self._bury()
        return True

    def kill_at_random(self, chance: random.Random, longest: float = 1.0) -> None:
        """Start it, and kill it at any moment from its first line of code on."""
        if chance.random() < 0.1:  # while it starts, or recovers from the last death
            env = environment()
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.program, "serve", *self.arguments],
                cwd=self.folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
            time.sleep(chance.random())
            self.kill()
            return
        self.start()
        time.sleep(chance.random() * longest)
        self.kill()

    def stop(self) -> None:
        """SIGTERM: it finishes what it holds."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()
        self.port = None

    def bury(self) -> None:
        """Whatever a test has left behind."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)

    def _bury(self) -> None:
        assert self.process is not None
        self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.port = None
        self.deaths += 1


class Senders:
    """Mail servers that keep each mail until it is accepted, and send it again when nobody answers."""

    def __init__(
        self, siege: Siege, count: int | None, connections: int = 4, pause: float = 0.0, run: str = "siege"
    ) -> None:
        """`count` mails, or as many as fit in until `end`; after each one a connection rests for `pause` seconds."""
        self.siege, self.run, self.pause = siege, run, pause
        self.accepted: set[int] = set()
        self.put_off: dict[bytes, int] = {}
        self._numbers: Iterator[int] = iter(range(count)) if count is not None else itertools.count()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send_all, daemon=True) for _ in range(connections)]

    def __enter__(self) -> "Senders":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def end(self) -> None:
        """No new mails; those under way go on until they are accepted."""
        with self._lock:
            self._numbers = iter(())

    @property
    def are_done(self) -> bool:
        """Whether every mail has been accepted."""
        return not any(thread.is_alive() for thread in self._threads)

    def wait(self, patience: float) -> None:
        """Wait until every mail has been accepted."""
        end = time.monotonic() + patience
        while not self.are_done:
            assert time.monotonic() < end, f"{len(self.accepted)} accepted; put off: {self.put_off}"
            time.sleep(0.02)

    def _send_all(self) -> None:
        client: smtplib.SMTP | None = None
        while not self._stop.is_set():
            with self._lock:
                number = next(self._numbers, None)
            if number is None:
                break
            while not self._stop.is_set():
                try:
                    client = client or self._connect()
                    if self._send(client, number):
                        break
                except (OSError, smtplib.SMTPException):
                    self._drop(client)
                    client = None
                time.sleep(0.02)
            if self.pause:
                time.sleep(self.pause)
        self._drop(client)

    def _connect(self) -> smtplib.SMTP:
        port = self.siege.port
        if port is None:
            raise OSError("nobody listens")
        client = smtplib.SMTP("127.0.0.1", port, timeout=30)
        client.ehlo("siege.example")
        return client

    def _send(self, client: smtplib.SMTP, number: int) -> bool:
        for answer in (client.mail(f"person{number}@oakdistrict.example"), client.rcpt(DESK)):
            if answer[0] != 250:
                return self._refused(client, answer)
        answer = client.data(mail_of(number, self.run))
        if answer[0] != 250:
            return self._refused(client, answer)
        self.accepted.add(number)
        return True

    def _refused(self, client: smtplib.SMTP, answer: tuple[int, bytes]) -> bool:
        assert 400 <= answer[0] < 500, answer
        said = b"%d %s" % (answer[0], answer[1][:5])
        self.put_off[said] = self.put_off.get(said, 0) + 1
        if answer[0] == 421:
            raise OSError("told to go")
        client.rset()
        return False

    @staticmethod
    def _drop(client: smtplib.SMTP | None) -> None:
        if client is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                client.close()


def seed() -> random.Random:
    """Random moments; DISTRICTDESK_SEED repeats a run, as far as a machine repeats itself."""
    number = int(os.environ.get("DISTRICTDESK_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
    print(f"DISTRICTDESK_SEED={number}")
    return random.Random(number)
