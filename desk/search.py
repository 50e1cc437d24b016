"""Which tickets say certain words: every word somewhere in the subject or in the thread, as a part of it, in any case.

In:       a session, words.
Out:      parts(): conditions on Ticket, newest tickets first, that together find every such ticket; has_index().
Not here: the other filters and the page (desk.views), the index itself (migration 0009).

The index (of three letters each) only proposes; what it proposes is read and compared, so with it and without it the
answer is the same. A word of one or two letters is in no index: beside a longer one it is compared on what that one
has found, alone it is looked for in the tickets themselves, newest first.
"""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import Entry, Ticket

LETTERS = 3
# The newest tickets are read as they are, where the index gives no order; a word that many say is found there.
NEWEST, GROWS = 2_000, 4
# So many proposals are compared at once: as many as a page wants at first, more where few of them hold.
FIRST_BATCH, MOST_AT_ONCE = 200, 3_200

WITHOUT_FTS5 = "this SQLite was built without FTS5 or is older than 3.34"
WITHOUT_PG_TRGM = (
    "let an administrator run, in this database: CREATE EXTENSION IF NOT EXISTS pg_trgm; "
    "CREATE INDEX CONCURRENTLY ix_words_entry ON entry USING gin (text gin_trgm_ops); "
    "CREATE INDEX CONCURRENTLY ix_words_ticket ON ticket USING gin (subject gin_trgm_ops);"
)

Within = Callable[[InstrumentedAttribute[int]], ColumnElement[bool]]
_KNOWS_SQLITE = text("SELECT 1 FROM sqlite_master WHERE name = 'ticket_words'")
_KNOWS_POSTGRESQL = text(
    "SELECT 1 WHERE to_regclass('ix_words_entry') IS NOT NULL AND to_regclass('ix_words_ticket') IS NOT NULL"
)
_PROPOSED = text(
    "SELECT rowid FROM ticket_words WHERE ticket_words MATCH :asked AND rowid < :below ORDER BY rowid DESC LIMIT :most"
)


def parts(session: Session, words: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """Conditions for one part of the tickets after the other; whoever has enough asks for no more."""
    newest = session.scalar(select(func.max(Ticket.number))) or 0
    long = [word for word in words if len(word) >= LETTERS and "\0" not in word]
    if not long or not has_index(session):
        yield from (_between(words, low, high) for low, high in _windows(newest))
        return
    if session.get_bind().dialect.name == "sqlite":
        batches = _proposed_by_sqlite(session, long, newest + 1)
    else:
        yield _between(words, newest - NEWEST, newest)
        batches = _proposed_by_postgresql(session, long, newest - NEWEST)
    yield from (_among(words, numbers) for numbers in batches)


def has_index(session: Session) -> bool:
    """Whether this database could be given the index."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return session.scalar(_KNOWS_SQLITE if is_sqlite else _KNOWS_POSTGRESQL) is not None


def trigrams(word: str) -> Iterator[str]:
    """Its groups of three letters."""
    return (word[at : at + LETTERS] for at in range(len(word) - LETTERS + 1))


def _windows(newest: int) -> Iterator[tuple[int, int]]:
    """From the newest number down to nothing, each window larger than the one before."""
    high, size = newest, NEWEST
    while high > 0:
        yield high - size, high
        high, size = high - size, size * GROWS


def _between(words: Sequence[str], low: int, high: int) -> ColumnElement[bool]:
    return _says(words, lambda number: and_(number > low, number <= high))


def _among(words: Sequence[str], numbers: Sequence[int]) -> ColumnElement[bool]:
    return _says(words, lambda number: number.in_(numbers))


def _says(words: Sequence[str], within: Within) -> ColumnElement[bool]:
    """Every word is there; the thread is read within the part alone."""
    said = [
        or_(
            Ticket.subject.icontains(word, autoescape=True),
            Ticket.number.in_(
                select(Entry.ticket_number).where(
                    within(Entry.ticket_number), Entry.text.icontains(word, autoescape=True)
                )
            ),
        )
        for word in words
    ]
    return and_(within(Ticket.number), *said)


def _proposed_by_sqlite(session: Session, words: Sequence[str], below: int) -> Iterator[Sequence[int]]:
    groups = dict.fromkeys(group for word in words for group in trigrams(word))
    asked = " AND ".join('"' + group.replace('"', '""') + '"' for group in groups)
    most = FIRST_BATCH
    while True:
        numbers = session.scalars(_PROPOSED, {"asked": asked, "below": below, "most": most}).all()
        if numbers:
            yield numbers
        if len(numbers) < most:
            return
        below, most = numbers[-1], min(most * 2, MOST_AT_ONCE)


def _proposed_by_postgresql(session: Session, words: Sequence[str], highest: int) -> Iterator[Sequence[int]]:
    """Both indexes for each word, all of it at once: GIN has no order."""
    found: set[int] | None = None
    for word in sorted(words, key=len, reverse=True):
        subjects = select(Ticket.number).where(Ticket.subject.icontains(word, autoescape=True))
        threads = select(Entry.ticket_number).where(Entry.text.icontains(word, autoescape=True))
        numbers = set(session.scalars(subjects)) | set(session.scalars(threads))
        found = numbers if found is None else found & numbers
        if not found:
            return
    ordered = sorted((number for number in found or () if number <= highest), reverse=True)
    at, most = 0, FIRST_BATCH
    while at < len(ordered):
        yield ordered[at : at + most]
        at, most = at + most, min(most * 2, MOST_AT_ONCE)
