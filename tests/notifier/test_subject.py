"""Subjects: cleaned, compared, and rid of codes."""

import pytest

from notifier.subject import mask_codes, one_line, plain_subject, subject_line, topic_of


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        ("Projector dark", "Projector dark"),
        ("Re: Fwd: RE[2]: Projector dark", "Projector dark"),
        ("AW: WG: Beamer", "Beamer"),  # German
        ("RV: ENC: Impresora", "Impresora"),  # Spanish, Portuguese
        ("回复：打印机", "打印机"),  # full-width colon
        ("[EXTERNAL] Re: [#118] Printer", "Printer"),  # a gateway's mark, another ticket's number
        ("Printer [#118] again", "Printer again"),  # a number in the middle would claim that ticket
        ("R: drive is missing", "R: drive is missing"),  # not an Italian answer
        ("PD: sign-up for Friday", "PD: sign-up for Friday"),  # not a Polish forward
        ("Restart: needed?", "Restart: needed?"),  # begins like a prefix, is none
        ("a\r\nBcc: x@y.example", "a Bcc: x@y.example"),  # no second header field
        ("safe\u202egpj.exe", "safegpj.exe"),  # no letters that run backwards
        ("", ""),
        ("Re: ", ""),
    ],
)
def test_a_subject_loses_what_mail_programs_put_before_it(subject: str, plain: str) -> None:
    assert plain_subject(subject) == plain


def test_a_subject_is_bounded() -> None:
    assert len(plain_subject("word " * 5_000)) <= 200
    assert len(plain_subject("Re: " * 5_000 + "x")) <= 200


def test_the_subject_line_carries_the_ticket_number() -> None:
    assert subject_line(4711, "Printer") == "Re: [#4711] Printer"
    assert subject_line(None, "Printer") == "Re: Printer"


def test_numbered_messages_of_a_machine_are_one_topic() -> None:
    assert topic_of("Re: Job 17 failed!") == topic_of("[#9] job 4711: failed") == "job failed"
    assert topic_of("Printer") != topic_of("Projector")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Your code is 482913", "Your code is …"),
        ("Your code is 482-913", "Your code is …"),
        ("G-4829AB is your key", "… is your key"),
        ("Confirm at https://evil.example/x?t=1", "Confirm at …"),
        ("write to a@b.example", "write to …"),
        ("Room 12 is dark", "Room 12 is dark"),  # a room is no code
    ],
)
def test_codes_links_and_addresses_are_masked(text: str, masked: str) -> None:
    assert mask_codes(text) == masked


def test_one_line_keeps_letters_of_every_script_and_no_control_characters() -> None:
    assert one_line("Zoë\x00\t 王\x85x\u200b", 50) == "Zoë 王 x"
