"""Lists of tickets and mails: what filters find, who wrote a mail that was stored."""

import pytest

from desk.mail_head import HEAD_BYTES, read_head
from desk.views import list_mail, list_tickets
from models import Person
from tests.desk.house import Stage
from tests.make import make_mail

TESS = "Tess Turner <tess.turner@oakdistrict.example>"


@pytest.fixture
def stage(store, clock):
    return Stage(store, clock.now)


def mails(stage: Stage, *arguments: str | None) -> list[dict]:
    with stage.store.reading() as session:
        return list(list_mail(session, *arguments))


def numbers(stage: Stage, **filters: str) -> list[int]:
    with stage.store.reading() as session:
        return [row["number"] for row in list_tickets(session, **filters)]


def test_a_stored_mail_says_who_wrote_it_and_about_what(stage):
    stage.carry(make_mail(sender=TESS, subject="[fault] 100 % kaputt – Ünïcode"))
    stage.carry(b"\x00\x01\x02 no mail at all")
    junk, row = mails(stage)
    assert row["from"] == {"name": "Tess Turner", "address": "tess.turner@oakdistrict.example"}
    assert row["subject"] == "[fault] 100 % kaputt – Ünïcode"
    assert (junk["from"], junk["subject"]) == ({"name": None, "address": None}, "")


def test_a_mail_that_waits_and_one_that_is_held_have_their_sender_too(stage):
    stage.carry(make_mail(sender=TESS, subject="[fault] x"))
    (notice,) = stage.notices(1, template="acknowledgement")
    stage.carry(make_mail(sender=stage.notices(1, template="assigned")[0].to_address, subject="Re: x [#1]", text="#done",
                          in_reply_to=notice.message_id))  # fmt: skip
    stage.put(make_mail(sender=TESS, subject="second"))
    waiting, second, _ = mails(stage)
    assert (waiting["state"], waiting["subject"]) == ("received", "second")
    assert second["state"] == "held" and second["from"]["address"] and second["subject"].startswith("Re: x")


def test_words_find_a_mail_by_sender_and_subject(stage):
    for subject in ("Printer jam", "Projector"):
        stage.put(make_mail(sender=TESS, subject=subject))
    assert [row["subject"] for row in mails(stage, None, "PRINTER tess.turner")] == ["Printer jam"]
    assert len(mails(stage, "received", "turner")) == 2
    assert mails(stage, None, "printer nobody") == mails(stage, "held", "printer") == []


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00" * 100, bytes(range(256)) * 400, b"Subject: " + b"x" * 5_000_000, b"From: [" * 30_000,
        b"From: <[>\r\nSubject: =?x-none?B?/?=\r\n\r\n", b"\xff\xfe" + "Subject: a\r\n".encode("utf-16-le") * 9_999,
    ],
)  # fmt: skip
def test_the_head_of_any_bytes_is_read_and_bounded(raw):
    head = read_head(raw)
    assert len(head.subject) <= 998 and len(head.author.address or "") <= 998


def test_only_the_head_of_a_large_mail_is_read():
    raw = make_mail(sender=TESS, subject="large") + b"x" * (20 * HEAD_BYTES)
    assert (read_head(raw).subject, read_head(raw).author.name) == ("large", "Tess Turner")


def test_unsure_tickets_are_those_without_a_kind_of_which_nobody_is_certain(stage):
    for subject in ("what is this", "[fault] dead", "[:other] thank you all"):
        stage.carry(make_mail(sender=TESS, subject=subject))
    with stage.store.reading() as session:
        rows = {row["number"]: (row["kinds"], row["confident"]) for row in list_tickets(session)}
    unsure = sorted((n for n, (kinds, confident) in rows.items() if not kinds and not confident), reverse=True)
    assert unsure and numbers(stage, kind="unsure") == unsure
    assert set(numbers(stage, kind="none")) >= set(unsure)


def test_an_assignee_is_found_by_address_and_by_whole_name(stage):
    stage.carry(make_mail(sender=TESS, subject="[fault] dead"))
    with stage.store.writing() as session:
        (row,) = list_tickets(session)
        holder = session.get_one(Person, stage.ticket(1).assignee_id)
        holder.name = "José Ávila"
        address = row["assignee"]
    with stage.store.reading() as session:
        assert next(list_tickets(session))["assignee_name"] == "José Ávila"
    assert numbers(stage, assignee="JOSÉ  ávila") == numbers(stage, assignee=address.upper()) == [1]
    assert numbers(stage, assignee="José") == []


def test_a_team_has_what_none_of_its_members_has_taken(stage):
    waiting = stage.carry(make_mail(subject="a thing", text="some thing")).ticket_number
    taken = stage.carry(make_mail(subject="another thing", text="another thing")).ticket_number
    assert stage.ticket(waiting).team.name == stage.ticket(taken).team.name == "triage"
    told = stage.notices(taken, template="assigned_team")[0]
    stage.reply(told, "#mine", sender=f"A <{told.to_address}>")
    assert numbers(stage, assignee="TRIAGE") == [waiting]
