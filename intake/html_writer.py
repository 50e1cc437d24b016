"""Lines of laid-out text, written piece by piece.

In:       text with the state that holds for it; ends of lines; wishes for blank lines.
Out:      lines with their regions.
Not here: which element does what (intake.html_layout).
"""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

from intake.html_regions import BODY

_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPACE_RUN = re.compile(" {2,}")
_AROUND_TAB = re.compile(" ?\t ?")
_MANY_LINES = re.compile("\n{4,}")
_INVISIBLE = re.compile("[\u200b\ufeff\u034f\u00ad\u2060]+")
_LONE_JOINERS = re.compile(r"^[\s\u200c\u200d\u200e\u200f]+$")
# Deeper quotes and lists carry the mark of this depth: else nesting would make the text quadratic.
DEEPEST = 8
# Of preformatted text; what follows stays in one piece, as nobody looks at its lines (intake.body).
_MOST_LINES = 50_000
_PIECE = 100_000


class Line(NamedTuple):
    """One line of text and the region its container belongs to."""

    text: str
    region: int


@dataclass(slots=True)
class State:
    """What holds for the text at this point; saved and restored around elements with a meaning."""

    hidden: bool = False
    tiny: bool = False
    region: int = BODY
    marks: int = 0
    preformatted: bool = False
    spaced: bool = True

    @property
    def unseen(self) -> bool:
        """Whether a reader sees nothing of what stands here."""
        return self.hidden or self.tiny


@dataclass(slots=True)
class Writer:
    """Collects lines; every step costs no more than its text is long."""

    lines: list[Line] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    line_state: State | None = None
    blank_wanted: bool = False
    bullet: str = ""

    def add(self, raw: str, state: State) -> None:
        """Add text at this point."""
        if not raw or state.unseen:
            return
        if "&" in raw:
            raw = _unescaped(raw)
        if not raw.isascii():
            raw = _INVISIBLE.sub("", raw)
        if not state.preformatted:
            raw = _SPACE.sub(" ", raw)
            if raw == " " and not self.pieces:
                return
        elif "\n" in raw or "\r" in raw:
            self._add_lines(raw.replace("\r\n", "\n").replace("\r", "\n"), state)
            return
        if raw:
            self.line_state = self.line_state or state
            self.pieces.append(raw)

    def _add_lines(self, raw: str, state: State) -> None:
        """Preformatted text; written out at once, as a log may have a great many lines."""
        if raw.count("\n") < _MOST_LINES:
            raw = _MANY_LINES.sub("\n\n\n", raw)
        first, *others = raw.split("\n", max(1, _MOST_LINES - len(self.lines)))
        state = self.line_state = self.line_state or state
        self.pieces.append(first)
        self.end_line(state, forced=True)
        mark = "> " * min(state.marks, DEEPEST)
        region = state.region
        self.lines.extend([Line((mark + line).rstrip(), region) for line in others[:-1]])
        if others[-1]:
            self.pieces.append(others[-1])
            self.line_state = state

    def end_line(self, state: State, forced: bool = False) -> None:
        """End the line; `forced` (a br) ends an empty line, too."""
        if not self.pieces:
            if forced and not state.unseen:
                self.write("", state)
            return
        state = self.line_state or state
        text = "".join(self.pieces)
        self.pieces.clear()
        self.line_state = None
        if state.preformatted:
            self.write(text.replace("\xa0", " ").rstrip(), state)
            return
        text = _AROUND_TAB.sub("\t", _SPACE_RUN.sub(" ", text)).strip(" \t")
        if text or forced:
            self.write(text.replace("\xa0", " ").strip(" "), state)

    def write(self, text: str, state: State) -> None:
        """Write a whole line, with the blank line that was wanted before it."""
        if text and not text.isascii() and _LONE_JOINERS.match(text):
            text = ""
        if text and self.bullet:
            text, self.bullet = self.bullet + text.removeprefix("\u00b7").lstrip(), ""
        mark = "> " * min(state.marks, DEEPEST)
        if self.blank_wanted and self.lines and text and self.lines[-1].text.strip("> "):
            self.lines.append(Line(_common_mark(self.lines[-1].text, mark), state.region))
        self.blank_wanted = False
        self.lines.append(Line(mark + text if text else mark.rstrip(), state.region))

    def next_cell(self) -> None:
        """Part this table cell from the one before on the same line."""
        if self.pieces:
            ends_name = self.pieces[-1].rstrip().endswith((":", "\uff1a"))
            self.pieces.append(" " if ends_name else "\t")

    def since(self, line: int, piece: int) -> str:
        """What was added since that place, when it is still on the same line."""
        return "".join(self.pieces[piece:]) if len(self.lines) == line else ""

    def finish(self) -> tuple[Line, ...]:
        """All lines, without blank ones at either end."""
        self.end_line(State())
        first, last = 0, len(self.lines)
        while first < last and not self.lines[first].text.strip("> "):
            first += 1
        while last > first and not self.lines[last - 1].text.strip("> "):
            last -= 1
        return tuple(self.lines[first:last])


def _unescaped(raw: str) -> str:
    """Character references read; a long text in pieces, since each reference takes room while it is read."""
    pieces: list[str] = []
    start = 0
    while 0 <= start < len(raw):
        end = raw.find("&", start + _PIECE)
        pieces.append(unescape(raw[start : end if end >= 0 else len(raw)]))
        start = end
    return "".join(pieces)


def _common_mark(before: str, mark: str) -> str:
    """The quote mark of a blank line between two lines: of the shallower one."""
    while mark and not before.startswith(mark):
        mark = mark[2:]
    return mark.rstrip()
