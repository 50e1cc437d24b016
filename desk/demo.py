"""`districtdesk demo`: a newcomer's two minutes with a desk that is real, but temporary.

In:       nothing but a free port on the loopback interface.
Out:      each mail's way on the screen, then the table of tickets; the desk stays up until Ctrl-C.
Not here: the district and the mails of the play.
"""

import contextlib
import json
import smtplib
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from desk.config import read_settings
from desk.demo_district import DESK, DOMAIN, sample_configuration
from desk.demo_mails import Scene, Told, scenes
from desk.demo_story import tell_way
from desk.opening import OpenDesk, now_utc, open_desk
from desk.service import Service
from desk.tables import ticket_table
from desk.views import list_tickets
from models import InboundMail, Notice, Person

PORT = 8025
PATIENCE_SECONDS = 60.0
_SIDES = {"requester": ("acknowledgement",), "technician": ("assigned", "assigned_team")}


def run_demo(*, once: bool, as_json: bool) -> int:
    """Play the morning; with `once` end after the table."""
    with (
        tempfile.TemporaryDirectory(prefix="districtdesk-demo-") as name,
        _desk_in(Path(name)) as (opened, service),
    ):
        quiet = as_json and once
        if not quiet:
            print(f"A temporary desk for Oak District ({DESK}) listens on 127.0.0.1:{service.smtp_port}.")
            print("A morning's mail comes in by SMTP. Beside each mail: what became of it, and why.\n")
        seen: set[int] = set()
        for number, scene in enumerate(scenes(), 1):
            mail_id = _play(opened, service, scene)
            if not quiet:
                way = tell_way(opened, number, scene.title, mail_id, repeated=mail_id in seen)
                print("\n".join(way), flush=True)
            seen.add(mail_id)
        _show_tickets(opened, as_json=quiet)
        if not once:
            _stay(opened, service, Path(name))
    return 0


@contextlib.contextmanager
def _desk_in(folder: Path) -> Iterator[tuple[OpenDesk, Service]]:
    settings = read_settings(sample_configuration(folder, _port()), "the demo's own district", {})
    opened = open_desk(settings)
    service = Service(opened, ("smtp", "worker", "sender"))
    is_ready = threading.Event()
    failures: list[Exception] = []

    def run() -> None:
        try:
            service.run(lambda _line: is_ready.set())
        except Exception as error:
            failures.append(error)
        finally:
            is_ready.set()

    thread = threading.Thread(target=run, name="demo-desk")
    thread.start()
    is_ready.wait()
    try:
        if failures:
            raise failures[0]
        yield opened, service
    finally:
        service.stop()
        thread.join()
        opened.close()


def _port() -> int:
    """The usual port, or any other when that one is taken."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", PORT))
        except OSError:
            return 0
    return PORT


def _play(opened: OpenDesk, service: Service, scene: Scene) -> int:
    told = _notice_answered(opened, scene) if scene.answers else None
    raw = scene.write(told)
    local = told.local if told else scene.sender
    sender = local if not local or "@" in local else f"{local}@{DOMAIN}"
    with smtplib.SMTP("127.0.0.1", service.smtp_port or 0, timeout=30) as client:
        client.ehlo("demo")
        client.mail(sender)
        client.rcpt(told.reply_to if told else DESK)
        code, reply = client.data(raw)
    if code != 250:
        raise RuntimeError(f"the desk answered {code} to its own demo")
    mail_id = int(reply.decode().rpartition(" m")[2])
    _wait_for(opened, mail_id)
    return mail_id


def _notice_answered(opened: OpenDesk, scene: Scene) -> Told:
    assert scene.answers is not None
    number, side = scene.answers
    with opened.store.reading() as session:
        notice = session.scalars(
            select(Notice).where(Notice.ticket_number == number, Notice.template.in_(_SIDES[side])).order_by(Notice.id)
        ).first()
        if notice is None:
            raise RuntimeError(f"the play expects a notice to the {side} of ticket {number}")
        person = session.get_one(Person, notice.person_id)
        local = notice.to_address.partition("@")[0]
        return Told(notice.reply_to, notice.message_id, notice.subject, local, person.name or local)


def _wait_for(opened: OpenDesk, mail_id: int) -> None:
    """Until the mail is settled and every notice has left."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with opened.store.reading() as session:
            waiting = session.scalar(select(InboundMail.state).where(InboundMail.id == mail_id)) == "received"
            due = (Notice.state == "queued", Notice.due_at <= now_utc())
            queued = session.scalar(select(func.count()).select_from(Notice).where(*due))
        if not waiting and not queued:
            return
        time.sleep(0.02)
    raise RuntimeError("the demo's desk did not settle its mail in time")


def _show_tickets(opened: OpenDesk, *, as_json: bool) -> None:
    with opened.store.reading() as session:
        rows = list(list_tickets(session))
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
        return
    print("\nThe tickets of this morning:\n")
    print("\n".join(ticket_table(rows)), flush=True)


def _stay(opened: OpenDesk, service: Service, folder: Path) -> None:
    """Show what else comes in, until Ctrl-C."""
    print(f"\nThe desk stays up. Write to it yourself, as anybody, to {DESK} by SMTP on port {service.smtp_port}:\n")
    print(
        f"    curl smtp://127.0.0.1:{service.smtp_port} --mail-from dana.kim@{DOMAIN} --mail-rcpt {DESK} -T mail.eml\n"
    )
    print(
        f"Its answers lie as .eml files in {folder / 'outbox' / 'new'}. Ctrl-C ends it and removes everything.",
        flush=True,
    )
    seen = _last_mail(opened)
    with contextlib.suppress(KeyboardInterrupt):
        while not service.stopping.is_set():
            time.sleep(0.3)
            while seen < _last_mail(opened):
                seen += 1
                _wait_for(opened, seen)
                print("\n".join(tell_way(opened, seen, "your mail", seen)), flush=True)
    print("\nThe demo's desk is closed.", file=sys.stderr)


def _last_mail(opened: OpenDesk) -> int:
    with opened.store.reading() as session:
        return session.scalar(select(func.max(InboundMail.id))) or 0
