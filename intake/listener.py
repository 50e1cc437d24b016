"""The SMTP door: refuse at RCPT, store at DATA, and say 250 only when the mail is kept.

In:       SMTP clients (RFC 5321), a function that stores one mail durably.
Out:      stored mails; replies with enhanced status codes (RFC 2034, RFC 3463).
Not here: what becomes of a mail.
"""

import asyncio
import errno
import ipaddress
import logging
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from sqlalchemy.exc import SQLAlchemyError

from intake.inbox import Arrival
from intake.settings import ListenerSettings
from models.address import is_desk_address

log = logging.getLogger(__name__)

MAX_RECIPIENTS = 100
MAX_CONNECTIONS = 500
IDLE_SECONDS = 300
DATA_SECONDS = 900
STREAM_LIMIT = 64 * 1024

Deposit = Callable[[bytes, Arrival], int]
"""Stores one mail durably and returns its id; raises when it could not."""


class Conversation(SMTP):
    """One client's session: aiosmtpd's, with a DATA phase that is bounded in bytes and in time."""

    line_length_limit = STREAM_LIMIT

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turn a client away when the house is full, before any work is done for it."""
        super().connection_made(transport)
        self.event_handler.open_connections.add(self)
        if len(self.event_handler.open_connections) > MAX_CONNECTIONS:
            self.refuse(b"421 4.7.0 Too many connections, try again later\r\n")

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the client."""
        self.event_handler.open_connections.discard(self)
        super().connection_lost(error)

    def refuse(self, reply: bytes) -> None:
        """Say a last word and hang up."""
        if isinstance(self.transport, asyncio.Transport) and not self.transport.is_closing():
            self.transport.write(reply)
            self.transport.close()

    async def handle_exception(self, error: Exception) -> str:
        """Never aiosmtpd's 500 with the exception's text: the fault is ours and passes, so 4xx."""
        log.error("smtp: a command failed: %s", type(error).__name__)
        return "451 4.3.0 Internal error, try again later"

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        """Take the mail's text (RFC 5321 section 4.1.1.4), never more than the size limit of it."""
        if await self.check_helo_needed():
            return
        envelope = self.envelope
        if envelope is None or not envelope.rcpt_tos:
            await self.push("503 5.5.1 Need RCPT command first")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self._read_content()
        if content is None:
            await self.push(f"552 5.3.4 Message is larger than {self.event_handler.settings.max_size} bytes")
        else:
            await self.push(await self.event_handler.keep(self.session, envelope, content))
        self._set_post_data_state()

    async def _read_content(self) -> bytes | None:
        """The mail without its final dot and dot-stuffing; None when it is too large.

        A line longer than the stream's limit comes in pieces; only a dot that begins a line counts.
        An over-long mail is read to its end, but not for more than ten times the limit.
        """
        kept, seen, line_begins = bytearray(), 0, True
        limit = self.event_handler.settings.max_size
        deadline = time.monotonic() + DATA_SECONDS
        next_timer = STREAM_LIMIT
        while True:
            try:
                line = await self._reader.readuntil(b"\r\n")
                whole = True
            except asyncio.LimitOverrunError as error:
                line = await self._reader.read(error.consumed)
                whole = False
            if line_begins and line == b".\r\n":
                break
            seen += len(line)
            if seen <= limit:
                kept += line[1:] if line_begins and line.startswith(b".") else line
            elif kept:
                kept = bytearray()
            if seen >= next_timer:  # bytes flow: the client is alive
                self._reset_timeout()
                next_timer = seen + STREAM_LIMIT
            if seen > 10 * limit or time.monotonic() > deadline:
                self.refuse(b"421 4.7.0 Too much or too slow, closing\r\n")
                raise asyncio.CancelledError
            line_begins = whole
        return bytes(kept) if seen <= limit else None


class Hall:
    """What all conversations share: whom we answer, where mail is kept, who is connected."""

    def __init__(self, settings: ListenerSettings, addresses: Callable[[], tuple[str, ...]], deposit: Deposit):
        self.settings = settings
        self.addresses = addresses
        self.deposit = deposit
        self.open_connections: set[Conversation] = set()
        self.storing = 0
        self.relays = [ipaddress.ip_network(relay, strict=False) for relay in settings.relays]
        self.threads = ThreadPoolExecutor(4, thread_name_prefix="smtp-store")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse here whatever is not for the desk, so that the sender's own server tells them."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not is_desk_address(address, self.addresses()):
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def keep(self, session: Session, envelope: Envelope, content: bytes) -> str:
        """Store one mail and choose the reply: 250 only after the commit (RFC 5321 section 6.1)."""
        # aiosmtpd hands the null reverse-path on as it was typed.
        mail_from = "" if envelope.mail_from in (None, "<>") else envelope.mail_from
        arrival = Arrival("smtp", tuple(envelope.rcpt_tos), mail_from, self.is_relay(session.peer))
        self.storing += 1
        try:
            loop = asyncio.get_running_loop()
            mail_id = await loop.run_in_executor(self.threads, self.deposit, content, arrival)
        except (SQLAlchemyError, OSError) as error:
            log.error("smtp: a mail could not be stored: %s", type(error).__name__)
            full = isinstance(error, OSError) and error.errno == errno.ENOSPC
            full = full or "full" in str(error).lower()
            return "452 4.3.1 Disk full, try again later" if full else "451 4.3.0 Not stored, try again later"
        finally:
            self.storing -= 1
        return f"250 2.0.0 OK stored as m{mail_id}"

    def is_relay(self, peer: Any) -> bool:
        """Whether this client is one of the district's own relays."""
        try:
            host = ipaddress.ip_address(str(peer[0]).partition("%")[0])
        except (ValueError, IndexError, TypeError):
            return False
        return any(host in network for network in self.relays)


class Listener:
    """The SMTP door on the running event loop."""

    def __init__(self, settings: ListenerSettings, addresses: Callable[[], tuple[str, ...]], deposit: Deposit):
        self.settings = settings
        self.hall = Hall(settings, addresses, deposit)
        self.server: asyncio.Server | None = None

    async def start(self) -> int:
        """Begin to listen and return the port; OSError when it is taken."""
        tls = _tls_context(self.settings)
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(
            lambda: Conversation(
                self.hall, data_size_limit=self.settings.max_size, enable_SMTPUTF8=True, tls_context=tls,
                hostname="districtdesk", ident="District Desk", timeout=IDLE_SECONDS, loop=loop,
            ),
            self.settings.host, self.settings.port,
        )  # fmt: skip
        return int(self.server.sockets[0].getsockname()[1])

    async def stop(self, patience: float = 10.0) -> None:
        """Take no new client, finish the mails in flight, then hang up."""
        if self.server is None:
            return
        self.server.close()
        end = time.monotonic() + patience
        while time.monotonic() < end and (self.hall.storing or self._in_transaction()):
            await asyncio.sleep(0.02)
        for conversation in list(self.hall.open_connections):
            conversation.refuse(b"421 4.3.2 Closing for now, try again later\r\n")
        await asyncio.sleep(0)
        self.hall.threads.shutdown(wait=True)

    def _in_transaction(self) -> bool:
        return any(open_.envelope and open_.envelope.rcpt_tos for open_ in self.hall.open_connections)


def _tls_context(settings: ListenerSettings) -> ssl.SSLContext | None:
    if settings.tls_cert is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.tls_cert, settings.tls_key)
    return context
