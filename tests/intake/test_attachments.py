"""What a file is good for, told from its name and bytes."""

import io
import struct
import zipfile

import pytest

from intake.attachments import mark_of, picture_size
from intake.files import make_file


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x02\0\0\0" + b"x" * 40


def jpeg(width: int, height: int) -> bytes:
    exif = b"\xff\xe1" + struct.pack(">H", 402) + b"e" * 400
    return b"\xff\xd8" + exif + b"\xff\xc0" + struct.pack(">HBHH", 17, 8, height, width) + b"\x03" + b"x" * 30


def packed(*names: str) -> bytes:
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 100)
    return room.getvalue()


def locked(content: bytes) -> bytes:
    """The zip with the flag that says "encrypted" in its first local header (APPNOTE section 4.4.4)."""
    return content[:6] + b"\x01" + content[7:]


@pytest.mark.parametrize(
    "name, content_type, content, mark",
    [
        ("invoice.exe", "application/octet-stream", b"x", "executable"),
        ("photo.jpg.scr", "image/jpeg", b"x", "executable"),
        ("Invoice.PDF.Js ", "application/pdf", b"x", "executable"),
        ("grades.xlsm", "application/vnd.ms-excel", b"x", "executable"),
        ("photo.jpg", "image/jpeg", b"MZ" + b"\0" * 126 + b"PE\0\0", "executable"),  # a false name
        ("run", "application/octet-stream", b"\x7fELF\x02", "executable"),
        ("pictures.zip", "application/zip", packed("a.jpg", "b/setup.exe"), "executable"),
        ("pictures.zip", "application/zip", packed("a.jpg", "b.pdf"), None),
        ("pictures.zip", "application/zip", locked(packed("a.jpg")), "encrypted"),
        ("plan.pdf", "application/pdf", b"%PDF-1.7\n trailer << /Encrypt 12 0 R /Root 1 0 R >>", "encrypted"),
        ("plan.pdf", "application/pdf", b"%PDF-1.7\n how to /Encrypt a letter", None),
        ("list.xlsx", "application/vnd.ms-excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
         + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("smime.p7m", "application/pkcs7-mime", b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80", "encrypted"),
        ("smime.p7m", "application/pkcs7-mime", b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80", None),
        ("notes.txt", "text/plain", b"MZ is how programs of DOS begin", None),
        ("www.oakdistrict.example", "text/plain", b"x", None),
        (None, "image/png", png(1600, 1200), None),
    ],
)  # fmt: skip
def test_the_mark_of_a_file(name, content_type, content, mark):
    assert mark_of(make_file(name, content_type, content)) == mark


@pytest.mark.parametrize(
    "content, inline, mark",
    [
        (png(1, 1), True, "ornament"),  # a tracking pixel
        (png(64, 64), True, "ornament"),
        (png(600, 120), True, "ornament"),  # a banner
        (png(64, 64), False, None),  # whoever attaches an icon means it
        (jpeg(3024, 4032), True, None),  # a photo of a broken screen
        (jpeg(1200, 400), True, None),
        (b"not a picture", True, None),
    ],
)
def test_ornaments_are_told_from_photos(content, inline, mark):
    assert mark_of(make_file("image001.png", "image/png", content, inline)) == mark


def test_the_size_of_a_picture():
    assert picture_size(png(640, 480)) == (640, 480)
    assert picture_size(jpeg(640, 480)) == (640, 480)
    assert picture_size(b"GIF89a" + struct.pack("<HH", 640, 480)) == (640, 480)
    for cut in range(30):
        assert picture_size(jpeg(640, 480)[:cut]) is None
        picture_size(png(640, 480)[:cut])
