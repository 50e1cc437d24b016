"""What the DNS says of a technician's mail, asked before the transaction that carries it.

In:       a mail that is about to be carried; the district's [auth].
Out:      TextCache, filled: the check within the transaction finds its answers there.
Not here: the check itself (intake.own_check).

A DNS that hangs would otherwise hold the database's one writer for seconds.
"""

import time

from sqlalchemy import select

from desk.header_gate import read_gate
from desk.proof import AuthSettings
from intake.own_check import FindText, check_sender
from models import Address, InboundMail, Person, Store
from models.words import WORKING_ROLES

KEEP_SECONDS = 300.0
KEEP_MOST = 1_000


class TextCache:
    """TXT records by name, for five minutes; that the DNS gave no answer is remembered as well."""

    def __init__(self, find_text: FindText) -> None:
        self._find_text = find_text
        self._known: dict[str, tuple[float, list[str] | None]] = {}

    def __call__(self, name: str) -> list[str] | None:
        now = time.monotonic()
        kept = self._known.get(name)
        if kept is not None and now - kept[0] < KEEP_SECONDS:
            return kept[1]
        found = self._find_text(name)
        if len(self._known) >= KEEP_MOST:
            self._known.clear()
        self._known[name] = (time.monotonic(), found)
        return found


def look_ahead(store: Store, mail_id: int, auth: AuthSettings) -> None:
    """Ask the DNS what carrying this mail will want to know, if it says it is from somebody who works here."""
    if not auth.verify:
        return
    with store.reading() as session:
        raw = session.scalar(select(InboundMail.raw).where(InboundMail.id == mail_id))
        gate = read_gate(raw or b"")
        author = select(Person.id).join(Address).where(Address.address == gate.address, Person.role.in_(WORKING_ROLES))
        works_here = gate.fault is None and session.scalar(author) is not None
    if raw is not None and works_here:
        check_sender(raw, gate.domain, auth.find_text)
