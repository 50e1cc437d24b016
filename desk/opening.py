"""Opening a desk: the database brought up to date, the directory filled, the keys read.

In:       Settings.
Out:      OpenDesk; Unready, with a sentence for the operator, when it cannot be opened.
Not here: running it (desk.service).
"""

import os
import secrets
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from desk.config import ConfigError, Settings
from desk.directory import DirectoryError, apply_directory
from models import SigningKey, Store, open_store
from models.schema import SchemaState, schema_state, upgrade
from notifier.settings import DeskIdentity

# sysexits.h: wrong configuration; try again later.
WRONG, LATER = 2, 75


class Unready(Exception):
    """The desk cannot be opened; says what to do, and with which status the command ends."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class OpenDesk:
    """A desk ready to work."""

    settings: Settings
    store: Store
    desk: DeskIdentity

    def close(self) -> None:
        """Give back the database."""
        self.store.close()


def now_utc() -> datetime:
    """The clock, at the house's edge; everything inside takes `now` as a value."""
    return datetime.now(UTC)


def open_desk(
    settings: Settings, *, migrate: bool = False, roster_follows: bool = False, only_looks: bool = False
) -> OpenDesk:
    """Open the database, bring its schema up to date where that is ours to do, and apply the directory.

    SQLite belongs to this program alone, so its schema follows by itself. On PostgreSQL other hosts may
    still run the older version: there an operator says when, with `districtdesk migrate`. `roster_follows`
    lets coverage name people whom only the coming import will bring. `only_looks`: what reads a desk, perhaps with
    another configuration than the one that serves, must not make the directory follow its own.
    """
    store = _connect(settings.database_url)
    try:
        _bring_up_to_date(store, migrate)
        with store.writing() as session:
            if not only_looks:
                _apply(session, settings, roster_follows)
            keys = session.scalars(select(SigningKey).order_by(SigningKey.id.desc()).limit(2)).all()
            if not keys:
                keys = [SigningKey(secret=secrets.token_bytes(32), created_at=now_utc())]
                session.add(keys[0])
            identity = replace(settings.desk, signing_keys=tuple(key.secret for key in keys))
    except DirectoryError as error:
        store.close()
        raise ConfigError([f"{settings.source}: {line}" for line in str(error).splitlines()]) from None
    except OperationalError as error:
        store.close()
        raise _unreachable(settings.database_url, error) from None
    except Unready:
        store.close()
        raise
    return OpenDesk(settings, store, identity)


def _apply(session: Session, settings: Settings, roster_follows: bool) -> None:
    apply_directory(
        session, settings.schools, settings.people, settings.teams, settings.coverage, settings.desk.addresses,
        roster_follows=roster_follows, own_categories=settings.desk.own_categories,
    )  # fmt: skip


def _connect(url: str) -> Store:
    try:
        return open_store(url)
    except (ArgumentError, NoSuchModuleError) as error:
        raise Unready(f"[database] url cannot be used: {type(error).__name__}", WRONG) from None
    except ModuleNotFoundError as error:
        hint = f"the driver '{error.name}' is not installed; pip install 'districtdesk[postgresql]'"
        raise Unready(f"[database] url: {hint}", WRONG) from None
    except OSError as error:
        raise Unready(f"[database] url: its folder cannot be made: {os.strerror(error.errno or 0)}", WRONG) from None


def _bring_up_to_date(store: Store, migrate: bool) -> None:
    try:
        state = schema_state(store)
    except OperationalError as error:
        raise _unreachable(str(store.engine.url), error) from None
    except DatabaseError:
        raise Unready(
            f"{store.engine.url.database} is not a database of District Desk; name another file", WRONG
        ) from None
    if state is SchemaState.CURRENT:
        return
    if state is SchemaState.UNKNOWN:
        raise Unready("the database was written by a newer District Desk; install that version", WRONG)
    if not (store.is_sqlite or migrate):
        raise Unready("the database's schema is not up to date; run 'districtdesk migrate'", WRONG)
    upgrade(store)
    if state is SchemaState.BEHIND or not store.is_sqlite:
        print("the database's schema has been brought up to date", file=sys.stderr)


def _unreachable(url: str, error: OperationalError) -> Unready:
    said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "no answer"
    if url.startswith("sqlite"):
        read_only = "readonly" in said or "unable to open" in said
        advice = "check that its folder exists and is writable" if read_only else "try again"
        return Unready(f"the database file cannot be used ({said}); {advice}", WRONG if read_only else LATER)
    return Unready(f"the database cannot be reached ({said}); check [database] url and that it runs", LATER)
