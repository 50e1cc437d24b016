"""Mails inside opaque S/MIME signatures."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.message import read_message
from intake.smime import signed_part

SIGNED = bytes.fromhex("06092a864886f70d010702")
ENVELOPED = bytes.fromhex("06092a864886f70d010703")
DATA = bytes.fromhex("06092a864886f70d010701")
INNER = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Größe der Tafel\r\n".encode() * 20


def element(tag: int, content: bytes) -> bytes:
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    return bytes([tag, 0x82]) + len(content).to_bytes(2, "big") + content


def opened(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x80]) + content + b"\0\0"


WHOLE = element(4, INNER)
PIECES = opened(0x24, element(4, INNER[:100]) + element(4, INNER[100:]))


def signed(octets: bytes, kind: bytes = SIGNED, wrap: Callable[[int, bytes], bytes] = element) -> bytes:
    content = element(2, b"\1") + element(0x31, b"") + wrap(0x30, DATA + wrap(0xA0, octets)) + element(0x31, b"")
    return wrap(0x30, kind + wrap(0xA0, wrap(0x30, content)))


@pytest.mark.parametrize("raw", [signed(WHOLE), signed(PIECES), signed(WHOLE, wrap=opened), signed(PIECES, wrap=opened)])
def test_the_signed_part_is_found(raw: bytes) -> None:
    assert signed_part(raw) == INNER


@pytest.mark.parametrize("raw", [b"", signed(WHOLE, ENVELOPED), signed(WHOLE)[:30], b"0\x84" + SIGNED, b"\x30" + SIGNED * 9])
def test_what_is_not_signed_data_is_none(raw: bytes) -> None:
    assert signed_part(raw) is None


@given(st.integers(0, 80), st.binary(min_size=1, max_size=6))
def test_a_damaged_signature_never_raises(at: int, junk: bytes) -> None:
    raw = signed(PIECES)
    signed_part(raw[:at] + junk + raw[at + len(junk) :])


def _mail(content: bytes) -> bytes:
    return (
        b"From: a@x.example\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content)
    )


def test_the_words_inside_are_the_body_and_the_part_stays_a_file() -> None:
    message = read_message(_mail(signed(WHOLE)))
    assert message.text.startswith("Größe der Tafel\n")
    assert [(one.filename, one.content) for one in message.files] == [("smime.p7m", signed(WHOLE))]


def test_an_encrypted_mail_is_but_a_file() -> None:
    message = read_message(_mail(signed(WHOLE, ENVELOPED)))
    assert message.text == "" and len(message.files) == 1


def test_a_signature_within_a_signature_is_opened_once() -> None:
    inner = b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n" + signed(WHOLE)
    message = read_message(_mail(signed(element(4, inner))))
    assert message.text == "" and len(message.files) == 2
