"""winmail.dat: its body and its files, whole and damaged."""

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.message import read_message
from intake.tnef import read_tnef

MESSAGE, ATTACHMENT = 1, 2


def attribute(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def prop(kind: int, number: int, value: bytes, name: bytes = b"") -> bytes:
    head = struct.pack("<HH", kind, number) + name
    if kind in (0x0D, 0x1E, 0x1F, 0x102):
        return head + struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)
    return head + value


def properties(*props: bytes) -> bytes:
    return struct.pack("<I", len(props)) + b"".join(props)


def tnef(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


NAMED = b"\0" * 16 + struct.pack("<II", 1, 6) + "ab\0".encode("utf-16-le") + b"\0\0"
WINMAIL = tnef(
    attribute(MESSAGE, 0x00069007, struct.pack("<II", 1252, 0)),
    attribute(
        MESSAGE,
        0x00069003,
        properties(
            prop(0x03, 0x0FFE, struct.pack("<I", 5)),
            prop(0x0B, 0x8001, struct.pack("<I", 1), NAMED),
            prop(0x1F, 0x1000, "The projector – dark\r\n\0".encode("utf-16-le")),
        ),
    ),
    attribute(ATTACHMENT, 0x00069002, b"\0" * 14),
    attribute(ATTACHMENT, 0x00018010, b"PLAN~1.PDF\0"),
    attribute(ATTACHMENT, 0x0006800F, b"%PDF"),
    attribute(
        ATTACHMENT,
        0x00069005,
        properties(
            prop(0x1E, 0x3707, "Plan für Größe.pdf\0".encode("cp1252")),
            prop(0x1E, 0x370E, b"application/pdf\0"),
        ),
    ),
    attribute(ATTACHMENT, 0x00069002, b"\0" * 14),
    attribute(ATTACHMENT, 0x00018010, b"second.bin\0"),
    attribute(ATTACHMENT, 0x0006800F, b"\1\2"),
)


def test_body_and_files() -> None:
    found = read_tnef(WINMAIL)
    assert found.text == "The projector – dark\r\n"
    assert [(one.filename, one.content_type, one.content) for one in found.files] == [
        ("Plan für Größe.pdf", "application/pdf", b"%PDF"),
        ("second.bin", "application/octet-stream", b"\1\2"),
    ]


def test_html_body() -> None:
    raw = tnef(attribute(MESSAGE, 0x00069003, properties(prop(0x102, 0x1013, b"<p>dark</p>"))))
    assert read_tnef(raw).html == "<p>dark</p>"


@pytest.mark.parametrize("raw", [b"", b"\x78\x9f\x3e\x22", b"PK\3\4 not tnef", WINMAIL[:6]])
def test_what_is_no_tnef_holds_nothing(raw: bytes) -> None:
    found = read_tnef(raw)
    assert (found.text, found.html, found.files) == ("", "", [])


def test_a_cut_off_winmail_gives_what_came() -> None:
    found = read_tnef(WINMAIL[: WINMAIL.index(b"second.bin")])
    assert [one.filename for one in found.files][:1] == ["Plan für Größe.pdf"]


@given(st.integers(0, len(WINMAIL) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_winmail_never_raises(at: int, junk: bytes) -> None:
    read_tnef(WINMAIL[:at] + junk + WINMAIL[at + len(junk) :])


def _mail(text: bytes) -> bytes:
    packed = base64.encodebytes(WINMAIL).replace(b"\n", b"\r\n")
    return (
        b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + text + b"\r\n--b\r\n"
        b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + packed + b"--b--\r\n"
    )  # fmt: skip


def test_the_files_inside_follow_the_winmail_itself() -> None:
    message = read_message(_mail(b"words"))
    assert message.text == "words"
    assert [one.filename for one in message.files] == ["winmail.dat", "Plan für Größe.pdf", "second.bin"]


def test_the_body_inside_is_read_where_there_is_no_other() -> None:
    message = read_message(_mail(b" "))
    assert message.text == "The projector – dark\n"
    assert message.new_text == "The projector – dark"
