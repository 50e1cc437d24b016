"""RT's way to command: `Key: value` lines as one block at the very top of a reply.

In:       the new words of a mail.
Out:      the commands of the block, and where the words behind it begin.
Not here: lines with `#` (desk.command_line).

A block counts only when every line of the first paragraph is a key we know with a value that fits it: people
write "Note: the bulb is on order" and "Time: after lunch?", and mean their reader.
"""

import re
from collections.abc import Callable

from desk.command_line import Command, clean
from desk.command_values import (
    fold,
    looks_like_people,
    looks_like_person,
    looks_like_school,
    read_category,
    read_level,
    read_minutes,
    read_number,
    read_priority,
    read_status,
)
from desk.command_words import COMMANDS
from models.words import KINDS

MOST_LINES = 12
_LINE = re.compile(r"([^\W\d_][^\W\d_ -]*(?:[ -][^\W\d_]+){0,2}) ?: *(\S.*)")
_BARE_TIME = re.compile(r"(?:time|tiempo|time spent) ?: *(\d{1,3})")
_KINDS = {fold(word): kind for kind in KINDS for word in (kind, *COMMANDS[kind][1])}
_Value = Callable[[str], tuple[str, str] | None]


def _status(value: str) -> tuple[str, str] | None:
    name = read_status(value)
    return (name, "") if name else None


def _level(value: str) -> tuple[str, str] | None:
    level = read_level(value)
    return (f"level{level}", "") if level else None


def _kind(value: str) -> tuple[str, str] | None:
    kind = _KINDS.get(fold(value))
    return (kind, "") if kind else None


def _as(name: str, fits: Callable[[str], object]) -> _Value:
    return lambda value: (name, value) if fits(value) not in (None, False) else None


_KEYS: dict[str, _Value] = {
    **dict.fromkeys(("status", "estado"), _status),
    **dict.fromkeys(("level", "tier", "nivel"), _level),
    **dict.fromkeys(("kind", "type", "tipo"), _kind),
    **dict.fromkeys(("owner", "assignee", "asignado", "responsable"), _as("assign", looks_like_person)),
    **dict.fromkeys(("requestor", "requester", "solicitante"), _as("for", looks_like_person)),
    **dict.fromkeys(("timeworked", "time worked", "tiempo trabajado"), _as("time", read_minutes)),
    # "Time: 10:30" is an appointment: without its unit no number is a time spent, but see _read_bare.
    **dict.fromkeys(("time", "tiempo", "time spent"), _as("time", lambda value: read_minutes(value, bare=False))),
    **dict.fromkeys(("priority", "prioridad"), _as("priority", read_priority)),
    **dict.fromkeys(("queue", "category", "categoria"), _as("category", read_category)),
    **dict.fromkeys(("school", "escuela"), _as("school", looks_like_school)),
    **dict.fromkeys(("addcc", "add cc", "addadmincc", "cc"), _as("cc", looks_like_people)),
    **dict.fromkeys(("delcc", "del cc", "deladmincc"), _as("uncc", looks_like_people)),
    **dict.fromkeys(("mergeinto", "merge into", "same as", "duplicate of"), _as("same-as", read_number)),
}  # fmt: skip


def read_block(text: str) -> tuple[list[Command], int]:
    """The commands of the block, and where it ends; nothing and 0 when the text begins otherwise."""
    found: list[Command] = []
    is_certain = False
    start = len(text) - len(text.lstrip())
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = clean(text[start:end][:300])
        if not line or line.startswith("#"):
            break
        if len(found) == MOST_LINES:
            return [], 0
        command = _read(line)
        is_certain = is_certain or command is not None
        command = command or _read_bare(line)
        if command is None:
            return [], 0
        found.append(command)
        start = min(end + 1, len(text))
    return (found, start) if is_certain else ([], 0)


def _read_bare(line: str) -> Command | None:
    """ "Time: 35" beside a line that can mean nothing else: minutes, as RT counts them."""
    matched = _BARE_TIME.fullmatch(fold(line))
    return Command("time", matched[1], line) if matched is not None and read_minutes(matched[1]) is not None else None


def _read(line: str) -> Command | None:
    matched = _LINE.fullmatch(line)
    if matched is None:
        return None
    value = matched[2].strip()
    read = _KEYS.get(fold(re.sub(r"[-_]", " ", matched[1])))
    meant = read(value) if read is not None else None
    return Command(meant[0], meant[1], line) if meant is not None else None
