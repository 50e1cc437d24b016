"""Mails in the shape of every client and mail system we know of, read as a careful person reads them."""

from pathlib import Path

import pytest

from tests.intake.whole_mails import differences

MAIL = Path(__file__).parent.parent / "mail"
FILES = [file for folder in ("answers", "automatic", "structure") for file in sorted((MAIL / folder).glob("*.eml"))]

# Mails that are not yet read as a person reads them, each with what stands in the way.
GAPS = {
    "answers/outlook_plain_original": "`-Sabine` counts as a signature, as it mostly is one",
    "answers/initials_quoting": "quotes marked by initials are seen only below an introduction",
    "answers/from_label_in_own_text": "a pasted header block looks like the start of a quoted mail",
    "answers/closing_contact_vcard_no_delim": "a farewell over a contact block goes with the block",
    "answers/fwd_gmail_text_after_block": "Gmail's container of a forward is taken to reach to the end",
    "answers/outlook_web_social_links": "links to networks alone on a line, outside the client's signature, stay",
    "automatic/outlook_systemadmin_quota": "an address with an unquoted comma is read from the comma on",
}


def _cases() -> list[object]:
    cases = []
    for file in FILES:
        name = f"{file.parent.name}/{file.stem}"
        marks = [pytest.mark.xfail(reason=GAPS[name], strict=True)] if name in GAPS else []
        cases.append(pytest.param(file, id=name, marks=marks))
    return cases


@pytest.mark.parametrize("file", _cases())
def test_a_mail_is_read_as_a_person_reads_it(file: Path) -> None:
    assert differences(file) == []


def test_every_gap_names_a_mail() -> None:
    assert GAPS.keys() <= {f"{file.parent.name}/{file.stem}" for file in FILES}
