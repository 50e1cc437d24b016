"""Several listeners, workers and senders over one PostgreSQL: every mail once, also when the database breaks off.

Ten real processes, `districtdesk serve --only …` each, share nothing but the database.
"""

import contextlib
import os
import threading
import time
from collections import Counter

import psycopg
import pytest
from sqlalchemy import make_url, select

from models import InboundMail, Notice, Ticket, open_store
from tests.acceptance.desk_process import command, configure, serving
from tests.make import make_mail

MAILS = int(os.environ.get("DISTRICTDESK_TEST_MANY_MAILS", "240"))


@pytest.fixture
def engine_name() -> str:
    return "postgresql"


@pytest.fixture
def desks(database_url, tmp_path, smtp_sink):
    """Two listeners, four workers, two senders."""
    configure(tmp_path, database_url, f"127.0.0.1:{smtp_sink.port}")
    assert command(tmp_path, "check").returncode in (0, 1)
    with contextlib.ExitStack() as stack:
        doors = [stack.enter_context(serving(tmp_path, "--only", "smtp")) for _ in range(2)]
        for _ in range(4):
            stack.enter_context(serving(tmp_path, "--only", "worker"))
        for _ in range(2):
            stack.enter_context(serving(tmp_path, "--only", "sender"))
        yield doors


def send(doors, mails: list[bytes], refused: list[int]) -> None:
    """Hand all of them in over both doors at once; who is put off comes again, as mail servers do."""
    waiting = list(enumerate(mails))
    lock = threading.Lock()

    def client(door) -> None:
        while True:
            with lock:
                if not waiting:
                    return
                number, raw = waiting.pop(0)
            try:
                code = door.send(raw)[0]
            except (OSError, AssertionError):
                code = 451
            if code != 250:
                with lock:
                    refused.append(number)
                    waiting.append((number, raw))
                time.sleep(0.1)

    threads = [threading.Thread(target=client, args=(door,)) for door in doors for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def settle(url: str, patience: float = 180.0) -> None:
    """Wait until no mail and no notice waits."""
    store, end = open_store(url), time.monotonic() + patience
    while True:
        with store.reading() as session:
            mails = Counter(session.scalars(select(InboundMail.state)))
            notices = Counter(session.scalars(select(Notice.state).where(Notice.template != "digest")))
        if mails.total() >= MAILS and not mails["received"] and not notices["queued"]:
            break
        assert time.monotonic() < end, (mails, notices)
        time.sleep(0.3)
    store.close()


def balance(url: str, sink, most_copies: int) -> None:
    """Each mail has one ticket and one acknowledgement; each notice that was due went out."""
    store = open_store(url)
    with store.reading() as session:
        assert Counter(session.scalars(select(InboundMail.state))) == {"ticketed": MAILS}
        tickets = list(session.scalars(select(Ticket.subject)))
        assert sorted(tickets) == sorted(f"The projector {n} stays dark" for n in range(MAILS))
        sent = set(session.scalars(select(Notice.message_id).where(Notice.state == "sent")))
        acknowledged = Counter(session.scalars(select(Notice.cause).where(Notice.template == "acknowledgement")))
    store.close()
    assert len(acknowledged) == MAILS and set(acknowledged.values()) == {1}
    came = Counter(message["Message-ID"].strip("<>") for message in sink.messages)
    assert set(came) >= sent
    assert max(came.values()) <= most_copies


def mails() -> list[bytes]:
    return [
        make_mail(subject=f"The projector {n} stays dark", text=f"Hello,\n\nprojector {n} shows nothing.\n",
                  sender=f"Person {n} <person{n}@elsewhere.example>")
        for n in range(MAILS)
    ]  # fmt: skip


def test_many_processes_make_one_ticket_of_every_mail(desks, database_url, smtp_sink):
    refused: list[int] = []
    send(desks, mails(), refused)
    settle(database_url)
    balance(database_url, smtp_sink, most_copies=1)
    assert not refused


def test_nothing_is_lost_when_the_database_breaks_off_under_many_processes(desks, database_url, smtp_sink):
    """Every connection is cut at once, as by a restart, again and again while the mails come in."""
    url, stop = make_url(database_url).set(drivername="postgresql"), threading.Event()

    def cut() -> None:
        with psycopg.connect(url.set(database="postgres").render_as_string(hide_password=False), autocommit=True) as admin:
            for _ in range(6):
                if stop.wait(1.0):
                    return
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (url.database,)
                )

    cutter = threading.Thread(target=cut)
    cutter.start()
    send(desks, mails(), [])
    cutter.join()
    stop.set()
    settle(database_url)
    # A notice in a sender's hand when the line breaks may go twice, with the same Message-ID.
    balance(database_url, smtp_sink, most_copies=8)
