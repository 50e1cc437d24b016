"""Flowed text put back into paragraphs (RFC 3676).

In:       decoded text of a part that says format=flowed.
Out:      the text with its soft line breaks joined.
Not here: which parts are body (intake.bodies).
"""

_MOST_LINES = 100_000
"""Of a longer text the rest stays as it is."""


def unflow(text: str, delsp: bool = False) -> str:
    """Join the lines that end in a blank to the next one of the same quote depth.

    The signature line "-- " never flows (section 4.3); one leading blank is stuffing and is taken off
    (section 4.4); `delsp` drops the blank of a soft break (section 4.1 step 2). An empty line ends a
    paragraph even after a soft break, where the letter of the RFC would swallow it.
    """
    joined: list[str] = []
    pieces: list[str] = []
    open_depth = -1  # quote depth of the paragraph that still waits for its end
    lines = text.split("\n", _MOST_LINES)
    for line in lines[:_MOST_LINES]:
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:]
        words = words.removeprefix(" ")
        if pieces and (depth != open_depth or words in ("-- ", "")):
            joined.append(_quoted(open_depth, pieces))
            pieces = []
        flows = words.endswith(" ") and words != "-- "
        pieces.append(words[:-1] if flows and delsp else words)
        open_depth = depth
        if not flows:
            joined.append(_quoted(depth, pieces))
            pieces = []
    if pieces:
        joined.append(_quoted(open_depth, pieces))
    return "\n".join(joined + lines[_MOST_LINES:])


def _quoted(depth: int, pieces: list[str]) -> str:
    words = "".join(pieces)
    if depth == 0:
        return words
    return f"{'>' * depth} {words}" if words else ">" * depth
