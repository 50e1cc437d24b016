"""Words: spelling habits ironed out, what mail programs add left aside.

In:       classifier.text.
Out:      nothing.
Not here: rules, judging.
"""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.text import MAX_WORDS, own_words, read_words
from tests.patience import HANG_SECONDS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wi-Fi WIFI wi‑fi", ("wifi", "wifi", "wi", "fi")),  # the third has a non-breaking hyphen
        ("doesn't doesn’t doesnt", ("doesnt", "doesnt", "doesnt")),  # typed three ways, one word
        ("¿Cómo lo enseño?", ("como", "lo", "enseno", "?")),  # accents are often left out
        ("i-Ready e-mail pop-up", ("iready", "email", "pop", "up")),  # short heads join, longer split
        ("room 214, ext. 4402", ("room", "000", "ext", "0000")),  # which number does not matter, how long does
        ("see https://x.example/a?b=c now", ("see", "weblink", "now")),
        ("ask jo@oak.example!!!", ("ask", "mailaddress", "!")),
        ("", ()),
    ],
)
def test_words_are_the_same_however_they_are_typed(text, words):
    assert read_words("", text).text == words


def test_a_subject_stands_apart_and_loses_its_reply_marks():
    words = read_words("RE: Fwd: Copier", "jammed")
    assert words.subject == ("copier",)
    assert words.all == ("copier", "|", "jammed")


@pytest.mark.parametrize(
    "added",
    [
        "Sent from my iPad",
        "Get Outlook for iOS",
        "Enviado desde mi iPhone",
        "-- \nJ. Doe\nphone 555-0100 voicemail printing",
        "________________________________\nFrom: somebody",
        "On Mon, May 5, 2025 at 9:00 AM Jo wrote:\n> the printer",
        "CONFIDENTIALITY NOTICE",
    ],
)
def test_what_a_mail_program_adds_is_left_aside(added):
    assert own_words(f"The board is dead\n{added}") == "The board is dead"


def test_a_warning_banner_is_left_aside_but_its_mail_is_kept():
    banner = "CAUTION: This email originated from outside of the organization."
    assert own_words(f"{banner}\nno wifi in 4") == "no wifi in 4"


def test_a_mail_of_quotes_alone_keeps_its_words():
    assert own_words("> the printer is on fire") == "> the printer is on fire"


@given(st.text(max_size=400), st.text(max_size=2000))
def test_any_text_can_be_read(subject, text):
    words = read_words(subject, text)
    assert len(words.text) <= MAX_WORDS
    assert all(word == word.lower() and word.isascii() for word in words.text)


@pytest.mark.parametrize("text", ["a" * 2_000_000, "- " * 500_000, "\n" * 1_000_000, "é" * 500_000, "on " * 400_000])
def test_a_huge_text_is_read_in_no_time(text):
    before = time.perf_counter()
    read_words(text, text)
    assert time.perf_counter() - before < HANG_SECONDS
