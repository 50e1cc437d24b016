"""The worker: each mail once, and no mail stops the one behind it."""

import os
import subprocess
import threading
from datetime import timedelta

import pytest

from desk import worker as worker_module
from desk.ingest import release
from desk.recovery import release_dead_claims
from desk.worker import MAX_CLAIMS, Worker, claim
from models import InboundMail
from tests.desk.house import Stage
from tests.make import make_mail


@pytest.fixture
def stage(store, clock) -> Stage:
    return Stage(store, clock.now)


def test_the_oldest_are_claimed_first_and_by_one_worker_only(stage):
    ids = [stage.put(make_mail(text=str(n))) for n in range(5)]
    with stage.store.writing() as session:
        assert claim(session, "one", stage.now, 3) == ids[:3]
    with stage.store.writing() as session:
        assert claim(session, "two", stage.now, 3) == ids[3:]
        assert claim(session, "three", stage.now, 3) == []


def test_a_claim_of_a_worker_that_died_expires(stage):
    mail_id = stage.put(make_mail())
    with stage.store.writing() as session:
        claim(session, "dead", stage.now)
    stage.worker.work()
    assert stage.mail(mail_id).state == "received"
    stage.now += timedelta(minutes=6)
    stage.worker.work()
    assert stage.mail(mail_id).state == "ticketed"


def test_what_a_dead_process_of_this_machine_held_is_free_at_once(stage):
    ended = subprocess.Popen(["true"])
    ended.wait()
    ours, dead, far = (stage.put(make_mail(text=name)) for name in ("ours", "dead", "far"))
    with stage.store.writing() as session:
        for mail_id, name in ((ours, f"here:{os.getpid()}"), (dead, f"here:{ended.pid}"), (far, f"there:{ended.pid}")):
            row = session.get_one(InboundMail, mail_id)
            row.claimed_by, row.lease_until = name, stage.now + timedelta(minutes=2)
    with stage.store.writing() as session:
        assert release_dead_claims(session, "here") == 1
        assert claim(session, "new", stage.now) == [dead]


def test_a_mail_that_breaks_something_is_set_aside_with_its_bytes_and_the_next_goes_on(stage, monkeypatch):
    true_process = worker_module.process

    def process(session, inbound, house, now):
        true_process(session, inbound, house, now)
        if inbound.raw.endswith(b"poison\r\n"):
            raise ZeroDivisionError("words of a teacher")

    monkeypatch.setattr(worker_module, "process", process)
    poison = make_mail(text="poison\n")
    bad, good = stage.put(poison), stage.put(make_mail(text="fine"))
    while stage.worker.work():
        pass
    broken = stage.mail(bad)
    assert broken.state == "quarantined" and "ZeroDivisionError" in broken.reason
    assert "teacher" not in broken.reason
    assert stage.mail(good).state == "ticketed"
    assert len(stage.tickets()) == 1 and {n.cause for n in stage.notices()} == {
        f"mail:{good}"
    }  # nothing of the broken one
    with stage.store.reading() as session:
        assert session.get(InboundMail, bad).raw == poison

    monkeypatch.undo()

    class Opened:
        store = stage.store

    assert release(Opened, None) == [bad]  # type: ignore[arg-type]
    stage.worker.work()
    assert stage.mail(bad).state == "ticketed"


def test_a_mail_on_which_the_process_dies_every_time_is_given_up(stage):
    mail_id = stage.put(make_mail())
    for _ in range(MAX_CLAIMS):
        with stage.store.writing() as session:
            claim(session, "dead", stage.now)
        stage.now += timedelta(minutes=6)
    stage.worker.work()
    assert stage.mail(mail_id).state == "quarantined"


def test_several_workers_make_one_ticket_of_each_mail(stage):
    raws = [make_mail(text=f"mail {n}", subject=f"[fault] {n}") for n in range(40)]
    for raw in raws:
        stage.put(raw)
    stage.work_off(4, limit=3)
    subjects = [ticket.subject for ticket in stage.tickets()]
    assert sorted(subjects) == sorted(f"[fault] {n}" for n in range(40))


def test_copies_in_two_encodings_that_meet_are_one_ticket(stage):
    head = (
        b"From: Tess Turner <tess.turner@oakdistrict.example>\r\nTo: help@oakdistrict.example\r\nSubject: x\r\n"
        b"Message-ID: <one@mail.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    )
    first = stage.put(head + b"Content-Transfer-Encoding: 8bit\r\n\r\nsame words\r\n")
    second = stage.put(head + b"Content-Transfer-Encoding: base64\r\n\r\nc2FtZSB3b3Jkcw0K\r\n")
    assert first != second
    workers = [Worker(stage.store, stage.worker.house, f"w{n}", lambda: stage.now) for n in range(2)]
    threads = [threading.Thread(target=lambda one=one: [one.work(limit=1) for _ in range(6)]) for one in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while stage.worker.work():
        pass
    assert sorted([stage.mail(first).state, stage.mail(second).state]) == ["duplicate", "ticketed"]
    assert len(stage.tickets()) == 1


def test_what_is_solved_closes_after_a_quiet_week(stage):
    number = stage.carry(make_mail(subject="[fault] dark")).ticket_number
    told = stage.notices(number, template="assigned")[0]
    stage.reply(told, "#done", sender="Tom Tanner <tom.tanner@oakdistrict.example>")
    stage.worker.tidy()
    assert stage.ticket(number).status == "resolved"
    stage.now += timedelta(days=8)
    stage.worker.tidy()
    ticket = stage.ticket(number)
    assert ticket.status == "closed" and ticket.closed_at == stage.now
    assert len(stage.notices(number, template="closed")) == 0
