"""Waking whoever waits for mails or notices, in this process and in all others.

In:       `ring(session, MAILS)` by whoever stores a mail or queues a notice.
Out:      once the transaction is committed, the event of that bell set here and in every process that listens.
Not here: what those who wake up do.

PostgreSQL carries a ring to other processes: a NOTIFY within the transaction, so that nobody wakes before there is
something to see, and one that is rolled back wakes nobody. SQLite carries nothing: there, and wherever a line may be
down, the events are waited for no longer than `patience`, and then one looks.
"""

import logging
import secrets
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

MAILS, NOTICES = "mails", "notices"
BELLS = (MAILS, NOTICES)
CHANNEL = "districtdesk_{}"
# So often everybody looks without having been woken: nobody tells us, or somebody would.
LOOK_SECONDS, SAFETY_SECONDS = 1.0, 5.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
# A server that has vanished without a word is noticed in half a minute.
_KEEPALIVE = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "connect_timeout": 10}
_NOTIFY = text("SELECT pg_notify(:channel, :teller)")


def ring(session: Session, bell: str) -> None:
    """Wake those who wait at this bell when the transaction is committed, once however often it is rung."""
    session.info.setdefault("bells", set()).add(bell)


class Bells:
    """The bells of one process at one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._events = {bell: threading.Event() for bell in BELLS}
        self._name = secrets.token_hex(8)
        """By which this process knows its own rings, which it has heard already."""
        self.is_listening = False

    def event(self, bell: str) -> threading.Event:
        """What to wait for; whoever waits clears it before looking."""
        return self._events[bell]

    @property
    def patience(self) -> float:
        """How many seconds to wait for a ring before looking all the same."""
        return SAFETY_SECONDS if self.is_listening else LOOK_SECONDS

    def sound(self, bells: Collection[str] = BELLS) -> None:
        """Wake this process."""
        for bell in bells:
            self._events[bell].set()

    def notify(self, connection: Connection, bells: Collection[str]) -> None:
        """Have the others woken when this transaction is committed; nothing to do on SQLite."""
        if self._engine.dialect.name == "postgresql":
            for bell in sorted(bells):
                connection.execute(_NOTIFY, {"channel": CHANNEL.format(bell), "teller": self._name})

    @contextmanager
    def told_at_commit(self, session: Session) -> Iterator[None]:
        """Carry what was rung within the block, whose commit follows at once."""
        yield
        bells: set[str] = session.info.get("bells", set())
        if bells:
            self.notify(session.connection(), bells)

    def listen(self, stop: threading.Event, bells: Collection[str] = BELLS) -> None:
        """Hear the rings of other processes until told to stop, over a line of its own that is renewed when it breaks.

        Returns at once on SQLite.
        """
        if self._engine.dialect.name != "postgresql":
            return
        pause = SHORTEST_PAUSE
        while not stop.is_set():
            try:
                with self._line(bells) as line:
                    if pause > SHORTEST_PAUSE:
                        log.info("wake-ups: the database is back")
                    pause = SHORTEST_PAUSE
                    self._hear(line, stop)
            except self._errors as error:
                if pause == SHORTEST_PAUSE and not stop.is_set():
                    log.warning("wake-ups: the line to the database broke (%s); trying again", type(error).__name__)
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    @property
    def _errors(self) -> tuple[type[Exception], ...]:
        driver: Any = self._engine.dialect.loaded_dbapi
        return (driver.Error, OSError)

    @contextmanager
    def _line(self, bells: Collection[str]) -> Iterator[Any]:
        """A connection beside the pool, which must not be given to anybody else."""
        arguments, words = self._engine.dialect.create_connect_args(self._engine.url)
        line: Any = self._engine.dialect.connect(*arguments, **{**_KEEPALIVE, **words, "autocommit": True})
        try:
            for bell in sorted(bells):
                line.execute(f"LISTEN {CHANNEL.format(bell)}")
            self.is_listening = True
            self.sound(bells)  # what was told while nobody listened
            yield line
        finally:
            self.is_listening = False
            line.close()

    def _hear(self, line: Any, stop: threading.Event) -> None:
        names = {CHANNEL.format(bell): bell for bell in BELLS}
        while not stop.is_set():
            for heard in line.notifies(timeout=0.5):
                if heard.payload != self._name:
                    self.sound([names[heard.channel]])
