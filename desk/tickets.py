"""The verbs of a ticket's life: open, follow up, reply, note, assign, resolve, reopen.

In:       an Act, a ticket, an Entry not yet on it; nothing of mail.
Out:      changed rows, an event for every change, queued notices; all in the caller's transaction.
Not here: reading mail, commands by reply (desk.obey), commit.
"""

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classifier.triage import Found
from desk.act import Act, record
from desk.priority import Urgency
from desk.routing import Route, route
from desk.similar import similar_faults
from desk.telling import tell_participants, tell_requester, tell_workers, tell_working_watchers
from desk.thread import let_see, put_on
from desk.wording import telling_words
from models import Entry, Participant, Person, School, Team, Ticket
from models.memory import add_row, has_memory, is_unwritten
from models.words import KINDS, MAY_FOLLOW


@dataclass(frozen=True)
class Draft:
    """A ticket about to be opened."""

    subject: str
    requester: Person
    entry: Entry
    found: Found
    urgency: Urgency
    language: str
    school: School | None = None
    teams: tuple[Team, ...] = ()
    participants: tuple[Person, ...] = ()
    follow_up_of: int | None = None
    note: Entry | None = None
    """What a technician wrote above the teacher's mail that he forwarded: for colleagues only."""


def open_ticket(session: Session, act: Act, draft: Draft) -> Ticket:
    """Open a ticket, put it into the right hands, and say so to those concerned."""
    ticket = create_ticket(session, act, draft)
    tell_opened(session, act, ticket, draft)
    return ticket


def create_ticket(session: Session, act: Act, draft: Draft) -> Ticket:
    """Open a ticket and put it into the right hands; nobody is told yet."""
    found = draft.found
    ticket = Ticket(
        subject=draft.subject, requester=draft.requester, requester_id=draft.requester.id, school=draft.school,
        school_id=draft.school.id if draft.school else None, status="new", level=1, language=draft.language,
        category=found.ticket_category, confident=found.confident,
        priority=draft.urgency.priority, opened_at=act.now, updated_at=act.now, follow_up_of=draft.follow_up_of,
        **{kind: kind in found.ticket_kinds for kind in KINDS},
    )  # fmt: skip
    add_row(session, ticket, "number")
    if not has_memory(session):
        session.flush()
    put_on(session, ticket, draft.entry)
    if draft.note is not None:
        put_on(session, ticket, draft.note)
    record(session, act, ticket, "opened", None, "new", "; ".join(found.because) or "nothing telling was found")
    if draft.urgency.because:
        record(session, replace(act, who=None), ticket, "priority", "normal", ticket.priority, draft.urgency.because)
    _welcome(session, ticket, draft)
    _hand_to(session, act, ticket, _routed(session, ticket))
    if not is_unwritten(session, ticket):
        session.flush()
    return ticket


def tell_opened(session: Session, act: Act, ticket: Ticket, draft: Draft, *, by_command: bool = False) -> None:
    """Acknowledge a new ticket, and tell whoever has it; who opened it `by_command` has a receipt instead."""
    hers = act.who is ticket.requester
    by = {"opened_by": name_of(act.who)} if act.who is not None and not hers else {}
    tell_requester(session, act, ticket, "acknowledgement", draft.entry, by, answers=hers and not by_command)
    facts = _facts(session, ticket, draft.found)
    tell_workers(session, act, ticket, "assigned", draft.entry, facts, the_actor_too=not by_command)


def add_follow_up(session: Session, act: Act, ticket: Ticket, entry: Entry, *, only_thanks: bool = False) -> None:
    """Add what the requester or a colleague wrote; a resolved ticket opens again unless it is only thanks."""
    put_on(session, ticket, entry)
    ticket.updated_at = act.now
    if only_thanks:
        record(session, act, ticket, "follow-up", None, None, "it only says thanks")
        return
    record(session, act, ticket, "follow-up", None, None, "a reply to the thread")
    if ticket.status == "resolved":
        reopen(session, act, ticket, "the requester wrote again", entry)
        return
    if ticket.status == "pending":
        set_status(session, act, ticket, "open", "what it waited for has come")
    tell_workers(session, act, ticket, "follow_up", entry)
    tell_working_watchers(session, act, ticket, "follow_up", entry)


def add_words(session: Session, act: Act, ticket: Ticket, entry: Entry, *, tell: bool = True) -> None:
    """Add a technician's public words, which go to the requester and claim a ticket nobody has."""
    put_on(session, ticket, entry)
    record(session, act, ticket, "reply", None, None, "the technician's reply")
    if ticket.first_response_at is None:
        ticket.first_response_at = act.now
    if ticket.assignee is None and act.who is not None:
        assign(session, act, ticket, act.who, "the first to answer has it")
    elif ticket.status == "new" and act.who is ticket.assignee:
        set_status(session, act, ticket, "open", "its assignee answered")
    if tell:
        tell_requester(session, act, ticket, "reply", entry)
        tell_participants(session, act, ticket, "reply", entry)
    if ticket.assignee is not act.who:
        tell_workers(session, act, ticket, "follow_up", entry)


def add_note(session: Session, act: Act, ticket: Ticket, entry: Entry) -> None:
    """Add words that only those who work at the desk ever see."""
    entry.visibility = "internal"
    put_on(session, ticket, entry)
    record(session, act, ticket, "note", None, None, "an internal note")
    tell_workers(session, act, ticket, "follow_up", entry)


def assign(session: Session, act: Act, ticket: Ticket, person: Person, because: str) -> None:
    """Give a ticket to a person; who takes one for himself has opened it."""
    if ticket.assignee is not person:
        record(session, act, ticket, "assignee", name_of(ticket.assignee), name_of(person), because)
        ticket.assignee = person
        if act.who is not person:
            session.flush()
            tell_workers(session, act, ticket, "assigned", first_entry(session, ticket))
    if act.who is person and ticket.status == "new":
        set_status(session, act, ticket, "open", because)


def give_to_team(session: Session, act: Act, ticket: Ticket, team: Team, because: str) -> None:
    """Put a ticket into a team's queue, from which one of them takes it."""
    if ticket.team is not team:
        record(session, act, ticket, "team", ticket.team.name if ticket.team else None, team.name, because)
    if ticket.assignee is not None:
        record(session, act, ticket, "assignee", name_of(ticket.assignee), None, because)
    ticket.team, ticket.assignee = team, None
    if ticket.status == "open":
        set_status(session, act, ticket, "new", "it has come into other hands")
    session.flush()
    tell_workers(session, act, ticket, "assigned", first_entry(session, ticket))


def set_kinds(
    session: Session, act: Act, ticket: Ticket, kinds: tuple[str, ...], because: str, *, moves: bool = True
) -> None:
    """Say what a ticket is; it goes to whom such tickets go, because a fault must not stay with a coach.

    Unless somebody says whose it is (`moves` false).
    """
    record(session, act, ticket, "kinds", " ".join(ticket.kinds) or None, " ".join(kinds) or None, because)
    for kind in KINDS:
        setattr(ticket, kind, kind in kinds)
    ticket.confident = True
    if moves:
        reroute(session, act, ticket)


def set_field(session: Session, act: Act, ticket: Ticket, field: str, value: str, because: str) -> None:
    """Change category or priority."""
    before = getattr(ticket, field)
    if before != value:
        record(session, act, ticket, field, before, value, because)
        setattr(ticket, field, value)


def set_school(
    session: Session, act: Act, ticket: Ticket, school: School, because: str, *, moves: bool = True
) -> None:
    """Say which school a ticket belongs to, and route it anew unless somebody says whose it is (`moves` false)."""
    record(session, act, ticket, "school", ticket.school.code if ticket.school else None, school.code, because)
    ticket.school = school
    if moves:
        reroute(session, act, ticket)


def set_level(session: Session, act: Act, ticket: Ticket, level: int, because: str) -> None:
    """Escalate or hand back: the ticket goes to whoever serves that level."""
    record(session, act, ticket, "level", str(ticket.level), str(level), because)
    ticket.level = level
    reroute(session, act, ticket)


def reroute(session: Session, act: Act, ticket: Ticket) -> None:
    """Find the right hands again; if they are others than before, they get the ticket and are told."""
    found = _routed(session, ticket)
    if found.person is ticket.assignee and found.team is ticket.team:
        return
    _hand_to(session, act, ticket, found)
    if ticket.status == "open" and ticket.assignee is not act.who:
        set_status(session, act, ticket, "new", "it has come into other hands")
    session.flush()
    tell_workers(session, act, ticket, "assigned", first_entry(session, ticket))


def resolve(
    session: Session, act: Act, ticket: Ticket, because: str, entry: Entry | None = None, template: str = "resolved"
) -> None:
    """Call a ticket solved, and tell the requester once, with the last words if there are any."""
    if ticket.assignee is None and act.who is not None:
        assign(session, act, ticket, act.who, "the one who solved it had it")
    set_status(session, act, ticket, "resolved", because)
    tell_requester(session, act, ticket, template, entry)
    tell_participants(session, act, ticket, "resolved", entry)


def reopen(session: Session, act: Act, ticket: Ticket, because: str, entry: Entry | None = None) -> None:
    """Take a resolved or closed ticket up again."""
    set_status(session, act, ticket, "open", because)
    tell_workers(session, act, ticket, "reopened", entry, {"by": name_of(act.who)} if entry is None else None)


def set_status(session: Session, act: Act, ticket: Ticket, status: str, because: str) -> None:
    """Move along ITIL's life of a case; a move that makes no sense raises ValueError."""
    if status == ticket.status:
        return
    if status not in MAY_FOLLOW[ticket.status]:
        raise ValueError(f"a {ticket.status} ticket cannot become {status}")
    record(session, act, ticket, "status", ticket.status, status, because)
    ticket.status = status
    ticket.resolved_at = (ticket.resolved_at or act.now) if status in ("resolved", "closed") else None
    ticket.closed_at = act.now if status == "closed" else None


def join_teams(session: Session, act: Act, ticket: Ticket, teams: tuple[Team, ...]) -> None:
    """Let further teams see a ticket, because the mail came to their address as well."""
    seen = {row.team_id for row in ticket.participants} | {ticket.team_id}
    for team in teams:
        if team.id in seen:
            continue
        seen.add(team.id)
        session.add(Participant(ticket_number=ticket.number, team_id=team.id))
        record(session, act, ticket, "team", None, team.name, "the mail came to this team's address too")
    session.flush()
    session.refresh(ticket, ["participants"])


def first_entry(session: Session, ticket: Ticket) -> Entry | None:
    """What the requester first wrote."""
    return session.scalar(select(Entry).where(Entry.ticket_number == ticket.number).order_by(Entry.id).limit(1))


def count_entries(session: Session, ticket: Ticket) -> int:
    """How many entries the thread has."""
    query = select(func.count()).select_from(Entry).where(Entry.ticket_number == ticket.number)
    return session.scalar(query) or 0


def name_of(person: Person | None) -> str | None:
    """How the history names a person."""
    return (person.name or person.address) if person else None


def _routed(session: Session, ticket: Ticket) -> Route:
    return route(session, ticket.kinds, ticket.category, ticket.level, ticket.school)


def _hand_to(session: Session, act: Act, ticket: Ticket, found: Route) -> None:
    by_desk = replace(act, who=None)  # coverage decides, not whoever set it off
    if found.team is not ticket.team:
        after = found.team.name if found.team else None
        record(session, by_desk, ticket, "team", ticket.team.name if ticket.team else None, after, found.because)
    if found.person is not ticket.assignee:
        record(session, by_desk, ticket, "assignee", name_of(ticket.assignee), name_of(found.person), found.because)
    ticket.team, ticket.assignee = found.team, found.person
    ticket.team_id = found.team.id if found.team else None
    ticket.assignee_id = found.person.id if found.person else None


def _welcome(session: Session, ticket: Ticket, draft: Draft) -> None:
    for person in draft.participants:
        if person.id != draft.requester.id:
            let_see(session, ticket, Participant(person=person, person_id=person.id))
    for team in draft.teams:
        let_see(session, ticket, Participant(team=team, team_id=team.id))


def _facts(session: Session, ticket: Ticket, found: Found) -> dict[str, object]:
    return {
        "because": telling_words(found.because),
        "guess": found.kind,
        "guess_category": found.category,
        "similar": similar_faults(session, ticket),
        "possible_follow_up": ticket.follow_up_of,
    }
