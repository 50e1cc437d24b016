"""The answer to "was it you?": a held mail is set free once, or not at all.

In:       a mail that came to the signed address of a held mail.
Out:      Freed: the mail to be carried out now, if any; the answer settled.
Not here: the question (desk.holding), carrying out (desk.pipeline).

The address was sent to one person alone, so who writes to it from his own address has that person's mailbox. But a
question wants a clear answer: words that are neither yes nor no release nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.act import Act, record
from desk.authority import verdict_of
from desk.commands import read_commands
from desk.header_gate import read_gate
from desk.holding import LAPSED, LAPSES, end, warn_owner
from desk.proof import AuthSettings, Evidence, judge, level_of
from desk.settling import settle
from intake.message import Message
from models import Hold, InboundMail, Person, Ticket
from models.address import HoldClaim, hold_address, read_hold
from notifier.outbox import Wish, queue, was_told

_WHERE = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "x-delivered-to")
_SIGNS = re.compile(r"[^\w\s#']+")
_YES = frozenset(said.strip() for said in """
    #release|release|#yes|yes|yes it was|yes it was me|yes that was me|yes this was me|yes it's me|it was me|that was me
    this was me|yes i did|yep|yeah|ok|okay|ok yes|confirmed|i confirm|confirm|yes please|please do|go ahead
    yes go ahead|yes please release it|yes thanks|yes thank you|yes it was me thanks|yes that was me thanks
    #sí|#si|sí|si|sí fui yo|si fui yo|fui yo|sí era yo|si era yo|era yo|confirmo|confirmado|sí confirmo|si confirmo
    adelante|sí adelante|si adelante|sí por favor|si por favor|sí gracias|si gracias|#liberar|liberar|de acuerdo
""".replace("\n", "|").split("|")) - {""}  # fmt: skip
_NO = re.compile(
    r"#refuse|#no\b|no\b|nope\b|not me\b|it wasn'?t me|that wasn'?t me|it was not me|that was not me|i did ?n[o']?t\b|"
    r"#rechazar|no fui yo|yo no\b"
)


@dataclass(frozen=True)
class Answer:
    """The mail that answers."""

    inbound: InboundMail
    message: Message
    sender: Person


@dataclass(frozen=True)
class Freed:
    """What an answer sets free: the held mail, its author, its ticket if it has one, and because of what."""

    inbound: InboundMail
    person: Person
    ticket: Ticket | None
    because: str


def find_hold(message: Message, delivered_to: Sequence[str], keys: Sequence[bytes]) -> HoldClaim | None:
    """The genuine claim of a held mail's address, in the envelope or the header; None without one."""
    named = [box.address for box in (*message.to, *message.cc) if box.address]
    traces = [value for name in _WHERE for value in message.fields_named(name)]
    for text in (*delivered_to, *named, *traces):
        claim = read_hold(text, keys)
        if claim is not None and claim.genuine:
            return claim
    return None


def read_word(text: str) -> str:
    """`yes`, `no`, or "" when the words are neither; one line of thanks or a name below changes nothing."""
    lines = [line for line in text.replace("’", "'").replace("\u00a0", " ").splitlines() if line.strip()]
    if not lines:
        return ""
    first = " ".join(_SIGNS.sub(" ", lines[0][:200]).casefold().replace("# ", "#").split())
    if first in _YES and len(lines) <= 3 and not any(_NO.match(line.strip().casefold()) for line in lines[1:]):
        return "yes"
    return "no" if _NO.match(first) else ""


def answer_hold(session: Session, act: Act, mail: Answer, claim: HoldClaim, auth: AuthSettings) -> Freed | None:
    """Take an answer to our question, settle it, and give the held mail when it is to be carried out."""
    row = session.scalar(select(Hold).where(Hold.inbound_id == claim.mail_id).with_for_update())
    if row is None:
        settle(mail.inbound, "screened", "an answer about a held mail that is not there any more", act.now)
        return None
    ticket = session.get(Ticket, row.ticket_number) if row.ticket_number else None
    mail.inbound.ticket_number = row.ticket_number
    lacking = _lacking(mail, row, claim, auth)
    if lacking is not None:
        _not_his(session, act, mail, row, ticket, lacking, claim)
        return None
    if row.state == "waiting" and act.now - row.held_at > LAPSES:
        end(session, replace(act, who=None), row, "lapsed", LAPSED)
    word = read_word(mail.message.new_text)
    outcome = row.state if row.state != "waiting" else {"yes": "yes", "no": "refused", "": "unclear"}[word]
    settle(mail.inbound, "screened", f"the answer about m{row.inbound_id}: {outcome}", act.now)
    if outcome == "yes":
        because = f"{act.who.name or act.who.address if act.who else '?'} confirmed it by m{mail.inbound.id}"
        end(session, act, row, "released", because)
        return Freed(row.inbound, row.person, ticket, because)
    if outcome == "refused" and row.state == "waiting":
        end(session, act, row, "refused", f"its supposed author says it was somebody else, by m{mail.inbound.id}")
    again = hold_address(act.desk.address, row.inbound_id, row.person_id, act.desk.signing_keys[0])
    tell_outcome(session, act, ticket, row.person, outcome, again if outcome == "unclear" else None)
    return None


def speaks_for_itself(message: Message) -> bool:
    """Whether somebody wrote commands instead of yes or no: then it is judged as any other mail."""
    return not read_word(message.new_text) and bool(read_commands(message.new_text).commands)


def tell_freed(session: Session, act: Act, freed: Freed, ticket: Ticket | None) -> None:
    """Say that it was done, unless the receipt of its commands says so already."""
    if not was_told(session, f"mail:{freed.inbound.id}", freed.person, ("receipt", "help")):
        tell_outcome(session, act, ticket, freed.person, "done")


def tell_outcome(
    session: Session, act: Act, ticket: Ticket | None, person: Person, outcome: str, reply_to: str | None = None
) -> None:
    """One line to the person who answered: what has become of the held mail; `reply_to` to answer once more."""
    facts = {"outcome": outcome}
    queue(session, act.desk, Wish(person, "released", act.cause, ticket, facts=facts, answers_mail=True,
                                  reply_to=reply_to), act.now)  # fmt: skip


def _lacking(mail: Answer, row: Hold, claim: HoldClaim, auth: AuthSettings) -> str | None:
    """Why this answer is not the asked person's, or None: his own signed address and his own From."""
    if not mail.sender.works_here:
        return "its author does not work here"
    gate = read_gate(mail.inbound.raw)
    own = mail.sender.id == row.person_id and gate.address in {one.address for one in mail.sender.addresses}
    token = "own" if claim.person_id == row.person_id == mail.sender.id else "other"
    verdict = verdict_of(mail.inbound, gate, auth, ask_dns=False) if gate.fault is None else None
    evidence = Evidence(gate.fault, own, token, verdict.value if verdict else "none")
    found = judge(level_of("release", auth.proof), evidence)
    return None if found.proved else found.because


def _not_his(
    session: Session, act: Act, mail: Answer, row: Hold, ticket: Ticket | None, lacking: str, claim: HoldClaim
) -> None:
    by_desk = replace(act, who=None)
    said = f"an answer about the held mail m{row.inbound_id} that is not proved: {lacking}"
    settle(mail.inbound, "held", said, act.now)
    if ticket is not None:
        record(session, by_desk, ticket, "held", None, None, said)
        if claim.person_id != mail.sender.id:
            warn_owner(session, by_desk, claim.person_id, mail.sender, ticket)
