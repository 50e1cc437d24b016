"""Emptying an IMAP mailbox, exactly once and durably, beside nothing but FETCH and MOVE on the same Dovecot.

In:       how many mails, how many rounds.
Out:      mails a second of both in turn, their ratio in each round; JSON where asked for.
Not here: what becomes of the mails.

Run: python -m benchmarks.imap_drain [--mails 1000] [--rounds 5] [--json FILE]

The limit is imapclient that fetches 20 mails and moves 20, and forgets them. The desk's poller fetches the same
mails, stores them in SQLite with a synced commit, moves them, and keeps its place; a restart at any moment loses or
doubles nothing. Both connect, log in and search within the time that is measured.
"""

import argparse
import contextlib
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from imapclient import IMAPClient

from benchmarks.disk import sync_milliseconds
from benchmarks.smtp_load import make_content
from intake.cursor import Cursor, find_cursor, keep_cursor
from intake.group_commit import GroupCommit
from intake.inbox import Arrival, accept_all
from intake.poller import Poller
from intake.settings import MailboxSettings
from models import Store, open_store
from models.schema import upgrade
from models.store import KeptConnection
from tests.servers.imap_dovecot import Dovecot, running_dovecot

DONE = "Done"
AT_ONCE = 20


def lay(server: Dovecot, count: int, run: str) -> None:
    """Fill the inbox as a delivery agent does, and let Dovecot take note of it before anything is measured."""
    for number in range(count):
        server.lay_file(make_content(number, run)[:-3])
    with server.look("INBOX") as client:
        assert len(client.search("ALL")) == count
        with contextlib.suppress(Exception):
            client.delete_folder(DONE)
        client.create_folder(DONE)


def fetch_and_move(server: Dovecot) -> int:
    """The limit: what imapclient alone can do."""
    client = IMAPClient(server.host, server.port, ssl=False)
    client.login(server.username, server.password)
    client.select_folder("INBOX")
    uids = client.search("ALL")
    for start in range(0, len(uids), AT_ONCE):
        some = uids[start : start + AT_ONCE]
        client.fetch(some, ["BODY.PEEK[]"])
        client.move(some, DONE)
    client.logout()
    return len(uids)


def poller_on(server: Dovecot, store: Store, drawer: GroupCommit) -> Poller:
    """The desk's own poller on a real database."""
    settings = MailboxSettings("bench", server.host, server.port, False, server.username, server.password)
    arrival = Arrival("imap", ("help@oakdistrict.example",), None, True)

    def put(mails: Sequence[tuple[bytes, str]]) -> Sequence[object]:
        return drawer.deposit_all([(raw, arrival) for raw, _ in mails])

    def load() -> Cursor | None:
        with store.reading() as session:
            return find_cursor(session, "bench")

    def save(cursor: Cursor) -> None:
        with store.writing() as session:
            keep_cursor(session, "bench", cursor)

    return Poller(replace(settings, done_folder=DONE), put, load, save)


def timed(drain: Any, count: int) -> float:
    """Mails a second."""
    begun = time.perf_counter()
    assert drain() == count
    return count / (time.perf_counter() - begun)


def main() -> None:
    """Measure in turn, print, write."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--mails", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", type=Path)
    options.add_argument("--folder", type=Path, help="where the database lies (default: the temporary folder)")
    given = options.parse_args()
    rows = []
    with running_dovecot() as server, tempfile.TemporaryDirectory(dir=given.folder) as room:
        store = open_store(f"sqlite:///{room}/drain.db")
        upgrade(store)
        kept = KeptConnection(store)

        def store_all(parcels: Sequence[tuple[bytes, Arrival]]) -> list[int]:
            with kept.writing() as connection:
                return accept_all(connection, parcels, datetime.now(UTC))

        drawer = GroupCommit(store_all)
        for number in range(given.rounds + 1):  # the first one warms up
            lay(server, given.mails, f"a{number}.{time.time_ns()}")
            limit = timed(lambda: fetch_and_move(server), given.mails)
            lay(server, given.mails, f"b{number}.{time.time_ns()}")
            ours = timed(poller_on(server, store, drawer).read_once, given.mails)
            row = {"limit": limit, "ours": ours, "ratio": ours / limit, "sync_ms": sync_milliseconds(Path(room))}
            if number:
                rows.append(row)
                print(f"fetch and move {limit:6.0f}/s   the desk {ours:6.0f}/s   ratio {ours / limit:.2f}"
                      f"   (one sync of the disk {row['sync_ms']:.2f} ms)", flush=True)  # fmt: skip
        drawer.close()
        kept.close()
        store.close()
    ratios = sorted(row["ratio"] for row in rows)
    print(f"ratio: median {median(ratios):.2f}, from {ratios[0]:.2f} to {ratios[-1]:.2f}; goal 0.7")
    if given.json:
        given.json.write_text(json.dumps({"benchmark": "imap_drain", "mails": given.mails, "rounds": rows}, indent=1))


if __name__ == "__main__":
    main()
