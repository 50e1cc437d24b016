"""The commands about the ticket itself: whose it is, what it is, how far it is, how long it took.

In:       a Task and one of its commands.
Out:      a check for each name in CHECKS: it refuses, or gives the deed, ready to be done.
Not here: the order and the words (desk.obey), commands about other people and tickets (desk.on_behalf,
          desk.watchers, desk.merging, desk.undo).
"""

from sqlalchemy import select

from desk import tickets
from desk.act import record
from desk.command_values import fold, near_categories, read_category, read_minutes, read_priority
from desk.commands import Command
from desk.outcome import Check, Deed, Outcome, Task, near, refuse
from desk.people_named import choice, find_colleagues, find_people, find_team, near_people
from models import School, Ticket
from models.words import CATEGORIES, KINDS, PRIORITIES

HIGHEST = 3
_SELF = frozenset(("me", "myself", "mi", "yo", "a mi"))
OVER = ("resolved", "closed")


def over(task: Task, command: Command, states: tuple[str, ...] = OVER) -> Outcome | None:
    """The refusal of a command that makes no sense on a ticket that is done with."""
    status = task.ticket.status
    if status not in states or task.reading.has("reopen"):
        return None
    return refuse(command, f"it is {status}; reopen it first with #reopen")


def _mine(task: Task, command: Command) -> Outcome | Deed:
    def deed() -> Outcome:
        if task.ticket.assignee is task.who and task.ticket.status != "new":
            return Outcome(command.line, "it was yours already")
        tickets.assign(task.session, task.act, task.ticket, task.who, "#mine")
        return Outcome(command.line, "the ticket is yours")

    return over(task, command, ("closed",)) or deed


def _assign(task: Task, command: Command) -> Outcome | Deed:
    if fold(command.argument) in _SELF:
        return _mine(task, command)
    session, name = task.session, command.argument
    found = find_colleagues(session, name)
    team = find_team(session, name) if not found else None
    if len(found) > 1:
        return refuse(command, choice(found))
    if not found and team is None:
        others = find_people(session, name)
        if len(others) == 1:
            return refuse(command, f"{tickets.name_of(others[0])} does not work at the desk")
        return refuse(command, f"nobody at the desk is called '{name}'{near(near_people(session, name, working=True))}")

    def deed() -> Outcome:
        if team is not None:
            tickets.give_to_team(session, task.act, task.ticket, team, command.line)
            return Outcome(command.line, f"now with the team {team.name}")
        tickets.assign(session, task.act, task.ticket, found[0], command.line)
        return Outcome(command.line, f"now with {tickets.name_of(found[0])}")

    return over(task, command) or deed


def _kind(task: Task, command: Command) -> Outcome | Deed:
    wanted = tuple(kind for kind in KINDS if task.reading.has(kind))
    if len(wanted) > 2:
        return refuse(command, "a ticket is of one kind, or of two at most")

    def deed() -> Outcome:
        if task.ticket.kinds == wanted and task.ticket.confident:
            return Outcome(command.line, f"it is {_named(wanted)}, with {holder(task.ticket)}")
        moves = not _is_given(task)
        tickets.set_kinds(task.session, task.act, task.ticket, wanted, command.line, moves=moves)
        return Outcome(command.line, f"now {_named(wanted)}" + (f", with {holder(task.ticket)}" if moves else ""))

    return deed


def _named(kinds: tuple[str, ...]) -> str:
    return " and ".join(kind if kind == "training" else f"a {kind}" for kind in kinds)


def _is_given(task: Task) -> bool:
    """Whether the same mail says who gets the ticket: then nobody else has it for a moment in between."""
    return task.reading.has("mine") or task.reading.has("assign")


def holder(ticket: Ticket) -> str:
    """Who has a ticket, for a receipt."""
    return tickets.name_of(ticket.assignee) or (ticket.team.name if ticket.team else "nobody")


def _category(task: Task, command: Command) -> Outcome | Deed:
    own = task.act.desk.own_categories
    slug = read_category(command.argument, own)
    if slug is None:
        close = near(near_categories(command.argument, own)) or f"; there are {', '.join((*CATEGORIES, *own))}"
        return refuse(command, f"no such category{close}")

    def deed() -> Outcome:
        tickets.set_field(task.session, task.act, task.ticket, "category", slug, command.line)
        return Outcome(command.line, f"category {slug}")

    return deed


def _priority(task: Task, command: Command) -> Outcome | Deed:
    wanted = read_priority(command.argument)
    if wanted is None:
        return refuse(command, f"no such priority; there are {', '.join(PRIORITIES)}")

    def deed() -> Outcome:
        tickets.set_field(task.session, task.act, task.ticket, "priority", wanted, command.line)
        return Outcome(command.line, f"priority {wanted}")

    return deed


def _school(task: Task, command: Command) -> Outcome | Deed:
    wanted = fold(command.argument)
    schools = list(task.session.scalars(select(School).order_by(School.code)))
    found = [s for s in schools if wanted in (fold(s.code), fold(s.name))]
    found = found or [s for s in schools if set(wanted.split()) <= set(fold(s.name).split())]
    if len(found) != 1:
        known = ", ".join(f"{s.code} ({s.name})" for s in (found or schools)[:40])
        return refuse(command, f"{'more than one' if found else 'no such'} school; there are {known}")

    def deed() -> Outcome:
        if task.ticket.school is found[0]:
            return Outcome(command.line, f"it was at {found[0].code} already")
        moves = not _is_given(task)
        tickets.set_school(task.session, task.act, task.ticket, found[0], command.line, moves=moves)
        return Outcome(command.line, f"school {found[0].code}" + (f", with {holder(task.ticket)}" if moves else ""))

    return deed


def _level(task: Task, command: Command) -> Outcome | Deed:
    def deed() -> Outcome:
        ticket, step = task.ticket, {"up": 1, "down": -1}.get(command.name)
        level = ticket.level + step if step else int(command.name[-1])
        if not 1 <= level <= HIGHEST:
            return refuse(command, f"it is at level {ticket.level}, none is {'above' if level > 1 else 'below'} it")
        if ticket.level == level:
            return Outcome(command.line, f"it was at level {level} already")
        before = ticket.assignee, ticket.team
        tickets.set_level(task.session, task.act, ticket, level, command.line)
        if before == (ticket.assignee, ticket.team):
            return Outcome(command.line, f"level {level}, but nobody else serves it: still with {holder(ticket)}")
        return Outcome(command.line, f"level {level}, now with {holder(ticket)}")

    return over(task, command) or deed


def _waiting(task: Task, command: Command) -> Outcome | Deed:
    def deed() -> Outcome:
        if task.ticket.status == "pending":
            return Outcome(command.line, "it was waiting already")
        tickets.set_status(task.session, task.act, task.ticket, "pending", command.line)
        return Outcome(command.line, "waiting; an answer of the requester opens it again")

    return over(task, command) or deed


def _reopen(task: Task, command: Command) -> Outcome | Deed:
    if task.ticket.status not in OVER:
        return refuse(command, f"it is not done yet, it is {task.ticket.status}")

    def deed() -> Outcome:
        tickets.reopen(task.session, task.act, task.ticket, command.line, task.written)
        return Outcome(command.line, "open again")

    return deed


def _time(task: Task, command: Command) -> Outcome | Deed:
    minutes = read_minutes(command.argument)
    if minutes is None:
        return refuse(command, "not a time; write it as 20m, 1h, 1h30 or 0.5h, a day at most")

    def deed() -> Outcome:
        record(task.session, task.act, task.ticket, "time", None, str(minutes), command.line)
        return Outcome(command.line, f"{minutes} minutes noted")

    return deed


CHECKS: dict[str, Check] = {
    "mine": _mine,
    "assign": _assign,
    **dict.fromkeys(KINDS, _kind),
    "category": _category,
    "priority": _priority,
    "school": _school,
    **dict.fromkeys(("level1", "level2", "level3", "up", "down"), _level),
    "waiting": _waiting,
    "reopen": _reopen,
    "time": _time,
}
