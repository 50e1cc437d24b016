"""Encoded words in header fields (RFC 2047), in all the ways they are misused.

In:       a field's text, its raw 8-bit bytes already decoded.
Out:      the text a person reads, and whether a word was not in the charset it claimed.
Not here: encoded parameters (intake.parameters).
"""

import binascii
import re
from dataclasses import dataclass

from intake.charset import decode

_START = re.compile(r"=\?([!->@-~]{1,60})\?([bBqQ])\?")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]+")
_HEX_PAIR = re.compile(r"[0-9A-F]{2}")
_BREAKS = re.compile(r" *[\r\n]+ *")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]+")


@dataclass(slots=True)
class _Run:
    """Adjacent words of one charset and encoding: a character may be split between them."""

    charset: str
    encoding: str
    words: list[str]


def decode_words(text: str, hint: str | None = None) -> tuple[str, bool]:
    """Decode the encoded words of a text; anything that is none stays as it is.

    Blanks between two words vanish (RFC 2047 section 6.2). Tolerated: words without blanks around
    them or inside quotes, blanks and question marks inside a word, a missing end.
    """
    if "=?" not in text:
        return text, False
    pieces: list[str | _Run] = []
    position = end = 0
    while (start := _START.search(text, position)) is not None:
        between = text[position : start.start()]
        if end < start.end():  # each end is looked for once, or many starts would search the rest again
            end = text.find("?=", start.end())
            end = len(text) if end < 0 else end
        word, position = _word_at(text, start, end)
        _append(pieces, between, start[1].partition("*")[0], start[2].lower(), word)
    pieces.append(text[position:])
    return _joined(pieces, hint)


def one_line(text: str) -> str:
    """Text without line breaks and control characters, trimmed."""
    if _CONTROL.search(text):
        text = _BREAKS.sub(" ", text)
        text = _CONTROL.sub(" ", text)
    return text.strip()


def _word_at(text: str, start: re.Match[str], end: int) -> tuple[str, int]:
    """The encoded text of the word that begins here, and where the search goes on."""
    begin = start.end()
    following = _START.search(text, begin, end + 1)
    if following is not None:  # this word never ends: another begins before its end
        return text[begin : following.start()].rstrip(), following.start()
    if start[2] in "qQ":
        end = _real_end(text, end)
    word = text[begin:end]
    return (word if end < len(text) else word.rstrip("?")), end + 2


def _real_end(text: str, end: int) -> int:
    """A raw question mark before an encoded byte (`what?=20now`) looks like the end of the word."""
    while _HEX_PAIR.match(text, end + 2):
        later = text.find("?=", end + 2, end + 200)
        if later < 0 or " " in text[end:later] or "=?" in text[end + 2 : later]:
            break
        end = later
    return end


def _append(pieces: list[str | _Run], between: str, charset: str, encoding: str, word: str) -> None:
    """Add a word to the run before it, when nothing but blanks lies between and both match."""
    last = pieces[-1] if pieces else None
    if isinstance(last, _Run) and not between.strip():
        if last.encoding == encoding and last.charset.lower() == charset.lower():
            last.words.append(word)
            return
    elif between:
        pieces.append(between)
    pieces.append(_Run(charset, encoding, [word]))


def _joined(pieces: list[str | _Run], hint: str | None) -> tuple[str, bool]:
    texts = []
    repaired = False
    for piece in pieces:
        if isinstance(piece, _Run):
            piece, repaired_here = _decode_run(piece, hint)
            repaired = repaired or repaired_here
        texts.append(piece)
    return "".join(texts), repaired


def _decode_run(run: _Run, hint: str | None) -> tuple[str, bool]:
    """Join the bytes before decoding them; words that cut a base64 group in two are joined first."""
    unpack = _from_base64 if run.encoding == "b" else _from_q
    content = b"".join(map(unpack, run.words))
    text, repaired = decode(content, run.charset, hint)
    if repaired and len(run.words) > 1 and run.encoding == "b":
        other, still_repaired = decode(_from_base64("".join(run.words)), run.charset, hint)
        if not still_repaired:
            return other, False
    return text, repaired


def _from_base64(word: str) -> bytes:
    """Decode however much is base64; a last lone character carries no byte."""
    signs = _NOT_BASE64.sub("", word)
    if len(signs) % 4 == 1:
        signs = signs[:-1]
    return binascii.a2b_base64(signs + "=" * (-len(signs) % 4))


def _from_q(word: str) -> bytes:
    return binascii.a2b_qp(word.encode("utf-8", "replace"), header=True)
