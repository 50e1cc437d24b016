"""The words of a request: folded, cut and counted the same way in training and in serving.

In:       a subject and a text, as people write them.
Out:      Words: the words of the subject, of the whole, and its sentences' openings.
Not here: which words matter (classifier.vectors), rules (classifier.keywords).
"""

import re
import unicodedata
from dataclasses import dataclass

# Past this many characters a mail only repeats itself or quotes; the bound keeps serving under a millisecond.
MAX_CHARACTERS = 2400
MAX_WORDS = 400

_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")
_LINK = re.compile(r"(?:https?://|www\.)\S{1,300}")
_TOKEN = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*|[?!]")
_FROM_HERE_ON = re.compile(
    r"^(?:--\s*|_{5,}|-{5,}.*|sent from my .*|sent from (?:outlook|yahoo|gmail).*|get outlook for .*"
    r"|enviado desde mi .*|(?:this|the information in this) (?:e-?mail|message)[^\n]{0,80}confidential.*"
    r"|confidentiality notice.*|on [^\n]{5,120} wrote:)\s*$",
    re.IGNORECASE,
)
_BANNER = re.compile(r"^\W*(?:caution|external|warning)\W.{0,40}(?:originat|outside|external).*$", re.I)
_REPLY_MARK = re.compile(r"^(?:\s*(?:re|fw|fwd|rv|aw)\s*:\s*)+", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?\n;]+[.!?\n;]*")
MAX_SENTENCES = 30
_CLAUSE_END = re.compile(
    r"(?<=[.!?;])\s{1,9}|\n{1,9}|,?\s{1,3}(?:and also|also|plus|and then|y también|además)\s|,\s(?:and|but|y|pero)\s",
    re.IGNORECASE,
)
SHORTEST_CLAUSE, MOST_CLAUSES = 4, 6
_SMALL_WORDS = """
    hi hello hey good morning afternoon evening dear team all and so but also thanks ok well oh just please pls hola
    buenos buenas dias tardes y pero
    """
_NO_OPENING = frozenset(_SMALL_WORDS.split())
_PLAIN = str.maketrans("’‘`´“”–—¿¡", "\'\'\'\'  -   ")


@dataclass(frozen=True)
class Words:
    """What is left of a mail once spelling habits are ironed out."""

    subject: tuple[str, ...]
    text: tuple[str, ...]
    openings: tuple[tuple[str, ...], ...] = ()
    """The first words of each sentence, the question or exclamation mark at its end before them."""

    @property
    def all(self) -> tuple[str, ...]:
        """Subject and text in one, with a mark between, so that no phrase spans both."""
        return (*self.subject, "|", *self.text) if self.subject else self.text


def read_words(subject: str, text: str) -> Words:
    """Cut a mail into words; any text is fine, also an empty one."""
    head = _REPLY_MARK.sub("", subject[:300])
    own = own_words(text)
    return Words(_words(head)[:60], _words(own)[:MAX_WORDS], _openings(own))


def _openings(text: str) -> tuple[tuple[str, ...], ...]:
    """How each sentence begins, greetings and small words passed over: there people say what they want."""
    found = []
    for sentence in _SENTENCE.findall(text)[:MAX_SENTENCES]:
        words = _words(sentence[:120])
        mark = "?" if sentence.rstrip().endswith("?") else ""
        opening = tuple(word for word in words if word not in "?!" and word not in _NO_OPENING)[:4]
        if opening:
            found.append((mark, *opening))
    return tuple(found)


def clauses(text: str) -> list[str]:
    """The parts of a mail that may each want something of their own, of four words and more; [] for a single one."""
    parts = [part for part in _CLAUSE_END.split(own_words(text)) if len(part.split()) >= SHORTEST_CLAUSE]
    return parts[:MOST_CLAUSES] if len(parts) > 1 else []


def own_words(text: str) -> str:
    """The text without what mail programs add: quoted lines, signatures after a mark, banners.

    The caller has done this already with better means; a stray signature must not change the judgement.
    When nothing else is there, the text stays as it is.
    """
    kept: list[str] = []
    for line in text[: 4 * MAX_CHARACTERS].splitlines():
        bare = line.strip()
        if kept and _FROM_HERE_ON.match(bare):
            break
        if not bare.startswith(">") and not _BANNER.match(bare):
            kept.append(line)
    own = "\n".join(kept).strip()
    return (own or text)[:MAX_CHARACTERS]


def fold(text: str) -> str:
    """Lower case, no accents, straight quotes; links and addresses become one word each."""
    text = text.translate(_PLAIN)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join([c for c in text if not unicodedata.combining(c)])
    text = _LINK.sub(" weblink ", text)
    return _ADDRESS.sub(" mailaddress ", text).lower()


def _words(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for token in _TOKEN.findall(fold(text)):
        _append(found, token)
    return tuple(found)


def _append(found: list[str], token: str) -> None:
    """Join what people hyphenate at whim ("wi-fi", "e-mail", "i-ready"), split compounds, unify numbers."""
    token = token.replace("'", "")
    head, dash, _ = token.partition("-")
    if dash and len(head) > 2:
        for part in token.split("-"):
            _append(found, part)
    elif token.isdecimal():
        found.append("0" * min(len(token), 6))
    elif token[:30] and (token not in "?!" or not found or found[-1] != token):
        found.append(token.replace("-", "")[:30])
