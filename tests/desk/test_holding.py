"""A mail that was not proved: held, asked about once, released once by its author's word, or let go."""

import threading
from datetime import timedelta

import pytest

from desk.hold_answer import read_word
from desk.holding import lapse
from desk.proof import AuthSettings
from desk.worker import Worker
from models import Hold, InboundMail
from models.address import hold_address, read_claim, read_hold
from notifier.compose import compose
from notifier.settings import DeliverySettings
from tests.desk.house import KEY, Stage
from tests.make import DESK, make_mail
from tests.notifier.scene import text_of

TESS = "Tess Turner <tess.turner@oakdistrict.example>"
TOM = "Tom Tanner <tom.tanner@oakdistrict.example>"
LENA = "Lena Lund <lena.lund@oakdistrict.example>"
STRANGER = "Pat Parent <pat@elsewhere.example>"


@pytest.fixture
def stage(store, clock) -> Stage:
    return Stage(store, clock.now)


def opened(stage: Stage):
    ticket = stage.ticket(stage.carry(make_mail(subject="[fault] dark")).ticket_number)
    (mine,) = stage.notices(ticket.number, template="assigned")
    return ticket, mine


def held(stage: Stage, ticket, text: str = "#done", **more):
    """A mail in Tom's name without his signed address, and the question it made us ask."""
    raw = make_mail(sender=TOM, subject=f"Re: [#{ticket.number}] dark", text=text, **more)
    inbound = stage.carry(raw)
    assert inbound.state == "held", inbound.reason
    return inbound, stage.notices(cause=f"mail:{inbound.id}", template="held")


def says(stage: Stage, asked, text: str, sender: str = TOM, **more):
    return stage.reply(asked, text, sender=sender, **more)


def whats(stage: Stage, number: int) -> list[str]:
    return [event.what for event in stage.ticket(number).events]


def test_one_yes_releases_a_held_mail_and_it_is_carried_out_once(stage):
    ticket, _ = opened(stage)
    inbound, (asked,) = held(stage, ticket, "The lamp is new.\n\n#done")
    assert stage.ticket(ticket.number).status == "new" and len(stage.ticket(ticket.number).entries) == 1
    for attempt in range(2):
        answer = says(stage, asked, "Yes")
        assert (answer.state, answer.ticket_number) == ("screened", ticket.number)
        now = stage.ticket(ticket.number)
        assert now.status == "resolved" and [entry.text for entry in now.entries][1:] == ["The lamp is new."], attempt
    assert stage.mail(inbound.id).state == "ticketed"
    events = {event.what: event for event in now.events}
    assert "confirmed it by m" in events["released"].because and events["proved"].who_id == stage.district["tom"].id
    assert len(stage.notices(ticket.number, template="resolved")) == 1
    (again,) = stage.notices(ticket.number, template="released")
    assert again.context["facts"] == {"outcome": "released"}


def test_words_alone_are_released_too_and_that_is_said_in_one_mail(stage):
    ticket, _ = opened(stage)
    _inbound, (asked,) = held(stage, ticket, "I am on my way.")
    answer = says(stage, asked, "#release")
    assert [n.template for n in stage.notices(cause=f"mail:{answer.id}")] == ["released"]
    (reply,) = stage.notices(ticket.number, template="reply")
    assert reply.context["entry"]["text"] == "I am on my way."


def test_a_held_new_mail_opens_its_ticket_when_released(stage):
    inbound = stage.carry(make_mail(sender=TOM, subject="[fault] bulb in 12", text="New bulb.\n\n#category printing"))
    assert inbound.state == "held" and not stage.tickets()
    (asked,) = stage.notices(template="held")
    assert asked.ticket_number is None
    answer = says(stage, asked, "yes, it was me")
    (ticket,) = stage.tickets()
    assert stage.mail(inbound.id).ticket_number == ticket.number
    assert answer.state == "screened" and ticket.subject == "[fault] bulb in 12"


def test_no_ends_it_for_good(stage):
    ticket, _ = opened(stage)
    inbound, (asked,) = held(stage, ticket)
    says(stage, asked, "No, that was not me!")
    says(stage, asked, "Yes")
    assert stage.ticket(ticket.number).status == "new" and stage.mail(inbound.id).state == "held"
    assert "refused: its supposed author says it was somebody else" in stage.mail(inbound.id).reason
    assert [n.context["facts"]["outcome"] for n in stage.notices(ticket.number, template="released")] == ["refused"] * 2
    assert whats(stage, ticket.number).count("refused") == 1


@pytest.mark.parametrize("text", ["What is this?", "Yes and no.", "Yes?? I never wrote that", "I'm out until Monday.", "Could you say yes for me", "Yes\n\nno wait, that wasn't me"])
def test_words_that_are_neither_release_nothing_and_reach_nobody_else(stage, text):
    ticket, _ = opened(stage)
    _inbound, (asked,) = held(stage, ticket)
    says(stage, asked, text)
    assert stage.ticket(ticket.number).status == "new" and len(stage.ticket(ticket.number).entries) == 1
    (told,) = stage.notices(ticket.number, template="released")
    assert told.to_address == "tom.tanner@oakdistrict.example" and told.context["facts"] == {"outcome": "unclear"}
    says(stage, asked, "Yes.")
    assert stage.ticket(ticket.number).status == "resolved"


def test_commands_written_again_to_the_question_are_judged_as_any_reply(stage):
    ticket, _ = opened(stage)
    inbound, (asked,) = held(stage, ticket, "#done")
    says(stage, asked, "#category printing")  # the question's own Message-ID carries Tom's token
    now = stage.ticket(ticket.number)
    assert (now.category, now.status, stage.mail(inbound.id).state) == ("printing", "new", "held")


@pytest.mark.parametrize("how", ["the hour", "the clock"])
def test_an_hour_lapses_it(stage, how):
    ticket, _ = opened(stage)
    inbound, (asked,) = held(stage, ticket)
    stage.now += timedelta(minutes=61)
    if how == "the clock":
        with stage.store.writing() as session:
            assert lapse(session, stage.desk, stage.now) == 1
        assert whats(stage, ticket.number)[-1] == "lapsed"
    says(stage, asked, "Yes")
    assert stage.ticket(ticket.number).status == "new"
    assert stage.mail(inbound.id).state == "held" and "nobody confirmed it within an hour" in stage.mail(inbound.id).reason
    assert whats(stage, ticket.number).count("lapsed") == 1
    (told,) = stage.notices(ticket.number, template="released")
    assert told.context["facts"] == {"outcome": "lapsed"}


def test_the_clock_leaves_what_is_younger(stage):
    ticket, _ = opened(stage)
    _, (asked,) = held(stage, ticket)
    stage.now += timedelta(minutes=59)
    stage.worker.tidy()
    says(stage, asked, "Yes")
    assert stage.ticket(ticket.number).status == "resolved"


def test_one_question_in_ten_minutes_whatever_comes(stage):
    ticket, _ = opened(stage)
    _first, asked = held(stage, ticket)
    assert len(asked) == 1
    for minute in range(1, 10):
        stage.now += timedelta(minutes=1)
        _, none = held(stage, ticket, f"#done\n#priority high\n\n{minute}")
        assert none == []
    assert "not asked again" in whats_because(stage, ticket.number, "held")[-1]
    stage.now += timedelta(minutes=1)
    assert len(held(stage, ticket, "#mine")[1]) == 1
    other = stage.ticket(stage.carry(make_mail(subject="[fault] another")).ticket_number)
    assert len(held(stage, other)[1]) == 1  # another ticket is another question


def whats_because(stage: Stage, number: int, what: str) -> list[str]:
    return [event.because for event in stage.ticket(number).events if event.what == what]


@pytest.mark.parametrize("who", ["another technician", "a stranger", "the requester", "a forged From", "a guessed address", "two authors"])
def test_only_the_asked_person_can_release(stage, who):
    ticket, _ = opened(stage)
    inbound, (asked,) = held(stage, ticket)
    raw = stage.answer(asked, "Yes", sender={"another technician": LENA, "a stranger": STRANGER, "the requester": TESS}.get(who, TOM))
    to = asked.reply_to
    if who == "a forged From":  # From is right, and the address was only guessed
        to = hold_address(DESK, inbound.id, stage.district["tom"].id, b"a guess")
    if who == "a guessed address":
        to = asked.reply_to.replace(f"+h{inbound.id}.", f"+h{inbound.id + 1}.")
    if who == "two authors":
        raw = raw.replace(b"From: Tom", b"From: eve@evil.example, Tom")
    if to != asked.reply_to:  # whoever guesses has seen none of our mails
        raw = make_mail(sender=TOM, to=to, subject=asked.subject, text="Yes")
    answer = stage.carry(raw, to)
    assert stage.ticket(ticket.number).status == "new" and stage.mail(inbound.id).state == "held"
    assert answer.id != inbound.id


def test_a_release_that_the_mail_server_calls_forged_is_none(store, clock):
    stage = Stage(store, clock.now, auth=AuthSettings("mx.oak.example"))
    ticket = stage.ticket(stage.carry(make_mail(subject="[fault] dark"), door="imap").ticket_number)
    inbound = stage.carry(make_mail(sender=TOM, subject=f"Re: [#{ticket.number}] dark", text="#done"), door="imap")
    (asked,) = stage.notices(ticket.number, template="held")
    fail = b"Authentication-Results: mx.oak.example; dmarc=fail header.from=oakdistrict.example\r\n"
    stage.carry(fail + stage.answer(asked, "Yes", sender=TOM), asked.reply_to, door="imap")
    assert stage.mail(inbound.id).state == "held"
    stage.carry(stage.answer(asked, "Yes!", sender=TOM), asked.reply_to, door="imap")  # nothing said: his address proves it
    assert stage.ticket(ticket.number).status == "resolved"


def test_who_leaves_before_he_answers_releases_nothing(stage):
    ticket, _ = opened(stage)
    inbound, (asked,) = held(stage, ticket)
    with stage.store.writing() as session:
        person = session.merge(stage.district["tom"])
        person.active = person.rostered = False
    says(stage, asked, "Yes")
    assert stage.ticket(ticket.number).status == "new" and stage.mail(inbound.id).state == "held"


def test_two_workers_that_read_two_answers_at_once_carry_it_out_once(stage):
    ticket, _ = opened(stage)
    inbound, (asked,) = held(stage, ticket, "The lamp is new.\n\n#done")
    for text in ("Yes", "yes, it was me"):
        stage.put(stage.answer(asked, text, sender=TOM), asked.reply_to)
    workers = [Worker(stage.store, stage.worker.house, f"w{number}", lambda: stage.now) for number in range(2)]
    threads = [threading.Thread(target=worker.work, args=(1,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while stage.worker.work():
        pass
    assert len(stage.ticket(ticket.number).entries) == 2 and stage.mail(inbound.id).state == "ticketed"
    assert whats(stage, ticket.number).count("released") == whats(stage, ticket.number).count("proved") == 1
    with stage.store.reading() as session:
        assert session.query(InboundMail).filter_by(state="quarantined").count() == 0


def test_a_question_that_cannot_go_out_is_named_in_the_history(stage):
    ticket, _ = opened(stage)
    with stage.store.writing() as session:
        (address,) = session.merge(stage.district["tom"]).addresses
        address.address = "noreply@oakdistrict.example"
    raw = make_mail(sender="noreply@oakdistrict.example", subject=f"Re: [#{ticket.number}] dark", text="#done")
    stage.carry(raw)
    assert "the question was not sent: the address belongs to a machine" in whats_because(stage, ticket.number, "held")[0]


@pytest.mark.parametrize("automatic", [{"Auto-Submitted": "auto-replied"}, {"X-Autoreply": "yes", "Precedence": "bulk"}])
def test_an_automatic_answer_releases_nothing_and_makes_no_mail(stage, automatic):
    ticket, _ = opened(stage)
    inbound, (asked,) = held(stage, ticket)
    before = len(stage.notices())
    says(stage, asked, "Yes", headers=automatic)
    assert stage.mail(inbound.id).state == "held" and len(stage.notices()) == before


def test_a_machine_that_answers_every_question_without_a_mark_is_soon_told_nothing(stage):
    ticket, _ = opened(stage)
    _, (asked,) = held(stage, ticket)
    for number in range(60):
        told = stage.notices(template="released")
        says(stage, told[-1] if told else asked, f"I am away, number {number}.")
    assert len([n for n in stage.notices(to_address="tom.tanner@oakdistrict.example") if n.state == "queued"]) < 30


def test_the_question_says_what_would_be_done_and_answers_by_one_tap(stage):
    ticket, _ = opened(stage)
    inbound, (asked,) = held(stage, ticket, "Your code is 482913, see https://evil.example/x\n\n#assign lena\n#done")
    mail = compose_of(asked, stage)
    text, page = text_of(mail), text_of(mail, "html")
    for said in ("• #assign lena", "• #done", "send the requester: “Your code is …, see …”", "Reply “Yes”"):
        assert said in text
    assert "482913" not in text + page and "evil.example" not in text + page
    person = stage.district["tom"].id
    assert asked.reply_to == hold_address(DESK, inbound.id, person, KEY)
    assert f"help%2Bh{inbound.id}.p{person}." in page and "body=%23release%0D%0A" in page and "body=%23refuse%0D%0A" in page
    assert mail["Auto-Submitted"] == "auto-replied"


def compose_of(notice, stage: Stage):
    from email import message_from_bytes, policy

    return message_from_bytes(compose(notice, stage.desk, DeliverySettings(sender=DESK)), policy=policy.default)


def test_a_tickets_token_releases_nothing_and_a_holds_token_commands_nothing():
    address = hold_address(DESK, 7, 5, KEY)
    assert read_hold(address, [KEY]).genuine and read_hold(address.upper(), [b"new", KEY]).genuine
    assert read_claim(address, [KEY]) is None
    assert not read_hold(address.replace("h7", "h8"), [KEY]).genuine and not read_hold(address, [b"other"]).genuine
    moved = address.replace("+h7.", "+t7.")
    assert not read_claim(moved, [KEY]).genuine


def test_every_held_mail_has_its_row(stage):
    ticket, _ = opened(stage)
    inbound, _ = held(stage, ticket)
    with stage.store.reading() as session:
        (row,) = session.query(Hold).all()
        assert (row.inbound_id, row.person_id, row.ticket_number, row.state) == (inbound.id, stage.district["tom"].id, ticket.number, "waiting")


@pytest.mark.parametrize(
    "text, word",
    [
        ("Yes", "yes"), ("yes!", "yes"), ("YES.", "yes"), ("#release", "yes"), ("#Release.", "yes"), ("# release", "yes"),
        ("Yes, it was me", "yes"), ("Yes, that’s fine", ""), ("Sí, fui yo", "yes"), ("si", "yes"), ("ok", "yes"),
        ("Yes\n\nTom", "yes"), ("Yes,\nthanks\nTom", "yes"), ("It was me.", "yes"),
        ("No", "no"), ("no, not me", "no"), ("#refuse", "no"), ("Nope", "no"), ("It wasn't me", "no"), ("No fui yo", "no"),
        ("Not sure", ""), ("", ""), ("Yes\nNo", ""), ("yes it was not me", ""), ("I did not send this", "no"), ("I didn’t!", "no"),
        ("now what", ""), ("Nobody told me", ""), ("yes\na\nb\nc\nd", ""),
    ],
)  # fmt: skip
def test_yes_and_no_are_plain_words(text, word):
    assert read_word(text) == word


def test_who_keeps_on_forging_does_not_keep_a_ticket_from_its_reminder(stage):
    ticket, _ = opened(stage)
    before = stage.ticket(ticket.number).updated_at
    stage.now += timedelta(days=2)
    held(stage, ticket, "#done")
    assert "held" in whats(stage, ticket.number)
    assert stage.ticket(ticket.number).updated_at == before


def test_two_new_mails_are_two_questions_and_many_are_not_many(stage):
    mails = [
        stage.carry(make_mail(sender=TOM, subject=f"[fault] bulb {n}", text=f"New bulb {n}.\n\n#category printing"))
        for n in range(8)
    ]
    asked = stage.notices(template="held")
    assert len(asked) == 5 and {mail.state for mail in mails} == {"held"}
    for question in asked[:2]:
        says(stage, question, "Yes")
    assert len(stage.tickets()) == 2


def test_what_was_no_clear_yes_is_answered_at_the_same_question(stage):
    ticket, _ = opened(stage)
    _inbound, (asked,) = held(stage, ticket)
    says(stage, asked, "What is this?")
    (told,) = stage.notices(ticket.number, template="released")
    assert told.reply_to == asked.reply_to
    says(stage, told, "Yes")
    assert stage.ticket(ticket.number).status == "resolved"
