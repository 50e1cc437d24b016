"""Who may command: what a whole mail's standing is, judged on a desk with real rows."""

import pytest

from desk.proof import AuthSettings
from models import Person
from tests.desk.house import Stage
from tests.make import DESK, make_mail

TESS = "Tess Turner <tess.turner@oakdistrict.example>"
TOM = "Tom Tanner <tom.tanner@oakdistrict.example>"
LENA = "Lena Lund <lena.lund@oakdistrict.example>"
PASS = "mx.oak.example; dmarc=pass header.from=oakdistrict.example"
FORWARDED = """In the hallway.

---------- Forwarded message ---------
From: Emil Eriksen <emil.eriksen@oakdistrict.example>
Date: Mon, Sep 14, 2026 at 7:40 AM
Subject: document camera
To: Tom Tanner <tom.tanner@oakdistrict.example>

My document camera shows only black.
"""


@pytest.fixture
def stage(store, clock) -> Stage:
    """A desk whose mail server's word counts."""
    return Stage(store, clock.now, auth=AuthSettings("mx.oak.example"))


def opened(stage: Stage):
    ticket = stage.ticket(stage.carry(make_mail(subject="[fault] dark"), door="imap").ticket_number)
    (mine,) = stage.notices(ticket.number, template="assigned")
    return ticket, mine


def answer(stage: Stage, told, text: str, results: str | None = PASS, sender: str = TOM, door: str = "imap", **more):
    raw = stage.answer(told, text, sender=sender, **more)
    if results is not None:
        raw = b"Authentication-Results: " + results.encode() + b"\r\n" + raw
    return stage.carry(raw, told.reply_to, door=door)


def events(stage: Stage, number: int, what: str):
    return [event for event in stage.ticket(number).events if event.what == what]


def test_verdict_and_token_of_one_technician_are_obeyed_and_the_history_says_why(stage):
    ticket, mine = opened(stage)
    assert answer(stage, mine, "#done").state == "ticketed"
    assert stage.ticket(ticket.number).status == "resolved"
    (proved,) = events(stage, ticket.number, "proved")
    assert proved.who_id == stage.district["tom"].id
    assert proved.because == "header in order; own signed address; 'mx.oak.example' says dmarc=pass for oakdistrict.example"


@pytest.mark.parametrize(
    "results, said",
    [
        (None, "has written no Authentication-Results"),
        (PASS.replace("pass", "none"), "says dmarc=none"),
        (PASS.replace("mx.oak", "mx.evil"), "is of 'mx.evil.example'"),
        (PASS.replace("header.from=oakdistrict", "header.from=evil"), "is not about oakdistrict.example"),
    ],
)
def test_where_a_verdict_can_be_had_the_token_alone_is_not_enough(stage, results, said):
    ticket, mine = opened(stage)
    inbound = answer(stage, mine, "#done", results)
    assert inbound.state == "held" and said in inbound.reason
    assert stage.ticket(ticket.number).status == "new"
    (held,) = events(stage, ticket.number, "held")
    assert said in held.because and "own signed address" in held.because and held.who_id is None


def test_a_failed_verdict_is_said_to_the_supposed_author(stage):
    ticket, mine = opened(stage)
    inbound = answer(stage, mine, "#done", PASS.replace("pass", "fail"))
    assert "says dmarc=fail" in inbound.reason
    (asked,) = stage.notices(ticket.number, template="held")
    assert asked.context["facts"]["failed"] is True


def test_by_our_own_port_a_verdict_counts_from_the_districts_relays_alone(stage):
    _ticket, mine = opened(stage)
    inbound = answer(stage, mine, "#done", door="smtp")
    assert inbound.state == "held" and "none of the district's relays" in inbound.reason
    raw = b"Authentication-Results: " + PASS.encode() + b"\r\n" + stage.answer(mine, "#done ", sender=TOM)
    assert stage.carry(raw, mine.reply_to, door="smtp", trusted_peer=True).state == "ticketed"


def test_a_mail_that_a_stranger_handed_in_as_well_has_no_verdict(stage):
    _ticket, mine = opened(stage)
    raw = b"Authentication-Results: " + PASS.encode() + b"\r\n" + stage.answer(mine, "#done", sender=TOM)
    stage.put(raw, mine.reply_to, door="smtp")
    assert stage.carry(raw, mine.reply_to, door="imap").state == "held"


def test_one_mail_is_obeyed_whole_or_not_at_all(store, clock):
    stage = Stage(store, clock.now, auth=AuthSettings("mx.oak.example", proof={"assign": "confirm"}))
    ticket, mine = opened(stage)
    assert answer(stage, mine, "#category printing\n#assign lena").state == "held"
    assert stage.ticket(ticket.number).category != "printing"
    assert answer(stage, mine, "#category printing").state == "ticketed"


def test_help_needs_no_verdict_and_changes_nothing(stage):
    ticket, mine = opened(stage)
    assert answer(stage, mine, "#help", None).state == "ticketed"
    assert stage.notices(ticket.number, template="help") and stage.ticket(ticket.number).status == "new"


def test_plain_words_of_a_technician_go_out_in_his_name_and_need_proof_too(stage):
    ticket, mine = opened(stage)
    assert answer(stage, mine, "Please send me your password.", None).state == "held"
    assert not stage.notices(ticket.number, template="reply") and len(stage.ticket(ticket.number).entries) == 1


def test_a_technician_who_asked_for_help_writes_as_a_requester_unless_he_commands(stage):
    inbound = stage.carry(make_mail(sender=LENA, subject="[fault] my own screen"), door="imap")
    (ack,) = stage.notices(inbound.ticket_number, template="acknowledgement")
    assert answer(stage, ack, "It is the left one.", None, sender=LENA).state == "ticketed"
    assert answer(stage, ack, "#done", None, sender=LENA).state == "held"
    assert answer(stage, ack, "#done", PASS, sender=LENA, date=None).state == "held"  # a date is wanted
    assert stage.ticket(inbound.ticket_number).status == "new"


def test_a_new_mail_with_commands_needs_the_verdict(stage):
    raw = make_mail(sender=TOM, subject="[fault] projector of Ms Turner, bulb", text="A new bulb.\n\n#category printing")
    held = stage.carry(raw, door="imap")
    assert held.state == "held" and held.ticket_number is None
    assert "opens a ticket" in held.reason or "vouch" in held.reason
    good = b"Authentication-Results: " + PASS.encode() + b"\r\n" + make_mail(sender=TOM, subject="[fault] x", text="#category printing")
    carried = stage.carry(good, door="imap")
    assert carried.state == "ticketed" and events(stage, carried.ticket_number, "proved")


def test_with_nobody_to_ask_a_new_mail_with_commands_is_held_and_asked(store, clock):
    stage = Stage(store, clock.now)
    held = stage.carry(make_mail(sender=TOM, subject="[fault] bulb", text="#category printing"))
    assert held.state == "held" and not stage.tickets()
    (asked,) = stage.notices(template="held")
    assert asked.to_address == "tom.tanner@oakdistrict.example" and asked.reply_to.startswith("help+h")


def test_a_technicians_new_mail_without_commands_is_a_ticket_like_anybodys(stage):
    assert stage.carry(make_mail(sender=TOM, subject="[fault] my screen"), door="imap").state == "ticketed"


@pytest.mark.parametrize("results, requester", [(PASS, "Emil Eriksen"), (None, "Tom Tanner"), (PASS.replace("pass", "fail"), "Tom Tanner")])
def test_only_a_proved_forward_opens_the_teachers_ticket(stage, results, requester):
    raw = make_mail(sender=TOM, subject="Fwd: [fault] document camera", text=FORWARDED)
    raw = (b"Authentication-Results: " + results.encode() + b"\r\n" if results else b"") + raw
    number = stage.carry(raw, door="imap").ticket_number
    assert stage.ticket(number).requester.name == requester
    assert len(events(stage, number, "proved" if results == PASS else "doubtful")) == 1
    assert not events(stage, number, "doubtful" if results == PASS else "proved")


def leave(stage: Stage, who: str) -> None:
    with stage.store.writing() as session:
        person = session.get_one(Person, stage.district[who].id)
        person.active = person.rostered = person.in_config = False


def test_who_has_left_is_held_and_nobody_is_asked(stage):
    ticket, mine = opened(stage)
    leave(stage, "tom")
    for text in ("#done", "Just plain words."):
        inbound = answer(stage, mine, text)
        assert inbound.state == "held" and "no longer works here with an old signed address" in inbound.reason
    assert stage.ticket(ticket.number).status == "new" and not stage.notices(ticket.number, template="held")
    assert len(events(stage, ticket.number, "held")) == 2


def test_somebody_elses_signed_address_is_flagged_and_its_owner_told_once(stage):
    ticket, _ = opened(stage)
    (ack,) = stage.notices(ticket.number, template="acknowledgement")
    for text in ("#done", "#mine"):
        inbound = answer(stage, ack, text)
        assert inbound.state == "held" and "another person's signed address" in inbound.reason
    (told,) = stage.notices(ticket.number, template="warning")
    assert told.to_address == "tess.turner@oakdistrict.example"
    assert told.context["facts"] == {"in_name_of": "Tom Tanner"}
    assert events(stage, ticket.number, "warned")


def test_the_same_again_under_another_message_id_is_a_repetition(store, clock):
    stage = Stage(store, clock.now)  # nobody to ask: the token is all there is
    _ticket, mine = opened(stage)
    raw = stage.answer(mine, "#waiting", sender=TOM, message_id="first@mail.example")
    assert stage.carry(raw, mine.reply_to).state == "ticketed"
    answer(stage, mine, "#mine", None)
    inbound = stage.carry(raw.replace(b"first@mail", b"second@mail"), mine.reply_to)
    assert inbound.state == "held" and "it repeats m" in inbound.reason
    later = stage.answer(mine, "#waiting", sender=TOM)
    assert stage.carry(later, mine.reply_to).state == "ticketed"  # the same words, written anew


def test_a_requesters_forged_words_are_prose_and_whoever_reads_them_is_told_so(stage):
    ticket, _ = opened(stage)
    (ack,) = stage.notices(ticket.number, template="acknowledgement")
    inbound = answer(stage, ack, "more", PASS.replace("pass", "fail"), sender=TESS)
    assert inbound.state == "ticketed"
    (doubtful,) = events(stage, ticket.number, "doubtful")
    assert "dmarc=fail" in doubtful.because and doubtful.who_id is None


def test_a_forged_token_is_named(stage):
    ticket, mine = opened(stage)
    raw = make_mail(sender=TOM, to=DESK, subject=mine.subject, text="#done")
    forged = raw.replace(b"To: " + DESK.encode(), b"To: help+t%d.p%d.%s@oakdistrict.example" % (ticket.number, stage.district["tom"].id, b"a" * 24))
    inbound = stage.carry(forged, door="imap")
    assert inbound.state == "held" and "one that is not genuine" in inbound.reason
