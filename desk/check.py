"""`districtdesk check`: try everything the configuration names, and say what to do.

In:       Settings.
Out:      one Finding a thing tried.
Not here: repairing anything; the settings' own form (desk.config).
"""

import errno
import smtplib
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import func, select

from desk.check_mail import WHAT, mail_itself
from desk.config import DEFAULTS, ConfigError, Settings
from desk.opening import LATER, WRONG, OpenDesk, Unready, open_desk
from desk.preview import broken_templates
from desk.search import WITHOUT_FTS5, WITHOUT_PG_TRGM, has_index
from desk.tables import printable
from intake.own_check import is_installed
from intake.poller import check_mailbox
from intake.settings import ListenerSettings, MailboxSettings
from models import Person, School
from models.words import WORKING_ROLES
from notifier.settings import DeliverySettings

PATIENCE_SECONDS = 10
GREETING_SECONDS = 5
OUR_GREETING = "District Desk"
HOW_TO_TRUST = (
    "where your own authority has signed it, set the environment variable SSL_CERT_FILE to that authority's PEM file "
    "for every districtdesk command"
)


@dataclass(frozen=True)
class Finding:
    """One thing tried: `status` is 0, 2 or 75; `note` marks what works and yet deserves a look."""

    what: str
    said: str
    status: int = 0
    note: bool = False

    def as_line(self) -> str:
        """For a terminal."""
        word = "FAIL" if self.status else "note" if self.note else "ok"
        return f"{word:<4}  {self.what}: {self.said}"

    def as_row(self) -> dict[str, object]:
        """For scripts."""
        return {**asdict(self), "ok": self.status == 0}


def run_checks(settings: Settings) -> Iterator[Finding]:
    """Try the database, the listener, the way out, every mailbox, and whether somebody would get the mail."""
    is_bare = settings.source == DEFAULTS
    said = "no districtdesk.toml here, so the defaults hold" if is_bare else settings.source
    yield Finding("configuration", said, note=is_bare)
    yield from _desk(settings)
    yield from _templates(settings)
    yield (listener := _listener(settings.listener))
    yield (way_out := _delivery(settings.delivery))
    ways_in = [listener.note]  # a running desk takes what comes by SMTP
    for mailbox in settings.mailboxes:
        yield (found := _mailbox(mailbox))
        ways_in.append(found.status == 0)
    if settings.delivery.smarthost is not None and way_out.status == 0 and any(ways_in):
        yield from (Finding(WHAT, one.said, one.status, one.note) for one in mail_itself(settings, _sender(settings)))
    yield from _commands(settings)


def _templates(settings: Settings) -> Iterator[Finding]:
    """The district's own templates, each shown with sample data."""
    if settings.delivery.templates is None or not settings.delivery.templates.is_dir():
        return  # a folder that is not there is told with the delivery
    broken = broken_templates(settings.desk, settings.delivery)
    for one in broken:
        yield Finding("templates", f"{one}. Until it is mended our own is used", WRONG)
    if not broken:
        yield Finding("templates", f"those in {settings.delivery.templates} can be shown")


def _desk(settings: Settings) -> Iterator[Finding]:
    """The database, the directory in it, and whether anybody there works tickets."""
    try:
        opened = open_desk(settings)
    except Unready as error:
        yield Finding("database", str(error), error.status)
    except ConfigError as error:
        yield from (Finding("directory", problem, WRONG) for problem in error.problems)
    else:
        kind = "SQLite" if opened.store.is_sqlite else "PostgreSQL"
        weak = None if opened.store.is_sqlite else _synchronous_commit(opened.store.engine)
        yield Finding("database", weak, WRONG) if weak else Finding("database", f"{kind}, schema up to date")
        yield from _search(opened)
        yield _people(opened)
        opened.close()


def _search(opened: OpenDesk) -> Iterator[Finding]:
    """A note where the index of words could not be made: all works, only slower."""
    with opened.store.reading() as session:
        if not has_index(session):
            remedy = WITHOUT_FTS5 if opened.store.is_sqlite else WITHOUT_PG_TRGM
            yield Finding("search", f"tickets --query reads every ticket, slow from 10,000 on; {remedy}", note=True)


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
            if error.errno == errno.EADDRINUSE:
                return _held(settings, place)
            return Finding("smtp listener", f"[smtp] listen: {place} cannot be used ({error.strerror})", LATER)
    return Finding("smtp listener", f"{place} is free")


def _held(settings: ListenerSettings, place: str) -> Finding:
    """Somebody listens there: our own desk, or a stranger."""
    greeting = _greeting(settings)
    if OUR_GREETING in greeting:
        return Finding("smtp listener", f"a running desk holds {place}", note=True)
    who = f"it greets with '{printable(greeting)}'" if greeting else "it gives no greeting"
    said = f"[smtp] listen: {place} is held by another program ({who}); stop that one, or listen on another port"
    return Finding("smtp listener", said, LATER)


def _greeting(settings: ListenerSettings) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(settings.host, settings.host)
    try:
        with socket.create_connection((host, settings.port), timeout=GREETING_SECONDS) as client:
            return client.recv(512).decode("ascii", "replace").strip()[:80]
    except OSError:
        return ""


def _mailbox(settings: MailboxSettings) -> Finding:
    name = f"mailbox {settings.name}"
    problem = check_mailbox(settings)
    if problem is None:
        return Finding(name, f"{settings.folder} can be read")
    said = problem.removeprefix(f"{name}: ")
    return Finding(name, f"{said}; {HOW_TO_TRUST}" if "cannot be trusted" in said else said, LATER)


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
    except ssl.SSLCertVerificationError as error:
        said = f"the certificate of {place} is not trusted ({error.verify_message})"
        return Finding("smarthost", f"{said}; {HOW_TO_TRUST}", LATER)
    except (smtplib.SMTPException, ssl.SSLError) as error:
        return Finding("smarthost", f"{place} answers, but: {error}; look at [delivery] tls and port", LATER)
    except OSError as error:
        return Finding("smarthost", f"{place} cannot be reached ({error.strerror or error})", LATER)
    return Finding("smarthost", f"{place} takes our mail")


def _try_smarthost(settings: DeliverySettings) -> None:
    with _connected(settings) as client:
        _log_in(client, settings)
        client.noop()


def _log_in(client: smtplib.SMTP, settings: DeliverySettings) -> None:
    if settings.tls == "starttls":
        client.starttls(context=ssl.create_default_context())
    if settings.username:
        client.login(settings.username, settings.password or "")


def _connected(settings: DeliverySettings) -> smtplib.SMTP:
    """As the sender does it: the certificate must be trusted."""
    host, port = settings.smarthost or "", settings.port
    if settings.tls != "implicit":
        return smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
    return smtplib.SMTP_SSL(host, port, timeout=PATIENCE_SECONDS, context=ssl.create_default_context())


def _outbox(folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding("outbox", f"[delivery] outbox: {folder} cannot be written ({error.strerror})", WRONG)
    return Finding("outbox", f"no smarthost is set, so nobody gets our mails: they are laid in {folder}/", note=True)


def _commands(settings: Settings) -> Iterator[Finding]:
    """What a technician's commands are worth here."""
    auth = settings.auth
    if auth.verify and not is_installed():
        said = "[auth] verify = true proves nothing without one package more: pip install 'districtdesk[verify]'"
        yield Finding("commands", said, WRONG)
        return
    words = ([f"'{auth.trusted_results}' vouches for it"] if auth.trusted_results else []) + (
        ["its own signature does, by our own check"] if auth.verify else []
    )
    if words:
        proof = " or ".join(words)
        said = f"a technician's #commands are obeyed when the mail comes to their own secret reply address and {proof}"
        yield Finding("commands", said)
        return
    said = (
        "a technician's #commands are obeyed when the mail comes from their own address to the secret reply address "
        "that only they were sent; nobody is asked whether that From line is true: set [auth] trusted_results to the "
        "name of the server that receives your mail, or verify = true"
    )
    yield Finding("commands", said, note=True)


def _sender(settings: Settings) -> Callable[[bytes], None]:
    """One mail from the desk to itself, on the way that all our mails take."""

    def send(raw: bytes) -> None:
        with _connected(settings.delivery) as client:
            _log_in(client, settings.delivery)
            client.sendmail(settings.delivery.sender, [settings.desk.address], raw)

    return send


def _people(opened: OpenDesk) -> Finding:
    works = (Person.rostered, Person.active, Person.role.in_(WORKING_ROLES))
    with opened.store.reading() as session:
        workers = session.scalar(select(func.count(Person.id)).where(*works)) or 0
        schools = session.scalar(select(func.count(School.id))) or 0
    if not workers:
        said = (
            "nobody works tickets: they wait in the team Help Desk and no one is told; name somebody with a role such "
            "as \"technician\" in [[person]], or import a roster"
        )
        return Finding("people", said, note=True)
    return Finding("people", f"who work tickets: {workers}; schools: {schools}")
