"""Who is told what happened to a ticket.

In:       a ticket and what happened.
Out:      queued notices.
Not here: the words (notifier.templates), whether we may write at all (notifier.policy).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.act import Act
from desk.routing import FIRST_LINE, TRIAGE_TEAM, team_called
from models import Entry, Person, Team, Ticket
from models.memory import is_unwritten
from models.words import WORKING_ROLES
from notifier.outbox import Wish, queue, was_told

STORY_ENTRIES, STORY_TEXT = 20, 4_000
# Notices that hold the words of the mail: whoever got one for it needs no second.
_WHOLE = ("assigned", "assigned_team", "reopened", "reply", "resolved")


def tell_requester(
    session: Session,
    act: Act,
    ticket: Ticket,
    template: str,
    entry: Entry | None = None,
    facts: Mapping[str, Any] | None = None,
    *,
    answers: bool = False,
) -> None:
    """One notice to the requester; `answers` when the requester's own mail set it off."""
    if act.who is not None and act.who.id == ticket.requester_id and not answers:
        return
    if template == "acknowledgement" and works_on(ticket, ticket.requester):
        return  # the notice that it is in their own hands says it all
    message_id = entry.message_id if answers and entry is not None else None
    wish = Wish(
        ticket.requester, template, act.cause, ticket, entry,
        answers_mail=answers, answers_message_id=message_id, facts=facts or {},
        address=_written_from(ticket.requester, entry) if answers else None,
    )  # fmt: skip
    queue(session, act.desk, wish, act.now)


def tell_participants(
    session: Session, act: Act, ticket: Ticket, template: str, entry: Entry | None,
    facts: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """The public words to watchers: colleagues who were in Cc, and whom staff have admitted."""
    people = [row.person for row in ticket.participants if row.person is not None]
    _tell(session, act, ticket, template, entry, people, leave_out=(ticket.requester_id,), facts=facts)


def tell_working_watchers(session: Session, act: Act, ticket: Ticket, template: str, entry: Entry | None) -> None:
    """What the requester wrote, to those watchers who work at the desk."""
    people = [row.person for row in ticket.participants if row.person is not None and row.person.works_here]
    _tell(session, act, ticket, template, entry, people, leave_out=(ticket.requester_id, ticket.assignee_id))


def tell_workers(
    session: Session, act: Act, ticket: Ticket, template: str, entry: Entry | None = None,
    facts: Mapping[str, Any] | None = None, *, the_actor_too: bool = False,
) -> None:  # fmt: skip
    """The assignee, else the team, and every other team whose address the mail came to.

    Nobody is told what he did himself; but who opens a ticket that is to be his own needs its signed address.
    """
    facts = dict(facts or {})
    if template == "assigned":
        facts |= _story(session, act, ticket, entry)
    if the_actor_too:
        act = replace(act, who=None)
    if ticket.assignee is not None:
        _tell(session, act, ticket, template, entry, [ticket.assignee], facts=facts)
    else:
        _tell(session, act, ticket, _team_form(template), entry, _who_looks(session, ticket.team), facts=facts)
    others = [
        member
        for row in ticket.participants
        if row.team is not None
        for member in row.team.members
        if member.id != ticket.assignee_id
    ]
    _tell(session, act, ticket, _team_form(template), entry, others, facts=facts)


def works_on(ticket: Ticket, person: Person) -> bool:
    """Whether a ticket is in this person's own hands, or in those of a team of theirs."""
    if ticket.assignee is not None:
        return ticket.assignee.id == person.id and person.works_here
    return ticket.team is not None and person.works_here and person in ticket.team.members


def _story(session: Session, act: Act, ticket: Ticket, shown: Entry | None) -> dict[str, Any]:
    """What somebody needs who is handed a ticket: all that was said, what the first mail forwarded, by whose hand.

    Only those who work tickets are ever told this.
    """
    if not is_unwritten(session, ticket):
        session.refresh(ticket, ["entries"])
    others = [entry for entry in ticket.entries if entry is not shown][-STORY_ENTRIES:]
    own = (ticket.requester_id, ticket.assignee_id)  # nobody hands a ticket to himself
    by = act.who if act.who is not None and act.who.works_here and act.who.id not in own else None
    return {
        "handed_by": (by.name or by.address) if by is not None else None,
        "folded": (shown.folded if shown is not None else "")[:STORY_TEXT].strip(),
        "thread": [
            {
                "author": (entry.author.name if entry.author else None) or entry.author_address,
                "at": entry.at.isoformat(), "internal": entry.visibility != "public",
                "text": entry.text[:STORY_TEXT].strip(), "files": len(entry.attachments),
            }
            for entry in others
        ],
    }  # fmt: skip


def tell_merged(session: Session, act: Act, ticket: Ticket, into: Ticket, entry: Entry | None) -> None:
    """One notice to the requester of a merged ticket: where it goes on, with what the technician wrote."""
    holder = into.assignee
    facts = {
        "into": into.number, "hers": into.requester_id == ticket.requester_id,
        "by": (act.who.name or act.who.address) if act.who is not None else None,
        "holder": (holder.name or holder.address) if holder is not None else None,
    }  # fmt: skip
    tell_requester(session, act, ticket, "merged", entry, facts)


def tell_watcher(session: Session, act: Act, ticket: Ticket, person: Person) -> None:
    """One notice to somebody whom staff let watch a ticket."""
    facts = {"by": (act.who.name or act.who.address) if act.who is not None else None}
    first = next(iter(ticket.entries), None)
    _tell(session, act, ticket, "watching", first, [person], facts=facts)


def tell_taken_back(session: Session, act: Act, ticket: Ticket, people: Iterable[Person], commands: str) -> None:
    """Those to whom a ticket was given by mistake."""
    facts = {"by": (act.who.name or act.who.address) if act.who is not None else None, "commands": commands}
    _tell(session, act, ticket, "taken_back", None, people, facts=facts)


def tell_technician(
    session: Session, act: Act, ticket: Ticket | None, template: str, facts: Mapping[str, Any], to: Person
) -> None:
    """A receipt, a help page or a warning to one technician alone, in answer to his own mail."""
    wish = Wish(to, template, act.cause, ticket, facts=facts, answers_mail=True)
    queue(session, act.desk, wish, act.now)


def _tell(
    session: Session, act: Act, ticket: Ticket, template: str, entry: Entry | None, people: Iterable[Person],
    leave_out: tuple[int | None, ...] = (), facts: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    silent = {act.who.id if act.who else None, *leave_out}
    for person in people:
        if person.id in silent or not person.active:
            continue
        silent.add(person.id)
        if template == "follow_up" and was_told(session, act.cause, person, _WHOLE):
            continue
        wish = Wish(person, template, act.cause, ticket, entry, facts=facts or {})
        queue(session, act.desk, wish, act.now)


def _who_looks(session: Session, team: Team | None) -> Sequence[Person]:
    """A team's members; for a team without any, and for none, the triage team's, else everybody of the first line: a
    ticket that nobody is told of is lost."""
    members = [member for member in team.members if member.active] if team is not None else []
    if members:
        return members
    triage = team_called(session, TRIAGE_TEAM)
    members = [member for member in triage.members if member.active] if triage is not None else []
    works = select(Person).where(Person.rostered, Person.active, Person.role.in_(WORKING_ROLES)).order_by(Person.id)
    workers = [] if members else [person for person in session.scalars(works) if person.role != "itf"]
    first = [person for person in workers if person.role in FIRST_LINE and (person.level or 1) == 1]
    return members or first or workers


def _team_form(template: str) -> str:
    return "assigned_team" if template == "assigned" else template


def _written_from(person: Person, entry: Entry | None) -> str | None:
    """Answer at the address she wrote from, when it is one of hers."""
    if entry is None or entry.author_address is None:
        return None
    hers = {row.address for row in person.addresses}
    return entry.author_address if entry.author_address in hers else None
