"""Mails made to be slow: each shape grows to the size it is asked for.

In:       a size in bytes.
Out:      a raw mail of about that size.
Not here: what is expected of them (test_hostile).
"""

from collections.abc import Callable

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
}
