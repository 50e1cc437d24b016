"""What becomes of a command: checked first, done afterwards.

In:       the mail's act, ticket and reading.
Out:      Task, Outcome, and what a check gives: an Outcome that refuses, or the deed ready to be done.
Not here: the deeds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from desk.act import Act
from desk.commands import Command, Reading
from models import Entry, Person, Ticket


@dataclass(frozen=True)
class Outcome:
    """What became of one command line, in words for the receipt; without words it needs no line there."""

    command: str
    outcome: str
    ok: bool = True


@dataclass(frozen=True)
class Task:
    """One mail of commands under way."""

    session: Session
    act: Act
    who: Person
    ticket: Ticket
    reading: Reading
    entry: Entry | None = None
    """The words for the requester that come along."""
    written: Entry | None = None
    """The words of the mail, whoever may read them."""
    opens: bool = False
    """Whether the same mail has just opened the ticket."""
    joined: list[list[int]] = field(default_factory=list)
    """Who has become a watcher of another ticket on the way: [ticket, person]."""

    @property
    def speaks(self) -> bool:
        """Whether the requester is written to anyway."""
        return self.entry is not None


Deed = Callable[[], Outcome]
Check = Callable[[Task, Command], Outcome | Deed]


def refuse(command: Command, why: str) -> Outcome:
    """A command that is not done, and why."""
    return Outcome(command.line, why, False)


def near(found: list[str] | tuple[str, ...]) -> str:
    """ "; did you mean …?" where there is something to mean."""
    return f"; did you mean {' or '.join(found)}?" if found else ""
