"""What the desk does of its own accord as time goes by: daily and weekly lists, and what silence does.

In:       the store, who we are, the moment; called every few minutes by every worker process.
Out:      lists queued once a day and person, silent tickets minded.
Not here: what is on the lists (desk.lists), what silence does (desk.closing).

A list that was missed (the desk was down) is made up for on the same day only: yesterday's is of no use.
"""

import logging
from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from desk.closing import mind_silence
from desk.holding import lapse
from desk.lists import daily_list, read_board, weekly_list
from models import Lease, Person, Store
from models.words import WORKING_ROLES
from notifier.outbox import Wish, queue
from notifier.settings import DeskIdentity

log = logging.getLogger(__name__)


def keep_time(store: Store, desk: DeskIdentity, now: datetime) -> None:
    """Everything that is due by now, each in a transaction of its own."""
    for name, step in (
        ("silent tickets minded", mind_silence), ("lists queued", send_lists), ("held mails lapsed", lapse)
    ):
        try:
            with store.writing() as session:
                done = step(session, desk, now)
        except IntegrityError:  # another process was quicker
            continue
        if done:
            log.info("worker: %d %s", done, name)


def send_lists(session: Session, desk: DeskIdentity, now: datetime) -> int:
    """Queue today's lists, unless they have been queued or it is too early; how many."""
    local, habits = now.astimezone(ZoneInfo(desk.timezone)), desk.habits
    day = local.date().isoformat()
    queued = 0
    if _is_time(local, habits.daily_on, habits.daily_at) and _turn(session, "daily", day, now):
        queued += _send_daily(session, desk, day, now)
    weekly_on = () if habits.weekly_on is None else (habits.weekly_on,)
    if _is_time(local, weekly_on, habits.weekly_at) and _turn(session, "weekly", day, now):
        queued += _send_weekly(session, desk, day, now)
    return queued


def _is_time(local: datetime, days: tuple[int, ...], at: time | None) -> bool:
    return at is not None and local.weekday() in days and local.time() >= at


def _turn(session: Session, what: str, day: str, now: datetime) -> bool:
    """Whether this process makes the lists of this day: the row is locked until they are committed."""
    name = f"list:{what}"
    row = session.get(Lease, name, with_for_update=True, populate_existing=True)
    if row is None:
        session.add(Lease(name=name, holder=day, until=now))
        session.flush()  # a second process meets the primary key, and leaves it to the first
        return True
    if row.holder == day:
        return False
    row.holder, row.until = day, now
    return True


def _send_daily(session: Session, desk: DeskIdentity, day: str, now: datetime) -> int:
    board = read_board(session)
    return _send(session, desk, "daily", day, now, lambda person: daily_list(board, desk, person, now))


def _send_weekly(session: Session, desk: DeskIdentity, day: str, now: datetime) -> int:
    def made(person: Person) -> dict[str, Any] | None:
        return weekly_list(session, person, now) if person.role == "itf" else None

    return _send(session, desk, "weekly", day, now, made)


def _send(
    session: Session, desk: DeskIdentity, template: str, day: str, now: datetime,
    made: Callable[[Person], dict[str, Any] | None],
) -> int:  # fmt: skip
    works_here = (Person.rostered, Person.active, Person.role.in_(WORKING_ROLES))
    staff = select(Person).where(*works_here).options(selectinload(Person.addresses)).order_by(Person.id)
    queued = 0
    for person in session.scalars(staff).all():
        facts = made(person) if person.address else None
        if facts is not None:
            queue(session, desk, Wish(person, template, f"{template}:{day}", facts=facts), now)
            queued += 1
    return queued
