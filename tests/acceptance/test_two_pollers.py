"""Two processes that read one mailbox: one at a time, and the other when that one dies."""

import time

import pytest
from sqlalchemy import func, select

from models import InboundMail, Lease, open_store
from tests.acceptance.desk_process import configure, serving
from tests.make import make_mail
from tests.waiting import until

MAILS = 60


def stored(store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(InboundMail)) or 0


def holder(store) -> str:
    """The number of the process that has the mailbox."""
    with store.reading() as session:
        return (session.scalar(select(Lease.holder).where(Lease.name.startswith("imap:"))) or "").rpartition(":")[2]


@pytest.fixture
def engine_name() -> str:
    return "postgresql"


def test_the_other_goes_on_when_the_reader_is_killed(tmp_path, database_url, smtp_sink, dovecot):
    configure(tmp_path, database_url, smtp_sink.address, dovecot)
    store = open_store(database_url)
    try:
        with serving(tmp_path, "--only", "imap") as one, serving(tmp_path, "--only", "imap") as other:
            until(lambda: holder(store))
            for number in range(MAILS):
                dovecot.lay_file(make_mail(subject=f"projector {number}", message_id=f"<p{number}@mail.example>"))
            until(lambda: stored(store))
            reader = {str(desk.process.pid): desk for desk in (one, other)}[holder(store)]
            reader.process.kill()
            reader.process.wait()
            for number in range(MAILS, 2 * MAILS):
                dovecot.lay_file(make_mail(subject=f"projector {number}", message_id=f"<p{number}@mail.example>"))
            until(lambda: stored(store) == 2 * MAILS)
            assert holder(store) != str(reader.process.pid)
            until(lambda: dovecot.count("UNSEEN") == 0)
            time.sleep(0.5)
            assert stored(store) == 2 * MAILS
    finally:
        store.close()
