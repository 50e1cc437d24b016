"""The real command in a process of its own, for tests that look at the desk from outside.

In:       a folder, a database URL, where the smarthost and the mailboxes are.
Out:      RunningDesk: its SMTP port, its command line, a way to kill it.
Not here: what the tests expect.
"""

import contextlib
import json
import os
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOMAIN = "oakdistrict.example"
DESK = f"help@{DOMAIN}"

CONFIGURATION = """
[district]
name = "Oak District"
address = "{desk}"
[database]
url = "{database}"
[smtp]
listen = "127.0.0.1:0"
[delivery]
smarthost = "{smarthost}"
{mailbox}
[[school]]
code = "oak"
name = "Oak Elementary"
[[person]]
name = "Tess Turner"
address = "tess.turner@oakdistrict.example"
schools = ["oak"]
[[person]]
name = "Ida Ivers"
address = "ida.ivers@oakdistrict.example"
role = "itf"
schools = ["oak"]
[[person]]
name = "Tom Tanner"
address = "tom.tanner@oakdistrict.example"
role = "technician"
level = 1
schools = ["oak"]
[[team]]
name = "Triage"
members = ["tom.tanner@oakdistrict.example"]
[[coverage]]
kind = "training"
school = "oak"
person = "ida.ivers@oakdistrict.example"
[[coverage]]
school = "oak"
level = 1
person = "tom.tanner@oakdistrict.example"
[[coverage]]
team = "Triage"
"""

MAILBOX = """
[[mailbox]]
name = "help"
host = "{host}"
port = {port}
tls = false
username = "{username}"
password = "{password}"
poll_seconds = 1
"""


@dataclass
class RunningDesk:
    """A `districtdesk serve` under test."""

    folder: Path
    process: subprocess.Popen[str]
    ready: str

    @property
    def smtp_port(self) -> int:
        return int(self.ready.partition("smtp ")[2].partition(",")[0].rpartition(":")[2])

    def send(self, raw: bytes, *rcpt_to: str, mail_from: str = "sender@elsewhere.example") -> tuple[int, bytes]:
        """Hand in one mail by SMTP; the reply to DATA."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=30) as client:
            client.ehlo("test")
            client.mail(mail_from)
            for address in rcpt_to or (DESK,):
                assert client.rcpt(address)[0] == 250
            return client.data(raw)

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        """Run a reading command beside the service and read its JSON Lines."""
        done = command(self.folder, *arguments, "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def wait_settled(self, count: int, patience: float = 60.0) -> list[dict[str, Any]]:
        """Wait until `count` mails are stored and none waits; the rows of `mail --json`."""
        end = time.monotonic() + patience
        while True:
            rows = self.json("mail")
            if len(rows) >= count and all(row["state"] != "received" for row in rows):
                return rows
            assert time.monotonic() < end, f"{len(rows)} of {count}: {[row['state'] for row in rows]}"
            time.sleep(0.2)

    def kill(self) -> None:
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


def command(folder: Path, *arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
    """Run `districtdesk …` in a folder, with a clean environment."""
    return subprocess.run(
        [sys.executable, "-m", "desk.cli", *arguments], cwd=folder, env=environment(), timeout=120, check=False,
        text=True, capture_output=True, input=stdin.decode() if stdin is not None else None,
    )  # fmt: skip


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DISTRICTDESK_")}
    root = str(Path(__file__).parents[2])
    return {**kept, "PYTHONPATH": root}


def configure(folder: Path, database: str, smarthost: str, imap: Any = None) -> Path:
    """Write the test district's configuration into a folder."""
    mailbox = ""
    if imap is not None:
        mailbox = MAILBOX.format(host=imap.host, port=imap.port, username=imap.username, password=imap.password)
    text = CONFIGURATION.format(desk=DESK, database=database, smarthost=smarthost, mailbox=mailbox)
    (folder / "districtdesk.toml").write_text(text, encoding="utf-8")
    return folder


@contextlib.contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[RunningDesk]:
    """A running `districtdesk serve`, ready; terminated at the end unless a test has killed it."""
    log = (folder / "serve.log").open("a", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "desk.cli", "serve", *arguments],
        cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=log, text=True,
    )  # fmt: skip
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    assert process.stdout is not None
    ready = process.stdout.readline().strip()
    watchdog.cancel()
    try:
        assert ready.startswith("ready"), (folder / "serve.log").read_text()
        yield RunningDesk(folder, process, ready)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        process.stdout.close()
        log.close()
