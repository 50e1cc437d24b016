"""Values with parameters: Content-Type and Content-Disposition (RFC 2045 section 5.1, RFC 2231).

In:       a field's text, its encoded words as they stand.
Out:      the value in lower case and its decoded parameters.
Not here: what a content type means for the body (intake.bodies).
"""

import re
from urllib.parse import unquote_to_bytes

from intake.charset import decode
from intake.words import decode_words

_PARAMETER_LIMIT = 500
_VALUE = re.compile(r"[\s;\"]*+([^\s;=\"]++(?:\s*+/\s*+[^\s;\"]++)?)(?![\s]*=)")
_PARAMETER = re.compile(
    r"""[\s;,]*+([^\s=;"]++)\s*+=\s*+"""
    r"""(?:"((?:[^"\\]|\\.)*+)(?:"|\Z)|((?:[^;\s"]|\s++(?![\w*-]++\s*+=)|(?<!=)")*+))""",
    re.DOTALL,
)
_NO_PARAMETER = re.compile(r"[\s;,=]*+[^;]*+;?")
_ESCAPED = re.compile(r'\\(["\\])')
_SECTION = re.compile(r"([^*]++)\*(?:(\d{1,4})(\*?))?")
_QUOTED_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|(?<![^\s;])\([^()"]{0,200}\)', re.DOTALL)
_COMMENT_BEHIND = re.compile(r"\s\([^()]*+\)\s*+\Z")


def read_parameters(text: str, hint: str | None = None) -> tuple[str, dict[str, str], bool]:
    """The value before the parameters, the parameters by lower-case name, and whether a charset was repaired.

    The extended form of a parameter (RFC 2231) wins over the plain one, a plain one is read with the
    encoded words that RFC 2047 forbids there and mailers use all the same.
    """
    if "(" in text and "name" not in text.lower():  # a name may hold brackets; elsewhere they are comments
        text = _QUOTED_OR_COMMENT.sub(lambda hit: " " if hit[0].startswith("(") else hit[0], text)
    found = _VALUE.match(text)
    value = "".join(found[1].split()).lower() if found else ""
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, content in _pairs(text, found.end() if found else 0):
        section = _SECTION.fullmatch(name)
        if section is None:
            plain.setdefault(name, content)
        else:
            encoded = section[2] is None or section[3] == "*"
            sections.setdefault(section[1], {}).setdefault(int(section[2] or 0), (content, encoded))
    repaired = False
    for name, content in plain.items():
        if name == "boundary":  # its signs may look like an encoded word
            continue
        plain[name], bad = decode_words(content, hint)
        repaired = repaired or bad
    for name, parts in sections.items():
        plain[name], bad = _extended(parts, hint)
        repaired = repaired or bad
    return value, plain, repaired


def _pairs(text: str, position: int) -> list[tuple[str, str]]:
    """The parameters as they stand: names in lower case, values without quotes and escapes."""
    pairs: list[tuple[str, str]] = []
    while position < len(text) and len(pairs) < _PARAMETER_LIMIT:
        found = _PARAMETER.match(text, position)
        if found is None:
            junk = _NO_PARAMETER.match(text, position)
            position = max(junk.end() if junk else 0, position + 1)
            continue
        position = found.end()
        if found[2] is not None:
            content = _ESCAPED.sub(r"\1", found[2][:4_000])
        else:
            content = _COMMENT_BEHIND.sub("", found[3][:2_000]).strip().strip('"')
            if len(content) > 1 and content[0] == content[-1] == "'":
                content = content[1:-1]
        pairs.append((found[1].lower(), content))
    return pairs


def _extended(parts: dict[int, tuple[str, bool]], hint: str | None) -> tuple[str, bool]:
    """Join the sections of one parameter in the order of their numbers, whatever order they came in."""
    charset = ""
    content = b""
    for place, number in enumerate(sorted(parts)):
        text, encoded = parts[number]
        if encoded and place == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw = text.encode("utf-8", "replace")
        content += unquote_to_bytes(raw) if encoded else raw
    joined, repaired = decode(content, charset or "utf-8", hint)
    words, bad = decode_words(joined, hint)
    return words, repaired or bad
