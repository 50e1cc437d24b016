"""Lists: who gets what, when, and only once."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from desk.clock import keep_time, send_lists
from models import Notice, Store, Team, Ticket
from notifier.compose import compose
from notifier.settings import DeliverySettings, DeskIdentity, Habits
from tests.desk.house import KEY
from tests.make import DESK, District, make_district
from tests.notifier.scene import text_of

# A Wednesday, 7:00 in Chicago (daylight time is over).
SEVEN = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
WHO = DeskIdentity("Oak District", DESK, (), "America/Chicago", "en", (KEY,))


@pytest.fixture
def district(store: Store) -> District:
    with store.writing() as session:
        return make_district(session)


def ticket(store: Store, district: District, number: int, who: str | None = "tom", **columns: object) -> None:
    values = {
        "number": number, "subject": f"Case {number} <x>", "status": "open", "fault": True, "requester_id": district["tess"].id,
        "assignee_id": district[who].id if who else None, "school_id": district.schools["oak"].id,
        "opened_at": SEVEN - timedelta(hours=1), "updated_at": SEVEN - timedelta(hours=1),
    }  # fmt: skip
    with store.writing() as session:
        session.add(Ticket(**{**values, **columns}))


def lists(store: Store, template: str = "daily", **wanted: object) -> list[Notice]:
    with store.reading() as session:
        return list(session.scalars(select(Notice).filter_by(template=template, **wanted).order_by(Notice.id)))


def written(notice: Notice) -> tuple[str, str]:
    from email import message_from_bytes, policy

    mail = message_from_bytes(compose(notice, WHO, DeliverySettings(sender=DESK)), policy=policy.default)
    return text_of(mail), text_of(mail, "html")  # type: ignore[arg-type]


def test_a_list_has_late_mine_waiting_and_the_teams_queue_each_ticket_once(store, district):
    old = SEVEN - timedelta(days=4)
    ticket(store, district, 1)
    ticket(store, district, 2, opened_at=old, updated_at=old)
    ticket(store, district, 3, status="pending", opened_at=old, updated_at=old)
    with store.writing() as session:
        triage = session.scalar(select(Team.id).where(Team.name == "triage"))
    ticket(store, district, 4, who=None, status="new", team_id=triage)
    ticket(store, district, 5, status="resolved")
    ticket(store, district, 6, who="lena")
    keep_time(store, WHO, SEVEN)
    (notice,) = lists(store, to_address="tom.tanner@oakdistrict.example")
    sections = {part["key"]: [one["ticket"]["number"] for one in part["tickets"]] for part in notice.context["facts"]["sections"]}
    assert sections == {"late": [2], "mine": [1], "waiting": [3], "queue": [4]}
    assert notice.subject == "Your tickets today" and notice.cause == "daily:2026-11-25"
    text, page = written(notice)
    for number in (1, 2, 3, 4):
        assert f"[#{number}]" in text and f"help%2Bt{number}.p" in page
    assert "Case 1 &lt;x&gt;" in page
    # who is in the team sees the queue, who has nothing gets nothing
    assert [n.to_address for n in lists(store)] == [
        "tom.tanner@oakdistrict.example", "lena.lund@oakdistrict.example", "greta.gold@oakdistrict.example",
    ]  # fmt: skip


def test_urgent_comes_first_and_a_long_list_is_cut_and_counted(store, district):
    for number in range(1, 31):
        ticket(store, district, number, priority="urgent" if number == 30 else "normal")
    keep_time(store, WHO, SEVEN)
    (notice,) = lists(store, person_id=district["tom"].id)
    (section,) = notice.context["facts"]["sections"]
    assert (section["tickets"][0]["ticket"]["number"], len(section["tickets"]), section["more"]) == (30, 12, 18)
    assert "and 18 more" in written(notice)[0]


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (SEVEN - timedelta(minutes=1), 0),  # too early
        (SEVEN, 1),
        (SEVEN + timedelta(hours=9), 1),  # made up for on the same day
        (datetime(2026, 11, 26, 5, 59, tzinfo=UTC), 1),  # still Wednesday in Chicago
        (datetime(2026, 11, 26, 6, 1, tzinfo=UTC), 0),  # Thursday, before seven
        (datetime(2026, 11, 28, 20, 0, tzinfo=UTC), 0),  # Saturday
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), 1),  # seven in summer is an hour earlier
    ],
)
def test_a_list_goes_out_at_seven_of_the_districts_clock_on_school_days(store, district, now, count):
    ticket(store, district, 1)
    keep_time(store, WHO, now)
    assert len(lists(store)) == count


def test_a_day_has_one_list_and_the_next_day_another(store, district):
    ticket(store, district, 1)
    for hours in (0, 0.2, 5, 24, 25):
        keep_time(store, WHO, SEVEN + timedelta(hours=hours))
    assert [notice.cause for notice in lists(store)] == ["daily:2026-11-25", "daily:2026-11-26"]


def test_what_comes_after_an_empty_list_waits_for_tomorrow(store, district):
    keep_time(store, WHO, SEVEN)
    ticket(store, district, 1)
    keep_time(store, WHO, SEVEN + timedelta(hours=3))
    assert lists(store) == []


def test_several_processes_at_once_send_one_list_each_person(store, district):
    ticket(store, district, 1)
    ticket(store, district, 2, who="lena")
    threads = [threading.Thread(target=keep_time, args=(store, WHO, SEVEN)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(lists(store)) == 2


def test_a_district_may_have_no_lists_or_others(store, district):
    ticket(store, district, 1, training=True, fault=False, who="ida")
    never = replace(WHO, habits=Habits(daily_at=None, weekly_on=None))
    monday = SEVEN - timedelta(days=2)
    with store.writing() as session:
        assert send_lists(session, never, monday) == 0
        late = replace(WHO, habits=Habits(daily_at=time(15, 30), daily_on=(0,), weekly_on=None))
        assert send_lists(session, late, monday + timedelta(hours=8)) == 0
        assert send_lists(session, late, monday + timedelta(hours=9)) == 1


def test_who_has_left_gets_no_list(store, district):
    ticket(store, district, 1)
    with store.writing() as session:
        session.get_one(type(district["tom"]), district["tom"].id).active = False
    keep_time(store, WHO, SEVEN)
    assert lists(store, person_id=district["tom"].id) == []


def test_a_coach_reads_on_monday_who_asked_for_which_training_at_her_schools(store, district):
    monday = SEVEN - timedelta(days=2)
    training = {"fault": False, "training": True, "who": "ida", "category": "learning-platforms"}
    ago = {days: {"opened_at": monday - timedelta(days=days), "updated_at": monday} for days in (1, 5, 20)}
    ticket(store, district, 1, **{**training, **ago[1]})
    ticket(store, district, 2, **{**training, **ago[5], "status": "resolved"})
    ticket(store, district, 3, **{**training, **ago[20], "status": "pending", "category": "printing"})
    ticket(store, district, 4, **{**training, **ago[20], "status": "closed"})  # done long ago
    ticket(store, district, 5, **{**training, **ago[1], "school_id": district.schools["elm"].id})  # not her school
    ticket(store, district, 6, **ago[1])  # a fault
    keep_time(store, WHO, monday)
    (notice,) = lists(store, "weekly")
    assert notice.to_address == "ida.ivers@oakdistrict.example"
    facts = notice.context["facts"]
    topics = [(topic["category"], [one["number"] for one in topic["tickets"]]) for topic in facts["topics"]]
    assert topics == [("learning-platforms", [2, 1]), ("printing", [3])]
    assert (facts["open"], facts["done"]) == (2, 1)
    text, page = written(notice)
    assert "Training asked for at your schools: 2 open, 1 done." in text
    assert "Learning platforms (2)" in text and "Tess Turner" in text and "with Ida Ivers" in text
    assert "mailto:" not in page


def test_a_coach_without_training_gets_no_weekly_list(store, district):
    keep_time(store, WHO, SEVEN - timedelta(days=2))
    assert lists(store, "weekly") == []


def test_the_longest_lists_stay_under_what_gmail_shows(store, district):
    subject = "<b>&\"'{{7*7}}王\u202e" * 20
    for number in range(1, 41):
        ticket(store, district, number, subject=subject, priority="urgent")
        ticket(store, district, 100 + number, subject=subject, status="pending")
        ticket(store, district, 200 + number, subject=subject, opened_at=SEVEN - timedelta(days=9), updated_at=SEVEN - timedelta(days=9))
        ticket(store, district, 300 + number, subject=subject, who="ida", training=True)
    keep_time(store, replace(WHO, habits=Habits(weekly_on=2)), SEVEN)
    for notice in [*lists(store), *lists(store, "weekly")]:
        page = written(notice)[1]
        assert len(page.encode()) < 102_000
        assert "<b>" not in page and "{{7*7}}" in page
        assert "\u202e" not in page
