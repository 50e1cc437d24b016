"""Which mail is a person's: machines are told from people, and people are never screened out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.message import read_message
from intake.own_group import author_of
from intake.screen import screen
from tests.make import make_mail

DESK = "help@oak.example"
ANN = "Ann Lee <ann@oak.example>"
GROUP = {
    "List-ID": "<help.oak.example>",
    "List-Post": "<https://groups.example.org/a/oak.example/group/help/post>, <mailto:help@oak.example>",
    "Precedence": "list",
    "X-Original-From": ANN,
}


def kind(mail_from: str | None = None, **fields: object) -> str:
    fields = {"sender": ANN, "to": DESK, "subject": "projector", "text": "It stays dark.\n", **fields}
    return screen(read_message(make_mail(**fields)), mail_from, (DESK,)).kind


@pytest.mark.parametrize(
    "headers, expected",
    [
        ({"Auto-Submitted": "auto-replied"}, "auto-reply"),
        ({"Auto-Submitted": "auto-generated (by a copier)"}, "auto-reply"),
        ({"Auto-Submitted": "Auto-Replied; owner-email=x@y.example"}, "auto-reply"),
        ({"X-Autoreply": "yes"}, "auto-reply"),
        ({"X-Autorespond": "away"}, "auto-reply"),
        ({"Precedence": "auto_reply"}, "auto-reply"),
        ({"X-POST-MessageClass": "9; Autoresponder"}, "auto-reply"),
        ({"Delivered-To": "Autoresponder"}, "auto-reply"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"Precedence": "Junk"}, "bulk"),
        ({"List-Id": "News <news.vendor.example>"}, "bulk"),
        ({"List-Unsubscribe": "<https://vendor.example/stop>"}, "bulk"),
        ({"Feedback-ID": "1:2:3:vendor"}, "bulk"),
        ({"X-District-Desk": "help@elsewhere.example"}, "loop"),
        # People's mail.
        ({"Auto-Submitted": "no"}, "human"),
        ({"Auto-Submitted": "auto-forwarded"}, "human"),
        ({"X-Auto-Response-Suppress": "All"}, "human"),
        ({"X-Auto-Response-Suppress": "DR, OOF, AutoReply", "X-MS-Exchange-Inbox-Rules-Loop": "ann@oak.example"}, "human"),
        ({"Precedence": "first-class"}, "human"),
        ({"X-SES-Outgoing": "2026.11.09-1.2.3.4"}, "human"),  # a service that carries people's mail as well
        ({"X-Autoreply": "no"}, "human"),
        ({"Thread-Topic": "Out of office"}, "human"),
    ],
)
def test_by_header_fields(headers, expected):
    assert kind(headers=headers) == expected


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({"sender": DESK}, "loop"),
        ({"sender": "Help <HELP+t1.p2.x@Oak.example>"}, "loop"),
        ({"headers": {"Sender": DESK}}, "loop"),
        ({"mail_from": ""}, "auto-reply"),
        ({"headers": {"Return-Path": "<>"}, "subject": "Out of office: projector"}, "auto-reply"),
        ({"subject": "Automatic reply: projector", "text": "I am out of the office.", "in_reply_to": "a@b"}, "auto-reply"),
        ({"subject": "Respuesta automática: proyector", "text": "Estaré fuera hasta el lunes.", "in_reply_to": "a@b"}, "auto-reply"),
        ({"subject": "Re: projector", "text": "\U0001f44d Ann Lee reacted via Gmail\n"}, "auto-reply"),
        ({"subject": "", "text": ""}, "empty"),
        # People.
        ({"subject": "Out of office sign on my door is broken"}, "human"),
        ({"subject": "Re: Out of office"}, "human"),
        ({"subject": "Automatic reply keeps going out, how do I turn it off?"}, "human"),
        ({"subject": "absent students in PowerSchool", "in_reply_to": "a@b"}, "human"),
        ({"subject": "", "text": "ok"}, "human"),
        ({"subject": "projector", "text": ""}, "human"),
        ({"subject": "", "text": "", "attachments": [("IMG_1.jpg", "image/jpeg", b"\xff\xd8\xff")]}, "human"),
        ({"subject": "Undeliverable: test", "text": "What does this mean? It says 550 5.1.1 user unknown"}, "human"),
        ({"subject": "Fwd: Undelivered Mail Returned to Sender", "text": "Can you look?\n\n> could not be delivered to <x@y.example>: 550 5.1.1\n"}, "human"),
        ({"subject": "delivery of the new laptops failed", "text": "The truck did not come, could not be delivered."}, "human"),
        ({"subject": "mailbox full", "text": "It says my mailbox is full and quota exceeded, help"}, "human"),
        ({"headers": {"Return-Path": "<>"}}, "human"),  # only a field that anybody may write: in doubt a person
        ({"sender": "'Ann Lee' via Help Desk <help@oak.example>", "headers": GROUP}, "human"),
        ({"sender": ANN, "headers": GROUP}, "human"),
    ],
)
def test_by_all_signs_together(fields, expected):
    assert kind(**fields) == expected


@pytest.mark.parametrize(
    "content_type, method, expected",
    [("text/calendar", b"METHOD:REPLY", "auto-reply"), ("text/calendar", b"METHOD:REQUEST", "human")],
)
def test_an_answer_to_an_invitation_is_automatic_and_an_invitation_is_not(content_type, method, expected):
    calendar = b"BEGIN:VCALENDAR\r\n" + method + b"\r\nEND:VCALENDAR\r\n"
    assert kind(subject="Accepted: visit", attachments=[("invite.ics", content_type, calendar)]) == expected


def test_every_verdict_says_why():
    verdict = screen(read_message(make_mail(headers={"Auto-Submitted": "auto-replied"})), None, (DESK,))
    assert verdict.rule == "auto-submitted" and "Auto-Submitted" in verdict.because


def test_behind_the_districts_own_group_the_true_author_is_found():
    message = read_message(make_mail(sender="'Ann Lee' via Help Desk <help@oak.example>", to=DESK, headers=GROUP))
    assert author_of(message, (DESK,)).address == "ann@oak.example"
    forged = read_message(make_mail(sender=DESK, headers={"X-Original-From": ANN}))
    assert author_of(forged, (DESK,)).address == DESK


@given(st.binary(max_size=2_000), st.sampled_from([None, "", "a@b.example"]))
def test_whatever_the_bytes_there_is_a_verdict(raw, mail_from):
    assert screen(read_message(raw), mail_from, (DESK,)).kind
