"""Two tickets about one thing: `#same-as 118`.

In:       a Task, the number of the ticket that goes on.
Out:      this ticket closed and pointing there, its people as watchers there; later mail goes there by itself.
Not here: taking it back (desk.undo), finding where a mail goes (models.ticket, `lasting`).

Entries stay where they were said: moving them would make it look as if people had been told what they were not.
"""

from desk import tickets
from desk.act import record
from desk.command_values import read_number
from desk.commands import Command
from desk.outcome import Deed, Outcome, Task, refuse
from desk.telling import tell_merged, tell_workers
from desk.watchers import add_watcher
from models import Person, Ticket


def check_merge(task: Task, command: Command) -> Outcome | Deed:
    """`#same-as 118`: such a ticket must be there, another one, and not done with."""
    number = read_number(command.argument)
    target = task.session.get(Ticket, number) if number is not None and number < 2**31 else None
    if target is None:
        wrong = f"there is no ticket #{number}" if number else "not a ticket's number; write #same-as 118"
        return refuse(command, wrong)
    into = target.lasting
    if sum(other.name == "same-as" for other in task.reading.commands) > 1:
        return refuse(command, "a ticket goes on as one other")
    if into.number == task.ticket.number:
        same = "this very ticket" if target is into else f"merged into this one already (#{into.number})"
        return refuse(command, f"#{number} is {same}")
    if into.status == "closed":
        return refuse(command, f"#{into.number} is closed; reopen that one first, or start from it")
    if task.ticket.status == "closed":
        return refuse(command, "it is closed; reopen it first with #reopen")

    def deed() -> Outcome:
        merge(task, into, command.line)
        via = f" (into which #{target.number} was merged)" if target is not into else ""
        return Outcome(command.line, f"goes on as #{into.number}{via}; replies to this one go there")

    return deed


def merge(task: Task, into: Ticket, because: str) -> None:
    """Close this ticket in favour of another; its requester and watchers watch that one."""
    session, act, ticket = task.session, task.act, task.ticket
    record(session, act, ticket, "merged", None, f"#{into.number}", because)
    ticket.merged_into = into.number
    tickets.set_status(session, act, ticket, "closed", f"merged into #{into.number}")
    record(session, act, into, "took in", None, f"#{ticket.number}", because)
    for person in _people(ticket):
        wanted = person.active and person.id != into.assignee_id
        if wanted and add_watcher(session, act, into, person, f"came with #{ticket.number}"):
            task.joined.append([into.number, person.id])
    session.flush()
    session.refresh(ticket, ["merged"])
    tell_merged(session, act, ticket, into, task.entry)
    tell_workers(session, act, into, "follow_up", tickets.first_entry(session, ticket))


def _people(ticket: Ticket) -> list[Person]:
    return [ticket.requester, *(row.person for row in ticket.participants if row.person is not None)]
