"""The part of `districtdesk check` that mails itself: does our mail come back, and what does its server say of it?

In:       Settings with a way out and a way in.
Out:      Findings: whether the mail came back, and what [auth] trusted_results should be.
Not here: the other things tried (desk.check); how a verdict is read (intake.authentication_results).

A command by mail is worth as much as the word of the server that receives it, and every host writes that word in a
form of its own. So one mail goes the whole way, marked so that no desk ever answers or tickets it.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage

from imapclient.exceptions import IMAPClientError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from desk.config import Settings
from desk.header_gate import read_gate
from desk.opening import WRONG
from intake.authentication_results import Results, is_server, read_results, trusted_verdict
from intake.imap_connect import Line, connect, hang_up
from intake.imap_trouble import MailboxTrouble
from intake.screen import LOOP_MARK
from intake.settings import MailboxSettings
from models import InboundMail, open_store

PATIENCE = 20.0
EVERY = 1.0
WHAT = "mail to itself"
SMALL_PRINT = (
    "mail that stays within one host is often not examined at all: what the host says of a technician's own mail is "
    "seen by 'districtdesk show' on a ticket that a technician has answered"
)


@dataclass(frozen=True)
class Said:
    """One finding in words: its status (0, or 2 for what is wrong), and whether it deserves a look."""

    said: str
    status: int = 0
    note: bool = False


def mail_itself(settings: Settings, send: Callable[[bytes], None]) -> Iterator[Said]:
    """Send one mail to the desk's own address, wait for it, and say what came of it; `send` may raise OSError."""
    message_id = f"check.{secrets.token_hex(12)}@{settings.desk.address.rpartition('@')[2]}"
    try:
        send(_probe(settings, message_id))
    except OSError as error:  # smtplib's are OSErrors too
        yield Said(f"it could not be sent ({type(error).__name__}); see the smarthost", note=True)
        return
    raw, begun = None, time.monotonic()
    while raw is None and time.monotonic() - begun < PATIENCE:
        time.sleep(EVERY)
        raw = _look(settings, message_id)
    if raw is None:
        yield Said(
            f"a mail to {settings.desk.address} has not come back within {PATIENCE:g} seconds; run the check again "
            "beside a running desk, or look whether the address is delivered to the mailbox that is read", note=True,
        )  # fmt: skip
        return
    yield from what_is_said(raw, settings.auth.trusted_results, settings.desk.address.rpartition("@")[2])


def what_is_said(raw: bytes, trusted: str | None, domain: str) -> Iterator[Said]:
    """What the receiving server wrote on a mail that came back, and what to make of it."""
    written = [value for name, value in read_gate(raw).fields if name == "authentication-results"]
    if not written:
        none = "it came back, but its server has written no Authentication-Results"
        if trusted is None:
            yield Said(f"{none}, so no verdict can be had from it", note=True)
        else:
            yield Said(f"{none}: with [auth] trusted_results = '{trusted}' every command would be held", WRONG)
        return
    top = read_results(written[0].decode("latin-1"))
    if top is None:
        yield Said("it came back, but its topmost Authentication-Results cannot be read", note=True)
        return
    name = top.server or "microsoft"
    said = _in_words(top)
    if trusted is None:
        how = f"to use its word, set [auth] trusted_results = '{name}'"
        yield Said(f"it came back; its server says: {said}; {how}", note=True)
    elif not is_server(top.server, trusted):
        how = f"set [auth] trusted_results = '{name}', not '{trusted}'"
        yield Said(f"it came back, but the word on top is of '{name}': {how}", WRONG)
    else:
        found = trusted_verdict(read_gate(raw).fields, trusted, domain)
        good = found.value == "pass"
        yield Said(f"it came back; {said}" if good else f"it came back; {found.because}; {SMALL_PRINT}", note=not good)


def _in_words(results: Results) -> str:
    name = f"'{results.server}' says " if results.server else "Exchange Online says "
    said = [f"{result.method}={result.value}" for result in results.found if result.method in ("spf", "dkim", "dmarc")]
    return name + (", ".join(said)[:200] or "nothing of spf, dkim or dmarc")


def _probe(settings: Settings, message_id: str) -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = settings.delivery.sender
    mail["To"] = settings.desk.address
    mail["Subject"] = "District Desk checks its own mail"
    mail["Date"] = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
    mail["Message-ID"] = f"<{message_id}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail[LOOP_MARK] = settings.desk.address
    mail.set_content("This mail was sent by 'districtdesk check' to see whether it comes back. It may be deleted.\n")
    return mail.as_bytes()


def _look(settings: Settings, message_id: str) -> bytes | None:
    """The mail, where a running desk has taken it already, or still in a mailbox."""
    found = _in_database(settings.database_url, message_id)
    for mailbox in settings.mailboxes:
        found = found or _in_mailbox(mailbox, message_id)
    return found


def _in_database(url: str, message_id: str) -> bytes | None:
    try:
        store = open_store(url)
    except (SQLAlchemyError, ImportError, OSError):
        return None
    try:
        with store.reading() as session:
            return session.scalar(select(InboundMail.raw).where(InboundMail.message_id == message_id).limit(1))
    except SQLAlchemyError:
        return None
    finally:
        store.close()


def _in_mailbox(settings: MailboxSettings, message_id: str) -> bytes | None:
    """Looked at without a trace: the folder is opened for reading only, so the poller finds the mail as it was."""
    try:
        client = connect(settings, Line())
    except (MailboxTrouble, IMAPClientError, OSError):
        return None
    try:
        for folder in filter(None, (settings.folder, settings.done_folder)):
            client.select_folder(folder, readonly=True)
            for uid in client.search(["HEADER", "Message-ID", message_id])[:1]:
                part = client.fetch([uid], ["BODY.PEEK[HEADER]"]).get(uid, {}).get(b"BODY[HEADER]")
                if isinstance(part, bytes):
                    return part
    except (IMAPClientError, OSError):
        return None
    finally:
        hang_up(client)
    return None
