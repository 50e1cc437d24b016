"""Where a header ends and which fields it has, in bytes.

In:       the bytes of a message or part and where its header begins.
Out:      fields in order, still as bytes, and where the body begins.
Not here: what the fields say (intake.fields).

Bounded: of a header only the first 256 kB, 2,000 fields and 64 kB of each field are kept.
"""

import re

HEADER_LIMIT = 256 * 1024
FIELD_COUNT_LIMIT = 2_000
FIELD_LIMIT = 64 * 1024
_JOIN_LIMIT = 1_000

RawFields = list[tuple[str, bytes]]

# A name never begins with "--", so that a boundary with a colon in it is no field.
_FIELD = re.compile(rb"(?!--)([!-9;-~]++)[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*+)(?:\n|\Z)")
_MORE_FIELDS = re.compile(rb"(?:(?!--)[!-9;-~]++[ \t]*+:[^\n]*+\n(?:[ \t][^\n]*+\n)*+)++")
_BLANK_LINE = re.compile(rb"[ \t]*\r?(?:\n|\Z)")
_LEADING_BLANKS = re.compile(rb"(?:[ \t\r]*+\n)*+")
_MBOX_LINE = re.compile(rb">?From (?![ \t]*+:)[^\n]*\n")
_KNOWN = re.compile(
    rb"(?i)(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id|in-reply-to|references|received|"
    rb"return-path|mime-version|content-[a-z-]+|x-[a-z0-9-]+|delivered-to|list-[a-z]+|dkim-signature|"
    rb"auto-submitted|precedence|importance|thread-[a-z]+|user-agent|authentication-results)[ \t]*:"
)
_FIRST_LINE_END = re.compile(rb"\r*\n|\r+")


def normal_start(raw: bytes) -> bytes:
    """The mail without what may stand before it, its line ends ending in LF.

    Skipped: a byte-order mark, blank lines, the `From ` line of an mbox. Mail whose first line ends
    in a bare CR has CR line ends throughout; CR CR LF comes from a line end translated twice.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raw = raw.decode("utf-16", "replace").encode("utf-8")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    end = _FIRST_LINE_END.search(raw.lstrip(b" \t\r\n"))
    if end is not None and end[0].startswith(b"\r\r"):
        raw = raw.replace(b"\r\r\n", b"\r\n")
    elif end is not None and end[0] == b"\r":
        raw = b"\r\n".join([piece.replace(b"\r", b"\n") for piece in raw.split(b"\r\n")])
    start = _after_blanks(raw, 0)
    if (mbox := _MBOX_LINE.match(raw, start)) is not None:
        start = _after_blanks(raw, mbox.end())
    return raw[start:] if start else raw


def split_header(raw: bytes, start: int, end: int) -> tuple[RawFields, int]:
    """The fields that begin at `start`, and where the body begins.

    A line that is no field ends the header, as the body of a mail whose empty line was lost; where
    known fields still follow it, or the field before it is unfinished, it is a damaged line.
    """
    fields: RawFields = []
    position = start
    size = 0
    while position < end:
        is_full = size >= HEADER_LIMIT or len(fields) >= FIELD_COUNT_LIMIT
        if is_full and (more := _MORE_FIELDS.match(raw, position, end)) is not None:
            position = more.end()
            continue
        found = _FIELD.match(raw, position, end)
        if found is not None:
            if not is_full:
                fields.append((found[1].decode("ascii").lower(), found[2][:FIELD_LIMIT]))
            size += min(found.end() - position, FIELD_LIMIT)
            position = found.end()
            continue
        blank = _BLANK_LINE.match(raw, position, end)
        if blank is not None:
            return fields, blank.end()
        damaged = _after_damaged_line(raw, position, end, fields)
        if damaged is None:
            return fields, position
        size += damaged - position
        position = damaged
    return fields, end


def unfold(value: bytes) -> bytes:
    """A field's value on one line: a line break and the blanks around it become one blank."""
    if b"\n" in value:
        return b" ".join(line.strip() for line in value.split(b"\n")).strip()
    return value.strip()


def _after_blanks(raw: bytes, start: int) -> int:
    found = _LEADING_BLANKS.match(raw, start)
    return found.end() if found else start


def _after_damaged_line(raw: bytes, position: int, end: int, fields: RawFields) -> int | None:
    """Where the header goes on after a line that is no field, or None when the body begins here."""
    line_end = raw.find(b"\n", position, end)
    after = end if line_end < 0 else line_end + 1
    line = raw[position:after]
    if line.startswith(b"--"):
        return None
    if fields and len(fields[-1][1]) < _JOIN_LIMIT and fields[-1][1].rstrip().endswith((b";", b",")):
        fields[-1] = (fields[-1][0], fields[-1][1] + b"\n " + line[:FIELD_LIMIT])
        return after
    return after if _KNOWN.match(raw, after, end) else None
