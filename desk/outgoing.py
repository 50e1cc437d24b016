"""The sender's loop, and the files that go out with a reply.

In:       an OpenDesk.
Out:      sent notices.
Not here: how a notice is sent (notifier.sender).
"""

import logging
import threading

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from desk.opening import OpenDesk, now_utc
from intake.attachments import ORNAMENT
from intake.message import read_message
from models import Entry, InboundMail, Store
from models.wake import NOTICES
from notifier.sender import Sender

log = logging.getLogger(__name__)

FileTriple = tuple[str, str, bytes]


def run_sender(opened: OpenDesk, stop: threading.Event, process: str) -> None:
    """Send what is due until told to stop; sleep until woken, but not for long: some notices fall due by the clock."""
    sender = Sender(
        opened.store, opened.desk, opened.settings.delivery,
        lambda entry_id: entry_files(opened.store, entry_id), f"{process}:sender",
    )  # fmt: skip
    bells, wake = opened.store.bells, opened.store.bells.event(NOTICES)
    while True:
        wake.clear()
        if stop.is_set():  # asked after the clearing, or the ring that goes with it could be missed
            return
        try:
            done = sender.send_due(now_utc())
        except OperationalError as error:
            log.error("sender: the database is out of reach (%s); trying again", type(error.orig).__name__)
            stop.wait(2.0)
            continue
        if not done:
            wake.wait(bells.patience)


def entry_files(store: Store, entry_id: int) -> list[FileTriple]:
    """The files of an entry, read again from the raw mail and proved by their digest."""
    with store.reading() as session:
        entry = session.get(Entry, entry_id)
        if entry is None or not entry.attachments or entry.inbound_id is None:
            return []
        return _from_raw(session, entry)


def _from_raw(session: Session, entry: Entry) -> list[FileTriple]:
    inbound = session.get_one(InboundMail, entry.inbound_id)
    files = {file.sha256: file for file in read_message(inbound.raw).files}
    return [
        (row.filename or "attachment", row.content_type, files[row.sha256].content)
        for row in entry.attachments
        if row.sha256 in files and row.mark != ORNAMENT
    ]
