"""The SMTP door: refuse at RCPT, store at DATA, and say 250 only when the mail is kept.

In:       SMTP clients (RFC 5321), the queue that stores mail durably (intake.group_commit).
Out:      stored mails; replies with enhanced status codes (RFC 2034, RFC 3463).
Not here: the dialogue (intake.conversation), what becomes of a mail.
"""

import asyncio
import contextlib
import errno
import ipaddress
import logging
import ssl
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import DBAPIError

from intake.clients import MOST_CONNECTIONS, Clients, place_of
from intake.conversation import IDLE_SECONDS, Conversation
from intake.group_commit import GroupCommit, Outcome, QueueFull
from intake.inbox import Arrival
from intake.settings import ListenerSettings
from models.address import is_desk_address

log = logging.getLogger(__name__)

MAX_RECIPIENTS = 100
EVICTABLE_SECONDS = 5.0
"""How long a client must have been silent before it gives up its place to another."""
MEMORY_BYTES = 64 * 1024 * 1024
"""For the texts of all mails being received, or two of the largest where that is more."""
BACKLOG = 512
_ADDRESSES_KNOWN = 4096


class Hall:
    """What all conversations share: whom we answer, where mail is kept, who is connected."""

    def __init__(self, settings: ListenerSettings, addresses: Callable[[], tuple[str, ...]], drawer: GroupCommit):
        self.settings = settings
        self.addresses = addresses
        self.drawer = drawer
        self.open_connections: set[Conversation] = set()
        self.clients = Clients(settings.client_connections, settings.client_mails_a_minute)
        self.storing = 0
        self.closing = False
        self.held = 0
        self.most_held = max(MEMORY_BYTES, 2 * settings.max_size)
        self.relays = [ipaddress.ip_network(relay, strict=False) for relay in settings.relays]
        self._known_relays: dict[str, bool] = {}
        self._outcomes: deque[tuple[asyncio.Future[Outcome], Outcome]] = deque()

    def enter(self, conversation: Conversation) -> bytes | None:
        """Note a client; the reply that turns it away, or None."""
        self.open_connections.add(conversation)
        if self.closing:
            return b"421 4.3.2 Closing for now, try again later\r\n"
        if not self.is_relay(conversation.peer):
            reply = self.clients.enter(self._place(conversation))
            if reply is not None:
                return reply
        if len(self.open_connections) > MOST_CONNECTIONS and not self._make_room():
            return b"421 4.3.2 Too many connections, try again later\r\n"
        return None

    def leave(self, conversation: Conversation) -> None:
        """Forget a client."""
        if conversation not in self.open_connections:
            return
        self.open_connections.discard(conversation)
        self.weigh(conversation, 0)
        if not self.is_relay(conversation.peer):
            self.clients.leave(self._place(conversation))

    def weigh(self, conversation: Conversation, held: int) -> bool:
        """Note how much of a mail a client has in our memory; False when all of them have too much."""
        self.held += held - conversation.held
        conversation.held = held
        return self.held <= self.most_held

    def may_begin(self, session: Session) -> str | None:
        """Whether a client may begin a mail now: None, or the reply that puts it off."""
        if self.closing:
            return "421 4.3.2 Closing for now, try again later"
        if self.drawer.is_full or self.held > self.most_held // 2:
            return "452 4.3.1 Too much mail waits to be stored, try again later"
        if self.is_relay(session.peer):
            return None
        return self.clients.may_send(place_of(_host(session.peer)), time.monotonic())

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
        mail_from = "" if envelope.mail_from in (None, "<>") else _plain(str(envelope.mail_from))
        recipients = tuple(_plain(address) for address in envelope.rcpt_tos)
        arrival = Arrival("smtp", recipients, mail_from, self.is_relay(session.peer))
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[Outcome] = loop.create_future()
        self.storing += 1
        try:
            self.drawer.submit(content, arrival, partial(self._on_outcome, loop, kept))
            outcome = await kept
        except QueueFull as error:
            outcome = error
        finally:
            self.storing -= 1
        return f"250 2.0.0 OK stored as m{outcome}" if isinstance(outcome, int) else reply_for(outcome)

    def is_relay(self, peer: Any) -> bool:
        """Whether this client is one of the district's own relays."""
        name = _host(peer)
        known = self._known_relays.get(name)
        if known is None:
            try:
                host = ipaddress.ip_address(name.partition("%")[0])
            except ValueError:
                return False
            if len(self._known_relays) >= _ADDRESSES_KNOWN:
                self._known_relays.clear()
            known = self._known_relays[name] = any(host in network for network in self.relays)
        return known

    def _on_outcome(self, loop: asyncio.AbstractEventLoop, kept: asyncio.Future[Outcome], outcome: Outcome) -> None:
        """On the committing thread: all outcomes of one commit wake the loop once."""
        self._outcomes.append((kept, outcome))
        if len(self._outcomes) == 1:
            with contextlib.suppress(RuntimeError):  # the loop has ended; nobody waits any more
                loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        while self._outcomes:
            kept, outcome = self._outcomes.popleft()
            if not kept.done():
                kept.set_result(outcome)

    def _make_room(self) -> bool:
        """Hang up on the client that has been silent longest, if any has for a while and has nothing under way."""
        idle = [one for one in self.open_connections if one.is_idle]
        oldest = min(idle, key=lambda one: one.last_active, default=None)
        if oldest is None or asyncio.get_running_loop().time() - oldest.last_active < EVICTABLE_SECONDS:
            return False
        oldest.refuse(b"421 4.3.2 Silent for too long while others wait\r\n")
        self.leave(oldest)
        return True

    def _place(self, conversation: Conversation) -> Any:
        return place_of(_host(conversation.peer))


class Listener:
    """The SMTP door on the running event loop."""

    def __init__(self, settings: ListenerSettings, addresses: Callable[[], tuple[str, ...]], drawer: GroupCommit):
        self.settings = settings
        self.hall = Hall(settings, addresses, drawer)
        self.server: asyncio.Server | None = None

    async def start(self) -> int:
        """Begin to listen and return the port; OSError when it is taken."""
        tls = _tls_context(self.settings)
        loop = asyncio.get_running_loop()
        _raise_open_files()
        self.server = await loop.create_server(
            lambda: Conversation(
                self.hall, data_size_limit=self.settings.max_size, enable_SMTPUTF8=True, tls_context=tls,
                hostname="districtdesk", ident="District Desk", timeout=IDLE_SECONDS, loop=loop,
            ),
            self.settings.host, self.settings.port, backlog=BACKLOG,
        )  # fmt: skip
        return int(self.server.sockets[0].getsockname()[1])

    async def stop(self, patience: float = 10.0) -> None:
        """Take no new client, finish the mails in flight, then hang up."""
        if self.server is None:
            return
        self.hall.closing = True
        self.server.close()
        end = time.monotonic() + patience
        while time.monotonic() < end and (self.hall.storing or self._in_transaction()):
            await asyncio.sleep(0.02)
        for conversation in list(self.hall.open_connections):
            conversation.refuse(b"421 4.3.2 Closing for now, try again later\r\n")
        await asyncio.sleep(0)

    def _in_transaction(self) -> bool:
        return any(not conversation.is_idle for conversation in self.hall.open_connections)


def reply_for(error: Exception) -> str:
    """The reply for a mail that could not be kept: always one after which the sender tries again."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    log.error("smtp: a mail could not be stored: %s", type(error).__name__)
    if isinstance(error, QueueFull):
        return "452 4.3.1 Too much mail waits to be stored, try again later"
    said = str(cause).lower()
    full = isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or getattr(cause, "sqlstate", None) == "53100" or "is full" in said or "no space left" in said:
        return "452 4.3.1 Disk full, try again later"
    return "451 4.3.0 Not stored, try again later"


def _host(peer: Any) -> str:
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


def _plain(address: str) -> str:
    """An address as any database takes it: no NUL, no bytes that were not UTF-8."""
    if address.isascii() and "\0" not in address:
        return address
    return address.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")


def _raise_open_files() -> None:
    """Many systems allow 1,024 open files by default, fewer than clients and database may need."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 4 * MOST_CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, 4 * MOST_CONNECTIONS)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _tls_context(settings: ListenerSettings) -> ssl.SSLContext | None:
    if settings.tls_cert is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.tls_cert, settings.tls_key)
    return context
