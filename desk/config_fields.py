"""Every key of the configuration: its type, its default, what it may hold.

In:       nothing.
Out:      SECTIONS and LISTS, the tables desk.config reads by; Field.check and Field.from_text.
Not here: files and environment (desk.config).
"""

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from desk.proof import LEVELS, NAMES, is_looser, level_of
from models.words import KINDS, ROLES

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ADDRESS = re.compile(r"[^\s@<>\"(),;:]+@[^\s@<>\"(),;:]+")


class Misfit(ValueError):
    """A value that a field cannot hold: what was found, and what is expected."""

    def __init__(self, found: Any, expected: str) -> None:
        super().__init__(f"found {found!r}; expected {expected}")


@dataclass(frozen=True)
class Field:
    """One key: `read` turns a TOML value into ours or raises Misfit; `required` has no default."""

    read: Callable[[Any], Any]
    default: Any = None
    required: bool = False
    secret: bool = False
    about: str = ""

    def check(self, value: Any) -> Any:
        """A value from the file."""
        try:
            return self.read(value)
        except Misfit as error:
            if self.secret:
                raise Misfit("…", str(error).partition("expected ")[2]) from None
            raise

    def from_text(self, text: str) -> Any:
        """A value from the environment, where everything is text; lists are separated by commas."""
        for guess in _guesses(text):
            try:
                return self.check(guess)
            except Misfit:
                continue
        return self.check(text)

    def default_value(self) -> Any:
        """What holds when the key is absent; Misfit when it must not be."""
        if self.required:
            raise Misfit(None, "a value; this key has no default")
        return self.read(self.default) if self.default is not None else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name."""
    names = list(known)
    close = difflib.get_close_matches(word, names, n=1)
    return f"; did you mean '{close[0]}'?" if close else f"; there are: {', '.join(sorted(names))}"


def _guesses(text: str) -> Iterable[Any]:
    lowered = text.strip().lower()
    if lowered in ("true", "yes", "on"):
        yield True
    if lowered in ("false", "no", "off"):
        yield False
    if re.fullmatch(r"-?\d{1,9}", lowered):
        yield int(lowered)
    if re.fullmatch(r"-?\d{1,9}\.\d{1,9}", lowered):
        yield float(lowered)
    yield text.strip()
    yield [part.strip() for part in text.split(",") if part.strip()]


def text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Misfit(value, "a text")
    return value.strip()


def any_text(value: Any) -> str:
    if not isinstance(value, str):
        raise Misfit(value, "a text")
    return value


def slug(value: Any) -> str:
    """A category's name as commands and reports say it: `door-badges`."""
    found = text(value).lower()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+){0,5}", found) or len(found) > 40:
        raise Misfit(value, "a slug of small letters, digits and hyphens such as 'door-badges'")
    return found


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Misfit(value, "true or false")
    return value


def number(least: float, most: float, kind: type = int) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        fits = isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most
        if not fits or (kind is int and value != int(value)):
            raise Misfit(value, f"a number from {least:g} to {most:g}")
        return kind(value)

    return read


def address(value: Any) -> str:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value.strip()):
        raise Misfit(value, "an e-mail address such as 'help@district.example'")
    return value.strip().lower()


def list_of(read: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    def read_all(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise Misfit(value, "a list such as ['…', '…']")
        return [read(item) for item in value]

    return read_all


def one_of(*choices: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value.strip().lower() not in choices:
            near = difflib.get_close_matches(value.strip().lower(), choices, n=1) if isinstance(value, str) else []
            raise Misfit(value, f"one of {', '.join(choices)}" + (f"; did you mean {near[0]}?" if near else ""))
        return value.strip().lower()

    return read


def host_port(value: Any) -> tuple[str, int]:
    host, colon, port = value.strip().rpartition(":") if isinstance(value, str) else ("", "", "")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise Misfit(value, "a host and a port such as 'mail.example.org:587'")
    return host.strip("[]"), int(port)


def zone(value: Any) -> str:
    try:
        return ZoneInfo(value).key
    except Exception:
        raise Misfit(value, "a time zone of the IANA list such as 'America/New_York'") from None


def hour(value: Any) -> time | None:
    """A time of day; "never" is None."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value.strip()) if isinstance(value, str) else None
    if found is None and not (isinstance(value, str) and value.strip().lower() == "never"):
        raise Misfit(value, "a time such as '07:00', or 'never'")
    return time(int(found[1]), int(found[2])) if found else None


def path(value: Any) -> Path:
    return Path(text(value)).expanduser()


def network(value: Any) -> str:
    if value == "loopback":
        return "127.0.0.0/8"
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except (ValueError, TypeError):
        raise Misfit(value, "an address or a network such as '10.0.0.5' or '10.0.0.0/24'") from None


def database_url(value: Any) -> str:
    found = text(value)
    if not re.match(r"(sqlite|postgres(ql)?)(\+\w+)?://", found):
        raise Misfit(re.sub(r":[^:@/]*@", ":…@", found), "'sqlite:///file.db' or 'postgresql://user@host/name'")
    return found


def proof_levels(value: Any) -> dict[str, str]:
    """`["assign=confirm", …]`: more proof for a command, never less."""
    levels: dict[str, str] = {}
    for item in list_of(text)(value):
        name, _, level = (part.strip().lower().removeprefix("#") for part in item.partition("="))
        if name not in NAMES or level not in LEVELS:
            wrong, known = (name, NAMES) if name not in NAMES else (level, LEVELS)
            raise Misfit(item, f"'name=level' such as 'assign=confirm'{suggestion(wrong, known)}")
        if is_looser(level, name):
            least = level_of(name, {})
            raise Misfit(item, f"at least '{least}' for {name}: a district may ask for more, never for less")
        levels[name] = level
    if levels.get("release") == "confirm":
        raise Misfit("release=confirm", "less: a release is the confirmation itself")
    return levels


SECTIONS: dict[str, dict[str, Field]] = {
    "district": {
        "name": Field(text, "Sample District", about="the name people read in our mails"),
        "address": Field(address, "help@localhost", about="the address teachers write to"),
        "aliases": Field(list_of(address), [], about="other addresses of the desk"),
        "timezone": Field(zone, "UTC", about="the zone of the times people read"),
        "language": Field(one_of("en", "es"), "en", about="for people whose own language is not known"),
    },
    "database": {"url": Field(database_url, "sqlite:///districtdesk.db", secret=False)},
    "smtp": {
        "listen": Field(host_port, "127.0.0.1:8025", about="host and port of the SMTP listener"),
        "tls_cert": Field(path, about="PEM certificate chain; offers STARTTLS"),
        "tls_key": Field(path, about="its private key"),
        "max_size_mb": Field(number(1, 500), 35, about="larger mails are refused"),
        "client_connections": Field(number(1, 10_000), 20, about="at once from one address that is no relay"),
        "client_mails_a_minute": Field(number(1, 100_000), 120, about="from one address that is no relay"),
    },
    "delivery": {
        "smarthost": Field(host_port, about="the server that carries our mails; none: they are laid in outbox/"),
        "from": Field(address, about="the From address; the desk's own where absent"),
        "username": Field(text),
        "password": Field(any_text, secret=True),
        "tls": Field(one_of("none", "starttls", "implicit"), "none"),
        "outbox": Field(path, "outbox", about="the Maildir for mails without a smarthost"),
        "templates": Field(path, about="a folder whose templates take the place of ours"),
    },
    "auth": {
        "trusted_results": Field(text, about="the authserv-id whose Authentication-Results are trusted"),
        "verify": Field(flag, False, about="check DKIM of a technician's domain ourselves"),
        "proof": Field(proof_levels, [], about="commands that need more proof than the table says"),
        "relays": Field(list_of(network), ["127.0.0.0/8", "::1/128"], about="relays whose headers may be trusted"),
    },
    "notices": {
        "daily_at": Field(hour, "07:00", about="when each technician gets the list of the day; 'never': no list"),
        "daily_on": Field(list_of(one_of(*WEEKDAYS)), list(WEEKDAYS[:5]), about="the days with a list"),
        "weekly_on": Field(one_of(*WEEKDAYS, "never"), "monday", about="when each ITF gets the training list"),
        "weekly_at": Field(hour, "07:00", about="at which time"),
        "late_after_days": Field(number(1, 365), 3, about="a ticket in hand is late after so many days of silence"),
        "digest_after": Field(number(1, 1_000), 5, about="so many notices to one worker go out singly"),
        "digest_minutes": Field(number(1, 240), 10, about="within so many minutes; the further ones in one mail"),
    },
    "tickets": {
        "remind_after_days": Field(number(0, 365), 3, about="a waiting ticket's requester is reminded once; 0: never"),
        "resolve_after_days": Field(number(0, 365), 5, about="then it is solved by itself; 0: never"),
        "close_after_days": Field(number(0, 365), 7, about="a solved ticket is closed; 0: never"),
    },
}  # fmt: skip

LISTS: dict[str, dict[str, Field]] = {
    "mailbox": {
        "name": Field(text),
        "host": Field(text, required=True),
        "port": Field(number(1, 65535), 993),
        "tls": Field(flag, True),
        "username": Field(text, required=True),
        "password": Field(any_text, "", secret=True),
        "folder": Field(text, "INBOX"),
        "done_folder": Field(text),
        "poll_seconds": Field(number(1, 86_400, float), 60),
        "address": Field(address),
    },
    "school": {"code": Field(text, required=True), "name": Field(text, required=True)},
    "person": {
        "name": Field(text, required=True),
        "address": Field(address, required=True),
        "role": Field(one_of(*ROLES), "requester"),
        "level": Field(number(1, 3)),
        "schools": Field(list_of(text), []),
        "language": Field(one_of("en", "es")),
    },
    "team": {
        "name": Field(text, required=True),
        "members": Field(list_of(address), []),
        "address": Field(address),
    },
    "category": {
        "slug": Field(slug, required=True),
        "words": Field(list_of(text), []),
    },
    "coverage": {
        "kind": Field(one_of(*KINDS, "unsure")),
        "category": Field(text),
        "level": Field(number(1, 3)),
        "school": Field(text),
        "person": Field(address),
        "team": Field(text),
    },
}
