"""What a notice will say, fixed in the moment it is queued.

In:       a wish: person, ticket, entry, extras.
Out:      a JSON-able dict for the templates, and whether the reader may see the entry's words.
Not here: wording, who is written to.

A notice may go out hours later or twice; it must then still say what was true, and the same both times.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.district import School, Team
from models.memory import is_unwritten
from models.people import Person
from models.ticket import Entry, Participant, Ticket
from notifier.subject import one_line, plain_subject

T = TypeVar("T", Person, School, Team)
MAX_TEXT = 200_000
MAX_NAME = 100
MAX_WATCHERS = 4
# Controls beside tab and line break; marks that turn the reading direction (Unicode UAX 9, the explicit ones).
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")


def snapshot(
    session: Session, person: Person, ticket: Ticket | None, entry: Entry | None, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything the templates may show this person; nothing that is not for their eyes is even in it."""
    return {
        "to": {
            "name": _name(person) if person.rostered else None,
            "rostered": person.rostered,
            "works_here": person.works_here,
            "is_requester": ticket is not None and ticket.requester_id == person.id,
            "is_assignee": ticket is not None and ticket.assignee_id == person.id,
        },
        "ticket": _ticket(session, person, ticket) if ticket is not None else None,
        "entry": _entry(session, person, entry) if entry is not None else None,
        "facts": _storable(dict(facts)),
    }


def may_read(session: Session, person: Person, entry: Entry) -> bool:
    """Whether this person may see this entry's words.

    Internal words are for those who work tickets. Strangers get back neither their own words (our answer
    would carry anybody's text to a forged sender) nor other people's; only what the desk's people wrote.
    """
    if person.works_here:
        return True
    author = session.get(Person, entry.author_id) if entry.author_id is not None else None
    if entry.visibility != "public" or author is None:
        return False
    return author.works_here or (author.rostered and person.rostered)


def _ticket(session: Session, person: Person, ticket: Ticket) -> dict[str, Any]:
    requester = _get(session, Person, ticket, "requester")
    assignee = _get(session, Person, ticket, "assignee")
    team, school = _get(session, Team, ticket, "team"), _get(session, School, ticket, "school")
    shown: dict[str, Any] = {
        "number": ticket.number,
        "subject": plain_subject(ticket.subject),
        "status": ticket.status,
        "kinds": list(ticket.kinds),
        "category": ticket.category,
        "confident": ticket.confident,
        "priority": ticket.priority,
        "level": ticket.level,
        "school": one_line(school.name, MAX_NAME) if school else None,
        "team": one_line(team.name, MAX_NAME) if team else None,
        "assignee": _name(assignee),
        "requester": _name(requester) if requester and (requester.rostered or person.works_here) else None,
        "follow_up_of": _earlier(session, person, ticket),
        "opened_at": ticket.opened_at.isoformat(),
    }
    if person.works_here and requester is not None:
        shown |= {"requester_address": requester.address, "requester_rostered": requester.rostered}
        watching = _watchers(session, person, ticket)
        shown |= {"watchers": watching[:MAX_WATCHERS], "more_watchers": len(watching[MAX_WATCHERS:])}
    return shown


def _get(session: Session, table: type[T], ticket: Ticket, name: str) -> T | None:
    # By id, not by relationship: a verb that has just changed the id may not have refreshed the object.
    wanted, known = getattr(ticket, f"{name}_id"), ticket.__dict__.get(name)
    if wanted is None or (known is not None and known.id == wanted):
        return known if wanted is not None else None
    return session.get(table, wanted)


def _watchers(session: Session, person: Person, ticket: Ticket) -> list[str]:
    """Who else gets what this reader answers, so that nobody writes to more people than meant."""
    if is_unwritten(session, ticket):
        told = [row.person for row in ticket.participants if row.person is not None and row.person.active]
        others = [one for one in told if one.id not in (person.id, ticket.requester_id)]
        return [name for one in others if (name := _name(one))]
    query = select(Person).join(Participant, Participant.person_id == Person.id)
    here = query.where(Participant.ticket_number == ticket.number, Person.id.not_in((person.id, ticket.requester_id)))
    found = session.scalars(here.where(Person.active).order_by(Participant.id)).unique().all()
    return [name for one in found if (name := _name(one))]


def _earlier(session: Session, person: Person, ticket: Ticket) -> int | None:
    # Somebody who quotes a number learns nothing about that ticket, not even whether it exists.
    earlier = session.get(Ticket, ticket.follow_up_of) if ticket.follow_up_of is not None else None
    if earlier is None or (earlier.requester_id != person.id and not person.works_here):
        return None
    return earlier.number


def _entry(session: Session, person: Person, entry: Entry) -> dict[str, Any]:
    author = session.get(Person, entry.author_id) if entry.author_id is not None else None
    readable = may_read(session, person, entry)
    name = _name(author) or (entry.author_address if person.works_here else None)
    return {
        "text": _seen(entry.text[:MAX_TEXT]).strip() if readable else "",
        "author": name if readable else None,
        "by_requester": author is not None and author.id == entry.ticket.requester_id,
        "own": author is not None and author.id == person.id,
        "by_desk": author is not None and author.works_here,
        "internal": entry.visibility != "public",
        "files": len(entry.attachments),
        "signed": _is_signed(entry.text, author),
        "at": entry.at.isoformat(),
    }


def _is_signed(text: str, author: Person | None) -> bool:
    """Whether the words end with their author's name already."""
    last = [line for line in text.splitlines() if line.strip()][-2:]
    names = set((author.name or "").lower().split()) if author is not None else set()
    return any(set(re.findall(r"\w+", line.lower())) & names for line in last if len(line) < 60)


def _storable(value: Any) -> Any:
    # JSON that PostgreSQL takes: no NUL, no lone surrogates; what JSON has no form for, as its text.
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _storable(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_storable(part) for part in value]
    return _seen(str(value).encode("utf-8", "replace").decode("utf-8"))


def _seen(text: str) -> str:
    """Without controls that make a text show something else than it says; the entry itself keeps them."""
    return _UNSEEN.sub("", text)


def _name(person: Person | None) -> str | None:
    if person is None:
        return None
    return one_line(person.name or person.address or "", MAX_NAME) or None
