"""Whom a command names: "ann", "Ms Ruiz", "ruiz@oak.example", "network" (a team).

In:       what stands behind a command.
Out:      the people it may mean, in words for a receipt too.
Not here: what is done with them (desk.deeds, desk.on_behalf, desk.watchers).
"""

import difflib
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.command_values import fold
from desk.command_words import words
from intake.message import NameAddr
from intake.requester import usable_address
from models import Address, Person, Team
from models.words import WORKING_ROLES

_TITLES = words("""
    mr mrs ms miss mx dr prof coach principal sr sra srta senor senora senorita profe maestra maestro
    """)
SHOWN = 5


def find_colleagues(session: Session, text: str) -> list[Person]:
    """Those who work here and whose address, whole name or a part of it (in that order) is `text`."""
    found = find_people(session, text)
    working = [person for person in found if person.works_here]
    return working if working or not found or "@" in text else []


def find_people(session: Session, text: str) -> list[Person]:
    """People of the roster whom `text` may mean; grown-ups before pupils, because pupils have everybody's names."""
    wanted = fold(text.strip().strip("<>@.,"))
    if "@" in wanted:
        found = session.scalar(select(Person).join(Address).where(Address.address == wanted))
        return [found] if found is not None and found.active else []
    names = _named(session, wanted)
    local = select(Address.person_id).where(Address.address.startswith(f"{wanted}@", autoescape=True))
    by_local = list(session.scalars(local)) if wanted and " " not in wanted else []
    exact = [number for number, name in names if name == wanted]
    people = _people(session, exact or by_local or [number for number, _ in names])
    return [person for person in people if person.role != "student"] or people


def _named(session: Session, wanted: str) -> list[tuple[int, str]]:
    """Ids and folded names in which every word of `wanted` occurs. Compared here: SQLite folds ASCII alone."""
    asked = {word.strip(".,") for word in wanted.split()} - _TITLES - {""}
    if not asked:
        return []
    listed = (Person.rostered, Person.active, Person.name.is_not(None))
    rows = session.execute(select(Person.id, Person.name).where(*listed))
    folded = [(number, fold((name or "").replace(",", " "))) for number, name in rows]
    return [(number, name) for number, name in folded if asked <= {*name.replace("-", " ").split(), *name.split()}]


def _people(session: Session, numbers: Iterable[int]) -> list[Person]:
    found = session.scalars(select(Person).where(Person.id.in_(list(numbers)), Person.active).order_by(Person.name))
    return list(found.unique())


def find_team(session: Session, text: str) -> Team | None:
    """The team of that name, with or without the word "team"."""
    wanted = fold(text).removeprefix("the ").removeprefix("team ").removesuffix(" team")
    ways = (wanted, f"{wanted} team", f"team {wanted}")
    named = [team for team in session.scalars(select(Team)) if fold(team.name) in ways]
    return named[0] if len(named) == 1 else None


def near_people(session: Session, text: str, *, working: bool) -> list[str]:
    """Who may have been meant by a misspelt name, as a receipt shows them.

    A roster has tens of thousands: only ways to write them that begin alike are compared.
    """
    wanted = fold(text.strip("<>@.,"))
    listed = (Person.rostered, Person.active, Person.role != "student")
    query = select(Person.id, Person.name, Address.address).join(Address).where(*listed)
    rows = session.execute(query.where(Person.role.in_(WORKING_ROLES)) if working else query)
    known: dict[str, int] = {}
    for number, name, address in rows:
        plain = fold(name or "")
        ways = (address,) if "@" in wanted else (plain, *plain.split(), address.partition("@")[0])
        known |= {way: number for way in ways if way and way[0] in wanted[:2]}
    close = difflib.get_close_matches(wanted, list(known), n=3, cutoff=0.72)
    numbers = list(dict.fromkeys(known[way] for way in close))
    return [shown(session.get_one(Person, number)) for number in numbers]


def shown(person: Person) -> str:
    """A person as a receipt names one: Maria Ruiz <maria.ruiz@oak.example>."""
    both = person.name and person.address
    return f"{person.name} <{person.address}>" if both else person.name or person.address or "?"


def choice(people: list[Person]) -> str:
    """Several people of one name, for a receipt that asks which."""
    schools = [f"{shown(one)}{_at_school(one)}" for one in people[:SHOWN]]
    more = f" and {len(people) - SHOWN} more" if len(people) > SHOWN else ""
    return f"more than one: {', '.join(schools)}{more}. Say it with the address"


def _at_school(person: Person) -> str:
    return f" ({', '.join(school.code for school in person.schools[:3])})" if person.schools else ""


def stranger_address(session: Session, text: str) -> NameAddr | None:
    """An address outside the district that mail could go to; None for a name or a misspelt colleague.

    An address at a domain of the roster that no roster names is a slip of the finger, and a mail to it would
    tell somebody's business to nobody.
    """
    address = usable_address(text.strip("<> "))
    if address is None:
        return None
    domain = address.partition("@")[2]
    at_home = Address.address.endswith(f"@{domain}", autoescape=True)
    ours = session.scalar(select(Address.id).join(Person).where(Person.rostered, at_home).limit(1))
    return None if ours is not None else NameAddr(None, address)
