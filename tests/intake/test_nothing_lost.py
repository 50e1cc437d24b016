"""No word of a requester is ever lost: a body is its new words and what was folded, woven in order."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.body import cut
from intake.html import html_to_text
from intake.message import Message
from intake.reading import read_unguarded
from tests.intake.reply_corpus import read_cases
from tests.intake.test_body import _PIECES, WHOLE_MAILS
from tests.patience import examples

MAILS = sorted((Path(__file__).parent.parent / "mail").glob("*/*.eml"))
_quiet = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
_HTML = st.sampled_from(
    ["<div>", "</div>", "<p>", "</p>", "<br>", "<blockquote type=cite>", "<blockquote class='gmail_quote'>", "</blockquote>",
     "<div class='gmail_quote'>", "<div id='appendonsend'>", "<div id='divRplyFwdMsg'>", "<hr>", "<div class='gmail_signature'>",
     "<div class=WordSection1>", "<div style='border:none;border-top:solid #E1E1E1 1.0pt'>", "<table><tr><td>", "</table>",
     "<div class='yahoo_quoted'>", "<div class='moz-cite-prefix'>", "<pre>", "</pre>", "<li>", "<b>From:</b> Ann"]
)  # fmt: skip


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]


def is_woven(text: str, new: str, folded: str) -> bool:
    """Whether the text's lines are those of the two others, each line from one of them, in their order."""
    whole, left, right = lines_of(text), lines_of(new), lines_of(folded)
    if len(whole) != len(left) + len(right):
        return False
    taken = {0}  # how many lines of `left` may be used up so far
    for at, line in enumerate(whole):
        taken = {n + 1 for n in taken if n < len(left) and left[n] == line} | {
            n for n in taken if at - n < len(right) and right[at - n] == line
        }
    return len(left) in taken


def holds(message: Message) -> bool:
    return is_woven(message.text, message.new_text, message.folded)


def test_the_check_itself_sees_what_is_lost_doubled_or_moved():
    assert is_woven("a\nb\nc", "a\nc", "b")
    for new, folded in (("a", "b"), ("a\nc", "b\nb"), ("c\na", "b"), ("a\nc", "d")):
        assert not is_woven("a\nb\nc", new, folded)


@pytest.mark.parametrize("file", MAILS, ids=lambda file: file.name)
def test_every_mail_of_the_corpus_is_its_new_words_and_what_was_folded(file: Path):
    assert holds(read_unguarded(file.read_bytes()))


@pytest.mark.parametrize("case", [case for name in WHOLE_MAILS for case in read_cases(name)], ids=lambda case: case.name)
def test_every_reply_of_the_corpus_is_its_new_words_and_what_was_folded(case):
    html = case.parts.get("html")
    text = case.parts.get("text") or html_to_text(html or "")
    found = cut(text, html, case.parts.get("subject", ""))
    assert is_woven(text, found.new_text, found.folded)


@settings(_quiet, max_examples=examples(300))
@given(st.lists(_PIECES | st.text(max_size=20), max_size=25), st.lists(_HTML | _PIECES, max_size=25), st.sampled_from(["", "FW: x", "Re: x"]))
def test_no_word_of_any_text_beside_any_html_is_lost(pieces: list[str], html: list[str], subject: str):
    text = "\n".join(pieces)
    found = cut(text, "\n".join(html), subject, "Ann Lee")
    assert is_woven(text, found.new_text, found.folded)


@settings(_quiet, max_examples=examples(300))
@given(st.sampled_from(MAILS), st.lists(st.tuples(st.integers(0, 5000), st.sampled_from([0, 1, 30]), _PIECES | _HTML), max_size=4))
def test_no_word_of_a_damaged_mail_is_lost(file: Path, wounds: list[tuple[int, int, str]]):
    raw = file.read_bytes()
    for at, length, piece in wounds:
        at %= len(raw) + 1
        raw = raw[:at] + piece.encode() + raw[at + length :]
    assert holds(read_unguarded(raw))
