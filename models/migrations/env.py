"""Alembic's entry: runs migrations on the connection that models.schema hands over.

In:       config.attributes["connection"].
Out:      the migrated schema.
Not here: opening databases.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from models import Base
from models.base import UtcDateTime
from models.migrations.own import is_of_words


def _render(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column type into migrations by its plain SQLAlchemy name."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run() -> None:
    connection = context.config.attributes["connection"]
    # SQLite cannot alter columns in place; batch mode rebuilds the table.
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=_render,
        include_object=lambda _thing, name, *_rest: not is_of_words(name),
    )  # fmt: skip
    context.run_migrations()


_run()
