"""One commit for many mails: each has its own outcome, none waits without need, none is half kept."""

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from intake import group_commit
from intake.group_commit import GroupCommit, Outcome, Parcel, QueueFull
from intake.inbox import Arrival, accept_all
from models import Delivery, InboundMail, Store
from models.store import KeptConnection
from tests.make import make_mail

NOW = datetime(2026, 11, 9, 8, 30, tzinfo=UTC)
ARRIVAL = Arrival("smtp", ("help@oak.example",), "maria@oak.example", True)


class Shelf:
    """A store that counts its commits and can be held up or made to fail."""

    def __init__(self) -> None:
        self.commits: list[list[bytes]] = []
        self.go = threading.Event()
        self.go.set()
        self.entered = threading.Event()
        self.bad: dict[bytes, Exception] = {}
        self.calls = 0

    def store_all(self, parcels: Sequence[Parcel]) -> list[int]:
        self.calls += 1
        self.entered.set()
        assert self.go.wait(10)
        for raw, _ in parcels:
            if raw in self.bad:
                raise self.bad[raw]
        first = sum(map(len, self.commits)) + 1
        self.commits.append([raw for raw, _ in parcels])
        return list(range(first, first + len(parcels)))


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def drawer(shelf):
    opened = GroupCommit(shelf.store_all)
    yield opened
    shelf.go.set()
    opened.close()


def submit(drawer: GroupCommit, *raws: bytes) -> dict[bytes, list[Outcome]]:
    """Hand in one after the other; the lists fill when the outcomes come."""
    outcomes: dict[bytes, list[Outcome]] = {raw: [] for raw in raws}
    for raw in raws:
        drawer.submit(raw, ARRIVAL, outcomes[raw].append)
    return outcomes


def eventually(what) -> None:
    end = time.monotonic() + 10
    while not what():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_lone_mail_is_committed_at_once(drawer, shelf):
    begun = time.monotonic()
    assert drawer.deposit(b"one", ARRIVAL) == 1
    assert time.monotonic() - begun < 1.0
    assert shelf.commits == [[b"one"]]


def test_what_comes_while_a_commit_runs_shares_the_next_one_in_order(drawer, shelf):
    shelf.go.clear()
    first = submit(drawer, b"first")
    assert shelf.entered.wait(10)
    names = [b"%d" % number for number in range(20)]
    later = submit(drawer, *names)
    assert not any(later.values())
    shelf.go.set()
    eventually(lambda: all(later.values()))
    assert shelf.commits == [[b"first"], names]
    assert [first[b"first"], *(later[name] for name in names)] == [[number] for number in range(1, 22)]


def test_nobody_is_told_before_the_commit(drawer, shelf):
    shelf.go.clear()
    outcomes = submit(drawer, b"a")
    assert shelf.entered.wait(10)
    time.sleep(0.05)
    assert outcomes == {b"a": []}
    shelf.go.set()
    eventually(lambda: outcomes[b"a"] == [1])


def test_one_bad_mail_does_not_spoil_its_neighbours(drawer, shelf):
    shelf.bad[b"bad"] = ValueError("no")
    shelf.go.clear()
    submit(drawer, b"first")
    assert shelf.entered.wait(10)
    outcomes = submit(drawer, b"a", b"bad", b"b")
    shelf.go.set()
    eventually(lambda: all(outcomes.values()))
    assert isinstance(outcomes[b"bad"][0], ValueError)
    assert sorted(outcomes[b"a"] + outcomes[b"b"]) == [2, 3]


def test_a_store_that_is_gone_is_not_asked_for_each_mail(drawer, shelf):
    names = [b"%d" % number for number in range(30)]
    shelf.bad = dict.fromkeys(names, OSError(28, "No space left on device"))
    shelf.go.clear()
    submit(drawer, b"first")
    assert shelf.entered.wait(10)
    outcomes = submit(drawer, *names)
    shelf.go.set()
    eventually(lambda: all(outcomes.values()))
    assert all(isinstance(outcome, OSError) for [outcome] in outcomes.values())
    assert shelf.calls <= 4


def test_beyond_a_bound_mail_is_turned_away_and_then_taken_again(drawer, shelf, monkeypatch):
    monkeypatch.setattr(group_commit, "QUEUE_MAILS", 3)
    shelf.go.clear()
    submit(drawer, b"first")
    assert shelf.entered.wait(10)
    submit(drawer, b"a", b"b", b"c")
    assert drawer.is_full
    with pytest.raises(QueueFull):
        submit(drawer, b"d")
    shelf.go.set()
    eventually(lambda: not drawer.is_full)
    assert drawer.deposit(b"e", ARRIVAL) == 5


def test_closing_finishes_what_was_taken(shelf):
    drawer = GroupCommit(shelf.store_all)
    shelf.go.clear()
    outcomes = submit(drawer, b"a", b"b")
    threading.Timer(0.1, shelf.go.set).start()
    drawer.close()
    assert all(isinstance(outcome, int) for [outcome] in outcomes.values())
    with pytest.raises(QueueFull):
        submit(drawer, b"c")


def stored(store: Store) -> GroupCommit:
    kept = KeptConnection(store)

    def store_all(parcels: Sequence[Parcel]) -> list[int]:
        with kept.writing() as connection:
            return accept_all(connection, parcels, NOW)

    return GroupCommit(store_all)


def test_many_senders_at_once_on_a_real_database(store: Store):
    drawer = stored(store)
    mails = [make_mail(subject=f"request {number}") for number in range(60)]
    ids: dict[int, list[int]] = {number: [] for number in range(60)}

    def send(numbers: range) -> None:
        for number in numbers:
            ids[number].append(drawer.deposit(mails[number], ARRIVAL))

    # Each mail by three senders: a relay that is nervous.
    threads = [threading.Thread(target=send, args=(range(start, 60, 4),)) for start in range(4) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drawer.close()
    assert all(len(set(numbers)) == 1 and len(numbers) == 3 for numbers in ids.values())
    with store.reading() as session:
        rows = {row.id: row.raw for row in session.execute(select(InboundMail.id, InboundMail.raw))}
        assert session.scalar(select(func.count()).select_from(Delivery)) == 60
    assert {number: rows[numbers[0]] for number, numbers in ids.items()} == dict(enumerate(mails))
    assert len(rows) == 60


def test_in_one_commit_the_same_mail_is_one_row_with_all_its_deliveries(store: Store):
    twice = make_mail(subject="twice")
    known = make_mail(subject="known")
    elsewhere = Arrival("smtp", ("network@oak.example",), "maria@oak.example", True)
    with store.engine.begin() as connection:
        [before] = accept_all(connection, [(known, ARRIVAL)], NOW)
    with store.engine.begin() as connection:
        ids = accept_all(
            connection,
            [(twice, ARRIVAL), (known, elsewhere), (twice, elsewhere), (make_mail(subject="other"), ARRIVAL), (twice, ARRIVAL)],
            NOW,
        )
    assert ids[1] == before and ids[0] == ids[2] == ids[4] and len(set(ids)) == 3
    with store.reading() as session:
        places = session.execute(select(Delivery.inbound_id, Delivery.rcpt_to).order_by(Delivery.id)).all()
        assert session.scalar(select(func.count()).select_from(InboundMail)) == 3
    assert sorted(map(tuple, places)) == sorted(
        [(before, "help@oak.example"), (before, "network@oak.example"), (ids[0], "help@oak.example"),
         (ids[0], "network@oak.example"), (ids[3], "help@oak.example")]
    )  # fmt: skip


def test_a_mail_that_the_database_refuses_fails_alone(store: Store, monkeypatch):
    """Two mails in one commit, one with an address no column takes."""
    drawer = stored(store)
    bad = Arrival("smtp", ("help@oak.example",), "no\ud800body@oak.example")
    outcomes = drawer.deposit_all([(make_mail(subject="a"), ARRIVAL), (make_mail(subject="b"), bad), (make_mail(subject="c"), ARRIVAL)])
    drawer.close()
    assert [isinstance(outcome, int) for outcome in outcomes] == [True, False, True]
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(InboundMail)) == 2
