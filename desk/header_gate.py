"""The gate: whether a header can carry authority at all.

In:       the raw bytes of a mail.
Out:      Gate: the one address it is from, its fields as they stand, or why it has no authority.
Not here: reading a mail kindly (intake.reading), whether the address is who it says (desk.authority).

Mail programs disagree about headers with several authors, bare line ends or doubled fields, and what they disagree
about is how a forged author hides (RFC 5322 section 3.6, RFC 7489 section 6.6.1). So this reader is strict where the
other one is kind: what it does not understand is no proof, though it may still be a ticket.
"""

import re
from dataclasses import dataclass

from intake.authentication_results import is_domain

_HEADER_LIMIT = 256 * 1024
_END = re.compile(rb"\r\n\r\n|\n\n")
_FIELD = re.compile(rb"([!-9;-~]+):(.*)", re.DOTALL)
_MBOX = re.compile(rb"From (?![ \t]*:)[^\r\n]*\r?\n")
# RFC 5322 section 3.6: at most one of each.
_ONCE = ("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "mime-version",
         "content-type", "content-transfer-encoding")  # fmt: skip
_ADDRESS = r"([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+)"
# Possessive throughout: the time taken stays linear in the field's length.
_COMMENT = r"(?:\([^()<>@\\\"]*+\))?+\s*+"
_NAME = r"(?:\"(?:[^\"\\\x00-\x1f]|\\[\x20-\x7e])*+\"|[^\"<>@,:;\\()\[\]\x00-\x1f]++)*+"
_MAILBOX = re.compile(
    rf"\s*+(?:{_NAME}{_COMMENT}<{_ADDRESS}>\s*+{_COMMENT}|{_COMMENT}{_ADDRESS}\s*+{_COMMENT})"
)


@dataclass(frozen=True)
class Gate:
    """What the strict reader found; `fault` says why the mail has no authority, and is None when it may have."""

    fault: str | None
    address: str = ""
    fields: tuple[tuple[str, bytes], ...] = ()

    @property
    def domain(self) -> str:
        """The domain of From."""
        return self.address.rpartition("@")[2]


def read_gate(raw: bytes) -> Gate:
    """Read a header strictly: one From, one plain ASCII mailbox, no stray controls, nothing twice, a date."""
    head = raw[mbox.end() :] if (mbox := _MBOX.match(raw)) else raw
    end = _END.search(head)
    head = head[: end.start()] if end else head
    if len(head) > _HEADER_LIMIT:
        return Gate("its header is too long")
    lines = head.replace(b"\r\n", b"\n")
    if b"\x00" in head or b"\r" in lines or (b"\r\n" in head and b"\n" in head.replace(b"\r\n", b"")):
        return Gate("its header has stray control characters")
    fields = _fields(lines)
    if fields is None:
        return Gate("its header has a line that is no field")
    names = [name for name, _ in fields]
    if names.count("from") != 1:
        return Gate("it does not have exactly one author")
    if "date" not in names:  # without one a mail could be sent again and again
        return Gate("its header has no date")
    twice = next((name for name in _ONCE if names.count(name) > 1), None)
    if twice is not None:
        return Gate(f"its header has {twice.title()} twice")
    value = next(value for name, value in fields if name == "from")
    address = _author(value)
    if address is None:
        return Gate("its From is not one plain address")
    return Gate(None, address, tuple(fields))


def _fields(lines: bytes) -> list[tuple[str, bytes]] | None:
    """Every field of the header with its unfolded value; None when a line is neither field nor continuation."""
    fields: list[tuple[str, bytes]] = []
    for line in lines.rstrip(b"\n").split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if not fields or not line.strip():
                return None
            fields[-1] = (fields[-1][0], fields[-1][1] + b" " + line.strip())
            continue
        found = _FIELD.fullmatch(line)
        if found is None:
            return None
        fields.append((found[1].decode("ascii").lower(), found[2].strip()))
    return fields


def _author(value: bytes) -> str | None:
    """The one address of From, in lower case; names may be in any script, the address in ASCII alone."""
    found = _MAILBOX.fullmatch(value.decode("latin-1")) if len(value) <= 2_000 else None
    if found is None:
        return None
    address = (found[1] or found[2]).lower()
    local, _, domain = address.rpartition("@")
    well_formed = local and not local.startswith(".") and not local.endswith(".") and ".." not in local
    return address if well_formed and is_domain(domain) else None
