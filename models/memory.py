"""What a transaction over many mails has read already, and what it will write at its end.

In:       a session for which somebody has opened a memory (desk.batch).
Out:      remembered(): the answer kept, or read now; numbers of rows that are not written yet.
Not here: what is worth remembering; that says whoever asks.

Without a memory everything here reads and flushes at once: the same meaning, only slower. A memory lives as long as
its transaction, so what it holds is what the transaction itself has seen or done.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import event, func, insert, select, text
from sqlalchemy.orm import Session, make_transient_to_detached

from models.base import Base

T = TypeVar("T")
_KEY = "districtdesk_memory"
# How many numbers PostgreSQL is asked for at once; those left over are never used, which nobody sees.
BLOCK = 64


class Memory:
    """Answers by what was asked, numbers taken ahead, rows put off until the end."""

    def __init__(self) -> None:
        self.answers: dict[Hashable, Any] = {}
        self.numbers: dict[str, Iterator[int]] = {}
        self.rows: dict[type[Base], list[Mapping[str, Any]]] = {}
        self.held: dict[type[Base], dict[int, Base]] = {}


def open_memory(session: Session) -> None:
    """From here on this session remembers."""
    session.info[_KEY] = Memory()


def memory_of(session: Session) -> Memory:
    """The memory of a session that has one."""
    memory: Memory = session.info[_KEY]
    return memory


def has_memory(session: Session) -> bool:
    """Whether this session remembers."""
    return _KEY in session.info


def remembered(session: Session, key: Hashable, read: Callable[[], T]) -> T:
    """What was read or noted under this key before, else read now; without a memory always read.

    What is read for the memory must not depend on rows that are not written yet: it flushes nothing.
    """
    memory: Memory | None = session.info.get(_KEY)
    if memory is None:
        return read()
    if key not in memory.answers:
        with session.no_autoflush:
            memory.answers[key] = read()
    answer: T = memory.answers[key]
    return answer


def remember(session: Session, key: Hashable, answer: object) -> None:
    """Note what is known now under this key; without a memory nothing happens."""
    memory: Memory | None = session.info.get(_KEY)
    if memory is not None:
        memory.answers[key] = answer


def forget(session: Session, about: str) -> None:
    """Drop every answer whose key begins with this word."""
    memory: Memory | None = session.info.get(_KEY)
    if memory is not None:
        for key in [key for key in memory.answers if isinstance(key, tuple) and key[0] == about]:
            del memory.answers[key]


def is_unwritten(session: Session, row: Base) -> bool:
    """Whether a row is so new that all that belongs to it is in hand, and the database has nothing of it."""
    memory: Memory | None = session.info.get(_KEY)
    return memory is not None and id(row) in memory.held.get(type(row), ())


def add_row(session: Session, row: Base, column: str = "id") -> None:
    """Add a new row; with a memory it gets its number now and is written with others of its kind, at the next flush.

    Such a row must have every column that may not be empty, and the numbers of the rows it refers to.
    """
    memory: Memory | None = session.info.get(_KEY)
    if memory is None:
        session.add(row)
        return
    take_number(session, row, column)
    memory.held.setdefault(type(row), {})[id(row)] = row


def write_held(session: Session, *_: object) -> None:
    """Before every flush: plain statements for many rows, where the unit of work costs more than the work."""
    memory: Memory | None = session.info.get(_KEY)
    if memory is None or not memory.held:
        return
    held, memory.held = memory.held, {}
    for table, rows in held.items():  # as they came: who refers to another came after it
        names = [column.key for column in table.__mapper__.column_attrs]
        values = [{name: row.__dict__.get(name) for name in names} for row in rows.values()]
        session.connection().execute(insert(table.__table__), values)  # type: ignore[arg-type]
    rows_now = [row for rows in held.values() for row in rows.values()]
    for row in rows_now:
        make_transient_to_detached(row)
    session.add_all(rows_now)


event.listen(Session, "before_flush", write_held)


def take_number(session: Session, row: Base, column: str) -> None:
    """Give a new row its number now, so that others may name it before it is written.

    Only with a memory; else the flush gives it. A ticket's numbers on PostgreSQL are taken one by one: people see them.
    """
    memory: Memory | None = session.info.get(_KEY)
    if memory is None or getattr(row, column) is not None:
        return
    table = row.__tablename__
    if table not in memory.numbers:
        ahead = _count_up if session.get_bind().dialect.name == "sqlite" else _draw
        memory.numbers[table] = ahead(session, table, column)
    setattr(row, column, next(memory.numbers[table]))


def put_off(session: Session, table: type[Base], row: Mapping[str, Any]) -> bool:
    """Leave a row to the end of the transaction; False without a memory. Every row of a table has the same keys."""
    memory: Memory | None = session.info.get(_KEY)
    if memory is None:
        return False
    memory.rows.setdefault(table, []).append(row)
    return True


def is_any_put_off(session: Session) -> bool:
    """Whether rows wait to be written."""
    memory: Memory | None = session.info.get(_KEY)
    return memory is not None and (bool(memory.held) or any(memory.rows.values()))


def write_rows(session: Session, tables: Iterable[type[Base]]) -> None:
    """Write what was put off, after whatever it refers to."""
    memory: Memory = session.info[_KEY]
    for table in tables:
        rows = memory.rows.pop(table, None)
        if rows:
            session.connection().execute(insert(table.__table__), rows)  # type: ignore[arg-type]


def _count_up(session: Session, table: str, column: str) -> Iterator[int]:
    """SQLite has one writer, so the next numbers are ours; it would give the same."""
    columns = Base.metadata.tables[table].c
    last = session.connection().execute(select(func.max(columns[column]))).scalar() or 0
    while True:
        last += 1
        yield last


def _draw(session: Session, table: str, column: str) -> Iterator[int]:
    drawn = text(f"SELECT nextval(pg_get_serial_sequence('{table}', '{column}')) FROM generate_series(1, :many)")
    while True:
        many = 1 if table == "ticket" else BLOCK
        yield from session.connection().execute(drawn, {"many": many}).scalars().all()
