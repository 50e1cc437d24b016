"""Silence: one gentle reminder, then solved, then closed; every step with its because."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk.clock import keep_time
from notifier.compose import compose
from notifier.settings import DeliverySettings, Habits
from tests.desk.house import Stage
from tests.make import DESK, make_mail

TESS, TOM = "Tess Turner <tess.turner@oakdistrict.example>", "Tom Tanner <tom.tanner@oakdistrict.example>"


@pytest.fixture
def stage(store, clock) -> Stage:
    return Stage(store, clock.now)


def waiting(stage: Stage) -> int:
    """A ticket that Tom has set to waiting with a question."""
    number = stage.carry(make_mail(sender=TESS, subject="[fault] Projector")).ticket_number
    (assigned,) = stage.notices(number, template="assigned")
    stage.reply(assigned, "#waiting\n\nWhen is the room free?", sender=TOM)
    assert stage.ticket(number).status == "pending"
    return number


def pass_time(stage: Stage, days: float) -> None:
    """Let time go by as the worker sees it: every six hours."""
    for _ in range(round(days * 4)):
        stage.now += timedelta(hours=6)
        keep_time(stage.store, stage.desk, stage.now)


def told(stage: Stage, number: int, template: str) -> list:
    return [n for n in stage.notices(number, template=template) if n.to_address.startswith("tess")]


def test_after_three_days_of_waiting_the_requester_is_reminded_once(stage):
    number = waiting(stage)
    pass_time(stage, 3)
    assert told(stage, number, "reminder") == []
    pass_time(stage, 4.5)
    (reminder,) = told(stage, number, "reminder")
    text = compose(reminder, stage.desk, DeliverySettings(sender=DESK)).decode()
    assert "When is the room free?" in text
    (event,) = [event for event in stage.ticket(number).events if event.what == "reminder"]
    assert event.because == "it waits, and no word for 3 days" and event.who_id is None


def test_five_days_after_the_reminder_it_is_solved_in_friendly_words_and_a_week_later_closed(stage):
    number = waiting(stage)
    pass_time(stage, 8.75)
    ticket = stage.ticket(number)
    assert (ticket.status, ticket.events[-1].because) == ("resolved", "reminded, and no word for 5 days")
    (resolved,) = told(stage, number, "resolved")
    assert "We have not heard back" in compose(resolved, stage.desk, DeliverySettings(sender=DESK)).decode()
    pass_time(stage, 7.5)
    ticket = stage.ticket(number)
    assert (ticket.status, ticket.events[-1].because) == ("closed", "solved, and no word for 7 days")
    assert len(told(stage, number, "reminder")) == len(told(stage, number, "resolved")) == 1
    assert told(stage, number, "closed") == []


def test_a_technicians_new_question_begins_the_waiting_anew(stage):
    number = waiting(stage)
    pass_time(stage, 3.5)
    (assigned,) = stage.notices(number, template="assigned")
    stage.reply(assigned, "Or tomorrow at ten?", sender=TOM)
    pass_time(stage, 3.5)
    assert len(told(stage, number, "reminder")) == 2
    assert stage.ticket(number).status == "pending"


def test_a_note_for_colleagues_is_no_word_to_her(stage):
    number = waiting(stage)
    pass_time(stage, 3.5)
    (assigned,) = stage.notices(number, template="assigned")
    stage.reply(assigned, "#note\nShe is on a trip.", sender=TOM)
    pass_time(stage, 4)
    assert len(told(stage, number, "reminder")) == 1


@pytest.mark.parametrize(("words", "status", "workers"), [
    ("Still broken", "open", 1),
    ("It works, thanks!", "resolved", 0),
    ("The room is free at ten.", "open", 1),
])  # fmt: skip
def test_an_answer_to_the_reminder_ends_the_waiting(stage, words, status, workers):
    number = waiting(stage)
    pass_time(stage, 3.5)
    stage.reply(told(stage, number, "reminder")[0], words, sender=TESS)
    assert stage.ticket(number).status == status
    assert len(stage.notices(number, template="follow_up")) == workers
    pass_time(stage, 4)
    assert len(told(stage, number, "reminder")) == 1


def test_each_step_can_be_switched_off(stage):
    number = waiting(stage)
    stage.desk = replace(stage.desk, habits=Habits(remind_after_days=0, resolve_after_days=0, close_after_days=0))
    pass_time(stage, 30)
    assert stage.ticket(number).status == "pending" and told(stage, number, "reminder") == []


def test_other_lengths_hold_as_set(stage):
    number = waiting(stage)
    stage.desk = replace(stage.desk, habits=Habits(remind_after_days=1, resolve_after_days=1, close_after_days=1))
    pass_time(stage, 4)
    assert stage.ticket(number).status == "closed"
    assert stage.ticket(number).events[-1].because == "solved, and no word for a day"


def test_an_open_ticket_is_never_reminded_of(stage):
    number = stage.carry(make_mail(sender=TESS, subject="[fault] Projector")).ticket_number
    pass_time(stage, 20)
    assert told(stage, number, "reminder") == [] and stage.ticket(number).status == "new"
