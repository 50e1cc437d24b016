"""A school day by mail alone, at a real desk: everybody's mails in, everything that came of them, and no more."""

import shutil
import textwrap
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from desk.commands import read_commands
from desk.views import whole_ticket
from models import Notice, Store, open_store
from tests.acceptance.day.afternoon import AFTERNOON, DAYS_LATER
from tests.acceptance.day.evening import COMMANDS, EVENING
from tests.acceptance.day.midday import MIDDAY
from tests.acceptance.day.morning import MORNING
from tests.acceptance.day.people import PEOPLE, configuration, short_name
from tests.acceptance.day.play import Day
from tests.acceptance.desk_process import command, serving

DAY = (*MORNING, *MIDDAY, *AFTERNOON)
BUSIEST = 1


@pytest.fixture
def post_office(request, engine_name):
    """Dovecot beside one database and pymap beside the other; pymap alone where there is no Dovecot."""
    has_dovecot = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    return request.getfixturevalue("dovecot" if has_dovecot and engine_name == "sqlite" else "pymap")


@pytest.fixture
def outside_store(database_url) -> Iterator[Store]:
    """The desk's database as somebody beside the desk sees it."""
    store = open_store(database_url)
    yield store
    store.close()


def lines_of(block: str) -> list[str]:
    return textwrap.dedent(block).strip().splitlines()


def script_lines() -> list[str]:
    """Everything the script says of history and notices, from first to last."""
    said = [lines_of(step.then)[1:] for step in DAY] + [lines_of(later.then) for later in DAYS_LATER]
    return [line for lines in said for line in lines]


def told_by_script() -> Counter[str]:
    """The notices as they must stand at the end: one that has come back is told a second time, with its new state."""
    told: Counter[str] = Counter()
    for line in script_lines():
        if line.startswith("✉"):
            told[line] += 1
            if line.endswith(")"):
                told[line.rpartition(" (")[0]] -= 1
    return +told


def standing(store: Store, number: int) -> list[str]:
    """A ticket's row of the table, and its status."""
    with store.reading() as session:
        row = whole_ticket(session, number)
    minutes = sum(int(event["to"]) for event in row["events"] if event["what"] == "time")
    found = (
        str(number), row["status"], "+".join(row["kinds"]), row["category"], str(row["level"]),
        row["assignee"] and short_name(row["assignee"]), short_name(row["requester"]["address"]), row["school"],
        str(minutes or ""),
    )  # fmt: skip
    return [value or "-" for value in found]


def table(status: str) -> list[list[str]]:
    """The script's table with one of its two columns for the status."""
    head, *rows = [line.split() for line in lines_of(EVENING)]
    left_out = head.index("later" if status == "status" else "status")
    return [[value for place, value in enumerate(row) if place != left_out] for row in rows]


def test_the_script_is_a_whole_day():
    named = {one.name for step in DAY for one in read_commands(textwrap.dedent(step.words).strip()).commands}
    assert set(COMMANDS.split()) - named == set()
    doors = Counter(step.door for step in DAY)
    assert len(DAY) >= 40 and min(doors.values()) >= 20
    assert {step.who for step in DAY} == set(PEOPLE)


def test_a_scripted_day(tmp_path, database_url, outside_store, smtp_sink, post_office):
    began = datetime.now(UTC)
    list_day = (began.weekday() + DAYS_LATER[0].days) % 7
    written = configuration(database_url, smtp_sink.address, post_office, list_day)
    (tmp_path / "districtdesk.toml").write_text(written, encoding="utf-8")
    with serving(tmp_path) as desk:
        day = Day(desk, outside_store, smtp_sink, post_office)
        for place, step in enumerate(DAY, 1):
            happened = day.play(step).splitlines()
            assert happened == lines_of(step.then), f"step {place}: {step.who} {step.answers or step.subject}"
    numbers = range(1, len(table("status")) + 1)
    assert [standing(outside_store, number) for number in numbers] == table("status")
    for later in DAYS_LATER:
        assert day.pass_time(later, began).splitlines() == lines_of(later.then), f"{later.days} days later"
    assert [standing(outside_store, number) for number in numbers] == table("later")
    nothing_more_was_sent(outside_store, smtp_sink)
    lists_tell_who_and_what(smtp_sink)
    the_story_is_whole(tmp_path, outside_store)


def nothing_more_was_sent(store, sink):
    """Each notice once, to one reader; what came back had been sent as well."""
    with store.reading() as session:
        assert whole_ticket(session, len(table("status")) + 1) is None
        notices = session.scalars(select(Notice)).all()
    states = {"sent": "", "failed": " (failed)"}
    numbered = [f" #{one.ticket_number}" if one.ticket_number else "" for one in notices]
    said = Counter(
        f"✉ {short_name(one.to_address)}: {one.template}{number}{states[one.state]}"
        for one, number in zip(notices, numbered, strict=True)
    )
    assert said == told_by_script()
    sent = Counter((*envelope.rcpt_tos, mail["Message-ID"]) for (envelope, _), mail in zip(sink.mails, sink.messages, strict=True))
    assert sent == Counter((one.to_address, f"<{one.message_id}>") for one in notices)


def lists_tell_who_and_what(sink):
    """The daily list, the coach's week and the reminder, as they were read."""
    by_subject = {
        (short_name(str(mail["To"].addresses[0].addr_spec)), str(mail["Subject"])): mail.get_body(("plain",)).get_content()
        for mail in sink.messages
    }
    week = by_subject["ida", "Training at your schools"]
    assert "1 open, 0 done" in week and "Learning platforms (1)" in week and "Emil Eriksen · Elm Middle School" in week
    assert "Waiting for an answer (1)" in by_subject["cora", "Your tickets today"]
    reminders = [mail.get_body(("plain",)).get_content() for mail in sink.to(PEOPLE["nora"].address)]
    (reminder,) = [text for text in reminders if "is waiting" in text]
    assert "Is anybody in the room before eight?" in reminder and "Still broken" in reminder


def the_story_is_whole(folder, store):
    """`show` tells every word, every event with its because, and every notice of the busiest ticket, in order."""
    with store.reading() as session:
        row = whole_ticket(session, BUSIEST)
    assert len(row["events"]) == sum(line.startswith(f"#{BUSIEST} ") for line in script_lines())
    shown = command(folder, "show", str(BUSIEST))
    assert (shown.returncode, shown.stderr) == (0, "")
    place = 0
    for entry in row["thread"]:
        place = shown.stdout.index(entry["text"], place)
    for event in row["events"]:
        assert event["because"] and (event["mail"] or event["who"] is None)
        place = shown.stdout.index(f"({event['because']})", place) + 1
        assert f"  {event['who'] or 'the desk'}  {event['what']}" in shown.stdout.splitlines()[shown.stdout[:place].count("\n")]
    assert shown.stdout.partition("Notices\n")[2].count(": sent") == len(row["notices"])
