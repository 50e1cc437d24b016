"""Machines that answer each other stop after two, even when every header that says so is lost on the way."""

import re

from sqlalchemy import select

from models import Notice, open_store
from models.schema import upgrade
from notifier.compose import compose
from notifier.settings import DeliverySettings
from tests.desk.house import Stage
from tests.make import DESK, make_mail

OTHER = "support@elsewhere.example"
ROUNDS = 200
# What a careless gateway loses: everything by which a mail says that a machine wrote it, and the thread.
_LOST = re.compile(
    rb"(?im)^(auto-submitted|x-[a-z-]+|precedence|in-reply-to|references|message-id|reply-to|list-[a-z]+):"
    rb".*\r?\n([ \t].*\r?\n)*"
)


def outgoing(stage: Stage, address: str) -> list[bytes]:
    """What the desk would send to an address now, as it would send it; then it counts as sent."""
    with stage.store.writing() as session:
        rows = session.scalars(select(Notice).where(Notice.to_address == address, Notice.state == "queued")).all()
        for row in rows:
            row.state = "sent"
        return [bytes(compose(row, stage.desk, DeliverySettings(sender=stage.desk.address))) for row in rows]


def stripped(raw: bytes, number: int) -> bytes:
    head, gap, body = raw.partition(b"\r\n\r\n")
    return _LOST.sub(b"", head + b"\r\n") + b"Message-ID: <strip-%d@gateway.example>" % number + gap + body


def test_two_desks_that_answer_each_other_stop_after_two_mails_each(store, clock, tmp_path):
    other_store = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    upgrade(other_store)
    ours, theirs = Stage(store, clock.now), Stage(other_store, clock.now, address=OTHER)
    theirs.carry(make_mail(sender=DESK, to=OTHER, subject="hello", headers={}), OTHER)
    sent = {DESK: 0, OTHER: 0}
    for turn in range(ROUNDS):
        for here, there, to in ((theirs, ours, DESK), (ours, theirs, OTHER)):
            for number, raw in enumerate(outgoing(here, to)):
                sent[here.desk.address] += 1
                there.carry(stripped(raw, turn * 100 + number), to)
        clock.advance(seconds=5)
        ours.now = theirs.now = clock.now
    other_store.close()
    assert 1 <= sent[DESK] <= 2 and 1 <= sent[OTHER] <= 2, sent


def test_a_machine_that_answers_everything_with_a_new_ticket_gets_two_answers(store, clock):
    stage = Stage(store, clock.now)
    for number in range(ROUNDS):
        subject = f"[Case {number}] We have received your request ({number * 7})"
        stage.carry(make_mail(sender=OTHER, subject=subject, text=f"Thank you for writing. Your number is {number}."))
        clock.advance(seconds=10)
        stage.now = clock.now
    answers = stage.notices(to_address=OTHER, state="queued")
    assert len(answers) == 2
    assert all(n.reason for n in stage.notices(to_address=OTHER, state="silent"))
    assert len(stage.tickets()) == ROUNDS  # nothing a person might have written is lost


def test_a_rostered_account_that_answers_everything_gets_two_answers(store, clock):
    stage = Stage(store, clock.now)
    for number in range(30):
        raw = make_mail(subject=f"Re: [#{number + 900}] I am away", text=f"I am away until Monday ({number}).")
        stage.carry(raw)
    assert len(stage.notices(template="acknowledgement", state="queued")) == 2


def test_the_budget_is_by_the_hour(store, clock):
    stage = Stage(store, clock.now)
    for number in range(4):
        stage.carry(make_mail(sender="Pat <pat@elsewhere.example>", subject=f"[request] {number}", text=str(number)))
    clock.advance(minutes=61)
    stage.now = clock.now
    stage.carry(make_mail(sender="Pat <pat@elsewhere.example>", subject="[request] later"))
    assert len(stage.notices(template="acknowledgement", state="queued")) == 3
