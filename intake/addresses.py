"""Address lists as mail really spells them (RFC 5322 section 3.4, and its obsolete forms).

In:       a field's text, encoded words not yet decoded.
Out:      mailboxes in order, groups flattened; an address is only what can be written to.
Not here: which of them is the requester (intake.requester).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.message import NameAddr
from intake.words import decode_words, one_line

ADDRESS_LIMIT = 1_000
"""Of one field: a mail to every teacher of a district still has the desk's address found."""
_ADDRESS_LENGTH = 1_000

_TOKEN = re.compile(
    r"""(?P<word>=\?[!->@-~]{1,60}\?[bBqQ]\?[^?]*+\?=)"""
    r"""|(?P<angle><[^<>]*+>|<[^<>,;]*+)"""
    r"""|(?P<sign>[,;:("])"""
    r"""|(?P<atom>[^,;:("<=]++|.)""",
    re.DOTALL,
)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_COMMENT_SIGN = re.compile(r"[()]|\\.", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ADDRESS = re.compile(
    r"""((?:"(?:[^"\\\x00-\x1f]|\\.)++"|[^\s@<>()\[\],;:"\\\x00-\x1f\x7f]++)"""
    r"""@(?:\[[^\s\[\]<>@]++\]|[^\W_](?:[\w.-]*[^\W_])?))\.?"""
)
_INNER_COMMENT = re.compile(r"\([^()]*\)")
_AROUND_SIGNS = re.compile(r"(?<=[@.])[ \t]+|[ \t]+(?=[@.])")
_SQUARE = re.compile(r"(?i)\[mailto:([^\[\]<>]{1,1000})\]")  # as Outlook shows an address it quotes
_NOBODY = re.compile(r"(?i)undisclosed[ -]?recipient")


@dataclass(slots=True)
class _Element:
    """What stands between two commas: the name's text, the raw text, angles and comments."""

    phrase: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    ends_with: str = ""
    is_named: bool = False
    holds_at: bool = False

    def add(self, text: str, spoken: str | None = None) -> None:
        """Add raw text, and how it reads within a name."""
        self.raw.append(text)
        self.holds_at = self.holds_at or "@" in text
        if self.angles and self.is_named:
            return  # `Ann <ann@…> for the PTA`: the name stands before its address
        text = text if spoken is None else spoken
        self.phrase.append(text)
        self.is_named = self.is_named or bool(text.strip())


def read_addresses(text: str, hint: str | None = None) -> list[NameAddr]:
    """The mailboxes of an address list; never raises, at most ADDRESS_LIMIT.

    Tolerated: commas within an unquoted name, semicolons between mailboxes, missing brackets,
    comments, routes, a whole mailbox inside an encoded word. A name without a usable address keeps
    its name and has address None.
    """
    found: list[NameAddr] = []
    waiting: list[str] = []  # the "Doe" of `Doe, Ann <ann@…>`
    if "mailto:" in text.lower():
        text = _SQUARE.sub(r"<\1>", text)
    for element in _elements(text):
        mailboxes = _mailboxes(element, hint)
        if waiting and element.angles and mailboxes[0].address:
            name = _name(", ".join([*waiting, "".join(element.phrase).strip()]), hint)
            mailboxes[0] = NameAddr(name, mailboxes[0].address)
            waiting = []
        if not mailboxes:
            words = "".join(element.phrase).strip()
            waiting += [words] if words else []
        if waiting and (mailboxes or element.ends_with != ","):
            found.append(NameAddr(_name(", ".join(waiting), hint), None))
            waiting = []
        found += mailboxes
        if len(found) >= ADDRESS_LIMIT:
            break
    return [one for one in found if one.address or (one.name and not _NOBODY.match(one.name))][:ADDRESS_LIMIT]


def _elements(text: str) -> Iterator[_Element]:
    """Cut the list at commas and semicolons; the name of a group is dropped."""
    element = _Element()
    position = 0
    closes = {'"': True, "(": True}  # once one is left open, no later one is looked for: linear time
    while position < len(text):
        token = _TOKEN.match(text, position)
        assert token is not None  # the last alternative takes any character
        position = token.end()
        sign = token["sign"]
        if token["angle"]:
            element.angles.append(token["angle"])
        elif sign in (",", ";"):
            element.ends_with = sign
            yield element
            element = _Element()
        elif sign == ":" and not element.angles and not element.holds_at:
            element = _Element()
        elif sign in closes:
            if closes[sign]:
                position, closes[sign] = _delimited(text, position - 1, sign, element)
        else:
            element.add(token[0], token[0].replace("<", " ").replace(">", " "))  # stray brackets
    yield element


def _delimited(text: str, start: int, sign: str, element: _Element) -> tuple[int, bool]:
    """Take a quoted string or a comment into the element: where it ends, and whether it was closed."""
    if sign == '"':
        quoted = _QUOTED.match(text, start)
        if quoted is None:
            return start + 1, False
        element.add(quoted[0], _ESCAPED.sub(r"\1", quoted[1]))
        return quoted.end(), True
    depth = 0
    for hit in _COMMENT_SIGN.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(hit[0], 0)
        if depth == 0:
            element.comments.append(_ESCAPED.sub(r"\1", text[start + 1 : hit.start()]))
            element.raw.append(" ")
            return hit.end(), True
    return start + 1, False


def _mailboxes(element: _Element, hint: str | None) -> list[NameAddr]:
    """The mailboxes of one element; none when it is but words, which may belong to the next one."""
    phrase = "".join(element.phrase)
    addresses = [address for angle in element.angles if (address := _usable(angle.strip("<>")))]
    comment = element.comments[-1] if element.comments else ""
    if addresses:
        named = NameAddr(_name(phrase, hint) or _name(comment, hint), addresses[0])
        return [named, *(NameAddr(None, address) for address in addresses[1:])]
    raw = "".join(element.raw)
    if "@" in raw:
        address = _usable(raw)
        if address:
            return [NameAddr(_name(comment, hint), address)]
        words = raw.split()
        usable = [(word, address) for word in words if "@" in word and (address := _usable(word.strip("<>")))]
        if len(usable) == 1:
            rest = " ".join(word for word in words if word != usable[0][0])
            return [NameAddr(_name(rest.strip('"<> '), hint) or _name(comment, hint), usable[0][1])]
        whole = _QUOTED.fullmatch(raw.strip())  # `"Ann Lee <ann@…>"`, quoted as one by a careless form
        inner = _usable(whole[1][whole[1].find("<") :].strip("<>")) if whole and whole[1].endswith(">") else None
        if whole and inner:
            return [NameAddr(_name(whole[1].partition("<")[0], hint), inner)]
    if "=?" in phrase and not element.angles:
        plain, _ = decode_words(phrase, hint)
        if "@" in plain and "=?" not in plain:
            return [one for one in read_addresses(plain) if one.address]
    return [NameAddr(_name(phrase, hint), None)] if element.angles else []


def _usable(text: str) -> str | None:
    """The address in this text, if it has the form of one; routes and `mailto:` are taken off."""
    text = text.strip()
    if "@" not in text or len(text) > _ADDRESS_LENGTH:
        return None
    if "(" in text:
        text = _INNER_COMMENT.sub("", text).strip()
    if text.startswith("@"):
        text = text.rpartition(":")[2]
    if text[:7].lower() == "mailto:":
        text = text[7:]
    text = _AROUND_SIGNS.sub("", text.strip("' "))
    found = _ADDRESS.fullmatch(text)
    return found[1] if found and ".." not in found[1].rpartition("@")[2] else None


def _name(phrase: str, hint: str | None) -> str | None:
    """A display name as a person reads it, or None when nothing is left."""
    words = " ".join(phrase.split())
    text = one_line(decode_words(words, hint)[0])
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    return text or None
