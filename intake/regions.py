"""Which region of the HTML each line of the text comes from.

In:       the lines of the text; the HTML of the same mail.
Out:      one region per line (intake.html_regions), BODY where nothing is known.
Not here: what follows from it (intake.quote_lines, intake.body).
"""

import re

from intake.html import lay_out
from intake.html_regions import BODY, INTRODUCTION, QUOTE, SIGNATURE
from intake.html_writer import Line

_NOT_A_LETTER = re.compile(r"[\W_]+")
_WINDOW = 3000
_LOOKS_AGAIN = 40
_MOST_MISSES = 1_000
_LINES_MORE = 1000
# A region is believed in plain text only where this many letters of it were found in a row.
_ENOUGH = {QUOTE: 24, INTRODUCTION: 12, SIGNATURE: 8}


def regions_of(lines: list[str], html: str) -> list[int]:
    """The region of each line: by its number where the text was made of this HTML, else by its words."""
    laid = lay_out(html)[: 2 * len(lines) + _LINES_MORE]
    if not any(line.region for line in laid):
        return [BODY] * len(lines)
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if all(a.strip() == b.text.strip() for a, b in zip(lines[first:], laid, strict=False)):
        regions = [BODY] * first + [line.region for line in laid]
        return (regions + [BODY] * len(lines))[: len(lines)]
    return _believable(_aligned(lines, laid), lines)


def _aligned(lines: list[str], laid: tuple[Line, ...]) -> list[int]:
    """Walk both texts in step, comparing letters alone; a line that is not found keeps BODY."""
    keys = [_NOT_A_LETTER.sub("", line.text.split(" <http")[0]).lower() for line in laid]
    whole = "".join(keys)
    starts, total = [], 0
    for key in keys:
        starts.append(total)
        total += len(key)
    regions, at, row, again, misses = [], 0, 0, _LOOKS_AGAIN, 0
    for line in lines:
        key = _NOT_A_LETTER.sub("", line.split(" <http")[0]).lower() if misses < _MOST_MISSES else ""
        found = whole.find(key, at, at + _WINDOW + len(key)) if key else -1
        if found < 0 and len(key) >= 20 and again:
            again -= 1
            found = whole.find(key, at)
        if found < 0 or (found - at > 200 and len(key) < 12):
            regions.append(BODY)
            misses += bool(key)
            continue
        at = found + len(key)
        while row + 1 < len(starts) and starts[row + 1] <= found:
            row += 1
        regions.append(laid[row].region)
    return regions


def _believable(regions: list[int], lines: list[str]) -> list[int]:
    """Drop marks with too few letters behind them."""
    believed = list(regions)
    start = 0
    for at in range(1, len(regions) + 1):
        if at < len(regions) and (regions[at] == regions[start] or not lines[at].strip()):
            continue
        if regions[start] != BODY and sum(len(line) for line in lines[start:at]) < _ENOUGH[regions[start]]:
            believed[start:at] = [BODY] * (at - start)
        start = at
    return believed
