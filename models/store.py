"""The engine and its sessions, the same for SQLite and PostgreSQL.

In:       a database URL.
Out:      Store: `writing()` and `reading()` sessions.
Not here: the schema's history (models.schema).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

# Tables refer to each other by name, so a store needs them all.
from models import district, mail, people, ticket  # noqa: F401
from models.turns import Turns
from models.wake import Bells

BUSY_TIMEOUT_MS = 20_000


class Store:
    """One database. Sessions are short: open, do one thing, commit."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        self.bells = Bells(engine)
        self._turns = Turns(BUSY_TIMEOUT_MS / 1000) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls back when the block raises."""
        with self.turn(), self._sessions.begin() as session, self.bells.told_at_commit(session):
            yield session
        self.bells.sound(session.info.get("bells", ()))

    def turn(self, hurry: bool = False) -> AbstractContextManager[None]:
        """This thread's turn at writing; nothing to wait for on PostgreSQL, which has many writers."""
        return nullcontext() if self._turns is None else self._turns.turn(hurry)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that never commits and never waits for a writer (WAL, MVCC)."""
        with self._sessions() as session:
            session.connection(execution_options={"districtdesk_reads": True})
            yield session  # closing rolls back, and leaves what was read readable

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


class KeptConnection:
    """One connection for a thread that commits very often: no pool, no ORM between two commits.

    After a failure it is given up, and the next transaction asks the pool for one that works.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection: Connection | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits at the end, or rolls back when the block raises."""
        if self._connection is None:
            self._connection = self._store.engine.connect()
        try:
            # In a hurry: somebody waits at a door.
            with self._store.turn(hurry=True), self._connection.begin():
                yield self._connection
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the connection back."""
        given_up, self._connection = self._connection, None
        if given_up is not None:
            given_up.close()


def open_store(url: str) -> Store:
    """Open a database by its URL; `postgresql://` means psycopg 3.

    SQLite: WAL and `synchronous=FULL`, because WAL keeps every acknowledged commit through a power cut
    only with FULL; `BEGIN IMMEDIATE`, because a reader that turns writer fails instead of waiting.
    """
    address = make_url(url)
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        return Store(create_engine(address, pool_pre_ping=True, pool_size=10, max_overflow=20))
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Store(engine)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late and be DEFERRED
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("districtdesk_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
