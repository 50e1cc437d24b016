"""The way of one mail: what it opens, joins, changes, and whom it makes us write to."""

import pytest

from models.address import reply_address
from tests.desk.house import Stage
from tests.make import DESK, make_mail

TESS = "Tess Turner <tess.turner@oakdistrict.example>"
EMIL = "Emil Eriksen <emil.eriksen@oakdistrict.example>"
TOM = "Tom Tanner <tom.tanner@oakdistrict.example>"
IDA = "Ida Ivers <ida.ivers@oakdistrict.example>"
STRANGER = "Pat Parent <pat@elsewhere.example>"


@pytest.fixture
def stage(store, clock) -> Stage:
    return Stage(store, clock.now)


def opened(stage: Stage, subject: str = "[fault:displays-projection] dark", **fields: object):
    inbound = stage.carry(make_mail(subject=subject, **fields))
    assert inbound.state == "ticketed", inbound.reason
    return stage.ticket(inbound.ticket_number)


def notice(stage: Stage, number: int, template: str, person: str):
    found = stage.notices(number, template=template, person_id=stage.district[person].id)
    assert len(found) == 1, [(n.template, n.to_address) for n in stage.notices(number)]
    return found[0]


def test_a_teachers_mail_becomes_a_ticket_with_an_acknowledgement_and_the_right_hands(stage):
    ticket = opened(stage)
    assert (ticket.status, ticket.kinds, ticket.category) == ("new", ("fault",), "displays-projection")
    assert ticket.school.code == "oak" and ticket.assignee.name == "Tom Tanner"
    told = {(n.template, n.to_address, n.state) for n in stage.notices(ticket.number)}
    assert told == {
        ("acknowledgement", "tess.turner@oakdistrict.example", "queued"),
        ("assigned", "tom.tanner@oakdistrict.example", "queued"),
    }


def test_a_training_request_goes_to_the_coach_of_that_school_and_a_fault_never(stage):
    assert opened(stage, "[training] rubrics").assignee.name == "Ida Ivers"
    assert opened(stage, "[fault] dark").assignee.name == "Tom Tanner"
    assert opened(stage, "[fault+training] both").assignee.name == "Tom Tanner"


def test_an_unsure_one_goes_to_triage_and_has_no_kind(stage):
    ticket = opened(stage, "that thing")
    assert ticket.kinds == () and not ticket.confident and ticket.category is None
    assert ticket.team.name == "triage" and ticket.assignee is None
    assert {n.to_address for n in stage.notices(ticket.number, template="assigned_team")} == {
        "tom.tanner@oakdistrict.example", "greta.gold@oakdistrict.example",
    }  # fmt: skip


@pytest.mark.parametrize("door", ["smtp", "imap"])
def test_the_same_mail_again_changes_nothing(stage, door):
    raw = make_mail(subject="[fault] dark")
    first = stage.carry(raw)
    again = stage.carry(raw.replace(b"\r\n", b"\n") if door == "imap" else raw, door=door)
    assert again.id == first.id and len(stage.tickets()) == 1
    assert len(stage.ticket(first.ticket_number).entries) == 1 and len(stage.notices()) == 2


def test_the_same_mail_in_another_encoding_is_a_duplicate(stage):
    plain = (
        b"From: Tess Turner <tess.turner@oakdistrict.example>\r\nTo: help@oakdistrict.example\r\nSubject: [fault] x\r\n"
        b"Message-ID: <one@mail.example>\r\nDate: Mon, 14 Sep 2026 07:55:00 +0000\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
    )
    first = stage.carry(plain + b"Content-Transfer-Encoding: 8bit\r\n\r\nno s\xc3\xa9 qu\xc3\xa9 pasa\r\n")
    other = stage.carry(plain + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nno s=C3=A9 qu=C3=A9 =\r\npasa\r\n")
    assert (other.state, other.duplicate_of, other.ticket_number) == ("duplicate", first.id, first.ticket_number)
    assert len(stage.tickets()) == 1 and len(stage.notices()) == 2


def test_one_message_id_with_other_content_is_another_mail(stage):
    for page in ("page one", "page two"):
        stage.carry(make_mail(subject="[request] scan", message_id="copier@oak", text=page))
    assert len(stage.tickets()) == 2


def test_two_desk_addresses_in_one_mail_are_one_ticket_that_both_teams_see(store, clock):
    from models import Mailbox

    stage = Stage(store, clock.now, aliases=("network@oakdistrict.example",))
    with store.writing() as session:
        team = session.merge(stage.district.teams["network"])
        session.add(Mailbox(address="network@oakdistrict.example", team=team))
    raw = make_mail(subject="[fault] wifi", to=[DESK, "network@oakdistrict.example"])
    first = stage.carry(raw, DESK)
    stage.carry(raw, "network@oakdistrict.example")
    assert len(stage.tickets()) == 1
    told = [n.to_address for n in stage.notices(first.ticket_number)]
    assert sorted(told) == [
        "lena.lund@oakdistrict.example", "tess.turner@oakdistrict.example", "tom.tanner@oakdistrict.example",
    ]  # fmt: skip


def test_a_requesters_reply_joins_and_reaches_the_assignee_without_another_acknowledgement(stage):
    ticket = opened(stage)
    inbound = stage.reply(notice(stage, ticket.number, "acknowledgement", "tess"), "It is room 14 now.", sender=TESS)
    assert inbound.ticket_number == ticket.number
    assert [entry.text for entry in stage.ticket(ticket.number).entries][1:] == ["It is room 14 now."]
    assert [n.to_address for n in stage.notices(cause=f"mail:{inbound.id}")] == ["tom.tanner@oakdistrict.example"]


def test_a_reply_joins_by_the_message_it_answers_where_the_host_drops_subaddresses(stage):
    ticket = opened(stage)
    told = notice(stage, ticket.number, "acknowledgement", "tess")
    raw = make_mail(sender=TESS, subject="Re: changed", text="more", in_reply_to=told.message_id)
    assert stage.carry(raw).ticket_number == ticket.number


def test_a_reply_joins_by_the_number_only_for_somebody_known_on_the_ticket(stage):
    ticket = opened(stage)
    tag = f"Re: [#{ticket.number}] dark"
    assert stage.carry(make_mail(sender=TESS, subject=tag, text="more")).ticket_number == ticket.number
    other = stage.carry(make_mail(sender=STRANGER, subject=tag, text="what is this?")).ticket_number
    assert other != ticket.number
    assert stage.ticket(other).follow_up_of == ticket.number


def test_a_colleague_who_replies_to_all_before_the_acknowledgement_joins(stage):
    ticket = opened(stage, message_id="first@mail.example")
    raw = make_mail(
        sender=EMIL, subject="Re: dark", text="Mine too!", in_reply_to="first@mail.example", to=[TESS, DESK]
    )
    assert stage.carry(raw).ticket_number == ticket.number


def test_a_strangers_mail_never_joins_even_with_the_signed_address(stage):
    ticket = opened(stage)
    told = notice(stage, ticket.number, "acknowledgement", "tess")
    inbound = stage.reply(told, "forwarded to me, what is it?", sender=STRANGER)
    assert inbound.ticket_number != ticket.number
    assert len(stage.ticket(ticket.number).entries) == 1


@pytest.mark.parametrize(
    "fields, mail_from",
    [
        ({"headers": {"Auto-Submitted": "auto-replied"}}, None),
        ({"headers": {"List-Id": "<news.example>", "List-Unsubscribe": "<mailto:x@y.example>"}}, None),
        ({"headers": {"Precedence": "bulk"}}, None),
        ({"headers": {"X-District-Desk": DESK}}, None),
        ({"sender": DESK}, None),
        ({}, ""),  # the null reverse-path
    ],
)
def test_machine_written_mail_is_kept_with_its_reason_and_opens_nothing(stage, fields, mail_from):
    inbound = stage.carry(make_mail(**fields), mail_from=mail_from)
    assert inbound.state == "screened" and inbound.reason
    assert stage.tickets() == [] and stage.notices() == []


def test_an_out_of_office_on_a_resolved_ticket_changes_nothing(stage):
    ticket = opened(stage)
    stage.reply(notice(stage, ticket.number, "assigned", "tom"), "#done", sender=TOM)
    told = notice(stage, ticket.number, "resolved", "tess")
    stage.reply(told, "I am away.", sender=TESS, headers={"Auto-Submitted": "auto-replied"})
    assert stage.ticket(ticket.number).status == "resolved"


def test_a_technicians_plain_reply_goes_to_the_requester_and_claims_the_ticket(stage):
    ticket = opened(stage, "that thing")
    inbound = stage.reply(notice(stage, ticket.number, "assigned_team", "tom"), "Which room are you in?", sender=TOM)
    ticket = stage.ticket(ticket.number)
    assert (ticket.status, ticket.assignee.name) == ("open", "Tom Tanner")
    assert ticket.first_response_at is not None
    told = stage.notices(cause=f"mail:{inbound.id}")
    assert [(n.template, n.to_address) for n in told] == [("reply", "tess.turner@oakdistrict.example")]


def test_words_and_done_in_one_mail_are_one_mail_to_the_requester(stage):
    ticket = opened(stage)
    inbound = stage.reply(notice(stage, ticket.number, "assigned", "tom"), "New lamp.\n\n#done", sender=TOM)
    ticket = stage.ticket(ticket.number)
    assert ticket.status == "resolved" and ticket.resolved_at is not None
    assert ticket.entries[-1].text == "New lamp."
    told = [(n.template, n.to_address) for n in stage.notices(cause=f"mail:{inbound.id}")]
    assert sorted(told) == [
        ("receipt", "tom.tanner@oakdistrict.example"),
        ("resolved", "tess.turner@oakdistrict.example"),
    ]


def test_commands_alone_say_nothing_to_the_requester(stage):
    ticket = opened(stage)
    inbound = stage.reply(notice(stage, ticket.number, "assigned", "tom"), "#mine\n#priority high", sender=TOM)
    ticket = stage.ticket(ticket.number)
    assert (ticket.status, ticket.priority) == ("open", "high")
    assert [n.template for n in stage.notices(cause=f"mail:{inbound.id}")] == ["receipt"]


def test_a_note_is_for_colleagues_only(stage):
    ticket = opened(stage)
    inbound = stage.reply(notice(stage, ticket.number, "assigned", "tom"), "#note\nShe dropped it.", sender=TOM)
    assert stage.ticket(ticket.number).entries[-1].visibility == "internal"
    assert all(n.person_id != stage.district["tess"].id for n in stage.notices(cause=f"mail:{inbound.id}"))


def test_training_said_by_a_technician_goes_to_the_coach_and_fault_goes_back(stage):
    ticket = opened(stage)
    stage.reply(notice(stage, ticket.number, "assigned", "tom"), "#training", sender=TOM)
    assert stage.ticket(ticket.number).assignee.name == "Ida Ivers"
    stage.reply(notice(stage, ticket.number, "assigned", "ida"), "#fault", sender=IDA)
    ticket = stage.ticket(ticket.number)
    assert ticket.kinds == ("fault",) and ticket.assignee.name == "Tom Tanner"


def test_assign_names_a_colleague_and_says_so_when_there_is_none(stage):
    ticket = opened(stage)
    told = notice(stage, ticket.number, "assigned", "tom")
    inbound = stage.reply(told, "#assign nobody", sender=TOM)
    receipt = stage.notices(cause=f"mail:{inbound.id}", template="receipt")[0]
    assert receipt.context["facts"]["results"][0]["ok"] is False if "facts" in receipt.context else True
    assert stage.ticket(ticket.number).assignee.name == "Tom Tanner"
    stage.reply(told, "#assign lena", sender=TOM)
    assert stage.ticket(ticket.number).assignee.name == "Lena Lund"


@pytest.mark.parametrize("how", ["no token", "another person's token", "a forged token"])
def test_a_command_without_proof_changes_nothing_and_its_supposed_author_is_told(stage, how):
    ticket = opened(stage)
    ack = notice(stage, ticket.number, "acknowledgement", "tess")
    mine = notice(stage, ticket.number, "assigned", "tom")
    to = {
        "no token": DESK,
        "another person's token": ack.reply_to,
        "a forged token": reply_address(DESK, ticket.number, stage.district["tom"].id, b"guess"),
    }[how]
    original = stage.ticket(ticket.number).entries[0].message_id
    raw = make_mail(sender=TOM, to=to, subject=mine.subject, text="#done", in_reply_to=original)
    inbound = stage.carry(raw, to)
    assert inbound.state == "held"
    assert stage.ticket(ticket.number).status == "new" and len(stage.ticket(ticket.number).entries) == 1
    told = [(n.template, n.to_address) for n in stage.notices(cause=f"mail:{inbound.id}")]
    owner = [("warning", "tess.turner@oakdistrict.example")] if how == "another person's token" else []
    assert told == [("held", "tom.tanner@oakdistrict.example"), *owner]


def test_a_requester_cannot_command(stage):
    ticket = opened(stage)
    stage.reply(notice(stage, ticket.number, "acknowledgement", "tess"), "#done", sender=TESS)
    assert stage.ticket(ticket.number).status == "new"
    assert stage.ticket(ticket.number).entries[-1].text == "#done"


def resolved(stage: Stage):
    ticket = opened(stage)
    stage.reply(notice(stage, ticket.number, "assigned", "tom"), "#done", sender=TOM)
    return ticket, notice(stage, ticket.number, "resolved", "tess")


def test_a_reply_opens_a_resolved_ticket_again_and_thanks_do_not(stage):
    ticket, told = resolved(stage)
    stage.reply(told, "Thank you so much!", sender=TESS)
    assert stage.ticket(ticket.number).status == "resolved"
    inbound = stage.reply(told, "It is dark again.", sender=TESS)
    assert stage.ticket(ticket.number).status == "open"
    assert [n.template for n in stage.notices(cause=f"mail:{inbound.id}")] == ["reopened"]


def test_a_reply_to_a_closed_ticket_opens_a_new_one_that_points_back(stage):
    ticket, told = resolved(stage)
    with stage.store.writing() as session:
        session.merge(stage.ticket(ticket.number)).status = "closed"
    inbound = stage.reply(told, "It is dark again.", sender=TESS)
    assert inbound.ticket_number != ticket.number
    assert stage.ticket(inbound.ticket_number).follow_up_of == ticket.number


FORWARDED = """In the hallway.

---------- Forwarded message ---------
From: Emil Eriksen <emil.eriksen@oakdistrict.example>
Date: Mon, Sep 14, 2026 at 7:58 AM
Subject: [fault] document camera
To: Tom Tanner <tom.tanner@oakdistrict.example>

My document camera shows only black.
"""


def test_a_teachers_mail_that_a_technician_forwards_is_the_teachers_ticket(stage):
    inbound = stage.carry(make_mail(sender=TOM, subject="Fwd: [fault] document camera", text=FORWARDED))
    ticket = stage.ticket(inbound.ticket_number)
    assert ticket.requester.name == "Emil Eriksen" and ticket.school.code == "elm"
    assert [(e.visibility, e.text) for e in ticket.entries] == [
        ("public", "My document camera shows only black."), ("internal", "In the hallway."),
    ]  # fmt: skip
    assert notice(stage, ticket.number, "acknowledgement", "emil")


@pytest.mark.parametrize(
    "sender, original", [(TESS, "emil.eriksen@oakdistrict.example"), (TOM, "pat@elsewhere.example")]
)
def test_a_forward_by_anybody_else_or_of_a_stranger_is_the_senders_own_ticket(stage, sender, original):
    text = FORWARDED.replace("emil.eriksen@oakdistrict.example", original)
    inbound = stage.carry(make_mail(sender=sender, subject="Fwd: [fault] document camera", text=text))
    assert stage.ticket(inbound.ticket_number).requester.address in sender


def test_three_mails_about_one_outage_know_of_each_other(stage):
    numbers = [opened(stage, f"[fault:network-wifi] wifi down {n}", text=f"down {n}").number for n in range(3)]
    told = [notice(stage, number, "assigned", "tom").context for number in numbers]
    assert str(numbers[0]) in str(told[2]) and str(numbers[1]) in str(told[2])


def test_a_mail_without_a_usable_author_is_a_ticket_all_the_same(stage):
    inbound = stage.carry(make_mail(sender="not an address at all", subject="[fault] dark"))
    assert inbound.state == "ticketed"
    assert {n.state for n in stage.notices(inbound.ticket_number, template="acknowledgement")} == {"silent"}


def test_texts_no_database_takes_are_mended(stage):
    raw = make_mail(subject="[fault] x").replace(b"this morning", b"this \x00 morning \xed\xa0\x80")
    assert "\x00" not in stage.ticket(stage.carry(raw).ticket_number).entries[0].text


def test_bytes_that_hold_no_mail_are_quarantined_and_the_next_mail_goes_on(stage):
    assert stage.carry(b"\x89PNG\r\n\x1a\n" + bytes(range(256))).state == "quarantined"
    assert opened(stage).number == 1


BOUNCE = """From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: help@oakdistrict.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not work.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; tess.turner@oakdistrict.example
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
Subject: Re: dark

--b--
"""


@pytest.mark.parametrize("action, status, state", [("failed", "5.1.1", "failed"), ("delayed", "4.4.1", "sent")])
def test_a_notice_that_comes_back_is_marked_in_the_tickets_history(stage, action, status, state):
    ticket = opened(stage)
    told = notice(stage, ticket.number, "acknowledgement", "tess")
    with stage.store.writing() as session:
        session.merge(told).state = "sent"
    bounce = BOUNCE.format(action=action, status=status, message_id=told.message_id)
    assert stage.carry(bounce.encode(), mail_from="").state == "screened"
    assert notice(stage, ticket.number, "acknowledgement", "tess").state == state
    marked = [event.because for event in stage.ticket(ticket.number).events if event.what == "undelivered"]
    assert marked == (["came back: 5.1.1"] if state == "failed" else [])


def test_a_made_up_bounce_marks_nothing(stage):
    ticket = opened(stage)
    told = notice(stage, ticket.number, "acknowledgement", "tess")
    with stage.store.writing() as session:
        session.merge(told).state = "sent"
    forged = told.message_id.replace(told.message_id.split(".")[2], "a" * 24)
    stage.carry(BOUNCE.format(action="failed", status="5.1.1", message_id=forged).encode(), mail_from="")
    assert notice(stage, ticket.number, "acknowledgement", "tess").state == "sent"


def test_a_message_id_of_any_length_and_script_is_kept(stage):
    raw = make_mail(subject="[fault] x", message_id=None).replace(b"Subject:", b"Message-ID: <" + "ж".encode() * 900 + b"@x>\r\nSubject:")
    assert stage.carry(raw).state == "ticketed"


def forwarded(told, sender: str, to: str = DESK) -> bytes:
    """The acknowledgement, forwarded back to the desk with words above it, as Gmail writes it."""
    text = f"Is there any news on this?\n\n---------- Forwarded message ---------\nFrom: Oak District Help Desk <{DESK}>\nDate: Mon, Sep 14, 2026 at 8:00 AM\nSubject: {told.subject}\nTo: <{told.to_address}>\n\nThank you, your message has reached us."
    references = [*told.references, told.message_id]
    return make_mail(sender=sender, to=to, subject=f"Fwd: {told.subject}", text=text, in_reply_to=told.message_id, references=references)


@pytest.mark.parametrize("sender", [TESS, EMIL])
def test_a_forwarded_acknowledgement_joins_its_ticket(stage, sender):
    ticket = opened(stage)
    inbound = stage.carry(forwarded(notice(stage, ticket.number, "acknowledgement", "tess"), sender))
    assert inbound.ticket_number == ticket.number
    assert stage.ticket(ticket.number).entries[-1].text == "Is there any news on this?"


def test_a_forwarded_acknowledgement_of_a_stranger_is_his_own_ticket(stage):
    ticket = opened(stage)
    inbound = stage.carry(forwarded(notice(stage, ticket.number, "acknowledgement", "tess"), STRANGER))
    assert stage.ticket(inbound.ticket_number).follow_up_of == ticket.number != inbound.ticket_number


def test_a_reply_whose_ids_a_mail_host_has_rewritten_joins_by_its_address_under_any_subject(stage):
    ticket = opened(stage)
    told = notice(stage, ticket.number, "acknowledgement", "tess")
    rewritten = {"in_reply_to": "010001.9f@email.amazonses.example", "references": ["010001.9f@email.amazonses.example"]}
    raw = make_mail(sender=TESS, to=told.reply_to, subject="something else entirely", text="more", **rewritten)
    assert stage.carry(raw, told.reply_to).ticket_number == ticket.number


def test_the_nearest_of_two_tickets_in_one_thread_is_joined(stage):
    first, second = opened(stage, "[fault] one"), opened(stage, "[fault] two")
    ids = [notice(stage, ticket.number, "acknowledgement", "tess").message_id for ticket in (first, second)]
    raw = make_mail(sender=TESS, subject="Re: both", text="more", in_reply_to=ids[0], references=[ids[1], ids[0]])
    assert stage.carry(raw).ticket_number == first.number


def test_whoever_is_handed_a_ticket_gets_one_mail_with_all_that_was_said(stage):
    ticket = opened(stage, text="It is dark.")
    stage.reply(notice(stage, ticket.number, "acknowledgement", "tess"), "I am free in second period.", sender=TESS)
    told = notice(stage, ticket.number, "assigned", "tom")
    inbound = stage.reply(told, "Lena has a spare lamp and will come.\n\n#assign lena\n#category printing\n#undo", sender=TOM)
    (handed,) = [n for n in stage.notices(cause=f"mail:{inbound.id}") if n.person_id == stage.district["lena"].id]
    assert handed.template == "assigned" and handed.context["ticket"]["category"] == "printing"
    facts = handed.context["facts"]
    assert facts["handed_by"] == "Tom Tanner"
    assert [said["text"] for said in facts["thread"]] == ["I am free in second period.", "Lena has a spare lamp and will come."]
    receipt = next(n for n in stage.notices(cause=f"mail:{inbound.id}", template="receipt"))
    assert [(r["command"], r["ok"]) for r in receipt.context["facts"]["results"]] == [
        ("#assign lena", True), ("#category printing", True), ("#undo", False),
    ]  # fmt: skip


def test_what_was_not_proved_stands_in_the_history_as_the_desks_own_deed(stage):
    ticket = opened(stage)
    stage.carry(make_mail(sender=TOM, subject=f"Re: [#{ticket.number}] dark", text="#done"))
    (held,) = [event for event in stage.ticket(ticket.number).events if event.what == "held"]
    assert held.who_id is None and "Tom Tanner" in held.because


def test_a_teacher_for_whom_a_ticket_was_opened_is_told_by_whom_in_a_thread_of_its_own(stage):
    inbound = stage.carry(make_mail(sender=TOM, subject="Fwd: [fault] document camera", text=FORWARDED))
    told = notice(stage, inbound.ticket_number, "acknowledgement", "emil")
    assert told.context["facts"]["opened_by"] == "Tom Tanner" and told.in_reply_to is None
    (whose,) = [event for event in stage.ticket(inbound.ticket_number).events if event.what == "requester"]
    assert (whose.before, whose.after) == ("Tom Tanner", "Emil Eriksen")


def test_nobody_is_told_that_he_handed_himself_a_ticket(stage):
    inbound = stage.carry(make_mail(sender=TOM, subject="Fwd: [fault] document camera", text=FORWARDED))
    assert notice(stage, inbound.ticket_number, "assigned", "tom").context["facts"]["handed_by"] is None


def test_what_a_teacher_forwards_is_seen_by_whoever_decides(stage):
    text = FORWARDED.replace("In the hallway.", "Is this real?").replace("emil.eriksen@oakdistrict.example", "bank@elsewhere.example")
    inbound = stage.carry(make_mail(sender=TESS, subject="Fwd: urgent", text=text))
    (told,) = stage.notices(inbound.ticket_number, template="assigned_team")[:1]
    assert "My document camera shows only black." in told.context["facts"]["folded"]
    ack = notice(stage, inbound.ticket_number, "acknowledgement", "tess")
    assert "folded" not in ack.context["facts"]


@pytest.mark.parametrize("text, kind", [("Something is broken.", "fault"), ("please show me how", "training"), ("Algo no funciona", "fault")])
def test_a_requester_answers_what_it_is_by_one_tap(stage, text, kind):
    ticket = opened(stage, "the board")
    told = notice(stage, ticket.number, "acknowledgement", "tess")
    inbound = stage.reply(told, text, sender=TESS)
    assert inbound.ticket_number == ticket.number
    assert stage.ticket(ticket.number).kinds == (kind,)
    to = {"fault": "tom.tanner@oakdistrict.example", "training": "ida.ivers@oakdistrict.example"}[kind]
    assert [n.to_address for n in stage.notices(cause=f"mail:{inbound.id}")] == [to]


def test_an_answer_to_another_question_is_an_ordinary_follow_up(stage):
    ticket = opened(stage, "[training] rubrics")
    told = notice(stage, ticket.number, "acknowledgement", "tess")
    stage.reply(told, "Something is broken", sender=TESS)
    assert stage.ticket(ticket.number).kinds == ("training",)
    assert len(stage.ticket(ticket.number).entries) == 2
