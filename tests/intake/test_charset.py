"""Bytes to text under true, false and missing charset claims."""

import pytest

from intake.charset import clean, decode
from intake.charset_names import codec_for
from intake.message import read_message


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("UTF-8", "utf_8"),
        ("utf8", "utf_8"),
        ('"utf-8"', "utf_8"),
        ("ISO-8859-1", "cp1252"),  # what senders mean by it
        ("latin1", "cp1252"),
        ("Windows-1252", "cp1252"),
        ("iso-8859-15", "iso8859_15"),
        ("ISO_8859-2:1987", "iso8859_2"),
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("euc-kr", "cp949"),
        ("Shift_JIS", "cp932"),
        ("x-sjis", "cp932"),
        ("iso-2022-jp", "iso2022_jp_ext"),
        ("big5", "cp950"),
        ("utf-7", "utf_7"),
        ("unicode-1-1-utf-7", "utf_7"),
        ("ANSI_X3.4-1968", "ascii"),
        ("us-ascii", "ascii"),
        ("macintosh", "mac_roman"),
        ("iso-8859-8-i", "iso8859_8"),
        ("cp-850", "cp850"),
        ("x-unknown", None),
        ("unknown-8bit", None),
        ("zlib", None),  # codecs of Python that are no charsets
        ("punycode", None),
        ("unicode_escape", None),
        ("", None),
        ("\0" * 500, None),
    ],
)
def test_names(name: str, codec: str | None) -> None:
    assert codec_for(name) == codec


@pytest.mark.parametrize(
    ("content", "claimed", "text"),
    [
        (b"plain", None, "plain"),
        (b"plain", "x-unknown", "plain"),
        ("Größe".encode(), "utf-8", "Größe"),
        ("Größe".encode("latin-1"), "iso-8859-1", "Größe"),
        ("“quoted”".encode("cp1252"), "windows-1252", "“quoted”"),
        ("принтер".encode("koi8-r"), "koi8-r", "принтер"),
        ("принтер".encode("cp1251"), "windows-1251", "принтер"),
        ("打印机".encode("gb18030"), "gb2312", "打印机"),
        ("교실".encode("cp949"), "ks_c_5601-1987", "교실"),
        ("教室①".encode("cp932"), "shift_jis", "教室①"),
        ("教室".encode("iso-2022-jp"), "iso-2022-jp", "教室"),
        ("ห้องเรียน".encode("tis-620"), "tis-620", "ห้องเรียน"),
        ("Größe".encode("utf-7"), "utf-7", "Größe"),
        ("Größe".encode("utf-16"), "utf-16", "Größe"),
        ("Größe".encode("cp850"), "cp850", "Größe"),
    ],
)
def test_a_true_claim_is_no_repair(content: bytes, claimed: str | None, text: str) -> None:
    assert decode(content, claimed) == (text, False)


@pytest.mark.parametrize(
    ("content", "claimed", "text"),
    [
        ("Größe".encode(), None, "Größe"),
        ("Größe".encode(), "us-ascii", "Größe"),
        ("Größe".encode(), "x-unknown", "Größe"),
        ("Größe".encode(), "iso-8859-1", "Größe"),  # well-formed UTF-8 is no accident
        ("Größe".encode("latin-1"), "utf-8", "Größe"),
        ("Größe".encode("latin-1"), None, "Größe"),
        ("“quoted”".encode("cp1252"), "iso-8859-1", "“quoted”"),
        ("教室".encode("shift_jis"), "iso-2022-jp", "教室"),
        ("教室".encode("iso-2022-jp"), None, "教室"),
        ("教室".encode("iso-2022-jp"), "us-ascii", "教室"),
        ("打印机打印机".encode()[:-1], "utf-8", "打印机打印\ufffd"),  # cut off within a character
        ("toner light 🙂".encode()[:-2], None, "toner light \ufffd"),  # a subject cut by bytes
        ("Toné".encode("latin-1"), None, "Toné"),
        ("printer €".encode("utf-16-le"), "utf-8", "printer €"),
        (b"a\x81b", "windows-1252", "a\x81b"),
    ],
)
def test_a_false_claim_is_read_another_way(content: bytes, claimed: str | None, text: str) -> None:
    assert decode(content, claimed) == (text, True)


def test_a_hint_is_tried_before_guessing() -> None:
    assert decode("принтер".encode("koi8-r"), None, "koi8-r") == ("принтер", True)


def test_clean_text_can_be_stored() -> None:
    assert clean("a\0b\ud83d\udc4dc\ud800d") == "ab👍c�d"


def test_html_that_names_its_charset_only_inside_is_read_in_it() -> None:
    html = "<html><head><meta charset='koi8-r'></head><p>принтер</p>".encode("koi8-r")
    message = read_message(b"From: a@x.example\r\nContent-Type: text/html\r\n\r\n" + html)
    assert (message.text, message.charset_repairs) == ("принтер", 1)


def test_a_part_without_charset_is_read_in_that_of_another() -> None:
    words = "принтер".encode("koi8-r")
    message = read_message(
        b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + words
        + b"\r\n--b\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n" + words + b"\r\n--b--"
    )  # fmt: skip
    assert (message.text, message.charset_repairs) == ("принтер\nпринтер", 1)
