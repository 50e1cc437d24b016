"""The schema's history leads exactly to the tables of the data model."""

import subprocess
import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from models import Base, open_store
from models.migrations.own import is_of_words
from models.schema import MIGRATIONS, SchemaState, _config, revisions, schema_state, upgrade


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


def test_the_files_of_the_migrations_tell_their_order():
    """`schema_state` goes by their names, so that a service need not load Alembic."""
    scripts = ScriptDirectory.from_config(_config())
    assert [script.revision for script in scripts.walk_revisions()] == revisions()[::-1]


def test_a_service_does_not_load_what_only_changes_the_schema():
    said = "import sys, desk.service, desk.cli; print([m for m in ('alembic', 'mako', 'sklearn', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, cwd=MIGRATIONS.parents[1])
    assert done.stdout.strip() == "[]"
