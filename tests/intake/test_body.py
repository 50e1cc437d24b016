"""Whole mails of clients, forwards, and what must hold for any text at all.

In:       tests/mail/replies.
Out:      the new words, signature and forwarded mail.
Not here: reading mails from bytes (tests.intake.test_message).
"""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.body import cut
from intake.html import html_to_text
from tests.intake.reply_corpus import Case, read_cases, read_lines
from tests.patience import HANG_SECONDS, examples

WHOLE_MAILS = ("clients", "held_out", "held_out_2", "held_out_3")
WORDS = "It smells burnt.\n\nPlease come today."


@pytest.mark.parametrize(
    "case", [case for name in WHOLE_MAILS for case in read_cases(name)], ids=lambda case: case.name
)
def test_the_new_words_of_a_client_are_found(case: Case) -> None:
    html = case.parts.get("html")
    text = case.parts.get("text") or html_to_text(html or "")
    found = cut(text, html, case.parts.get("subject", ""))
    assert found.new_text == case.parts["reply"]
    assert found.signature == case.parts.get("signature", found.signature)


@pytest.mark.parametrize("heading", read_lines("forward_headings"))
@pytest.mark.parametrize("note", ["", "Can you look at this?\nIt is urgent."])
def test_a_forward_is_folded_and_read(heading: str, note: str) -> None:
    quoted = "\n> " in heading
    words = "\n".join(f"> {line}".rstrip() for line in WORDS.splitlines()) if quoted else WORDS
    found = cut(f"{note}\n\n{heading}\n\n{words}\n", subject="FW: Printer")
    assert found.new_text == note
    assert found.forwarded is not None
    assert found.forwarded.author.address == "ann.lee@oakdistrict.example"
    assert found.forwarded.author.name in ("Ann Lee", "Lee, Ann")
    assert found.forwarded.subject == "Printer"
    assert found.forwarded.text == WORDS
    assert WORDS.splitlines()[0] in found.folded


@pytest.mark.parametrize("subject", ["WG: Drucker", "TR: x", "RV: x", "ENC: x", "[EXTERNAL] FW: x", "转发: x", "VB: x"])
def test_the_subject_tells_a_forward_from_a_reply(subject: str) -> None:
    block = "From: Ann <ann@x.example>\nSent: Friday, January 5, 2024 9:12 AM\nTo: Jo\nSubject: Printer\n\nIt smokes."
    assert cut(f"Please see\n\n{block}", subject=subject).forwarded is not None
    assert cut(f"Please see\n\n{block}", subject=f"RE: {subject}").forwarded is None


def test_a_forward_in_html_is_read_from_its_container() -> None:
    html = (
        '<div>FYI</div><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message '
        "---------<br>From: <strong>Ann Lee</strong> &lt;<a href='mailto:ann@x.example'>ann@x.example</a>&gt;<br>"
        "Date: Fri, Jan 5, 2024 at 9:12 AM<br>Subject: Printer<br>To:  &lt;jo@x.example&gt;<br></div><br><br>"
        "<div>It smokes.</div></div>"
    )
    found = cut(html_to_text(html), html, "Fwd: Printer")
    assert found.new_text == "FYI"
    assert found.forwarded is not None
    assert (found.forwarded.author.name, found.forwarded.author.address) == ("Ann Lee", "ann@x.example")
    assert found.forwarded.text == "It smokes."


def test_a_forward_within_a_quoted_mail_is_no_forward_of_this_sender() -> None:
    text = "ok\n\nOn Fri, Jan 5, 2024 at 9:12 AM Ann <a@x.example> wrote:\n> ---------- Forwarded message ---------\n> hi"
    assert cut(text).forwarded is None


_PIECES = st.sampled_from(
    ["On Fri, Jan 5, 2024 at 9:12 AM Ann <a@x.example> wrote:", "> quoted", "> 5 V", "-- ", "--", "", "Thanks,", "Ann Lee",
     "From: Ann <a@x.example>", "Sent: Friday, January 5, 2024 9:12 AM", "To: Jo", "Subject: Hi", "-----Original Message-----",
     "Sent from my iPhone", "The lab is closed.", "555-010-1234", "Oak Elementary School", "Teacher", "________________",
     "CAUTION: external email, do not click links", "##- reply above this line -##", "Begin forwarded message:", "\u3000", "|x",
     "wrote:", "<a@x.example> wrote:", ">>> Ann 1/5/2024 9:12 AM >>>", "CONFIDENTIALITY NOTICE: privileged", "x" * 90]
)  # fmt: skip


def _filled(*texts: str) -> list[str]:
    return sorted(line.strip() for text in texts for line in text.splitlines() if line.strip())


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(_PIECES | st.text(max_size=30), max_size=25), st.booleans())
def test_every_line_is_either_new_or_folded(pieces: list[str], forward: bool) -> None:
    text = "\n".join(pieces)
    found = cut(text, subject="FW: x" if forward else "")
    assert _filled(found.new_text, found.folded) == _filled(*text.replace("\r", "\n").split("\n"))
    assert set(_filled(found.signature)) <= set(_filled(found.folded))


@settings(max_examples=examples(200), deadline=None)
@given(st.text(max_size=300), st.text(alphabet="<>/\"'=abdivp &;!-\nq", max_size=300))
def test_no_text_and_no_html_makes_it_raise(text: str, html: str) -> None:
    cut(text, html)
    laid = html_to_text(html)
    found = cut(laid, html)
    assert _filled(found.new_text, found.folded) == _filled(laid)


@pytest.mark.parametrize(
    "text",
    [
        " " * 50_000 + "x", "On " * 17_000, "On On On\n" * 6_000, ">" * 5_000_000, "> x\n" * 1_200_000, "\n" * 5_000_000,
        "From: a\n" * 600_000, "a@" * 25_000 + ":", "On Jan 5, 2024 " * 3_000 + "wrote:", "wrote:\n" * 700_000,
        "word " * 1_000_000, "-" * 50_000, "- \n" * 100_000, "(" * 50_000, "A B, C | D - E\n" * 20_000, "1" * 50_000,
        "_" * 5_000_000, "-- x\n" * 1_000_000, "\t" * 50_000 + ":", "Sent " * 10_000, "X" + "." * 49_000 + ":", "*" * 1_000_000,
    ],
    ids=lambda text: f"{text[:8]!r}-{len(text)}",
)  # fmt: skip
def test_time_is_linear_whatever_the_text(text: str) -> None:
    began = time.process_time()
    cut(text)
    assert time.process_time() - began < HANG_SECONDS
