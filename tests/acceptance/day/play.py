"""The scripted day, played: each mail handed in by its door, and everything that came of it read.

In:       a running desk, an IMAP account, a sink; steps.
Out:      Day: play(step) gives what happened in the script's own words.
Not here: the script, mail programs.
"""

import re
import textwrap
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote

from sqlalchemy import func, select

from desk.clock import keep_time
from desk.config import load_settings
from desk.opening import open_desk
from models import Delivery, InboundMail, Notice, Store, TicketEvent
from notifier.sender import Sender
from tests.acceptance.day.machines import away, bounce
from tests.acceptance.day.people import PEOPLE, short_name
from tests.acceptance.day.programs import Letter, written
from tests.acceptance.day.steps import Later, Step
from tests.acceptance.desk_process import DESK, DOMAIN, RunningDesk
from tests.servers.smtp_sink import SmtpSink

PATIENCE = 45.0  # a mail that IMAP does not announce is found within half a minute
_LINK = re.compile(r'href="mailto:([^"?]+)\?subject=([^"&]*)&(?:amp;)?body=([^"]*)"')


@dataclass
class Day:
    """One day at one desk."""

    desk: RunningDesk
    store: Store
    sink: SmtpSink
    imap: Any
    handed_in: int = 0
    seen_events: int = 0
    seen_notices: dict[int, str] = field(default_factory=dict)
    last: bytes = b""
    doors: dict[str, int] = field(default_factory=lambda: {"smtp": 0, "imap": 0})

    def play(self, step: Step) -> str:
        """Hand in one mail, wait until the desk is quiet, and tell what happened."""
        raw, to = self._mail(step)
        self.last = raw
        self.handed_in += 1
        self.doors[step.door] += 1
        if step.door == "imap":
            self.imap.append(raw)
        else:
            mail_from = "" if step.program in ("away", "bounce") else PEOPLE[step.who].address
            code, said = self.desk.send(raw, to, mail_from=mail_from)
            assert code == 250, said
        return self._what_happened(self._wait_quiet())

    def _mail(self, step: Step) -> tuple[bytes, str]:
        if step.again:
            return self.last, DESK
        writer, number = PEOPLE[step.who], self.handed_in + 1
        told = self.received(step.who, step.answers) if step.answers else None
        words = textwrap.dedent(step.words).strip()
        to, subject = DESK, step.subject
        if told is not None:
            to, subject = told["Reply-To"].addresses[0].addr_spec, str(told["Subject"])
        if step.program == "bounce":
            assert told is not None
            return bounce(told, writer), DESK
        if step.program == "away":
            return away(writer, to, subject, words, _now()), to
        if step.program == "tap":
            assert told is not None
            to, subject, words = one_tap(told, words)
        if step.drops_plus:
            to = DESK
        inside = (PEOPLE[step.forwards[0]], *step.forwards[1:]) if step.forwards else None
        letter = Letter(number, writer, to, subject, words, _now(), told, inside, shows_id=step.program != "tap")
        return written(letter, step.program, _verdict(writer.address, step.verdict)), to

    def received(self, who: str, which: str) -> EmailMessage:
        """The latest notice of that template on that ticket that this person has got, as it came to the sink."""
        template, _, number = which.partition(" #")
        wanted = select(Notice.message_id).where(
            Notice.template == template, Notice.ticket_number == int(number),
            Notice.to_address == PEOPLE[who].address,
        )  # fmt: skip
        with self.store.reading() as session:
            message_id = session.scalar(wanted.order_by(Notice.id.desc()).limit(1))
        assert message_id, f"{who} has had no {which}"
        (found,) = [mail for mail in self.sink.to(PEOPLE[who].address) if mail["Message-ID"] == f"<{message_id}>"]
        return found

    def _wait_quiet(self) -> InboundMail:
        """Wait until every mail handed in is settled and every notice that is due has gone."""
        end = time.monotonic() + PATIENCE
        while True:
            with self.store.reading() as session:
                arrived = session.scalar(select(func.count()).select_from(Delivery))
                busy = session.scalar(select(InboundMail.id).where(InboundMail.state == "received").limit(1))
                due = session.scalar(select(Notice.id).where(Notice.state == "queued").limit(1))
                if arrived == self.handed_in and busy is None and due is None:
                    newest = select(Delivery).order_by(Delivery.id.desc()).limit(1)
                    return session.scalars(newest).one().inbound
            assert time.monotonic() < end, f"{arrived} of {self.handed_in} arrived; m{busy} waits, notice {due} waits"
            time.sleep(0.03)

    def _what_happened(self, mail: InboundMail) -> str:
        number = f" #{mail.ticket_number}" if mail.ticket_number else ""
        return "\n".join([f"{mail.state}{number}", *self.news()])

    def news(self) -> list[str]:
        """What the history has gained since this was asked last, and which notices are new or stand otherwise."""
        with self.store.reading() as session:
            events = session.scalars(select(TicketEvent).where(TicketEvent.id > self.seen_events).order_by(TicketEvent.id))
            lines = []
            for event in events:
                lines.append(event_line(event))
                self.seen_events = event.id
            for notice in session.scalars(select(Notice).order_by(Notice.id)):
                if self.seen_notices.get(notice.id) != notice.state:
                    lines.append(notice_line(notice))
                    self.seen_notices[notice.id] = notice.state
        return lines

    def pass_time(self, later: Later, day: datetime) -> str:
        """What the stopped desk's own clock does at a later moment; what is due goes out to the sink."""
        now = datetime(day.year, day.month, day.day, later.hour, tzinfo=UTC) + timedelta(days=later.days)
        opened = open_desk(load_settings(str(self.desk.folder / "districtdesk.toml"), {}))
        try:
            keep_time(opened.store, opened.desk, now)
            sender = Sender(opened.store, opened.desk, opened.settings.delivery, lambda entry_id: ())
            while sender.send_due(now):
                pass
        finally:
            opened.close()
        return "\n".join(self.news())


def event_line(event: TicketEvent) -> str:
    """One line of the history in the script's words."""
    change = f" {event.before or '-'} > {event.after or '-'}" if event.before or event.after else ""
    return f"#{event.ticket_number} {short_name(event.who.name if event.who else None)}: {event.what}{change}"


def notice_line(notice: Notice) -> str:
    """One notice in the script's words."""
    number = f" #{notice.ticket_number}" if notice.ticket_number else ""
    state = "" if notice.state == "sent" else f" ({notice.state})"
    return f"✉ {short_name(notice.to_address)}: {notice.template}{number}{state}"


def one_tap(mail: EmailMessage, words: str) -> tuple[str, str, str]:
    """The link of a mail of ours that writes these words: its address, subject and body, as a phone opens them."""
    html = mail.get_body(("html",))
    assert html is not None
    links = [tuple(map(unquote, found)) for found in _LINK.findall(html.get_content())]
    fitting = [link for link in links if link[2].strip() == words]
    assert fitting, f"no link says {words!r}; there are {[link[2].strip() for link in links]}"
    to, subject, body = fitting[0]
    return to, subject, body.strip()


def _verdict(address: str, verdict: str) -> str:
    """What the district's own mail server writes on top of every mail it takes."""
    return f"Authentication-Results: mx.{DOMAIN}; dmarc={verdict} header.from={address.partition('@')[2]}"


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
