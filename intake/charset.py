"""Bytes to text, whatever charset they claim.

In:       bytes, the charset they claim, perhaps a hint from elsewhere in the mail.
Out:      text without NULs and lone surrogates, and whether the claim had to be set aside.
Not here: encoded words (intake.words), transfer encodings (intake.transfer).

Only codecs named here are ever used: Python's registry also holds codecs that are no charsets
(zlib, punycode, unicode_escape), and remembers every unknown name it is asked for.
"""

import re
from encodings.aliases import aliases as _PYTHON_ALIASES

_SINGLE_BYTE = frozenset(
    [f"iso8859_{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)]
    + [f"cp{n}" for n in (1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)]
    + [f"cp{n}" for n in (437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 874)]
    + ["cp037", "cp500", "cp1140", "cp1125", "koi8_r", "koi8_u", "koi8_t", "kz1048", "ptcp154", "tis_620"]
    + ["mac_roman", "mac_cyrillic", "mac_greek", "mac_latin2", "mac_turkish", "mac_iceland", "hp_roman8"]
)
_MULTI_BYTE = frozenset(
    ["utf_8", "utf_7", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"]
    + ["gb18030", "hz", "big5hkscs", "cp950", "cp932", "euc_jp", "euc_jis_2004", "shift_jis_2004", "cp949"]
    + ["johab", "iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_2004", "iso2022_kr"]
)
# What a name says and what is sent under it differ: senders mean the larger set (WHATWG Encoding).
_MEANT = {
    "iso8859_1": "cp1252", "iso8859_9": "cp1254", "iso8859_11": "cp874", "tis_620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932", "big5": "cp950",
    "iso2022_jp": "iso2022_jp_ext", "iso2022_jp_1": "iso2022_jp_ext", "euc_jisx0213": "euc_jis_2004",
    "shift_jisx0213": "shift_jis_2004", "latin_1": "cp1252", "utf_8_sig": "utf_8",
}  # fmt: skip
# Names met in mail that Python's table does not know.
_NAMES = {
    "ascii": "ascii", "us": "ascii", "usascii": "ascii", "ansi_x3_4_1968": "ascii", "ansi_x3_4_1986": "ascii",
    "7bit": "ascii", "646": "ascii", "iso646_us": "ascii", "unicode": "utf_8", "utf": "utf_8",
    "unicode_1_1_utf_8": "utf_8", "unicode_1_1_utf_7": "utf_7", "x_utf_8": "utf_8", "utf8mb4": "utf_8",
    "x_sjis": "cp932", "x_ms_cp932": "cp932", "windows_31j": "cp932", "x_euc_jp": "euc_jp",
    "x_euc": "euc_jp", "cp_850": "cp850", "ansi": "cp1252", "iso": "cp1252", "latin": "cp1252", "x_ansi": "cp1252",
    "iso_8859": "cp1252", "8859_1": "cp1252", "iso8859": "cp1252", "iso_8859_1_windows_1252": "cp1252",
    "cp_1252": "cp1252", "win_1251": "cp1251", "win1251": "cp1251", "x_cp1250": "cp1250", "x_cp1251": "cp1251",
    "x_cp1252": "cp1252", "cp_1251": "cp1251", "iso_8859_8_i": "iso8859_8", "iso_8859_8_e": "iso8859_8",
    "iso_8859_6_i": "iso8859_6", "iso_8859_6_e": "iso8859_6", "dos_874": "cp874", "windows_874": "cp874",
    "x_windows_874": "cp874", "ks_c_5601_1987": "cp949", "ksc_5601": "cp949", "ks_c_5601_1989": "cp949",
    "ks_c_5601": "cp949", "ksc5601": "cp949", "cseuckr": "cp949", "windows_949": "cp949", "x_windows_949": "cp949",
    "gb_2312_80": "gb18030", "gb_2312": "gb18030", "x_gbk": "gb18030", "x_gb2312": "gb18030", "cp936": "gb18030",
    "gb18030_2000": "gb18030", "euc_cn": "gb18030", "x_euc_cn": "gb18030", "windows_936": "gb18030",
    "x_x_big5": "cp950", "cn_big5": "cp950", "x_big5": "cp950", "windows_950": "cp950", "csbig5": "cp950",
    "hz_gb_2312": "hz", "koi8": "koi8_r", "koi": "koi8_r", "koi8_ru": "koi8_u", "koi8_r_nospam": "koi8_r",
    "macintosh": "mac_roman", "x_mac_roman": "mac_roman", "x_macroman": "mac_roman", "mac": "mac_roman",
    "x_mac_cyrillic": "mac_cyrillic", "cskoi8r": "koi8_r", "ucs_2": "utf_16", "iso_10646_ucs_2": "utf_16",
}  # fmt: skip
_NOT_A_WORD_SIGN = re.compile(r"[^a-z0-9]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_C1 = re.compile(rb"[\x80-\x9f]")
# Thai letters alone can look like UTF-8, so a Thai claim is never overruled by it.
_MAY_BE_UTF8 = (_SINGLE_BYTE - {"cp874", "tis_620", "cp037", "cp500", "cp1140"}) | {"ascii"}
_RELATIVES = {
    "cp932": ("iso2022_jp_ext", "euc_jp"), "euc_jp": ("cp932",), "iso2022_jp_ext": ("cp932", "euc_jp"),
    "cp950": ("big5hkscs", "gb18030"), "gb18030": ("cp950",), "hz": ("gb18030",), "iso2022_kr": ("cp949",),
    "euc_jis_2004": ("cp932",), "shift_jis_2004": ("euc_jp",), "iso2022_jp_2": ("iso2022_jp_ext",),
}  # fmt: skip


def codec_for(name: str) -> str | None:
    """The Python codec for a charset name as mail spells it, or None when it is no charset we know."""
    key = _NOT_A_WORD_SIGN.sub("_", name[:80].lower()).strip("_")
    codec = _NAMES.get(key) or _PYTHON_ALIASES.get(key, key)
    codec = _MEANT.get(codec, codec)
    return codec if codec in _SINGLE_BYTE or codec in _MULTI_BYTE or codec == "ascii" else None


def decode(content: bytes, claimed: str | None, hint: str | None = None) -> tuple[str, bool]:
    """Text of these bytes, and True when they were not in the charset they claimed.

    Claiming none or an unknown charset counts only where the bytes are not plain ASCII. `hint` is a
    charset claimed elsewhere in the same mail, tried before guessing.
    """
    codec = codec_for(claimed) if claimed else None
    if content.isascii() and (codec is None or codec in ("ascii", "utf_8") or codec in _SINGLE_BYTE):
        if codec not in ("cp037", "cp500", "cp1140"):
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
    return codec_for(claimed or "") == "cp1252" and "1252" not in (claimed or "") and bool(_C1.search(content))


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


def _western(content: bytes) -> str:
    """windows-1252, with the five bytes it leaves open read as ISO 8859-1."""
    text = content.decode("cp1252", "surrogateescape")
    return _SURROGATE.sub(lambda hit: chr(ord(hit[0]) - 0xDC00), text)


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
    if b"\x1b$" in content:
        tries.insert(0, "iso2022_jp_ext")
    for attempt in tries:
        text = _strict(content, attempt)
        if text is not None:
            return text
    return _damaged(content, codec)


def _damaged(content: bytes, codec: str | None) -> str:
    """Damaged UTF-8 or a damaged multibyte text where most of it still makes sense, else western."""
    for attempt in ("utf_8", codec):
        if attempt in _MULTI_BYTE and attempt != "utf_7":
            text = content.decode(attempt, "replace")
            lost = text.count("\ufffd")
            if lost * 2 <= len(text) - len(text.encode("ascii", "ignore")) - lost:
                return text
    return _western(content)
