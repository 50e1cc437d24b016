"""Balancing the books: every accepted mail has exactly one effect, every notice went out, none twice without need.

In:       the database, what was accepted, what the smarthost has received.
Out:      a list of sentences about what does not balance; empty when all is well.
Not here: making trouble (tests.crash.siege).
"""

import itertools
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select

from models import Entry, InboundMail, Notice, Store, Ticket
from tests.servers.smtp_sink import SmtpSink

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>]+)>", re.IGNORECASE | re.MULTILINE)


def wait_until_quiet(store: Store, patience: float) -> None:
    """Wait until no mail waits for the worker and no notice for the sender."""
    end = time.monotonic() + patience
    while True:
        with store.reading() as session:
            mails = session.scalar(select(func.count()).where(InboundMail.state == "received"))
            due = Notice.due_at <= datetime.now(UTC)  # a digest gathers for some minutes
            notices = session.scalar(select(func.count()).where(Notice.state == "queued", due))
        if not mails and not notices:
            return
        assert time.monotonic() < end, f"{mails} mails and {notices} notices still wait"
        time.sleep(0.1)


def balance(
    store: Store, accepted: Iterable[int], run: str, sink: SmtpSink | None, lives: Sequence[int] = ()
) -> list[str]:
    """Everything that is not as promised. `lives`: how many mails the sink had at the beginning of each life."""
    wanted = {f"{run}.{number}@mail.example" for number in accepted}
    if sink is None:
        return _mails(store, wanted, run)
    return _mails(store, wanted, run) + _notices(store, sink, wanted) + _repeated(sink, lives)


def _mails(store: Store, wanted: set[str], run: str) -> list[str]:
    with store.reading() as session:
        rows = session.execute(
            select(InboundMail.message_id, InboundMail.state, InboundMail.id, InboundMail.ticket_number, InboundMail.reason)
        ).all()
        entries = Counter(session.scalars(select(Entry.inbound_id).where(Entry.inbound_id.is_not(None))))
        tickets = Counter(row.ticket_number for row in rows)
        numbers = set(session.scalars(select(Ticket.number)))
    ours = [row for row in rows if (row.message_id or "").strip("<>").startswith(f"{run}.")]
    found = Counter((row.message_id or "").strip("<>") for row in ours)
    unread = [row for row in rows if row.message_id is None]  # set aside before anybody looked into them
    wrong = [f"m{row.id} is {row.state} unread: {row.reason}" for row in unread]
    wrong += [f"lost: {name}" for name in wanted - set(found)]
    wrong += [f"stored {count} times: {name}" for name, count in found.items() if count != 1]
    wrong += [f"m{row.id} is {row.state}" for row in ours if row.state != "ticketed"]
    wrong += [f"m{row.id} has {entries[row.id]} entries" for row in ours if entries[row.id] != 1]
    wrong += [f"ticket {number} has {count} first mails" for number, count in tickets.items() if count != 1]
    return wrong + [f"a ticket without mail: {number}" for number in numbers - set(tickets)]


def _notices(store: Store, sink: SmtpSink, wanted: set[str]) -> list[str]:
    with store.reading() as session:
        notices = session.execute(
            select(Notice.message_id, Notice.state, Notice.due_at, Notice.template, Notice.in_reply_to)
        ).all()
    copies = Counter(names_of(sink))
    now = datetime.now(UTC)
    silent = [row for row in notices if row.state in ("suppressed", "gathered")]
    later = [row for row in notices if row.state == "queued" and row.due_at > now]
    due = {row.message_id.strip("<>"): row for row in notices if row not in silent and row not in later}
    wrong = [f"a notice is {row.state}" for row in due.values() if row.state != "sent"]
    wrong += [f"never went out: {row.template} {name}" for name, row in due.items() if not copies[name]]
    wrong += [f"nobody wrote this: {name}" for name in set(copies) - set(due)]
    # One acknowledgement a mail, whatever happened: all copies of it are one notice.
    answered = Counter((row.in_reply_to or "").strip("<>") for row in due.values() if row.template == "acknowledgement")
    wrong += [f"{count} acknowledgements of {name}" for name, count in answered.items() if count != 1]
    return wrong + [f"not acknowledged: {name}" for name in wanted - set(answered)]


def _repeated(sink: SmtpSink, lives: Sequence[int]) -> list[str]:
    """A death may repeat the one notice that was in hand then: one a life, and none within a life."""
    names = names_of(sink)
    wrong: list[str] = []
    earlier: set[str] = set()
    for start, end in itertools.pairwise([0, *lives, len(names)]):
        life = names[start:end]
        wrong += [f"went out twice in one life: {name}" for name, count in Counter(life).items() if count > 1]
        again = earlier & set(life)
        wrong += [f"{len(again)} notices again after one death"] if len(again) > 1 else []
        earlier.update(life)
    return wrong


def names_of(sink: SmtpSink) -> list[str]:
    """The Message-IDs of what went out, in order."""
    heads = [raw.partition(b"\r\n\r\n")[0] for _, raw in list(sink.mails)]
    return [found[1].decode() for head in heads if (found := _MESSAGE_ID.search(head))]


def repeats(sink: SmtpSink) -> int:
    """How many copies more than due went out."""
    names = names_of(sink)
    return len(names) - len(set(names))
