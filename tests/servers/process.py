"""Starting a server so that it never outlives the tests.

In:       a command line.
Out:      a running process, a free port, a port that answers.
Not here: what the servers are.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1


def spawn(
    command: Sequence[str], log: Path, user: str | None = None, farewell: int = signal.SIGTERM
) -> subprocess.Popen[bytes]:
    """Start a server whose output goes to `log`; on Linux the kernel ends it should the tests be killed."""

    def tie_to_us() -> None:  # runs after the change of user, which would undo it
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, farewell, 0, 0, 0)

    # Root's own supplementary groups must not follow an unprivileged server.
    as_user: dict[str, object] = {} if user is None else {"user": user, "group": group_of(user), "extra_groups": []}
    environment = {**os.environ, "LC_ALL": "C", "HOME": "/nonexistent"}
    with log.open("ab") as output:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", env=environment,
            preexec_fn=tie_to_us, start_new_session=True, **as_user,  # noqa: PLW1509 - prctl takes no lock
        )  # fmt: skip


def group_of(user: str) -> int:
    """The number of a user's first group."""
    import pwd

    return pwd.getpwnam(user).pw_gid


def end(process: subprocess.Popen[bytes], how: int = signal.SIGTERM, patience: float = 5.0) -> None:
    """End a server and wait for it; SIGKILL for one that does not listen."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(
    port: int, process: subprocess.Popen[bytes], log: Path, greeting: bytes, patience: float = 15
) -> None:
    """Wait until the server greets; RuntimeError with its own words when it ends or stays silent."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as probe:
                if probe.recv(len(greeting)) == greeting:
                    return
        except OSError:
            time.sleep(0.05)
    end(process)
    raise RuntimeError(f"the server on port {port} never greeted: {log.read_text(errors='replace')[-2000:]}")
