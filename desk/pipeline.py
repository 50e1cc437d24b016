"""The way of one mail, from stored bytes to a settled outcome.

In:       an InboundMail that the worker has claimed.
Out:      the same row settled, and perhaps a ticket with its notices queued.
Not here: parsing, rules, wording, sending, commit.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from classifier.triage import Triage
from desk.act import Act, record
from desk.answering import take_answer
from desk.answers import WORKS, read_outcome
from desk.arrivals import (
    Envelope,
    entry_from,
    mailbox_teams,
    message_of,
    people_addressed,
    read_envelope,
    teacher_of,
)
from desk.authority import Standing, Suspect, may_open_for, standing, verdict_of
from desk.commands import read_commands
from desk.header_gate import read_gate
from desk.hold_answer import Answer, Freed, answer_hold, find_hold, speaks_for_itself, tell_freed
from desk.holding import hold
from desk.obey import obey
from desk.on_behalf import whom_for
from desk.opened_by_command import NOTHING_SAID, open_by_command, opens_by_command
from desk.priority import read_urgency
from desk.proof import AuthSettings, Judgement
from desk.settling import settle, settle_into, settle_twin
from desk.tickets import Draft, add_follow_up, join_teams, name_of, open_ticket
from desk.undelivered import note_undelivered
from desk.watchers import watch_by_mail
from desk.wording import first_words
from intake.attachments import ORNAMENT, mark_of
from intake.follow_up import Match, find_ticket
from intake.language import language_of
from intake.message import Message
from intake.own_group import author_of
from intake.requester import identify, school_named, school_of
from intake.screen import screen
from intake.thanks import is_only_thanks
from models import Entry, InboundMail, Person, School, Ticket
from models.memory import forget, remembered
from notifier.settings import DeskIdentity
from notifier.subject import plain_subject
from notifier.together import put_down


@dataclass(frozen=True)
class House:
    """What the way of a mail needs beside the database."""

    desk: DeskIdentity
    triage: Triage
    auth: AuthSettings = field(default_factory=AuthSettings)


@dataclass(frozen=True)
class Case:
    """One mail under way."""

    inbound: InboundMail
    message: Message
    envelope: Envelope
    sender: Person
    match: Match
    act: Act
    stand: Standing = field(default_factory=Standing)

    @property
    def proved(self) -> bool:
        """Whether its commands are obeyed."""
        return self.stand.proved

    @property
    def suspect(self) -> Suspect:
        """What is judged of it."""
        return Suspect(self.inbound, self.message, self.sender, self.match)


def process(session: Session, inbound: InboundMail, house: House, now: datetime) -> None:
    """Carry one mail through the house."""
    act = Act(house.desk, f"mail:{inbound.id}", now, inbound_id=inbound.id)
    envelope = read_envelope(session, inbound, house.desk)
    if inbound.ticket_number is not None:  # settled before; it has come to a further address since
        write_earlier(session, act)
        ticket = session.get_one(Ticket, inbound.ticket_number)
        join_teams(session, act, ticket, mailbox_teams(session, envelope, None, house.desk))
        settle_into(inbound, ticket, now)
        return
    message = message_of(session, inbound)
    if not message.holds_mail:
        settle(inbound, "quarantined", "the bytes hold no mail: not one header field was found", now)
        return
    if settle_twin(session, act, inbound, message, envelope, now):
        return
    came = (envelope.mail_from, envelope.desk_addresses)
    verdict = remembered(session, ("screened", inbound.id, *came), lambda: screen(message, *came))
    inbound.kind = verdict.kind
    if verdict.stops:
        write_earlier(session, act)
        note_undelivered(session, act, message, verdict.bounce)
        settle(inbound, "screened", f"{verdict.kind}: {verdict.because}", now)
        return
    author = author_of(message, envelope.desk_addresses)
    sender = identify(session, author, now) or anonymous(session, message)
    inbound.sender_id = sender.id
    asked = find_hold(message, envelope.delivered_to, house.desk.signing_keys)
    act = replace(act, who=sender)
    if asked is not None and not speaks_for_itself(message):
        write_earlier(session, act)
        freed = answer_hold(session, act, Answer(inbound, message, sender), asked, house.auth)
        if freed is not None:
            set_free(session, act, freed, house)
        return
    match = find_ticket(session, message, sender, envelope.delivered_to, house.desk.signing_keys)
    case = Case(inbound, message, envelope, sender, match, act)
    case = replace(case, stand=standing(session, case.suspect, house.auth))
    if case.stand.holds:
        write_earlier(session, act)
        hold(session, act, inbound, message, sender, match.ticket or match.possible, case.stand)
    else:
        go_on(session, case, house)


def go_on(session: Session, case: Case, house: House) -> None:
    """A mail that may do what it says: it opens a ticket, or joins one."""
    if case.match.ticket is None:
        settle_into(case.inbound, open_from(session, case, house), case.act.now)
    else:
        write_earlier(session, case.act)
        join(session, case, case.match.ticket, house)


def write_earlier(session: Session, act: Act) -> None:
    """Write what earlier mails of this transaction have left to its end: this one looks at more than itself."""
    put_down(session, act.desk, act.now)
    forget(session, "similar")


def set_free(session: Session, answer: Act, freed: Freed, house: House) -> None:
    """Carry out a held mail that its author has confirmed, as if it had been proved when it came."""
    inbound, sender = freed.inbound, freed.person
    message, envelope = message_of(session, inbound), read_envelope(session, inbound, house.desk)
    match = find_ticket(session, message, sender, envelope.delivered_to, house.desk.signing_keys)
    match = replace(match, ticket=freed.ticket or match.ticket)
    act = replace(answer, cause=f"mail:{inbound.id}", who=sender, inbound_id=inbound.id)
    go_on(session, Case(inbound, message, envelope, sender, match, act, Standing(True, freed.because)), house)
    ticket = session.get(Ticket, inbound.ticket_number) if inbound.ticket_number else None
    tell_freed(session, answer, freed, ticket)


def join(session: Session, case: Case, ticket: Ticket, house: House) -> None:
    """A mail that belongs to a ticket: a technician's reply, or more from the requester or a colleague."""
    inbound, message, sender, ticket = case.inbound, case.message, case.sender, ticket.lasting
    named = people_addressed(session, message, house.desk)
    if case.proved:
        record(session, case.act, ticket, "proved", None, None, case.stand.because)
        entry = entry_from(case.message, sender, inbound, case.act.now)
        obey(session, case.act, ticket, read_commands(message.new_text), entry)
        watch_by_mail(session, case.act, ticket, named)
        settle_into(inbound, ticket, case.act.now)
        return
    flag(session, case, ticket, house)
    bare = all(mark_of(file) == ORNAMENT for file in message.files)
    thanks = bare and (is_only_thanks(message.new_text) or read_outcome(message.new_text) == WORKS)
    if ticket.status == "closed" and not thanks:
        settle_into(inbound, open_from(session, case, house, follow_up_of=ticket.number), case.act.now)
        return
    entry = entry_from(message, sender, inbound, case.act.now)
    if not take_answer(session, case.act, ticket, entry):
        add_follow_up(session, case.act, ticket, entry, only_thanks=thanks)
    watch_by_mail(session, case.act, ticket, named)
    settle_into(inbound, ticket, case.act.now)


def flag(session: Session, case: Case, ticket: Ticket, house: House, doubt: str = "") -> None:
    """Words need no proof; but where the mail server says they are forged, who reads them should know."""
    failed = ""
    if house.auth.has_verdict:  # else nobody is asked, and the header need not be read once more
        found = verdict_of(case.inbound, read_gate(case.inbound.raw), house.auth, ask_dns=False)
        failed = found.because if found.value == "fail" else ""
    because = "; ".join(filter(None, (doubt, failed)))
    if because:
        record(session, replace(case.act, who=None), ticket, "doubtful", None, None, because)


def open_from(session: Session, case: Case, house: House, follow_up_of: int | None = None) -> Ticket:
    """A new ticket: the sender's, or the teacher's whose mail a technician forwards."""
    message, now = case.message, case.act.now
    reading = read_commands(message.new_text) if case.proved and case.sender.works_here else NOTHING_SAID
    if opens_by_command(reading):
        message = replace(message, new_text=reading.words, text=reading.words)
        case = replace(case, message=message)
    teacher = teacher_of(session, message, now) if case.sender.works_here else None
    proof = Judgement(case.proved, case.stand.because)
    if teacher is not None and not proof.proved:
        proof = may_open_for(case.suspect, house.auth)
    doubt = "" if teacher is None or proof.proved else f"a forward that opens nobody else's ticket: {proof.because}"
    if teacher is not None and (teacher.id == case.sender.id or not proof.proved):
        teacher = None
    entry = entry_from(message, case.sender, case.inbound, now)
    note, subject, words = None, message.subject, message.new_text or message.text
    if teacher is not None and message.forwarded is not None:
        subject, words = message.forwarded.subject or subject, message.forwarded.text
        entry, note = as_teacher_wrote(case, teacher)
    requester = whom_for(session, case.act, reading) or teacher or case.sender
    found = remembered(session, ("judged", subject, words), lambda: house.triage.classify(subject, words))
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
    if opens_by_command(reading):
        ticket = open_by_command(session, case.act, draft, reading, proof.because)
    else:
        ticket = open_ticket(session, case.act, draft)
        if proof.proved:
            record(session, case.act, ticket, "proved", None, None, proof.because)
    if teacher is not None and requester is teacher:
        whose = (name_of(case.sender), name_of(teacher), "whose mail was forwarded")
        record(session, case.act, ticket, "requester", *whose)
    flag(session, case, ticket, house, doubt)
    return ticket


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
