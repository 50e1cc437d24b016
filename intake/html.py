"""HTML into readable text, and into lines that know their region.

In:       the decoded HTML of a mail; nothing is ever fetched.
Out:      text, or laid-out lines marked as body, quote, signature or introduction.
Not here: which element means what (intake.html_regions), laying out (intake.html_layout),
          what the sender newly wrote (intake.body).
"""

import re
from functools import lru_cache

from intake.html_layout import Layout
from intake.html_writer import Line

_TAG_START = re.compile(r"<(?:/?([a-zA-Z][a-zA-Z0-9:_-]{0,30})|[!?/])")
# No person's mail comes near; what follows is stripped of its tags and shown without layout.
_MOST_TAGS = 80_000
_ANY_TAG = re.compile(r"<[^<>]{0,4096}>")
_SWALLOWED = ("style", "script", "title", "xml", "noframes", "template", "svg", "object")
_END_OF = {tag: re.compile(rf"</{tag}\b", re.IGNORECASE) for tag in _SWALLOWED}
# A quoted attribute may hold ">"; farther than this we do not look for its closing mark.
_LONGEST_ATTRIBUTE = 4096


def html_to_text(html: str) -> str:
    """Readable text of an HTML mail: lines as a browser lays them, quotes marked `> `, nothing hidden."""
    return "\n".join(line.text for line in lay_out(html))


@lru_cache(maxsize=2)
def lay_out(html: str) -> tuple[Line, ...]:
    """The lines of an HTML mail with their regions; linear in the length, whatever the nesting."""
    layout = Layout()
    _Reader(html, layout).read()
    return layout.finish()


class _Reader:
    """Walks the source from tag to tag. Not a tree: depth costs nothing and nothing can recurse."""

    def __init__(self, html: str, layout: Layout) -> None:
        self.html = html.replace("\x00", "")
        self.layout = layout
        self.unclosed: set[str] = set()

    def read(self) -> None:
        """Feed every text and tag to the layout."""
        html, layout, at = self.html, self.layout, 0
        for _ in range(_MOST_TAGS):
            found = _TAG_START.search(html, at)
            if found is None:
                layout.text(html[at:])
                return
            start = found.start()
            if start > at:
                layout.text(html[at:start])
            name = found.group(1)
            at = self._tag(start, name.lower(), found.end()) if name else self._aside(start)
        layout.text(_ANY_TAG.sub(" ", html[at:]))

    def _tag(self, start: int, tag: str, attributes_at: int) -> int:
        html = self.html
        end = self._end_of_tag(attributes_at)
        if end < 0:
            self.layout.text(html[start:])
            return len(html)
        if html[start + 1] == "/":
            self.layout.close(tag)
            return end + 1
        written = html[attributes_at:end]
        if tag in _END_OF and not written.endswith("/"):
            return self._skip_content(tag, end + 1)
        self.layout.open(tag, written)
        return end + 1

    def _end_of_tag(self, at: int) -> int:
        html = self.html
        end = self._find(">", at)
        if end < 0:
            return -1
        inside = html[at:end]
        for mark in ('"', "'"):
            # An odd count after "=" says that this ">" stands inside a quoted value.
            if f"={mark}" in inside and inside.count(mark) % 2:
                closing = html.find(mark, end, end + _LONGEST_ATTRIBUTE)
                later = html.find(">", closing, closing + _LONGEST_ATTRIBUTE) if closing >= 0 else -1
                return later if later >= 0 else end
        return end

    def _skip_content(self, tag: str, at: int) -> int:
        """Past the content of style, script and the like; an unclosed one hides nothing but itself."""
        if tag in self.unclosed:
            return at
        closing = _END_OF[tag].search(self.html, at)
        if closing is None:
            self.unclosed.add(tag)
            return at if tag != "script" else len(self.html)
        if tag == "style":
            self.layout.style(self.html[at : closing.start()])
        end = self._find(">", closing.end())
        return end + 1 if end >= 0 else len(self.html)

    def _aside(self, start: int) -> int:
        """Past a comment, a declaration or a conditional mark."""
        html = self.html
        if html.startswith("<!--", start):
            end = self._find("-->", start + 4 if html[start + 4 : start + 5] != ">" else start + 2)
            if end >= 0:
                return end + 3
            if not html.startswith("<!--[", start):
                return start + 4  # never closed: better to show too much than to lose the rest
        end = self._find(">", start + 1)
        return end + 1 if end >= 0 else start + 2

    def _find(self, what: str, at: int) -> int:
        """str.find that looks in vain only once, so that unclosed tags stay linear."""
        if what in self.unclosed:
            return -1
        found = self.html.find(what, at)
        if found < 0:
            self.unclosed.add(what)
        return found
