"""The SMTP servers that are compared: aiosmtpd into nothing, and the desk's own door on a database.

In:       a folder, a database URL.
Out:      running processes and their ports.
Not here: the load (smtp_load), the comparison (accept).

Run by itself (python -m benchmarks.smtp_servers) it is aiosmtpd into nothing, and prints its port.
"""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from aiosmtpd.smtp import SMTP

from tests.acceptance.desk_process import configure, environment, serving


class Nothing:
    """An aiosmtpd handler that takes every mail and forgets it."""

    async def handle_DATA(self, *_: object) -> str:
        """Say yes."""
        return "250 2.0.0 OK"


async def _serve_nothing() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Nothing(), hostname="nothing.example", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def nothing() -> Iterator[int]:
    """aiosmtpd as it comes, in a process of its own, with a handler that does nothing."""
    command = [sys.executable, "-m", "benchmarks.smtp_servers"]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextlib.contextmanager
def door(folder: Path, database: str) -> Iterator[int]:
    """`districtdesk serve --only smtp`, the real command."""
    folder.mkdir(exist_ok=True)
    with serving(configure(folder, database, "127.0.0.1:1"), "--only", "smtp") as desk:
        yield desk.smtp_port


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve_nothing())
