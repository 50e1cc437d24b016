"""Bytes to text, whatever charset they claim.

In:       bytes, the charset they claim, perhaps a hint from elsewhere in the mail.
Out:      text without NULs and lone surrogates, and whether the claim had to be set aside.
Not here: charset names (intake.charset_names), encoded words (intake.words).
"""

import re
from codecs import charmap_decode, getincrementaldecoder

from intake.charset_names import MULTI_BYTE, SINGLE_BYTE, codec_for

_SURROGATE = re.compile("[\ud800-\udfff]")
_C1 = re.compile(rb"[\x80-\x9f]")
# windows-1252, with the five bytes it leaves open read as ISO 8859-1.
_WESTERN = "".join(bytes([one]).decode("cp1252", "ignore") or chr(one) for one in range(256))
_JIS_WIDE = re.compile(rb"\x1b\$[@B]((?:[!-~][!-~])*+)(?:\x1b\([BJ]|\Z)")
_EBCDIC = frozenset(["cp037", "cp500", "cp1140"])
_ASCII_BELOW = (SINGLE_BYTE | {"ascii", "utf_8"}) - _EBCDIC
# Thai letters alone can look like UTF-8, so a Thai claim is never overruled by it.
_MAY_BE_UTF8 = (SINGLE_BYTE | {"ascii"}) - _EBCDIC - {"cp874", "tis_620"}
_RELATIVES = {
    "cp932": ("iso2022_jp_ext", "euc_jp"), "euc_jp": ("cp932",), "iso2022_jp_ext": ("cp932", "euc_jp"),
    "cp950": ("big5hkscs", "gb18030"), "gb18030": ("cp950",), "hz": ("gb18030",), "iso2022_kr": ("cp949",),
    "euc_jis_2004": ("cp932",), "shift_jis_2004": ("euc_jp",), "iso2022_jp_2": ("iso2022_jp_ext",),
}  # fmt: skip


def decode(content: bytes, claimed: str | None, hint: str | None = None) -> tuple[str, bool]:
    """Text of these bytes, and True when they were not in the charset they claimed.

    Claiming none or an unknown charset counts only where the bytes are not plain ASCII. `hint` is a
    charset claimed elsewhere in the same mail, tried before guessing.
    """
    codec = codec_for(claimed) if claimed else None
    if content.isascii() and (codec is None or codec in _ASCII_BELOW):
        return _decode_ascii(content)
    if codec and (codec != "utf_8" or b"\0" not in content):
        text = _as_claimed(content, codec)
        if text is not None:
            return clean(text), codec == "cp1252" and _is_larger_set(content, claimed)
    return clean(_guess(content, codec, codec_for(hint) if hint else None)), True


def clean(text: str) -> str:
    """Text that every database and every terminal takes: no NUL, no half of a surrogate pair."""
    if "\0" in text:
        text = text.replace("\0", "")
    if not text.isascii() and _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _decode_ascii(content: bytes) -> tuple[str, bool]:
    """ASCII, unless it holds the escapes of an unlabelled ISO-2022-JP text or is UTF-16."""
    if b"\x1b$" in content:
        text = _strict(content, "iso2022_jp_ext")
        if text is not None:
            return clean(text), True
    if b"\0" in content:
        wide = _utf16(content)
        return clean(wide or content.decode("ascii")), wide is not None
    return content.decode("ascii"), False


def _is_larger_set(content: bytes, claimed: str | None) -> bool:
    """Whether text claimed as ISO 8859-1 uses what only windows-1252 has."""
    return "1252" not in (claimed or "") and bool(_C1.search(content))


def _strict(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _as_claimed(content: bytes, codec: str) -> str | None:
    """The text under its claim, or None when the bytes deny it."""
    if codec in _MAY_BE_UTF8 and not content.isascii() and _strict(content, "utf_8") is not None:
        return None
    return _strict(content, codec)


def _jis(content: bytes) -> str | None:
    """ISO-2022-JP with the signs that Windows added to it (row 13: circled digits), which its own codec refuses."""

    def wide(found: re.Match[bytes]) -> bytes:
        return bytes(byte | 0x80 for byte in found[1])

    plain = _JIS_WIDE.sub(wide, content)
    return None if b"\x1b" in plain else _strict(plain, "euc_jis_2004")


def _utf16(content: bytes) -> str | None:
    """UTF-16 sent without saying so: every second byte of a western text is NUL."""
    sample = content[:2048]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(content, "utf_16")
    odd, even = sample[1::2].count(0), sample[::2].count(0)
    if max(odd, even) * 3 < len(sample):
        return None
    return _strict(content, "utf_16_le" if odd > even else "utf_16_be")


def _guess(content: bytes, codec: str | None, hint: str | None) -> str:
    """The likeliest reading of bytes whose claim is missing or false; the order is the likelihood."""
    if b"\0" in content or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        wide = _utf16(content)
        if wide is not None:
            return wide.removeprefix("\ufeff")
    tries = ["utf_8", *_RELATIVES.get(codec or "", ()), *([hint] if hint else [])]
    if b"\x1b$" in content and (text := _strict(content, "iso2022_jp_ext") or _jis(content)):
        return text
    for attempt in tries:
        text = _strict(content, attempt)
        if text is not None:
            return text
    return _damaged(content, codec)


def _cut_utf8(content: bytes) -> str | None:
    """UTF-8 whose last character was cut in two, as programs cut a subject by bytes; a mark stands for the stump.

    One byte alone is no proof: a western text may end in an accented letter.
    """
    reader = getincrementaldecoder("utf_8")()
    try:
        text = reader.decode(content)
    except UnicodeDecodeError:
        return None
    stump = len(reader.getstate()[0])
    return f"{text}\ufffd" if stump >= 2 or (stump and not text.isascii()) else None


def _damaged(content: bytes, codec: str | None) -> str:
    """Damaged UTF-8 or a damaged multibyte text where most of it still makes sense, else western."""
    cut_off = _cut_utf8(content)
    if cut_off is not None:
        return cut_off
    for attempt in ("utf_8", codec):
        if attempt in MULTI_BYTE and attempt != "utf_7":
            text = content.decode(attempt, "replace")
            lost = text.count("\ufffd")
            if lost * 2 <= len(text) - len(text.encode("ascii", "ignore")) - lost:
                return text
    return charmap_decode(content, "strict", _WESTERN)[0]
