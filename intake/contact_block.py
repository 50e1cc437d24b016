"""Closing contact blocks: name, title, school, telephone, without a delimiter above.

In:       the last lines of what a sender wrote.
Out:      where the block begins, or None.
Not here: delimiters, device lines and notices (intake.signature).

Precision first: to lose a requester's words is worse than to leave a signature. A block counts only
when it begins with a name in its place, every line of it looks like a line of a signature, and some
of them say so clearly. Thanks and a name alone stay: a person typed them. A farewell right above the
block ("Kind regards,") goes with it: it is part of the template.
"""

from intake.contact_line import Traits, is_blank, is_closing, is_closing_with_name, is_farewell, read_traits
from intake.header_block import is_rule

_REACH = 16
_LONGEST_TITLE = 60
# After such a word a name is what the sentence goes on with.
_LEADS_ON = frozenset(
    [
        "for", "to", "at", "is", "are", "of", "by", "with", "named", "called", "from", "and", "or", "the", "a",
        "an", "in", "on", "as", "are:", "contact", "call", "ask", "meet", "replace", "de", "para", "con", "es",
        "por", "pour", "avec", "à", "für", "an", "und", "mit", "bei", "der", "die", "das",
    ]
)


def find_contact_block(
    lines: list[str], start: int, end: int, author_name: str = "", certain: bool = False
) -> int | None:
    """Where a contact block that ends at `end` begins, not before `start`; None when there is none.

    `certain` says that a notice or a device line was found right below: there less is asked for.
    """
    best: int | None = None
    best_score = strong = work = people = 0
    below_tells = False
    for at in range(end - 1, max(start, end - _REACH) - 1, -1):
        line = lines[at].strip()
        if not line:
            continue
        if is_rule(line):
            return at if best is not None and best == _next_filled(lines, at, end) else best
        traits = read_traits(line, author_name)
        people += traits.name and (traits.strong or traits.work or below_tells)
        below_tells = traits.strong or traits.work
        if not traits.fits or people > 1:
            break  # two people with titles are a list the sender wrote
        if _begins(lines, start, at, traits) and _is_enough(
            lines, start, at, strong + traits.strong, work + traits.work, certain or traits.own
        ):
            if best is not None and strong + work == best_score:
                break
            best, best_score = at, strong + work
        strong += traits.strong
        work += traits.work
    if best is None and author_name:
        best = _own_block(lines, start, end, author_name)
    return None if people > 1 or best is None else _with_farewell(lines, start, best)


def _own_block(lines: list[str], start: int, end: int, author_name: str) -> int | None:
    """The sender's own display name with telephone or address below it, and titles of whatever language between."""
    told = False
    for at in range(end - 1, max(start, end - _REACH) - 1, -1):
        line = lines[at].strip()
        if not line:
            continue
        traits = read_traits(line, author_name)
        if traits.own:
            return at if told and _begins(lines, start, at, traits) else None
        if len(line) > _LONGEST_TITLE or line.endswith((".", "?", "!", ":", ",")) or len(line.split()) > 6:
            return None
        told = told or traits.strong
    return None


def _with_farewell(lines: list[str], start: int, best: int) -> int:
    """What belongs to the block above its name: a logo, and the farewell that its template holds."""
    above = _filled_above(lines, start, best)
    if above > start and is_farewell(lines[above]):
        return above
    pictures = (at for at in range(above + 1, best) if lines[at].strip())
    return next(pictures, best)


def _filled_above(lines: list[str], start: int, at: int) -> int:
    """The next line above that holds words; `start` - 1 when there is none."""
    above = at - 1
    while above >= start and is_blank(lines[above]):
        above -= 1
    return above


def _next_filled(lines: list[str], at: int, end: int) -> int:
    at += 1
    while at < end and not lines[at].strip():
        at += 1
    return at


def _begins(lines: list[str], start: int, at: int, traits: Traits) -> bool:
    """Whether a block may begin here: a name after a blank line or a closing, or work after "Thanks, Ann"."""
    above = _filled_above(lines, start, at)
    if above < start:
        return False
    before = lines[above].strip()
    if before.endswith((":", "：")) and not is_closing(before):
        return False
    if before.rsplit(" ", 1)[-1].lower() in _LEADS_ON:
        return False
    if traits.name:
        return is_closing(before) or above < at - 1 or is_rule(before)
    return is_closing_with_name(before) and above == at - 1


def _is_enough(lines: list[str], start: int, at: int, strong: int, work: int, certain: bool) -> bool:
    """Whether the name at `at` and what stands below it make a contact block."""
    above = lines[_filled_above(lines, start, at)]
    if certain or is_closing(above) or is_closing_with_name(above) or is_rule(above):
        return strong + work >= 1
    return strong >= 2 or (strong >= 1 and work >= 1) or work >= 2
