"""Signatures: after `-- `, "Sent from my iPhone", legal notices and closing contact blocks.

In:       the lines of a mail with quotes already marked.
Out:      the lines that are signature.
Not here: what a contact block is made of (intake.contact_block), HTML containers (intake.html_regions).
"""

import re

from intake.contact_block import find_contact_block
from intake.contact_line import read_traits
from intake.header_block import is_rule
from intake.signature_words import DEVICE, LIST_FOOTER, NOTICE_HINTS, NOTICE_SAYS, NOTICE_STARTS, NOTICE_TITLES

_DELIMITERS = ("--", "-- ", "—", "– ", "--\xa0")
_DASHED_NAME = re.compile(r"[-–—]{1,3}[^\W\d_][\w.'’]*(?: [^\W\d_][\w.'’]*){0,3}")
_LONGEST_UNDER_BARE_DASHES = 15
_LONGEST_DEVICE_LINE = 160
_LONGEST_RULED = 9
_LONGEST_WITH_LINK = 600
_ADDRESS_OF_APP = re.compile(r"https?:\S*")
_SENTENCE = re.compile(r":\s|[.?!]\s+\w|\?")
_EXCUSE = re.compile(r"excuse|pardon|forgive|typo|brev|autocorrect|disculp|error", re.IGNORECASE)
_VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0640]")  # Arabic is written with and without them
_LINK = re.compile(r"\[([^\[\]]{1,80})\]\([^()\s]{1,400}\)")  # as HTML turned into Markdown has it
_NOTICE_REACH = 60
_MOST_PEELS = 12
# Between quotes people answer; signatures stand near the beginning and the end.
_MOST_STRETCHES = 20
_LONGEST_NOTICE_PARAGRAPH = 12


def find_signatures(lines: list[str], marks: list[int], author_name: str = "") -> list[int]:
    """The numbers of all lines that are signature, looked for at the end of every stretch of new lines."""
    found: list[int] = []
    runs = _stretches(lines, marks)
    for start, end in runs if len(runs) <= 2 * _MOST_STRETCHES else runs[:_MOST_STRETCHES] + runs[-_MOST_STRETCHES:]:
        begins = _delimited(lines, start, end)
        if begins is None:
            begins = _undelimited(lines, start, end, author_name)
        found.extend(range(begins, end))
        found.extend(_device_lines(lines, start, begins))
    return found


def _stretches(lines: list[str], marks: list[int]) -> list[tuple[int, int]]:
    """Runs of new lines, trimmed of blank ones at the end; signatures known already end a run."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for at in range(len(lines) + 1):
        new = at < len(lines) and marks[at] == 0
        if new and start is None and lines[at].strip():
            start = at
        elif not new and start is not None:
            runs.append((start, _trimmed(lines, start, at)))
            start = None
    return runs


def _trimmed(lines: list[str], start: int, end: int) -> int:
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end


def _delimited(lines: list[str], start: int, end: int) -> int | None:
    """Where the usual mark stands (RFC 3676 section 4.3), alone on its line."""
    dashes = [at for at in range(start, end) if lines[at].strip() in ("--", "—", "–") and lines[at][:1] in "-—–"]
    if len(dashes) > 1 and all(lines[at] == "--" and at > start and lines[at - 1].strip() for at in dashes[:50]):
        return None  # headings underlined by hand
    few = end  # from here on, no more lines follow than a signature has
    filled = 0
    while few > start and filled <= _LONGEST_UNDER_BARE_DASHES:
        few -= 1
        filled += bool(lines[few].strip())
    return next((at for at in dashes if at >= few or lines[at].startswith("-- ")), None)


def _undelimited(lines: list[str], start: int, end: int, author_name: str) -> int:
    """Peel device lines, notices and contact blocks from the end until nothing gives way."""
    last = _trimmed(lines, start, end)
    for _ in range(_MOST_PEELS):
        before = end
        end = _trimmed(lines, start, end)
        end = _without_device(lines, start, end)
        end = _without_notice(lines, start, end)
        end = _without_dashed_name(lines, start, end)
        block = find_contact_block(lines, start, _above_rule(lines, start, end), author_name, certain=end < last)
        end = block if block is not None else end
        end = _without_ruled_block(lines, start, end, author_name)
        if end >= before or end <= start:
            break
    end = _trimmed(lines, start, end)
    drawn = end < last and end - 1 > start and is_rule(lines[end - 1])
    return _trimmed(lines, start, end - 1) if drawn else end


def _without_ruled_block(lines: list[str], start: int, end: int, author_name: str) -> int:
    """Cut at a line that somebody drew over his name: `__` or `----` with nothing but a contact block below."""
    for at in range(end - 2, max(start, end - _LONGEST_RULED) - 1, -1):
        if is_rule(lines[at]) or lines[at].strip() in ("__", "**", "=="):
            below = [read_traits(line.strip(), author_name) for line in lines[at + 1 : end] if line.strip()]
            told = any(one.strong or one.work or one.name for one in below)
            return _trimmed(lines, start, at) if at > start and told and all(one.fits for one in below) else end
    return end


def _above_rule(lines: list[str], start: int, end: int) -> int:
    """The end of the stretch without a rule drawn below its last line."""
    return _trimmed(lines, start, end - 1) if end - 1 > start and is_rule(lines[end - 1]) else end


def is_device_line(line: str) -> bool:
    """Whether the line is what a phone or a mail program adds of itself: "Sent from my iPhone"."""
    text = _LINK.sub(r"\1", line[:_LONGEST_WITH_LINK]).strip(" \t*_<>[]()-–—~|\u200e\u200f")
    if not 5 < len(text) <= _LONGEST_DEVICE_LINE:
        return False
    found = DEVICE.match(_VOWEL_SIGNS.sub("", text))
    if found is None:
        return False
    # "Sent from my iPhone to the shared drive: 30 photos. They vanished." is somebody's sentence.
    rest = _ADDRESS_OF_APP.sub("", text[found.end() :])
    return not _SENTENCE.search(rest) or bool(_EXCUSE.search(rest))


def _without_device(lines: list[str], start: int, end: int) -> int:
    if end - 1 > start and _ADDRESS_OF_APP.fullmatch(lines[end - 1].strip()) and is_device_line(lines[end - 2]):
        end -= 1  # the app's own address below its line
    while end > start and (is_device_line(lines[end - 1]) or (is_rule(lines[end - 1]) and end - 1 > start)):
        if is_rule(lines[end - 1]) and not is_device_line(lines[end - 1]):
            above = _trimmed(lines, start, end - 1)
            if not (above > start and is_device_line(lines[above - 1])):
                return end
        end = _trimmed(lines, start, end - 1)
    return end


def _device_lines(lines: list[str], start: int, end: int) -> list[int]:
    """Device lines higher up: some phones put theirs above what is typed later."""
    return [
        at
        for at in range(start, end)
        if _stands_alone(lines, start, end, at) and is_device_line(lines[at])
    ]


def _stands_alone(lines: list[str], start: int, end: int, at: int) -> bool:
    above = at > start and bool(lines[at - 1].strip())
    below = at + 1 < end and bool(lines[at + 1].strip())
    return not above and not below


def _without_notice(lines: list[str], start: int, end: int) -> int:
    """Cut at the first legal notice or list footer near the end: it and what follows are a system's words."""
    for at in range(max(start, end - _NOTICE_REACH), end):
        if _is_notice(lines, start, end, at):
            above = _trimmed(lines, start, at)
            return above - 1 if above > start and is_rule(lines[above - 1]) else above
    return end


def _is_notice(lines: list[str], start: int, end: int, at: int) -> bool:
    line = lines[at].lstrip(" \t*_>[(\"“")
    follows_rule = at > start and is_rule(lines[at - 1])
    if at > start and lines[at - 1].strip() and not follows_rule and not _ends_sentence(lines[at - 1]):
        return False
    if LIST_FOOTER.match(line[:200]) and (follows_rule or not line.lower().endswith("mailing list")):
        return True
    if not NOTICE_STARTS.match(line[:200]):
        return False
    last = at
    while last < end and last - at < _LONGEST_NOTICE_PARAGRAPH and lines[last].strip():
        last += 1
    paragraph = " ".join(lines[at:last])[:2000]
    if len(paragraph) < 40 and last < end:
        paragraph = " ".join(lines[at : last + 4])[:2000]  # a heading stands alone above its notice
    hints = {found.group(0).lower() for found in NOTICE_HINTS.finditer(paragraph)}
    titled = bool(NOTICE_TITLES.match(line[:80]))
    return len(hints) + titled >= 2 or bool(NOTICE_SAYS.search(paragraph))


def _ends_sentence(line: str) -> bool:
    return line.rstrip().endswith((".", "!", "?", ">", "*", "”", '"'))


def _without_dashed_name(lines: list[str], start: int, end: int) -> int:
    """`-Maria` on the last line, typed as a signature; not the last item of a list."""
    if end - start < 2 or not _DASHED_NAME.fullmatch(lines[end - 1].strip()):
        return end
    name = lines[end - 1].strip("-–— ")
    above = _trimmed(lines, start, end - 1)
    listed = lines[above - 1].lstrip().startswith(("-", "*", "•", "–")) or lines[above - 1].rstrip().endswith(":")
    return end if listed or not all(word[:1].isupper() for word in name.split()) else end - 1
