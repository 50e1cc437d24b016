"""The classifier learns from what the desk's people correct.

In:       the tickets' history: kinds and categories that a person set.
Out:      `corrections_of()`, `learn_now()`, the judge that serves (`serving_triage()`).
Not here: training and measuring (classifier.learning), commands by reply (desk.obey).

The weights are kept in the database, so that every process on every host judges alike; the last ones stay.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifier.corpus import CATEGORIES, GOLD_FILE, Row, read_corpus, read_rows, shipped_sha256
from classifier.learning import CORRECTION_WEIGHT, Learnt, learn
from classifier.own import OwnCategory
from classifier.triage import Triage, load_triage
from classifier.weights import WeightsError, dump, undump
from models import LearntWeights, Person, Store, Ticket, TicketEvent

log = logging.getLogger(__name__)

# The newest corrections; older jargon is mostly in the weights' way by then.
MOST_CORRECTIONS = 3_000
# How many trainings are kept: the one that serves, and the one to go back to.
KEPT = 2


def corrections_of(session: Session, own: Sequence[str] = ()) -> tuple[Row, ...]:
    """Every ticket whose kind or category somebody who works here has said, as a row to learn from.

    What the requester wrote first is the message; who wrote it is the voice. `own`: slugs of the district's own
    categories.
    """
    said = (
        select(TicketEvent.ticket_number)
        .join(Person, Person.id == TicketEvent.who_id)
        .where(TicketEvent.what.in_(("kinds", "category")), Person.rostered)
        .distinct()
        .order_by(TicketEvent.ticket_number.desc())
        .limit(MOST_CORRECTIONS)
    )
    tickets = session.scalars(select(Ticket).where(Ticket.number.in_(said)).order_by(Ticket.number))
    return tuple(row for ticket in tickets if (row := _row(ticket, own)) is not None)


def _row(ticket: Ticket, own: Sequence[str]) -> Row | None:
    said = {
        event.what
        for event in ticket.events
        if event.what in ("kinds", "category") and event.who is not None
        and (event.who.works_here or event.who_id == ticket.requester_id)
    }  # fmt: skip
    first = ticket.entries[0] if ticket.entries else None
    if not said or first is None or not (first.text.strip() or ticket.subject.strip()):
        return None
    category = ticket.category if ticket.category in (*CATEGORIES, *own) else ""
    return Row(
        f"district-{ticket.number}", ticket.subject, first.text, tuple(ticket.kinds), category or "",
        ticket.language or "en", f"district-{ticket.requester_id}-{ticket.number}", CORRECTION_WEIGHT,
        name=f"ticket #{ticket.number}",
    )  # fmt: skip


def learn_now(store: Store, now: datetime, own: Sequence[str] = ()) -> Learnt:
    """Train on corpus and corrections, keep the outcome, and let it serve when it is not worse."""
    with store.reading() as session:
        corrections = corrections_of(session, own)
    sha256 = shipped_sha256()
    learnt = learn(read_corpus(), corrections, read_rows(GOLD_FILE), load_triage(), sha256)
    with store.writing() as session:
        session.add(
            LearntWeights(
                created_at=now, corpus_sha256=sha256, corrections=learnt.corrections, may_serve=learnt.may_serve,
                figures={"before": asdict(learnt.gold_before), "after": asdict(learnt.gold_after)},
                content=dump(learnt.weights),
            )
        )  # fmt: skip
        session.flush()
        _forget_old(session)
    return learnt


def _forget_old(session: Session) -> None:
    """Keep the newest that serve, and of those that do not only the very last, to be looked at."""
    rows = session.scalars(select(LearntWeights).order_by(LearntWeights.id.desc())).all()
    serving = [row for row in rows if row.may_serve][:KEPT]
    for row in rows[1:]:
        if row not in serving:
            session.delete(row)


def newest_id(session: Session) -> int | None:
    """The id of the weights that serve, None when nothing has been learnt on this corpus."""
    fits = (LearntWeights.may_serve, LearntWeights.corpus_sha256 == shipped_sha256())
    return session.scalar(select(LearntWeights.id).where(*fits).order_by(LearntWeights.id.desc()).limit(1))


def serving_triage(store: Store, own: Sequence[OwnCategory] = ()) -> Triage:
    """The judge learnt here, else the shipped one; `own`: the district's categories beside ours."""
    with store.reading() as session:
        number = newest_id(session)
        row = session.get(LearntWeights, number) if number is not None else None
        content = row.content if row is not None else None
    if content is not None:
        try:
            return Triage(undump(content), own)
        except WeightsError as error:
            log.warning("learnt weights %s: %s; the shipped ones serve", number, error)
    return load_triage(own=own)


def has_news(session: Session) -> bool:
    """Whether corrections have come since the last training."""
    last = session.scalar(select(LearntWeights.corrections).order_by(LearntWeights.id.desc()).limit(1))
    return len(corrections_of(session)) != (last or 0)
