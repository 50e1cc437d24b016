"""Which lines of a mail are quoted or forwarded, with the headings over them.

In:       the lines, the regions of HTML behind them, the subject.
Out:      one mark per line, and where a forwarded mail begins.
Not here: signatures and banners (intake.signature, intake.banners).
"""

import re
from dataclasses import dataclass, field

from intake.forwards import says_forward
from intake.header_block import (
    field_of,
    is_forward_end,
    is_rule,
    leading_separator,
    read_block,
    separator_kind,
)
from intake.html_regions import INTRODUCTION, QUOTE
from intake.quotes import find_introduction, is_groupwise, is_inline_introduction, is_introduction, is_reply_above_mark

NEW, QUOTED, SIGNED = range(3)
_COLONS = (":", "：", "﹕", "︰", "*", "_", "-", ">")
# Some programs put the writer's initials before the mark.
_INITIALS = re.compile(r"[A-Z]{1,3}> ?\S")
# Nobody draws more rules between a separator and what it stands over.
_MOST_RULES = 5


@dataclass
class Quotes:
    """A mark for each line; `forward_at` is the first line of a forwarded mail."""

    marks: list[int]
    forward_at: int | None = None


@dataclass
class _Heading:
    """Lines that say that a quote follows."""

    start: int
    end: int
    forward: bool = False
    to_the_end: bool = False


def mark_quotes(lines: list[str], regions: list[int] | None, subject: str) -> Quotes:
    """Mark every quoted line, its introduction and all that belongs to it."""
    scan = _Scan(lines, regions, says_forward(subject), Quotes([NEW] * len(lines)))
    scan.run()
    return scan.quotes


def _is_sentence(line: str) -> bool:
    return sum(word[:2].isalpha() for word in line.split()) > 1


@dataclass
class _Scan:
    """One walk down the lines."""

    lines: list[str]
    regions: list[int] | None
    forward_subject: bool
    quotes: Quotes
    floor: int = 0
    introduced: bool = False
    seen_quote: bool = False
    lone: list[int] = field(default_factory=list)
    none_new: int = 0

    def run(self) -> None:
        """Walk; each step goes at least one line on."""
        at, count = 0, len(self.lines)
        while at < count:
            if not self.lines[at].strip():
                at += 1
            elif self._is_marked(at):
                at = self._block(at)
            else:
                heading = self._heading(at)
                at = at + 1 if heading is None else self._under(heading)
        if len(self.lone) > 1 and all(_is_sentence(self.lines[at]) for at in self.lone):
            for at in self.lone:  # one may be typed; several with words are questions that were answered
                self._fold(at, at + 1)

    def _is_marked(self, at: int) -> bool:
        if self.regions is not None and self.regions[at] == QUOTE:
            return True
        line = self.lines[at].lstrip()
        if line.startswith(">"):
            return not is_groupwise(line)
        if not self.introduced:
            return False
        return (line.startswith("|") and not line.rstrip().endswith("|")) or bool(_INITIALS.match(line))

    def _next_filled(self, at: int) -> int:
        while at < len(self.lines) and not self.lines[at].strip():
            at += 1
        return at

    def _under(self, heading: _Heading) -> int:
        """Set the heading aside, and, where no marks tell quoted from new, all below it."""
        start = self._above(heading.start)
        if heading.forward and not self.seen_quote:
            self.quotes.forward_at = start
        self._fold(start, heading.end)
        self.introduced = True
        below = self._next_filled(heading.end)
        if heading.to_the_end or below >= len(self.lines) or not self._is_marked(below):
            end = self._end_of_forward(heading) if heading.forward else len(self.lines)
            self._fold(start, end)
            return end
        return below

    def _end_of_forward(self, heading: _Heading) -> int:
        """Where a forwarded mail ends: at the client's own end line or container, else with the text."""
        for at in range(heading.end, len(self.lines)):
            if is_forward_end(self.lines[at]):
                return at + 1
        if self.regions is None or self.regions[heading.start] not in (QUOTE, INTRODUCTION):
            return len(self.lines)
        contained = [at for at in range(heading.start, len(self.lines)) if self.regions[at] == QUOTE]
        return contained[-1] + 1 if contained else len(self.lines)

    def _above(self, start: int) -> int:
        """Where the rules and blank lines over a heading begin."""
        at = first = start
        while at > self.floor and (not self.lines[at - 1].strip() or is_rule(self.lines[at - 1])):
            at -= 1
            if self.lines[at].strip():
                first = at
        return first

    def _fold(self, start: int, end: int) -> None:
        self.quotes.marks[start:end] = [QUOTED] * (end - start)
        self.floor = max(self.floor, end)
        self.seen_quote = True

    def _block(self, start: int) -> int:
        """A run of marked lines: a quote, or one lone line that the sender typed."""
        end, filled, above_mark = self._extent(start)
        if filled == 1 and self._is_typed(start):
            self.lone.append(start)
            return end
        if self._is_shown(start, end):
            return end
        if not (self.introduced or self.seen_quote) and self._holds_forward(start, end):
            self.quotes.forward_at = start
        if above_mark is not None and self._is_new_above(start):
            end = len(self.lines)
        self._fold(self._above(start) if self._in_container(start) else start, end)
        self.introduced = False
        return end

    def _is_new_above(self, start: int) -> bool:
        """Whether new words stand above; those before `none_new` were looked at before and are folded."""
        marks, lines = self.quotes.marks, self.lines
        while self.none_new < start and (marks[self.none_new] != NEW or not lines[self.none_new].strip()):
            self.none_new += 1
        return self.none_new < start

    def _in_container(self, at: int) -> bool:
        return self.regions is not None and self.regions[at] == QUOTE

    def _extent(self, start: int) -> tuple[int, int, int | None]:
        """(line after the block, how many filled lines, the line of a reply-above mark)."""
        at = end = start
        filled, above_mark = 0, None
        while at < len(self.lines):
            if not self.lines[at].strip():
                at += 1
                continue
            if not self._is_marked(at) and not self._is_overflow(at):
                break
            if above_mark is None and is_reply_above_mark(self.lines[at]):
                above_mark = at
            filled += bool(self.lines[at].strip("> \t"))
            at += 1
            end = at
        return end, filled, above_mark

    def _is_overflow(self, at: int) -> bool:
        """The tail of a quoted line that a mail system wrapped without repeating the mark."""
        if at + 1 >= len(self.lines) or at == 0:
            return False
        before, line, after = self.lines[at - 1 : at + 2]
        return (
            len(before) >= 66
            and before.lstrip().startswith(">")
            and after.lstrip().startswith(">")
            and len(line) < 40
            and (line[:1].islower() or before.rstrip()[-1:].isalnum())
        )

    def _is_typed(self, at: int) -> bool:
        """Whether a single marked line is the sender's own: nothing says quote but the one mark."""
        line = self.lines[at].lstrip()
        if self.introduced or self.seen_quote or self._in_container(at):
            return False
        return not (is_introduction(line) or is_reply_above_mark(line))

    def _is_shown(self, start: int, end: int) -> bool:
        """Whether the sender shows something: own words that end in a colon above, own words below."""
        if self.introduced or self.seen_quote or self._in_container(start):
            return False
        above = next((at for at in range(start - 1, -1, -1) if self.lines[at].strip()), None)
        below = self._next_filled(end)
        if above is None or below >= len(self.lines) or self._heading(below) is not None:
            return False
        leads = self.lines[above].rstrip()[-500:]
        introduces = any(sign in leads for sign in "@<0123456789") or is_introduction(leads)
        return leads.endswith((":", "：")) and not introduces

    def _holds_forward(self, start: int, end: int) -> bool:
        """Whether a container or quote begins with the heading of a forward."""
        bare = [line.lstrip("> ") for line in self.lines[start : min(end, start + 8)]]
        for at, line in enumerate(bare):
            if separator_kind(line) == "forward":
                return True
            if self.forward_subject and field_of(line) and read_block(bare, at):
                return True
        return False

    def _heading(self, at: int) -> _Heading | None:
        """The heading on this line, if one stands here."""
        line = self.lines[at]
        if is_reply_above_mark(line):
            return _Heading(at, at + 1, to_the_end=True)
        kind = separator_kind(line)
        under = self._under_separator(at, kind) if kind is not None else None
        if under is not None:
            return under
        leading = leading_separator(line)
        if leading is not None:
            return _Heading(at, at + 1, leading[0] == "forward" or self.forward_subject, to_the_end=True)
        block = read_block(self.lines, at)
        if block is not None:
            return _Heading(at, block.end, self.forward_subject, self.forward_subject)
        if self.regions is not None and self.regions[at] == INTRODUCTION:
            return self._container_introduction(at)
        return self._introduction(at)

    def _under_separator(self, at: int, kind: str) -> _Heading | None:
        """A separator counts with a header block or a quote below it, or by its words alone."""
        below = self._next_filled(at + 1)
        for _ in range(_MOST_RULES):
            if below >= len(self.lines) or not is_rule(self.lines[below]):
                break
            below = self._next_filled(below + 1)
        forward = kind == "forward" or self.forward_subject
        named = bool(kind) or is_rule(self.lines[at])  # "===== ERROR =====" names nothing that mail programs write
        block = read_block(self.lines, below, after_separator=named) if below < len(self.lines) else None
        if block is not None:
            return _Heading(at, block.end, forward, forward)
        marked = below < len(self.lines) and self._is_marked(below)
        line = self.lines[at].strip()
        if kind and (marked or line[:1] in "-_=*~—–" or line.endswith((":", "："))):
            return _Heading(at, at + 1, forward)
        return None

    def _container_introduction(self, at: int) -> _Heading | None:
        end = at
        while end < len(self.lines) and self.regions is not None and self.regions[end] == INTRODUCTION:
            end += 1
        return _Heading(at, end)

    def _introduction(self, at: int) -> _Heading | None:
        line = self.lines[at].rstrip()
        below = at + 1
        while below < len(self.lines) and below < at + 4 and not self.lines[below].strip():
            below += 1
        before_quote = below < len(self.lines) and below < at + 4 and self._is_marked(below)
        if before_quote or line.endswith(_COLONS):
            start = find_introduction(self.lines, at, self.floor, before_quote)
            if start is not None:
                return _Heading(start, at + 1)
        if is_inline_introduction(line):
            return _Heading(at, at + 1, to_the_end=True)
        return None
