"""Which charset names mail uses, and the codec each of them means.

In:       a name as it stands in a mail.
Out:      a Python codec, or None.
Not here: decoding (intake.charset).

Only codecs named here are ever used: Python's registry also holds codecs that are no charsets
(zlib, punycode, unicode_escape), and remembers every unknown name it is asked for.
"""

import re
from encodings.aliases import aliases as _PYTHON_ALIASES

SINGLE_BYTE = frozenset(
    [f"iso8859_{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)]
    + [f"cp{n}" for n in (1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)]
    + [f"cp{n}" for n in (437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869)]
    + ["cp874", "cp037", "cp500", "cp1140", "cp1125", "koi8_r", "koi8_u", "koi8_t", "kz1048", "ptcp154"]
    + ["tis_620", "mac_roman", "mac_cyrillic", "mac_greek", "mac_latin2", "mac_turkish", "mac_iceland"]
)
MULTI_BYTE = frozenset(
    [
        "utf_8", "utf_7", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be", "gb18030",
        "hz", "cp950", "big5hkscs", "cp932", "euc_jp", "euc_jis_2004", "shift_jis_2004", "iso2022_jp_ext",
        "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_2004", "cp949", "johab", "iso2022_kr",
    ]
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
    "ascii": "ascii", "us": "ascii", "usascii": "ascii", "ansi_x3_4_1968": "ascii",
    "ansi_x3_4_1986": "ascii", "7bit": "ascii", "646": "ascii", "iso646_us": "ascii", "unicode": "utf_8",
    "utf": "utf_8", "unicode_1_1_utf_8": "utf_8", "unicode_1_1_utf_7": "utf_7", "x_utf_8": "utf_8",
    "utf8mb4": "utf_8", "x_sjis": "cp932", "x_ms_cp932": "cp932", "windows_31j": "cp932",
    "x_euc_jp": "euc_jp", "x_euc": "euc_jp", "cp_850": "cp850", "ansi": "cp1252", "iso": "cp1252",
    "latin": "cp1252", "x_ansi": "cp1252", "iso_8859": "cp1252", "8859_1": "cp1252", "iso8859": "cp1252",
    "iso_8859_1_windows_1252": "cp1252", "cp_1252": "cp1252", "win_1251": "cp1251", "win1251": "cp1251",
    "x_cp1250": "cp1250", "x_cp1251": "cp1251", "x_cp1252": "cp1252", "cp_1251": "cp1251",
    "iso_8859_8_i": "iso8859_8", "iso_8859_8_e": "iso8859_8", "iso_8859_6_i": "iso8859_6",
    "iso_8859_6_e": "iso8859_6", "dos_874": "cp874", "windows_874": "cp874", "x_windows_874": "cp874",
    "ks_c_5601_1987": "cp949", "ksc_5601": "cp949", "ks_c_5601_1989": "cp949", "ks_c_5601": "cp949",
    "ksc5601": "cp949", "cseuckr": "cp949", "windows_949": "cp949", "x_windows_949": "cp949",
    "gb_2312_80": "gb18030", "gb_2312": "gb18030", "x_gbk": "gb18030", "x_gb2312": "gb18030",
    "cp936": "gb18030", "gb18030_2000": "gb18030", "euc_cn": "gb18030", "x_euc_cn": "gb18030",
    "windows_936": "gb18030", "x_x_big5": "cp950", "cn_big5": "cp950", "x_big5": "cp950",
    "windows_950": "cp950", "csbig5": "cp950", "hz_gb_2312": "hz", "koi8": "koi8_r", "koi": "koi8_r",
    "koi8_ru": "koi8_u", "koi8_r_nospam": "koi8_r", "macintosh": "mac_roman", "x_mac_roman": "mac_roman",
    "x_macroman": "mac_roman", "mac": "mac_roman", "x_mac_cyrillic": "mac_cyrillic", "cskoi8r": "koi8_r",
    "ucs_2": "utf_16", "iso_10646_ucs_2": "utf_16",
}  # fmt: skip
_NOT_A_WORD_SIGN = re.compile(r"[^a-z0-9]+")


def codec_for(name: str) -> str | None:
    """The Python codec for a charset name as mail spells it, or None when it is no charset we know."""
    key = _NOT_A_WORD_SIGN.sub("_", name[:80].lower()).strip("_")
    codec = _NAMES.get(key) or _PYTHON_ALIASES.get(key, key)
    codec = _MEANT.get(codec, codec)
    return codec if codec in SINGLE_BYTE or codec in MULTI_BYTE or codec == "ascii" else None
