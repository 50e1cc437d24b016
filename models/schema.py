"""The schema's history: which version a database has, and bringing it up to date.

In:       a Store.
Out:      `upgrade()` (Alembic), `schema_state()`.
Not here: the tables themselves.
"""

from enum import Enum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from models.store import Store

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
    scripts = ScriptDirectory.from_config(_config())
    with store.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        return SchemaState.EMPTY
    if revision == scripts.get_current_head():
        return SchemaState.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaState.BEHIND if revision in known else SchemaState.UNKNOWN


def upgrade(store: Store) -> None:
    """Run every migration that the database lacks, in one transaction; safe to call from several hosts."""
    config = _config()
    with store.engine.begin() as connection:
        if not store.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": ADVISORY_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
