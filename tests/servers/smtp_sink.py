"""A real SMTP server that keeps what it is sent, and fails on demand.

In:       mails by SMTP on `host` and `port`.
Out:      SmtpSink.mails: (envelope, raw bytes) in order of arrival.
Not here: looking into the mails.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HANG = "hang"
"""An answer that never comes."""


@dataclass
class SmtpSink:
    """What has arrived, and what to answer.

    `on_data` and `on_rcpt` are replies to give instead of 250 ("451 4.3.0 Later"), or HANG; the lists
    `next_on_data` and `next_on_rcpt` are used up first, one reply a command, None meaning 250.
    """

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[tuple[Envelope, bytes]] = field(default_factory=list)
    on_data: str | None = None
    on_rcpt: str | None = None
    next_on_data: list[str | None] = field(default_factory=list)
    next_on_rcpt: list[str | None] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    sessions: int = 0

    @property
    def address(self) -> str:
        """Where to send: host:port."""
        return f"{self.host}:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        """The mails, parsed."""
        parsed = [message_from_bytes(raw, policy=policy.default) for _, raw in self.mails]
        return [mail for mail in parsed if isinstance(mail, EmailMessage)]

    def to(self, address: str) -> list[EmailMessage]:
        """The mails that went to this address, parsed, in order of arrival."""
        return [mail for mail, (envelope, _) in zip(self.messages, self.mails, strict=True)
                if address.lower() in (rcpt.lower() for rcpt in envelope.rcpt_tos)]  # fmt: skip

    def wait_for(self, count: int, patience: float = 10.0) -> list[tuple[Envelope, bytes]]:
        """Wait until at least `count` mails are here; AssertionError when they do not come in time."""
        deadline = time.monotonic() + patience
        while len(self.mails) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(self.mails)} of {count} mails arrived within {patience} s")
            time.sleep(0.01)
        return self.mails

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count the client."""
        session.host_name = hostname
        self.sessions += 1
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient, unless told otherwise."""
        reply = self.next_on_rcpt.pop(0) if self.next_on_rcpt else self.on_rcpt
        if reply is not None:
            return await _say(reply)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail, unless told otherwise."""
        reply = self.next_on_data.pop(0) if self.next_on_data else self.on_data
        if reply is not None:
            return await _say(reply)
        content = envelope.content or b""
        self.mails.append((envelope, content.encode() if isinstance(content, str) else content))
        return "250 2.0.0 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, credentials: LoginPassword
    ) -> AuthResult:
        """Let everybody in and remember what they said; the password `wrong` is refused."""
        self.logins.append((credentials.login, credentials.password))
        return AuthResult(success=credentials.password != b"wrong", handled=False)


async def _say(reply: str) -> str:
    if reply == HANG:
        await asyncio.sleep(3600)
    return reply


@contextmanager
def running_sink(make: Callable[..., SMTP] = SMTP) -> Iterator[SmtpSink]:
    """A sink that listens on a port of its own for the length of the block."""
    sink = SmtpSink()
    loop = asyncio.new_event_loop()
    listening = threading.Event()

    async def listen() -> asyncio.Server:
        server = await loop.create_server(
            lambda: make(sink, hostname="sink.example", enable_SMTPUTF8=True, authenticator=sink.authenticate,
                         auth_require_tls=False, loop=loop), sink.host, 0,
        )  # fmt: skip
        sink.port = server.sockets[0].getsockname()[1]
        listening.set()
        return server

    def live() -> None:
        server = loop.run_until_complete(listen())
        loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()

    thread = threading.Thread(target=live, name="smtp-sink", daemon=True)
    thread.start()
    if not listening.wait(10):
        raise RuntimeError("the SMTP sink did not start")
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
