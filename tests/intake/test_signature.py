"""Signatures that are removed, and words that only look like one.

In:       tests/mail/replies/device_lines.txt, signatures.txt.
Out:      new words and signature as cut parts them.
Not here: quotes (tests.intake.test_quotes).
"""

import pytest

from intake.body import cut
from intake.signature import is_device_line
from tests.intake.reply_corpus import Case, read_cases, read_lines


@pytest.mark.parametrize("line", read_lines("device_lines"))
def test_a_device_line_is_signature_with_and_without_a_quote_below(line: str) -> None:
    quote = "On Fri, Jan 5, 2024 at 9:12 AM Ann Lee <ann@oak.example> wrote:\n> Is it fixed?"
    for below in ("", f"\n\n{quote}", f"\n{quote}"):
        found = cut(f"Yes, it is.\n\n{line}{below}")
        assert (found.new_text, found.signature) == ("Yes, it is.", line)


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my room to the office, but it never came back.",
        "The message was sent from my iPhone and never arrived.",
        "Get Outlook working in room 12",
        "Sent two Chromebooks back today.",
        "Von meinem Raum aus geht es.",
    ],
)
def test_prose_about_devices_is_no_signature(line: str) -> None:
    assert not is_device_line(line)
    assert cut(f"Hello,\n\n{line}").new_text == f"Hello,\n\n{line}"


@pytest.mark.parametrize("case", read_cases("signatures"), ids=lambda case: case.name)
def test_the_signature_is_parted_from_the_words(case: Case) -> None:
    found = cut(case.parts["text"])
    assert found.new_text == case.parts["reply"]
    if "signature" in case.parts:
        assert found.signature == case.parts["signature"]
