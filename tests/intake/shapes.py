"""Mails made to be slow: each shape grows to the size it is asked for.

In:       a size in bytes.
Out:      a raw mail of about that size; a mail led through all that the desk reads of it.
Not here: what is expected of them (test_hostile).
"""

from collections.abc import Callable

from desk.commands import read_commands
from intake.attachments import mark_of
from intake.language import language_of
from intake.message import Message
from intake.reading import read_unguarded
from intake.report import parse_report
from intake.screen import screen
from intake.thanks import is_only_thanks

_HEAD = b"From: Ann <ann@oakdistrict.example>\r\nSubject: slow\r\nMIME-Version: 1.0\r\n"


def _repeat(unit: bytes, size: int) -> bytes:
    return unit * (size // len(unit) + 1)


def _field(name: bytes, unit: bytes) -> Callable[[int], bytes]:
    return lambda size: _HEAD + name + b": " + _repeat(unit, size) + b"\r\n\r\nbody\r\n"


def _fields(line: bytes) -> Callable[[int], bytes]:
    return lambda size: _HEAD + _repeat(line, size) + b"\r\nbody\r\n"


def _body(unit: bytes, header: bytes = b"") -> Callable[[int], bytes]:
    return lambda size: _HEAD + header + b"\r\n" + _repeat(unit, size)


def _nested(size: int) -> bytes:
    levels = size // 90
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(levels))
    return _HEAD + opened + b"\r\ndeep\r\n"


def read_all_the_way(raw: bytes) -> Message:
    """Read a mail and all that the desk makes of its words."""
    message = read_unguarded(raw)
    parse_report("-", message, screen(message, None, ("desk@oakdistrict.example",)))
    read_commands(message.new_text)
    language_of(message.new_text, "en")
    is_only_thanks(message.new_text)
    for file in message.files:
        mark_of(file)
    return message


def _led(lead: bytes, unit: bytes) -> Callable[[int], bytes]:
    return lambda size: _HEAD + b"\r\n" + lead + _repeat(unit, size)


def _parts(part: bytes, header: bytes = b"") -> Callable[[int], bytes]:
    return _body(b"--b\r\n" + part + b"\r\n", header + _MIXED)


_REPORT = b"Return-Path: <>\r\nSubject: bounce\r\n"
_UTF8 = b"Content-Type: text/plain; charset=utf-8\r\n"
_FORWARD = b"---------- Forwarded message ---------\r\n"
_MIXED = b'Content-Type: multipart/mixed; boundary="b"\r\n'
_RELATED = b'Content-Type: text/html; charset="utf-8"\r\n'

SHAPES: dict[str, Callable[[int], bytes]] = {
    "one endless field": _field(b"X-Long", b"a"),
    "endless fields": _fields(b"X-Many: value\r\n"),
    "fields that never end": lambda size: _HEAD + _repeat(b"X-Many: value\r\n", size),
    "unfinished fields": _fields(b"X-Open: a;\r\nb;\r\nc;\r\n"),
    "folded without end": _field(b"To", b"a@b.example,\r\n "),
    "commas": _field(b"To", b","),
    "commas in many fields": _fields(b"To: " + b"," * 2_000 + b"\r\n"),
    "open comments": _field(b"From", b"("),
    "open quotes": _field(b"From", b'"\\'),
    "open angles": _field(b"To", b"<a"),
    "encoded words": _field(b"Subject", b"=?utf-8?b?w6k=?= =?latin1?q?=E9?= "),
    "encoded words in many fields": _fields(b"Subject: " + b"=?utf-8?q?=C3=A9?=\r\n " * 30 + b"x\r\n"),
    "words that never end": _field(b"Subject", b"=?utf-8?q?x"),
    "question marks": _field(b"Subject", b"=?=41?"),
    "parameters": _field(b"Content-Type", b"; a*0*=utf-8''%41"),
    "one open parameter": _field(b"Content-Type", b'text/plain; a="\\"'),
    "references": _field(b"References", b"<a@b.example> "),
    "blanks in a field": _field(b"Subject", b" "),
    "nested parts": _nested,
    "parts": _body(b"--b\r\n\r\nx\r\n", _MIXED),
    "lines like delimiters": _body(b"--bb\r\n", _MIXED),
    "dashes": _body(b"-", _MIXED),
    "delimiters of dashes": _body(b"---\r\n", b'Content-Type: multipart/mixed; boundary="-"\r\n'),
    "closed again and again": _body(b"--b--\r\n", _MIXED),
    "base64": _body(b"QUJD" * 19 + b"\r\n", b"Content-Transfer-Encoding: base64\r\n"),
    "padded base64": _body(b"QQ==\r\n", b"Content-Transfer-Encoding: base64\r\n"),
    "equals signs": _body(b"= \t", b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "uuencoded": _body(b"begin 644 a\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n"),
    "uuencoded in the text": _body(b"begin 644 a\r\n" + b"M" + b"!" * 60 + b"\r\n"),
    "begins of uuencoded files": _body(b"begin 644 a\r\n`\r\n"),
    "blanks": _body(b" "),
    "carriage returns": _body(b"\r"),
    "line breaks": _body(b"\n"),
    "short lines": _body(b"a\n"),
    "NULs": _body(b"\0"),
    "bytes of no charset": _body(b"\xff\xc3", b"Content-Type: text/plain; charset=utf-8\r\n"),
    "utf-7": _body(b"+AGE-", b"Content-Type: text/plain; charset=utf-7\r\n"),
    "flowed": _body(b"> a \r\n>> b \r\n", b"Content-Type: text/plain; format=flowed\r\n"),
    "quote marks": _body(b">"),
    "quoted lines": _body(b"> > > a\r\n"),
    "introductions": _body(b"On On On Monday wrote: \r\n"),
    "html tags": _body(b"<div>", _RELATED),
    "html open angles": _body(b"<", _RELATED),
    "html comments": _body(b"<!--", _RELATED),
    "html tables": _body(b"<table><tr><td>a", _RELATED),
    "html entities": _body(b"&amp;&#x41", _RELATED),
    "html images": _body(b"<img src=cid:a>", _RELATED),
    "winmail.dat": _body(b"\x78\x9f\x3e\x22\0\0" + b"\x02\x02\x90\x06\0\0\0\0\0\0\0", b"Content-Type: application/ms-tnef\r\n"),
    "rules": _body(b"\xe2\x80\x94\xe2\x80\x94\xe2\x80\x94\n", _UTF8),
    "rules of two signs": _body(b"*" * 100 + b"-" + b"*" * 97 + b"x\n"),
    "separators without end": _body(b"*" * 30 + b"#" * 60 + b"x\n"),
    "separators around marks": _body(b"|+" * 18 + b"a " * 40 + b"#\n"),
    "separators of blanks": _body(b"--" + b" " * 190 + b"x\n"),
    "ends of a forward": _led(_FORWARD, b"*" * 30 + b"#" * 60 + b"x\n"),
    "fields in the text": _body(b"Cc: x\n"),
    "fields and names in turn": _body(b"Cc: a\nb@c\n"),
    "senders with fields": _body(b"From: a\nDate: x\n" + b"Cc: a\n" * 38),
    "lists of recipients": _body(b"From: a;\nTo: b;\n"),
    "one list of recipients": _led(_FORWARD + b"From: a@b.c\nDate: 1.1.2020\nTo: a@b.c;\n", b"x" * 230 + b"@y;\n"),
    "times in a line": _body(b"On " + b"1h11" * 60 + b"\n"),
    "lines that end in a colon": _body(b"a@" * 200 + b":\n"),
    "dashes before a colon": _body(b"-" * 400 + b":\n"),
    "wrote again and again": _body(b"wrote wrote wrote wrote\n" * 4 + b"> x\n"),
    "a long word before a quote": lambda size: _HEAD + b"\n" + b"a" * size + b"! wrote:\n> x\n> y\nhello\n",
    "introductions and quotes": _body(b"On Mon, Jan 1, 2024 at 10:00 Ann <a@b.c> wrote:\n> x\n"),
    "nearly a mark to reply above": _body(b"reply " * 39 + b"\n"),
    "bare delimiters": _body(b"--\na\n\n"),
    "names and devices": _body(b"-Maria\nSent from my iPhone\n"),
    "ruled names": _body(b"Ann Lee\nTeacher\n555-123-4567\n__\n"),
    "notices between quotes": _body((b"Please note " + b"inten confid privile " * 8 + b".\n") * 60 + b"> x\n> y\n"),
    "nearly commands": _body(b"#dnoe\n"),
    "commands": _body(b"#done\n"),
    "colons behind an address": _field(b"To", b"a@b::::"),
    "angles and quotes": _field(b"To", b'<a>""'),
    "an address without an at": _field(b"Sender", b"a"),
    "list addresses": _fields(b"List-Post: " + b"a" * 8_000 + b"\r\n"),
    "damaged lines": lambda size: _HEAD + b"To: a,\r\n" + _repeat(b"b,", size) + b"\r\n\r\nbody\r\n",
    "folded reports": _parts(
        b"Content-Type: message/delivery-status\n\nFinal-Recipient: \xf0\x9f\x98\x80" + b"\n a" * 13_000, _REPORT
    ),
    "mails passed on": _parts(b"Content-Type: message/rfc822\n\nFrom: a@b\n\n" + b"your mail " * 480, _REPORT),
    "text and html in turn": lambda size: _HEAD + _MIXED + b"\r\n--b\r\n\r\n" + _repeat(b"ab cd\n", size // 2)
    + _repeat(b"--b\r\nContent-Type: text/html\r\n\r\n<p>ab\r\n", size // 2),
    "small uuencoded files": _body(b"begin 644 a\nend\n"),
    "promises of uuencoded lines": lambda size: _HEAD + b"Content-Type: image/png\r\nContent-Transfer-Encoding: uuencode\r\n"
    + b"\r\nbegin 644 a\n" + _repeat(b"M\n", size),
    "bytes that windows-1252 leaves open": _body(b"\x81", _UTF8),
    "carriage returns alone": lambda size: _HEAD.replace(b"\r\n", b"\r") + b"\r" + _repeat(b"a\r", size),
    "an emoji and short lines": _led("\N{GRINNING FACE}\n".encode(), b"ab\n"),
    "style sheets": _body(b"<style>" + b" p p p p{margin   :   " * 900 + b"</style>", _RELATED),
    "preformatted lines": lambda size: _HEAD + _RELATED + b"\r\n" + b"<blockquote type=cite>" * 9 + b"<pre>"
    + _repeat(b"a\n", size),
    "html attributes": _body(b"<img " + b"a=b " * 2_000 + b">", _RELATED),
    "references without end": _body(b"&a", _RELATED),
}
