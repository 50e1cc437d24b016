"""Doing what a technician's reply says, once it is proved to be the technician's.

In:       an Act, a ticket, a Reading of the reply.
Out:      changes by the verbs of desk.tickets, and one receipt.
Not here: whether the technician is who he says (desk.authority), reading the commands (desk.commands).
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import tickets
from desk.act import Act
from desk.commands import Command, Reading
from desk.telling import tell_technician
from models import Address, Entry, Person, School, Ticket
from models.words import CATEGORIES, KINDS, PRIORITIES


@dataclass(frozen=True)
class Outcome:
    """What became of one command line, in words for the receipt."""

    command: str
    outcome: str
    ok: bool = True


def obey(session: Session, act: Act, ticket: Ticket, reading: Reading, entry: Entry) -> tuple[Outcome, ...]:
    """Carry out a whole reply: commands, then words, then the end of the ticket if that was said.

    The end comes last, so that words and `#done` in one mail reach the requester as one mail. What the ticket is
    comes before whose it is, so that whoever gets it reads all of it; the receipt keeps the order as written.
    """
    ends = any(command.name == "done" for command in reading.commands)
    entry.text = reading.words
    spoken = bool(reading.words or entry.attachments)
    if spoken:  # first, so that whoever is given the ticket reads them with the rest
        entry.visibility = "internal" if reading.internal else "public"
        tickets.put_on(session, ticket, entry)
    by_place = {}
    for place, command in sorted(enumerate(reading.commands), key=lambda one: one[1].name not in _DESCRIBE):
        if command.name != "done":
            by_place[place] = _carry_out(session, act, ticket, command)
    outcomes = [by_place[place] for place in sorted(by_place)]
    if spoken and reading.internal:
        tickets.add_note(session, act, ticket, entry)
    elif spoken:
        tickets.add_words(session, act, ticket, entry, tell=not ends)
    if ends:
        outcomes.append(_finish(session, act, ticket, entry if spoken and not reading.internal else None))
    outcomes += [Outcome(line, _not_understood(near), False) for line, near in reading.near_misses]
    _answer(session, act, ticket, reading, outcomes)
    return tuple(outcomes)


def _not_understood(near: str) -> str:
    return f"not understood; did you mean {near}?" if near else "not understood, not sent on; #help lists all commands"


def _finish(session: Session, act: Act, ticket: Ticket, entry: Entry | None) -> Outcome:
    if ticket.status in ("resolved", "closed"):
        return Outcome("#done", f"it was {ticket.status} already", False)
    tickets.resolve(session, act, ticket, "#done", entry)
    return Outcome("#done", "resolved; the requester has been told")


def _answer(session: Session, act: Act, ticket: Ticket, reading: Reading, outcomes: list[Outcome]) -> None:
    if act.who is None or not (reading.commands or reading.near_misses):
        return
    results = [{"command": o.command, "outcome": o.outcome, "ok": o.ok} for o in outcomes if o.outcome]
    template = "help" if any(command.name == "help" for command in reading.commands) else "receipt"
    tell_technician(session, act, ticket, template, {"results": results}, act.who)


def _carry_out(session: Session, act: Act, ticket: Ticket, command: Command) -> Outcome:
    deed = _DEEDS[command.name]
    return deed(session, act, ticket, command)


def _mine(session: Session, act: Act, ticket: Ticket, command: Command) -> Outcome:
    if act.who is None or (ticket.assignee is act.who and ticket.status != "new"):
        return Outcome(command.line, "it was yours already")
    tickets.assign(session, act, ticket, act.who, "#mine")
    return Outcome(command.line, "the ticket is yours")


def _assign(session: Session, act: Act, ticket: Ticket, command: Command) -> Outcome:
    found = find_colleagues(session, command.argument)
    if not found:
        return Outcome(command.line, f"nobody at the desk is called '{command.argument}'", False)
    if len(found) > 1:
        names = ", ".join(f"{person.name} <{person.address}>" for person in found[:5])
        return Outcome(command.line, f"more than one: {names}. Say it with the address", False)
    tickets.assign(session, act, ticket, found[0], "#assign")
    return Outcome(command.line, f"now with {tickets.name_of(found[0])}")


def find_colleagues(session: Session, text: str) -> list[Person]:
    """Those who work here and whose address, whole name or a part of it (in that order) is `text`."""
    wanted = text.strip().strip("<>@").lower()
    by_address = session.scalar(select(Person).join(Address).where(Address.address == wanted))
    if by_address is not None:
        return [by_address] if by_address.works_here else []
    staff = [person for person in session.scalars(select(Person).where(Person.rostered)) if person.works_here]
    exact = [person for person in staff if (person.name or "").lower() == wanted]
    if exact:
        return exact
    local = [p for p in staff if any(row.address.partition("@")[0] == wanted for row in p.addresses)]
    return local or [person for person in staff if wanted in (person.name or "").lower().split()]


def _kind(session: Session, act: Act, ticket: Ticket, command: Command) -> Outcome:
    if ticket.kinds == (command.name,) and ticket.confident:
        return Outcome(command.line, f"it was {_named(command.name)} already")
    tickets.set_kinds(session, act, ticket, (command.name,), command.line)
    return Outcome(command.line, f"now {_named(command.name)}, with {_holder(ticket)}")


def _named(kind: str) -> str:
    return kind if kind == "training" else f"a {kind}"


def _holder(ticket: Ticket) -> str:
    return tickets.name_of(ticket.assignee) or (ticket.team.name if ticket.team else "nobody")


def _category(session: Session, act: Act, ticket: Ticket, command: Command) -> Outcome:
    wanted = command.argument.strip().lower().replace(" ", "-")
    found = [slug for slug in CATEGORIES if slug == wanted] or [slug for slug in CATEGORIES if wanted in slug]
    if len(found) != 1:
        return Outcome(command.line, f"no such category; there are {', '.join(CATEGORIES)}", False)
    tickets.set_field(session, act, ticket, "category", found[0], "#category")
    return Outcome(command.line, f"category {found[0]}")


def _priority(session: Session, act: Act, ticket: Ticket, command: Command) -> Outcome:
    wanted = command.argument.strip().lower()
    if wanted not in PRIORITIES:
        return Outcome(command.line, f"no such priority; there are {', '.join(PRIORITIES)}", False)
    tickets.set_field(session, act, ticket, "priority", wanted, "#priority")
    return Outcome(command.line, f"priority {wanted}")


def _school(session: Session, act: Act, ticket: Ticket, command: Command) -> Outcome:
    wanted = command.argument.strip().lower()
    schools = list(session.scalars(select(School).order_by(School.code)))
    found = [s for s in schools if wanted in (s.code.lower(), s.name.lower())]
    if len(found) != 1:
        return Outcome(command.line, f"no such school; there are {', '.join(s.code for s in schools[:40])}", False)
    tickets.set_school(session, act, ticket, found[0], "#school")
    return Outcome(command.line, f"school {found[0].code}")


def _level(session: Session, act: Act, ticket: Ticket, command: Command) -> Outcome:
    level = int(command.name[-1])
    if ticket.level == level:
        return Outcome(command.line, f"it was at level {level} already")
    before = ticket.assignee, ticket.team
    tickets.set_level(session, act, ticket, level, command.line)
    if before == (ticket.assignee, ticket.team):
        return Outcome(command.line, f"level {level}, but nobody else serves it: still with {_holder(ticket)}")
    return Outcome(command.line, f"level {level}, now with {_holder(ticket)}")


def _waiting(session: Session, act: Act, ticket: Ticket, command: Command) -> Outcome:
    if ticket.status == "pending":
        return Outcome(command.line, "it was waiting already")
    if ticket.status in ("resolved", "closed"):
        return Outcome(command.line, f"it is {ticket.status}; reopen it first with #reopen", False)
    tickets.set_status(session, act, ticket, "pending", "#waiting")
    return Outcome(command.line, "waiting; an answer of the requester opens it again")


def _reopen(session: Session, act: Act, ticket: Ticket, command: Command) -> Outcome:
    if ticket.status not in ("resolved", "closed"):
        return Outcome(command.line, f"it is not done yet, it is {ticket.status}", False)
    tickets.reopen(session, act, ticket, "#reopen")
    return Outcome(command.line, "open again")


def _nothing(session: Session, act: Act, ticket: Ticket, command: Command) -> Outcome:
    said = "kept as a note for colleagues" if command.name == "note" else ""
    return Outcome(command.line, said)


_DESCRIBE = ("category", "priority", "school", "note")
_Deed = Callable[[Session, Act, Ticket, Command], Outcome]
_DEEDS: dict[str, _Deed] = {
    "mine": _mine,
    "assign": _assign,
    **dict.fromkeys(KINDS, _kind),
    "category": _category,
    "priority": _priority,
    "school": _school,
    "level1": _level,
    "level2": _level,
    "level3": _level,
    "waiting": _waiting,
    "reopen": _reopen,
    "note": _nothing,
    "help": _nothing,
}
