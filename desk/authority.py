"""Who may command: a From line proves nothing.

In:       a mail, who it says it is from, the token it carries, what the district trusts.
Out:      Standing: whether it has a technician's authority, must be held, or is an ordinary mail; and why.
Not here: which command needs which proof (desk.proof), holding and asking (desk.holding), obeying (desk.obey).
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.commands import Reading, read_commands
from desk.header_gate import Gate, read_gate
from desk.proof import AuthSettings, Evidence, Judgement, judge, needed
from intake.authentication_results import Verdict, trusted_verdict
from intake.follow_up import BY_TOKEN, Match
from intake.message import Message
from intake.own_check import check_sender
from models import InboundMail, Person
from models.words import WORKING_ROLES

UNASKED = Verdict("unasked", "no mail server is asked for its word on the sender")
_TOKENS = {
    "own": "own signed address",
    "other": "another person's signed address",
    "none": "no signed address",
    "new": "a new mail, so no signed address",
}


@dataclass(frozen=True)
class Standing:
    """What a mail may do in its sender's name."""

    proved: bool = False
    because: str = "the sender does not work at the desk"
    holds: bool = False
    """Whether it must not go on: it would act in a name that it cannot prove."""
    asks: bool = False
    """Whether its supposed author is asked; nobody asks somebody who has left."""
    failed: bool = False
    """Whether the receiving mail server says that it is not from that domain."""
    owner_id: int | None = None
    """Whose signed address it came to, when that is somebody else."""


@dataclass(frozen=True)
class Suspect:
    """One mail to be judged."""

    inbound: InboundMail
    message: Message
    sender: Person
    match: Match


def standing(session: Session, mail: Suspect, auth: AuthSettings) -> Standing:
    """Judge a whole mail by the strictest proof that anything in it needs."""
    sender, match = mail.sender, mail.match
    if not sender.works_here:
        return _of_others(mail)
    reading = read_commands(mail.message.new_text)
    if not reading.commands and (match.ticket is None or sender.id == match.ticket.requester_id):
        return Standing(False, "it asks for nothing in a technician's name")
    gate = read_gate(mail.inbound.raw)
    evidence, verdict = gather(mail, gate, auth)
    found = judge(needed(wanted(reading, mail.message), auth.proof), evidence)
    if found.proved:
        found = _not_a_replay(session, mail, found)
    if found.proved:
        return Standing(True, found.because)
    return Standing(
        False, f"{found.because} ({evidence.because})", holds=True, asks=True, failed=verdict.value == "fail",
        owner_id=match.claim.person_id if match.claim and evidence.token == "other" else None,
    )  # fmt: skip


def may_open_for(mail: Suspect, auth: AuthSettings) -> Judgement:
    """Whether a technician's forward opens the ticket in the name of the teacher inside it."""
    if not mail.sender.works_here:
        return Judgement(False, "the sender does not work at the desk")
    evidence, _ = gather(mail, read_gate(mail.inbound.raw), auth)
    return judge(needed(("open-for",), auth.proof), evidence)


def gather(mail: Suspect, gate: Gate, auth: AuthSettings) -> tuple[Evidence, Verdict]:
    """What is known of who wrote a mail, and the mail server's word on it."""
    own = gate.address in {row.address for row in mail.sender.addresses}
    verdict = verdict_of(mail.inbound, gate, auth) if gate.fault is None and own else UNASKED
    token = _token(mail)
    said = "; ".join((
        "header in order" if gate.fault is None else gate.fault,
        _TOKENS[token] + (", and one that is not genuine" if mail.match.forged else ""),
        verdict.because,
    ))  # fmt: skip
    return Evidence(gate.fault, own, token, verdict.value, because=said), verdict


def verdict_of(inbound: InboundMail, gate: Gate, auth: AuthSettings, *, ask_dns: bool = True) -> Verdict:
    """The receiving server's word where the district trusts one, else our own check, else that nobody is asked.

    By our own port anybody can hand in a header, so there it counts only from the district's own relays.
    """
    found = UNASKED
    if auth.trusted_results is not None:
        if all(row.door != "smtp" or row.trusted_peer for row in inbound.deliveries):
            found = trusted_verdict(gate.fields, auth.trusted_results, gate.domain)
        else:
            found = Verdict("none", "it was handed in by a host that is none of the district's relays")
    if found.value in ("pass", "fail") or not (auth.verify and ask_dns):
        return found
    own = check_sender(inbound.raw, gate.domain, auth.find_text)
    return own if own.value == "pass" or found is UNASKED else Verdict("none", f"{found.because}; {own.because}")


def wanted(reading: Reading, message: Message) -> tuple[str, ...]:
    """Everything a reply would do: its commands, and its words, which go out in the technician's name."""
    names = tuple(command.name for command in reading.commands)
    speaks = bool(reading.words or message.files) and not reading.internal
    return (*names, "reply") if speaks or not names else names


def replay_key(message: Message, sender: Person, ticket: int | None) -> str:
    """The same for a mail that is sent again under another Message-ID, by whomever."""
    written = message.date.isoformat() if message.date else ""
    digest = hashlib.sha256()
    for part in (str(sender.id), str(ticket), written, " ".join(message.text.split())):
        digest.update(part.encode("utf-8", "replace") + b"\n")
    for file in message.files:
        digest.update(file.sha256.encode("ascii"))
    return digest.hexdigest()


def _of_others(mail: Suspect) -> Standing:
    """Requesters need no proof. Who once worked here keeps an old signed address: what comes with it is held."""
    sender, match = mail.sender, mail.match
    ticket = match.ticket or match.possible
    if sender.role not in WORKING_ROLES or ticket is None or sender.id == ticket.requester_id:
        return Standing()
    token = " with an old signed address of theirs" if _token(mail) == "own" else ""
    return Standing(False, f"its supposed author no longer works here{token}", holds=True)


def _token(mail: Suspect) -> str:
    claim = mail.match.claim
    if claim is None:
        return "none" if mail.match.ticket is not None else "new"
    if claim.person_id != mail.sender.id:
        return "other"
    return "own" if mail.match.how == BY_TOKEN else "none"


def _not_a_replay(session: Session, mail: Suspect, found: Judgement) -> Judgement:
    """The first mail of its author, date and words is taken note of; a second one is somebody's repetition."""
    number = mail.match.ticket.number if mail.match.ticket else None
    key = replay_key(mail.message, mail.sender, number)
    earlier = session.scalar(
        select(InboundMail.id).where(InboundMail.replay_key == key, InboundMail.id != mail.inbound.id)
    )
    if earlier is not None:
        return Judgement(False, f"it repeats m{earlier}, which has been carried out")
    mail.inbound.replay_key = key
    session.flush()
    return found
