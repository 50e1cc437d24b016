"""The scene as a fixture, once on SQLite and once on PostgreSQL; and on SQLite alone for pure wording.

In:       the stores of tests.conftest.
Out:      `scene`, `plain_scene`.
Not here: what the scene holds (tests.notifier.scene).
"""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from models import Base, open_store
from tests.notifier.scene import Scene, make_scene


@pytest.fixture
def scene(session: Session) -> Scene:
    """Ticket 4711 in a fresh database of either kind."""
    return make_scene(session)


@pytest.fixture
def plain_scene() -> Iterator[Scene]:
    """Ticket 4711 in memory, for tests of words that no database changes."""
    store = open_store("sqlite:///:memory:")
    Base.metadata.create_all(store.engine)
    with Session(store.engine, expire_on_commit=False) as session:
        yield make_scene(session)
    store.close()
