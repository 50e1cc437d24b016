"""May we write to this person now? The rules that keep machines from talking to each other.

In:       whom, at which address, in answer to what, and what has gone there within the hour.
Out:      None, or the reason for silence in words a technician understands.
Not here: whether an incoming mail is a person's (intake.screen), wording.

RFC 3834 section 2 (when not to respond) and section 3.1; RFC 5321 section 4.1.2 (a mailbox).
"""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.address import is_desk_address
from models.mail import Notice
from models.memory import remembered
from models.people import Person
from notifier.settings import DeskIdentity

HOUR = timedelta(hours=1)
STRANGER_PER_HOUR = 2
ROSTERED_PER_TOPIC = 2
ROSTERED_PER_HOUR = 10
# Who clears his list sends a command mail a minute, and must hear of each what could not be done. Questions about
# held mail are other people's doing.
RECEIPTS_PER_HOUR, QUESTIONS_PER_HOUR = 60, 20
OF_COMMANDS = frozenset({"receipt", "help"})
# What a technician gets back for commands: several an hour on one ticket are ordinary work, so counted apart.
RECEIPTS = frozenset({"receipt", "help", "held", "released"})

# One exact addr-spec (RFC 5321 section 4.1.2, RFC 6531 for other scripts), without quoted local parts, which
# hosts read in different ways.
_LOCAL = re.compile(r"[^\s<>()\[\],;:\\\"@.]+(?:\.[^\s<>()\[\],;:\\\"@.]+)*")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_NO_REPLY = r"(?:do[-_.]?)?(?:not?|nt)[-_.]?reply"
_MACHINE = re.compile(
    rf"(?:.*[-_.])?{_NO_REPLY}(?:[-_.].*)?|mailer-?daemon|postmaster|listserv|majordomo|"
    r"bounces?|bounces?-.*|.*-bounces?|owner-.*|.*-request"
)
# "pg_advisory_xact_lock" has two numbers: the first names this use, the second the correspondent.
_BUDGET_LOCK = 4711
_LOCK = text(
    "SELECT pg_advisory_xact_lock(:use, number) FROM "
    "(SELECT DISTINCT hashtext(who) AS number FROM unnest(CAST(:who AS text[])) AS who ORDER BY 1) AS numbers"
)


def reason_for_silence(
    session: Session, desk: DeskIdentity, person: Person, address: str, template: str,
    answers_mail: bool, topic: str, now: datetime,
) -> str | None:  # fmt: skip
    """Why no mail may go to this address now, or None when it may.

    Read within the transaction that queues the notice: the budget counts rows, this one too.
    """
    fixed = reason_by_address(desk, address)
    if fixed is not None:
        return fixed
    if not person.active:
        return "the person is no longer active"
    if not answers_mail:
        return None
    return _reason_by_budget(session, person, address, template, topic, now)


def reason_by_address(desk: DeskIdentity, address: str) -> str | None:
    """Why this address never gets mail, or None; needs no database."""
    if not is_usable_address(address):
        return "there is no usable address"
    if is_desk_address(address, desk.addresses):
        return "the address is the desk's own"
    if is_machine_address(address):
        return "the address belongs to a machine"
    return None


def is_usable_address(address: str) -> bool:
    """Whether this is exactly one addr-spec to which mail can go (lengths: RFC 5321 section 4.5.3.1)."""
    local, _, domain = address.rpartition("@")
    if not address.isprintable() or len(address.encode("utf-8")) > 254 or len(local.encode("utf-8")) > 64:
        return False
    labels = domain.split(".")
    return bool(_LOCAL.fullmatch(local)) and all(_LABEL.fullmatch(label) for label in labels)


def is_machine_address(address: str) -> bool:
    """Whether the local part is one behind which no person reads (RFC 2142, list and bounce addresses)."""
    local = address.rpartition("@")[0].lower()
    return any(_MACHINE.fullmatch(part) for part in (local, re.split(r"[+=]", local)[0]))


def _reason_by_budget(
    session: Session, person: Person, address: str, template: str, topic: str, now: datetime
) -> str | None:
    address = address.lower()
    recent = remembered(session, ("recent", address), lambda: read_recent(session, [address], now)[address])
    ordinary = [about for kind, about in recent if kind not in RECEIPTS]
    if not person.rostered:
        spent = len(recent) >= STRANGER_PER_HOUR
        return f"budget: {STRANGER_PER_HOUR} automatic mails an hour to one correspondent" if spent else None
    if template in RECEIPTS:
        alike = OF_COMMANDS if template in OF_COMMANDS else RECEIPTS - OF_COMMANDS
        most = RECEIPTS_PER_HOUR if template in OF_COMMANDS else QUESTIONS_PER_HOUR
        spent = sum(kind in alike for kind, _ in recent) >= most
        return f"budget: {most} receipts an hour" if spent else None
    if ordinary.count(topic) >= ROSTERED_PER_TOPIC:
        return f"budget: {ROSTERED_PER_TOPIC} automatic mails an hour on one topic"
    if len(ordinary) >= ROSTERED_PER_HOUR:
        return f"budget: {ROSTERED_PER_HOUR} automatic mails an hour to one correspondent"
    return None


def _take_turns(session: Session, addresses: list[str]) -> None:
    # Two workers that count at once would both find room. SQLite has one writer; PostgreSQL needs a lock
    # per correspondent, which ends with the transaction. Who wants several takes them in one order.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_LOCK, {"use": _BUDGET_LOCK, "who": addresses})


def read_recent(session: Session, addresses: Collection[str], now: datetime) -> dict[str, list[tuple[str, str]]]:
    """Template and topic of what answered each of these within the hour; nobody else counts until we commit."""
    found: dict[str, list[tuple[str, str]]] = {address: [] for address in addresses}
    _take_turns(session, list(found))
    # Silent ones were never sent and cost nothing.
    lately = (Notice.created_at > now - HOUR, Notice.answers_mail, Notice.state != "silent")
    rows = select(Notice.to_address, Notice.template, Notice.topic).where(Notice.to_address.in_(found), *lately)
    for address, template, topic in session.execute(rows):
        found[address].append((template, topic))
    return found
