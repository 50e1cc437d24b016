"""Watchers: people beside requester and assignee who get what the desk answers on a ticket.

In:       `#cc` and `#uncc` of staff; colleagues in the Cc of a mail that belongs to the ticket.
Out:      Participant rows, an event for each.
Not here: what they are told later (desk.telling), what a stranger may read (notifier.snapshot).

Nobody becomes a watcher by being copied in unless the district lists them, and pupils do not at all; a stranger is
admitted by staff alone, by `#cc`.
"""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from desk.act import Act, record
from desk.command_values import fold, split_people
from desk.commands import Command
from desk.outcome import Deed, Outcome, Task, near, refuse
from desk.people_named import choice, find_people, near_people, stranger_address
from desk.telling import tell_watcher
from desk.tickets import name_of
from intake.message import NameAddr
from intake.requester import identify
from models import Participant, Person, Ticket
from models.address import is_desk_address

_SELF = frozenset(("me", "myself", "mi", "yo"))


def watches(ticket: Ticket, person: Person) -> bool:
    """Whether the person is a watcher of the ticket."""
    return any(row.person_id == person.id for row in ticket.participants)


def add_watcher(session: Session, act: Act, ticket: Ticket, person: Person, because: str) -> bool:
    """Let a person watch a ticket; False when there is nothing to add."""
    if person.id == ticket.requester_id or watches(ticket, person):
        return False
    session.add(Participant(ticket_number=ticket.number, person_id=person.id))
    record(session, act, ticket, "watcher", None, name_of(person), because)
    session.flush()
    session.refresh(ticket, ["participants"])
    return True


def drop_watcher(session: Session, act: Act, ticket: Ticket, person: Person, because: str) -> bool:
    """Take a watcher off a ticket; False when the person was none."""
    rows = [row for row in ticket.participants if row.person_id == person.id]
    for row in rows:
        session.delete(row)
    if rows:
        record(session, act, ticket, "watcher", name_of(person), None, because)
        session.flush()
        session.refresh(ticket, ["participants"])
    return bool(rows)


def watch_by_mail(session: Session, act: Act, ticket: Ticket, addressed: Iterable[Person]) -> None:
    """Colleagues in the Cc of a mail on the ticket watch it from now on; this mail they have already."""
    by_desk = replace(act, who=None)
    for person in addressed:
        known = person.id in (ticket.requester_id, ticket.assignee_id, act.who.id if act.who else None)
        if not known and person.role != "student":
            add_watcher(session, by_desk, ticket, person, "was in the Cc of the mail")


def check_cc(task: Task, command: Command) -> Outcome | Deed:
    """`#cc ann`: everybody named must exist, else nobody is added."""
    found: list[Person | NameAddr] = []
    for name in split_people(command.argument):
        person = _person(task, name)
        if isinstance(person, str):
            return refuse(command, person)
        found.append(person)

    def deed() -> Outcome:
        people = [one if isinstance(one, Person) else identify(task.session, one, task.act.now) for one in found]
        said = [_added(task, person, command.line) for person in people if person is not None]
        return Outcome(command.line, "; ".join(said))

    return deed


def _added(task: Task, person: Person, because: str) -> str:
    ticket, name = task.ticket, name_of(person)
    if person.id == ticket.requester_id:
        return f"{name} asked for it, and gets everything anyway"
    if not add_watcher(task.session, task.act, ticket, person, because):
        return f"{name} was a watcher already"
    if not task.speaks and person is not task.who:
        tell_watcher(task.session, task.act, ticket, person)
    stranger = "" if person.rostered else ", who is on no roster and sees what the desk writes from now on"
    return f"{name} watches{stranger}"


def _person(task: Task, name: str) -> Person | NameAddr | str:
    """Whom a name means, or the refusal."""
    if fold(name) in _SELF:
        return task.who
    found = find_people(task.session, name)
    if len(found) > 1:
        return choice(found)
    if found:
        return found[0]
    stranger = stranger_address(task.session, name)
    if stranger is None or stranger.address is None:
        return f"nobody is called '{name}'{near(near_people(task.session, name, working=False))}"
    if is_desk_address(stranger.address, task.act.desk.addresses):
        return f"{stranger.address} is the desk itself"
    return stranger


def check_uncc(task: Task, command: Command) -> Outcome | Deed:
    """`#uncc ann`: only those who watch can be meant, so a part of a name is enough."""
    watching = [row.person for row in task.ticket.participants if row.person is not None]
    chosen: list[Person] = []
    for name in split_people(command.argument):
        wanted = task.who.address or "" if fold(name) in _SELF else name
        found = [person for person in watching if _is_called(person, fold(wanted).strip("<>@"))]
        if len(found) != 1:
            who = ", ".join(name_of(person) or "?" for person in watching) or "nobody"
            return refuse(command, f"no one watcher is called '{name}'; watching: {who}")
        chosen += found

    def deed() -> Outcome:
        for person in chosen:
            drop_watcher(task.session, task.act, task.ticket, person, command.line)
        return Outcome(command.line, f"{' and '.join(name_of(p) or '?' for p in chosen)} no longer watching")

    return deed


def _is_called(person: Person, wanted: str) -> bool:
    addresses = {row.address for row in person.addresses}
    if "@" in wanted:
        return wanted in addresses
    words = set(fold(person.name or "").replace(",", " ").split())
    return bool(wanted) and (set(wanted.split()) <= words or any(a.partition("@")[0] == wanted for a in addresses))
