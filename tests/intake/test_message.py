"""Reading whole mails: the corpus, and rules that span several rooms."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.files import clean_filename
from intake.message import Message, NameAddr, read_message
from intake.reading import read_unguarded
from intake.report import parse_report
from intake.screen import Verdict
from tests.make import make_mail

MAIL = Path(__file__).parent.parent / "mail"
CORPUS = sorted([*MAIL.glob("ordinary/*.eml"), *MAIL.glob("hostile/*.eml")])


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_corpus_mail_reads_as_its_json_says(file: Path) -> None:
    wanted = json.loads(file.with_suffix(".json").read_text())
    report = parse_report(file.name, read_unguarded(file.read_bytes()), Verdict("human", "", ""))
    assert {key: report[key] for key in wanted} == wanted


def test_the_corpus_is_there() -> None:
    assert len(CORPUS) > 50


def test_a_mail_of_ours_reads_back_whole() -> None:
    raw = make_mail(
        subject="Schlüssel – weg", text="Größe\n", html="<p>Größe</p>", cc="Bo Böhm <bo@oakdistrict.example>",
        references=["a@x.example", "b@x.example"], in_reply_to="b@x.example",
        attachments=[("Größe.pdf", "application/pdf", b"%PDF\r\n\x00\xff")],
    )  # fmt: skip
    message = read_message(raw)
    assert message.subject == "Schlüssel – weg"
    assert message.text == "Größe\n"
    assert message.author == NameAddr("Tess Turner", "tess.turner@oakdistrict.example")
    assert message.cc == (NameAddr("Bo Böhm", "bo@oakdistrict.example"),)
    assert (message.references, message.in_reply_to) == (("a@x.example", "b@x.example"), ("b@x.example",))
    assert [(one.filename, one.content) for one in message.files] == [("Größe.pdf", b"%PDF\r\n\x00\xff")]
    assert message.date is not None and message.date.utcoffset() == timedelta(0)
    assert message.charset_repairs == 0


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"\x89PNG\r\n\x1a\n\0\0", b"just a few words\nand more\n", b"<html>"])
def test_bytes_without_any_field_hold_no_mail(raw: bytes) -> None:
    assert not read_message(raw).holds_mail


def test_one_field_is_a_mail() -> None:
    assert read_message(b"Subject: x").holds_mail


def test_fields_are_lower_case_and_unfolded_in_order() -> None:
    message = read_message(b"X-A: one\r\n\ttwo\r\nSubject: =?utf-8?q?=C3=A9?=\r\nx-a: three\r\n\r\n")
    assert message.fields == (("x-a", "one two"), ("subject", "é"), ("x-a", "three"))
    assert message.fields_named("X-A") == ("one two", "three")


def test_the_first_usable_author_is_the_author() -> None:
    message = read_message(b"From: root, Ann <ann@x.example>, b@x.example\r\n\r\n")
    assert message.author == NameAddr("root, Ann", "ann@x.example")
    assert [one.address for one in message.authors] == ["ann@x.example", "b@x.example"]


def test_an_attached_mail_is_the_forwarded_one() -> None:
    message = read_message((MAIL / "ordinary/forwarded_as_attachment.eml").read_bytes())
    assert message.forwarded is not None
    assert message.forwarded.author == NameAddr("Paul Parent", "paul@families.example")
    assert message.forwarded.subject == "Café account"
    assert message.forwarded.text == "My child cannot log in."


def test_a_delivery_report_is_no_forward() -> None:
    assert read_message((MAIL / "ordinary/delivery_report.eml").read_bytes()).forwarded is None


def test_a_mail_that_breaks_a_reader_still_gives_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(raw: bytes) -> Message:
        raise RecursionError

    monkeypatch.setattr("intake.reading.read_unguarded", broken)
    message = read_message(b"Subject: x\r\n\r\nhelp me")
    assert message.holds_mail and "help me" in message.new_text


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), max_size=60).map(
    lambda text: " ".join(text.split())
)


@settings(deadline=None)
@given(subject=_WORDS, name=_WORDS, body=_WORDS, filename=_WORDS, content=st.binary(max_size=200))
def test_what_was_written_is_read_back(subject: str, name: str, body: str, filename: str, content: bytes) -> None:
    def word(text: str) -> str:
        return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="

    raw = (
        f"From: {word(name)} <tess@oakdistrict.example>\r\nSubject: {word(subject)}\r\n"
        "Content-Type: multipart/mixed; boundary==_b\r\n\r\n--=_b\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{base64.encodebytes(body.encode()).decode()}\r\n--=_b\r\n"
        f"Content-Type: image/png\r\nContent-Disposition: attachment; filename*=utf-8''{quote(filename)}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{base64.encodebytes(content).decode()}\r\n--=_b--\r\n"
    ).encode()
    message = read_unguarded(raw)
    assert message.subject == subject
    assert message.author.name in (name or None, name.strip('"').strip() or None)
    assert message.text == body
    assert message.files[0].content == content
    assert message.files[0].filename == clean_filename(filename)
    assert message.charset_repairs == 0
