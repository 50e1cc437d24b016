"""The strict reader of a header: what it lets through, and what has no authority."""

import time

import pytest

from desk.header_gate import read_gate

PLAIN = (
    b"From: Tom Reyes <tom@oak.example>\r\nTo: help@oak.example\r\nSubject: Re: x\r\n"
    b"Date: Mon, 14 Sep 2026 08:00:00 +0000\r\nMessage-ID: <1@oak.example>\r\n\r\n#done\r\n"
)
FROM = b"Tom Reyes <tom@oak.example>"


@pytest.mark.parametrize(
    "author",
    [
        b"tom@oak.example",
        b"<tom@oak.example>",
        b"TOM@Oak.Example",
        b'"Reyes, Tom (IT)" <tom@oak.example>',
        b'"Tom \\"T\\" Reyes" <tom@oak.example>',
        b"Tom B. Reyes <tom@oak.example>",
        b"=?utf-8?Q?Tom_R=C3=A9yes?= <tom@oak.example>",
        "Tomás Réyes <tom@oak.example>".encode(),
        b"Tom Reyes (IT) <tom@oak.example>",
        b"tom@oak.example (Tom Reyes)",
        b"Tom Reyes\r\n <tom@oak.example>",  # folded
        b'"tom@oak.example" <tom@oak.example>',  # the name repeats the address
    ],
)
def test_one_plain_author_may_have_authority(author):
    assert read_gate(PLAIN.replace(FROM, author)).address == "tom@oak.example"


@pytest.mark.parametrize(
    "old, new",
    [
        (b"From:", b"From: other@oak.example\r\nFrom:"),  # two From fields
        (b"From:", b"from: other@oak.example\r\nFrom:"),
        (b"From:", b"From : other@oak.example\r\nFrom:"),  # a blank before the colon: some programs read it
        (FROM, b"Tom <tom@oak.example>, eve@evil.example"),
        (FROM, b"tom@oak.example eve@evil.example"),
        (FROM, b"tom@oak.example <eve@evil.example> <tom@oak.example>"),
        (FROM, b"Staff: tom@oak.example;"),  # a group
        (FROM, b"<@evil.example:tom@oak.example>"),  # a route
        (FROM, b"tom@oak.example (eve@evil.example)"),
        (FROM, b"tom(eve)@oak.example"),  # a comment within the address
        (FROM, b"tom @oak.example"),
        (FROM, b'"tom"@oak.example'),
        (FROM, b"=?utf-8?q?tom=40oak.example?="),  # an address in an encoded word
        (FROM, b"=?utf-8?q?Tom_=3Ctom=40oak.example=3E?="),
        (FROM, "tom@öak.example".encode()),
        (FROM, "tоm@oak.example".encode()),  # a Cyrillic o
        (FROM, b"tom@oak.example\x00"),
        (FROM, b"tom@[127.0.0.1]"),
        (FROM, b"tom@oak..example"),
        (FROM, b".tom@oak.example"),
        (FROM, b"tom@oak.example@evil.example"),
        (FROM, b""),
        (b"Subject: Re: x", b"Subject: Re:\r x"),  # a bare CR
        (b"Subject: Re: x", b"Subject: Re:\n x"),  # a bare LF among CRLF
        (b"Subject: Re: x", b"Subject: Re:\x00 x"),
        (b"Subject: Re: x", b"no field at all\r\nSubject: Re: x"),
        (b"Subject: Re: x", b"Subject: Re: x\r\n \r\n more"),  # a line of blanks: some programs end the header here
        (b"Subject: Re: x", b"Subject: Re: x\r\nSubject: Re: y"),
        (b"Message-ID:", b"Message-ID: <2@oak.example>\r\nMessage-ID:"),
        (b"To:", b"To: x@oak.example\r\nTo:"),
        (b"Date: Mon, 14 Sep 2026 08:00:00 +0000\r\n", b""),
        (b"From: Tom Reyes <tom@oak.example>\r\n", b""),  # nobody
        (b"From:", b"X: " + b"x" * 300_000 + b"\r\nFrom:"),  # more header than anybody reads
    ],
)
def test_a_header_on_which_programs_disagree_has_no_authority(old, new):
    assert PLAIN.count(old) == 1
    assert read_gate(PLAIN.replace(old, new)).fault is not None


def test_line_ends_of_one_kind_are_no_fault_nor_is_the_line_of_an_mbox():
    assert read_gate(PLAIN.replace(b"\r\n", b"\n")).fault is None
    assert read_gate(b"From tom@oak.example Mon Sep 14 08:00:00 2026\r\n" + PLAIN).fault is None


def test_tess_at_the_district_in_the_name_of_evil_is_evil():
    assert read_gate(PLAIN.replace(FROM, b'"tess@oak.example" <evil@evil.example>')).address == "evil@evil.example"


@pytest.mark.parametrize("unit", [b" ", b'"', b"(", b"()", b"a ", b'"a" ', b"<", b"a@", b"\\", b'"\\', b"()(", b"\r\n a"])
def test_reading_takes_linear_time(unit):
    begun = time.perf_counter()
    read_gate(PLAIN.replace(FROM, unit * (1_990 // len(unit))))
    read_gate(PLAIN.replace(FROM, unit * (200_000 // len(unit))))
    assert time.perf_counter() - begun < 1
