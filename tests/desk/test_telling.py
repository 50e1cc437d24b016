"""Never more mails than needed: none for one's own act, one for one act."""

from collections import Counter

import pytest
from sqlalchemy import delete, select, update

from models import Coverage, Participant, Person, Team
from models.words import WORKING_ROLES
from tests.desk.house import Stage
from tests.make import make_mail

TESS, EMIL = "Tess Turner <tess.turner@oakdistrict.example>", "Emil Eriksen <emil.eriksen@oakdistrict.example>"
TOM, LENA = "Tom Tanner <tom.tanner@oakdistrict.example>", "Lena Lund <lena.lund@oakdistrict.example>"


@pytest.fixture
def stage(store, clock) -> Stage:
    return Stage(store, clock.now)


def told(stage: Stage, number: int) -> list[tuple[str, str]]:
    return [(n.template, n.to_address.partition(".")[0]) for n in stage.notices(number) if n.state != "silent"]


def opened(stage: Stage, sender: str = TESS, **fields: object) -> int:
    return stage.carry(make_mail(sender=sender, subject="[fault] Projector", **fields)).ticket_number


def test_a_reply_of_the_requester_is_not_acknowledged(stage):
    number = opened(stage)
    before = told(stage, number)
    stage.reply(stage.notices(number, template="acknowledgement")[0], "It is room 12.", sender=TESS)
    assert told(stage, number)[len(before) :] == [("follow_up", "tom")]


@pytest.mark.parametrize("words", ["On my way.", "#done\n\nNew lamp.", "#waiting\n\nWhen is it free?"])
def test_a_technician_hears_nothing_of_his_own_act_but_the_receipt(stage, words):
    number = opened(stage)
    stage.reply(stage.notices(number, template="assigned")[0], words, sender=TOM)
    to_tom = [template for template, who in told(stage, number) if who == "tom"]
    assert to_tom in (["assigned"], ["assigned", "receipt"])
    to_tess = [template for template, who in told(stage, number) if who == "tess"]
    assert len(to_tess) == 2  # the acknowledgement, and one mail for this one


def test_who_opens_a_ticket_that_comes_into_his_own_hands_gets_one_mail(stage):
    number = opened(stage, sender=TOM)
    assert told(stage, number) == [("assigned", "tom")]


def test_a_technician_who_asks_for_help_elsewhere_is_acknowledged(stage):
    number = stage.carry(make_mail(sender=TOM, subject="[training] Gradebook", text="How does it work at Oak Primary School?")).ticket_number
    templates = Counter(template for template, who in told(stage, number) if who == "tom")
    assert max(templates.values()) == 1 and sum(templates.values()) == 1


def test_who_is_both_watcher_and_assignee_gets_one_mail_for_one_act(stage):
    number = opened(stage, cc=TOM)
    stage.reply(stage.notices(number, template="assigned")[0], "#assign lena", sender=TOM)
    (handed,) = [n for n in stage.notices(number, template="assigned") if n.to_address.startswith("lena")]
    with stage.store.writing() as session:
        session.add(Participant(ticket_number=number, person_id=stage.district["lena"].id))
    before = told(stage, number)
    stage.reply(stage.notices(number, template="assigned")[0], "I have the lamp here.", sender=TOM)
    after = told(stage, number)[len(before) :]
    assert Counter(who for _, who in after) == {"tess": 1, "lena": 1}
    assert handed.state == "queued"


def test_an_assignee_who_is_the_requester_gets_a_colleagues_answer_once(stage):
    number = opened(stage, sender=TOM)
    with stage.store.writing() as session:
        session.add(Participant(ticket_number=number, person_id=stage.district["lena"].id))
    stage.carry(make_mail(sender=TOM, subject=f"[#{number}] x", text="x"))
    from models.address import reply_address

    signed = reply_address(stage.desk.address, number, stage.district["lena"].id, stage.desk.signing_keys[0])
    before = told(stage, number)
    stage.carry(make_mail(sender=LENA, to=signed, subject=f"Re: [#{number}] Projector", text="Try the other cable."), signed)
    assert Counter(who for _, who in told(stage, number)[len(before) :]) == {"tom": 1}


def test_a_storm_of_one_outage_is_a_handful_of_mails_to_the_technician_and_one_to_each_teacher(stage):
    for number in range(30):
        stage.carry(make_mail(sender=(TESS, EMIL)[number % 2], subject=f"[fault] no internet in room {number}", text=f"Room {number}."))
    to_tom = [n for n in stage.notices() if n.to_address.startswith("tom")]
    states = Counter((n.template, n.state) for n in to_tom)
    assert states == {("assigned", "queued"): 5, ("assigned", "gathered"): 25, ("digest", "queued"): 1}
    from desk.views import whole_ticket

    with stage.store.reading() as session:
        row = whole_ticket(session, 30)
    (notice,) = [n for n in row["notices"] if n["template"] == "assigned"]
    assert (notice["state"], notice["reason"]) == ("gathered", "told in one mail with others, which is queued")


def test_a_ticket_of_a_team_without_members_is_told_to_somebody(stage):
    with stage.store.writing() as session:
        session.execute(delete(Coverage))
        session.execute(update(Person).where(Person.role.in_(WORKING_ROLES)).values(role="manager"))
        for team in session.scalars(select(Team)):
            team.members = []
    number = stage.carry(make_mail(sender="Pat Stranger <pat@elsewhere.example>", subject="[request:other] badge")).ticket_number
    told = {n.to_address.partition("@")[0] for n in stage.notices(number, template="assigned_team")}
    assert told
