"""The mail inside an opaque S/MIME signature (RFC 8551 section 3.5.2, RFC 5652 section 5.1).

In:       the decoded bytes of an application/pkcs7-mime part.
Out:      the bytes of the part that was signed, or None: encrypted, damaged, something else.
Not here: whether the signature holds; nothing is trusted because of it.
"""

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_OID, _INTEGER, _OCTETS, _SEQUENCE, _SET, _EXPLICIT, _CONSTRUCTED_OCTETS = 6, 2, 4, 0x30, 0x31, 0xA0, 0x24
_PIECE_LIMIT = 100_000
# ContentInfo, its type, SignedData within, version, digest algorithms, the content and its type.
_WAY = (
    ("enter", _SEQUENCE), ("skip", _OID), ("enter", _EXPLICIT), ("enter", _SEQUENCE), ("skip", _INTEGER),
    ("skip", _SET), ("enter", _SEQUENCE), ("skip", _OID), ("enter", _EXPLICIT),
)  # fmt: skip


def signed_part(raw: bytes) -> bytes | None:
    """The signed part, header and body, without looking at the signature; never raises."""
    if _SIGNED_DATA not in raw[:40]:
        return None
    position = 0
    for step, wanted in _WAY:
        tag, start, end = _element(raw, position)
        if tag != wanted or (step == "skip" and end < 0):
            return None
        position = start if step == "enter" else end
    tag, start, end = _element(raw, position)
    if tag == _OCTETS and end >= 0:
        return raw[start:end]
    return _joined(raw, start, end) if tag == _CONSTRUCTED_OCTETS else None


def _joined(raw: bytes, position: int, end: int) -> bytes:
    """An octet string that was sent in pieces, as streaming signers do."""
    pieces: list[bytes] = []
    while len(pieces) < _PIECE_LIMIT and (end < 0 or position < end):
        tag, start, after = _element(raw, position)
        if tag != _OCTETS or after < 0:
            break
        pieces.append(raw[start:after])
        position = after
    return b"".join(pieces)


def _element(raw: bytes, position: int) -> tuple[int, int, int]:
    """Tag, beginning and end of a BER element (X.690 section 8.1); the end is -1 when it is left open.

    Where no element is, tag and end are -1.
    """
    if position + 2 > len(raw):
        return -1, position, -1
    tag, length = raw[position], raw[position + 1]
    start = position + 2
    if length == 0x80:
        return tag, start, -1
    if length > 0x80:
        size = length & 0x7F
        if size > 4:
            return -1, position, -1
        length = int.from_bytes(raw[start : start + size], "big")
        start += size
    return tag, start, start + length
