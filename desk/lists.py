"""What is on the daily list of a technician and on the weekly list of a coach.

In:       the tickets, a person, the moment.
Out:      dicts for the templates `daily` and `weekly`, or None when there is nothing to say.
Not here: when they are sent (desk.clock), the look (notifier.templates).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session, selectinload

from models import Person, Ticket
from models.address import reply_address
from models.district import team_member
from models.words import CATEGORIES, PRIORITIES, UNDONE
from notifier.settings import DeskIdentity
from notifier.subject import one_line, plain_subject, subject_line

# A list is read at one glance; the rest is counted.
MOST = {"late": 10, "mine": 12, "waiting": 6, "queue": 8}
MOST_TRAINING = 60
SHORT = 90
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Undone:
    """As much of an undone ticket as says on whose list it stands, and where."""

    number: int
    status: str
    priority: str
    updated_at: datetime
    assignee_id: int | None
    team_id: int | None


@dataclass(frozen=True)
class Board:
    """All undone tickets, read once for everybody's list; those that are shown are read whole later."""

    session: Session
    held: dict[int, list[Undone]]
    """By the id of who has them."""
    queues: dict[int, list[Undone]]
    """By the id of the team in which nobody has taken them."""
    teams: dict[int, frozenset[int]]
    """A person's id to the ids of their teams."""

    def whole(self, tickets: Sequence[Undone]) -> list[Ticket]:
        """These, in this order, with the people on them."""
        query = select(Ticket).where(Ticket.number.in_([ticket.number for ticket in tickets])).options(
            selectinload(Ticket.requester).selectinload(Person.addresses), selectinload(Ticket.school)
        )  # fmt: skip
        known = {ticket.number: ticket for ticket in self.session.scalars(query)}
        return [known[ticket.number] for ticket in tickets if ticket.number in known]


def read_board(session: Session) -> Board:
    """Read where every undone ticket stands."""
    query = select(
        Ticket.number, Ticket.status, Ticket.priority, Ticket.updated_at, Ticket.assignee_id, Ticket.team_id
    ).where(Ticket.is_undone())
    held: dict[int, list[Undone]] = {}
    queues: dict[int, list[Undone]] = {}
    for row in session.execute(query):
        one = Undone(*row)
        if one.assignee_id is not None:
            held.setdefault(one.assignee_id, []).append(one)
        elif one.team_id is not None:
            queues.setdefault(one.team_id, []).append(one)
    teams: dict[int, set[int]] = {}
    for team_id, person_id in session.execute(select(team_member.c.team_id, team_member.c.person_id)):
        teams.setdefault(person_id, set()).add(team_id)
    return Board(session, held, queues, {person: frozenset(of) for person, of in teams.items()})


def daily_list(board: Board, desk: DeskIdentity, person: Person, now: datetime) -> dict[str, Any] | None:
    """Late, mine, waiting, and what nobody has in my teams' queues; each ticket stands in one place only."""
    mine = board.held.get(person.id, [])
    ours = board.teams.get(person.id, frozenset())
    silent = now - timedelta(days=desk.habits.late_after_days)
    late = [ticket for ticket in mine if ticket.status != "pending" and ticket.updated_at < silent]
    are_late = {ticket.number for ticket in late}
    found = {
        "late": late,
        "mine": [ticket for ticket in mine if ticket.status != "pending" and ticket.number not in are_late],
        "waiting": [ticket for ticket in mine if ticket.status == "pending"],
        "queue": [ticket for team in ours for ticket in board.queues.get(team, [])],
    }
    sections = [_section(key, tickets, board, desk, person, now) for key, tickets in found.items() if tickets]
    if not sections:
        return None
    return {"sections": sections, "counts": {key: len(tickets) for key, tickets in found.items()}}


def weekly_list(session: Session, person: Person, now: datetime) -> dict[str, Any] | None:
    """Training asked for at a coach's schools this week, and what is undone from before; by topic."""
    asked = select(Ticket.number, Ticket.status).where(Ticket.training)
    if schools := [school.id for school in person.schools]:
        asked = asked.where(Ticket.school_id.in_(schools))
    # Each part by its own index: of the two in one condition SQLite makes a walk through all tickets.
    both = union(asked.where(Ticket.opened_at >= now - WEEK), asked.where(Ticket.is_undone()))
    states = dict(session.execute(both).all())
    if not states:
        return None
    shown = (
        select(Ticket)
        .where(Ticket.number.in_(sorted(states, reverse=True)[:MOST_TRAINING]))
        .order_by(Ticket.number.desc())
        .options(
            selectinload(Ticket.requester).selectinload(Person.addresses),
            selectinload(Ticket.school), selectinload(Ticket.assignee),
        )
    )  # fmt: skip
    undone = sum(status in UNDONE for status in states.values())
    return {
        "topics": list(_topics(session.scalars(shown).all(), now)),
        "open": undone,
        "done": len(states) - undone,
        "more": max(len(states) - MOST_TRAINING, 0),
    }


def _section(
    key: str, tickets: Sequence[Undone], board: Board, desk: DeskIdentity, person: Person, now: datetime
) -> dict[str, Any]:
    urgent_first = sorted(tickets, key=lambda one: (-PRIORITIES.index(one.priority), one.number))
    shown = urgent_first[: MOST[key]]
    return {
        "key": key,
        "tickets": [_line(ticket, desk, person, now) for ticket in board.whole(shown)],
        "more": len(tickets) - len(shown),
    }


def _line(ticket: Ticket, desk: DeskIdentity, person: Person, now: datetime) -> dict[str, Any]:
    subject = plain_subject(ticket.subject)
    return {
        "reply_to": reply_address(desk.address, ticket.number, person.id, desk.signing_keys[0]),
        "subject_line": subject_line(ticket.number, subject),
        "is_assignee": ticket.assignee_id == person.id,
        "ticket": _brief(ticket, now),
    }


def _brief(ticket: Ticket, now: datetime) -> dict[str, Any]:
    return {
        "number": ticket.number, "subject": one_line(plain_subject(ticket.subject), SHORT), "status": ticket.status,
        "kinds": list(ticket.kinds), "level": ticket.level, "priority": ticket.priority,
        "school": one_line(ticket.school.name, SHORT) if ticket.school else None,
        "requester": one_line(ticket.requester.name or ticket.requester.address or "", SHORT) or None,
        "days": max((now - ticket.opened_at).days, 0), "quiet_days": max((now - ticket.updated_at).days, 0),
    }  # fmt: skip


def _topics(tickets: Sequence[Ticket], now: datetime) -> Iterable[dict[str, Any]]:
    """The topic most asked for comes first."""
    slugs = dict.fromkeys((*CATEGORIES, *(ticket.category or "other" for ticket in tickets)))  # a district's own too
    by_topic = {slug: [ticket for ticket in tickets if (ticket.category or "other") == slug] for slug in slugs}
    for slug, asked in sorted(by_topic.items(), key=lambda one: -len(one[1])):
        if asked:
            yield {"category": slug, "tickets": [_asked(ticket, now) for ticket in asked]}


def _asked(ticket: Ticket, now: datetime) -> dict[str, Any]:
    holder = ticket.assignee
    return {
        **_brief(ticket, now), "done": ticket.status not in UNDONE,
        "with": one_line(holder.name or holder.address or "", SHORT) if holder else None,
    }  # fmt: skip
