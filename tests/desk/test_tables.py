"""What a terminal shows: marks, names, widths, local time, what was folded."""

import pytest

from desk.tables import fit, local, mail_table, ticket_table
from desk.ticket_story import FOLDED_LINES, ticket_story

TICKET = {
    "number": 17, "subject": "projector dead in room 12", "status": "new", "kinds": ["fault"], "confident": True,
    "category": "displays-projection", "priority": "normal", "level": 1, "school": "oak", "team": None,
    "requester": {"name": "Tess Turner", "address": "tess@oak.example"}, "assignee": "tom@oak.example",
    "assignee_name": "Tom Tanner", "follow_up_of": None,
}  # fmt: skip
MAIL = {
    "id": 3, "received_at": "2026-01-14T15:30:00Z", "state": "ticketed", "ticket": 17, "reason": "ticket #17",
    "from": {"name": "Tess Turner", "address": "tess@oak.example"}, "subject": "projector",
}  # fmt: skip


def entry(text: str, folded: str = "") -> dict:
    return {
        "at": "2026-01-14T15:30:00Z", "author": {"name": "Tess", "address": None}, "visibility": "public",
        "text": text, "folded": folded, "attachments": [],
    }  # fmt: skip


def story(*thread: dict) -> list[str]:
    event = {"at": "2026-07-14T15:30:00Z", "who": None, "what": "opened", "from": None, "to": None, "because": "it"}
    return list(ticket_story({**TICKET, "thread": thread, "events": [event], "notices": []}, "America/New_York"))


def test_a_ticket_is_one_line_with_names_and_a_mark(monkeypatch):
    monkeypatch.setenv("COLUMNS", "132")
    head, line = ticket_table([{**TICKET, "priority": "urgent"}])
    assert head.split() == ["#", "!", "status", "kind", "category", "school", "from", "with", "subject"]
    assert line.split("  ")[:2] == ["17", ""] and " !! " in line
    assert "Tess Turner" in line and "Tom Tanner" in line and "@" not in line
    assert "projector dead in room 12" in line


@pytest.mark.parametrize(
    ("priority", "mark"), [("low", ""), ("normal", ""), ("high", "!"), ("urgent", "!!")]
)
def test_only_what_is_urgent_is_marked(priority, mark):
    line = list(ticket_table([{**TICKET, "priority": priority}]))[1]
    assert line[4:10].strip() == mark


@pytest.mark.parametrize("room", [30, 40, 60, 80, 100, 120, 132, 200])
def test_a_table_never_is_wider_than_its_terminal(monkeypatch, room):
    monkeypatch.setenv("COLUMNS", str(room))
    subject = "a subject that is much longer than any terminal " * 9
    lines = list(ticket_table([{**TICKET, "subject": subject, "priority": "high", "kinds": ["fault", "training"]}]))
    assert all(len(line) <= max(room, 40) for line in lines)
    assert "subject" in lines[0] and "17" in lines[1] and "a subject" in lines[1]
    assert ("Tom Tanner" in lines[1]) == (room >= 60)


def test_long_numbers_are_never_cut():
    assert list(ticket_table([{**TICKET, "number": 1234567}]))[1].startswith("1234567 ")


def test_a_mail_says_who_and_what_and_its_ticket_once(monkeypatch):
    monkeypatch.setenv("COLUMNS", "132")
    head, line = mail_table([MAIL], "America/New_York")
    assert head.split() == ["mail", "received", "state", "ticket", "from", "subject", "why"]
    assert line.startswith("m3      2026-01-14 10:30 EST ")
    assert "tess@oak.example" in line and line.count("#17") == 1
    held = list(mail_table([{**MAIL, "state": "held", "ticket": None, "reason": "in a technician's name"}], "UTC"))[1]
    assert held.endswith("in a technician's name")


def test_a_mail_without_sender_or_with_a_hostile_subject_is_one_line(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = list(mail_table([{**MAIL, "from": {"name": None, "address": None}, "subject": "\x1b[2J\nx" * 50}], "UTC"))
    assert len(lines) == 2 and "\x1b" not in lines[1] and "\n" not in lines[1] and "unknown" in lines[1]


def test_a_narrow_list_of_mails_keeps_sender_and_subject(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    head, line = mail_table([MAIL], "UTC")
    assert head.split() == ["mail", "state", "ticket", "from", "subject", "why"]
    assert "projector" in line and len(line) <= 80


def test_people_read_local_time_with_its_zone():
    assert local("2026-07-14T15:30:00Z", "America/New_York") == "2026-07-14 11:30 EDT"
    assert local("2026-01-14T15:30:00Z", "UTC") == "2026-01-14 15:30 UTC"
    assert local(None, "UTC") == "-"
    told = story(entry("dead"))
    assert "--- 2026-01-14 10:30 EST  Tess" in told
    assert "  2026-07-14 11:30 EDT  the desk  opened  (it)" in told


def test_what_the_first_mail_folded_is_shown_below_its_words():
    forwarded = "From: Pat\n\nThe bell rings twice.\x1b[2J"
    told = story(entry("see below", forwarded), entry("thanks", "the whole thread again"))
    start = told.index("see below")
    assert told[start + 1 : start + 4] == ["| From: Pat", "|", "| The bell rings twice.\ufffd[2J"]
    assert not any("whole thread" in line for line in told)


def history(monkeypatch, room: int | None, **event: object) -> list[str]:
    monkeypatch.delenv("COLUMNS", raising=False)
    if room is not None:
        monkeypatch.setenv("COLUMNS", str(room))
    said = {"at": "2026-07-14T15:30:00Z", "who": "Tom Tanner", "from": None, "to": None, **event}
    told = list(ticket_story({**TICKET, "thread": [], "events": [said], "notices": []}, "UTC"))
    return "\n".join(told[told.index("History") + 1 : told.index("Notices") - 1]).splitlines()


def test_a_long_line_of_the_history_hangs_below_itself_on_a_terminal_and_is_one_line_elsewhere(monkeypatch):
    event = {"what": "opened", "to": "new", "mail": 12, "because": "'does not turn' speaks for a fault; " * 9}
    (line,) = history(monkeypatch, None, **event)
    assert "Tom Tanner  opened  ('does not turn'" in line and line.endswith(")  m12")
    first, *rest = history(monkeypatch, 80, **event)
    assert rest and all(len(one) <= 80 for one in (first, *rest)) and all(one.startswith(" " * 8) for one in rest)
    assert " ".join([first, *(one.strip() for one in rest)]).split() == line.split()


def test_a_notice_that_came_back_is_named(monkeypatch):
    (line,) = history(monkeypatch, None, what="undelivered", to="acknowledgement", because="came back: 5.2.2")
    assert "undelivered: acknowledgement  (came back: 5.2.2)" in line


def test_a_long_fold_is_cut_and_says_so():
    told = story(entry("", "\n".join(f"line {n}" for n in range(500))))
    shown = [line for line in told if line.startswith("| ")]
    assert len(shown) == FOLDED_LINES + 1
    assert shown[-1] == f"| … {500 - FOLDED_LINES} more lines (show --json has them)"


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 4, "abc…"),
        ("日本語", 6, "日本語"),
        ("日本語x", 6, "日本… "),  # a wide letter is never halved
        ("a\x1bb", 3, "a b"),
    ],
)
def test_a_cell_has_exactly_its_width(text, width, shown):
    assert fit(text, width) == shown
