"""Writers of one process take turns; nobody is kept out by one who writes again and again."""

import threading
import time

from sqlalchemy import text

from models import Store
from models.store import KeptConnection
from models.turns import Turns


def test_whoever_asks_first_is_next_and_who_is_in_a_hurry_before_all():
    turns, order = Turns(10.0), []

    def ask(name: str, hurry: bool) -> None:
        with turns.turn(hurry):
            order.append(name)

    with turns.turn():
        threads = []
        for name, hurry in (("a", False), ("b", False), ("door", True), ("c", False)):
            threads.append(threading.Thread(target=ask, args=(name, hurry)))
            threads[-1].start()
            time.sleep(0.03)
    for thread in threads:
        thread.join(5)
    assert order == ["door", "a", "b", "c"]


def test_only_one_at_a_time():
    turns, inside, most = Turns(10.0), [0], [0]

    def write() -> None:
        for _ in range(200):
            with turns.turn():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0)
                inside[0] -= 1

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == [1] and inside == [0]


def test_patience_ends_and_the_turn_is_not_lost():
    turns = Turns(0.1)
    with turns.turn():
        begun = time.monotonic()

        def impatient() -> None:
            with turns.turn():
                pass

        thread = threading.Thread(target=impatient)
        thread.start()
        thread.join(5)
        assert not thread.is_alive() and time.monotonic() - begun >= 0.1
    with turns.turn():  # free again
        pass


def test_a_busy_writer_leaves_the_door_its_turn(store: Store):
    with store.writing() as session:
        session.execute(text("CREATE TABLE pile (n INTEGER)"))
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            with store.writing() as session:
                session.execute(text("INSERT INTO pile VALUES (1)"))
                time.sleep(0.02)

    worker = threading.Thread(target=work)
    worker.start()
    kept, waits = KeptConnection(store), []
    for _ in range(40):
        begun = time.monotonic()
        with kept.writing() as connection:
            connection.execute(text("INSERT INTO pile VALUES (2)"))
        waits.append(time.monotonic() - begun)
    stop.set()
    worker.join(10)
    kept.close()
    assert max(waits) < 1.0
