"""One SMTP client's session: aiosmtpd's, with a DATA phase of our own and bounds on time, bytes and commands.

In:       an SMTP client (RFC 5321), the hall all conversations share (intake.listener).
Out:      envelope and text of each mail, handed to the hall; replies with enhanced codes (RFC 2034).
Not here: storing, who may connect (intake.clients).

What aiosmtpd does in each command and each line of a mail costs more than storing the mail does. So plain
addresses are read by a pattern, the text comes in blocks, and the idle timer is only moved, not made anew.
"""

import asyncio
import contextlib
import logging
import re
import socket
import time
from typing import Any

from aiosmtpd.smtp import SMTP, syntax

from intake.dot_reader import DotReader

log = logging.getLogger(__name__)

IDLE_SECONDS = 300.0
DATA_SECONDS = 300.0
"""For the whole text of a small mail; a larger one gets a second more for each 16 kB, up to DATA_SECONDS_MOST."""
DATA_SECONDS_MOST = 900.0
SLOWEST_BYTES = 16 * 1024
STREAM_LIMIT = 64 * 1024
MAX_COMMANDS = 300
"""Commands between two mails: a client that only talks keeps a place from others."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN = re.compile(rf"<({_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>((?: .*)?)\Z", re.ASCII)


class Conversation(SMTP):
    """One client's session."""

    line_length_limit = STREAM_LIMIT

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.last_active = self.loop.time()
        self.begun_data = 0.0
        self._reading: DotReader | None = None
        self._read: asyncio.Future[None] | None = None
        self._due = 0.0
        self._commands = 0
        self.held = 0
        """Bytes of a mail's text in memory."""

    @property
    def peer(self) -> Any:
        """The client's address, as sockets tell it."""
        return self.session.peer if self.session is not None else None

    @property
    def is_idle(self) -> bool:
        """Whether nothing of this client's is under way: it may be hung up on without harm."""
        return not (self.envelope and self.envelope.rcpt_tos)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turn a client away when the house is full, before any work is done for it."""
        super().connection_made(transport)
        sock = transport.get_extra_info("socket")
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reply = self.event_handler.enter(self)
        if reply is not None:
            self.refuse(reply)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the client and what it had sent of a mail."""
        self.event_handler.leave(self)
        self._reading = None
        super().connection_lost(error)

    def refuse(self, reply: bytes) -> None:
        """Say a last word and hang up."""
        if isinstance(self.transport, asyncio.Transport) and not self.transport.is_closing():
            self.transport.write(reply)
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Within a mail's text, bytes go to the reader of that text; else they are commands."""
        if self._reading is None:
            super().data_received(data)
        else:
            self._take(data)

    async def push(self, status: str | bytes) -> None:
        """Send one reply."""
        self._writer.write((status if isinstance(status, bytes) else status.encode("utf-8", "replace")) + b"\r\n")
        await self._writer.drain()

    async def handle_exception(self, error: Exception) -> str:
        """Never aiosmtpd's 500 with the exception's text: the fault is ours and passes, so 4xx."""
        log.error("smtp: a command failed: %s", type(error).__name__)
        return "451 4.3.0 Internal error, try again later"

    async def smtp_MAIL(self, arg: str | None) -> None:
        """Begin a mail, unless this is not the time for one."""
        reply = self.event_handler.may_begin(self.session)
        if reply is not None:
            await self.push(reply)
            return
        await super().smtp_MAIL(arg)

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
        content = await self._read_content()
        hall = self.event_handler
        if content is None:
            await self.push(f"552 5.3.4 Message is larger than {hall.settings.max_size} bytes")
        else:
            await self.push(await hall.keep(self.session, envelope, content))
        self._commands = 0
        self._set_post_data_state()

    async def _read_content(self) -> bytes | None:
        """The mail without its final dot and dot-stuffing; None when it is too large."""
        reader = DotReader(self.event_handler.settings.max_size)
        self._read = self.loop.create_future()
        self._reading = reader
        self.begun_data = time.monotonic()
        # A client that did not wait for 354: what it has sent lies in the stream, and read() gives it at once.
        waiting = len(getattr(self._reader, "_buffer", b""))
        if waiting:
            self._take(await self._reader.read(waiting))
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            await self._read
        finally:
            self._reading = None
            self.event_handler.weigh(self, 0)
        self._reset_timeout()
        return None if reader.is_too_large else reader.content()

    def _take(self, data: bytes) -> None:
        """One block of a mail's text; what comes behind its end are commands again."""
        reader = self._reading
        assert reader is not None and self._read is not None
        behind = reader.feed(data)
        if behind is not None:
            self._reading = None
            if not self._read.done():
                self._read.set_result(None)
            if behind:
                super().data_received(behind)
            return
        if not self.event_handler.weigh(self, reader.held):
            self.refuse(b"452 4.3.1 Too much mail at once, try again later\r\n")
        elif reader.seen > 10 * reader.limit:
            self.refuse(b"421 4.7.0 Too much, closing\r\n")
        else:
            self._reset_timeout()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """An address and what follows it; the usual form without a parser of all that RFC 5322 allows."""
        plain = _PLAIN.match(arg)
        if plain is not None:
            return plain[1], plain[2]
        address, rest = super()._getaddr(arg)
        return address, rest

    def _reset_timeout(self, duration: float | None = None) -> None:
        """The client is alive: move the hour at which it is hung up on; count its commands."""
        now = self.loop.time()
        self.last_active = now
        due = now + (duration or IDLE_SECONDS)
        if self._reading is not None:
            more = min(DATA_SECONDS_MOST, DATA_SECONDS + self._reading.seen / SLOWEST_BYTES)
            due = min(due, now + self.begun_data + more - time.monotonic())
        else:
            self._commands += 1
            if self._commands > MAX_COMMANDS:
                self.refuse(b"421 4.7.0 Too many commands without a mail\r\n")
        self._due = due
        # A running timer that comes too early looks again; only one that would come too late is made anew.
        if self._timeout_handle is not None and self._timeout_handle.when() <= due:
            return
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        self._timeout_handle = self.loop.call_at(due, self._timeout_cb)

    def _timeout_cb(self) -> None:
        if self.loop.time() < self._due - 0.001:
            self._timeout_handle = self.loop.call_at(self._due, self._timeout_cb)
            return
        self.refuse(b"421 4.4.2 Too slow, closing\r\n")
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort() if self.transport.get_write_buffer_size() else self.transport.close()
