"""Small turns of phrase that the templates use as filters.

In:       single values: a name, a text, a moment.
Out:      the same, as a person would put it.
Not here: the templates, vocabularies (notifier.wording).
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup, escape

_TITLES = "mr mrs ms miss mx dr prof sr sra srta coach principal señor señora señorita"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS_ES = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic")
_LINK = re.compile(r"https?://[^\s<>\"']{3,500}")
_TRAILING = ".,;:!?)]}»”’"


def first_name(name: str) -> str:
    """What to call somebody: "Lopez, Maria" and "Maria Lopez" are Maria; "Ms. Lopez" stays Ms. Lopez."""
    last, comma, rest = name.partition(",")
    words = (rest if comma and rest.strip() else last).split()
    first = words[0].rstrip(".") if words else ""
    if len(first) < 2 or first.lower() in _TITLES.split() or "@" in first:
        return name.strip()
    return words[0].capitalize() if words[0].isupper() and len(words[0]) > 2 else words[0]


def first_lines(text: str, lines: int = 4, width: int = 280) -> str:
    """The beginning of a text, with "…" where it was cut."""
    kept = "\n".join([line for line in text.splitlines() if line.strip()][:lines])
    short = kept if len(kept) <= width else kept[:width].rsplit(None, 1)[0]
    whole = " ".join(text.split()) == " ".join(short.split())
    return short if whole else short.rstrip(" .,;…") + " …"


def quoted(text: str) -> str:
    """The text behind "> ", as plain mail quotes (RFC 3676 section 4.5)."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def paragraphs(text: str) -> Markup:
    """Plain text as HTML: escaped, line breaks kept, links live; nothing in it acts as markup."""
    blocks = re.split(r"\n[ \t]*\n", text.strip())
    return Markup("").join(
        Markup('<p style="margin:0 0 12px">{}</p>').format(_lines(block)) for block in blocks if block.strip()
    )


def with_breaks(text: str) -> Markup:
    """Plain text as HTML within one block."""
    return _lines(text)


def _lines(block: str) -> Markup:
    return Markup("<br>\n").join(_linked(line) for line in block.splitlines())


def _linked(line: str) -> Markup:
    done, made = 0, Markup("")
    for found in _LINK.finditer(line):
        link = found[0].rstrip(_TRAILING)
        made += escape(line[done : found.start()])
        made += Markup('<a href="{0}" style="word-break:break-all">{0}</a>').format(link)
        done = found.start() + len(link)
    return made + escape(line[done:])


def when(moment: str, timezone: str, language: str = "en") -> str:
    """An ISO time in UTC as the school's clock shows it: "Nov 23, 10:42 AM", "23 nov, 10:42"."""
    try:
        zone: Any = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    local = datetime.fromisoformat(moment).astimezone(zone)
    if language == "es":
        return f"{local.day} {_MONTHS_ES[local.month - 1]}, {local.hour}:{local.minute:02d}"
    half = "AM" if local.hour < 12 else "PM"
    return f"{_MONTHS[local.month - 1]} {local.day}, {local.hour % 12 or 12}:{local.minute:02d} {half}"


def spoken_list(words: Sequence[str], joint: str) -> str:
    """`a, b and c`; joint is "and" or "y"."""
    *first, last = words or [""]
    return f"{', '.join(first)} {joint} {last}" if first else last


def ucfirst(text: str) -> str:
    """The text with a capital at its beginning, the rest as it was."""
    return text[:1].upper() + text[1:]


def tidy(text: str) -> str:
    """Plain text as sent: no blanks at line ends, one empty line at most, one line break at the end."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


FILTERS: dict[str, Callable[..., Any]] = {
    "first_name": first_name,
    "first_lines": first_lines,
    "quoted": quoted,
    "paragraphs": paragraphs,
    "with_breaks": with_breaks,
    "when": when,
    "spoken_list": spoken_list,
    "ucfirst": ucfirst,
}
