"""The way of one mail, from stored bytes to a settled outcome.

In:       an InboundMail that the worker has claimed.
Out:      the same row settled, and perhaps a ticket with its notices queued.
Not here: parsing, rules, wording, sending, commit.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from classifier.triage import Triage
from desk.act import Act, record
from desk.answering import take_answer
from desk.answers import WORKS, read_outcome
from desk.arrivals import Envelope, entry_from, mailbox_teams, people_addressed, read_envelope, teacher_of
from desk.authority import gate, standing
from desk.commands import read_commands
from desk.obey import obey
from desk.priority import read_urgency
from desk.settling import settle, settle_into, settle_twin
from desk.telling import tell_technician
from desk.tickets import Draft, add_follow_up, join_teams, open_ticket
from desk.undelivered import note_undelivered
from desk.wording import first_words
from intake.attachments import ORNAMENT, mark_of
from intake.follow_up import Match, find_ticket
from intake.language import language_of
from intake.message import Message, read_message
from intake.own_group import author_of
from intake.requester import identify, school_named, school_of
from intake.screen import screen
from intake.thanks import is_only_thanks
from models import Entry, InboundMail, Person, School, Ticket
from notifier.settings import DeskIdentity
from notifier.subject import plain_subject


@dataclass(frozen=True)
class House:
    """What the way of a mail needs beside the database."""

    desk: DeskIdentity
    triage: Triage


@dataclass(frozen=True)
class Case:
    """One mail under way."""

    inbound: InboundMail
    message: Message
    envelope: Envelope
    sender: Person
    match: Match
    act: Act


def process(session: Session, inbound: InboundMail, house: House, now: datetime) -> None:
    """Carry one mail through the house."""
    act = Act(house.desk, f"mail:{inbound.id}", now, inbound_id=inbound.id)
    envelope = read_envelope(session, inbound, house.desk)
    if inbound.ticket_number is not None:  # settled before; it has come to a further address since
        ticket = session.get_one(Ticket, inbound.ticket_number)
        join_teams(session, act, ticket, mailbox_teams(session, envelope, None, house.desk))
        settle_into(inbound, ticket, now)
        return
    message = read_message(inbound.raw)
    if not message.holds_mail:
        settle(inbound, "quarantined", "the bytes hold no mail: not one header field was found", now)
        return
    if settle_twin(session, act, inbound, message, envelope, now):
        return
    verdict = screen(message, envelope.mail_from, envelope.desk_addresses)
    inbound.kind = verdict.kind
    if verdict.stops:
        note_undelivered(session, act, message, verdict.bounce)
        settle(inbound, "screened", f"{verdict.kind}: {verdict.because}", now)
        return
    author = author_of(message, envelope.desk_addresses)
    sender = identify(session, author, now) or anonymous(session, message)
    inbound.sender_id = sender.id
    match = find_ticket(session, message, sender, envelope.delivered_to, house.desk.signing_keys)
    case = Case(inbound, message, envelope, sender, match, Act(house.desk, act.cause, now, sender, inbound.id))
    if match.ticket is None:
        settle_into(inbound, open_from(session, case, house), now)
    else:
        join(session, case, match.ticket, house)


def join(session: Session, case: Case, ticket: Ticket, house: House) -> None:
    """A mail that belongs to a ticket: a technician's reply, or more from the requester or a colleague."""
    inbound, message, sender = case.inbound, case.message, case.sender
    stand = standing(inbound.raw, message, sender, case.match.claim)
    if stand.proved:
        entry = entry_from(case.message, sender, inbound, case.act.now)
        reading = read_commands(message.new_text)
        # A technician who asked for help himself writes as a requester, unless he commands.
        if sender.id != ticket.requester_id or reading.commands:
            obey(session, case.act, ticket, reading, entry)
            settle_into(inbound, ticket, case.act.now)
            return
    elif sender.works_here and sender.id != ticket.requester_id:
        hold(session, case, ticket, stand.because)
        return
    bare = all(mark_of(file) == ORNAMENT for file in message.files)
    thanks = bare and (is_only_thanks(message.new_text) or read_outcome(message.new_text) == WORKS)
    if ticket.status == "closed" and not thanks:
        settle_into(inbound, open_from(session, case, house, follow_up_of=ticket.number), case.act.now)
        return
    entry = entry_from(message, sender, inbound, case.act.now)
    if not take_answer(session, case.act, ticket, entry):
        add_follow_up(session, case.act, ticket, entry, only_thanks=thanks)
    settle_into(inbound, ticket, case.act.now)


def hold(session: Session, case: Case, ticket: Ticket, because: str) -> None:
    """Keep a mail that would act in a technician's name and cannot prove it; ask its supposed author."""
    supposed = case.sender.name or case.sender.address
    by_desk = replace(case.act, who=None)  # whoever wrote it, it was not proved to be the technician
    record(session, by_desk, ticket, "held", None, None, f"in the name of {supposed}: {because}")
    facts = {"reason": because}
    tell_technician(session, case.act, ticket, "held", facts, case.sender)
    settle(case.inbound, "held", f"in a technician's name, but {because}", case.act.now)
    case.inbound.ticket_number = ticket.number


def open_from(session: Session, case: Case, house: House, follow_up_of: int | None = None) -> Ticket:
    """A new ticket: the sender's, or the teacher's whose mail a technician forwards."""
    message, now = case.message, case.act.now
    teacher = teacher_of(session, message, now) if case.sender.works_here else None
    if teacher is not None and (gate(case.inbound.raw, message) or teacher.id == case.sender.id):
        teacher = None
    entry = entry_from(message, case.sender, case.inbound, now)
    note, subject, words = None, message.subject, message.new_text or message.text
    if teacher is not None and message.forwarded is not None:
        subject, words = message.forwarded.subject or subject, message.forwarded.text
        entry, note = as_teacher_wrote(case, teacher)
    requester = teacher or case.sender
    found = house.triage.classify(subject, words)
    possible = case.match.possible
    draft = Draft(
        subject=plain_subject(subject) or first_words(words) or "(no subject)",
        requester=requester, entry=entry, note=note, found=found,
        urgency=read_urgency(subject, words, found.ticket_kinds),
        language=language_of(f"{subject}\n{words}", requester.language or house.desk.language),
        school=_school(session, requester, f"{subject}\n{words}"),
        teams=mailbox_teams(session, case.envelope, message, house.desk),
        participants=people_addressed(session, message, house.desk),
        follow_up_of=follow_up_of or (possible.number if possible else None),
    )  # fmt: skip
    return open_ticket(session, case.act, draft)


def as_teacher_wrote(case: Case, teacher: Person) -> tuple[Entry, Entry | None]:
    """A forwarded mail as its teacher's entry, and the technician's covering words as a note for colleagues."""
    entry = entry_from(case.message, teacher, case.inbound, case.act.now, forwarded=True)
    if not case.message.new_text:
        return entry, None
    note = entry_from(case.message, case.sender, case.inbound, case.act.now, with_files=False)
    note.visibility = "internal"
    return entry, note


def anonymous(session: Session, message: Message) -> Person:
    """A requester whom nobody can answer: a person's mail is kept even when its From is no use."""
    person = Person(name=(message.author.name or "")[:200] or None, role="requester")
    session.add(person)
    session.flush()
    return person


def _school(session: Session, requester: Person, text: str) -> School | None:
    from_roster = school_of(requester)
    if from_roster is not None:
        return from_roster
    return school_named(text, requester.schools) if requester.schools else None
