"""`districtdesk check`: try everything the configuration names, and say what to do.

In:       Settings.
Out:      one Finding a thing tried.
Not here: repairing anything.
"""

import smtplib
import socket
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from desk.config import ConfigError, Settings
from desk.opening import LATER, WRONG, Unready, open_desk
from intake.poller import check_mailbox
from intake.settings import ListenerSettings
from models.words import WORKING_ROLES
from notifier.settings import DeliverySettings

PATIENCE_SECONDS = 10


@dataclass(frozen=True)
class Finding:
    """One thing tried: `problem` is empty when all is well; `status` is 0, 2 or 75."""

    what: str
    said: str
    status: int = 0

    def as_line(self) -> str:
        """For a terminal."""
        return f"{'ok  ' if self.status == 0 else 'FAIL'}  {self.what}: {self.said}"

    def as_row(self) -> dict[str, object]:
        """For scripts."""
        return {**asdict(self), "ok": self.status == 0}


def run_checks(settings: Settings) -> Iterator[Finding]:
    """Try the database, the listener, the way out, every mailbox, and whether somebody would get the mail."""
    yield Finding("configuration", settings.source)
    yield _database(settings)
    yield _listener(settings.listener)
    yield _delivery(settings.delivery)
    for mailbox in settings.mailboxes:
        problem = check_mailbox(mailbox)
        name = f"mailbox {mailbox.name}"
        yield Finding(name, problem, LATER) if problem else Finding(name, f"{mailbox.folder} can be read")
    yield _proof(settings)
    yield _people(settings)


def _database(settings: Settings) -> Finding:
    try:
        opened = open_desk(settings)
    except Unready as error:
        return Finding("database", str(error), error.status)
    except ConfigError as error:
        return Finding("directory", str(error).replace("\n", "; "), WRONG)
    kind = "SQLite" if opened.store.is_sqlite else "PostgreSQL"
    weak = None if opened.store.is_sqlite else _synchronous_commit(opened.store.engine)
    opened.close()
    return Finding("database", weak, WRONG) if weak else Finding("database", f"{kind}, schema up to date")


def _synchronous_commit(engine) -> str | None:  # type: ignore[no-untyped-def]
    """PostgreSQL keeps an acknowledged commit through a power cut only with synchronous_commit on."""
    with engine.connect() as connection:
        value = connection.exec_driver_sql("SHOW synchronous_commit").scalar()
    return None if value != "off" else "synchronous_commit is off: accepted mail could be lost; set it to 'on'"


def _listener(settings: ListenerSettings) -> Finding:
    place = f"{settings.host}:{settings.port}"
    if settings.tls_cert is not None:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(settings.tls_cert, settings.tls_key)
        except (OSError, ssl.SSLError) as error:
            said = f"[smtp] tls_cert and tls_key cannot be used ({error.strerror or error}); PEM files are expected"
            return Finding("smtp certificate", said, WRONG)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            said = f"[smtp] listen: {place} cannot be used ({error.strerror}); a running 'serve' may hold it already"
            return Finding("smtp listener", said, LATER)
    return Finding("smtp listener", f"{place} is free")


def _delivery(settings: DeliverySettings) -> Finding:
    if settings.templates is not None and not settings.templates.is_dir():
        return Finding("templates", f"[delivery] templates: {settings.templates} is no folder", WRONG)
    if settings.smarthost is None:
        return _outbox(settings.outbox)
    place = f"{settings.smarthost}:{settings.port}"
    try:
        _try_smarthost(settings)
    except smtplib.SMTPAuthenticationError:
        return Finding("smarthost", f"{place} refuses [delivery] username and password", WRONG)
    except (smtplib.SMTPException, ssl.SSLError) as error:
        return Finding("smarthost", f"{place} answers, but: {error}; look at [delivery] tls and port", LATER)
    except OSError as error:
        return Finding("smarthost", f"{place} cannot be reached ({error.strerror or error})", LATER)
    return Finding("smarthost", f"{place} takes our mail")


def _try_smarthost(settings: DeliverySettings) -> None:
    kind = smtplib.SMTP_SSL if settings.tls == "implicit" else smtplib.SMTP
    with kind(settings.smarthost or "", settings.port, timeout=PATIENCE_SECONDS) as client:
        if settings.tls == "starttls":
            client.starttls(context=ssl.create_default_context())
        if settings.username:
            client.login(settings.username, settings.password or "")
        client.noop()


def _outbox(folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding("outbox", f"[delivery] outbox: {folder} cannot be written ({error.strerror})", WRONG)
    return Finding("outbox", f"no smarthost is set; mails are laid in {folder}/")


def _proof(settings: Settings) -> Finding:
    if settings.trusted_results is None:
        return Finding("proof", "no verdict of a receiving server is configured; commands rest on token and From")
    said = f"[auth] trusted_results is set to '{settings.trusted_results}', but this version does not read it yet; "
    return Finding("proof", said + "commands rest on token and From")


def _people(settings: Settings) -> Finding:
    workers = [person for person in settings.people if person.role in WORKING_ROLES]
    if not workers:
        said = "the file names nobody who works tickets; unless a roster does, they wait in team Help Desk unseen"
        return Finding("people", said)
    return Finding("people", f"{len(workers)} who work tickets, {len(settings.schools)} schools in the file")
