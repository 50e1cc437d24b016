"""How far an IMAP folder has been read, kept in the database.

In:       a mailbox's configured name.
Out:      Cursor, read and written.
Not here: what to do with it (intake.progress).
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import MailboxCursor


@dataclass(frozen=True)
class Cursor:
    """Every mail up to `last_uid` is done; UIDs hold under one UIDVALIDITY (RFC 9051 section 2.3.1.1)."""

    uidvalidity: int
    last_uid: int


def find_cursor(session: Session, name: str) -> Cursor | None:
    """Where the reading of this mailbox stood; None before its first start."""
    row = session.get(MailboxCursor, name)
    return None if row is None else Cursor(row.uidvalidity, row.last_uid)


def keep_cursor(session: Session, name: str, cursor: Cursor) -> None:
    """Remember where the reading stands; the caller commits."""
    session.merge(MailboxCursor(name=name, uidvalidity=cursor.uidvalidity, last_uid=cursor.last_uid))
