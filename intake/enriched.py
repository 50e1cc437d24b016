"""Enriched text as plain text (RFC 1896).

In:       the decoded text of a text/enriched or text/richtext part.
Out:      its words without commands.
Not here: which parts are body (intake.bodies).
"""

import re

_COMMAND = re.compile(r"<(<|/?[A-Za-z0-9-]{1,60}>)")
_BREAKS = re.compile(r"\n+")
_SWALLOWED = ("param", "comment")


def unrich(text: str) -> str:
    """The words: commands gone, `<<` read as `<`, one line break read as a blank and n of them as n - 1."""
    pieces: list[str] = []
    position, hidden, unfilled = 0, 0, 0
    for found in _COMMAND.finditer(text):
        if not hidden:
            pieces.append(_filled(text[position : found.start()], unfilled > 0))
        position = found.end()
        said = found[1].lower()
        if said == "<":
            pieces.append("" if hidden else "<")
            continue
        name, step = said.strip("</>"), -1 if said.startswith("/") else 1
        if name in _SWALLOWED:
            hidden = max(0, hidden + step)
        elif name == "nofill":
            unfilled = max(0, unfilled + step)
    pieces.append(_filled(text[position:], unfilled > 0))
    return "".join(pieces)


def _filled(text: str, unfilled: bool) -> str:
    if unfilled or "\n" not in text:
        return text
    return _BREAKS.sub(lambda run: "\n" * (len(run[0]) - 1) or " ", text)
