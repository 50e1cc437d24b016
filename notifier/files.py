"""Files that may go out with a notice.

In:       files as they came in: any name, any type, any size.
Out:      those that mail servers let through, and the names of the others.
Not here: reading them from the raw mail (the caller's), encoding (notifier.compose).
"""

import re
from collections.abc import Sequence

from notifier.subject import one_line

OutgoingFile = tuple[str, str, bytes]
"""File name, content type, bytes."""

# 25 MB is what most hosts take; base64 makes four bytes of three.
MAX_BYTES = 17 * 1024 * 1024
MAX_NAME = 120
# Large hosts refuse the whole mail for one of these, and then nobody hears anything.
_ENDINGS = (
    "ade adp apk appx bat cab chm cmd com cpl dll dmg exe hta ins iso jar js jse lib lnk mde msc msi msp mst "
    "nsh pif ps1 reg scr sct shb sys vb vbe vbs vhd vxd wsc wsf wsh xll"
)
_REFUSED = frozenset(_ENDINGS.split())
_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+_-]{0,80}", re.ASCII)


def choose_files(files: Sequence[OutgoingFile]) -> tuple[list[OutgoingFile], list[str]]:
    """What can go along, and the names of what was left out for its type or size."""
    carried: list[OutgoingFile] = []
    left_out: list[str] = []
    room = MAX_BYTES
    for position, (name, content_type, content) in enumerate(files, start=1):
        shown = safe_name(name, position)
        if shown.rpartition(".")[2].lower() in _REFUSED or len(content) > room:
            left_out.append(shown)
            continue
        room -= len(content)
        carried.append((shown, safe_type(content_type), content))
    return carried, left_out


def safe_name(name: str | None, position: int) -> str:
    """A file name of one line without path; "file-2" for a nameless second one."""
    last = re.split(r"[/\\]", name or "")[-1]
    return one_line(last, MAX_NAME).strip(". ") or f"file-{position}"


def safe_type(content_type: str) -> str:
    """A content type that can be attached as bytes, or application/octet-stream (RFC 2046 section 4.5.1)."""
    kind = content_type.partition(";")[0].strip().lower()
    container = kind.startswith(("multipart/", "message/"))
    return kind if _TYPE.fullmatch(kind) and not container else "application/octet-stream"
