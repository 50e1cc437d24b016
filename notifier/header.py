"""Header fields as they go over the wire, whatever people are called and write.

In:       names, addresses, subjects, Message-IDs as text.
Out:      bytes of header lines: ASCII, or UTF-8 where an address itself needs it (RFC 6532).
Not here: which fields a notice has (notifier.compose).

Written by hand and not through the standard library's header registry: that one raises on odd
Message-IDs and puts long ones into encoded words, which nobody can thread by.
"""

import re
from collections.abc import Iterable
from email.header import Header

from notifier.subject import one_line

MAX_NAME = 120
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")


def write_fields(fields: Iterable[tuple[str, str]]) -> bytes:
    """Fields in order, each ended by CRLF; ValueError if a value would start a field of its own."""
    lines = []
    for name, value in fields:
        if any(_UNSAFE.search(line) or not line.strip() for line in value.split("\r\n ")):
            raise ValueError(f"control characters in {name}")
        lines.append(f"{name}: {value}\r\n")
    return "".join(lines).encode("utf-8")


def text_value(field: str, text: str, limit: int = 300) -> str:
    """Free text for a header: folded, and encoded where it is not plain ASCII (RFC 2047)."""
    line = one_line(text, limit)
    # A text that merely looks like an encoded word would be decoded by the reader's program.
    plain = line.isascii() and "=?" not in line
    header = Header(line, "us-ascii" if plain else "utf-8", header_name=field, maxlinelen=76)
    return header.encode(linesep="\r\n").replace("\r\n\t", "\r\n ")


def mailbox_value(name: str | None, address: str) -> str:
    """`"Name" <address>` (RFC 5322 section 3.4); the bare address without a name."""
    shown = one_line(name or "", MAX_NAME)
    if not shown:
        return address
    if shown.isascii() and "=?" not in shown:
        phrase = '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        phrase = Header(shown, "utf-8", header_name="Reply-To", maxlinelen=76).encode(linesep="\r\n")
    between = " " if len(phrase) + len(address) < 60 else "\r\n "
    return f"{phrase}{between}<{address}>"


def ids_value(ids: Iterable[str]) -> str:
    """Message-IDs in brackets, one a line, so that no line grows beyond RFC 5322's 998."""
    return "\r\n ".join(f"<{known}>" for known in ids)


def wire_address(address: str) -> str:
    """An address as servers know it: a domain in another script becomes its ASCII form (RFC 5891)."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address
