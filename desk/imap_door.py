"""The IMAP door as the service runs it: one poller a mailbox in the whole district.

In:       a store, a mailbox's settings, the function that stores mails.
Out:      stored mail, for as long as this process holds the mailbox's lease.
Not here: IMAP (intake.poller).
"""

import logging
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from desk.opening import now_utc
from desk.recovery import release_dead_claims
from intake.cursor import Cursor, find_cursor, keep_cursor
from intake.group_commit import Parcel
from intake.inbox import Arrival
from intake.poller import Poller
from intake.settings import MailboxSettings
from models import Lease, Store

log = logging.getLogger(__name__)

LEASE_SECONDS = 90.0
RENEW_SECONDS = 20.0
STANDBY_SECONDS = 5.0
RETRY_SECONDS = 1.0
"""After a database that did not answer: nobody else may have the mailbox."""


def watch_mailbox(
    store: Store, settings: MailboxSettings, deposit_all: Callable[[Sequence[Parcel]], Sequence[object]],
    stop: threading.Event, holder: str,
) -> None:  # fmt: skip
    """Read one mailbox until told to stop, but only while no other process does.

    Two pollers on one mailbox would double the work, not the tickets: a mail is one row however often it
    is fetched. So a lease that is lost for a moment does no harm.
    """
    name = f"imap:{settings.username}@{settings.host}/{settings.folder}"

    arrival = Arrival("imap", (settings.address or "",), None, trusted_peer=True)

    def put(mails: Sequence[tuple[bytes, str]]) -> Sequence[object]:
        return deposit_all([(raw, arrival) for raw, _reference in mails])

    poller = Poller(settings, put, lambda: _load(store, name), lambda cursor: _save(store, name, cursor), now_utc)
    while not stop.is_set():
        held = _hold(store, name, holder)
        if not held:
            if held is None or not _has_died(store):
                stop.wait(RETRY_SECONDS if held is None else STANDBY_SECONDS)
            continue
        mine = threading.Event()
        reader = threading.Thread(target=poller.run, args=(mine,), name=f"imap-read-{settings.name}", daemon=True)
        reader.start()
        while reader.is_alive() and not stop.wait(RENEW_SECONDS if not stop.is_set() else 0):
            if _hold(store, name, holder) is False:
                log.warning("mailbox %s: another process reads it now", settings.name)
                break
        mine.set()
        reader.join(timeout=15)
    _let_go(store, name, holder)


def hold_lease(session: Session, name: str, holder: str, now: datetime) -> bool:
    """Take or renew a lease; False while somebody else's has not run out."""
    until = now + timedelta(seconds=LEASE_SECONDS)
    free = or_(Lease.holder == holder, Lease.until < now)
    renewal = update(Lease).where(Lease.name == name, free).values(holder=holder, until=until)
    if session.scalar(renewal.returning(Lease.name)) is not None:
        return True
    if session.get(Lease, name) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(Lease(name=name, holder=holder, until=until))
    except IntegrityError:
        return False
    return True


def _hold(store: Store, name: str, holder: str) -> bool | None:
    """Whether this process has the lease now; None when the database did not answer."""
    try:
        with store.writing() as session:
            return hold_lease(session, name, holder, now_utc())
    except OperationalError:
        return None


def _has_died(store: Store) -> bool:
    """Whether somebody on this machine has died, perhaps with the mailbox; what they held is free then."""
    try:
        with store.writing() as session:
            return release_dead_claims(session, socket.gethostname()) > 0
    except OperationalError:
        return False


def _let_go(store: Store, name: str, holder: str) -> None:
    try:
        with store.writing() as session:
            session.execute(update(Lease).where(Lease.name == name, Lease.holder == holder).values(until=now_utc()))
    except OperationalError:
        log.warning("a lease could not be given back; it runs out by itself")


def _load(store: Store, name: str) -> Cursor | None:
    with store.reading() as session:
        return find_cursor(session, name)


def _save(store: Store, name: str, cursor: Cursor) -> None:
    with store.writing() as session:
        keep_cursor(session, name, cursor)
