"""Lines as a browser would lay them out, fed tag by tag.

In:       texts and tags in document order.
Out:      lines with their regions.
Not here: finding the tags (intake.html), what attributes mean (intake.html_regions).
"""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

from intake.html_links import image_text, link_text
from intake.html_regions import BODY, QUOTE, Meaning, meaning_of

_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPACE_RUN = re.compile(" {2,}")
_AROUND_TAB = re.compile(" ?\t ?")
_MANY_LINES = re.compile("\n{4,}")
_INVISIBLE = re.compile("[\u200b\ufeff\u034f\u00ad\u2060]+")
_LONE_JOINERS = re.compile(r"^[\s\u200c\u200d\u200e\u200f]+$")
_PARAGRAPHS_CLOSE_UP = re.compile(
    r"(?:^|[\s,}>])p\b[^{}]{0,200}\{[^{}]{0,400}margin(?:-top)?\s{0,3}:\s{0,3}0", re.IGNORECASE
)
_BLOCKS = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
        "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot",
        "thead", "tr", "ul",
    ]
)
_SPACED = frozenset(["p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "figure"])
_VOID = frozenset([
    "br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr",
])
_DEEPEST = 8
RULE = "_" * 32


class Line(NamedTuple):
    """One line of text and the region its container belongs to."""

    text: str
    region: int


@dataclass(slots=True)
class _State:
    """What holds for the text at this point; saved and restored around elements with a meaning."""

    hidden: bool = False
    tiny: bool = False
    region: int = BODY
    marks: int = 0
    preformatted: bool = False
    spaced: bool = True


@dataclass(slots=True)
class _Open:
    """An open element with a meaning: what held before it, and how many of its name opened within."""

    tag: str
    before: _State
    meaning: Meaning
    nested: int = 0


@dataclass(slots=True)
class _List:
    ordered: bool
    count: int = 0


@dataclass(slots=True)
class Layout:
    """Collects lines. Every step is constant work for its text, so the whole is linear."""

    lines: list[Line] = field(default_factory=list)
    state: _State = field(default_factory=_State)
    pieces: list[str] = field(default_factory=list)
    line_state: _State | None = None
    blank_wanted: bool = False
    paragraphs_spaced: bool = True
    stack: list[_Open] = field(default_factory=list)
    open_tags: dict[str, list[_Open]] = field(default_factory=dict)
    lists: list[_List] = field(default_factory=list)
    bullet: str = ""
    link: tuple[str, int, int] | None = None
    in_cell: bool = False

    def style(self, rules: str) -> None:
        """Heed the one rule of a style sheet that changes how lines fall: paragraphs without margin."""
        if _PARAGRAPHS_CLOSE_UP.search(rules[:20000]):
            self.paragraphs_spaced = False

    def text(self, raw: str) -> None:
        """Add text at this point."""
        state = self.state
        if state.hidden or state.tiny or not raw:
            return
        if "&" in raw:
            raw = unescape(raw)
        if not raw.isascii():
            raw = _INVISIBLE.sub("", raw)
        if state.preformatted and ("\n" in raw or "\r" in raw):
            self._preformatted(raw.replace("\r\n", "\n").replace("\r", "\n"))
            return
        if not state.preformatted:
            raw = _SPACE.sub(" ", raw)
            if raw == " " and not self.pieces:
                return
        if raw:
            if self.line_state is None:
                self.line_state = state
            self.pieces.append(raw)

    def _preformatted(self, raw: str) -> None:
        """Keep the line breaks; written out at once, as a log may have a great many."""
        first, *others = _MANY_LINES.sub("\n\n\n", raw).split("\n")
        state = self.line_state = self.line_state or self.state
        self.pieces.append(first)
        self._flush(forced=True)
        mark = "> " * min(state.marks, _DEEPEST)
        self.lines.extend(Line((mark + line.rstrip()).rstrip(), state.region) for line in others[:-1])
        if others[-1]:
            self.pieces.append(others[-1])
            self.line_state = state

    def open(self, tag: str, written: str) -> None:
        """Meet a start tag."""
        if tag == "br":
            self._flush(forced=True)
            return
        if tag in _BLOCKS:
            self._open_block(tag)
        meaning = meaning_of(tag, written) if written or tag in ("blockquote", "pre") else None
        self._open_special(tag, written, meaning)
        if tag in _VOID or (written.endswith("/") and tag not in _BLOCKS and tag != "a"):
            return
        same = self.open_tags.get(tag)
        if meaning is not None:
            self._push(tag, meaning)
        elif same:
            same[-1].nested += 1
        if tag in _SPACED:
            self._margin(tag)

    def _open_block(self, tag: str) -> None:
        self._flush()
        if self.open_tags.get("p"):
            # A block ends an open paragraph, as in every browser.
            while self.open_tags.get("p") and self.stack[-1].tag == "p":
                self._pop(self.stack[-1])
        if tag == "li":
            self._bullet()

    def _open_special(self, tag: str, written: str, meaning: Meaning | None) -> None:
        if tag == "a" and "href" in written.lower():
            self.link = (written, len(self.lines), len(self.pieces))
        elif tag == "img" and (meaning is None or not meaning.hides):
            self.text(image_text(written))
        elif tag in ("td", "th"):
            self._cell()
        elif tag in ("ul", "ol") and len(self.lists) < 1000:
            self.lists.append(_List(tag == "ol"))
        elif tag == "hr" and not (self.state.hidden or self.state.tiny):
            if meaning is not None and meaning.to_the_end:
                self._push("hr", meaning)
            self._emit(RULE, self.state)

    def close(self, tag: str) -> None:
        """Meet an end tag."""
        if tag == "br":
            self._flush(forced=True)
            return
        if tag in _BLOCKS:
            self._flush()
        if tag == "a" and self.link is not None:
            self._close_link()
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "tr":
            self.in_cell = False
        if tag in _SPACED:
            self._margin(tag)
        same = self.open_tags.get(tag)
        if same:
            if same[-1].nested:
                same[-1].nested -= 1
            else:
                self._pop(same[-1])

    def finish(self) -> tuple[Line, ...]:
        """All lines, without blank ones at either end."""
        self._flush()
        lines = self.lines
        first, last = 0, len(lines)
        while first < last and not lines[first].text.strip("> "):
            first += 1
        while last > first and not lines[last - 1].text.strip("> "):
            last -= 1
        return tuple(lines[first:last])

    def _push(self, tag: str, meaning: Meaning) -> None:
        before = self.state
        entry = _Open(tag, before, meaning)
        self.stack.append(entry)
        self.open_tags.setdefault(tag, []).append(entry)
        self.state = _State(
            hidden=before.hidden or meaning.hides,
            tiny=meaning.tiny or (before.tiny and not meaning.sized),
            region=max(before.region, meaning.region) if before.region == QUOTE else meaning.region or before.region,
            marks=before.marks + meaning.quote_mark,
            preformatted=before.preformatted or meaning.preformatted,
            spaced=not meaning.no_margin,
        )
        if before.region == QUOTE:
            self.state.region = QUOTE

    def _pop(self, entry: _Open) -> None:
        """Close an element and whatever was left open within it."""
        while self.stack:
            last = self.stack.pop()
            self.open_tags[last.tag].pop()
            self.state = last.before
            if last.meaning.to_the_end and last.before.region == BODY:
                self._quote_the_rest()
            if last is entry:
                return

    def _quote_the_rest(self) -> None:
        self.state = _State(region=QUOTE)
        for entry in self.stack:
            entry.before = _State(region=QUOTE)

    def _flush(self, forced: bool = False) -> None:
        """End the line; `forced` (a br) ends an empty line, too."""
        if not self.pieces:
            if forced and not (self.state.hidden or self.state.tiny):
                self._emit("", self.state)
            return
        state = self.line_state or self.state
        text = "".join(self.pieces)
        self.pieces.clear()
        self.line_state = None
        if state.preformatted:
            self._emit(text.replace("\xa0", " ").rstrip(), state)
            return
        text = _AROUND_TAB.sub("\t", _SPACE_RUN.sub(" ", text)).strip(" \t")
        if not text:
            if forced:
                self._emit("", state)
            return
        self._emit(text.replace("\xa0", " ").strip(" "), state)

    def _emit(self, text: str, state: _State) -> None:
        if text and not text.isascii() and _LONE_JOINERS.match(text):
            text = ""
        if text and self.bullet:
            text, self.bullet = self.bullet + text.removeprefix("\u00b7").lstrip(), ""
        mark = "> " * min(state.marks, _DEEPEST)
        if self.blank_wanted and self.lines and text and self.lines[-1].text.strip("> "):
            self.lines.append(Line(_common_mark(self.lines[-1].text, mark), state.region))
        self.blank_wanted = False
        self.lines.append(Line(mark + text if text else mark.rstrip(), state.region))

    def _margin(self, tag: str) -> None:
        if tag == "p" and not (self.state.spaced and self.paragraphs_spaced):
            return
        if tag in ("ul", "ol") and self.lists[1:]:
            return
        if not (self.state.hidden or self.state.tiny):
            self.blank_wanted = True

    def _bullet(self) -> None:
        if self.state.hidden:
            return
        indent = "  " * min(max(len(self.lists) - 1, 0), _DEEPEST)
        if self.lists and self.lists[-1].ordered:
            self.lists[-1].count += 1
            self.bullet = f"{indent}{self.lists[-1].count}. "
        else:
            self.bullet = f"{indent}- "

    def _cell(self) -> None:
        if not self.pieces:
            return
        before = "".join(self.pieces[-1:]).rstrip()
        self.pieces.append(" " if before.endswith((":", "\uff1a")) else "\t")

    def _close_link(self) -> None:
        written, line, piece = self.link or ("", 0, 0)
        self.link = None
        label = "".join(self.pieces[piece:]) if len(self.lines) == line else ""
        self.text(link_text(written, label))



def _common_mark(before: str, mark: str) -> str:
    """The quote mark of a blank line between two lines: of the shallower one."""
    while mark and not before.startswith(mark):
        mark = mark[2:]
    return mark.rstrip()
