"""Each promise is broken on purpose once, and the books show it; unbroken, the same trouble leaves them balanced."""

import contextlib
import shutil
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from models import InboundMail, Notice, Store, open_store
from tests.acceptance.desk_process import configure
from tests.crash.books import balance, wait_until_quiet
from tests.crash.power import power_disk
from tests.crash.siege import Senders, Siege
from tests.servers.smtp_sink import SmtpSink
from tests.waiting import until

Stack = contextlib.ExitStack


@pytest.fixture
def stack():
    with Stack() as opened:
        yield opened


def besieged(stack: Stack, folder: Path, mutant: str, *arguments: str) -> Siege:
    siege = Siege(folder, arguments, program=("tests.crash.mutant", mutant))
    stack.callback(siege.bury)
    return siege


def settle(stack: Stack, siege: Siege, senders: Senders, store: Store) -> None:
    """A last life without trouble, until all is accepted and done."""
    siege.arguments = ()
    siege.start()
    senders.end()
    senders.wait(60)
    wait_until_quiet(store, 60)
    siege.stop()


@pytest.mark.parametrize(
    "mutant, point, symptom",
    [
        ("answer-first", "mails-inserted", "lost"),
        ("no-duplicate-check", "mails-stored", "stored "),
        ("none", "mails-inserted", ""),
        ("none", "mails-stored", ""),
    ],
)
def test_deaths_around_the_commit(
    stack: Stack, tmp_path: Path, sqlite_template: Path, smtp_sink: SmtpSink, mutant: str, point: str, symptom: str
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "desk.db")
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    siege = besieged(stack, configure(tmp_path, url, smtp_sink.address), mutant)
    lives = []
    with Senders(siege, None, pause=0.05) as senders:
        for times in (1, 3):
            lives.append(len(smtp_sink.mails))
            siege.start(f"{point}:{times}")
            assert siege.wait_for_death(20)
            time.sleep(0.1)
        lives.append(len(smtp_sink.mails))
        store = open_store(url)
        stack.callback(store.close)
        settle(stack, siege, senders, store)
    wrong = balance(store, senders.accepted, "siege", smtp_sink, lives)
    assert any(line.startswith(symptom) for line in wrong) if symptom else wrong == [], wrong


@pytest.mark.parametrize("mutant, symptom", [("claim-without-lease", "went out twice in one life"), ("none", "")])
def test_two_senders_on_one_outbox(
    stack: Stack, tmp_path: Path, database_url: str, smtp_sink: SmtpSink, mutant: str, symptom: str
) -> None:
    folder = configure(tmp_path, database_url, smtp_sink.address)
    desk = besieged(stack, folder, "none", "--only", "smtp,worker")
    desk.start()
    with Senders(desk, 150) as senders:
        senders.wait(60)
    store = open_store(database_url)
    stack.callback(store.close)
    until(lambda: _count(store, InboundMail.state == "received") == 0)
    assert _count(store, Notice.state == "queued") >= 150
    desk.stop()
    both = [besieged(stack, folder, mutant, "--only", "sender") for _ in range(2)]
    starting = [threading.Thread(target=one.start) for one in both]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join(60)
    wait_until_quiet(store, 60)
    time.sleep(0.5)
    for one in both:
        one.stop()
    wrong = balance(store, senders.accepted, "siege", smtp_sink)
    assert any(line.startswith(symptom) for line in wrong) if symptom else wrong == [], wrong


@pytest.mark.parametrize("mutant", ["no-sync", "none"])
def test_power_cuts(stack: Stack, tmp_path: Path, sqlite_template: Path, smtp_sink: SmtpSink, mutant: str) -> None:
    disk = stack.enter_context(power_disk(tmp_path))
    shutil.copyfile(sqlite_template, disk.place / "desk.db")
    disk.back()  # so that the empty database itself has reached the disk
    url = f"sqlite:///{disk.place / 'desk.db'}"
    siege = besieged(stack, configure(tmp_path, url, smtp_sink.address), mutant, "--only", "smtp")
    with Senders(siege, None, pause=0.02) as senders:
        for _ in range(3):
            before = len(senders.accepted)
            siege.start()
            until(lambda before=before: len(senders.accepted) > before + 20)
            disk.cut()
            siege.kill()
            disk.back()
        senders.end()
        wrong = _after_power_cuts(stack, siege, senders, url, smtp_sink)
    assert wrong if mutant == "no-sync" else wrong == [], wrong


def _after_power_cuts(stack: Stack, siege: Siege, senders: Senders, url: str, sink: SmtpSink) -> list[str]:
    """What does not balance; a database that can no longer be read does not either."""
    store = open_store(url)
    stack.callback(store.close)
    try:
        settle(stack, siege, senders, store)
        return balance(store, senders.accepted, "siege", sink)
    except (DatabaseError, AssertionError) as error:
        return [f"the database is broken: {type(error).__name__}"]


@pytest.mark.parametrize("weak", [False, True])
def test_a_store_that_does_not_wait_for_the_disk_is_seen(store: Store, weak: bool) -> None:
    """What every connection is set to, as the database itself tells it."""
    with store.engine.connect() as connection:
        if store.is_sqlite:
            if weak:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA synchronous=OFF")
            durable = connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        else:
            if weak:
                connection.exec_driver_sql("SET synchronous_commit = off")
            durable = connection.exec_driver_sql("SHOW synchronous_commit").scalar() != "off"
        assert durable is not weak


def _count(store: Store, condition: object) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).where(condition)) or 0  # type: ignore[arg-type]
