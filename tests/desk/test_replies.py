"""What people type: prose that must stay prose, commands that must be understood.

The two tables beside this file are read as they are: `prose.txt` (replies parted by %%) and `commands.txt` (a line
each: what is meant | what is typed, with \\n for a line's end).
"""

import re
from pathlib import Path

import pytest

from desk.command_values import read_category, read_minutes
from desk.commands import Reading, read_commands
from intake.message import read_message
from tests.make import make_mail

HERE = Path(__file__).parent / "replies"
PROSE = (HERE / "prose.txt").read_text(encoding="utf-8").rstrip("\n").split("\n%%\n")
_SIGN = re.compile(r"\\(n|u[0-9a-f]{4}|\\)")


def typed(line: str) -> str:
    return _SIGN.sub(lambda sign: {"n": "\n", "\\": "\\"}.get(sign[1]) or chr(int(sign[1][1:], 16)), line)


COMMANDS = [
    (meant, typed(text))
    for meant, text in (
        line.split(" | ", 1) for line in (HERE / "commands.txt").read_text(encoding="utf-8").splitlines()
    )
]


def meaning(reading: Reading) -> str:
    """The commands as `commands.txt` writes them: done time=20m."""
    said = [
        command.name + (f"={command.argument.lower()}" if command.argument and command.name != "note" else "")
        for command in reading.commands
    ]
    return " ".join(said)


def test_the_tables_are_as_large_as_they_should_be() -> None:
    assert len(set(PROSE)) >= 300 and len(set(COMMANDS)) >= 280


def test_no_prose_is_misread() -> None:
    read = {text: read_commands(text) for text in PROSE}
    wrong = [text for text, found in read.items() if found.commands or found.near_misses or found.words != text]
    assert wrong == []


def test_commands_are_understood_in_the_ways_people_type_them() -> None:
    read = [(meant, text, read_commands(text)) for meant, text in COMMANDS]
    wrong = [
        (text, meaning(found), meant) for meant, text, found in read if meaning(found) != meant or found.near_misses
    ]
    assert len(wrong) / len(read) <= 0.01, wrong


HTML = [
    "<div>#done</div><div>#time 20m</div>",
    "<p>#done</p><p>#time 20m</p>",
    "#done<br>#time 20m<br>",
    "<ul><li>#done</li><li>#time 20m</li></ul>",
    "<div>Hi Tess,</div><div><br></div><div>#done</div><div>#time&nbsp;20m</div><div><br></div><div>Thanks,</div><div>Tom</div>",
    "<div><b>#done</b></div><div>#<span>time</span> 20m</div>",
    "<p class=MsoNormal>#done<o:p></o:p></p><p class=MsoNormal>#time 20m<o:p></o:p></p>",
    '<div dir="ltr">#done, #time 20m</div><br><div class="gmail_quote"><div>On Mon, Sep 14, 2026 at 8:00 AM Help Desk wrote:<br></div><blockquote class="gmail_quote">#mine<br>Hello</blockquote></div>',
    '<div>#done</div><div>#time 20m</div><div><br></div><div id="AppleMailSignature">Sent from my iPhone</div>',
]


@pytest.mark.parametrize("html", HTML)
def test_commands_of_an_html_mail_are_read_from_every_layout(html: str) -> None:
    message = read_message(make_mail(sender="Tom Tanner <tom.tanner@oakdistrict.example>", text=None, html=html))
    reading = read_commands(message.new_text)
    assert meaning(reading) == "done time=20m" and reading.words == "", message.new_text


def test_a_phones_signature_and_the_quote_below_hide_nothing_and_command_nothing() -> None:
    text = "#done\n\nSent from my iPhone\n\n> On Sep 14, 2026, at 8:00 AM, Help Desk <help@oakdistrict.example> wrote:\n>\n> #mine\n> Hello"
    message = read_message(make_mail(text=text, in_reply_to="a@b.example"))
    assert meaning(read_commands(message.new_text)) == "done"


@pytest.mark.parametrize(
    "text, words",
    [
        ("Hi Ms. Ruiz,\n#done\nNew lamp is in.\nThanks, Tom", "Hi Ms. Ruiz,\nNew lamp is in.\nThanks, Tom"),
        ("New lamp is in.\n#done\nTom", "New lamp is in.\nTom"),
        ("Hi,\n#done\nThanks, Tom", ""),  # a frame without a picture
        ("#done\n\nThank you so much,\nTom", ""),
        ("#done\n\nThanks for waiting!", "Thanks for waiting!"),
        ("#done. New lamp is in.", "New lamp is in."),
        ("#note she dropped it\n#mine", "she dropped it"),
    ],
)
def test_words_are_what_remains_when_they_say_something(text: str, words: str) -> None:
    assert read_commands(text).words == words


def test_a_long_note_on_one_line_is_a_note_all_the_same() -> None:
    reading = read_commands("#note " + "she dropped it and said nothing about it " * 20)
    assert reading.internal and reading.words.startswith("she dropped it")


@pytest.mark.parametrize(
    "line, meant",
    [
        ("#tmie 20m", "#time"), ("#catgory printing", "#category"), ("#same-sa 118", "#same-as"), ("#wating", "#waiting"),
        ("#reopn", "#reopen"), ("#unod", "#undo"), ("#traning", "#training"), ("#priorty high", "#priority"),
        ("#esclate", "#up"), ("#resovled", "#done"), ("#ntoe", "#note"), ("#cc", "#cc …"), ("#time", "#time …"),
    ],
)  # fmt: skip
def test_a_misspelt_command_is_asked_back(line: str, meant: str) -> None:
    assert read_commands(f"See you.\n\n{line}") == Reading((), "See you.", ((line, meant),))


@pytest.mark.parametrize(
    "text, minutes",
    [
        ("20m", 20), ("20 min", 20), ("20'", 20), ("1h", 60), ("1h30", 90), ("1 h 30 min", 90), ("1:30", 90),
        ("0.5h", 30), (".5h", 30), ("1,5 h", 90), ("½ h", 30), ("1½ hours", 90), ("half an hour", 30),
        ("media hora", 30), ("hora y media", 90), ("dos horas", 120), ("twenty minutes", 20), ("~20m", 20), ("90", 90),
        ("soon", None), ("0", None), ("-5", None), ("25h", None), ("3pm", None), ("1:75", None), ("", None),
    ],
)  # fmt: skip
def test_a_time_spent_is_read_in_minutes(text: str, minutes: int | None) -> None:
    assert read_minutes(text) == minutes


@pytest.mark.parametrize(
    "text, slug",
    [
        ("wifi", "network-wifi"), ("Wi-Fi", "network-wifi"), ("chromebook", "devices"), ("toner", "printing"),
        ("impresora", "printing"), ("accounts/passwords", "accounts-passwords"), ("contraseña", "accounts-passwords"),
        ("web filter", "web-filter"), ("google classroom", "learning-platforms"), ("projecter", None), ("lunch", None),
    ],
)  # fmt: skip
def test_a_category_goes_by_the_words_people_say(text: str, slug: str | None) -> None:
    assert read_category(text) == slug
