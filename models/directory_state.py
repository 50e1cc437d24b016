"""A number that grows with every change of the directory: what others keep of it in memory is good while it stays.

In:       flushes and statements of any session.
Out:      directory_version(), and the number raised within the transaction that changes the directory.
Not here: keeping anything (desk.known).

The directory is what the district itself says: schools, teams, mailboxes, coverage, people on its roster and their
addresses. A stranger's first mail changes nothing of it.
"""

from typing import Any

from sqlalchemy import event, inspect, select, update
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from models.base import Base
from models.district import Mailbox, School, Team, team_member
from models.people import Address, Coverage, Person, person_school

_TABLES = {table.__table__ for table in (School, Team, Mailbox, Coverage, Person, Address)} | {
    team_member, person_school
}  # fmt: skip
_RAISED = "districtdesk_directory_raised"


class DirectoryState(Base):
    """One row."""

    __tablename__ = "directory_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


_ASKED = select(DirectoryState.version).where(DirectoryState.id == 1)


def directory_version(session: Session) -> int | None:
    """How often the directory has changed; None in a database that has no such row."""
    return session.connection().execute(_ASKED).scalar()


def _raise(session: Session) -> None:
    """Once a transaction; two hosts that change the directory at once take turns here until they commit."""
    transaction = session.get_transaction()
    if session.info.get(_RAISED) is transaction:
        return
    session.info[_RAISED] = transaction
    change = update(DirectoryState.__table__).where(DirectoryState.__table__.c.id == 1)  # type: ignore[arg-type]
    session.connection().execute(change.values(version=DirectoryState.version + 1))


def _touches(session: Session, row: Any, changed: bool) -> bool:
    if changed and not session.is_modified(row):
        return False
    if isinstance(row, Person):
        return bool(row.rostered) or (changed and "rostered" in _changed(row))
    if isinstance(row, Address):
        return row.person is None or bool(row.person.rostered)
    return isinstance(row, School | Team | Mailbox | Coverage)


def _changed(row: Person) -> set[str]:
    return {one.key for one in inspect(row).attrs if one.history.has_changes()}


def _before_flush(session: Session, _context: Any, _instances: Any) -> None:
    known = (School, Team, Mailbox, Coverage, Person, Address)
    new = (row for row in session.new if isinstance(row, known))
    old = (row for row in (*session.dirty, *session.deleted) if isinstance(row, known))
    if any(_touches(session, row, False) for row in new) or any(
        row in session.deleted or _touches(session, row, True) for row in old
    ):
        _raise(session)


def _on_execute(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    table = getattr(state.statement, "table", None)
    if table in _TABLES:
        _raise(state.session)


event.listen(Session, "before_flush", _before_flush)
event.listen(Session, "do_orm_execute", _on_execute)
