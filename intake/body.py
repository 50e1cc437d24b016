"""The new words of a mail, without quotes, forwarded mails and signatures.

In:       the text of a mail; its HTML where there is one; its subject.
Out:      Cut: new words, signature, everything folded, the forwarded mail.
Not here: one kind of quote or signature (intake.quotes, intake.header_block, intake.signature),
          what a region of HTML is (intake.html_regions).
"""

from dataclasses import dataclass

from intake.banners import find_banner
from intake.forwards import read_forwarded
from intake.header_block import is_rule
from intake.html_regions import SIGNATURE
from intake.message import Forwarded
from intake.quote_lines import NEW, QUOTED, SIGNED, mark_quotes
from intake.regions import regions_of
from intake.signature import find_signatures

# Nobody types more; beyond, lines only follow what the ones before them decided. Of a long line as much is
# looked at as of the longest that may be a heading.
_MOST_LINES = 20_000
_MOST_LETTERS = 1_000_000
_LONGEST_HEADING = 500


@dataclass(frozen=True)
class Cut:
    """A body, cut: every line that is not blank is either in `new_text` or in `folded`, in order.

    `folded` holds quotes, forwarded mail, banners and the signature; `signature` the latter alone.
    """

    new_text: str
    signature: str
    folded: str
    forwarded: Forwarded | None = None


def cut(text: str, html: str | None = None, subject: str = "", author_name: str = "") -> Cut:
    """Part what the sender newly wrote from everything else; never raises, time linear in the length.

    `text` is the plain part, or `html_to_text(html)` where there is none; `html` confirms by its
    containers what lines alone do not say. `subject` tells a forward from a reply where the client
    writes the same block for both. `author_name`, the sender's display name, helps to see where a
    contact block begins.
    """
    lines, beyond = _looked_at(text.replace("\r\n", "\n").replace("\r", "\n"))
    regions = regions_of(lines, html) if html else None
    quotes = mark_quotes(lines, regions, subject)
    marks = quotes.marks
    for at in find_banner(lines, marks):
        marks[at] = QUOTED
    if regions is not None:
        _mark_signature_regions(lines, marks, regions)
    if not beyond:
        for at in find_signatures(lines, marks, author_name):
            marks[at] = SIGNED
    _mark_blanks_within_signatures(lines, marks)
    if beyond:  # all of it counts as one line
        lines.append(beyond)
        marks.append(marks[-1] if marks[-1] != SIGNED else NEW)
    forwarded = None
    if quotes.forward_at is not None:
        forwarded = read_forwarded(_only(lines, marks, QUOTED, quotes.forward_at), subject)
    signature = _without_delimiter(_only(lines, marks, SIGNED))
    return Cut(_new(lines, marks), signature, _joined(_folded(lines, marks)), forwarded)


def _looked_at(text: str) -> tuple[list[str], str]:
    """The lines to be looked at, and whatever follows them."""
    lines = text.split("\n", _MOST_LINES)
    letters = count = 0
    while count < min(len(lines), _MOST_LINES) and letters < _MOST_LETTERS:
        letters += min(len(lines[count]), _LONGEST_HEADING)
        count += 1
    return lines[:count], "\n".join(lines[count:])


def _mark_signature_regions(lines: list[str], marks: list[int], regions: list[int]) -> None:
    for at, region in enumerate(regions):
        if region == SIGNATURE and marks[at] == NEW and lines[at].strip():
            marks[at] = SIGNED
    for numbers in (range(len(lines)), reversed(range(len(lines)))):  # rules drawn around it belong to it
        beside = False
        for at in numbers:
            if marks[at] == NEW and lines[at].strip():
                if beside and is_rule(lines[at]):
                    marks[at] = SIGNED
                beside = False
            elif lines[at].strip():
                beside = marks[at] == SIGNED


def _mark_blanks_within_signatures(lines: list[str], marks: list[int]) -> None:
    """Empty lines between two lines of a signature are its own."""
    last: int | None = None
    for at, mark in enumerate(marks):
        if mark == SIGNED and lines[at].strip():
            if last is not None:
                marks[last + 1 : at] = [SIGNED] * (at - last - 1)
            last = at
        elif lines[at].strip():
            last = None


def _new(lines: list[str], marks: list[int]) -> str:
    """The new lines; where something between two of them was set aside, one blank line stands."""
    kept: list[str] = []
    gap = False
    for line, mark in zip(lines, marks, strict=True):
        if mark != NEW:
            gap = gap or bool(line.strip())
            continue
        stripped = line.rstrip()
        if gap and kept and stripped:
            while kept and not kept[-1]:
                kept.pop()
            kept.append("")
        gap = gap and not stripped
        kept.append(stripped)
    return "\n".join(kept).strip()


def _only(lines: list[str], marks: list[int], wanted: int, start: int = 0) -> list[str]:
    return [line.rstrip() for line, mark in zip(lines[start:], marks[start:], strict=True) if mark == wanted]


def _folded(lines: list[str], marks: list[int]) -> list[str]:
    return [line.rstrip() for line, mark in zip(lines, marks, strict=True) if mark != NEW]


def _without_delimiter(signature: list[str]) -> str:
    """The signature itself, without the `-- ` over it."""
    first = next((at for at, line in enumerate(signature) if line.strip() not in ("", "--", "—", "–")), len(signature))
    return _joined(signature[first:])


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")
