"""The structure of a mail: which part begins and ends where (RFC 2045, RFC 2046).

In:       the bytes of a message and its header fields.
Out:      a tree of parts, each with its content still encoded.
Not here: which parts are body (intake.bodies), decoding them (intake.transfer, intake.charset).

One pass over the delimiter lines, with a stack of the multiparts that are open: time is linear
however deep they nest. Bounded: 1,000 parts, 50 levels; what lies beyond is kept as one file.
"""

import re
from dataclasses import dataclass, field

from intake.fields import raw_text
from intake.header import RawFields, split_header
from intake.parameters import read_parameters
from intake.transfer import decode_transfer

PART_LIMIT = 1_000
DEPTH_LIMIT = 50

_LIKELY_BOUNDARY = re.compile(rb"\n--([^\s][^\r\n]{0,200})\r?\n(?=(?i:content)-[\w-]{1,40}[ \t]*:)")
_NESTED_GUESS = 4_096
_TYPE = re.compile(r"[^\s/]+/[^\s/]+")


@dataclass(slots=True)
class Part:
    """One part: what its header says and either its children or its content, still encoded."""

    content_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    filename: str | None = None
    encoding: str = ""
    content_id: str = ""
    repaired: bool = False
    raw_names: tuple[bytes, ...] = ()
    """The fields that may hold the file's name, where they are not ASCII: their charset is known only later."""
    children: list["Part"] | None = None
    content: bytes = b""

    def decoded(self) -> bytes:
        """The content without its transfer encoding, which is taken off once."""
        if self.encoding:
            self.content, self.encoding = decode_transfer(self.content, self.encoding), ""
        return self.content


def read_part(fields: RawFields, default_type: str = "text/plain") -> Part:
    """What the header fields of a part say of it; of fields that come twice the first counts."""
    part = Part(content_type=default_type)
    found: dict[str, bytes] = {}
    for name, value in fields:
        if name.startswith("content-"):
            found.setdefault(name, value)
    if not found:
        return part
    disposed: dict[str, str] = {}
    if "content-type" in found:
        text = raw_text(found["content-type"])
        named, part.parameters, part.repaired = read_parameters(text)
        part.content_type = named if _TYPE.fullmatch(named) else default_type
    if "content-disposition" in found:
        text = raw_text(found["content-disposition"])
        part.disposition, disposed, repaired = read_parameters(text)
        part.repaired = part.repaired or repaired
    part.repaired = part.repaired or not all(value.isascii() for value in found.values())
    in_form = part.disposition == "form-data"  # there `name` is the field of the form
    called = None if in_form else disposed.get("name")
    part.filename = disposed.get("filename") or called or part.parameters.get("name")
    naming = [found[name] for name in ("content-disposition", "content-type") if name in found]
    part.raw_names = tuple(value for value in naming if not value.isascii())
    part.encoding = raw_text(found.get("content-transfer-encoding", b"")).lower()
    part.content_id = raw_text(found.get("content-id", b"")).strip("<> \t")
    return part


def split_parts(raw: bytes, fields: RawFields, start: int) -> Part:
    """The tree of parts of the message whose body begins at `start`."""
    root = read_part(fields)
    if not root.content_type.startswith("multipart/"):
        if not _lost_its_type(raw, fields, start):
            root.content = raw[start:]
            return root
        root.content_type = "multipart/mixed"
    boundary = _boundary(root)
    if not boundary or raw.find(b"--" + boundary, start) < 0:
        if root.encoding.startswith(("base64", "quoted")):  # forbidden by RFC 2045 section 6.4, and met
            raw, start = b"\n" + decode_transfer(raw[start:], root.encoding), 1
        boundary = _guess_boundary(raw, start, len(raw)) or boundary
    splitter = _Splitter(raw)
    splitter.open(root, boundary, start)
    splitter.run(start)
    return root


@dataclass(slots=True)
class _Level:
    part: Part
    boundary: bytes
    start: int
    is_shadow: bool
    """Whether an outer level has the same boundary."""


class _Splitter:
    """The pass over the delimiter lines: the multiparts that are open, the leaf that is being read."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.levels: list[_Level] = []
        self.depth_of: dict[bytes, int] = {}
        self.leaf: Part | None = None
        self.leaf_start = 0
        self.count = 0

    def run(self, position: int) -> None:
        """Read every delimiter line from here to the end."""
        raw = self.raw
        while (at := raw.find(b"\n--", position - 1)) >= 0:
            end = raw.find(b"\n", at + 1)
            end = len(raw) if end < 0 else end
            position = end + 1
            line = raw[at + 3 : end].rstrip(b" \t\r")
            depth = self.depth_of.get(line)
            closing = depth is None and line.endswith(b"--")
            if closing:
                depth = self.depth_of.get(line[:-2])
            if depth is None:
                continue
            self._end_leaf(at)
            # After its close-delimiter a level stays, in case more of its parts follow all the same;
            # unless an outer level has the same boundary: then the next delimiter is that one's.
            self._pop_to(depth if closing and self.levels[depth].is_shadow else depth + 1, at)
            if closing:
                continue
            if self.count >= PART_LIMIT:
                self._keep_rest(depth, at + 1)
                return
            position = self._begin(depth, min(position, len(raw)))
        self._end_leaf(len(raw))
        self._pop_to(0, len(raw))

    def open(self, part: Part, boundary: bytes, start: int) -> None:
        """Go one level deeper: this part's delimiters count from now on."""
        part.children = []
        self.levels.append(_Level(part, boundary, start, boundary in self.depth_of))
        if boundary:
            self.depth_of[boundary] = len(self.levels) - 1

    def _begin(self, depth: int, start: int) -> int:
        """Begin the part whose header starts here; the pass goes on where its body starts."""
        self.count += 1
        parent = self.levels[depth].part
        fields, body = split_header(self.raw, start, len(self.raw))
        is_digest = parent.content_type == "multipart/digest"  # RFC 2046 section 5.1.5
        part = read_part(fields, "message/rfc822" if is_digest else "text/plain")
        assert parent.children is not None
        parent.children.append(part)
        if part.content_type.startswith("multipart/") and len(self.levels) < DEPTH_LIMIT:
            boundary = _boundary(part) or _guess_boundary(self.raw, body, body + _NESTED_GUESS)
            self.open(part, boundary, body)
        else:
            self.leaf, self.leaf_start = part, body
        return body

    def _end_leaf(self, at: int) -> None:
        """End the leaf before this line break, which belongs to the delimiter (RFC 2046 section 5.1.1)."""
        if self.leaf is not None:
            self.leaf.content = _without_line_end(self.raw, self.leaf_start, at)
        self.leaf = None

    def _pop_to(self, size: int, at: int) -> None:
        """Leave the deeper levels; a multipart none of whose delimiters came is a text."""
        if len(self.levels) <= size:
            return
        while len(self.levels) > size:
            level = self.levels.pop()
            if not level.part.children:
                level.part.children = None
                level.part.content_type = "text/plain"
                level.part.content = _without_line_end(self.raw, level.start, at)
        self.depth_of = {one.boundary: depth for depth, one in enumerate(self.levels) if one.boundary}

    def _keep_rest(self, depth: int, start: int) -> None:
        """Beyond the limit of parts: the rest becomes one file."""
        children = self.levels[depth].part.children
        assert children is not None
        children.append(Part("application/octet-stream", disposition="attachment", content=self.raw[start:]))
        self._pop_to(0, len(self.raw))


def _without_line_end(raw: bytes, start: int, at: int) -> bytes:
    if at < len(raw) and at > start and raw[at - 1] == 13:
        at -= 1
    return raw[start : max(at, start)]


def _boundary(part: Part) -> bytes:
    return part.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")


def _guess_boundary(raw: bytes, start: int, end: int) -> bytes:
    """The first line that looks like a delimiter, for a multipart whose boundary is missing or wrong."""
    found = _LIKELY_BOUNDARY.search(raw, max(start - 1, 0), end)
    return found[1].rstrip() if found else b""


def _lost_its_type(raw: bytes, fields: RawFields, start: int) -> bool:
    """Whether a mail without Content-Type begins with a delimiter line all the same."""
    if not raw.startswith(b"--", start) or any(name == "content-type" for name, _ in fields):
        return False
    boundary = _guess_boundary(raw, start, start + _NESTED_GUESS)
    return bool(boundary) and raw.startswith(b"--" + boundary, start)
