"""The directory as a worker knows it from one batch to the next.

In:       the session of a batch.
Out:      coverage, mailboxes and teams remembered there, as long as nobody has changed the directory.
Not here: how they are read (desk.routing, desk.arrivals), noticing a change (models.directory_state).
"""

from typing import Any

from sqlalchemy.orm import Session

from models.base import Base
from models.directory_state import directory_version
from models.memory import memory_of, remember

_KEPT = ("mailboxes", "coverage", "coverage by school", "workers", "team")


class KnownDirectory:
    """What was read of the directory, and at which version of it. One thread's own."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._answers: dict[Any, Any] = {}

    def lend(self, session: Session) -> None:
        """Let a session that will write use what is known, unless the directory has changed since."""
        version = directory_version(session)
        if version is None or version != self._version:
            self._answers = {}
        self._version = version
        rows = [row for answer in self._answers.values() for row in _rows(answer)]
        session.add_all(rows)  # they belong to this session now, until it is closed
        for key, answer in self._answers.items():
            remember(session, key, answer)

    def show(self, session: Session) -> None:
        """Let a session that only reads look at the addresses we answer."""
        if "mailboxes" in self._answers:
            remember(session, "mailboxes", self._answers["mailboxes"])

    def take_back(self, session: Session) -> None:
        """Keep what the session has read, after all has gone well."""
        answers = memory_of(session).answers
        self._answers = {key: answer for key, answer in answers.items() if _is_kept(key)}

    def drop(self) -> None:
        """Forget all: after a rollback the rows are no longer what was read."""
        self._answers, self._version = {}, None


def _is_kept(key: Any) -> bool:
    return (key[0] if isinstance(key, tuple) else key) in _KEPT


def _rows(answer: Any) -> list[Base]:
    if isinstance(answer, dict):
        return []  # the same rows once more, in another order
    return [row for row in (answer if isinstance(answer, list) else [answer]) if row is not None]
