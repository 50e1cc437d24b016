"""Elements of HTML as a browser would lay them out, met tag by tag.

In:       texts and tags in document order.
Out:      lines with their regions.
Not here: finding the tags (intake.html), what attributes mean (intake.html_regions), lines (intake.html_writer).
"""

import re
from dataclasses import dataclass, field

from intake.html_links import image_text, link_text
from intake.html_regions import BODY, QUOTE, Meaning, meaning_of
from intake.html_writer import DEEPEST, Line, State, Writer

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
RULE = "_" * 32
_MOST_LISTS = 1000
_LONGEST_STYLE = 20_000
_MOST_STYLES = 10


@dataclass(slots=True)
class _Open:
    """An open element with a meaning: what held before it, and how many of its name opened within."""

    tag: str
    before: State
    meaning: Meaning
    nested: int = 0


@dataclass(slots=True)
class _List:
    ordered: bool
    count: int = 0


@dataclass(slots=True)
class Layout:
    """Follows the elements. Only those with a meaning are remembered, so depth costs next to nothing."""

    writer: Writer = field(default_factory=Writer)
    state: State = field(default_factory=State)
    paragraphs_spaced: bool = True
    stack: list[_Open] = field(default_factory=list)
    open_tags: dict[str, list[_Open]] = field(default_factory=dict)
    lists: list[_List] = field(default_factory=list)
    link: tuple[str, int, int] | None = None
    styles: int = 0

    def style(self, rules: str) -> None:
        """Heed the one rule of a style sheet that changes how lines fall: paragraphs without margin."""
        self.styles += 1
        if self.styles <= _MOST_STYLES and _PARAGRAPHS_CLOSE_UP.search(rules[:_LONGEST_STYLE]):
            self.paragraphs_spaced = False

    def text(self, raw: str) -> None:
        """Meet text."""
        self.writer.add(raw, self.state)

    def open(self, tag: str, written: str) -> None:
        """Meet a start tag."""
        if tag == "br":
            self.writer.end_line(self.state, forced=True)
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

    def close(self, tag: str) -> None:
        """Meet an end tag."""
        if tag == "br":
            self.writer.end_line(self.state, forced=True)
            return
        if tag in _BLOCKS:
            self.writer.end_line(self.state)
        if tag == "a" and self.link is not None:
            self._close_link()
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
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
        return self.writer.finish()

    def _open_block(self, tag: str) -> None:
        self.writer.end_line(self.state)
        # A block ends an open paragraph, as in every browser.
        while self.open_tags.get("p") and self.stack[-1].tag == "p":
            self._pop(self.stack[-1])
        if tag == "li" and not self.state.hidden:
            self.writer.bullet = self._bullet()

    def _open_special(self, tag: str, written: str, meaning: Meaning | None) -> None:
        if tag == "a" and "href" in written.lower():
            self.link = (written, len(self.writer.lines), len(self.writer.pieces))
        elif tag == "img" and (meaning is None or not meaning.hides):
            self.text(image_text(written))
        elif tag in ("td", "th"):
            self.writer.next_cell()
        elif tag in ("ul", "ol") and len(self.lists) < _MOST_LISTS:
            self.lists.append(_List(tag == "ol"))
        elif tag == "hr" and not self.state.unseen:
            if meaning is not None and meaning.to_the_end and self.state.region == BODY:
                self._quote_the_rest()
            self.writer.write(RULE, self.state)

    def _push(self, tag: str, meaning: Meaning) -> None:
        before = self.state
        entry = _Open(tag, before, meaning)
        self.stack.append(entry)
        self.open_tags.setdefault(tag, []).append(entry)
        self.state = State(
            hidden=before.hidden or meaning.hides,
            tiny=meaning.tiny or (before.tiny and not meaning.sized),
            region=QUOTE if before.region == QUOTE else meaning.region or before.region,
            marks=before.marks + meaning.quote_mark,
            preformatted=before.preformatted or meaning.preformatted,
            spaced=not meaning.no_margin,
        )

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
        self.state = State(region=QUOTE)
        for entry in self.stack:
            entry.before = State(region=QUOTE)

    def _margin(self, tag: str) -> None:
        if tag == "p" and not (self.state.spaced and self.paragraphs_spaced):
            return
        if not (self.state.unseen or (tag in ("ul", "ol") and self.lists[1:])):
            self.writer.blank_wanted = True

    def _bullet(self) -> str:
        indent = "  " * min(max(len(self.lists) - 1, 0), DEEPEST)
        if not (self.lists and self.lists[-1].ordered):
            return f"{indent}- "
        self.lists[-1].count += 1
        return f"{indent}{self.lists[-1].count}. "

    def _close_link(self) -> None:
        written, line, piece = self.link or ("", 0, 0)
        self.link = None
        self.text(link_text(written, self.writer.since(line, piece)))
