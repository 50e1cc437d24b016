"""The ground every test stands on: databases, servers, a clock.

In:       what is installed on this machine (see tests/README.md).
Out:      the fixtures `store`, `session`, `database_url`, `clock`, `smtp_sink`, `imap_server` and their kin.
Not here: sample mails and people (tests.make).
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from models import Store, open_store
from models.schema import upgrade
from tests.servers.imap_dovecot import Dovecot, running_dovecot
from tests.servers.imap_pymap import Pymap, running_pymap
from tests.servers.postgresql import Cluster, running_cluster
from tests.servers.smtp_sink import SmtpSink, running_sink


@dataclass
class Clock:
    """A time that stands still until a test moves it."""

    now: datetime = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **how_far: float) -> datetime:
        """Move on by `timedelta(**how_far)` and return the new time."""
        self.now += timedelta(**how_far)
        return self.now


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a program prints for a pipe is cut at no width."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def clock() -> Clock:
    """A Monday morning in September, school time, until the test moves it."""
    return Clock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """The PostgreSQL server of this run, started by the first test that wants one."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file: copying it is quicker than migrating anew."""
    path = tmp_path_factory.mktemp("template") / "districtdesk.db"
    store = open_store(f"sqlite:///{path}")
    upgrade(store)
    store.close()  # the last connection folds the write-ahead log into the file
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on; it runs once on each."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database, once on SQLite and once on PostgreSQL."""
    if engine_name == "sqlite":
        path = tmp_path / "districtdesk.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    url = cluster.fresh(upgrade)
    yield url.render_as_string(hide_password=False)
    cluster.drop(url)


@pytest.fixture
def empty_database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a single table, once on SQLite and once on PostgreSQL."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    url = cluster.fresh(None)
    yield url.render_as_string(hide_password=False)
    cluster.drop(url)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A fresh, migrated store, once on SQLite and once on PostgreSQL."""
    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    """A writing session on `store`; what the test leaves uncommitted is rolled back at its end."""
    with Session(store.engine, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A real SMTP server that keeps what it is sent; see SmtpSink for answers other than 250."""
    with running_sink() as sink:
        yield sink


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A Dovecot of this test's own, with one empty mailbox."""
    with running_dovecot() as server:
        yield server


@pytest.fixture
def pymap() -> Iterator[Pymap]:
    """A pymap of this test's own, with one empty mailbox."""
    with running_pymap() as server:
        yield server


@pytest.fixture(params=["dovecot", "pymap"])
def imap_server(request: pytest.FixtureRequest) -> Dovecot | Pymap:
    """An IMAP server of this test's own, once Dovecot and once pymap."""
    server: Dovecot | Pymap = request.getfixturevalue(request.param)
    return server
