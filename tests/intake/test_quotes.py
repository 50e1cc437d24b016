"""Introduction lines, header blocks and marks of every client and language in the corpus.

In:       lists in tests/mail/replies.
Out:      what cut keeps of a mail around each of them.
Not here: whole mails of clients (tests.intake.test_body).
"""

import pytest

from intake.body import cut
from intake.header_block import field_of, read_block
from intake.quotes import is_introduction
from tests.intake.reply_corpus import read_lines

REPLY = "The printer in room 12 works again.\nThank you for coming so fast!"
QUOTED = "We were there at noon.\n\nPlease tell us whether it prints now."
MARKED = "\n".join(f"> {line}".rstrip() for line in QUOTED.splitlines())


@pytest.mark.parametrize("introduction", read_lines("introductions"))
def test_an_introduction_and_the_marked_quote_below_are_folded(introduction: str) -> None:
    found = cut(f"{REPLY}\n\n{introduction}\n\n{MARKED}\n")
    assert found.new_text == REPLY
    assert introduction in found.folded


@pytest.mark.parametrize("introduction", read_lines("introductions"))
def test_an_introduction_folds_a_quote_without_marks(introduction: str) -> None:
    assert cut(f"{REPLY}\n\n{introduction}\n\n{QUOTED}\n").new_text == REPLY


@pytest.mark.parametrize("introduction", read_lines("introductions"))
def test_an_answer_below_the_quote_is_kept(introduction: str) -> None:
    assert cut(f"{introduction}\n{MARKED}\n\n{REPLY}\n").new_text == REPLY


@pytest.mark.parametrize("introduction", read_lines("introductions"))
def test_an_introduction_right_under_the_words_takes_none_of_them(introduction: str) -> None:
    assert cut(f"{REPLY}\n{introduction}\n{MARKED}\n").new_text == REPLY


@pytest.mark.parametrize("prose", read_lines("not_introductions"))
def test_prose_that_looks_like_an_introduction_is_kept(prose: str) -> None:
    text = f"Hello,\n\n{prose}\nThe lab is closed.\nPlease help."
    assert cut(text).new_text == text


@pytest.mark.parametrize("block", read_lines("header_blocks"))
def test_a_header_block_and_all_below_it_is_folded(block: str) -> None:
    found = cut(f"{REPLY}\n\n{block}\n\n{QUOTED}\n", subject="RE: Printer")
    assert found.new_text == REPLY
    assert found.forwarded is None


@pytest.mark.parametrize("mark", read_lines("desk_marks"))
def test_everything_under_a_desk_mark_is_folded(mark: str) -> None:
    assert cut(f"{REPLY}\n\n{mark}\n\n{QUOTED}\n").new_text == REPLY
    assert cut(f"{REPLY}\n\n> {mark}\n>\n{MARKED}\n").new_text == REPLY


@pytest.mark.parametrize(
    "prose",
    [
        "From: room 12\nTo: room 14\nDate: next Monday\nSubject: moving the projector",
        "Date: 1/5/2024\nTo: all teachers\nThe lab is closed.",
        "To: do list\nFrom: now on",
        "Subject: Math\nTeacher: Ann Lee\nPeriod: 3",
        "A: yes\nB: no",
    ],
)
def test_a_form_that_a_person_filled_in_is_kept(prose: str) -> None:
    assert cut(f"Hello,\n\n{prose}\n\nThanks").new_text == f"Hello,\n\n{prose}\n\nThanks"


def test_a_field_is_known_by_its_name_with_emphasis_and_wide_colon() -> None:
    assert field_of("*Von:* Ann") == ("from", "Ann")
    assert field_of("发件人： 王") == ("from", "王")
    assert field_of("Room: 12") is None


def test_a_block_reads_values_wrapped_over_lines() -> None:
    lines = ["From: Ann <a@x.example>", "To: Bo <b@x.example>,", " Cy <c@x.example>", "Subject: Hi", "", "Text: no"]
    block = read_block(lines, 0)
    assert block is not None
    assert block.end == 4
    assert block.fields["to"] == "Bo <b@x.example>, Cy <c@x.example>"


def test_a_pronoun_is_no_writer_of_a_quote() -> None:
    assert is_introduction("On 5 May 2024 at 9:12 Ann Lee wrote:")
    assert not is_introduction("On 5 May 2024 at 9:12 she wrote:")
