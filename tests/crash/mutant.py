"""The desk with one promise broken on purpose, so that tests can show they would notice.

In:       the name of a mutant, then the words of `districtdesk`.
Out:      the same command, with that one fault in it.
Not here: noticing (test_mutants).

Run: python -m tests.crash.mutant NAME serve …
"""

import secrets
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session


def answer_first() -> None:
    """250 is said before the commit."""
    from intake.group_commit import GroupCommit, Waiting

    honest = GroupCommit._commit

    def hasty(self: GroupCommit, batch: Sequence[Waiting]) -> list[Any]:
        for waiting in batch:
            waiting.done(1)
        time.sleep(0.05)  # the answers leave, whatever comes next
        return honest(self, batch)

    GroupCommit._commit = hasty  # type: ignore[method-assign]


def no_sync() -> None:
    """SQLite is told not to wait for the disk."""
    from sqlalchemy import Engine, event

    @event.listens_for(Engine, "checkout")
    def careless(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")


def no_duplicate_check() -> None:
    """Every arrival is another mail."""
    from desk import settling
    from intake import inbox

    inbox.fingerprint = lambda raw, now: secrets.token_hex(32)
    settling.content_key = lambda message, now: secrets.token_hex(32)


def claim_without_lease() -> None:
    """Whoever comes takes what waits, also what another holds."""
    from models import Notice
    from notifier import sender

    def grab(session: Session, worker: str, now: datetime, limit: int) -> Sequence[Notice]:
        due = select(Notice).where(Notice.state == "queued", Notice.due_at <= now).order_by(Notice.id).limit(limit)
        notices = session.scalars(due).all()
        for notice in notices:
            notice.claimed_by = worker
        return notices

    sender.claim_due = grab


MUTANTS: dict[str, Callable[[], None]] = {
    "none": lambda: None,
    "answer-first": answer_first,
    "no-sync": no_sync,
    "no-duplicate-check": no_duplicate_check,
    "claim-without-lease": claim_without_lease,
}

if __name__ == "__main__":
    MUTANTS[sys.argv[1]]()
    from desk.cli import main

    sys.argv = ["districtdesk", *sys.argv[2:]]
    sys.exit(main())
