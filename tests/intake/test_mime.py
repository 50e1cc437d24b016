"""The structure of mails: parts, boundaries, transfer encodings, flowed text."""

import pytest

from intake.flowed import unflow
from intake.header import split_header
from intake.mime import DEPTH_LIMIT, PART_LIMIT, Part, split_parts
from intake.transfer import decode_transfer

Tree = str | tuple[str, list["Tree"]]  # type: ignore[misc]


def _split(raw: bytes) -> Part:
    fields, start = split_header(raw, 0, len(raw))
    return split_parts(raw, fields, start)


def _tree(part: Part) -> Tree:
    return part.content_type if part.children is None else (part.content_type, [_tree(one) for one in part.children])


def _mixed(body: bytes, boundary: bytes = b"b") -> bytes:
    return b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n" + body


def _contents(part: Part) -> list[bytes]:
    if part.children is None:
        return [part.content]
    return [content for one in part.children for content in _contents(one)]


@pytest.mark.parametrize(
    ("body", "contents"),
    [
        (b"pre\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\nafter", [b"one", b"two"]),
        (b"--b\n\none\n--b\n\ntwo\n--b--", [b"one", b"two"]),
        (b"--b \t\r\n\r\none\r\n--b--  \r\n", [b"one"]),  # transport padding
        (b"--b\r\n\r\none\r\n--bb\r\n--b--\r\n", [b"one\r\n--bb"]),  # begins alike
        (b"--b\r\n\r\none\r\n --b--\r\n", [b"one\r\n --b--\r\n"]),  # not at the line's beginning
        (b"--b\r\n\r\n--b\r\n\r\n--b--\r\n", [b"", b""]),
        (b"--b\r\n--b\r\n--b--", [b"", b""]),
        (b"--b\r\n\r\none\r\n\r\n--b--", [b"one\r\n"]),  # one line break belongs to the delimiter
        (b"--b\r\n\r\none", [b"one"]),
        (b"--b", [b""]),
        (b"nothing at all\r\n", [b"nothing at all\r\n"]),
        (b"", [b""]),
    ],
)
def test_parts_between_delimiters(body: bytes, contents: list[bytes]) -> None:
    assert _contents(_split(_mixed(body))) == contents


@pytest.mark.parametrize("boundary", [b'"a b:c"', b'"=_?\'()+_,-./:=?"', b"--", b'"x--"', b"'q'"])
def test_boundaries_of_strange_signs(boundary: bytes) -> None:
    bare = boundary.strip(b"\"'")
    raw = _mixed(b"--" + bare + b"\r\n\r\none\r\n--" + bare + b"--\r\n", boundary)
    assert _contents(_split(raw)) == [b"one"]


def test_nested_parts() -> None:
    raw = _mixed(
        b"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\none\r\n--c\r\n"
        b"Content-Type: text/html\r\n\r\ntwo\r\n--c--\r\n--b\r\nContent-Type: image/png\r\n\r\nthree\r\n--b--"
    )
    assert _tree(_split(raw)) == (
        "multipart/mixed", [("multipart/alternative", ["text/plain", "text/html"]), "image/png"]
    )  # fmt: skip


def test_an_attached_mail_is_not_opened() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nx\r\n--i--"
    root = _split(_mixed(b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--"))
    assert _tree(root) == ("multipart/mixed", ["message/rfc822"])
    assert _contents(root) == [inner]


@pytest.mark.parametrize(
    ("field", "content_type"),
    [
        (b"", "text/plain"),
        (b"Content-Type: TEXT/HTML", "text/html"),
        (b"Content-Type: text", "text/plain"),
        (b"Content-Type: text/html/x", "text/plain"),
        (b"Content-Type: \xff\xfe/", "text/plain"),
        (b"Content-Type: image/png\r\nContent-Type: text/html", "image/png"),
    ],
)
def test_content_types(field: bytes, content_type: str) -> None:
    assert _split(field + b"\r\nSubject: x\r\n\r\n").content_type == content_type


def test_a_multipart_without_its_delimiters_is_text() -> None:
    assert _tree(_split(_mixed(b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\nwords\r\n--b--"))) == (
        "multipart/mixed", ["text/plain"]
    )  # fmt: skip


def test_more_parts_than_the_limit_are_kept_as_one_file() -> None:
    root = _split(_mixed(b"--b\r\n\r\nx\r\n" * (PART_LIMIT + 5)))
    assert root.children is not None and len(root.children) == PART_LIMIT + 1
    rest = root.children[-1]
    assert rest.content_type == "application/octet-stream" and rest.content == b"--b\r\n\r\nx\r\n" * 5


def test_deeper_nesting_than_the_limit_is_kept_as_one_part() -> None:
    levels = [b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1_000)]
    part = _split(b"".join(levels) + b"\r\ndeep")
    for _ in range(DEPTH_LIMIT):
        assert part.children is not None
        part = part.children[0]
    assert part.children is None and part.content.endswith(b"deep")


@pytest.mark.parametrize(
    ("content", "encoding", "decoded"),
    [
        (b"aGVs\r\nbG8=\r\n", "base64", b"hello"),
        (b"aGVsbG8", "BASE64", b"hello"),  # no padding
        (b"aGVsbG8=\r\n\r\n", "base64;", b"hello"),
        (b"YQ==\r\nYg==\r\n", "base64", b"ab"),  # each line padded by itself
        (b"aGV!s*bG8=", "base64", b"hello"),
        (b"aGVsbG8aa", "base64", b"hello\x1a"),  # a lone last sign
        (b"", "base64", b""),
        (b"plain words, no base64 at all", "base64", b"plain words, no base64 at all"),
        (b"a=20b=\r\nc=C3=A9", "quoted-printable", b"a bc\xc3\xa9"),
        (b"a=  \r\nb", "Quoted-Printable (yes)", b"ab"),
        (b"a=ZZb=\r\n=", "quoted-printable", b"a=ZZb"),
        (b"a_b", "quoted-printable", b"a_b"),
        (b"begin 644 x\n%:&5L;&\\\n`\nend\n", "x-uuencode", b"hello"),
        (b"begin 644 x\r\n%:&5L;&\\\r\n", "uuencode", b"hello"),  # no end
        (b"no begin", "x-uuencode", b"no begin"),
        (b"a=20b", "7bit", b"a=20b"),
        (b"a=20b", "8BIT", b"a=20b"),
        (b"a=20b", "x-unheard-of", b"a=20b"),
        (b"a=20b", "", b"a=20b"),
    ],
)
def test_transfer_encodings(content: bytes, encoding: str, decoded: bytes) -> None:
    assert decode_transfer(content, encoding) == decoded


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("one \n\ntwo", "one \n\ntwo"),
        ("> one \n> two\n>> three \n> four", "> one two\n>> three \n> four"),  # only within one depth
        ("one \n-- \nTess ", "one \n-- \nTess "),  # the signature line never flows
        (" From here\n >not a quote", "From here\n>not a quote"),  # stuffing
        (">one\n>", "> one\n>"),
        ("", ""),
    ],
)
def test_flowed_text(text: str, joined: str) -> None:
    assert unflow(text) == joined


def test_flowed_text_without_its_blanks() -> None:
    assert unflow("教 \n室\na", delsp=True) == "教室\na"
