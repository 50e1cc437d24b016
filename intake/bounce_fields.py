"""The fields of a delivery report (RFC 3464), wherever gateways have put them.

In:       a Message.
Out:      its per-recipient groups; what a group says of address and action.
Not here: reports in free text (intake.bounce_text), deciding (intake.bounce).
"""

import re
from collections.abc import Iterator
from itertools import islice

from intake.message import Message, MessageFile

SCANNED = 40_000
GOOD_ACTIONS = frozenset({"delivered", "relayed", "expanded"})
_MOST_REPORTS = 20  # of a mail that carries more, the first tell what it is
_REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status")
_TYPED_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,120}@\w(?:[\w.-]{0,200}\w)?")  # RFC 6533 section 3


def is_report(message: Message) -> bool:
    """Whether the mail is declared to be a delivery report (RFC 3462)."""
    kind = (message.field_named("content-type") or "").lower()
    return kind.startswith("multipart/report") and ("delivery-status" in kind or "report-type" not in kind)


def status_blocks(message: Message) -> Iterator[dict[str, str]]:
    """The per-recipient groups of every delivery-status part (RFC 3464 section 2.3)."""
    reports = (f for f in message.files if f.content_type in _REPORT_TYPES or _is_disguised_report(f))
    for file in islice(reports, _MOST_REPORTS):
        yield from _groups(file.content[:SCANNED].decode("utf-8", "replace"))
    head = message.text[:SCANNED]
    if "final-recipient:" in head.lower() and not any(f.content_type in _REPORT_TYPES for f in message.files):
        yield from _groups(head)


def _is_disguised_report(file: MessageFile) -> bool:
    """The fields of a report under another type: gateways rename what they do not know."""
    plain = file.content_type.startswith("text/") or file.content_type == "application/octet-stream"
    head = file.content[:4_000].lower()
    return plain and b"final-recipient:" in head and (b"action:" in head or b"reporting-mta:" in head)


def _groups(text: str) -> Iterator[dict[str, str]]:
    fields: dict[str, list[str]] = {}
    name = ""
    for line in [*text.splitlines(), ""]:
        if not line.strip():
            if "final-recipient" in fields or "original-recipient" in fields:
                yield {key: " ".join(values) for key, values in fields.items()}
            fields, name = {}, ""
        elif line[0] in " \t" and name:
            fields[name].append(line.strip())
        else:
            key, colon, value = line.partition(":")
            name = key.strip().lower().replace(" ", "-") if colon else ""
            if name and name not in fields:
                fields[name] = [value.strip()]


def action_of(block: dict[str, str]) -> str:
    """What became of this recipient's mail (RFC 3464 section 2.3.3), by its status where no action is told."""
    said = re.split(r"[\s(;]", block.get("action", "").strip().lower())[0]
    if said:
        return said
    status = block.get("status", "").strip()
    return "delayed" if status.startswith("4") else "delivered" if status.startswith("2") else "failed"


def typed_address(value: str | None) -> str | None:
    """An address field of RFC 3464 section 2.3.1: `rfc822; <a@b>`, with all that systems make of it."""
    if not value:
        return None
    typed = value.partition(";")[2] or value
    found = _TYPED_ADDRESS.search(typed)
    if found:
        return found[0]
    plain = typed.strip().strip("<>\"' ")
    return plain if "@" in plain and " " not in plain else None
