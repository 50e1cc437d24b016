"""Replies as people type them on phones and desktops: prose that must not be misread, commands that must be heard.

In:       typed.jsonl: `text`, whether it is `prose`, else its `commands`, the `words` that remain, the `note`.
Out:      nothing.
Not here: what the commands do (test_deeds), the tables beside the code (test_replies).
"""

import json
from pathlib import Path

import pytest

from desk.commands import Reading, read_commands
from intake.message import read_message
from tests.make import make_mail

LINES = [json.loads(line) for line in (Path(__file__).parent / "typed.jsonl").read_text("utf-8").splitlines()]
PROSE = [line for line in LINES if line["prose"]]
COMMANDS = [line for line in LINES if not line["prose"]]


def heard(text: str) -> Reading:
    return read_commands(read_message(make_mail(text=text)).new_text)


def plain(text: str) -> str:
    return " ".join(text.split()).lower()


@pytest.mark.parametrize("line", PROSE, ids=lambda line: line["id"])
def test_prose_is_prose(line):
    reading = heard(line["text"])
    assert reading.commands == () and reading.near_misses == ()


def is_right(line: dict) -> bool:
    reading = heard(line["text"])
    got = [(one.name, plain(one.argument).strip(" .!")) for one in reading.commands]
    wanted = [(name, plain(argument).strip(" .!")) for name, argument in line["commands"]]
    note = reading.words if reading.internal else reading.note
    words = "" if reading.internal else reading.words
    return got == wanted and plain(words) == plain(line["words"]) and plain(note) == plain(line.get("note", ""))


def test_nearly_every_command_is_heard_with_the_words_and_the_note_apart():
    wrong = [line["id"] for line in COMMANDS if not is_right(line)]
    assert len(wrong) <= 0.01 * len(COMMANDS), wrong


@pytest.mark.parametrize(
    ("text", "words", "note"),
    [
        ("I'll come Monday.\n#note\nBring a colleague.\n#done", "I'll come Monday.", "Bring a colleague."),
        ("Fixed it\n\n#note wrong lamp\nagain\n#time 20m", "Fixed it", "wrong lamp\nagain"),
        ("It works again.\n#done\n#note she dropped it", "It works again.", "she dropped it"),
    ],
)
def test_what_follows_a_note_below_words_is_for_colleagues_and_the_words_are_not(text, words, note):
    reading = read_commands(text)
    assert (reading.words, reading.note, reading.internal) == (words, note, False)


@pytest.mark.parametrize("text", ["#note\nthe lamp is on order", "The lamp is on order.\n#note", "#note a\nb"])
def test_with_nothing_above_or_nothing_below_the_whole_is_the_note(text):
    reading = read_commands(text)
    assert reading.internal and reading.words and not reading.note
