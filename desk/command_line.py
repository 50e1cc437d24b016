"""One line that begins with `#`: the commands in it, or what was nearly one, or nothing at all.

In:       a line as typed, with whatever phones and mail programs did to it.
Out:      Commands and near misses; None when the line is prose.
Not here: which lines of a mail are looked at (desk.commands), whether the person or ticket exists (desk.deeds).

Precision first: what could be a sentence, a heading or a room's number is prose.
"""

import difflib
import re
from dataclasses import dataclass

from desk.command_arguments import CERTAIN, FITS, WRAPPING, value_of
from desk.command_values import fold, looks_like_person, read_minutes
from desk.command_words import COMMANDS, HEADINGS, POLITE_CORE, POLITE_WORDS, SHORTCUTS, words

LONGEST = 200
LONGEST_NOTE = 20_000


@dataclass(frozen=True)
class Command:
    """One understood command; `name` is a key of COMMANDS, `said` are words that stood behind it on its line."""

    name: str
    argument: str
    line: str
    said: str = ""


Item = Command | tuple[str, str]
"""A command, or (the line as written, the command it may have meant; "" when nothing comes near)."""

_NAMES = {fold(name.replace("-", " ")): main for main, (_, others) in COMMANDS.items() for name in (main, *others)}
# Zero-width and direction marks, which copying leaves behind; they are no part of any word.
INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufe0f"
)
_OTHER_BLANKS = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_SIGNS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, INVISIBLE)), **dict.fromkeys(map(ord, _OTHER_BLANKS), " "),
    ord("＃"): "#", ord("﹟"): "#", ord("＠"): "@", ord("："): ":", **dict.fromkeys(map(ord, "‐‑‒"), "-"),
}  # fmt: skip
_BULLET = re.compile(r"(?:[-*•·‣◦–—▪●○+]|\d{1,2}[.)]) +(?=[\\*_`\"“”'‘’]{0,3}#)")
_TAGS = re.compile(r"(?:(?<=[\s,;&+/])|(?<=[\w.!]))#(?=[^\W\d_])")
_LEVEL = re.compile(r"(?:level|nivel|tier|lvl|l)[ :=-]{0,2}([1-3]|one|two|three|uno|dos|tres)(?!\w)[.!:,;]*")
_LEVEL_WORDS = frozenset({"level", "nivel", "tier", "lvl"})
_LEVELS = {"one": 1, "two": 2, "three": 3, "uno": 1, "dos": 2, "tres": 3}
_GLUED = re.compile(r"^([^\W\d_][\w-]{0,20})[:=](?=\S)")
# What joins two commands on one line.
_JOINTS = re.compile(r"(?:[\s,;&+/]|\s(?:and|y)(?=[\s,;&+/]*$))+$")
_DASHED = re.compile(r"^[-–—]{1,2} ")
_NOT_DONE = words("still but not except only pero aun todavia no nothing nearly almost half casi")
_NOTE_PLAIN = words("note notes nota internal interna interno")
_ONE_NOTE = words("note nota")
_DONE_PLAIN = words("done fixed solved resolved listo hecho resuelto arreglado solucionado")


def clean(line: str) -> str:
    """The line without invisible signs, bullets and marks of emphasis around it."""
    plain = line.translate(_SIGNS).strip()
    plain = _BULLET.sub("", plain, count=1)
    plain = plain.removeprefix("\\")
    if plain[:1] != "#":
        inner = plain.strip(WRAPPING).removeprefix("\\")
        plain = inner if inner[:1] == "#" else plain
    return plain


def read_line(line: str, *, alone: bool = True, beside: bool = False) -> tuple[Item, ...] | None:
    """What a line commands, or None for prose; `alone` when no line of prose follows directly.

    `beside`: the next line to it is a command, so that a command's word with a few words behind it is one too, even
    if they are no good value for it: the receipt says so, and no teacher gets the line to read.
    """
    if len(line) > LONGEST_NOTE:
        return None
    plain = clean(line)
    if not plain.startswith("#") or plain.startswith("##"):
        return None
    cuts = [place.start() for place in _TAGS.finditer(plain[:LONGEST]) if place.start() > 0]
    pieces = [plain[a:b] for a, b in zip([0, *cuts], [*cuts, len(plain)], strict=True)]
    items: list[Item] = []
    for number, piece in enumerate(pieces):
        rest = "".join(pieces[number:])
        item = _read_piece(rest if _is_note(piece) else piece, alone=alone) or (_bad_value(piece) if beside else None)
        if item is None:
            return None
        items.append(item)
        if isinstance(item, Command) and item.name == "note":
            break
    sure = len(items) == 1 or all(isinstance(item, Command) or item[1] for item in items)
    return tuple(items) if sure else None  # "#wifi #down" are somebody's hashtags


def _bad_value(piece: str) -> Item | None:
    """ "#priority huge", "#level 9": a command's own word, glued to its sign, and up to three words behind it."""
    if piece[1:2].isspace() or piece.rstrip().endswith("?"):
        return None
    name, rest, _, word = _named(_GLUED.sub(r"\1: ", piece[1:].strip()))
    shown = _JOINTS.sub("", piece)
    if not 0 < len(rest.split()) <= 3:
        return None
    if name is not None and COMMANDS[name][0] == "required":
        return Command(name, value_of(rest), shown)
    return (shown, f"#{name or 'level2'}") if name is not None or fold(word) in _LEVEL_WORDS else None


def _is_note(piece: str) -> bool:
    name, rest, end, word = _named(_GLUED.sub(r"\1: ", piece[1:].strip()))
    return name == "note" and _opens_note(rest, end, word)


def _opens_note(rest: str, end: str, word: str) -> bool:
    """ "#note the bulb is on order" is a note; "#private browsing is off" a sentence, "#private: …" a note again."""
    return not rest or fold(word).split("-")[0] in _NOTE_PLAIN or bool(end) or bool(_DASHED.match(rest))


def _read_piece(piece: str, *, alone: bool) -> Item | None:
    apart = piece[1:2].isspace()
    name, rest, end, word = _named(_GLUED.sub(r"\1: ", piece[1:].strip()))
    if name == "note":
        # "# Notes" heads a list; "# Note" by itself may not be sent to the requester, whatever it is.
        heading = apart and not alone and word[:1].isupper() and (bool(rest and not end) or fold(word) not in _ONE_NOTE)
        return Command(name, rest, piece) if _opens_note(rest, end, word) and not heading else None
    piece = _JOINTS.sub("", piece)
    if len(piece) > LONGEST:
        return None
    name, rest, end, word = _named(_GLUED.sub(r"\1: ", piece[1:].strip()))
    if name is None:
        return None if apart else _unknown(piece, word, rest)
    if apart and _is_heading(name, word, alone) and not (name in CERTAIN and CERTAIN[name](value_of(rest))):
        return None
    if word in SHORTCUTS:
        return Command(*SHORTCUTS[word], piece) if is_polite(rest) else None
    if COMMANDS[name][0] == "none":
        return _plain(name, rest, end, word, piece)
    return _withvalue_of(name, rest, piece, apart, named=end.startswith(":"))


def _named(body: str) -> tuple[str | None, str, str, str]:
    """The command a text begins with: its name, what follows, the sign in between, the word as typed."""
    level = _LEVEL.match(fold(body[:40])) if body[:1].lower() in "lnt" else None
    if level is not None:
        name = f"level{_LEVELS.get(level[1], level[1])}"
        return name, fold(body)[level.end() :].strip(), "", name
    parts = body.split(" ") if body[:1].isalpha() else [""]
    for count in (3, 2, 1):
        if len(parts) < count:
            continue
        typed = " ".join(parts[:count])
        word = re.sub(r"[\W_]+$", "", typed)
        key = fold(re.sub(r"[-_]", " ", word))
        rest = " ".join(parts[count:]).strip()
        if key in _NAMES:
            return _NAMES[key], rest, typed[len(word) :], word
        if key in SHORTCUTS:
            return SHORTCUTS[key][0], rest, "", key
    first = re.sub(r"[\W_]+$", "", parts[0])
    return None, body[len(parts[0]) :].strip(), parts[0][len(first) :], first


def _is_heading(name: str, word: str, alone: bool) -> bool:
    """Whether "# Training" heads a list or a section instead of saying something to the desk."""
    return word[:1].isupper() and name in HEADINGS and not (alone and name in ("done", "up", "down"))


def _plain(name: str, rest: str, end: str, word: str, shown: str) -> Command | None:
    if not rest or is_polite(rest):
        return Command(name, "", shown)
    # "#done. New bulb is in." is how people write it; "#request for lamps" is a heading, "#training: Monday" too.
    parted = bool(end) or bool(_DASHED.match(rest))
    if name == "done" and fold(word) in _DONE_PLAIN and parted and not rest.endswith("?"):
        said = _DASHED.sub("", rest)
        if said[:1].isalpha() and not any(char.isdigit() for char in said) and not set(fold(said).split()) & _NOT_DONE:
            return Command(name, "", f"#{word}", said)
    return None


def _withvalue_of(name: str, rest: str, shown: str, apart: bool, named: bool) -> Item | None:
    """`named`: a colon stands behind the name, so that a few words behind it are a value, if perhaps no good one."""
    value = value_of(rest)
    if not value:
        return None if apart else (shown, f"#{name} …")
    few = named and not apart and len(value.split()) <= 4 and not value.endswith("?")
    return Command(name, value, shown) if FITS[name](value) or few else None


def is_polite(text: str) -> bool:
    """Whether the words behind a command add nothing: "thanks!", "please", an emoji, a dash and a name."""
    if not any(char.isalnum() for char in text):
        return True
    said = re.findall(r"[^\W\d_]+", fold(text))
    if any(char.isdigit() for char in text) or not said or len(said) > 6:
        return False
    if _DASHED.match(text) and len(said) <= 2 and text.istitle():
        return True
    return all(word in POLITE_WORDS for word in said) and any(word in POLITE_CORE for word in said)


def _unknown(shown: str, word: str, rest: str) -> Item | None:
    """A lone `#word` is meant for the desk, whatever it says: a teacher must never get it as an answer.

    "# Steps" is a heading, "#projector is dark again" a sentence, "#room 12" a room.
    """
    if not re.fullmatch(r"[^\W\d_]+(?:-[^\W\d_]+){0,2}\d?", word):
        return None
    near = _near(fold(word).replace("-", " "), value_of(rest))
    if near is not None:
        return (shown, near)
    lone = not any(char.isalnum() for char in rest)
    address = "@" in rest and looks_like_person(rest)
    short = len(rest.split()) <= 2 and (address or read_minutes(rest, bare=False) is not None)
    return (shown, "") if lone or short else None


def _near(word: str, value: str) -> str | None:
    if len(word) < 3:
        return None
    for close in difflib.get_close_matches(word, list(_NAMES), n=3, cutoff=0.72):
        main = _NAMES[close]
        sure = difflib.SequenceMatcher(None, word, close).ratio() >= 0.8 and len(word) >= 4
        if not value:
            if sure or (len(word) >= 4 and sorted(word) == sorted(close)):
                return f"#{main}"
        elif COMMANDS[main][0] == "required":
            certain = CERTAIN[main](value) if main in CERTAIN else sure and len(word) >= 5
            if certain and FITS[main](value):
                return f"#{main}"
    return None
