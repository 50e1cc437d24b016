"""A search finds the same with the index as by reading everything, on both databases, whatever the words."""

import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, event, or_, select, text, update
from sqlalchemy.exc import DBAPIError

from desk import search
from desk.search import has_index
from desk.views import list_tickets
from models import Entry, Person, Store, Ticket, open_store
from models.schema import upgrade
from tests.servers import absent
from tests.servers.postgresql import Cluster, find_programs_with, running_server

AT = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
BITS = (
    "Projector", "PROJECTOR", "wifi", "WiFi-7", "100%", "a_b", "a%b", "O'Brien", '"quoted"', "AND", "NEAR(", "NOT x", "*", "-",
    "col:on", "^start", "(paren)", "\\back", "/slash", "é", "École", "ÉCOLE", "naïve", "Straße", "STRASSE", "İstanbul", "ſharp",
    "投影機", "投影", "プロジェクター", "😀😀😀", "a😀b", "Ω", "ΩΜΕΓΑ", "ωμεγα", "K", "thing", "the", "nth", "ab", "x", "--", "''", "%%%",
    "___", "e\u0301cole", "line\nbreak", "tab\tbed", "zero\u200bwidth",
)  # fmt: skip
ASKED = (
    *BITS, "projector wifi", "PROJ the x", "投影機 the", "%", "_", "'", '"', '""', '" OR "', "AND OR NOT", "words:pro*", "ecole",
    "jec", "the the", "rojector\u00a0wifi", "nothing-like-it", "😀", "école é", "\\", "a\\_b", "ſha", "sha", "k", "kth", "\u2126",
)  # fmt: skip


def fill(store: Store, tickets: int, seed: int) -> None:
    dice = random.Random(seed)
    with store.writing() as session:
        person = Person(name="Tess", role="requester")
        session.add(person)
        session.flush()
        for _ in range(tickets):
            ticket = Ticket(subject=some(dice, 3), requester_id=person.id, opened_at=AT, updated_at=AT)
            session.add(ticket)
            session.flush()
            session.add_all(Entry(ticket_number=ticket.number, at=AT, text=some(dice, 6)) for _ in range(dice.randrange(4)))


def some(dice: random.Random, most: int) -> str:
    return dice.choice((" ", "", "\n")).join(dice.choice(BITS) for _ in range(dice.randrange(most)))


def by_reading(store: Store, query: str) -> list[int]:
    """The meaning of a search, in one statement without any index."""
    chosen = select(Ticket.number).order_by(Ticket.number.desc())
    for word in query.split():
        said = select(Entry.ticket_number).where(Entry.text.icontains(word, autoescape=True))
        chosen = chosen.where(or_(Ticket.subject.icontains(word, autoescape=True), Ticket.number.in_(said)))
    with store.reading() as session:
        return list(session.scalars(chosen))


def found(store: Store, query: str, **filters) -> list[int]:
    with store.reading() as session:
        return [row["number"] for row in list_tickets(session, query=query, **filters)]


def assert_same(store: Store) -> int:
    hits = {query: by_reading(store, query) for query in ASKED}
    for query, expected in hits.items():
        assert found(store, query) == expected, query
    return sum(map(len, hits.values()))


@pytest.fixture(scope="module")
def server_with_trigrams():
    """A PostgreSQL that may create pg_trgm; the one that comes by pip has no such file, so it shows the other case."""
    programs = find_programs_with("pg_trgm")
    if programs is None:
        absent("postgresql", "no server with pg_trgm was found", "Install Debian's `postgresql`")
    with running_server(programs=programs) as server:
        yield Cluster(server.url)


@pytest.fixture(params=["sqlite", "postgresql", "pg_trgm"])
def engine_name(request):
    return request.param


@pytest.fixture
def database_url(empty_database_url):
    store = open_store(empty_database_url)
    upgrade(store)
    store.close()
    return empty_database_url


@pytest.fixture
def empty_database_url(engine_name, request, tmp_path):
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'search.db'}"
        return
    name = "server_with_trigrams" if engine_name == "pg_trgm" else "postgresql"
    cluster = request.getfixturevalue(name)
    url = cluster.fresh(None)
    yield url.render_as_string(hide_password=False)
    cluster.drop(url)


def can_index(store: Store) -> bool:
    with store.reading() as session:
        return store.is_sqlite or bool(
            session.scalar(text("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"))
        )


@pytest.fixture
def in_small_steps(monkeypatch):
    """Windows and batches so small that a few hundred tickets go through all of them."""
    for name, value in (("NEWEST", 20), ("FIRST_BATCH", 7), ("MOST_AT_ONCE", 25)):
        monkeypatch.setattr(search, name, value)


@pytest.mark.parametrize("seed", [1, 2])
def test_odd_words_are_found_as_by_reading_everything(store, seed, in_small_steps):
    with store.reading() as session:
        assert has_index(session) == can_index(store)
    fill(store, 250, seed)
    assert assert_same(store) > 1_000


def test_without_an_index_the_same_is_found(store, in_small_steps):
    fill(store, 150, 3)
    before = [found(store, query) for query in ASKED]
    drop_index(store)
    with store.reading() as session:
        assert not has_index(session)
    assert [found(store, query) for query in ASKED] == before
    assert_same(store)


def drop_index(store: Store) -> None:
    with store.writing() as session:
        if store.is_sqlite:
            names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                session.execute(text(f"DROP TRIGGER {name}"))
            session.execute(text("DROP TABLE ticket_words"))
        else:
            session.execute(text("DROP INDEX IF EXISTS ix_words_entry"))


def test_the_index_follows_every_change(store, in_small_steps):
    fill(store, 120, 4)
    dice = random.Random(4)
    with store.writing() as session:
        entries = session.scalars(select(Entry.id)).all()
        numbers = session.scalars(select(Ticket.number)).all()
        for entry in dice.sample(entries, 60):
            session.execute(update(Entry).where(Entry.id == entry).values(text=some(dice, 6)))
        for entry in dice.sample(entries, 40):
            session.execute(update(Entry).where(Entry.id == entry).values(ticket_number=dice.choice(numbers)))
        for number in dice.sample(numbers, 40):
            session.execute(update(Ticket).where(Ticket.number == number).values(subject=some(dice, 3)))
        session.execute(delete(Entry).where(Entry.id.in_(dice.sample(entries, 40))))
        gone = dice.sample(numbers, 20)
        session.execute(delete(Entry).where(Entry.ticket_number.in_(gone)))
        session.execute(delete(Ticket).where(Ticket.number.in_(gone)))
    assert_same(store)
    assert_index_is_whole(store)


def assert_index_is_whole(store: Store) -> None:
    """Nothing of a ticket that is gone, nothing of words that were changed: the vocabulary is that of the texts."""
    if not store.is_sqlite:
        return
    with store.writing() as session:
        session.execute(text("CREATE VIRTUAL TABLE temp.again USING fts5(words, content='', detail=none, columnsize=0, tokenize='trigram')"))
        session.execute(text(
            "INSERT INTO temp.again (rowid, words) SELECT number, subject || char(10) || coalesce((SELECT group_concat(text, char(10)) "
            "FROM entry WHERE ticket_number = number), '') FROM ticket"
        ))  # fmt: skip
        words = {}
        for place, name in (("main", "ticket_words"), ("temp", "again")):
            session.execute(text(f"CREATE VIRTUAL TABLE temp.seen_{name} USING fts5vocab('{place}', '{name}', 'row')"))
            rows = session.execute(text(f"SELECT term, doc FROM temp.seen_{name}"))
            words[name] = dict(rows.all())
        assert words["ticket_words"] == words["again"]


def test_a_search_goes_with_the_other_filters_and_stops_early(store, in_small_steps):
    fill(store, 400, 5)
    everything = by_reading(store, "the")
    with store.writing() as session:
        session.execute(update(Ticket).where(Ticket.number.in_(everything[::3])).values(status="closed"))
    assert found(store, "the", status="closed") == everything[::3]
    asked = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert found(store, "the", most=3) == everything[:3]
    few = len(asked)
    found(store, "the")
    assert 2 * few < len(asked) - few


def test_a_database_with_tickets_is_indexed_by_the_upgrade(empty_database_url):
    store = open_store(empty_database_url)
    migrate(store, "0007")
    fill(store, 60, 6)
    migrate(store, "head")
    with store.reading() as session:
        assert has_index(session) == can_index(store)
    assert_same(store)
    migrate(store, "0007")
    with store.reading() as session:
        assert not has_index(session)
    fill(store, 10, 7)
    assert_same(store)
    store.close()


def migrate(store: Store, to: str) -> None:
    from alembic import command

    from models.schema import _config

    config = _config()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if to != "head" and has_version(connection, to) else command.upgrade)(config, to)


def has_version(connection, version: str) -> bool:
    try:
        with connection.begin_nested():
            return (connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "") > version
    except DBAPIError:
        return False
