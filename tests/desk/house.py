"""A desk of sample people for the tests of its use-cases, worked by hand.

In:       a store.
Out:      Stage: put mails in, let them be carried, look at what came of it.
Not here: SMTP and IMAP (tests.acceptance).
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from classifier.triage import Found, Triage
from desk.pipeline import House
from desk.proof import AuthSettings
from desk.worker import Worker
from intake.inbox import Arrival, accept
from models import InboundMail, Notice, Store, Ticket
from notifier.settings import DeskIdentity
from tests.make import DESK, District, make_district, make_mail

KEY = b"a key of the tests, 32 bytes long"


class SaidTriage(Triage):
    """A judge that goes by what the subject says: "[training] …", "[fault+training] …", else unsure."""

    def __init__(self) -> None:  # the real one loads weights
        pass

    def classify(self, subject: str, text: str) -> Found:
        said = subject.partition("]")[0].partition("[")[2]
        kinds = tuple(kind for kind in said.partition(":")[0].split("+") if kind in ("fault", "training", "request"))
        category = said.partition(":")[2] or "other"
        return Found(
            kinds[0] if kinds else "none", {}, category, {}, bool(kinds), (f"the subject says '{said}'",), kinds
        )


@dataclass
class Stage:
    """A desk on one store."""

    store: Store
    now: datetime
    aliases: tuple[str, ...] = ()
    address: str = DESK
    auth: AuthSettings = field(default_factory=AuthSettings)
    own_categories: tuple[str, ...] = ()
    district: District = field(init=False)

    def __post_init__(self) -> None:
        self.desk = DeskIdentity("Oak District", self.address, self.aliases, "UTC", "en", (KEY,), self.own_categories)
        with self.store.writing() as session:
            self.district = make_district(session, mailbox=self.address)
        self.worker = Worker(self.store, House(self.desk, SaidTriage(), self.auth), "stage", lambda: self.now)

    def put(
        self, raw: bytes, *rcpt_to: str, mail_from: str | None = None, door: str = "smtp", trusted_peer: bool = False
    ) -> int:
        """Store one mail and return its id."""
        arrival = Arrival(door, rcpt_to or (self.address,), mail_from, trusted_peer)
        with self.store.writing() as session:
            return accept(session, raw, arrival, self.now).id

    def carry(self, raw: bytes, *rcpt_to: str, **arrival: object) -> InboundMail:
        """Store one mail, carry it through the house, and return its row."""
        mail_id = self.put(raw, *rcpt_to, **arrival)
        while self.worker.work():
            pass
        return self.mail(mail_id)

    def work_off(self, many: int, limit: int) -> None:
        """So many workers at once, each in a thread, until none finds anything."""
        workers = [Worker(self.store, self.worker.house, f"w{n}", lambda: self.now) for n in range(many)]

        def work(one: Worker) -> None:
            while one.work(limit=limit):
                pass

        threads = [threading.Thread(target=work, args=(one,)) for one in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def mail(self, mail_id: int) -> InboundMail:
        with self.store.reading() as session:
            return session.get_one(InboundMail, mail_id)

    def ticket(self, number: int) -> Ticket:
        """A ticket with its thread and people loaded."""
        with self.store.reading() as session:
            ticket = session.get_one(Ticket, number)
            for part in (ticket.entries, ticket.events, ticket.participants, ticket.requester.addresses):
                list(part)
            _ = ticket.assignee and ticket.assignee.addresses, ticket.team, ticket.school
            return ticket

    def tickets(self) -> list[Ticket]:
        with self.store.reading() as session:
            return list(session.scalars(select(Ticket).order_by(Ticket.number)))

    def notices(self, number: int | None = None, **wanted: object) -> list[Notice]:
        """The notices on a ticket that fit, oldest first."""
        with self.store.reading() as session:
            query = select(Notice).order_by(Notice.id)
            if number is not None:
                query = query.where(Notice.ticket_number == number)
            return list(session.scalars(query.filter_by(**wanted)))

    def answer(self, notice: Notice, text: str, *, sender: str, **fields: object) -> bytes:
        """A reply to a notice, as a mail program writes it."""
        return make_mail(
            sender=sender, to=notice.reply_to, subject=notice.subject, text=text,
            in_reply_to=notice.message_id, references=[*notice.references, notice.message_id], **fields,
        )  # fmt: skip

    def reply(self, notice: Notice, text: str, *, sender: str, **fields: object) -> InboundMail:
        """Put such a reply in and carry it."""
        return self.carry(self.answer(notice, text, sender=sender, **fields), notice.reply_to)
