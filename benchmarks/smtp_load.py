"""Many SMTP clients in one process, cheap enough that the server is what is measured.

In:       a port, how many connections, how many mails; each mail differs in its Message-ID.
Out:      a Load: mails a second, the time each took from MAIL to its 250, every reply that was not 250.
Not here: servers.

One asyncio Protocol a connection, no streams, no parsing beyond the reply's code: about 60 microseconds a mail,
a tenth of what the quickest server here takes.
"""

import asyncio
import gc
import itertools
import math
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

RECIPIENT = "help@oakdistrict.example"
_runs = itertools.count(1)
_HEAD = (
    "Received: from mail.oakdistrict.example by relay.oakdistrict.example; Mon, 14 Sep 2026 07:55:02 +0000\r\n"
    "From: Tess Turner <tess.turner@oakdistrict.example>\r\nTo: help@oakdistrict.example\r\n"
    "Subject: The projector in room {number} stays dark\r\nDate: Mon, 14 Sep 2026 07:55:00 +0000\r\n"
    "Message-ID: <load{number}.{run}@mail.example>\r\nMIME-Version: 1.0\r\n"
    'Content-Type: text/plain; charset="utf-8"\r\n\r\nHello,\r\n\r\n'
)
_LINE = "the projector in this room shows nothing since this morning, and nobody knows why.\r\n"


@dataclass
class Load:
    """What one run has shown."""

    mails: int
    seconds: float
    waits: list[float] = field(repr=False)
    refused: list[bytes] = field(default_factory=list, repr=False)

    @property
    def rate(self) -> float:
        """Mails accepted a second."""
        return len(self.waits) / self.seconds

    def quantile(self, share: float) -> float:
        """The time within which this share of the mails was accepted, in milliseconds."""
        ordered = sorted(self.waits)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)] * 1e3 if ordered else math.nan


def make_content(number: int, run: str, lines: int = 20) -> bytes:
    """The bytes after DATA of one mail, about 2 kB."""
    return (_HEAD.format(number=number, run=run) + _LINE * lines + "\r\nTess\r\n.\r\n").encode()


class Client(asyncio.Protocol):
    """One connection: greeting, EHLO, then mail after mail as long as there are any."""

    def __init__(self, mails: Iterator[bytes], load: Load, done: asyncio.Future[None]):
        self.mails, self.load, self.done = mails, load, done
        self.step = 0
        self.content = b""
        self.begun = 0.0
        self.pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the greeting."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Go one step on for each whole reply; a reply's last line has a blank after its code."""
        if self.pending:
            data = self.pending + data
        *lines, self.pending = data.split(b"\r\n")
        for line in lines:
            if line[3:4] != b"-":
                self._on_reply(line)

    def connection_lost(self, error: Exception | None) -> None:
        """The server has hung up."""
        if not self.done.done():
            self.done.set_result(None)

    def _on_reply(self, line: bytes) -> None:
        step, self.step = self.step, self.step + 1
        if step == 0:
            self.transport.write(b"EHLO load.example\r\n")
        elif step == 1:
            self._begin()
        elif line[:1] not in b"23":
            self.load.refused.append(line)
            self._begin() if step == 5 else self.transport.close()
        elif step == 2:
            self.transport.write(b"RCPT TO:<help@oakdistrict.example>\r\n")
        elif step == 3:
            self.transport.write(b"DATA\r\n")
        elif step == 4:
            self.transport.write(self.content)
        else:
            self.load.waits.append(time.perf_counter() - self.begun)
            self._begin()

    def _begin(self) -> None:
        try:
            self.content = next(self.mails)
        except StopIteration:
            self.transport.write(b"QUIT\r\n")
            self.transport.close()
            return
        self.step = 2
        self.begun = time.perf_counter()
        self.transport.write(b"MAIL FROM:<tess.turner@oakdistrict.example>\r\n")


async def run_load(port: int, contents: Sequence[bytes], connections: int) -> Load:
    """Send all of these over so many connections; every connection takes the next mail when it is free."""
    loop = asyncio.get_running_loop()
    load = Load(len(contents), 0.0, [])
    mails = iter(contents)
    begun = time.perf_counter()
    done = [loop.create_future() for _ in range(connections)]
    for future in done:
        await loop.create_connection(lambda future=future: Client(mails, load, future), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*done)
    load.seconds = time.perf_counter() - begun
    return load


def measure(port: int, count: int, connections: int) -> Load:
    """One run with mails nobody has seen before."""
    run = f"{os.getpid()}.{next(_runs)}.{time.time_ns()}"
    contents = [make_content(number, run) for number in range(count)]
    gc.collect()
    gc.disable()
    try:
        return asyncio.run(run_load(port, contents, connections))
    finally:
        gc.enable()
