"""Introduction lines: "On …, X wrote:" of every client and language we know.

In:       lines of a mail.
Out:      whether they introduce a quote, and how many of them.
Not here: header blocks and separators (intake.header_block), what follows them (intake.body).
"""

import re
from collections import deque

from intake.quote_words import ABOVE_THIS_LINE, CITING, PRONOUNS, STARTERS, WEEKDAYS, WROTE

_LONGEST = 420
_FARTHEST_BACK = 4
_COLONS = (":", "：", "﹕", "︰")
_MARKUP = " \t*_>|\u200e\u200f\u202a\u202b\u202c\u2068\u2069\xa0"


def _words(words: tuple[str, ...] | list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


_CASELESS = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WROTE = re.compile(
    rf"(?<!\w)(?:{_words([w for w in WROTE if not _CASELESS.search(w)])})(?!\w)"
    rf"|(?:{_words([w for w in WROTE if _CASELESS.search(w)])})",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s@<>()\[\]]@[^\s@<>()\[\],;:]|<[^<>\s]{1,80}>|\[mailto:")
# Digits that make a date: a year, or day and month in figures, or a day beside a word.
_DATE = re.compile(
    r"(?:19|20)\d\d(?!\d)|٢٠[٠-٩]{2}|۲۰[۰-۹]{2}|(?<!\d)\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?(?!\d)|"
    r"\b\d{1,2}(?:st|nd|rd|th|er|º|ª|\.)?,? (?:de |di |of )?[^\W\d_]{3,10}\b|"
    r"\b[^\W\d_]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?\b|"
    r"\d{1,2} ?[月월]"
)
_TIME = re.compile(
    r"[\d٠-٩۰-۹]{1,2}[:.h٫][\d٠-٩۰-۹]{2}(?![\d٠-٩])|\d{1,2} ?(?:[ap]\.? ?m\b|uhr|點|点|时|時|시)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_STARTS_WITH_DATE = re.compile(
    rf"(?:[\"“«]?(?:(?:{_words(STARTERS)})(?:\b|(?<=\W)|(?=\d)),?\s*)?(?:(?:{_words(WEEKDAYS)})\b\.?,?\s*)?"
    r"(?:[^\s\d]{1,14}[,.]?\s{1,3}){0,3}?\(?[\d٠-٩۰-۹])",
    re.IGNORECASE,
)
_STARTS_WITH_WORD = re.compile(
    rf"(?:(?:{_words(STARTERS)})[ ,]{{1,2}})(?:(?:{_words(WEEKDAYS)})\b|\S{{0,12}}\s?[\d٠-٩])", re.IGNORECASE
)
_CITES = re.compile(rf"(?:{_words(CITING)})\b", re.IGNORECASE)
_NAME_BEFORE = re.compile(r"([^\W\d_][\w.'’-]*)[\s,\"”»)>]*$")
_GROUPWISE = re.compile(r">>>\s{0,3}[^>\s]")
_GROUPWISE_WROTE = re.compile(r"(?:wrote|schrieb|a écrit|escribió|writes) ?:$")
_INLINE = re.compile(rf"(?:{_words(STARTERS)})\b[^:]{{0,80}}?\d[:.h]\d\d", re.IGNORECASE)
_WROTE_AND_MORE = re.compile(rf"(?:{_words(WROTE)})\s?:(?=\s)", re.IGNORECASE)
_NOTES = re.compile(r"-{3,}+\s{0,2}\S.{0,120}?(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu)\s?:\s{0,2}-{3,}$")
_DECORATION = re.compile(r"^[\s>]*(?:[#\-=*_~\[(|—–.\u2191\u25b2]{2,}|[#\[(*=])")
_POLITE = re.compile(
    r"^[\s>]*(?:please )?(?:type |write |enter |add |leave |put )?(?:your )?(?:repl|respon|antwort|répon|"
    r"respon|escrib|responda)",
    re.IGNORECASE,
)


def _plain(text: str) -> str:
    """In lower case, as far as a pattern that ignores case goes: the Turkish i is like every other."""
    return text.lower().replace("i̇", "i").replace("ı", "i")


def _shortest(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words in lower case without those that hold another one of them."""
    plain = {_plain(word) for word in words}
    return tuple(sorted(word for word in plain if not any(other in word for other in plain - {word})))


# To look for these first is many times faster than a pattern of a hundred words.
_WROTE_PARTS = _shortest(WROTE)
_LONGEST_WROTE = 40
_ABOVE_PARTS = _shortest(ABOVE_THIS_LINE)


def _may_say_wrote(text: str) -> bool:
    plain = _plain(text)
    return any(part in plain for part in _WROTE_PARTS)


def _last_wrote(text: str) -> re.Match[str] | None:
    """The last "wrote"; tried first near the last place where its letters stand."""
    last = max(map(_plain(text).rfind, _WROTE_PARTS))
    if last < 0:
        return None
    near = deque(_WROTE.finditer(text, max(last - _LONGEST_WROTE, 0)), maxlen=1)
    return next(iter(near or deque(_WROTE.finditer(text), maxlen=1)), None)


def bare(line: str) -> str:
    """The line without blanks, quote marks and emphasis around it."""
    return line.strip(_MARKUP)


def find_introduction(lines: list[str], end: int, floor: int, before_quote: bool = False) -> int | None:
    """Where the introduction that ends on line `end` starts, or None when that line ends none.

    Looks back over wrapped lines, not beyond `floor`. `before_quote` says that a quote follows
    at once, which lets a weaker line pass.
    """
    last = bare(lines[end])
    if is_groupwise(lines[end]):
        return end
    if not last or len(last) > _LONGEST or not _may_end(last, before_quote):
        return None
    found = None
    joined = ""
    for start in range(end, max(floor, end - _FARTHEST_BACK) - 1, -1):
        piece = bare(lines[start])
        if not piece or (start < end and piece.endswith(_COLONS)):
            break
        joined = f"{piece} {joined}" if joined else piece
        if len(joined) > _LONGEST:
            break
        if is_introduction(joined, before_quote) and (found is None or _opens(piece)):
            found = start
            if _STARTS_WITH_WORD.match(piece):
                break
    return found


def _may_end(last: str, before_quote: bool) -> bool:
    if last.endswith(_COLONS) or (last.endswith("---") and _NOTES.match(last)):
        return True
    return before_quote and _last_wrote(last) is not None


def is_groupwise(line: str) -> bool:
    """Whether this is GroupWise's `>>> Name <address> date >>>`."""
    text = line.strip()
    begins = _GROUPWISE.match(text) if text.endswith((">>>", ":")) and len(text) < 300 else None
    if begins is None:
        return False
    if text.endswith(":"):
        return bool(_GROUPWISE_WROTE.search(text, max(begins.end(), len(text) - 12)))
    return any(sign.isdecimal() for sign in text[max(begins.end(), len(text) - 44) : -3])


def _opens(piece: str) -> bool:
    """Whether this wrapped line is where the introduction begins, not the prose before it."""
    if _STARTS_WITH_DATE.match(piece) or (_ADDRESS.search(piece) and _DATE.search(piece)):
        return True
    return len(piece) < 40 and bool(_STARTS_WITH_WORD.match(piece))


def is_introduction(joined: str, before_quote: bool = False) -> bool:
    """Whether these words, unwrapped, introduce a quote: who wrote, and when or from which address."""
    text = bare(joined)
    if len(text) > _LONGEST:
        return False
    if text.endswith("---") and _NOTES.match(text):
        return True
    dated = timed = None
    if _DIGIT.search(text):
        dated, timed = _DATE.search(text), _TIME.search(text)
    addressed = _ADDRESS.search(text)
    if _CITES.match(text):
        return bool(addressed) or before_quote
    wrote = _last_wrote(text)
    if wrote is None:
        return bool(addressed and dated and timed and _STARTS_WITH_DATE.match(text)) or (
            before_quote and bool((addressed or timed) and dated)
        )
    return _names_writer(text, wrote, bool(dated), bool(timed), bool(addressed), before_quote)


def _names_writer(
    text: str, wrote: re.Match[str], dated: bool, timed: bool, addressed: bool, before_quote: bool
) -> bool:
    before = _NAME_BEFORE.search(text[: wrote.start()].rstrip()[-60:])
    pronoun = before is not None and before.group(1).lower() in PRONOUNS
    if pronoun and not addressed:
        return False
    near_end = len(text) - wrote.end() <= 3
    if addressed:
        return dated or (near_end and len(text) <= 160) or before_quote
    if dated and (timed or (near_end and bool(_STARTS_WITH_DATE.match(text)))):
        return near_end or timed
    return before_quote and len(text) <= 100 and (near_end or dated)


def is_inline_introduction(line: str) -> bool:
    """Whether the line introduces a quote and goes on with it, as Yahoo's plain part does."""
    text = bare(line)[:400]
    begins = _INLINE.match(text) if _may_say_wrote(text) and _ADDRESS.search(text) else None
    return begins is not None and bool(_WROTE_AND_MORE.search(text, begins.end()))


def is_reply_above_mark(line: str) -> bool:
    """Whether a help desk's "reply above this line" stands here."""
    if len(line) > 240 or not (_DECORATION.match(line) or _POLITE.match(line)):
        return False
    plain = _plain(line)
    return any(part in plain for part in _ABOVE_PARTS)
