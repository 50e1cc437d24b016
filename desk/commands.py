"""Commands in a technician's reply: lines that start with `#`, at the top or the bottom, or RT's block at the top.

In:       the new words of a mail.
Out:      Reading: the commands, the words that remain, what was nearly a command.
Not here: one line (desk.command_line, desk.command_block), whether they are obeyed (desk.authority), what they do
          (desk.obey).

Precision first: a `#tag` within prose, or a line such as "#3 printer", is prose. A greeting above the first command
and a closing with a name below the last do not hide it.
"""

import re
from dataclasses import dataclass
from itertools import islice

from desk.command_block import read_block
from desk.command_line import INVISIBLE, Command, Item, read_line
from desk.command_values import fold
from desk.command_words import CLOSINGS, COMMANDS, GREETINGS, words

__all__ = ["COMMANDS", "MAX_COMMANDS", "Command", "Reading", "read_commands"]

MAX_COMMANDS = 20
_BLANKS = " \t\r\n\f\v\u00a0\u3000" + INVISIBLE
_BLANK = re.compile(rf"[\s{INVISIBLE}]++")
_MOST_CLOSING_LINES = 4
_MARKED_LINE = re.compile(r"^[^\w\n]{0,12}[#＃]", re.MULTILINE)
_MOST_MARKED = 50
_NAME = re.compile(r"(?:[-–—~]{1,2} ?)?[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,2}[.,]?")
_GREETED = words("all there again team everyone everybody folks morning afternoon evening day dias tardes a todos y")


@dataclass(frozen=True)
class Reading:
    """A reply taken apart: commands, prose, and lines that look like a command but are none."""

    commands: tuple[Command, ...]
    words: str
    near_misses: tuple[tuple[str, str], ...] = ()
    """(the line as written, the command it may have meant; "" when nothing comes near)."""
    note: str = ""
    """What follows `#note` below words that are not internal; with nothing above it, the words are the note."""

    @property
    def internal(self) -> bool:
        """Whether the words are a note for colleagues only."""
        return self.has("note") and not self.note

    def has(self, name: str) -> bool:
        """Whether this command is among them."""
        return any(command.name == name for command in self.commands)


def read_commands(text: str) -> Reading:
    """Take the commands off the top and the bottom of a reply; at most MAX_COMMANDS, the rest are words.

    A `#note` line below words parts the reply: what stands above it is said to the requester, what follows is not.
    """
    place = _note_below_words(text)
    if place is not None:
        above, below = _read(text[:place]), _read(text[place:])
        if above.words and below.words and len(above.commands) + len(below.commands) <= MAX_COMMANDS:
            commands = (*above.commands, *below.commands)
            return Reading(commands, above.words, (*above.near_misses, *below.near_misses), below.words)
    return _read(text)


def _note_below_words(text: str) -> int | None:
    """Where the first line begins that is a `#note` and nothing else, prose or not above it."""
    for found in islice(_MARKED_LINE.finditer(text), _MOST_MARKED):
        end = text.find("\n", found.start())
        end = len(text) if end < 0 else end
        items = read_line(text[found.start() : end], alone=_is_alone(text, end))
        if items and len(items) == 1 and isinstance(items[0], Command) and items[0].name == "note":
            return found.start() if found.start() > 0 else None
    return None


def _read(text: str) -> Reading:
    block, start = read_block(text)
    top, greeting, start = _take_top(text, start, MAX_COMMANDS - len(block))
    bottom, closing, end = _take_bottom(text, start, MAX_COMMANDS - len(block) - len(top))
    found: list[Item] = [*block, *top, *bottom]
    commands = tuple(item for item in found if isinstance(item, Command))
    misses = tuple(item for item in found if not isinstance(item, Command))
    beside = [item.argument if item.name == "note" else item.said for item in commands]
    pieces = [greeting, *beside, text[start:end], closing]
    left = "\n".join(piece.strip(_BLANKS) for piece in pieces if piece.strip(_BLANKS))
    return Reading(commands, "" if commands and _is_frame(left) else left, misses)


def _take_top(text: str, start: int, most: int) -> tuple[list[Item], str, int]:
    """The command lines at the top, a greeting above them, and where the words begin."""
    found: list[Item] = []
    begin, greeting = start, ""
    while len(found) < most:
        at, end = _next_line(text, start)
        if at >= len(text):
            break
        items = read_line(text[at:end], alone=_is_alone(text, end), beside=bool(found) or _has_command_below(text, end))
        if items is None and not found and not greeting and is_greeting(text[at:end]):
            greeting, start = text[at:end], end
            continue
        if items is None or len(found) + len(items) > most or (greeting and not found and not _is_meant(items)):
            break
        found += items
        start = min(end + 1, len(text))
    return (found, greeting, start) if found else ([], "", begin)


def _next_line(text: str, start: int) -> tuple[int, int]:
    """Where the next line that is not blank begins and ends; a long text is not cut into its lines."""
    blank = _BLANK.match(text, start)
    filled = blank.end() if blank else start
    begin = text.rfind("\n", start, filled) + 1 or start
    end = text.find("\n", filled)
    return (begin if filled < len(text) else len(text)), (len(text) if end < 0 else end)


def _is_alone(text: str, end: int) -> bool:
    """Whether the line that ends here is followed by a blank one, another command, or nothing."""
    after = text[end + 1 : end + 200].partition("\n")[0].translate(dict.fromkeys(map(ord, INVISIBLE))).strip()
    return not after or after.startswith(("#", "＃"))


def _take_bottom(text: str, start: int, most: int) -> tuple[list[Item], str, int]:
    """The command lines at the bottom, what closes the mail below them, and where the words end."""
    last = start + len(text[start:].rstrip(_BLANKS))
    end = _above_closing(text, start, last)
    for foot in dict.fromkeys((last, end)):
        found, up_to = _climb(text, start, foot, most)
        if found and (foot == last or _is_meant(found)):
            return found, text[foot:last], up_to
    return [], "", last


def _climb(text: str, start: int, end: int, most: int) -> tuple[list[Item], int]:
    found: list[Item] = []
    while len(found) < most:
        filled = start + len(text[start:end].rstrip(_BLANKS))
        begin = max(text.rfind("\n", start, filled) + 1, start)
        beside = bool(found) or _has_command_above(text, start, begin)
        items = read_line(text[begin:filled], beside=beside) if begin < filled else None
        if items is None or len(found) + len(items) > most:
            break
        found = [*items, *found]
        end = begin
    return found, end


def _has_command_above(text: str, start: int, begin: int) -> bool:
    """Whether the line that ends just above is a command."""
    if begin <= start:
        return False
    above = text[max(text.rfind("\n", start, begin - 1) + 1, start) : begin - 1]
    return _is_command(above)


def _has_command_below(text: str, end: int) -> bool:
    return _is_command(text[end + 1 : end + 300].partition("\n")[0])


def _is_command(line: str) -> bool:
    items = read_line(line) if len(line) < 300 else None
    return items is not None and any(isinstance(item, Command) for item in items)


def _above_closing(text: str, start: int, end: int) -> int:
    """Where the lines "Thanks," and "Tom" at the end begin; `end` when there are none."""
    for _ in range(_MOST_CLOSING_LINES):
        filled = start + len(text[start:end].rstrip(_BLANKS))
        begin = max(text.rfind("\n", start, filled) + 1, start)
        line = text[begin:filled]
        if begin >= filled or not (is_closing(line) or _is_name(line)):
            break
        end = begin
    return end


def _is_meant(items: list[Item] | tuple[Item, ...]) -> bool:
    """Whether commands are among them, or what comes near to one: not somebody's lone hashtag."""
    return any(isinstance(item, Command) or item[1] for item in items)


def is_greeting(line: str) -> bool:
    """Whether a line only greets: "Hi Ms. Ruiz,", "Buenos días:"."""
    said = line.translate(dict.fromkeys(map(ord, INVISIBLE))).strip(" \t,.!:;-–—\u00a0").split()
    if not 0 < len(said) <= 5 or fold(said[0].strip(".,!")) not in GREETINGS:
        return False
    return all(word[:1].isupper() or fold(word.strip(".,!")) in GREETINGS | _GREETED for word in said[1:])


def is_closing(line: str) -> bool:
    """Whether a line only closes: "Thanks, Tom", "Best regards", "Muchas gracias"."""
    said = [fold(word.strip(".,!:;-–—")) for word in line.split()] if len(line) < 80 else []
    if said[:1] == ["un"] and len(said) > 1:  # "Un saludo,", "Un abrazo"
        said, line = said[1:], line.split(None, 1)[1]
    if not 0 < len(said) <= 5 or said[0] not in CLOSINGS or line.rstrip().endswith("?"):
        return False
    return all(
        folded in CLOSINGS or folded in ("you", "so", "very", "") or word[:1].isupper()
        for folded, word in zip(said[1:], line.split()[1:], strict=True)
    )


def _is_name(line: str) -> bool:
    plain = line.strip()
    if not 0 < len(plain) <= 40 or not _NAME.fullmatch(plain):
        return False
    return all(word[:1].isupper() for word in plain.strip("-–—~ ").split())


def _is_frame(left: str) -> bool:
    """Whether nothing but greeting, closing and name is left: such words tell a reader nothing."""
    lines = [line for line in left.split("\n", 8) if line.strip(_BLANKS)]
    framing = [is_greeting(line) or is_closing(line) for line in lines]
    return any(framing) and all(frame or _is_name(line) for frame, line in zip(framing, lines, strict=True))
