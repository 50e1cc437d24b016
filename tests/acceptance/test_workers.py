"""`serve --workers N`: worker processes that live and end with their service, and are started again when they die."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.acceptance.desk_process import command, configure, serving
from tests.make import make_mail
from tests.waiting import until

FAULT = "The projector in room {n} does not turn on at all, no light. Please help, it is broken."


@pytest.fixture
def folder(tmp_path, database_url, smtp_sink):
    return configure(tmp_path, database_url, smtp_sink.address)


def mail(n: int) -> bytes:
    return make_mail(sender=f"Person {n} <person{n}@elsewhere.example>", subject=f"projector {n}", text=FAULT.format(n=n))


def children(pid: int) -> list[int]:
    """The processes that this one has started and that still run."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")  # one for each thread that has started some
    found = [int(child) for one in lists for child in one.read_text().split()]
    return [child for child in found if not is_gone(child)]


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_worker_processes_make_tickets_and_end_with_their_service(folder, smtp_sink):
    with serving(folder, "--workers", "2") as desk:
        assert "workers 2" in desk.ready
        workers = children(desk.process.pid)
        assert len(workers) == 2
        for n in range(20):
            assert desk.send(mail(n))[0] == 250
        assert {row["state"] for row in desk.wait_settled(20)} == {"ticketed"}
        smtp_sink.wait_for(20, 20)
        desk.process.terminate()
        assert desk.process.wait(30) == 0
        assert all(is_gone(worker) for worker in workers)
    assert "ended" not in (folder / "serve.log").read_text()


def test_a_worker_that_dies_is_started_again_and_what_it_held_is_done(folder):
    with serving(folder, "--workers", "1") as desk:
        (first,) = children(desk.process.pid)
        for n in range(30):
            desk.send(mail(n))
            if n == 10:
                os.kill(first, signal.SIGKILL)
        # Its lease would run for two minutes.
        assert {row["state"] for row in desk.wait_settled(30, patience=60)} == {"ticketed"}
        assert children(desk.process.pid) not in ([], [first])
        assert "worker process 0 ended with signal SIGKILL" in (folder / "serve.log").read_text()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_workers_end_by_themselves_when_the_service_was_killed(folder):
    with serving(folder, "--workers", "2") as desk:
        workers = children(desk.process.pid)
        desk.kill()
        until(lambda: all(is_gone(worker) for worker in workers), 30)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_workers_that_die_again_and_again_end_the_service_with_a_sentence(folder):
    with serving(folder, "--only", "worker", "--workers", "1") as desk:
        killed: set[int] = set()
        end = time.monotonic() + 120
        while desk.process.poll() is None and time.monotonic() < end:
            for worker in children(desk.process.pid) if desk.process.poll() is None else []:
                killed.add(worker)
                os.kill(worker, signal.SIGKILL)
            time.sleep(0.02)
        assert desk.process.returncode == 75 and len(killed) == 10
    assert "worker processes died 10 times within 2 minutes" in (folder / "serve.log").read_text()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_workers_without_the_workers_part_make_no_sense(folder):
    done = command(folder, "serve", "--only", "smtp", "--workers", "2")
    assert done.returncode == 2 and "--workers" in done.stderr
