"""Commands in a reply: lines at the top or the bottom are commands, prose is prose."""

import pytest

from desk.commands import MAX_COMMANDS, read_commands


def names(text: str) -> list[str]:
    return [command.name for command in read_commands(text).commands]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("#done", ["done"]),
        ("#Done.", ["done"]),  # a phone's capital and full stop
        ("# done", ["done"]),  # a phone's helpful blank
        ("#\u00a0done", ["done"]),  # and its non-breaking one
        ("#closed\n\nAll good now.", ["done"]),
        ("All good now.\n\n#fixed", ["done"]),
        ("#mine\n#training\nI will see you Tuesday.", ["mine", "training"]),
        ("#mine please", ["mine"]),
        ("#assign ann.lee@oak.example", ["assign"]),
        ("#level 2", ["level2"]),
        ("#level2", ["level2"]),
        ("#ayuda", ["help"]),
        ("#note\nwaiting for the lamp", ["note"]),
        ("#help", ["help"]),
    ],
)
def test_commands_are_understood_as_people_type_them(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "#3 printer is out of toner",
        "We use #done as a hashtag",
        "I am done.",
        "See room #12",
        "#request for new lamps went to the office",  # a heading, not a command
        "first line\n#done\nlast line",  # in the middle of prose
        "#",
        "##done",
        "#edtech is great",
        "#1 priority for us is testing",
        "# # #",
        "#training day is Monday",
    ],
)
def test_prose_stays_prose(text):
    reading = read_commands(text)
    assert reading.commands == () and reading.near_misses == () and reading.words == text


def test_the_words_are_what_remains():
    reading = read_commands("#mine\n\nHello Ann,\nI come at ten.\n\n#waiting\n")
    assert reading.words == "Hello Ann,\nI come at ten."
    assert [command.name for command in reading.commands] == ["mine", "waiting"]


def test_a_note_may_stand_on_the_command_line_itself():
    reading = read_commands("#note the lamp is on order\nuntil Friday")
    assert reading.internal and reading.words == "the lamp is on order\nuntil Friday"


@pytest.mark.parametrize("line, meant", [("#doen", "#done"), ("#trainning", "#training"), ("#asign ann", "#assign")])
def test_a_near_miss_is_asked_back_and_not_sent_to_the_requester(line, meant):
    reading = read_commands(f"See you.\n{line}")
    assert reading.near_misses == ((line, meant),)
    assert reading.words == "See you."


def test_a_command_that_lacks_its_argument_is_no_command():
    assert read_commands("#assign").near_misses == (("#assign", "#assign …"),)


@pytest.mark.parametrize("line", ["#snooze", "#spam!", "#Archive.", "#duration 20m", "#reply-to pat@elsewhere.example"])
def test_a_command_nobody_knows_is_told_and_never_sent_to_the_requester(line):
    reading = read_commands(f"{line}\nSee you.")
    assert reading.near_misses == ((line, ""),)
    assert reading.words == "See you." and reading.commands == ()


@pytest.mark.parametrize("text", ["# Steps\nturn it off", "#projector is dark again", "#12 is the room", "# Lab 3"])
def test_a_heading_or_a_sentence_is_no_unknown_command(text):
    assert read_commands(text).near_misses == () and read_commands(text).words == text


def test_more_commands_than_anybody_gives_stay_words() -> None:
    found = read_commands("#done\n" * (MAX_COMMANDS + 3) + "It prints.")
    assert len(found.commands) == MAX_COMMANDS
    assert found.words == "#done\n#done\n#done\nIt prints."
