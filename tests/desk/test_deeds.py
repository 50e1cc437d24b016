"""What the commands do, each by a real mail: the ticket, its history, and who is told."""

import pytest
from sqlalchemy import select

from desk.act import Act
from desk.arrivals import read_envelope
from desk.authority import Standing
from desk.pipeline import Case, House, open_from
from desk.settling import settle_into
from desk.ticket_story import ticket_story
from desk.views import whole_ticket
from intake.follow_up import Match
from intake.message import read_message
from models import Deed, InboundMail, Notice, Person
from notifier.wording import Words
from tests.desk.house import SaidTriage, Stage
from tests.make import make_mail

TESS = "Tess Turner <tess.turner@oakdistrict.example>"
EMIL = "Emil Eriksen <emil.eriksen@oakdistrict.example>"
TOM = "Tom Tanner <tom.tanner@oakdistrict.example>"
LENA = "Lena Lund <lena.lund@oakdistrict.example>"


@pytest.fixture
def stage(store, clock) -> Stage:
    return Stage(store, clock.now)


def opened(stage: Stage, subject: str = "[fault:displays-projection] dark", **fields: object) -> int:
    number = stage.carry(make_mail(subject=subject, **fields)).ticket_number
    assert number is not None
    return number


def told(stage: Stage, number: int, template: str, person: str) -> Notice:
    return stage.notices(number, template=template, person_id=stage.district[person].id)[-1]


def say(stage: Stage, number: int, text: str, sender: str = TOM, **fields: object) -> InboundMail:
    """A technician's reply to what he was told of the ticket; to the receipt where he opened it himself."""
    address = sender.partition("<")[2].rstrip(">")
    last = next(iter(stage.notices(number, to_address=address)))
    inbound = stage.reply(last, text, sender=sender, **fields)
    assert inbound.state == "ticketed", inbound.reason
    return inbound


def results(stage: Stage, inbound: InboundMail) -> list[tuple[str, bool, str]]:
    """The lines of the one receipt that a mail has got."""
    (receipt,) = [n for n in stage.notices(cause=f"mail:{inbound.id}") if n.template in ("receipt", "help")]
    for row in receipt.context["facts"]["results"]:
        assert Words("es", None).outcomes(row["outcome"]) != row["outcome"], "nobody has said it in Spanish"
    return [(row["command"], row["ok"], row["outcome"]) for row in receipt.context["facts"]["results"]]


def outcome(stage: Stage, number: int, text: str) -> tuple[bool, str]:
    (_, ok, said), *_ = results(stage, say(stage, number, text))
    return ok, said


def templates(stage: Stage, inbound: InboundMail, state: str = "queued") -> list[tuple[str, str]]:
    made = stage.notices(cause=f"mail:{inbound.id}")
    return sorted(
        (n.template, n.to_address.partition("@")[0]) for n in made if n.state == state and n.template != "receipt"
    )


def events(stage: Stage, number: int, what: str) -> list[tuple[str | None, str | None]]:
    return [(e.before, e.after) for e in stage.ticket(number).events if e.what == what]


def change(stage: Stage, who: str, **values: object) -> None:
    with stage.store.writing() as session:
        person = session.get_one(Person, stage.district[who].id)
        for name, value in values.items():
            setattr(person, name, value)


# What a ticket is and how far it is


@pytest.mark.parametrize(
    "text, level, holder",
    [("#level2", 2, "Lena Lund"), ("#level 2", 2, "Lena Lund"), ("#escalate", 2, "Lena Lund"), ("#up", 2, "Lena Lund")],
)
def test_escalation_hands_the_ticket_up_with_all_that_was_said(stage, text, level, holder):
    number = opened(stage, text="It is dark.")
    inbound = say(stage, number, f"I swapped the lamp, still dark.\n\n{text}")
    ticket = stage.ticket(number)
    assert (ticket.level, ticket.assignee.name) == (level, holder)
    handed = told(stage, number, "assigned", "lena")
    assert "I swapped the lamp, still dark." in [said["text"] for said in handed.context["facts"]["thread"]]
    assert ("reply", "tess.turner") in templates(stage, inbound)


def test_level1_hands_it_back_and_beyond_the_last_level_there_is_none(stage):
    number = opened(stage)
    assert outcome(stage, number, "#down") == (False, "it is at level 1, none is below it")
    say(stage, number, "#level2")
    say(stage, number, "#down", LENA)
    assert stage.ticket(number).assignee.name == "Tom Tanner"
    ok, said = outcome(stage, number, "#level3")
    assert ok and stage.ticket(number).level == 3, said
    assert outcome(stage, number, "#up")[0] is False


@pytest.mark.parametrize("text, shown, internal", [("#note it is dark again", "it is dark again", True), ("I look again.", "I look again.", False)])
def test_who_has_a_reopened_ticket_reads_what_was_written_with_it(stage, text, shown, internal):
    number = opened(stage)
    say(stage, number, "#done")
    say(stage, number, "#cc lena")
    stage.reply(told(stage, number, "watching", "lena"), f"#reopen\n{text}", sender=LENA)
    entry = told(stage, number, "reopened", "tom").context["entry"]
    assert (entry["text"], entry["author"], entry["internal"]) == (shown, "Lena Lund", internal)


def test_who_has_a_reopened_ticket_is_told_by_whom_when_nothing_was_written(stage):
    number = opened(stage)
    say(stage, number, "#done")
    say(stage, number, "#cc lena")
    stage.reply(told(stage, number, "watching", "lena"), "#reopen", sender=LENA)
    context = told(stage, number, "reopened", "tom").context
    assert context["entry"] is None and context["facts"]["by"] == "Lena Lund"


def test_a_ticket_may_be_of_two_kinds_and_not_of_three(stage):
    number = opened(stage, "that thing")
    say(stage, number, "#fault #training")
    assert stage.ticket(number).kinds == ("fault", "training")
    assert [ok for _, ok, _ in results(stage, say(stage, number, "#fault\n#training\n#request"))] == [False] * 3
    assert stage.ticket(number).kinds == ("fault", "training")


@pytest.mark.parametrize(
    "text, field, value",
    [
        ("#category wifi", "category", "network-wifi"), ("#category toner", "category", "printing"),
        ("#categoría impresoras", "category", "printing"), ("#priority 1", "priority", "urgent"),
        ("#prioridad alta", "priority", "high"), ("#urgent", "priority", "urgent"), ("Priority: low", "priority", "low"),
    ],
)  # fmt: skip
def test_category_and_priority_go_by_the_words_people_say(stage, text, field, value):
    number = opened(stage)
    ok, _ = outcome(stage, number, text)
    assert ok and getattr(stage.ticket(number), field) == value


@pytest.mark.parametrize(
    "text, said",
    [
        ("#category printng", "did you mean printing?"),
        ("#category lunch", "there are accounts-passwords"),
        ("#priority soon", "there are low, normal, high, urgent"),
        ("#school nowhere", "there are elm (Elm Secondary School), oak"),
        ("#time soon", "write it as 20m, 1h, 1h30 or 0.5h"),
        ("#assign lenna", "did you mean Lena Lund <lena.lund@oakdistrict.example>?"),
        ("#assign emil", "Emil Eriksen does not work at the desk"),
        ("#assign nobody", "nobody at the desk is called 'nobody'"),
        ("#same-as 999", "there is no ticket #999"),
        ("#same-as 1", "this very ticket"),
        ("#for nobody", "nobody is called 'nobody'"),
        ("#for tess.tuner@oakdistrict.example", "did you mean Tess Turner"),
        ("#cc nobody", "nobody is called 'nobody'"),
        ("#uncc emil", "watching: nobody"),
        ("#reopen", "it is not done yet, it is new"),
        ("#undo", "nothing of yours to take back"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(stage, text, said):
    number = opened(stage)
    before = stage.ticket(number)
    ok, got = outcome(stage, number, text)
    assert not ok and said in got
    after = stage.ticket(number)
    for name in ("status", "category", "priority", "assignee_id", "requester_id", "school_id", "level", "merged_into"):
        assert getattr(before, name) == getattr(after, name)
    happened = [event.what for event in after.events if event.what != "proved"]  # that it was proved may be told
    assert happened == [event.what for event in before.events] and len(after.participants) == len(before.participants)


def test_a_closed_ticket_is_opened_before_it_is_worked_on(stage):
    number = opened(stage)
    say(stage, number, "#done")
    with stage.store.writing() as session:
        session.merge(stage.ticket(number)).status = "closed"
    for text in ("#mine", "#assign lena", "#level2", "#waiting", "#done"):
        ok, said = outcome(stage, number, text)
        assert not ok and "closed" in said, text
    lines = results(stage, say(stage, number, "#reopen\n#assign lena"))
    assert [ok for _, ok, _ in lines] == [True, True]
    assert (stage.ticket(number).status, stage.ticket(number).assignee.name) == ("open", "Lena Lund")


def test_a_team_can_be_assigned_and_so_can_oneself(stage):
    number = opened(stage)
    say(stage, number, "#assign network")
    ticket = stage.ticket(number)
    assert ticket.assignee is None and ticket.team.name == "network"
    assert told(stage, number, "assigned_team", "lena")
    say(stage, number, "#assign me")
    assert stage.ticket(number).assignee.name == "Tom Tanner"


def test_time_is_an_event_with_minutes(stage):
    number = opened(stage)
    assert outcome(stage, number, "#time 1h30") == (True, "90 minutes noted")
    assert events(stage, number, "time") == [(None, "90")]


def test_rt_s_form_is_obeyed(stage):
    number = opened(stage)
    inbound = say(stage, number, "Status: resolved\nTimeWorked: 20\nCategory: printing\n\nNew lamp.")
    ticket = stage.ticket(number)
    assert (ticket.status, ticket.category, ticket.entries[-1].text) == ("resolved", "printing", "New lamp.")
    assert events(stage, number, "time") == [(None, "20")]
    assert templates(stage, inbound) == [("resolved", "tess.turner")]


# Nothing half-done


def test_one_that_cannot_be_done_stops_no_other(stage):
    number = opened(stage)
    inbound = say(stage, number, "New lamp.\n\n#category lunch\n#time 20m\n#done")
    assert [ok for _, ok, _ in results(stage, inbound)] == [False, True, True]
    assert stage.ticket(number).status == "resolved" and events(stage, number, "time") == [(None, "20")]


@pytest.mark.parametrize("command", ["#for nobody", "#assign nobody", "#same-as 999", "#ntoe", "#asign lena"])
def test_words_whose_reader_is_in_doubt_go_to_nobody(stage, command):
    number = opened(stage)
    inbound = say(stage, number, f"She dropped it again.\n\n{command}\n#time 20m\n#done")
    ticket = stage.ticket(number)
    assert ticket.status == "new" and ticket.entries[-1].visibility == "internal"
    assert events(stage, number, "time") == [(None, "20")]
    assert templates(stage, inbound) == []
    (receipt,) = stage.notices(cause=f"mail:{inbound.id}", template="receipt")
    assert "not sent to anybody" in receipt.context["facts"]["hints"][0]


def test_done_thanks_and_a_name_say_nothing_to_the_requester(stage):
    number = opened(stage)
    inbound = say(stage, number, "Hi,\n#mine\nThanks,\nTom")
    assert templates(stage, inbound) == [] and stage.ticket(number).status == "open"
    inbound = say(stage, number, "#priority high\n\nTom Tanner")
    assert templates(stage, inbound) == []


# Undo


def test_undo_takes_back_every_command_of_the_latest_mail_of_ones_own(stage):
    number = opened(stage)
    before = stage.ticket(number)
    say(stage, number, "#training\n#category printing\n#priority high\n#school elm\n#time 20m\n#cc mara\n#done")
    assert stage.ticket(number).status == "resolved"
    ok, said = outcome(stage, number, "#undo")
    assert ok and "#category printing" in said
    after = stage.ticket(number)
    for name in ("status", "kinds", "confident", "category", "priority", "level", "school_id", "assignee_id", "team_id",
                 "requester_id", "resolved_at"):  # fmt: skip
        assert getattr(before, name) == getattr(after, name), name
    assert after.participants == [] and events(stage, number, "time") == [(None, "20"), ("20", "-20")]
    assert [e.because for e in after.events if e.what == "status"][-1].startswith("#undo of #training")


def test_what_had_not_gone_out_yet_does_not_and_what_had_is_named(stage):
    number = opened(stage)
    first = say(stage, number, "New lamp.\n\n#done")
    ok, said = outcome(stage, number, "#undo")
    assert ok and "stopped" in said
    assert templates(stage, first, "silent") == [("resolved", "tess.turner")]
    assert stage.ticket(number).entries[-1].visibility == "internal"
    second = say(stage, number, "#done")
    with stage.store.writing() as session:
        for row in session.scalars(select(Notice).where(Notice.cause == f"mail:{second.id}")):
            row.state = "sent"
    ok, said = outcome(stage, number, "#undo")
    assert ok and "Sent already, and perhaps read, to tess.turner@oakdistrict.example" in said
    assert stage.ticket(number).status == "open"


def test_a_mail_that_a_sender_has_in_hand_is_not_said_to_be_stopped(stage, clock):
    number = opened(stage)
    first = say(stage, number, "#done")
    with stage.store.writing() as session:
        (row,) = session.scalars(
            select(Notice).where(Notice.cause == f"mail:{first.id}", Notice.template == "resolved")
        )
        row.claimed_by, row.lease_until = "sender", clock.advance(minutes=5)
    _, said = outcome(stage, number, "#undo")
    assert "Sent already" in said and templates(stage, first, "silent") == []


def test_undo_is_for_ten_minutes_for_ones_own_mails_and_never_for_an_undo(stage, clock):
    number = opened(stage)
    say(stage, number, "#priority high")
    say(stage, number, "#assign lena")
    assert outcome(stage, number, "#undo")[0] and stage.ticket(number).assignee.name == "Tom Tanner"
    assert outcome(stage, number, "#undo")[0] and stage.ticket(number).priority == "normal"
    ok, said = outcome(stage, number, "#undo")
    assert not ok and "taken back already" in said and "send it again" in said
    say(stage, number, "#priority high")
    stage.now = clock.advance(minutes=11)
    ok, said = outcome(stage, number, "#undo")
    assert not ok and "more than ten minutes old" in said and stage.ticket(number).priority == "high"


def test_nobody_takes_back_a_colleagues_command(stage):
    number = opened(stage)
    say(stage, number, "#assign lena")
    (_, ok, said), *_ = results(stage, say(stage, number, "#undo", LENA))
    assert not ok and "nothing of yours" in said


def test_what_a_colleague_has_changed_since_stays(stage):
    number = opened(stage)
    say(stage, number, "#assign lena\n#priority high")
    say(stage, number, "#priority urgent", LENA)
    ok, said = outcome(stage, number, "#undo")
    assert ok and "left so: priority" in said
    assert (stage.ticket(number).priority, stage.ticket(number).assignee.name) == ("urgent", "Tom Tanner")


def test_whoever_had_the_ticket_for_a_moment_is_told_if_they_have_heard_of_it(stage):
    number = opened(stage)
    first = say(stage, number, "#assign lena")
    with stage.store.writing() as session:
        for row in session.scalars(select(Notice).where(Notice.cause == f"mail:{first.id}")):
            row.state = "sent"
    assert templates(stage, say(stage, number, "#undo")) == [("taken_back", "lena.lund")]
    second = say(stage, number, "#assign lena")
    assert templates(stage, say(stage, number, "#undo")) == []
    assert templates(stage, second, "silent") == [("assigned", "lena.lund")]


def test_what_the_words_did_is_not_taken_back_with_the_commands(stage):
    number = opened(stage, "that thing")
    say(stage, number, "Which room?\n\n#priority high")
    outcome(stage, number, "#undo")
    ticket = stage.ticket(number)
    assert (ticket.priority, ticket.status, ticket.assignee.name) == ("normal", "open", "Tom Tanner")


def test_an_undo_may_come_with_what_should_hold_instead(stage):
    number = opened(stage)
    say(stage, number, "#done")
    assert [ok for _, ok, _ in results(stage, say(stage, number, "#undo\n#waiting"))] == [True, True]
    assert stage.ticket(number).status == "pending"


# Merge


def two(stage: Stage) -> tuple[int, int]:
    first = opened(stage, "[fault:network-wifi] no wifi")
    return first, opened(stage, "[fault:network-wifi] internet", sender=EMIL, text="No internet in lab 2.")


def test_a_merged_ticket_goes_on_as_the_other_and_its_requester_hears_of_it_once(stage):
    first, second = two(stage)
    inbound = say(stage, second, f"We know, a switch is down.\n\n#same-as {first}")
    ticket, into = stage.ticket(second), stage.ticket(first)
    assert (ticket.status, ticket.merged_into) == ("closed", first)
    assert [row.person_id for row in into.participants] == [stage.district["emil"].id]
    assert templates(stage, inbound) == [("merged", "emil.eriksen")]
    assert told(stage, second, "merged", "emil").context["entry"]["text"] == "We know, a switch is down."
    assert events(stage, second, "merged") == [(None, f"#{first}")]
    assert events(stage, first, "took in") == [(None, f"#{second}")]
    assert next(entry.text for entry in ticket.entries) == "No internet in lab 2."  # said here, kept here


def test_later_mail_to_a_merged_ticket_joins_the_other(stage):
    first, second = two(stage)
    say(stage, second, f"#same-as #{first}")
    joined = stage.reply(told(stage, second, "merged", "emil"), "Lab 3 as well.", sender=EMIL)
    assert joined.ticket_number == first and stage.ticket(first).entries[-1].text == "Lab 3 as well."
    done = say(stage, second, "It is back.\n\n#done")  # the technician answers his old mail
    assert done.ticket_number == first and stage.ticket(first).status == "resolved"
    assert templates(stage, done) == [("resolved", "emil.eriksen"), ("resolved", "tess.turner")]


def test_merge_is_undone_from_either_side(stage):
    first, second = two(stage)
    say(stage, second, f"#same-as {first}\n#priority high")
    ok, said = outcome(stage, first, "#undo")
    assert ok and "stands by itself again" in said
    ticket = stage.ticket(second)
    assert (ticket.status, ticket.merged_into, ticket.priority) == ("new", None, "normal")
    assert stage.ticket(first).participants == []
    assert stage.reply(told(stage, second, "acknowledgement", "emil"), "And now?", sender=EMIL).ticket_number == second


def test_chains_are_followed_and_circles_refused(stage):
    first, second = two(stage)
    third = opened(stage, "[fault:network-wifi] offline", text="Offline.")
    say(stage, second, f"#same-as {first}")
    lines = results(stage, say(stage, third, f"#same-as {second}"))
    assert f"goes on as #{first} (into which #{second} was merged)" in lines[0][2]
    assert stage.ticket(third).merged_into == first
    ok, said = outcome(stage, first, f"#same-as {second}")
    assert not ok and "merged into this one already" in said
    fourth = opened(stage, "[fault:network-wifi] again", text="Again.")
    say(stage, first, f"#same-as {fourth}")
    assert stage.reply(told(stage, second, "acknowledgement", "emil"), "Hello?", sender=EMIL).ticket_number == fourth


def test_a_closed_ticket_takes_none_in_and_one_mail_names_one(stage):
    first, second = two(stage)
    with stage.store.writing() as session:
        session.merge(stage.ticket(first)).status = "closed"
    ok, said = outcome(stage, second, f"#same-as {first}")
    assert not ok and "closed" in said
    assert [ok for _, ok, _ in results(stage, say(stage, second, f"#same-as {first}\n#same-as 7"))] == [False, False]


def test_done_and_merge_in_one_mail_are_one_mail_to_the_requester(stage):
    first, second = two(stage)
    inbound = say(stage, second, f"#done\n#same-as {first}")
    assert templates(stage, inbound) == [("merged", "emil.eriksen")]
    assert all(ok for _, ok, _ in results(stage, inbound))


def test_words_with_a_done_that_came_too_late_reach_the_requester_all_the_same(stage):
    number = opened(stage)
    say(stage, number, "#done")
    assert templates(stage, say(stage, number, "I left a spare lamp too.\n\n#done")) == [("reply", "tess.turner")]


def test_the_story_of_a_ticket_tells_every_command_and_its_because(stage):
    first, second = two(stage)
    say(stage, second, "#cc mara\n#time 20m\n#for ida\n#category wifi\n#priority high")
    say(stage, second, f"#same-as {first}")
    say(stage, second, "#undo")
    with stage.store.reading() as session:
        told_of, other = (whole_ticket(session, number) for number in (second, first))
    lines = "\n".join(ticket_story(told_of, "UTC"))
    assert "also watching: Mara Moss <mara.moss@oakdistrict.example>; Emil Eriksen" in lines
    for line in (
        "Tom Tanner  watcher Mara Moss  (#cc mara)", "Tom Tanner  time: 20 minutes  (#time 20m)",
        "Tom Tanner  requester: Emil Eriksen → Ida Ivers  (#for ida)",
        "Tom Tanner  priority: normal → high  (#priority high)", f"Tom Tanner  merged into #{first}  (#same-as {first})",
        f"Tom Tanner  merged into #{first} no longer  (#undo of #same-as {first})",
        f"Tom Tanner  status: closed → new  (#undo of #same-as {first})",
    ):  # fmt: skip
        assert line in lines, lines
    assert f"took in #{second} no longer" in "\n".join(ticket_story(other, "UTC"))
    assert told_of["merged_into"] is None and {"name": "Mara Moss", "address": "mara.moss@oakdistrict.example"} in told_of["watchers"]


# Watchers


def test_colleagues_in_cc_watch_from_the_first_mail_and_from_a_later_one(stage):
    number = opened(stage, cc=[EMIL, "Sami Salo <sami.salo@pupils.oakdistrict.example>", "pat@elsewhere.example"])
    assert [row.person_id for row in stage.ticket(number).participants] == [stage.district["emil"].id]
    ack = told(stage, number, "acknowledgement", "tess")
    inbound = stage.reply(
        ack, "Adding Mara.", sender=TESS, cc=["Mara Moss <mara.moss@oakdistrict.example>", "x@y.example"]
    )
    assert templates(stage, inbound) == [("follow_up", "tom.tanner")]
    watching = {row.person_id for row in stage.ticket(number).participants}
    assert watching == {stage.district["emil"].id, stage.district["mara"].id}
    assert events(stage, number, "watcher") == [(None, "Mara Moss")]
    later = say(stage, number, "On my way.")
    assert templates(stage, later) == [("reply", "emil.eriksen"), ("reply", "mara.moss"), ("reply", "tess.turner")]


def test_a_watcher_who_works_here_also_hears_the_requester(stage):
    number = opened(stage)
    say(stage, number, "#cc lena")
    inbound = stage.reply(told(stage, number, "acknowledgement", "tess"), "Room 14.", sender=TESS)
    assert templates(stage, inbound) == [("follow_up", "lena.lund"), ("follow_up", "tom.tanner")]


def test_cc_tells_the_new_watcher_once_and_uncc_ends_it(stage):
    number = opened(stage)
    assert templates(stage, say(stage, number, "#cc emil")) == [("watching", "emil.eriksen")]
    assert outcome(stage, number, "#cc emil") == (True, "Emil Eriksen was a watcher already")
    with_words = say(stage, number, "On my way.\n\n#cc mara and emil")
    assert ("watching", "mara.moss") not in templates(stage, with_words)
    assert ("reply", "mara.moss") in templates(stage, with_words)
    assert outcome(stage, number, "#uncc emil, mara")[0]
    assert stage.ticket(number).participants == []
    assert templates(stage, say(stage, number, "Done soon.")) == [("reply", "tess.turner")]


def test_a_stranger_is_admitted_by_staff_and_reads_what_the_desk_writes_alone(stage):
    number = opened(stage, text="My password is swordfish.")
    ok, said = outcome(stage, number, "#cc pat@elsewhere.example")
    assert ok and "on no roster" in said
    (watching,) = stage.notices(number, template="watching")
    assert "swordfish" not in str(watching.context)
    inbound = say(stage, number, "The vendor comes at ten.")
    assert ("reply", "pat") in templates(stage, inbound)


def test_if_one_of_several_cannot_be_found_nobody_is_added(stage):
    number = opened(stage)
    assert outcome(stage, number, "#cc emil, nobody")[0] is False
    assert stage.ticket(number).participants == []


# On behalf


def test_a_ticket_becomes_the_teachers_by_for(stage):
    number = opened(stage, sender=TOM, subject="[fault] dark", text="Mr Eriksen's projector is dark.")
    inbound = say(stage, number, "#for Mr. Eriksen")
    ticket = stage.ticket(number)
    assert ticket.requester.name == "Emil Eriksen" and ticket.participants == []
    assert templates(stage, inbound) == [("acknowledgement", "emil.eriksen")]
    assert events(stage, number, "requester") == [("Tom Tanner", "Emil Eriksen")]
    assert outcome(stage, number, "#undo")[0] and stage.ticket(number).requester.name == "Tom Tanner"
    inbound = say(stage, number, "I come at ten.\n\n#for emil.eriksen@oakdistrict.example")
    assert templates(stage, inbound) == [("reply", "emil.eriksen")]


def test_a_new_requester_is_told_how_it_stands_when_all_of_the_mail_is_done(stage):
    number = opened(stage, "[request] tablets", sender=TOM)
    inbound = say(stage, number, "#for emil\n#assign lena")
    ack = told(stage, number, "acknowledgement", "emil")
    assert ack.cause == f"mail:{inbound.id}" and ack.context["ticket"]["assignee"] == "Lena Lund"


def test_a_new_requester_of_a_merged_ticket_is_told_where_it_goes_on_and_no_more(stage):
    first, number = opened(stage), opened(stage, sender=TOM)
    assert templates(stage, say(stage, number, f"#for emil\n#same-as {first}")) == [("merged", "emil.eriksen")]


def test_whoever_asked_for_another_watches(stage):
    number = opened(stage, text="Emil's camera is black.")
    say(stage, number, "#for emil")
    assert [row.person_id for row in stage.ticket(number).participants] == [stage.district["tess"].id]


def test_two_of_one_name_are_shown_and_neither_is_taken(stage):
    change(stage, "emil", name="Theo Turner")
    number = opened(stage, sender=TOM)
    inbound = say(stage, number, "She dropped it.\n\n#for Turner\n#done")
    lines = results(stage, inbound)
    assert [ok for _, ok, _ in lines] == [False, False]
    assert "Tess Turner <tess.turner@oakdistrict.example> (oak)" in lines[0][2] and "Theo Turner" in lines[0][2]
    assert templates(stage, inbound) == [] and stage.ticket(number).status == "new"


def test_a_pupil_of_the_same_name_does_not_stand_in_a_teachers_way(stage):
    change(stage, "sami", name="Tim Turner")
    number = opened(stage, sender=TOM)
    assert outcome(stage, number, "#for turner")[0]
    assert stage.ticket(number).requester.name == "Tess Turner"


def open_proved(stage: Stage, raw: bytes) -> InboundMail:
    """Carry a new mail of a technician whose mail server vouches for him."""
    mail_id = stage.put(raw)
    with stage.store.writing() as session:
        inbound = session.get_one(InboundMail, mail_id)
        tom = session.get_one(Person, stage.district["tom"].id)
        envelope, message = read_envelope(session, inbound, stage.desk), read_message(raw)
        act = Act(stage.desk, f"mail:{inbound.id}", stage.now, tom, inbound.id)
        case = Case(inbound, message, envelope, tom, Match(), act, Standing(True, "the mail server vouches for him"))
        settle_into(inbound, open_from(session, case, House(stage.desk, SaidTriage())), stage.now)
    return stage.mail(mail_id)


def test_a_technician_opens_and_closes_a_ticket_in_a_teachers_name_by_one_mail(stage):
    raw = make_mail(
        sender=TOM, subject="[fault] fixed Mr Eriksen's projector, bulb", text="#for eriksen\n#done\n#time 20m"
    )
    inbound = open_proved(stage, raw)
    ticket = stage.ticket(inbound.ticket_number)
    assert (ticket.requester.name, ticket.status, ticket.assignee.name) == ("Emil Eriksen", "resolved", "Tom Tanner")
    assert ticket.school.code == "elm" and events(stage, ticket.number, "time") == [(None, "20")]
    assert templates(stage, inbound) == [("helped", "emil.eriksen")]
    assert [ok for _, ok, _ in results(stage, inbound)] == [True, True, True]
    assert "#for" not in ticket.entries[0].text


def test_a_ticket_opened_for_a_teacher_is_acknowledged_to_her_and_goes_to_the_right_hands(stage):
    raw = make_mail(
        sender=TOM, subject="[training] rubrics", text="She wants to learn rubrics.\n\n#for tess\n#priority high"
    )
    inbound = open_proved(stage, raw)
    ticket = stage.ticket(inbound.ticket_number)
    assert (ticket.requester.name, ticket.priority, ticket.assignee.name) == ("Tess Turner", "high", "Ida Ivers")
    assert ticket.entries[0].text == "She wants to learn rubrics."
    assert [e.what for e in ticket.events if e.who_id is not None] == ["opened", "proved", "requester", "priority"]
    assert events(stage, ticket.number, "requester") == [("Tom Tanner", "Tess Turner")]
    assert templates(stage, inbound) == [("acknowledgement", "tess.turner"), ("assigned", "ida.ivers")]
    ack = told(stage, ticket.number, "acknowledgement", "tess")
    assert ack.context["facts"]["opened_by"] == "Tom Tanner"


def test_a_new_mail_for_nobody_in_particular_stays_the_technicians_and_tells_no_one_else(stage):
    raw = make_mail(sender=TOM, subject="[fault] bulb", text="#for nobody\n#done\n#time 20m")
    inbound = open_proved(stage, raw)
    ticket = stage.ticket(inbound.ticket_number)
    assert (ticket.requester.name, ticket.status) == ("Tom Tanner", "new" if ticket.assignee is None else "open")
    assert templates(stage, inbound) == []
    (receipt,) = stage.notices(cause=f"mail:{inbound.id}", template="receipt")
    follow = stage.reply(receipt, "#for tess\n#done", sender=TOM)
    assert stage.ticket(ticket.number).status == "resolved"
    assert templates(stage, follow) == [("resolved", "tess.turner")]


def test_opening_with_commands_can_be_undone(stage):
    raw = make_mail(sender=TOM, subject="[fault] bulb", text="#for eriksen\n#done\n#time 20m")
    number = open_proved(stage, raw).ticket_number
    ok, _ = outcome(stage, number, "#undo")
    ticket = stage.ticket(number)
    assert ok and (ticket.requester.name, ticket.status) == ("Tom Tanner", "new")
    assert stage.notices(number, template="helped")[0].state == "silent"


def test_a_deed_is_kept_only_where_something_changed(stage):
    number = opened(stage)
    say(stage, number, "#help")
    say(stage, number, "#category lunch")
    say(stage, number, "On my way.")
    with stage.store.reading() as session:
        assert session.scalars(select(Deed)).all() == []


def test_a_note_below_words_never_reaches_the_requester_and_the_words_do(stage):
    number = opened(stage)
    inbound = say(stage, number, "The lamp is in.\n\n#note she dropped it\nagain\n#done")
    words = [(e.visibility, e.text) for e in stage.ticket(number).entries[1:]]
    assert words == [("public", "The lamp is in."), ("internal", "she dropped it\nagain")]
    (resolved,) = [n for n in stage.notices(cause=f"mail:{inbound.id}") if n.template == "resolved"]
    assert resolved.context["entry"]["text"] == "The lamp is in." and "dropped" not in str(resolved.context)
    assert stage.ticket(number).status == "resolved"


@pytest.mark.parametrize(("command", "who"), [("#mine", "tom"), ("#assign lena", "lena")])
def test_who_is_named_in_the_same_mail_gets_it_and_nobody_has_it_for_a_moment(stage, command, who):
    number = opened(stage)
    inbound = say(stage, number, f"{command}\n#training\n#school elm")
    assert stage.ticket(number).assignee_id == stage.district[who].id
    assert {name for template, name in templates(stage, inbound) if template.startswith("assigned")} <= {"lena.lund"}
    assert not any(", with " in said for _, _, said in results(stage, inbound))


def test_a_bad_value_beside_a_command_is_told_to_the_technician_and_no_line_goes_to_the_teacher(stage):
    number = opened(stage)
    inbound = say(stage, number, "All well.\n#done\n#priority huge")
    assert stage.ticket(number).status == "resolved" and stage.ticket(number).entries[-1].text == "All well."
    assert [(line, ok) for line, ok, _ in results(stage, inbound)] == [("#done", True), ("#priority huge", False)]
