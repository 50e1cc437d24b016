"""`districtdesk preview`: every notice, in every language, without a desk."""

import json
from pathlib import Path

import pytest

from desk.check import run_checks
from desk.cli import main
from desk.config import load_settings
from desk.preview import broken_templates, known_templates, preview
from notifier.settings import DeliverySettings, DeskIdentity
from notifier.wording import OURS

TEMPLATES = sorted(path.stem for path in (OURS / "en").glob("*.txt"))
DESK = DeskIdentity("Oak District", "help@oakdistrict.example")


def test_every_template_is_previewed_in_both_forms(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["preview", "--all", "--language", "es"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [f"preview/{name}.es.{ending}" for name in TEMPLATES for ending in ("txt", "html")]
    for name in said:
        assert len((tmp_path / name).read_text(encoding="utf-8")) > 100
    assert not list(tmp_path.glob("*.db*")), "it needs no database"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_preview_shows_the_sample_and_no_gap(template, language):
    text, page = preview(DESK, DeliverySettings(), template, language)
    assert "Oak District" in text and "Oak District" in page
    for body in (text, page):
        assert not any(gap in body for gap in ("None", "Undefined", "{{", "{%", "%s"))
    assert "+" not in "".join(part.partition('"')[0] for part in page.split("mailto:")[1:])


def test_a_districts_own_template_is_what_is_shown(tmp_path, monkeypatch, capsys):
    (tmp_path / "mine" / "en").mkdir(parents=True)
    (tmp_path / "mine" / "en" / "closed.txt").write_text("Bye {{ to.name }}", encoding="utf-8")
    (tmp_path / "districtdesk.toml").write_text(f"[delivery]\ntemplates = {json.dumps(str(tmp_path / 'mine'))}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["preview", "closed", "--out", "there"]) == 0
    assert Path("there/closed.en.txt").read_text(encoding="utf-8") == "Bye Maria Ruiz\n"
    assert "closed" in known_templates(DeliverySettings(templates=tmp_path / "mine"))


@pytest.mark.parametrize(("arguments", "status", "said"), [
    (["preview"], 2, "name one template, or say --all"),
    (["preview", "closed", "--all"], 2, "name one template, or say --all"),
    (["preview", "nothing"], 1, "there is no template 'nothing'; there are acknowledgement, assigned"),
    (["preview", "closed", "--language", "tlh"], 1, "there are en, es, and not 'tlh'"),
    (["preview", "closed", "--out", "file/x"], 1, "cannot be written"),
])  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(tmp_path, monkeypatch, capsys, arguments, status, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(arguments) == status
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi\n{% if ticket %}", "template en/resolved.txt, line 2: "),
        ("{{ ticket.opened_at|no_such_filter }}", "template en/resolved.txt, line 1: "),
        ("{{ ticket.nothing.at.all }}", "template resolved (en) fails with the sample data: "),
        ('{% extends "no_such.txt" %}', "template resolved (en) wants 'no_such.txt', which is not there"),
    ],
)
def test_a_broken_template_is_a_sentence_for_preview_and_check(tmp_path, monkeypatch, capsys, text, said):
    (tmp_path / "own" / "en").mkdir(parents=True)
    (tmp_path / "own" / "en" / "resolved.txt").write_text(text)
    (tmp_path / "districtdesk.toml").write_text('[delivery]\ntemplates = "own"\n')
    monkeypatch.chdir(tmp_path)
    assert main(["preview", "--all"]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith(said) and "Traceback" not in printed.err and printed.err.count("\n") == 1
    assert "reply.en.txt" in printed.out  # the others are shown
    settings = load_settings(None, {})
    assert [finding for finding in run_checks(settings) if finding.what == "templates" and said in finding.said]


def test_a_template_that_no_notice_uses_and_words_that_cannot_be_read_are_told(tmp_path):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "aknowledgement.txt").write_text("Hi")
    own = DeliverySettings(templates=tmp_path)
    assert broken_templates(DESK, own) == [
        "en/aknowledgement.txt: no notice is called 'aknowledgement'; did you mean acknowledgement?"
    ]
    (tmp_path / "en" / "words.toml").write_text("[labels\n")
    (only,) = broken_templates(DESK, own)
    assert only.startswith("en/words.toml: ")
