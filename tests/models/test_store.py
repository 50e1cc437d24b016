"""The store: readers never wait for a writer, and what is committed is durable."""

import pytest
from sqlalchemy import text

from models import School


def test_reading_goes_on_while_somebody_writes(store):
    with store.writing() as writer:
        writer.add(School(code="oak", name="Oak"))
        writer.flush()
        with store.reading() as reader:
            assert reader.query(School).count() == 0
    with store.reading() as reader:
        assert reader.query(School).count() == 1


def test_a_block_that_raises_leaves_nothing(store):
    with pytest.raises(RuntimeError), store.writing() as session:
        session.add(School(code="oak", name="Oak"))
        raise RuntimeError
    with store.reading() as reader:
        assert reader.query(School).count() == 0


def test_every_acknowledged_commit_reaches_the_disk(store):
    with store.reading() as session:
        if store.is_sqlite:
            assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
            assert session.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
            assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1
        else:
            assert session.execute(text("SHOW synchronous_commit")).scalar() != "off"
