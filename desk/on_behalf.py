"""A ticket in a teacher's name: `#for ruiz` on a new mail or on a ticket that is there.

In:       a Task or a new mail's Reading.
Out:      the requester, or why nobody is meant; the ticket with its new requester.
Not here: forwarded mails (desk.arrivals), whether the mail is obeyed (desk.authority).
"""

from sqlalchemy.orm import Session

from desk.act import Act, record
from desk.command_values import fold
from desk.commands import Command, Reading
from desk.outcome import Deed, Outcome, Task, near, refuse
from desk.people_named import choice, find_people, near_people, stranger_address
from desk.telling import tell_requester
from desk.tickets import first_entry, name_of
from desk.watchers import add_watcher, drop_watcher, watches
from intake.message import NameAddr
from intake.requester import identify, school_of
from models import Person
from models.address import is_desk_address

_SELF = frozenset(("me", "myself", "mi", "yo"))


def whom_for(session: Session, act: Act, reading: Reading) -> Person | None:
    """The one person in whose name a new mail's commands open a ticket, or None."""
    named = [command.argument for command in reading.commands if command.name == "for"]
    found = _meant(session, act, named[0]) if len(named) == 1 else None
    if isinstance(found, NameAddr):
        found = identify(session, found, act.now)
    return found if isinstance(found, Person) else None


def _meant(session: Session, act: Act, name: str) -> Person | NameAddr | str:
    if fold(name) in _SELF and act.who is not None:
        return act.who
    found = find_people(session, name)
    if len(found) > 1:
        return choice(found)
    if found:
        return found[0]
    stranger = stranger_address(session, name)
    if stranger is None or stranger.address is None:
        return f"nobody is called '{name}'{near(near_people(session, name, working=False))}"
    if is_desk_address(stranger.address, act.desk.addresses):
        return "that is the desk itself"
    return stranger


def check_for(task: Task, command: Command) -> Outcome | Deed:
    """`#for ruiz`: one person must be meant."""
    if sum(other.name == "for" for other in task.reading.commands) > 1:
        return refuse(command, "a ticket is for one person")
    found = _meant(task.session, task.act, command.argument)
    if isinstance(found, str):
        return refuse(command, f"{found}. The ticket stays {name_of(task.ticket.requester)}'s" if task.opens else found)

    def deed() -> Outcome:
        person = found if isinstance(found, Person) else identify(task.session, found, task.act.now)
        if person is None:
            return refuse(command, "no mail can go there")
        if person.id == task.ticket.requester_id:
            if task.opens and person.id != task.who.id:
                names = name_of(task.who), name_of(person)
                record(task.session, task.act, task.ticket, "requester", *names, command.line)
            whose = f"the ticket is {name_of(person)}'s"
            return Outcome(command.line, whose if task.opens else f"{whose} already")
        _change(task, person, command.line)
        listed = "" if person.rostered else ", on no roster"
        return Outcome(command.line, f"the ticket is {name_of(person)}'s now{listed}")

    return deed


def tell_whose(task: Task) -> None:
    """Say to a ticket's new requester that it is theirs, once everything else of the mail is done.

    Who gets an answer, the news that it is solved, or where it goes on, needs no second mail.
    """
    ticket = task.ticket
    if task.speaks or task.reading.has("done") or ticket.merged_into is not None:
        return
    facts = {"opened_by": name_of(task.who)}
    tell_requester(task.session, task.act, ticket, "acknowledgement", first_entry(task.session, ticket), facts)


def _change(task: Task, person: Person, because: str) -> None:
    session, act, ticket = task.session, task.act, task.ticket
    before = ticket.requester
    if watches(ticket, person):
        drop_watcher(session, act, ticket, person, because)
    record(session, act, ticket, "requester", name_of(before), name_of(person), because)
    ticket.requester = person
    session.flush()
    if not before.works_here:  # she asked, if only for somebody else, and wants to hear the end of it
        add_watcher(session, act, ticket, before, because)
    school = school_of(person)
    if ticket.school is None and school is not None:
        record(session, act, ticket, "school", None, school.code, because)
        ticket.school = school
