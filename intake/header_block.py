"""Blocks of header fields above a quoted or forwarded mail, and the separators over them.

In:       lines of a mail.
Out:      where a block or separator stands and what its fields say.
Not here: whether it makes a reply or a forward (intake.body), words (intake.header_words).
"""

import re
from dataclasses import dataclass

from intake.header_words import FIELDS, FORWARD_ENDS, FORWARD_SEPARATORS, REPLY_SEPARATORS

_LONGEST_NAME = 24
_AROUND = " \t*_>|#\u200e\u200f\u202a\u202b\u202c\xa0"
_DRAWN = "-_=*~—–+#|"
_SEPARATOR = re.compile(r"[\s>*]*[-_=*~—–+#|]{2,}\s{0,9}([^\s\-_=*~].{0,80}?)\s{0,9}[-_=*~—–+#|]{2,}+[\s*]*+")
_LONG_RUN = re.compile(r"([-_=*~—–+#|]{3})[-_=*~—–+#|]{9,}([-_=*~—–+#|]{3})")
_LEADING = re.compile(r"[\s>]{0,9}-{2,40}+\s{0,9}+([^-]{3,69}+)-{2,40}+\s{0,3}(?=[^\s-])")
_TIME = re.compile(r"\d{1,2}[:.h]\d\d|(?:19|20)\d\d")
_RULE_SIGNS = "-_=*~—–"
_RULE = re.compile(r"[\s>*]*?[-_=*~—–]{3,}+[\s*]*+")
_ON_ONE_LINE = re.compile(
    r"(?<![a-zà-ÿ])(?:Sent|Date|To|Subject|Gesendet|An|Betreff|Envoyé|À|Objet|Enviado|Enviado el|"
    r"Para|Asunto|Assunto)\*?\s?:"
)
_SUBJECT_ON_IT = re.compile(r"(?<![a-zà-ÿ])(?:Subject|Betreff|Objet|Asunto|Assunto)\*?\s?:(.*)")


# Clients write some ten fields; a list of recipients may be wrapped over more lines.
_MOST_LINES = 40
_LONGEST_LIST = 100


@dataclass(frozen=True)
class HeaderBlock:
    """A run of header fields: first line, line after the last, and role to value."""

    start: int
    end: int
    fields: dict[str, str]


def field_of(line: str) -> tuple[str, str] | None:
    """(role, value) when the line is a header field as a client writes it, else None."""
    head = line[:60]
    colon = head.find(":")
    wide = head.find("：")
    if wide >= 0 and (colon < 0 or wide < colon):
        colon = wide
    if colon < 1:
        return None
    name = head[:colon].replace("\xa0", " ").strip(_AROUND)
    if not name or len(name) > _LONGEST_NAME:
        return None
    role = FIELDS.get(name.lower())
    return (role, line[colon + 1 :].strip(_AROUND.replace(">", ""))) if role else None


def separator_kind(line: str) -> str | None:
    """"reply" or "forward" when a client's separator stands here, "" for one it does not name, else None."""
    if len(line) > 120:
        return None
    found = _between_rules(line)
    words = (found.group(1) if found else line.strip(_AROUND)).strip(" :：*_").lower()
    if found is None and not (6 < len(words) < 60):
        return None
    for kind, phrases in (("forward", _FORWARD), ("reply", _REPLY)):
        if words in phrases and (found or words not in _TOO_SHORT):
            return kind
    if found is None:
        return None
    by = " ".join(words.split()[:2])
    return "forward" if by in _FORWARD else ""


def _between_rules(line: str) -> re.Match[str] | None:
    """The words between two drawn rules; long runs are shortened, as trying all their parts takes time."""
    if line.rstrip()[-1:] not in _DRAWN:
        return None
    return _SEPARATOR.fullmatch(_LONG_RUN.sub(r"\1\2", line))


def is_forward_end(line: str) -> bool:
    """Whether a client says here that the forwarded mail ends: "----- End forwarded message -----"."""
    found = _between_rules(line) if len(line) <= 120 else None
    return found is not None and found.group(1).strip(" :*_").lower().startswith(FORWARD_ENDS)


def leading_separator(line: str) -> tuple[str, str] | None:
    """(kind, rest) of a separator with the header still on its line, as a careless conversion leaves it."""
    found = _LEADING.match(line[:200]) if line.lstrip(" >")[:2] == "--" else None
    words = found.group(1).strip().lower() if found else ""
    if found is None or len(_ON_ONE_LINE.findall(line[:2000])) < 2:
        return None
    kind = "forward" if words in _FORWARD else "reply" if words in _REPLY else None
    return (kind, line[found.end() :]) if kind else None


_FORWARD = frozenset(FORWARD_SEPARATORS)
_REPLY = frozenset(REPLY_SEPARATORS)
_TOO_SHORT = frozenset(words for words in _FORWARD | _REPLY if words.isascii() and len(words) < 14)


def is_rule(line: str) -> bool:
    """Whether the line is a drawn rule and nothing else."""
    head = line[:200]
    if not head or head.strip(" *>\t")[:1] not in _RULE_SIGNS or head.rstrip()[-1:] not in _RULE_SIGNS:
        return False
    return bool(_RULE.fullmatch(head))


def read_block(lines: list[str], start: int, after_separator: bool = False) -> HeaderBlock | None:
    """The header block that begins on this very line, or None.

    Without a separator above, three fields with a sender must stand there, and a date, a time or an
    address in them: a person's own "From: room 12 / To: room 14" is no quoted mail.
    """
    first = field_of(lines[start])
    if first is None or not (after_separator or first[0] in ("from", "date", "to", "subject")):
        return None
    fields, end, last = _gather(lines, start)
    kinds = set(fields) - {"other"}
    if "from" not in kinds and not (after_separator and {"date", "subject"} & kinds and "to" in kinds):
        return None
    end = _past_wrapped_list(lines, end, fields, last)
    if len(fields) == 1 and first[0] == "from":
        return _on_one_line(lines[start], start)
    if after_separator and len(kinds) >= 2:
        return HeaderBlock(start, end, fields)
    if first[0] == "subject" and (len(kinds) < 4 or "@" not in fields["from"]):
        return None
    telling = "@" in "".join(fields.values()) or bool(_TIME.search(fields.get("date", "")))
    if telling and (len(kinds) >= 3 or (len(kinds) == 2 and "@" in fields["from"] and {"date", "subject"} & kinds)):
        return HeaderBlock(start, end, fields)
    return None


def _gather(lines: list[str], start: int) -> tuple[dict[str, str], int, str]:
    """Fields from `start` on, the line after them, the last one's role; a wrapped value may stand between two."""
    fields: dict[str, str] = {}
    at = end = start
    last = "other"
    while at < min(len(lines), start + _MOST_LINES) and at - end <= 4:
        found = field_of(lines[at])
        if found is not None and (found[0] not in fields or found[0] in ("other", "cc")):
            if at > end and not _may_bridge(lines[end:at], last):
                break
            last = found[0]
            if at > end:
                before = next(reversed(fields))
                fields[before] = " ".join([fields[before], *(line.strip() for line in lines[end:at])]).strip()
            fields[last] = found[1]
            end = at + 1
        elif found is not None:
            break
        at += 1
    return fields, end, last


def _past_wrapped_list(lines: list[str], end: int, fields: dict[str, str], last: str) -> int:
    """A value that begins on the line below its name, or a wrapped list of recipients at the end."""
    values = [fields[last]]
    for line in lines[end : end + _LONGEST_LIST]:
        listed = last in ("to", "cc") and ("@" in line or values[-1].endswith((";", ",")))
        if not line.strip() or not (listed or (last in ("from", "to") and not any(values))):
            break
        values.append(line.strip())
    fields[last] = " ".join(values).strip()
    return end + len(values) - 1


def _may_bridge(between: list[str], last: str) -> bool:
    """Whether lines between two fields are a wrapped value or the blank lines of an HTML layout."""
    filled = [line for line in between if line.strip(_AROUND)]
    if not filled:
        return len(between) <= 2
    if len(filled) == 1 and len(between) == 1:
        return True
    return last in ("to", "cc", "other") and len(filled) == len(between) and any("@" in x or ";" in x for x in filled)


def _on_one_line(line: str, start: int) -> HeaderBlock | None:
    """A block that a careless conversion left on one line."""
    found = field_of(line)
    if found is None or len(line) > 1000 or len(_ON_ONE_LINE.findall(line)) < 2:
        return None
    if "@" not in line and not _TIME.search(line):
        return None
    pieces = _ON_ONE_LINE.split(line)
    fields = {"from": (field_of(pieces[0]) or ("from", ""))[1]}
    subject = _SUBJECT_ON_IT.search(line)
    if subject:
        fields["subject"] = subject.group(1).strip()
    return HeaderBlock(start, start + 1, fields)
