"""winmail.dat: what Exchange packs a mail into (MS-OXTNEF, MS-OXCDATA).

In:       the decoded bytes of an application/ms-tnef part.
Out:      its body and files, as far as the bytes go.
Not here: rich text (RTF), calendar items.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.charset import decode

_SIGNATURE = 0x223E9F78
_FILE_LIMIT = 1_000
_PROPERTY_LIMIT = 10_000
# Attributes (MS-OXTNEF section 2.1.3.2), by the low word of their id.
_BODY, _CODEPAGE, _PROPERTIES = 0x800C, 0x9007, 0x9003
_FILE_BEGINS, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
# Properties (MS-OXPROPS).
_P_BODY, _P_HTML = 0x1000, 0x1013
_P_DATA, _P_NAME, _P_SHORT_NAME, _P_TYPE = 0x3701, 0x3707, 0x3704, 0x370E
_OBJECT, _STRING, _WIDE_STRING, _BINARY = 0x0D, 0x1E, 0x1F, 0x102
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}


@dataclass(slots=True)
class TnefFile:
    """A file inside a winmail.dat."""

    filename: str | None = None
    content_type: str = "application/octet-stream"
    content: bytes = b""


@dataclass(slots=True)
class Tnef:
    """What a winmail.dat holds."""

    text: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)


def read_tnef(raw: bytes) -> Tnef:
    """Read as much as is there; bytes that are no TNEF give an empty Tnef."""
    found = Tnef()
    charset = "cp1252"
    for name, value in _attributes(raw):
        if name == _CODEPAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _BODY:
            found.text = found.text or _string(value, charset)
        elif name == _PROPERTIES:
            _take_body(found, value, charset)
        elif name == _FILE_BEGINS:
            if len(found.files) >= _FILE_LIMIT:
                break
            found.files.append(TnefFile())
        elif found.files:
            _take_file(found.files[-1], name, value, charset)
    found.files = [one for one in found.files if one.content or one.filename]
    return found


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The attributes in order: level, id, length, value, checksum."""
    if len(raw) < 6 or struct.unpack_from("<I", raw)[0] != _SIGNATURE:
        return
    position = 6
    while position + 9 <= len(raw):
        _, name, length = struct.unpack_from("<BII", raw, position)
        yield name & 0xFFFF, raw[position + 9 : position + 9 + length]
        position += 9 + length + 2


def _take_body(found: Tnef, value: bytes, charset: str) -> None:
    for name, kind, content in _properties(value):
        if name == _P_BODY and kind in (_STRING, _WIDE_STRING):
            found.text = _string(content, charset, kind)
        elif name == _P_HTML:
            found.html = _string(content, "utf-8" if kind == _BINARY else charset, kind)


def _take_file(one: TnefFile, name: int, value: bytes, charset: str) -> None:
    """Add one attribute to the file that is being read; the long name of its properties wins."""
    if name == _FILE_TITLE:
        one.filename = one.filename or _string(value, charset)
    elif name == _FILE_DATA:
        one.content = value
    elif name == _FILE_PROPERTIES:
        for number, kind, content in _properties(value):
            if number == _P_NAME:
                one.filename = _string(content, charset, kind) or one.filename
            elif number == _P_SHORT_NAME:
                one.filename = one.filename or _string(content, charset, kind)
            elif number == _P_TYPE:
                mime_type = _string(content, charset, kind).strip().lower()
                one.content_type = mime_type if mime_type.count("/") == 1 else one.content_type
            elif number == _P_DATA and not one.content:
                # An embedded object begins with the id of its interface.
                one.content = content[16:] if kind == _OBJECT else content


def _properties(raw: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The MAPI properties of a list: number, type, first value. Ends at the first that makes no sense."""
    if len(raw) < 4:
        return
    position = 4
    for _ in range(min(struct.unpack_from("<I", raw)[0], _PROPERTY_LIMIT)):
        if position + 4 > len(raw):
            return
        kind, number = struct.unpack_from("<HH", raw, position)
        position = _after_name(raw, position + 4) if number >= 0x8000 else position + 4
        values, position = _values(raw, position, kind)
        if position < 0:
            return
        if values:
            yield number, kind & 0xEFFF, values[0]


def _after_name(raw: bytes, position: int) -> int:
    """Skip the name of a named property: a GUID, then a number or a string."""
    if position + 24 > len(raw):
        return len(raw)
    kind, length = struct.unpack_from("<II", raw, position + 16)
    return position + 24 + (_padded(length) if kind == 1 else 0)


def _values(raw: bytes, position: int, kind: int) -> tuple[list[bytes], int]:
    """The values of one property and where the next begins; -1 for an unknown type or bytes that end."""
    base = kind & 0xEFFF
    varying = base in (_OBJECT, _STRING, _WIDE_STRING, _BINARY)
    if not varying and base not in _SIZES:
        return [], -1
    count = 1
    if varying or kind & 0x1000:
        if position + 4 > len(raw):
            return [], -1
        (count,) = struct.unpack_from("<I", raw, position)
        position += 4
    values: list[bytes] = []
    for _ in range(min(count, _PROPERTY_LIMIT)):
        length = _SIZES.get(base, 0)
        if varying:
            if position + 4 > len(raw):
                return values, -1
            (length,) = struct.unpack_from("<I", raw, position)
            position += 4
        values[1:] = [raw[position : position + length]]  # only the first and the last are kept
        position += _padded(length)
        if position > len(raw) + 3:
            return values, len(raw)
    return values, position


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _string(value: bytes, charset: str, kind: int = _STRING) -> str:
    if kind == _WIDE_STRING:
        return value.decode("utf-16-le", "replace").rstrip("\0").replace("\0", "")
    return decode(value.rstrip(b"\0"), charset)[0]
