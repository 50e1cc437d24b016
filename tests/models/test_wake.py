"""Wake-ups: after the commit, once a transaction, in this process and in others; a line that breaks is renewed."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import make_url, text

from models import School, open_store
from models.schema import upgrade
from models.wake import LOOK_SECONDS, MAILS, NOTICES, SAFETY_SECONDS, ring
from tests.servers.postgresql import Cluster, running_server
from tests.waiting import until


@contextmanager
def listening(store, bells=(MAILS, NOTICES)) -> Iterator[None]:
    """The store's bells hear other processes."""
    stop = threading.Event()
    thread = threading.Thread(target=store.bells.listen, args=(stop, bells))
    thread.start()
    until(lambda: store.bells.is_listening, 20)
    for bell in (MAILS, NOTICES):
        store.bells.event(bell).clear()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive() and not store.bells.is_listening


@pytest.fixture
def other(database_url):
    """The same database, as another process has it open."""
    opened = open_store(database_url)
    yield opened
    opened.close()


def test_who_waits_here_is_woken_after_the_commit_and_not_before(store):
    woken = store.bells.event(MAILS)
    with store.writing() as session:
        ring(session, MAILS)
        session.flush()
        assert not woken.is_set()
    assert woken.is_set() and not store.bells.event(NOTICES).is_set()


def test_what_is_rolled_back_wakes_nobody(store):
    with pytest.raises(RuntimeError), store.writing() as session:
        ring(session, MAILS)
        raise RuntimeError
    assert not store.bells.event(MAILS).is_set()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_on_sqlite_there_is_nothing_to_listen_to_and_one_looks_every_second(store):
    store.bells.listen(threading.Event())
    assert store.bells.patience == LOOK_SECONDS


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_another_process_is_woken_by_the_commit(store, other):
    with listening(other):
        assert other.bells.patience == SAFETY_SECONDS
        with store.writing() as session:
            ring(session, NOTICES)
            session.add(School(code="oak", name="Oak"))
            session.flush()
            assert not other.bells.event(NOTICES).wait(0.3)
        assert other.bells.event(NOTICES).wait(10)
        assert not other.bells.event(MAILS).is_set()
    assert other.bells.patience == LOOK_SECONDS


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_a_transaction_tells_once_however_often_it_was_rung_and_rolled_back_never(store, database_url):
    with psycopg.connect(make_url(database_url).set(drivername="postgresql").render_as_string(False)) as line:
        line.autocommit = True
        line.execute("LISTEN districtdesk_mails")
        for _ in range(2):
            with store.writing() as session:
                for _ in range(3):
                    ring(session, MAILS)
        with pytest.raises(RuntimeError), store.writing() as session:
            ring(session, MAILS)
            session.flush()
            raise RuntimeError
        assert len(list(line.notifies(timeout=0.5))) == 2


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_a_process_is_not_woken_twice_by_its_own_ring(store):
    with listening(store):
        with store.writing() as session:
            ring(session, MAILS)
        assert store.bells.event(MAILS).is_set()
        store.bells.event(MAILS).clear()
        assert not store.bells.event(MAILS).wait(0.7)


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_who_listens_for_mails_alone_is_not_woken_by_notices(store, other):
    with listening(other, [MAILS]):
        with store.writing() as session:
            ring(session, NOTICES)
            ring(session, MAILS)
        assert other.bells.event(MAILS).wait(10)
        assert not other.bells.event(NOTICES).is_set()


def test_the_line_is_renewed_after_the_server_was_restarted_and_everybody_looks(caplog):
    caplog.set_level(logging.INFO)
    with running_server() as server:
        store = open_store(Cluster(server.url).fresh(upgrade).render_as_string(hide_password=False))
        with listening(store):
            server.stop()
            until(lambda: not store.bells.is_listening, 20)
            assert store.bells.patience == LOOK_SECONDS
            time.sleep(1.0)  # some tries in vain
            server.start()
            assert store.bells.event(NOTICES).wait(20)  # what was told in the meantime nobody heard
            until(lambda: store.bells.is_listening, 20)
            store.bells.event(NOTICES).clear()
            with store.engine.begin() as connection:
                connection.execute(text("NOTIFY districtdesk_notices"))
            assert store.bells.event(NOTICES).wait(10)
        store.close()
    said = [record.message for record in caplog.records if record.name == "models.wake"]
    assert len(said) == 2 and "broke" in said[0] and "back" in said[1]
