"""The schema's history: which version a database has, and bringing it up to date.

In:       a Store.
Out:      `upgrade()` (Alembic), `schema_state()`.
Not here: the tables themselves.

Alembic is imported by whoever changes the schema: a service that finds it up to date would carry 11 MB for nothing.
"""

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from models.store import Store

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
# One number for "District Desk is changing its schema", so that two hosts starting at once take turns.
ADVISORY_LOCK = 4_711_118


class SchemaState(Enum):
    """How a database stands to this version of the program."""

    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    UNKNOWN = "unknown"
    """Written by a newer version: this program must not touch it."""


def schema_state(store: Store) -> SchemaState:
    """Compare the database's revision with ours."""
    with store.engine.connect() as connection:
        known = inspect(connection).has_table("alembic_version")
        revision = connection.scalar(text("SELECT version_num FROM alembic_version")) if known else None
    if revision is None:
        return SchemaState.EMPTY
    ours = revisions()
    if revision == ours[-1]:
        return SchemaState.CURRENT
    return SchemaState.BEHIND if revision in ours else SchemaState.UNKNOWN


def revisions() -> list[str]:
    """Ours, oldest first: a migration's file is called after its revision, which counts up."""
    return sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def upgrade(store: Store) -> None:
    """Run every migration that the database lacks, in one transaction; safe to call from several hosts."""
    from alembic import command

    config = _config()
    with store.engine.begin() as connection:
        if not store.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": ADVISORY_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
