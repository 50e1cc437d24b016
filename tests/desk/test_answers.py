"""The words we offer are the words we read, and nothing more is read into them."""

import pytest

from desk.answers import BROKEN, LANGUAGES, WORKS, read_answer, read_outcome
from models.words import KINDS
from notifier.wording import vocabulary
from tests.desk.house import Stage
from tests.make import make_mail

TESS, TOM = "Tess Turner <tess.turner@oakdistrict.example>", "Tom Tanner <tom.tanner@oakdistrict.example>"
OFFERED = {"works": WORKS, "settled": WORKS, "broken": BROKEN, "unsettled": BROKEN}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_offered_answer_is_read_back(language, kind):
    words = vocabulary(language)["answers"][kind]
    for text in (words, f"{words}.", words.upper(), f"\n {words}\n"):
        assert read_answer(text) == kind


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("key", "outcome"), OFFERED.items())
def test_every_offered_outcome_is_read_back(language, key, outcome):
    words = vocabulary(language)["answers"][key]
    for text in (words, f"{words}.", words.upper(), f"\n {words}\n", f"{words}!! 👍"):
        assert read_outcome(text) == outcome
        assert read_answer(text) is None


@pytest.mark.parametrize(("text", "outcome"), [
    ("It’s working now!", WORKS), ("Works now, thank you so much!!", WORKS), ("all good", WORKS), ("Ya funciona, muchas gracias", WORKS),
    ("Thanks, it works", WORKS), ("Problem solved.", WORKS), ("It still doesn't work", BROKEN), ("Same problem :(", BROKEN),
    ("Sigue igual", BROKEN), ("not yet", BROKEN),
    # whole sentences with more in them are for a person to read
    ("It works, but the sound is gone", None), ("It works now?", None), ("It works in room 4 only", None), ("Does it work?", None),
    ("It does not work, thanks", None), ("works never", None), ("When will it work", None), ("Fixed the other one, this is broken", None),
    ("no", None), ("yes", None), ("thanks", None), ("", None), ("works " * 60, None), ("#done", None),
])  # fmt: skip
def test_outcomes_typed_by_hand(text, outcome):
    assert read_outcome(text) == outcome


@pytest.mark.parametrize("text", ["", "Something is broken in room 4", "no", "x" * 5000])
def test_anything_else_is_no_answer(text):
    assert read_answer(text) is None


@pytest.fixture
def stage(store, clock) -> Stage:
    return Stage(store, clock.now)


def resolved(stage: Stage, kind: str = "fault") -> tuple[int, object]:
    number = stage.carry(make_mail(sender=TESS, subject=f"[{kind}] Projector")).ticket_number
    (assigned,) = stage.notices(number, template="assigned")
    who = {"tom.tanner@oakdistrict.example": TOM}.get(assigned.to_address, "Ida Ivers <ida.ivers@oakdistrict.example>")
    stage.reply(assigned, "#done\n\nNew lamp.", sender=who)
    (notice,) = stage.notices(number, template="resolved")
    return number, notice


def said(stage: Stage, number: int) -> list[tuple[str, str | None]]:
    return [(n.template, n.state) for n in stage.notices(number)]


def test_it_works_leaves_a_solved_ticket_in_peace(stage):
    number, notice = resolved(stage)
    before = said(stage, number)
    stage.reply(notice, "It works, thanks", sender=TESS)
    ticket = stage.ticket(number)
    assert (ticket.status, ticket.events[-1].because) == ("resolved", "the requester says that it works")
    assert ticket.entries[-1].text == "It works, thanks"
    assert said(stage, number) == before


def test_still_broken_opens_it_again_and_tells_who_has_it(stage):
    number, notice = resolved(stage)
    stage.reply(notice, "Still broken", sender=TESS)
    assert stage.ticket(number).status == "open"
    (told,) = stage.notices(number, template="reopened")
    assert told.to_address == "tom.tanner@oakdistrict.example"


def test_it_works_on_an_open_ticket_solves_it_and_calls_off_who_is_on_the_way(stage):
    number = stage.carry(make_mail(sender=TESS, subject="[fault] Projector")).ticket_number
    (acknowledged,) = stage.notices(number, template="acknowledgement")
    stage.reply(acknowledged, "It works now, thank you!", sender=TESS)
    assert stage.ticket(number).status == "resolved"
    assert [n.to_address for n in stage.notices(number, template="follow_up")] == ["tom.tanner@oakdistrict.example"]
    assert stage.notices(number, template="resolved") == []


def test_a_colleagues_it_works_solves_nothing_of_hers(stage):
    number = stage.carry(make_mail(sender=TESS, subject="[fault] Projector")).ticket_number
    (acknowledged,) = stage.notices(number, template="acknowledgement")
    stage.reply(acknowledged, "It works", sender="Emil Eriksen <emil.eriksen@oakdistrict.example>")
    assert stage.ticket(number).status == "new"


def test_it_works_on_a_closed_ticket_opens_no_new_one(stage):
    number, notice = resolved(stage)
    with stage.store.writing() as session:
        session.get_one(type(stage.ticket(number)), number).status = "closed"
    stage.reply(notice, "It works now", sender=TESS)
    stage.reply(notice, "Still broken", sender=TESS)
    assert [ticket.follow_up_of for ticket in stage.tickets()] == [None, number]


@pytest.mark.parametrize(("kind", "words"), [("fault", ("It works, thanks", "Still broken")), ("training", ("All set, thanks", "I still need help"))])
def test_a_solved_ticket_offers_the_answers_that_fit_it(stage, kind, words):
    from notifier.compose import compose
    from notifier.settings import DeliverySettings

    _, notice = resolved(stage, kind)
    text = compose(notice, stage.desk, DeliverySettings(sender="help@oakdistrict.example")).decode()
    for one in words:
        assert f"=E2=80=A2 {one}" in text
