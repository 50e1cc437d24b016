"""Authentication-Results: what the receiving mail server found out about a mail's sender.

In:       header fields in order, as bytes; which server's word is trusted; the domain of From.
Out:      Results of one field; the Verdict of the trusted server on the whole mail.
Not here: who may command (desk.authority), checking signatures ourselves (intake.own_check).

RFC 8601. Read by a tokeniser of our own: quoted strings, nested comments, the version after the server's name,
and the form of Exchange Online, which writes no name at all. Whatever is unclear counts as not said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MICROSOFT = "microsoft"
"""How the setting names Exchange Online, whose fields have no authserv-id."""
FIELD_LIMIT = 16_384
MAX_FIELDS = 50
_SPACE = re.compile(r"[ \t\r\n]+")
_ATOM = re.compile(r"[^ \t\r\n\"();=]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class Result:
    """One method's finding: `dmarc=pass header.from=oak.example`."""

    method: str
    value: str
    properties: tuple[tuple[str, str], ...] = ()

    def named(self, name: str) -> tuple[str, ...]:
        """Every value of a property, as written."""
        return tuple(value for key, value in self.properties if key == name)


@dataclass(frozen=True)
class Results:
    """One field: whose it is ("" in Microsoft's form) and what it says."""

    server: str
    found: tuple[Result, ...]

    def of(self, method: str) -> tuple[Result, ...]:
        """Every finding of one method."""
        return tuple(result for result in self.found if result.method == method)


@dataclass(frozen=True)
class Verdict:
    """What can be said of the sender: `pass`, `fail`, or `none` when nothing certain was said."""

    value: str
    because: str


def read_results(text: str) -> Results | None:
    """One field's value, unfolded or not; None when it cannot be read with certainty."""
    statements = _statements(text)
    if statements is None or not statements:
        return None
    server, rest = "", statements
    if "=" not in statements[0]:
        server, rest = _server(statements[0]), statements[1:]
        if not server:
            return None
    found: list[Result] = []
    for tokens in rest:
        if not tokens or [token.lower() for token in tokens] == ["none"]:
            continue
        result = _result(tokens)
        if result is None:
            return None
        found.append(result)
    return Results(server, tuple(found))


def trusted_verdict(fields: Sequence[tuple[str, bytes]], trusted: str, domain: str) -> Verdict:
    """What the trusted server says of a mail whose From has this domain.

    A server writes above what came in, so the topmost field must be its own, and it alone is believed: the next one,
    however near, may have come with the mail. Further fields of that server are a former passage or a forgery; where
    one of them says otherwise, nothing is certain.
    """
    written = [value for name, value in fields if name == "authentication-results"][:MAX_FIELDS]
    if not written:
        return Verdict("none", "the mail server has written no Authentication-Results")
    read = [read_results(_text(value)) for value in written]
    top = read[0]
    if top is None:
        return Verdict("none", "the topmost Authentication-Results cannot be read")
    if not is_server(top.server, trusted):
        who = f"'{top.server[:80]}'" if top.server else "a server that gives no name"
        return Verdict("none", f"the topmost Authentication-Results is of {who}, not of '{trusted}'")
    first = _of_field(top, domain, trusted)
    others = [results for results in read[1:] if results is not None and is_server(results.server, trusted)]
    said = [_of_field(results, domain, trusted) for results in others if results.of("dmarc")]
    if first.value == "pass" and any(other.value != "pass" for other in said):
        return Verdict("none", f"there are several Authentication-Results of '{trusted}', and they disagree")
    return first


def is_server(server: str, trusted: str) -> bool:
    """Whether the name in a field is the trusted one; `*.messagingengine.com` stands for any host there."""
    server, wanted = server.lower(), trusted.lower()
    if wanted == MICROSOFT:
        return server == ""
    if wanted.startswith("*."):
        return server.endswith(wanted[1:])
    return server == wanted


def _of_field(results: Results, domain: str, trusted: str) -> Verdict:
    said = results.of("dmarc")
    if len(said) != 1:
        how = "no dmarc result" if not said else f"{len(said)} dmarc results"
        return Verdict("none", f"'{trusted}' gives {how}")
    (dmarc,) = said
    of = [value.lower().rpartition("@")[2] for value in dmarc.named("header.from")]
    if len(of) != 1 or of[0] != domain.lower():
        return Verdict("none", f"the dmarc result of '{trusted}' is not about {domain}")
    if dmarc.value == "pass":
        return Verdict("pass", f"'{trusted}' says dmarc=pass for {domain}")
    if dmarc.value == "fail":
        return Verdict("fail", f"'{trusted}' says dmarc=fail for {domain}")
    return Verdict("none", f"'{trusted}' says dmarc={dmarc.value[:20]} for {domain}")


def _text(value: bytes) -> str:
    # Latin-1 keeps every byte a character of its own; encoded words are never decoded here.
    return value[: FIELD_LIMIT + 1].decode("latin-1")


def _server(tokens: list[str]) -> str:
    """The authserv-id, perhaps with a version behind it; "" when it is neither."""
    if len(tokens) == 1 or (len(tokens) == 2 and tokens[1].isdigit()):
        return tokens[0].lower()
    return ""


def _statements(text: str) -> list[list[str]] | None:
    """The field cut at its semicolons into tokens, comments dropped; None when a quote or comment is not closed."""
    if len(text) > FIELD_LIMIT:
        return None
    statements: list[list[str]] = [[]]
    for token in _tokens(text):
        if token is None:
            return None
        if token == ";":
            statements.append([])
        else:
            statements[-1].append(token)
    if len(statements) > 1 and not statements[-1]:
        statements.pop()  # a semicolon at the end
    return statements


def _tokens(text: str) -> Iterator[str | None]:
    """Atoms, `=`, `;`, and quoted strings as `"…` so that none is taken for a sign; None for what has no end."""
    position = 0
    while position < len(text):
        character = text[position]
        if (space := _SPACE.match(text, position)) is not None:
            position = space.end()
        elif character == "(":
            end = _comment_end(text, position)
            if end is None:
                yield None
                return
            position = end
        elif character == '"':
            quoted = _QUOTED.match(text, position)
            if quoted is None:
                yield None
                return
            yield '"' + re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL)
            position = quoted.end()
        elif character in ";=":
            yield character
            position += 1
        elif character == ")":
            yield None
            return
        else:
            atom = _ATOM.match(text, position)
            assert atom is not None  # any other character begins an atom
            yield atom[0]
            position = atom.end()


def _comment_end(text: str, start: int) -> int | None:
    depth, position = 0, start
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return position + 1
        position += 1
    return None


def _result(tokens: list[str]) -> Result | None:
    """`dmarc = pass reason = "…" header.from = oak.example …`; None when it has another form.

    Servers put free words into it ("action=none", a reason without quotes): words that stand alone are passed
    over, but the method and its value must be the first three tokens.
    """
    if len(tokens) < 3 or tokens[1] != "=" or tokens[0].startswith('"') or tokens[2] in ("=", ";"):
        return None
    method = tokens[0].lower().partition("/")[0]
    value = tokens[2].lower()
    properties: list[tuple[str, str]] = []
    place = 3
    while place < len(tokens):
        if place + 2 < len(tokens) and tokens[place + 1] == "=" and tokens[place] != "=":
            if not tokens[place].startswith('"'):
                properties.append((tokens[place].lower(), tokens[place + 2].removeprefix('"')))
            place += 3
        else:
            place += 1
    return Result(method, value, tuple(properties))


def is_domain(text: str) -> bool:
    """Whether this is a plain domain name in ASCII."""
    return len(text) <= 253 and _DOMAIN.fullmatch(text.lower()) is not None
