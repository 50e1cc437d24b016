"""The disk fills, the database goes and comes back: nothing half taken, and work resumes by itself."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import open_store
from models.schema import upgrade
from tests.acceptance.desk_process import configure
from tests.crash.books import balance, wait_until_quiet
from tests.crash.siege import Senders, Siege
from tests.servers.postgresql import DURABLE, Cluster, running_server
from tests.servers.smtp_sink import SmtpSink


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for the database, its write-ahead log, and some hundred mails."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=False)


def until(what, patience: float) -> float:
    begun = time.monotonic()
    while not what():
        assert time.monotonic() - begun < patience
        time.sleep(0.02)
    return time.monotonic() - begun


def test_a_full_disk_puts_mail_off_and_work_resumes_when_there_is_room(
    tmp_path: Path, small_disk: Path, sqlite_template: Path, smtp_sink: SmtpSink, request: pytest.FixtureRequest
) -> None:
    shutil.copyfile(sqlite_template, small_disk / "desk.db")
    url = f"sqlite:///{small_disk / 'desk.db'}"
    siege = Siege(configure(tmp_path, url, smtp_sink.address))
    request.addfinalizer(siege.bury)
    siege.start()
    with Senders(siege, None, pause=0.05) as senders:
        until(lambda: len(senders.accepted) > 10, 30)
        filler = small_disk / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)
        until(lambda: senders.put_off.get(b"452 4.3.1", 0) > 20, 30)
        taken = len(senders.accepted)
        filler.unlink()
        assert until(lambda: len(senders.accepted) > taken + 3, 10) < 5.0
        senders.end()
        senders.wait(60)
        assert set(senders.put_off) <= {b"452 4.3.1", b"451 4.3.0"}
    store = open_store(url)
    wait_until_quiet(store, 60)
    siege.stop()
    assert balance(store, senders.accepted, "siege", smtp_sink) == []
    assert siege.process is not None and siege.process.returncode == 0  # the same process, all the while
    store.close()


def test_a_database_that_goes_and_comes_back_loses_nothing(
    tmp_path: Path, smtp_sink: SmtpSink, request: pytest.FixtureRequest
) -> None:
    with running_server(DURABLE) as server:
        url = Cluster(server.url).fresh(upgrade).render_as_string(hide_password=False)
        siege = Siege(configure(tmp_path, url, smtp_sink.address))
        request.addfinalizer(siege.bury)
        siege.start()
        with Senders(siege, None, pause=0.05) as senders:
            for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGINT):
                taken = len(senders.accepted)
                until(lambda taken=taken: len(senders.accepted) > taken + 10, 30)
                server.stop(how)
                time.sleep(0.5)
                gone = len(senders.accepted)
                time.sleep(0.5)
                assert len(senders.accepted) == gone  # nothing is accepted that cannot be kept
                server.start()
                assert until(lambda gone=gone: len(senders.accepted) > gone + 3, 10) < 5.0
            senders.end()
            senders.wait(60)
        assert set(senders.put_off) == {b"451 4.3.0"}
        store = open_store(url)
        wait_until_quiet(store, 60)
        siege.stop()
        assert balance(store, senders.accepted, "siege", smtp_sink) == []
        assert siege.process is not None and siege.process.returncode == 0
        store.close()
