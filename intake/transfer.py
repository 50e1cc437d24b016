"""Transfer encodings taken off (RFC 2045 section 6), damaged ones as far as they go.

In:       a part's bytes and the encoding it names.
Out:      the decoded bytes.
Not here: charsets (intake.charset).
"""

import binascii
import re
from io import BytesIO
from itertools import islice

_NAME = re.compile(r"[\s\"']*+([a-z0-9-]+)")
_NAMES = {
    "base64": "base64", "base-64": "base64", "b64": "base64", "quoted-printable": "qp",
    "quotedprintable": "qp", "qp": "qp", "x-uuencode": "uu", "uuencode": "uu", "uue": "uu", "x-uue": "uu",
}  # fmt: skip
_BASE64_SIGNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64_SIGNS) - {ord("=")})
_GROUP = re.compile(rb"[^=]++")
# Lines in a row of a uuencoded file that hold nothing; after so many the file is over.
_MOST_EMPTY = 1_000
_MOST_GROUPS = 500_000
_BLANKS_BEFORE_END = re.compile(rb"=[ \t]++(?=\r?\n|\Z)")
_UU_BEGIN = re.compile(rb"(?m)^begin [0-7]{3,4} ?([^\r\n]*)\r?\n")
# A line of n bytes begins with the sign for n: "M" for the 45 of a full line.
_UU_BLOCK = re.compile(
    rb"(?m)^begin [0-7]{3,4} [^\s][^\r\n]*\r?\n(?:M[\x20-\x60]{60,61}\r?\n)*+"
    rb"(?:[\x21-\x4c][\x20-\x60]{4,61}\r?\n)?+(?:[` ]?\r?\n)*+end[ \t]*(?:\r?\n|\Z)"
)


def decode_transfer(content: bytes, named: str) -> bytes:
    """The bytes behind a Content-Transfer-Encoding; an unknown one, 7bit, 8bit and binary change nothing."""
    found = _NAME.match(named.lower())
    encoding = _NAMES.get(found[1]) if found else None
    if encoding == "base64":
        return _from_base64(content)
    if encoding == "qp":
        return _from_quoted_printable(content)
    if encoding == "uu":
        return from_uu(content)[1]
    return content


def from_uu(content: bytes) -> tuple[str, bytes, bytes]:
    """A uuencoded file: its name, its bytes, and what stands around it; unchanged where there is none."""
    begin = _UU_BEGIN.search(content)
    if begin is None:
        return "", content, b""
    decoded = bytearray()
    lines = BytesIO(content)
    lines.seek(begin.end())
    empty = 0
    for line in lines:
        words = line.strip()
        found = _uu_line(line.rstrip(b"\r\n")) if words not in (b"`", b"", b"end") else b""
        decoded += found
        empty = 0 if found else empty + 1
        # A line may promise more than it holds, as blanks at its end get lost; a file does not grow by that.
        if words == b"end" or empty > _MOST_EMPTY or len(decoded) > len(content):
            break
    name = begin[1].strip().decode("utf-8", "replace")
    return name, bytes(decoded), content[: begin.start()] + content[lines.tell() :]


def packed_in_text(content: bytes, most: int) -> tuple[bytes, list[tuple[str, bytes]]]:
    """A text without the uuencoded files that old mailers write into it, and those files, at most so many.

    Only whole ones: a name, full lines, an end. Somebody who writes `begin 644` is left alone.
    """
    files: list[tuple[str, bytes]] = []
    if b"begin " not in content:
        return content, files
    kept: list[bytes] = []
    position = 0
    for block in islice(_UU_BLOCK.finditer(content), max(most, 0)):
        name, decoded, _ = from_uu(block[0])
        kept.append(content[position : block.start()])
        position = block.end()
        files.append((name, decoded))
    return b"".join([*kept, content[position:]]), files


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders write more than the line's length says: take what the length promises.
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""


def _from_base64(content: bytes) -> bytes:
    """Decode base64 with line ends and stray bytes in it; content that is none is left as it is."""
    blanks = content.count(b" ") + content.count(b"\t")
    if blanks * 20 > len(content) and b" " in content.strip():
        return content  # plain words under a false name
    signs = content.translate(None, _NOT_BASE64)
    body = signs.rstrip(b"=")
    if b"=" not in body:
        return _base64_group(body)
    # Each line, or each joined piece, was padded by itself.
    decoded = bytearray()
    position = 0
    for group in islice(_GROUP.finditer(body), _MOST_GROUPS):
        decoded += _base64_group(group[0])
        position = group.end()
    return bytes(decoded + _base64_group(body[position:].replace(b"=", b"")))


def _base64_group(signs: bytes) -> bytes:
    """Decode signs whose padding was taken off; a last lone sign carries no byte."""
    if len(signs) % 4 == 1:
        signs = signs[:-1]
    return binascii.a2b_base64(signs + b"=" * (-len(signs) % 4))


def _from_quoted_printable(content: bytes) -> bytes:
    if b"= " in content or b"=\t" in content:
        content = _BLANKS_BEFORE_END.sub(b"=", content)
    return binascii.a2b_qp(content)
