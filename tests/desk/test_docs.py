"""The operators' pages name what there is: keys, categories, options, what templates may use."""

import argparse
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from desk import cli
from desk.cli_options import build_parser
from desk.commands import COMMANDS, read_commands
from desk.config_fields import LISTS, SECTIONS
from desk.preview import preview
from models.words import CATEGORIES, ROLES
from notifier.phrasing import FILTERS
from notifier.settings import DeliverySettings, DeskIdentity, Habits
from notifier.wording import OURS, vocabulary

DOCS = Path(__file__).parents[2] / "docs"


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def chapter(heading: str) -> str:
    """What configuration.md says under one heading, up to the next."""
    found = re.search(rf"(?ms)^##+ `{re.escape(heading)}`.*?(?=^##)", page("configuration"))
    return found[0] if found else ""


@pytest.mark.parametrize("name", [*SECTIONS, *LISTS])
def test_every_key_is_documented_where_its_section_is(name):
    fields = SECTIONS.get(name) or LISTS[name]
    said = chapter(f"[{name}]" if name in SECTIONS else f"[[{name}]]")
    assert [key for key in fields if f"`{key}`" not in said] == []


@pytest.mark.parametrize("word", [*CATEGORIES, *ROLES])
def test_every_category_and_role_is_named(word):
    assert f"`{word}`" in page("configuration")


def test_every_notice_and_what_its_template_may_use_is_named():
    said = page("templates")
    files = [*OURS.glob("en/*.txt"), *OURS.glob("*.txt"), *OURS.glob("*.html")]
    used = set()
    for file in files:
        used |= set(re.findall(r"(?<![\w.])(?:to|ticket|entry|facts|link)\.[a-z_]+", file.read_text(encoding="utf-8")))
    used -= {"facts.by", "facts.hints"}  # nobody gives them
    missing = sorted(name for name in used if f"`{name}`" not in said)
    missing += [name for name in FILTERS if name not in said]
    missing += [section for section in vocabulary("en") if f"`{section}`" not in said]
    missing += [file.stem for file in OURS.glob("en/*.txt") if f"`{file.stem}`" not in said]
    assert missing == []


def test_the_days_until_a_ticket_is_closed_are_those_of_the_program():
    assert f"when {Habits().close_after_days} days\nhave gone by" in page("operating")


def test_the_roster_page_names_every_option_of_the_command():
    commands = SimpleNamespace(**{name: value for name, value in vars(cli).items() if callable(value)})
    parser = build_parser(commands)  # type: ignore[arg-type]
    (sub,) = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    options = [option for action in sub.choices["roster"]._actions for option in action.option_strings]
    said = page("rosters")
    assert [one for one in options if one.startswith("--") and one not in ("--help", "--config") and one not in said] == []
    assert "column `status`" in said


def test_every_command_is_on_the_page_of_commands_and_in_the_help():
    said = page("commands")
    assert [name for name in COMMANDS if f"#{name}" not in said] == []
    for language in ("en", "es"):
        for ending in ("txt", "html"):
            help_page = (OURS / language / f"help.{ending}").read_text(encoding="utf-8")
            assert [name for name in COMMANDS if f"#{name}" not in help_page and name not in ("level1", "level3")] == []


def test_every_command_that_the_pages_name_is_understood():
    page_of_commands = page("commands").partition("## What is not")[0].replace("`#on behalf of`", "`#on behalf of ann`")
    shown = [line for line in re.findall(r"`(#[^`]+)`", page_of_commands) if line not in ("#", "#118")]
    values = {"assign": "ann", "give": "ann", "asignar": "ann", "cat": "wifi", "categoria": "wifi", "prio": "high",
              "building": "oak", "escuela": "oak", "para": "ann", "merge": "118", "duplicate of": "118",
              "igual que": "118", "watch": "ann", "copia": "ann", "unwatch": "ann"}  # fmt: skip
    typed = [f"{line} {values[line[1:]]}" if line[1:] in values else line for line in shown]
    assert [line for line in typed if not read_commands(line).commands] == []
    assert len(typed) > 50
def test_every_picture_that_is_shown_is_there_and_small_and_every_one_is_shown():
    shown = set(re.findall(r'src="pictures/([^"]+)"', page("notices")))
    there = {file.name: file.stat().st_size for file in (DOCS / "pictures").iterdir()}
    assert shown == set(there) and sum(there.values()) < 1_500_000


def test_the_text_that_is_shown_is_the_one_that_goes_out():
    desk = DeskIdentity("Oak District", "help@oakdistrict.example")
    text = preview(desk, DeliverySettings(), "resolved", "en")[0]
    assert re.sub(r"(?m)^(?=.)", "    ", text) in page("notices")
