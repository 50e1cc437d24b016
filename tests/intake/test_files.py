"""Which parts are files, what they are called, whether the body shows them."""

import hashlib

import pytest

from intake.files import clean_filename, content_ids
from intake.message import MessageFile, read_message


def _files(*parts: bytes, kind: bytes = b"mixed") -> tuple[MessageFile, ...]:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return read_message(
        b"From: a@x.example\r\nContent-Type: multipart/" + kind + b"; boundary=b\r\n\r\n" + body + b"--b--\r\n"
    ).files


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\tess\\plan.pdf", "plan.pdf"),
        ("\\\\server\\share\\plan.pdf", "plan.pdf"),
        ("folder/", "folder"),
        ("pl\0an\r\n.pdf\x7f", "plan.pdf"),
        ("pdf.\u202egnp.exe", "pdf.gnp.exe"),
        ("  plan.pdf  ", "plan.pdf"),
        ("..", None),
        ("/", None),
        ("", None),
        ("a" * 400 + ".pdf", "a" * 251 + ".pdf"),
        ("a" * 400, "a" * 255),
    ],
)
def test_names_are_cleaned(name: str, clean: str | None) -> None:
    assert clean_filename(name) == clean


def test_content_is_decoded_and_digested() -> None:
    (one,) = _files(b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=")
    assert (one.content, one.size) == (b"hello", 5)
    assert one.sha256 == hashlib.sha256(b"hello").hexdigest()
    assert not one.inline


@pytest.mark.parametrize(
    ("part", "inline"),
    [
        (b"Content-Type: image/png\r\nContent-ID: <a@1>", True),
        (b"Content-Type: image/png\r\nContent-ID: <A@1>\r\nContent-Disposition: attachment", True),
        (b"Content-Type: image/png\r\nContent-ID: <other@1>", False),
        (b"Content-Type: image/png\r\nContent-Disposition: inline; filename=a.png", True),
        (b"Content-Type: image/png\r\nContent-Disposition: INLINE", True),
        (b"Content-Type: image/png\r\nContent-Disposition: attachment; filename=a.png", False),
    ],
)
def test_inline_is_what_the_body_shows(part: bytes, inline: bool) -> None:
    html = b"Content-Type: text/html\r\n\r\n<img src='cid:a%401'>"
    assert [one.inline for one in _files(html, part + b"\r\n\r\nx", kind=b"related")] == [inline]


def test_the_html_says_what_it_shows_even_where_the_plain_text_is_read() -> None:
    alternative = (
        b"Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nplain\r\n--c\r\n"
        b"Content-Type: text/html\r\n\r\n<img src=cid:a>\r\n--c--"
    )
    assert [one.inline for one in _files(alternative, b"Content-Type: image/png\r\nContent-ID: <a>\r\n\r\nx")] == [True]


def test_content_ids() -> None:
    assert content_ids("<img src=\"CID:A%401\"><a href='cid:b'>x</a> cid: ") == {"a@1", "b"}
    assert content_ids(None) == set()


def test_a_part_of_an_alternative_with_a_name_alone_is_still_body() -> None:
    message = read_message(
        b"From: a@x.example\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain; name=body.txt\r\n\r\nwords\r\n--b--\r\n"
    )
    assert (message.text, message.files) == ("words", ())


def test_a_mail_that_is_one_attachment_has_no_text() -> None:
    message = read_message(
        b"From: a@x.example\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx"
    )
    assert message.text == ""
    assert [(one.filename, one.content) for one in message.files] == [("a.txt", b"x")]


def test_files_stand_in_the_order_of_their_parts() -> None:
    nested = b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: a/b; name=2\r\n\r\n\r\n--c--"
    first, last = b"Content-Type: a/b; name=1\r\n\r\n", b"Content-Type: a/b; name=3\r\n\r\n"
    assert [one.filename for one in _files(first, nested, last)] == ["1", "2", "3"]


def test_a_uuencoded_file_in_the_text_is_a_file() -> None:
    message = read_message(
        b"From: a@x.example\r\n\r\nSee the file.\r\nbegin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\nBye\r\n"
    )
    assert message.text == "See the file.\nBye\n"
    assert [(one.filename, one.content) for one in message.files] == [("a.txt", b"hello")]


def test_who_only_writes_begin_keeps_the_words() -> None:
    body = b"begin 644 things\r\nand then end\r\nend\r\n"
    assert read_message(b"From: a@x.example\r\n\r\n" + body).text == body.decode().replace("\r", "")
