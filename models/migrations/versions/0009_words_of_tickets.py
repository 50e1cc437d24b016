"""An index of the words on tickets, and what keeps the lists quick

In:       revision 0007.
Out:      revision 0009.
Not here: the questions asked of it (desk.search).

It knows groups of three letters, so that a part of a word is found as quickly as a whole one. SQLite: one document a
ticket, its subject and its whole thread, without a copy of the text; triggers keep it, so that nobody who writes can
forget it. PostgreSQL: pg_trgm. Where the database has neither, there is no index, and a search reads everything.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

# What is taken out must be exactly what was put in: FTS5 is told the old words.
_WHOLE = (
    "ticket.number, ticket.subject || char(10) || coalesce((SELECT group_concat(entry.text, char(10)) "
    "FROM entry WHERE entry.ticket_number = ticket.number{but}), '') FROM ticket"
)
_ALL = "INSERT INTO ticket_words (rowid, words) SELECT " + _WHOLE.format(but="")


def _put(number: str) -> str:
    return f"{_ALL} WHERE ticket.number = {number};"


def _take(number: str, but: str = "") -> str:
    whole = _WHOLE.format(but=but)
    return f"INSERT INTO ticket_words (ticket_words, rowid, words) SELECT 'delete', {whole} WHERE ticket.number = {number};"


# An entry that moves changes both tickets. Most changes of a ticket (its status, its holder) are none of its words.
_OLD, _NEW = "old.ticket_number", "new.ticket_number"
_OTHER = f"AND {_OLD} IS NOT {_NEW}"
_RENAMED = "WHEN old.subject IS NOT new.subject"
_REWORDED = f"WHEN old.text IS NOT new.text OR {_OLD} IS NOT {_NEW}"
TRIGGERS = {
    "ticket_words_opened": ("AFTER INSERT ON ticket", _put("new.number")),
    "ticket_words_said": ("AFTER INSERT ON entry", _take(_NEW, but=" AND entry.id <> new.id") + _put(_NEW)),
    "ticket_words_renaming": (f"BEFORE UPDATE OF subject ON ticket {_RENAMED}", _take("old.number")),
    "ticket_words_renamed": (f"AFTER UPDATE OF subject ON ticket {_RENAMED}", _put("new.number")),
    "ticket_words_rewording": (
        f"BEFORE UPDATE OF text, ticket_number ON entry {_REWORDED}", _take(_OLD) + _take(f"{_NEW} {_OTHER}")
    ),
    "ticket_words_reworded": (
        f"AFTER UPDATE OF text, ticket_number ON entry {_REWORDED}", _put(_NEW) + _put(f"{_OLD} {_OTHER}")
    ),
    "ticket_words_leaving": ("BEFORE DELETE ON ticket", _take("old.number")),
    "ticket_words_unsaying": ("BEFORE DELETE ON entry", _take(_OLD)),
    "ticket_words_unsaid": ("AFTER DELETE ON entry", _put(_OLD)),
}  # fmt: skip

UNDONE = "status IN ('new', 'open', 'pending')"
PARTIAL = (
    ("ix_ticket_undone", ["assignee_id", "team_id", "status", "priority", "updated_at"], UNDONE, UNDONE),
    (
        "ix_ticket_without_kind", ["number"], "fault = 0 AND training = 0 AND request = 0",
        "NOT fault AND NOT training AND NOT request",
    ),
    ("ix_ticket_training", ["opened_at"], "training = 1", "training"),
    ("ix_ticket_untaken", ["team_id", "number"], "assignee_id IS NULL", "assignee_id IS NULL"),
)  # fmt: skip


def upgrade() -> None:
    connection = op.get_bind()
    for name, columns, sqlite, postgresql in PARTIAL:
        op.create_index(name, "ticket", columns, sqlite_where=sa.text(sqlite), postgresql_where=sa.text(postgresql))
    if connection.dialect.name == "postgresql":
        _index_postgresql(connection)
    elif _has_trigrams(connection):
        op.execute(
            "CREATE VIRTUAL TABLE ticket_words USING fts5(words, content='', detail=none, columnsize=0, "
            "tokenize='trigram')"
        )
        op.execute(f"{_ALL} ORDER BY ticket.number")
        for name, (when, body) in TRIGGERS.items():
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {when} BEGIN {body} END")


def downgrade() -> None:
    for name, *_ in PARTIAL:
        op.drop_index(name, table_name="ticket")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX IF EXISTS ix_words_entry")
        op.execute("DROP INDEX IF EXISTS ix_words_ticket")
        return
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.execute("DROP TABLE IF EXISTS ticket_words")


def _index_postgresql(connection: sa.Connection) -> None:
    """The owner of a database may create pg_trgm; who may not, or has no such file, goes on without."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError:
        return
    for table, column in (("entry", "text"), ("ticket", "subject")):
        op.execute(
            f"CREATE INDEX ix_words_{table} ON {table} USING gin ({column} gin_trgm_ops) "
            "WITH (gin_pending_list_limit = 256)"
        )


def _has_trigrams(connection: sa.Connection) -> bool:
    """FTS5 may be left out of SQLite, and its trigrams came with 3.34."""
    try:
        connection.exec_driver_sql("CREATE VIRTUAL TABLE temp.probe USING fts5(words, tokenize='trigram')")
    except sa.exc.DBAPIError:
        return False
    connection.exec_driver_sql("DROP TABLE temp.probe")
    return True
