"""Which parts are the body, and which are files.

In:       the tree of parts.
Out:      the body's text and HTML, the other parts in order.
Not here: the new words of the body (intake.body), names and digests of files (intake.files).
"""

import re
from dataclasses import dataclass, field

from intake.charset import decode
from intake.enriched import unrich
from intake.flowed import unflow
from intake.header import split_header
from intake.html import html_to_text
from intake.mime import PART_LIMIT, Part, split_parts
from intake.transfer import packed_in_text

_PLAIN = frozenset(["text/plain", "text/markdown", "text/x-markdown", "text/enriched", "text/richtext"])
_RICH = ("text/enriched", "text/richtext")
_READABLE = _PLAIN | {"text/html"}
_SIGNED_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_META_CHARSET = re.compile(rb"(?i)<meta[^<>]{1,200}?charset\s{0,9}=\s{0,9}[\"']?([a-z0-9_:.-]{1,60})")

# Enough to see whether two texts say the same.
_MOST_WORDS = 20_000


@dataclass(slots=True)
class _Block:
    """One piece of body: as plain text, as HTML, or as both where they are alternatives."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class Content:
    """Body blocks and other parts, each in order; how many texts were not in their charset.

    `hint` is the charset to try for texts that claim none.
    """

    blocks: list[_Block] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    repairs: int = 0
    hint: str | None = None
    is_opened: bool = False

    def text(self) -> str:
        """The whole body as text: of each block the plain text, where that is blank its HTML."""
        texts: list[str] = []
        plain: frozenset[str] = frozenset()
        for block in self.blocks:
            if block.plain.strip():
                texts.append(block.plain)
                plain = frozenset(block.plain.split(None, _MOST_WORDS)[:_MOST_WORDS])
            elif block.html:
                text = html_to_text(block.html)
                if text.strip() and not (plain and _says_the_same(text, plain)):
                    texts.append(text)
        if len(texts) < 2:
            return texts[0] if texts else ""
        return "".join(text if text.endswith("\n") else f"{text}\n" for text in texts[:-1]) + texts[-1]

    def html(self) -> str | None:
        """The HTML of the whole body, or None without any."""
        return "\n".join(block.html for block in self.blocks if block.html) or None


def read_content(root: Part) -> Content:
    """Sort the parts of a mail into body and files.

    Body is text/plain and text/html that is not an attachment and has no filename. The text keeps
    the trailing blanks and line ends its part has (RFC 2046 gives the last line break before a
    boundary to the boundary); line ends are LF; flowed text is joined (RFC 3676).
    """
    content = Content(hint=first_charset(root))
    _gather(root, content, representation=True)
    return content


def first_charset(root: Part) -> str | None:
    """The charset of the first text that claims one: the likeliest for unlabelled header bytes."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.children is not None:
            waiting += reversed(part.children)
        elif part.content_type.startswith("text/") and part.parameters.get("charset"):
            return part.parameters["charset"]
    return None


def _gather(part: Part, into: Content, representation: bool = False) -> None:
    """Add a part and all below it; `representation` says that a name alone does not make it a file."""
    into.repairs += part.repaired
    if part.children is None:
        if _is_body(part, representation):
            into.blocks.append(_block(part, into))
        else:
            into.files.append(part)
            if part.content_type in _SIGNED_TYPES:
                _open_signed(part, into)
    elif part.content_type == "multipart/alternative":
        _gather_alternatives(part.children, into)
    elif part.content_type == "multipart/related":
        _gather_related(part, into)
    else:
        for child in part.children:
            _gather(child, into)


def _open_signed(part: Part, into: Content) -> None:
    """Read the mail inside an opaque signature, once: the part itself stays a file."""
    from intake.smime import signed_part  # rare: loaded when one comes

    raw = None if into.is_opened else signed_part(part.decoded())
    if raw is not None:
        into.is_opened = True
        fields, start = split_header(raw, 0, len(raw))
        _gather(split_parts(raw, fields, start), into, representation=True)


def _gather_alternatives(children: list[Part], into: Content) -> None:
    """Alternatives are one block: the first that has plain text, the last that has HTML."""
    plain = html = ""
    for child in children:
        one = Content(files=into.files, hint=into.hint, is_opened=True)
        _gather(child, one, representation=True)
        into.repairs += one.repairs
        words = "\n".join(block.plain for block in one.blocks if block.plain.strip())
        plain = plain or words
        html = one.html() or html
    into.blocks.append(_Block(plain, html))


def _gather_related(part: Part, into: Content) -> None:
    """The root of a compound is body, every other part is a file (RFC 2387 section 3.2)."""
    children = part.children or []
    wanted = part.parameters.get("start", "").strip("<> ")
    readable = [one for one in children if one.children is not None or one.content_type in _READABLE]
    named = [one for one in readable if wanted and one.content_id == wanted]
    root = next(iter(named + readable), None)
    for child in children:
        if child is root or child.children is not None:
            _gather(child, into, representation=True)
        else:
            into.repairs += child.repaired
            into.files.append(child)


def _is_body(part: Part, representation: bool) -> bool:
    if part.content_type not in _READABLE or part.disposition == "attachment":
        return False
    return part.filename is None or (representation and part.disposition == "")


def _block(part: Part, into: Content) -> _Block:
    """Decode one text part."""
    raw = part.decoded()
    claimed = part.parameters.get("charset")
    is_html = part.content_type == "text/html"
    if not is_html:
        raw, packed = packed_in_text(raw, PART_LIMIT - len(into.files))
        for name, content in packed:
            into.files.append(Part("application/octet-stream", filename=name, content=content))
    meta = _META_CHARSET.search(raw, 0, 2_048) if is_html else None
    text, repaired = decode(raw, claimed, meta[1].decode("ascii") if meta else into.hint)
    into.repairs += repaired and not part.repaired
    if "\r" in text:
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    text = text.removeprefix("\ufeff")
    if is_html:
        return _Block(html=text)
    if part.content_type in _RICH:
        text = unrich(text)
    elif part.parameters.get("format", "").lower() == "flowed":
        text = unflow(text, part.parameters.get("delsp", "").lower() == "yes")
    return _Block(plain=text)


def _says_the_same(text: str, plain: frozenset[str]) -> bool:
    """Whether HTML that stands beside the plain text, instead of in an alternative, only repeats it."""
    words = set(text.split(None, _MOST_WORDS)[: _MOST_WORDS // 2])
    return len(words - plain) * 5 <= len(words)
