"""What a dead process of this machine held is free again, and counts against nobody who was not in its hands."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from desk.recovery import release_dead_claims
from models import InboundMail, Lease

NOW = datetime(2026, 11, 9, 8, 30, tzinfo=UTC)


@pytest.fixture
def dead() -> int:
    """The number of a process that has just ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def mail(number: int, holder: str, attempts: int = 1) -> InboundMail:
    return InboundMail(
        fingerprint=f"{number:064}", raw=b"", size=0, received_at=NOW, state="received", attempts=attempts,
        claimed_by=holder, lease_until=NOW + timedelta(minutes=2),
    )  # fmt: skip


def test_of_a_claimed_batch_only_the_first_mail_may_have_been_the_cause(session, dead):
    rows = [mail(1, f"here:{dead}", 3), mail(2, f"here:{dead}", 3), mail(3, f"here:{dead}"), mail(4, f"here:{os.getpid()}")]
    session.add_all(rows)
    session.flush()
    assert release_dead_claims(session, "here") == 1
    session.expire_all()
    assert [row.attempts for row in rows] == [3, 2, 0, 1]
    assert [row.claimed_by is None for row in rows] == [True, True, True, False]


def test_a_mailbox_that_a_dead_process_was_reading_is_free_at_once(session, dead):
    until = NOW + timedelta(seconds=90)
    session.add_all(
        [Lease(name="imap:a", holder=f"here:{dead}", until=until), Lease(name="imap:b", holder=f"here:{os.getpid()}", until=until),
         Lease(name="imap:c", holder=f"there:{dead}", until=until)]
    )  # fmt: skip
    session.flush()
    release_dead_claims(session, "here")
    session.expire_all()
    assert [session.get(Lease, name) is None for name in ("imap:a", "imap:b", "imap:c")] == [True, False, False]
