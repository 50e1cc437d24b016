"""Who may command: gate, token and From of one person."""

import pytest

from desk.authority import gate, standing
from intake.message import read_message
from models import Address, Person
from models.address import Claim

PLAIN = b"From: Tom Reyes <tom@oak.example>\r\nTo: help@oak.example\r\nSubject: Re: x\r\n\r\n#done\r\n"


def technician(**changes: object) -> Person:
    own = [Address(address="tom@oak.example")]
    return Person(**{"id": 5, "role": "technician", "rostered": True, "active": True, "addresses": own, **changes})


def judge(raw: bytes = PLAIN, claim: Claim | None = Claim(1, 5, True), person: Person | None = None) -> bool:
    return standing(raw, read_message(raw), person or technician(), claim).proved


def test_token_and_from_of_one_technician_are_proof():
    assert judge()


@pytest.mark.parametrize(
    "claim, person",
    [
        (None, None),  # From alone proves nothing
        (Claim(1, 6, True), None),  # another person's token
        (Claim(1, 5, True), technician(role="requester")),
        (Claim(1, 5, True), technician(role="student")),
        (Claim(1, 5, True), technician(active=False)),  # has left
        (Claim(1, 5, True), technician(rostered=False)),
        (Claim(1, 5, True), technician(addresses=[Address(address="thomas@oak.example")])),  # From is not his own
    ],
)
def test_anything_less_is_none(claim, person):
    assert not judge(claim=claim, person=person)


@pytest.mark.parametrize(
    "raw",
    [
        PLAIN.replace(b"From:", b"From: other@oak.example\r\nFrom:"),  # two From fields
        PLAIN.replace(b"<tom@oak.example>", b"<tom@oak.example>, eve@evil.example"),  # two authors
        PLAIN.replace(b"Subject: Re: x", b"Subject: Re:\r x"),  # a bare CR
        PLAIN.replace(b"Subject: Re: x", b"Subject: Re:\n x"),  # a bare LF among CRLF
        PLAIN.replace(b"Subject: Re: x", b"Subject: Re:\x00 x"),  # a NUL
        PLAIN.replace(b"tom@oak.example", "töm@oak.example".encode()),  # a look-alike
        PLAIN.replace(b"From: Tom Reyes <tom@oak.example>\r\n", b""),  # nobody
    ],
)
def test_a_header_on_which_programs_disagree_has_no_authority(raw):
    assert gate(raw, read_message(raw)) is not None


def test_line_ends_of_one_kind_are_no_fault():
    assert gate(PLAIN.replace(b"\r\n", b"\n"), read_message(PLAIN)) is None
