"""Who wrote, and from which school.

In:       the author's mailbox from the header; a text that may name a school.
Out:      the Person, made on the spot for a stranger; the School, where it is beyond doubt.
Not here: whether the author is who the From line says (desk.authority), whether we answer (intake.screen).
"""

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intake.message import NameAddr
from models import Address, Person, School
from models.memory import remember, remembered

ADDRESS_LIMIT = 320  # RFC 3696 erratum 1690 says 254 for the wire; 64 + 1 + 255 is what a parser may meet
NAME_LIMIT = 200
TEXT_LIMIT = 20_000
_USABLE = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")
_GENERIC_END = re.compile(r"\s+schools?$", re.IGNORECASE)


def identify(session: Session, author: NameAddr, now: datetime) -> Person | None:
    """Find who wrote, or make an unrostered requester of a stranger; None without a usable address.

    `ann+phone@` is Ann where only `ann@` is known, and only if the district named her (RFC 5233): a
    stranger's detail may as well be another mailbox. Safe against two workers meeting one stranger.
    """
    address = usable_address(author.address)
    if address is None:
        return None
    person = find_person(session, address)
    if person is None:
        return _make_stranger(session, address, clean_name(author.name))
    if person.name is None and not person.rostered:
        person.name = clean_name(author.name)
    return person


def at_address(session: Session, address: str) -> Person | None:
    """The person of exactly this address, in lower case."""
    return remembered(session, ("person", address), lambda: _by_address(session, address))


def find_person(session: Session, address: str) -> Person | None:
    """The person of an address as `usable_address` gives it; a subaddress falls back to a rostered base."""
    exact = at_address(session, address)
    if exact is not None:
        return exact
    local, _, domain = address.rpartition("@")
    base, plus, _ = local.partition("+")
    if not plus or not base:
        return None
    person = at_address(session, f"{base}@{domain}")
    return person if person is not None and person.rostered else None


def usable_address(address: str | None) -> str | None:
    """The address in lower case, or None where no mail could go to it.

    Lower case because people type either (RFC 5321 section 2.4 would let the local part differ; no
    district's mail host does). Quoted local parts are not for people and are refused.
    """
    found = (address or "").strip().lower()
    if len(found) > ADDRESS_LIMIT or not found.isprintable() or not _USABLE.fullmatch(found):
        return None
    _, _, domain = found.partition("@")
    return None if domain.startswith((".", "-")) or ".." in domain or domain.endswith(".") else found


def clean_name(name: str | None) -> str | None:
    """A display name that every database can hold: one line, no control characters, cut; None when empty."""
    printable = "".join(char if char.isprintable() else " " for char in name or "")
    return " ".join(printable.split())[:NAME_LIMIT].rstrip() or None


def school_of(person: Person) -> School | None:
    """The school of somebody who belongs to exactly one; with several, only the mail can tell."""
    return person.schools[0] if len(person.schools) == 1 else None


def school_named(text: str, schools: Iterable[School]) -> School | None:
    """The one school that a text names, by its name or its code; None when it names none or several.

    A longer name is taken before a shorter one within it ("Oak Hill" is not "Oak"). Codes need three
    letters, because "12" is a room and "pe" a lesson; words within addresses and links do not count.
    """
    by_phrase = _phrases(schools)
    if not by_phrase:
        return None
    ordered = sorted(by_phrase, key=lambda phrase: (-len(phrase), phrase))
    words = "|".join(map(re.escape, ordered))
    pattern = re.compile(rf"(?<![\w@./-])(?:{words})(?![\w@/]|[.-]\w)")
    named: dict[str, School] = {}
    for match in pattern.finditer(_folded(text[:TEXT_LIMIT])):
        found = by_phrase[match.group()]
        if found is None:  # the words fit two schools alike
            return None
        named[found.code] = found
    return next(iter(named.values())) if len(named) == 1 else None


def _by_address(session: Session, address: str) -> Person | None:
    return session.scalar(select(Person).join(Address).where(Address.address == address))


def _make_stranger(session: Session, address: str, name: str | None) -> Person:
    """Insert within a savepoint: whoever comes second takes the row of the first."""
    person = Person(name=name, role="requester", rostered=False, addresses=[Address(address=address)])
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        winner = _by_address(session, address)
        if winner is None:
            raise
        person = winner
    remember(session, ("person", address), person)
    return person


def _phrases(schools: Iterable[School]) -> dict[str, School | None]:
    """Every way to name a school, folded; None where two schools share it."""
    by_phrase: dict[str, School | None] = {}
    for school in schools:
        for phrase in _ways_to_name(school):
            shared = by_phrase.get(phrase, school)
            by_phrase[phrase] = school if shared is school else None
    return by_phrase


def _ways_to_name(school: School) -> set[str]:
    """Name, name without "School" at its end (as people say it) where two words remain, and code."""
    ways = {school.name}
    shorter = _GENERIC_END.sub("", school.name)
    if len(shorter.split()) > 1:
        ways.add(shorter)
    if sum(char.isalpha() for char in school.code) >= 3:
        ways.add(school.code)
    return {folded for way in ways if len(folded := _folded(way)) >= 3}


def _folded(text: str) -> str:
    """One case, one kind of blank, one kind of apostrophe."""
    return " ".join(text.casefold().replace("’", "'").replace("‘", "'").split())
