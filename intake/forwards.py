"""A forwarded mail inside a body: who wrote it, its subject and its words.

In:       the lines of the forwarded part; the subject of the mail around it.
Out:      intake.message.Forwarded.
Not here: finding where the forwarded part begins (intake.body).
"""

import re

from intake.header_block import field_of, is_rule, leading_separator, read_block, separator_kind
from intake.header_words import FORWARD_SUBJECTS, REPLY_SUBJECTS
from intake.message import Forwarded, NameAddr

_PREFIX = re.compile(
    r"\s{0,9}(?:\[[^\]]{0,40}\]\s{0,9}){0,4}([^\s:：\[\]()]{1,16})(?:\s?[\[(]\d{1,3}[\])])?\s{0,2}[:：]"
)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'*|]{1,120}@[^\s<>()\[\],;:\"'*|]{1,190}")
_MARK = re.compile(r"\s{0,3}> ?")


def says_forward(subject: str) -> bool:
    """Whether the subject's first prefix is that of a forward ("FW:", "WG:", "TR:", "RV:")."""
    return _first_prefix(subject) in FORWARD_SUBJECTS


def says_reply(subject: str) -> bool:
    """Whether the subject's first prefix is that of a reply ("Re:", "AW:", "Rif:")."""
    return _first_prefix(subject) in REPLY_SUBJECTS


def _first_prefix(subject: str) -> str:
    found = _PREFIX.match(subject[:200])
    return found.group(1).lower() if found else ""


def read_author(value: str) -> NameAddr:
    """Name and address from a "From" value as clients show it: `Ann Lee <a@x>`, `Ann Lee [mailto:a@x]`, …"""
    value = value.replace("mailto:", "")[:600]
    found = _ADDRESS.search(value)
    name = value[: found.start()] if found else value
    name = name.split("<")[0].split("[")[0].strip(" \t*_\"'“”«»‘’<([,;")
    name = re.split(r"\s(?:on behalf of|im auftrag von|en nombre de|de la part de)\s", name, flags=re.IGNORECASE)[0]
    address = found.group(0).strip(".'\"*_>") if found else None
    if address and name.lower() == address.lower():
        name = ""
    return NameAddr(name.strip() or None, address)


def read_forwarded(lines: list[str], subject: str) -> Forwarded:
    """Read the forwarded part; what its header does not say is left empty, the subject taken from around it."""
    lines = _without_mark(lines)
    leading = leading_separator(lines[0]) if lines else None
    if leading is not None:
        lines = [leading[1], *lines[1:]]
    for at in range(min(len(lines), 12)):
        block = read_block(lines, at, after_separator=True)
        if block is not None:
            words = _without_mark(lines[block.end :])
            author = read_author(block.fields.get("from", ""))
            return Forwarded(author, block.fields.get("subject") or _bare_subject(subject), _joined(words))
    start = 0
    while start < len(lines) and (not lines[start].strip() or separator_kind(lines[start]) or is_rule(lines[start])):
        start += 1
    return Forwarded(NameAddr(None, None), _bare_subject(subject), _joined(lines[start:]))


def _without_mark(lines: list[str]) -> list[str]:
    """The lines without the `>` that all of them (or all after a separator) carry."""
    filled = [line for line in lines if line.strip()]
    head = next((at for at, line in enumerate(filled) if line.lstrip().startswith(">")), len(filled))
    marked = filled[head:]
    if not marked or head > 3 or any(field_of(line) for line in filled[:head]):
        return lines
    if not all(line.lstrip().startswith(">") for line in marked):
        return lines
    return [_MARK.sub("", line, count=1) if line.lstrip().startswith(">") else line for line in lines]


def _bare_subject(subject: str) -> str:
    while (found := _PREFIX.match(subject[:200])) and found.group(1).lower() in FORWARD_SUBJECTS | REPLY_SUBJECTS:
        subject = subject[found.end() :]
    return subject.strip()


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip()
