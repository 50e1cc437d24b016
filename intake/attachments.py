"""What a file is good for: evidence, a signature's ornament, or a danger.

In:       a MessageFile: its name, its type and its bytes.
Out:      `executable`, `encrypted`, `ornament`, or None for an ordinary file.
Not here: names and digests (intake.files), whether the picture came before on other tickets (desk.evidence).

Nothing is opened and nothing refused: a mark says to a technician what to expect.
"""

import re
from itertools import islice

from intake.message import MessageFile

EXECUTABLE, ENCRYPTED, ORNAMENT = "executable", "encrypted", "ornament"

# What a double click runs on Windows, macOS, ChromeOS or Android.
_RUNS = frozenset([
    "ade", "adp", "apk", "app", "appx", "appxbundle", "bat", "chm", "cmd", "com", "cpl", "crx", "deb", "dll", "dmg",
    "docm", "dotm", "exe", "hta", "img", "ins", "iso", "jar", "js", "jse", "lnk", "msc", "msi", "msix", "msp",
    "mst", "pif", "pkg", "potm", "ppam", "ppsm", "pptm", "ps1", "psm1", "reg", "rpm", "scf", "scr", "sct", "sh",
    "url", "vb", "vbe", "vbs", "vhd", "vhdx", "wsc", "wsf", "wsh", "xlam", "xll", "xlsm", "xltm",
])  # fmt: skip
_PROGRAMS = (
    b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf", b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"
_ENVELOPED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"  # id-envelopedData, RFC 5652 section 6.1
# Names in a zip that are looked at, and bytes of a file that are searched.
_MOST_NAMES = 2_000
_SEARCHED = 4 * 1024 * 1024
_PDF_ENCRYPT = re.compile(rb"/Encrypt\s{0,8}(?:\d{1,9}\s{1,8}\d{1,9}\s{1,8}R|<<)")
# A picture this small shows no fault that anybody could see; a banner is far wider than high.
_ICON_PIXELS = 120 * 120
_BANNER = (200, 4.0)


def mark_of(file: MessageFile) -> str | None:
    """Say what a file is by its name and bytes; when in doubt, None: it may be evidence."""
    if _is_executable(file):
        return EXECUTABLE
    if _is_encrypted(file):
        return ENCRYPTED
    return ORNAMENT if _is_ornament(file) else None


def _is_executable(file: MessageFile) -> bool:
    if _ending(file.filename or "") in _RUNS:
        return True
    content = file.content
    if content.startswith(_PROGRAMS):
        return True
    if content.startswith(b"MZ") and b"PE\0\0" in content[:4096]:
        return True
    return content.startswith(_ZIP) and any(_ending(name) in _RUNS for name, _ in _zip_entries(content))


def _is_encrypted(file: MessageFile) -> bool:
    content = file.content[:_SEARCHED]
    if content.startswith(b"-----BEGIN PGP MESSAGE-----") or _ENVELOPED in content[:64]:
        return True
    if content.startswith(_ZIP):
        return any(flags & 1 for _, flags in _zip_entries(content))
    if content.startswith(_OLE):  # MS-OFFCRYPTO section 2.3.2
        return "EncryptedPackage".encode("utf-16-le") in content
    return content.startswith(_PDF) and _PDF_ENCRYPT.search(content) is not None


def _zip_entries(content: bytes) -> list[tuple[str, int]]:
    """(name, flags) of the entries by their local headers (APPNOTE section 4.3.7); nothing is unpacked."""
    found: list[tuple[str, int]] = []
    for match in islice(re.finditer(re.escape(_ZIP), content), _MOST_NAMES):
        head = content[match.start() : match.start() + 30]
        if len(head) == 30:
            length = int.from_bytes(head[26:28], "little")
            name = content[match.start() + 30 : match.start() + 30 + min(length, 1024)]
            found.append((name.decode("utf-8", "replace"), int.from_bytes(head[6:8], "little")))
    return found


def _is_ornament(file: MessageFile) -> bool:
    """An icon or banner that the mail's HTML shows; a picture sent as a file is never one."""
    if not file.inline or not file.content_type.startswith("image/"):
        return False
    size = picture_size(file.content)
    if size is None:
        return False
    width, height = size
    low = height <= _BANNER[0] and width >= height * _BANNER[1]
    return width * height <= _ICON_PIXELS or low


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF or JPEG, from its header; None when it cannot be told."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if content.startswith((b"GIF87a", b"GIF89a")) and len(content) >= 10:
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From the start-of-frame segment (ITU T.81 section B.2.2), which stands behind any number of others."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        kind = content[at + 1]
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 7 : at + 9], "big"), int.from_bytes(content[at + 5 : at + 7], "big")
        at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4], "big")) if kind != 0xFF else 1
    return None


def _ending(name: str) -> str:
    return name.rstrip(" .").rpartition(".")[2].lower() if "." in name else ""
