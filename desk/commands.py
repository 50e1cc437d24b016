"""Commands in a technician's reply: lines that start with `#`, at the top or the bottom.

In:       the new words of a mail.
Out:      Reading: the commands, the words that remain, what was nearly a command.
Not here: whether they are obeyed (desk.authority), what they do (desk.obey).

Precision first: a `#tag` within prose, or a line such as "#3 printer", is prose.
"""

import difflib
import re
from dataclasses import dataclass

# Command → (argument: none, optional or required; synonyms).
COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "done": (
        "none",
        ("close", "closed", "fixed", "resolved", "resolve", "solved", "listo", "hecho", "resuelto"),
    ),
    "mine": ("none", ("take", "claim", "mio", "mío", "mía")),
    "assign": ("required", ("give", "asignar", "asigna")),
    "note": ("none", ("internal", "private", "nota")),
    "training": ("none", ("train", "capacitacion", "capacitación")),
    "fault": ("none", ("broken", "incident", "falla", "averia", "avería")),
    "request": ("none", ("service", "solicitud")),
    "category": ("required", ("cat", "categoria", "categoría")),
    "priority": ("required", ("prio", "prioridad")),
    "school": ("required", ("building", "escuela")),
    "level1": ("none", ("l1", "nivel1")),
    "level2": ("none", ("l2", "escalate", "nivel2")),
    "level3": ("none", ("l3", "nivel3")),
    "waiting": ("none", ("pending", "wait", "esperando")),
    "reopen": ("none", ("reabrir",)),
    "help": ("none", ("ayuda", "commands")),
}
_NAMES = {name: main for main, (_, others) in COMMANDS.items() for name in (main, *others)}
_LINE = re.compile(
    r"^[ \t]*#([ \t]?)([^\W\d_]+(?:-[^\W\d_]+)?(?:[ \t]?[1-9](?!\d))?)(?:[.!:,;]*)(?:[ \t]+(\S.*?))?[ \t.!]*$"
)
MAX_COMMANDS = 20
_BLANK = re.compile(r"\s++")


@dataclass(frozen=True)
class Command:
    """One understood command; `name` is a key of COMMANDS."""

    name: str
    argument: str
    line: str


@dataclass(frozen=True)
class Reading:
    """A reply taken apart: commands, prose, and lines that look like a command but are none."""

    commands: tuple[Command, ...]
    words: str
    near_misses: tuple[tuple[str, str], ...] = ()
    """(the line as written, the command it may have meant; "" when nothing comes near)."""

    @property
    def internal(self) -> bool:
        """Whether the words are a note for colleagues only."""
        return any(command.name == "note" for command in self.commands)


_Item = Command | tuple[str, str]


def read_commands(text: str) -> Reading:
    """Take the command lines off the top and the bottom of a reply; at most MAX_COMMANDS, the rest are words."""
    text = text.replace("\u00a0", " ")
    top, start = _take_top(text)
    bottom, end = _take_bottom(text, start, MAX_COMMANDS - len(top))
    found = [*top, *bottom]
    commands = tuple(item for item in found if isinstance(item, Command))
    misses = tuple(item for item in found if not isinstance(item, Command))
    notes = [item.argument for item in commands if item.name == "note" and item.argument]
    words = "\n".join([*notes, text[start:end]]).strip()
    return Reading(commands, words, misses)


def _take_top(text: str) -> tuple[list[_Item], int]:
    """The command lines at the top, and where the words begin; a long text is not cut into its lines."""
    found: list[_Item] = []
    start = 0
    while len(found) < MAX_COMMANDS:
        blank = _BLANK.match(text, start)
        filled = blank.end() if blank else start
        start = text.rfind("\n", start, filled) + 1 or start
        end = text.find("\n", filled)
        end = len(text) if end < 0 else end
        item = _read_line(text[start:end]) if filled < len(text) else None
        if item is None:
            break
        found.append(item)
        start = min(end + 1, len(text))
    return found, start


def _take_bottom(text: str, start: int, most: int) -> tuple[list[_Item], int]:
    """The command lines at the bottom, and where the words end."""
    found: list[_Item] = []
    end = len(text)
    while len(found) < most:
        end = start + len(text[start:end].rstrip())
        begin = max(text.rfind("\n", start, end) + 1, start)
        item = _read_line(text[begin:end]) if begin < end else None
        if item is None:
            break
        found.append(item)
        end = begin
    return found[::-1], end


def _read_line(line: str) -> _Item | None:
    if not line.lstrip().startswith("#") or len(line) > 200:
        return None
    match = _LINE.match(line)
    if match is None:
        return None
    word = re.sub(r"[ \t]", "", match[2]).lower()
    argument = (match[3] or "").strip()
    name = _NAMES.get(word)
    if name is None:
        return _near_miss(line, word, argument) or _unknown(line, argument, apart=bool(match[1]))
    wanted = COMMANDS[name][0]
    if wanted == "none" and argument and not _is_polite(argument):
        # "#note the bulb is on order" is how people write a note; "#request for lamps" is a heading.
        return None if name != "note" else Command(name, argument, line.strip())
    if wanted == "required" and not argument:
        return (line.strip(), f"#{name} …")
    return Command(name, argument if wanted == "required" else "", line.strip())


def _near_miss(line: str, word: str, argument: str) -> tuple[str, str] | None:
    close = difflib.get_close_matches(word, list(_NAMES), n=1, cutoff=0.75)
    if not close or len(word) < 3:
        return None
    main = _NAMES[close[0]]
    if argument and COMMANDS[main][0] != "required":
        return None
    return (line.strip(), f"#{main}")


def _unknown(line: str, argument: str, *, apart: bool) -> tuple[str, str] | None:
    """A lone `#word` is meant for the desk, whatever it says: a teacher must never get it as an answer.

    "# Steps" is a heading, "#projector is dark again" a sentence.
    """
    lone = not argument and not apart
    short = len(argument.split()) == 1 and (any(char.isdigit() for char in argument) or "@" in argument)
    return (line.strip(), "") if lone or short else None


def _is_polite(argument: str) -> bool:
    words = argument.strip(" .!,").lower().split()
    return len(words) <= 2 and all(word in {"please", "thanks", "thx", "ty", "gracias"} for word in words)
