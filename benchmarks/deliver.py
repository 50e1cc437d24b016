"""A relay with many connections that does as relays do: what is answered 4xx is sent again a little later.

In:       a port, mails, how many connections, how many mails a second at most.
Out:      Delivered: how long each took until its 250, how often it was put off, what was refused for good.
Not here: servers.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

PUT_OFF_SECONDS, MOST_TRIES = 0.5, 200
COMMANDS = (b"MAIL FROM:<%s>\r\n", b"RCPT TO:<help@oakdistrict.example>\r\n", b"DATA\r\n")


@dataclass
class Delivered:
    """What one run has shown."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list, repr=False)
    put_off: int = 0
    refused: list[bytes] = field(default_factory=list, repr=False)


class PutOff(Exception):
    """4xx, or the connection is gone."""


async def _reply(reader: asyncio.StreamReader) -> bytes:
    while True:
        line = await reader.readline()
        if not line:
            raise PutOff
        if line[3:4] != b"-":
            return line


class Connection:
    """One of them: opened when needed, given up when it breaks."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        """Connect and greet."""
        try:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            raise PutOff from None
        await self._expect(None)
        await self._expect(b"EHLO relay.example\r\n")

    async def send(self, mail_from: bytes, raw: bytes) -> bytes | None:
        """One mail; the reply that refuses it for good, None when it was taken."""
        if self.writer is None:
            await self.open()
        for code in COMMANDS:
            refusal = await self._expect(code % mail_from if b"%s" in code else code)
            if refusal:
                return refusal
        dotted = raw.replace(b"\r\n.", b"\r\n..")
        return await self._expect(dotted + (b"" if dotted.endswith(b"\r\n") else b"\r\n") + b".\r\n")

    async def _expect(self, said: bytes | None) -> bytes | None:
        assert self.writer is not None
        try:
            if said is not None:
                self.writer.write(said)
            line = await _reply(self.reader)
        except OSError:
            raise PutOff from None
        if line[:1] == b"4":
            raise PutOff
        return line if line[:1] == b"5" else None

    def close(self) -> None:
        """Hang up."""
        if self.writer is not None:
            with contextlib.suppress(OSError):
                self.writer.write(b"QUIT\r\n")
                self.writer.close()
            self.writer = None


async def _relay(port: int, mails: Iterator[tuple[bytes, bytes]], shown: Delivered, pace: Iterator[float]) -> None:
    connection = Connection(port)
    for mail_from, raw in mails:
        await asyncio.sleep(max(0.0, next(pace) - time.perf_counter()))
        begun = time.perf_counter()
        for tried in range(MOST_TRIES):
            try:
                refusal = await connection.send(mail_from, raw)
            except PutOff:
                connection.close()
                if tried == MOST_TRIES - 1:
                    raise TimeoutError("the server takes nothing any more") from None
                shown.put_off += 1
                await asyncio.sleep(PUT_OFF_SECONDS)
                continue
            if refusal:
                shown.refused.append(refusal)
                connection.close()
            else:
                shown.waits.append(time.perf_counter() - begun)
            break
    connection.close()


def deliver(port: int, mails: Iterator[tuple[bytes, bytes]], connections: int = 20, rate: float = 1e9) -> Delivered:
    """Send all of these, (reverse-path, content) each; every connection takes the next mail when it is free."""
    shown, begun = Delivered(), time.perf_counter()

    def paces() -> Iterator[float]:
        number = 0
        while True:
            yield begun + number / rate
            number += 1

    async def run() -> None:
        pace = paces()
        await asyncio.gather(*(_relay(port, mails, shown, pace) for _ in range(connections)))

    asyncio.run(run())
    shown.seconds = time.perf_counter() - begun
    return shown
