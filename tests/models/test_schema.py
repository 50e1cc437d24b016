"""The schema's history leads exactly to the tables of the data model."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from models import Base, open_store
from models.migrations.own import is_of_words
from models.schema import SchemaState, schema_state, upgrade


def test_migrations_lead_to_the_tables_of_the_model(empty_database_url):
    store = open_store(empty_database_url)
    assert schema_state(store) is SchemaState.EMPTY
    upgrade(store)
    assert schema_state(store) is SchemaState.CURRENT
    with store.engine.connect() as connection:
        # The index of words is no table of the model's.
        opts = {"compare_type": False, "include_object": lambda _, name, *rest: not is_of_words(name)}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []
    store.close()


def test_upgrading_twice_changes_nothing(store):
    upgrade(store)
    assert schema_state(store) is SchemaState.CURRENT


def test_a_database_of_a_newer_version_is_recognised(store):
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert schema_state(store) is SchemaState.UNKNOWN
