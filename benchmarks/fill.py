"""Tickets by the hundred thousand, as years of work leave them behind.

In:       a district's database, how many tickets it is to have, texts.
Out:      rows of every table that a mail's way touches.
Not here: measuring.
"""

import hashlib
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text

from models import Address, Delivery, Entry, InboundMail, Notice, Person, School, Store, Team, Ticket, TicketEvent
from models.words import CATEGORIES

AT_ONCE = 2_000
BEGUN = datetime(2021, 8, 1, tzinfo=UTC)
SPAN = timedelta(days=5 * 365)


def fill_tickets(store: Store, tickets: int, texts: Sequence[str]) -> None:
    """Add tickets until there are so many; all of them older than today's."""
    with store.reading() as session:
        there = session.scalar(select(func.max(Ticket.number))) or 0
        mails = session.scalar(select(func.max(InboundMail.id))) or 0
        entries = session.scalar(select(func.max(Entry.id))) or 0
        requesters = session.execute(
            select(Person.id, Address.address).join(Address).where(Person.role == "requester")
        ).all()  # fmt: skip
        holders = session.scalars(select(Person.id).where(Person.role == "technician")).all()
        schools = session.scalars(select(School.id)).all()
        teams = session.scalars(select(Team.id)).all()
    dice = random.Random(there)
    for first in range(there + 1, tickets + 1, AT_ONCE):
        last = min(first + AT_ONCE - 1, tickets)
        rows: dict[Any, list[dict[str, Any]]] = {}
        for number in range(first, last + 1):
            who, address = dice.choice(requesters)
            _add(rows, number, number - there + mails, number - there + entries, tickets, who, address, dice,
                 dice.choice(holders), dice.choice(schools), dice.choice(texts), teams)  # fmt: skip
        with store.writing() as session:
            for table in (Ticket, InboundMail, Delivery, Entry, TicketEvent, Notice):
                session.connection().execute(insert(table.__table__), rows[table])
    _renumber(store)


def _add(
    rows: dict[Any, list[dict[str, Any]]], number: int, mail: int, entry: int, tickets: int, who: int, address: str,
    dice: random.Random, holder: int, school: int, words: str, teams: Sequence[int],
) -> None:  # fmt: skip
    at = BEGUN + SPAN * (number / max(tickets, 1))
    undone = dice.random() < 0.02
    status = dice.choice(("new", "open", "pending")) if undone else "closed"
    kind, key = dice.choice(("fault", "training", "request")), hashlib.sha256(str(number).encode()).hexdigest()
    message_id = f"{key[:24]}@old.example"
    rows.setdefault(Ticket, []).append({
        "number": number, "subject": " ".join(words[:60].split()), "status": status, "fault": kind == "fault",
        "training": kind == "training", "request": kind == "request", "category": dice.choice(CATEGORIES),
        "confident": dice.random() < 0.8, "priority": "normal", "level": 1, "language": "en", "requester_id": who,
        "school_id": school, "assignee_id": None if undone and dice.random() < 0.5 else holder,
        "team_id": dice.choice((None, *teams)), "opened_at": at, "updated_at": at,
        "closed_at": None if undone else at + timedelta(days=3),
    })  # fmt: skip
    rows.setdefault(InboundMail, []).append({
        "id": mail, "fingerprint": key, "content_key": key[::-1], "message_id": message_id, "raw": words.encode(),
        "size": len(words), "received_at": at, "state": "ticketed", "kind": "human", "reason": f"ticket #{number}",
        "settled_at": at, "attempts": 1, "ticket_number": number, "sender_id": who,
    })  # fmt: skip
    rows.setdefault(Delivery, []).append({
        "inbound_id": mail, "door": "smtp", "rcpt_to": "help@oakdistrict.example", "mail_from": address,
        "trusted_peer": False, "received_at": at,
    })  # fmt: skip
    rows.setdefault(Entry, []).append({
        "id": entry, "ticket_number": number, "at": at, "author_id": who, "author_address": address,
        "visibility": "public", "text": words, "folded": "", "message_id": message_id, "inbound_id": mail,
    })  # fmt: skip
    for what in ("opened", "assignee", "status"):
        rows.setdefault(TicketEvent, []).append({
            "ticket_number": number, "at": at, "who_id": who, "what": what, "before": None, "after": "x",
            "because": "as years ago", "inbound_id": mail,
        })  # fmt: skip
    for to, template in ((who, "acknowledgement"), (holder, "assigned")):
        rows.setdefault(Notice, []).append({
            "ticket_number": number, "entry_id": entry, "person_id": to,
            "to_address": address if to == who else f"h{to}@x", "template": template, "language": "en",
            "cause": f"mail:{mail}", "answers_mail": to == who, "topic": "x",
            "subject": f"Re: [#{number}]", "context": {}, "message_id": f"{template}.{key[:24]}@old.example",
            "references": [], "reply_to": "help@oakdistrict.example", "state": "sent", "created_at": at, "due_at": at,
            "attempts": 1, "sent_at": at,
        })  # fmt: skip


def _renumber(store: Store) -> None:
    """Let PostgreSQL's counters follow what was filled in, and let both databases count what there is."""
    with store.writing() as session:
        if not store.is_sqlite:
            for table, column in (("ticket", "number"), ("inbound_mail", "id"), ("entry", "id")):
                highest = f"(SELECT max({column}) FROM {table})"
                session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), {highest})"))
        session.execute(text("ANALYZE"))
