"""Header fields: encoded words, addresses, ids, dates, parameters, where a header ends."""

import pytest

from intake.addresses import ADDRESS_LIMIT, read_addresses
from intake.fields import field_text, read_date, read_ids
from intake.header import FIELD_COUNT_LIMIT, FIELD_LIMIT, split_header
from intake.parameters import read_parameters


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b" a\r\n\tb\r\n  c ", "a b c"),  # each fold is one blank
        (b"=?utf-8?Q?=E2=9C?=\r\n =?utf-8?Q?=93?=", "✓"),  # a character split between words
        (b"=?utf-8?B?4p?= =?utf-8?B?yT?=", "✓"),  # a base64 group split between words
        (b"=?utf-8?B?4pyT?= =?utf-8?Q?=E2=9C=93?= x", "✓✓ x"),  # blanks vanish only between words
        (b"=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        (b"=?iso-8859-1*de?Q?=FCber_uns?=", "über uns"),  # RFC 2231 language
        (b"=?utf-8?Q?a b?= c", "a b c"),  # a blank inside a word
        (b"=?utf-8?Q?what?=20now?=", "what? now"),  # a raw question mark inside a word
        (b"=?utf-8?Q?what??= next", "what? next"),
        (b"x=?utf-8?Q?y?=z", "xyz"),  # no blanks around
        (b"=?utf-8?Q?never_ends", "never ends"),
        (b"=?utf-8?Q?never =?utf-8?Q?_mind?=", "never mind"),
        (b"=?utf-8?B?4pyT?", "✓"),
        (b"=?utf-8?B?4pyT==?=", "✓"),
        (b"=?utf-8?Q??=", ""),
        (b"=?utf-8?X?a?= =? =?a", "=?utf-8?X?a?= =? =?a"),  # no encoded words at all
        (b"=?utf-8?Q?a=0Ab=00c?=", "a bc"),
    ],
)
def test_text_of_a_field(raw: bytes, text: str) -> None:
    assert field_text(raw) == (text, False)


@pytest.mark.parametrize(
    ("raw", "hint", "text"),
    [
        (b"caf\xc3\xa9 =?utf-8?Q?=C3=A9?=", None, "café é"),  # raw bytes beside a word
        (b"caf\xe9", None, "café"),
        (b"\xf0\xd2\xc9\xd7\xc5\xd4", "koi8-r", "Привет"),  # the charset of the body helps
        (b"=?x-martian?Q?caf=C3=A9?=", None, "café"),
        (b"=?us-ascii?Q?caf=E9?=", None, "café"),
    ],
)
def test_field_in_no_charset_is_repaired_and_said_so(raw: bytes, hint: str | None, text: str) -> None:
    assert field_text(raw, hint) == (text, True)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ann <a@x.example>", [("Ann", "a@x.example")]),
        ("a@x.example (Ann (the) Doe)", [("Ann (the) Doe", "a@x.example")]),
        ('"Doe, Ann" <a@x.example>', [("Doe, Ann", "a@x.example")]),
        ("Doe, Ann <a@x.example>, b@x.example", [("Doe, Ann", "a@x.example"), (None, "b@x.example")]),
        ("Doe, Ann, PhD <a@x.example>", [("Doe, Ann, PhD", "a@x.example")]),
        ('"A \\"B\\" C" <a@x.example>', [('A "B" C', "a@x.example")]),
        ("=?utf-8?Q?Doe, J=C3=B6rg?= <j@x.example>", [("Doe, Jörg", "j@x.example")]),
        ('"=?utf-8?Q?J=C3=B6rg?=" <j@x.example>', [("Jörg", "j@x.example")]),
        ("=?utf-8?Q?Ann_=3Ca=40x.example=3E?=", [("Ann", "a@x.example")]),
        ("Team: a@x.example, B <b@x.example>;, c@x.example", [(None, "a@x.example"), ("B", "b@x.example"), (None, "c@x.example")]),
        ("undisclosed-recipients:;", []),
        ("Undisclosed recipients:;", []),
        ("undisclosed-recipients", []),
        ("a@x.example; b@x.example", [(None, "a@x.example"), (None, "b@x.example")]),
        ("<@r1.example,@r2.example:a@x.example>", [(None, "a@x.example")]),
        ("a @ x . example", [(None, "a@x.example")]),
        ("Ann <a@x.example", [("Ann", "a@x.example")]),
        ("Ann a@x.example>", [("Ann", "a@x.example")]),
        ("<<a@x.example>>", [(None, "a@x.example")]),
        ("Ann <mailto:a@x.example>", [("Ann", "a@x.example")]),
        ("'a@x.example'", [(None, "a@x.example")]),
        ('"john doe"@x.example', [(None, '"john doe"@x.example')]),
        ("a@[IPv6:2001:db8::1]", [(None, "a@[IPv6:2001:db8::1]")]),
        ("Zoë <zoë@schüle.example>", [("Zoë", "zoë@schüle.example")]),
        ("tess@oak <evil@evil.example>", [("tess@oak", "evil@evil.example")]),
        ("<a@x.example> <b@x.example>", [(None, "a@x.example"), (None, "b@x.example")]),
        # nothing that could be written to: never invented
        ("root", [("root", None)]),
        ("MAILER-DAEMON <>", [("MAILER-DAEMON", None)]),
        ("a@[1.2", [("a@[1.2", None)]),
        ("Ann <a b@x.example>", [("Ann", None)]),
        ("Ann <@x.example>", [("Ann", None)]),
        ("a@b@c", [("a@b@c", None)]),
        ("", []),
        (",,;, ,", []),
    ],
)  # fmt: skip
def test_mailboxes(text: str, people: list[tuple[str | None, str | None]]) -> None:
    assert [(one.name, one.address) for one in read_addresses(text)] == people


def test_a_mail_to_a_whole_district_keeps_its_addresses_up_to_the_limit() -> None:
    many = ", ".join(f"p{n}@x.example" for n in range(ADDRESS_LIMIT + 50))
    assert len(read_addresses(many)) == ADDRESS_LIMIT


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("<a@x>", ("a@x",)),
        ("<[abc]>", ("[abc]",)),
        ("<a@x> <b@x>\r\n\t<a@x>", ("a@x", "b@x")),  # order kept, doubles removed
        ("a@x, b@x", ("a@x", "b@x")),  # without brackets
        ("<a@x>,<b@x>", ("a@x", "b@x")),
        ("<a@x>b@x<c@x>", ("a@x", "b@x", "c@x")),
        ("<long-\r\n id@x>", ("long-id@x",)),  # folded within
        ("<<a@x>>", ("a@x",)),
        ("<a@x", ("a@x",)),
        ('Your message of "Mon, 14 Sep" <a@x>', ("a@x",)),
        ("Message from ann@x.example of Monday", ()),
        ("<a@x> (added by b@x)", ("a@x",)),
        ("<>", ()),
        ("", ()),
        ("4711", ("4711",)),
        ("<" + "a" * 2_000 + "@x>", ()),
    ],
)
def test_message_ids(text: str, ids: tuple[str, ...]) -> None:
    assert read_ids(text) == ids


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Mon, 14 Sep 2026 07:55:03 -0500", "2026-09-14T07:55:03-05:00"),
        ("14 Sep 26 07:55 EST", "2026-09-14T07:55:00-05:00"),  # RFC 5322 section 4.3
        ("Mon, 14 Sep 126 07:55:00 +0000", "2026-09-14T07:55:00+00:00"),
        ("Fri, 1 Jan 99 00:00:00 GMT", "1999-01-01T00:00:00+00:00"),
        ("Monday (no), 14 (th) September 2026 7:55:00 (+9) +0530 (IST)", "2026-09-14T07:55:00+05:30"),
        ("Xyz, 14 Sep 2026 07:55:00 CEST", "2026-09-14T07:55:00+02:00"),
        ("Mon,14-Sep-2026 07.55.00 GMT+0200", "2026-09-14T07:55:00+02:00"),
        ("Mon Sep 14 07:55:00 2026", "2026-09-14T07:55:00+00:00"),
        ("Mon Sep 14 07:55:00 PDT 2026", "2026-09-14T07:55:00-07:00"),
        ("2026-09-14T07:55:00.123Z", "2026-09-14T07:55:00+00:00"),
        ("2026-09-14 07:55:00 +02:00", "2026-09-14T07:55:00+02:00"),
        ("Mon, 14 Sep 2026 1:05 PM -0500", "2026-09-14T13:05:00-05:00"),
        ("Wed, 31 Dec 2025 23:59:60 +0000", "2025-12-31T23:59:59+00:00"),  # a leap second
        ("Mon, 14 Sep 2026 07:55:00 -0000", "2026-09-14T07:55:00+00:00"),
        ("Mon, 14 Sep 2026 07:55:00 XYZZY", "2026-09-14T07:55:00+00:00"),
        ("Mon, 31 Feb 2026 07:55:00 +0000", None),
        ("Mon, 14 Sep 2026 24:00:00 +0000", None),
        ("Mon, 14 Sep 2026 07:55:00 +9999", None),
        ("Mon, 14 Foo 2026 07:55:00 +0000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(text: str, iso: str | None) -> None:
    moment = read_date(text)
    assert (moment.isoformat() if moment else None) == iso


@pytest.mark.parametrize(
    ("text", "value", "parameters"),
    [
        ('Text/HTML; CHARSET="utf-8"; format=flowed', "text/html", {"charset": "utf-8", "format": "flowed"}),
        ("text/plain charset=utf-8", "text/plain", {"charset": "utf-8"}),  # a semicolon lost
        ("text / plain; charset = 'utf-8' (what else)", "text/plain", {"charset": "utf-8"}),
        ('multipart/mixed; boundary="=_a;b=?c"', "multipart/mixed", {"boundary": "=_a;b=?c"}),
        ("attachment; filename=my plan.pdf; size=3", "attachment", {"filename": "my plan.pdf", "size": "3"}),
        ('attachment; filename="a\\"b.txt"', "attachment", {"filename": 'a"b.txt'}),
        ('attachment; filename="C:\\t\\a.txt"', "attachment", {"filename": "C:\\t\\a.txt"}),
        ('attachment; filename="never closed.txt', "attachment", {"filename": "never closed.txt"}),
        ("a; filename*2=c; filename*0*=utf-8''%C3%A9; filename*1=b", "a", {"filename": "ébc"}),
        ("a; filename*=iso-8859-1'en'%E9; filename=e", "a", {"filename": "é"}),
        ('a; filename*0="=?utf-8?Q?=C3"; filename*1="=A9?="', "a", {"filename": "é"}),
        ('a; name="x"; name=y', "a", {"name": "x"}),
        ("; charset=x", "", {"charset": "x"}),
        ("", "", {}),
    ],
)
def test_parameters(text: str, value: str, parameters: dict[str, str]) -> None:
    assert read_parameters(text) == (value, parameters, False)


def test_a_parameter_in_the_wrong_charset_is_repaired_and_said_so() -> None:
    assert read_parameters("a; filename*=utf-8''%E9") == ("a", {"filename": "é"}, True)


def test_a_header_keeps_no_more_than_its_limits() -> None:
    raw = b"X-A: " + b"a" * (FIELD_LIMIT + 10) + b"\r\n" + b"X-B: b\r\n" * (FIELD_COUNT_LIMIT + 10) + b"\r\nbody"
    fields, start = split_header(raw, 0, len(raw))
    assert len(fields) == FIELD_COUNT_LIMIT
    assert len(fields[0][1]) == FIELD_LIMIT
    assert raw[start:] == b"body"


@pytest.mark.parametrize(
    ("raw", "names", "body"),
    [
        (b"A: 1\nB : 2\n\nrest", ["a", "b"], b"rest"),  # blanks before the colon
        (b"A: 1\r\n \r\n 2\r\n\r\nrest", ["a"], b"rest"),  # a fold of blanks alone
        (b"A: 1\nno field\nmore\n", ["a"], b"no field\nmore\n"),  # the empty line was lost
        (b"A: 1\nno field\nSubject: x\n\nrest", ["a", "subject"], b"rest"),  # a damaged line
        (b"\nrest", [], b"rest"),
        (b"A: 1\n--b: c\n", ["a"], b"--b: c\n"),  # a delimiter is no field
        (b"A: 1", ["a"], b""),
    ],
)
def test_where_a_header_ends(raw: bytes, names: list[str], body: bytes) -> None:
    fields, start = split_header(raw, 0, len(raw))
    assert [name for name, _ in fields] == names
    assert raw[start:] == body
