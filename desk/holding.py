"""Mails that would act in somebody's name without proof: held, asked about, released once or let go.

In:       a mail that fell short, or the answer to our question about one.
Out:      Hold rows, the event on the ticket, one question to the supposed author; the mail an answer sets free.
Not here: what falls short (desk.authority), reading the answer (desk.hold_answer), carrying out (desk.pipeline).

A held mail changes nothing. Who is asked answers to an address that only he was sent; one yes releases the mail, an
hour lapses it. One question per person and ticket in ten minutes: whoever forges mails must not flood the person.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.act import Act, record
from desk.authority import Standing
from desk.commands import read_commands
from desk.settling import settle
from intake.message import Message
from models import Hold, InboundMail, Notice, Person, Ticket
from models.address import hold_address
from notifier.outbox import Wish, queue
from notifier.settings import DeskIdentity
from notifier.subject import mask_codes, one_line, plain_subject

LAPSES = timedelta(hours=1)
ASK_AGAIN = timedelta(minutes=10)
# So many questions about new mails may be open at once to one person; a forger gets no more out of us.
MOST_QUESTIONS = 5
WARN_AGAIN = timedelta(days=1)
SHOWN_WORDS = 300
AT_ONCE = 100


def hold(
    session: Session, act: Act, inbound: InboundMail, message: Message, sender: Person, ticket: Ticket | None,
    stand: Standing,
) -> None:  # fmt: skip
    """Keep a mail that would act in a person's name and cannot prove it; ask that person, once."""
    by_desk = replace(act, who=None)  # whoever wrote it, it was not proved to be this person
    row = Hold(
        inbound_id=inbound.id, person_id=sender.id, ticket_number=ticket.number if ticket else None,
        state="waiting", held_at=act.now,
    )  # fmt: skip
    told = "; nobody is asked"
    if stand.asks and _was_asked(session, row, act.now):
        told = "; not asked again, a question went out a moment ago"
    elif stand.asks:
        silence = _ask(session, by_desk, inbound, message, sender, ticket, stand)
        row.asked_at = None if silence else act.now
        told = f"; the question was not sent: {silence}" if silence else ""
    session.add(row)
    supposed = sender.name or sender.address
    if ticket is not None:
        record(session, by_desk, ticket, "held", None, None, f"in the name of {supposed}: {stand.because}{told}")
    if stand.owner_id is not None and ticket is not None:
        warn_owner(session, by_desk, stand.owner_id, sender, ticket)
    settle(inbound, "held", f"in a technician's name, but {stand.because}{told}", act.now)
    inbound.ticket_number = ticket.number if ticket else None


def _was_asked(session: Session, row: Hold, now: datetime) -> bool:
    """Whether a question is out that this one would repeat. A mail that opens a ticket is a matter of its own, so
    there only many are too many; one that was answered with yes stands in nobody's way."""
    asked = select(Hold.id).where(
        Hold.person_id == row.person_id, Hold.ticket_number.is_not_distinct_from(row.ticket_number),
        Hold.asked_at > now - ASK_AGAIN, Hold.state != "released",
    )  # fmt: skip
    most = 1 if row.ticket_number is not None else MOST_QUESTIONS
    return len(session.scalars(asked.limit(most)).all()) >= most


def _ask(
    session: Session, act: Act, inbound: InboundMail, message: Message, person: Person, ticket: Ticket | None,
    stand: Standing,
) -> str | None:  # fmt: skip
    """Put the question; why it cannot go out, or None."""
    reading = read_commands(message.new_text)
    facts = {
        "reason": stand.because,
        "failed": stand.failed,
        # A forger's words come back to the person; codes and links in them do not.
        "would": [one_line(mask_codes(command.line), 100) for command in reading.commands],
        "words": one_line(mask_codes(reading.words), SHOWN_WORDS),
        "to_requester": bool(reading.words or message.files) and not reading.internal and ticket is not None,
        "files": len(message.files),
        "mail_subject": mask_codes(plain_subject(message.subject)),
        "subject": mask_codes(plain_subject(message.subject)),
        "minutes": int(LAPSES.total_seconds() // 60),
    }
    address = hold_address(act.desk.address, inbound.id, person.id, act.desk.signing_keys[0])
    wish = Wish(person, "held", act.cause, ticket, facts=facts, answers_mail=True, reply_to=address)
    return queue(session, act.desk, wish, act.now).reason


def warn_owner(session: Session, act: Act, owner_id: int, sender: Person, ticket: Ticket) -> None:
    """Tell somebody, once a day for a ticket, that his own signed address was used in another name."""
    owner = session.get(Person, owner_id)
    told = select(Notice.id).where(
        Notice.template == "warning", Notice.person_id == owner_id, Notice.ticket_number == ticket.number,
        Notice.created_at > act.now - WARN_AGAIN,
    )  # fmt: skip
    if owner is None or owner.id == sender.id or session.scalar(told.limit(1)) is not None:
        return
    facts = {"in_name_of": one_line(sender.name or "", 100) if sender.rostered else ""}
    queue(session, act.desk, Wish(owner, "warning", act.cause, ticket, facts=facts), act.now)
    whose = owner.name or owner.address
    record(session, act, ticket, "warned", None, None, f"{whose} is told that the signed address was used by another")


def lapse(session: Session, desk: DeskIdentity, now: datetime) -> int:
    """Let go what nobody has confirmed within the hour; how many. The mails stay held, and can be read."""
    query = select(Hold).where(Hold.state == "waiting", Hold.held_at <= now - LAPSES).order_by(Hold.id).limit(AT_ONCE)
    rows = session.scalars(query.with_for_update(skip_locked=True)).all()
    for row in rows:
        end(session, Act(desk, f"mail:{row.inbound_id}", now, None, row.inbound_id), row, "lapsed", LAPSED)
    return len(rows)


LAPSED = "nobody confirmed it within an hour"


def end(session: Session, act: Act, row: Hold, state: str, because: str) -> None:
    """End a hold, and say so in the ticket's history and in the mail's reason."""
    row.state, row.settled_at = state, act.now
    if row.ticket_number is not None:
        ticket = session.get_one(Ticket, row.ticket_number)
        record(session, act, ticket, state, None, None, f"the held mail m{row.inbound_id}: {because}")
    if state != "released":
        inbound = row.inbound
        inbound.reason = f"{inbound.reason or 'held'}; {state}: {because}"[:2_000]
