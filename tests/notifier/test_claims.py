"""Claims: one worker a notice, leases that expire, settling that counts only for the holder."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models import Notice, Store
from notifier.claims import (
    _is_due,
    back_off,
    claim_due,
    delay_after,
    give_back,
    is_any_due,
    settle_failed,
    settle_sent,
)  # fmt: skip
from tests.notifier.scene import NOW, Scene, later, make_scene


def _queue(scene: Scene, count: int) -> list[int]:
    return [scene.queue("tess", "closed", cause=f"mail:{number}").id for number in range(count)]


def test_the_oldest_due_come_first_and_no_more_than_asked(scene: Scene) -> None:
    ids = _queue(scene, 4)
    scene.session.get_one(Notice, ids[0]).due_at = later(seconds=1)
    assert [n.id for n in claim_due(scene.session, "a", later(seconds=5), 3)] == [ids[1], ids[2], ids[3]]
    assert [n.id for n in claim_due(scene.session, "b", later(seconds=5), 3)] == [ids[0]]


def test_claims_find_their_rows_by_the_index_of_waiting_ones(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by what it has counted, and has counted nothing here")
    plan = session.execute(
        text("EXPLAIN QUERY PLAN " + str(select(Notice.id).where(*_is_due(NOW)).order_by(Notice.due_at).limit(5))),
        {"due_at_1": NOW.isoformat(), "lease_until_1": NOW.isoformat(), "param_1": 5},
    )
    assert "ix_notice_due" in str(plan.all())


def test_an_idle_sender_only_looks(scene: Scene) -> None:
    assert not is_any_due(scene.session, NOW)
    _queue(scene, 1)
    assert not is_any_due(scene.session, NOW - timedelta(seconds=1))
    assert is_any_due(scene.session, NOW)
    claim_due(scene.session, "a", NOW, 1)
    assert not is_any_due(scene.session, NOW)


def test_what_is_not_due_or_not_queued_is_left(scene: Scene) -> None:
    early, sent = _queue(scene, 2)
    scene.session.get_one(Notice, early).due_at = later(minutes=1)
    scene.session.get_one(Notice, sent).state = "silent"
    assert claim_due(scene.session, "a", NOW, 10) == []


def test_a_claim_expires_and_then_belongs_to_the_next(scene: Scene) -> None:
    (only,) = _queue(scene, 1)
    claim_due(scene.session, "a", NOW, 1)
    assert claim_due(scene.session, "b", later(minutes=4), 1) == []
    assert [n.id for n in claim_due(scene.session, "b", later(minutes=5), 1)] == [only]
    assert not settle_sent(scene.session, only, "a", later(minutes=5))
    assert settle_sent(scene.session, only, "b", later(minutes=5))


def test_a_settled_notice_is_never_claimed_again(scene: Scene) -> None:
    sent, failed = _queue(scene, 2)
    claim_due(scene.session, "a", NOW, 2)
    settle_sent(scene.session, sent, "a", NOW)
    settle_failed(scene.session, failed, "a", "the mail server answered 550")
    assert claim_due(scene.session, "a", later(days=9), 10) == []
    row = _row(scene.session, failed)
    assert (row.state, row.reason) == ("failed", "the mail server answered 550")
    assert _row(scene.session, sent).sent_at == NOW


def test_backing_off_counts_and_waits_longer_each_time(scene: Scene) -> None:
    (only,) = _queue(scene, 1)
    waits, now = [], NOW
    for _ in range(8):
        claim_due(scene.session, "a", now, 1)
        assert back_off(scene.session, only, "a", "451", now)
        due = _row(scene.session, only).due_at
        waits.append((due - now).total_seconds() / 60)
        now = due
    assert [round(wait / waits[0]) for wait in waits] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert 1 <= waits[0] < 1.2
    assert _row(scene.session, only).attempts == 8


def test_giving_back_counts_no_attempt(scene: Scene) -> None:
    ids = _queue(scene, 2)
    claim_due(scene.session, "a", NOW, 2)
    assert give_back(scene.session, ids, "a", later(minutes=1))
    assert claim_due(scene.session, "b", NOW, 2) == []
    assert [n.attempts for n in claim_due(scene.session, "b", later(minutes=1), 2)] == [0, 0]


def test_delays_are_spread_so_that_not_all_return_at_once() -> None:
    delays = {delay_after(1, seed) for seed in range(1, 50)}
    assert len(delays) > 30
    assert delay_after(1, 7) == delay_after(1, 7)


def test_workers_that_claim_at_once_never_share_a_notice(store: Store) -> None:
    with store.writing() as session:
        _queue(make_scene(session), 30)
    start, taken = threading.Barrier(4), []

    def work(worker: str) -> None:
        start.wait(10)
        for _ in range(4):
            with store.writing() as session:
                taken.extend(n.id for n in claim_due(session, worker, NOW, 5))

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(taken) == len(set(taken)) == 30


def _row(session: Session, notice_id: int) -> Notice:
    session.expire_all()
    return session.get_one(Notice, notice_id)
