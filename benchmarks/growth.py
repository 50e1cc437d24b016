"""What many tickets cost: CPU a mail, and the lists, at a thousand tickets and at a hundred thousand.

In:       the numbers of tickets; a database URL, else a new SQLite file.
Out:      a table: CPU a mail and its ratio to the first row, milliseconds in the database for each list (median and
          99th percentile); JSON where asked for.
Not here: the way of a mail in parts (benchmarks.mail_to_ticket).

Run: python -m benchmarks.growth [--tickets 1000 10000 100000] [--mails 300] [--database URL] [--json FILE]

A million tickets (--tickets 1000 1000000) want about 3 GB of disk and some minutes to fill. The fill is what years of
work leave behind: a mail, an entry, three events and two notices a ticket, one in fifty tickets still undone.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.fill import fill_tickets
from benchmarks.sample import DESK, fill_district, make_mails
from benchmarks.work import finish
from classifier.corpus import read_corpus
from classifier.triage import Triage, load_triage
from desk import views
from desk.lists import read_board, weekly_list
from intake.inbox import Arrival, accept
from models import Person, Store, Ticket, open_store
from models.schema import upgrade

PAGE = 100
QUERIES = ("projector", "wifi", "chromebook cart", "password", "zzyzx", "contraseña")


def put_mails(store: Store, mails: Iterator[bytes]) -> int:
    """Let these mails wait; how many there are."""
    with store.writing() as session:
        ids = {accept(session, raw, Arrival("smtp", (DESK,), "t@x.example"), datetime.now(UTC)).id for raw in mails}
    return len(ids)


def lists(words: str, code: str, holder: str) -> dict[str, Callable[[Session], object]]:
    """The lists that people ask for, a page of each."""
    def page(**asked: str) -> Callable[[Session], object]:
        return lambda session: list(views.list_tickets(session, most=PAGE, **asked))

    return {
        "newest": page(), "open": page(status="open"), "of a school": page(school=code),
        "somebody's": page(assignee=holder), "faults": page(kind="fault"), "unsure": page(kind="unsure"),
        "a team's": page(assignee="network"),
        "words": page(query=words),
    }  # fmt: skip


def measure_lists(store: Store, rounds: int) -> dict[str, dict[str, float]]:
    """Median and 99th percentile of each list, in milliseconds."""
    dice, taken = random.Random(1), {}
    with store.reading() as session:
        holders = [address for person in session.scalars(select(Person).where(Person.role == "technician"))
                   if (address := person.address)]  # fmt: skip
    for _ in range(rounds):
        asked = lists(dice.choice(QUERIES), f"s{dice.randrange(20):02}", dice.choice(holders))
        for name, read in asked.items():
            with store.reading() as session:
                begun = time.perf_counter()
                read(session)
                taken.setdefault(name, []).append((time.perf_counter() - begun) * 1e3)
    for _ in range(rounds):
        with store.reading() as session:
            begun = time.perf_counter()
            read_board(session)
            taken.setdefault("daily board", []).append((time.perf_counter() - begun) * 1e3)
            coach = session.scalars(select(Person).where(Person.role == "itf").limit(1)).one()
            begun = time.perf_counter()
            weekly_list(session, coach, datetime.now(UTC))
            taken.setdefault("a coach's week", []).append((time.perf_counter() - begun) * 1e3)
    return {name: {"p50": _at(times, 0.5), "p99": _at(times, 0.99)} for name, times in taken.items()}


def _at(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def measure(store: Store, triage: Triage, mails: int, rounds: int, seed: int) -> dict[str, Any]:
    """One row of the table."""
    done = []
    for turn in range(3):
        count = put_mails(store, make_mails(mails, seed + turn))
        done.append(finish(store, triage, 0).cpu / count * 1e6)
    with store.reading() as session:
        tickets = session.scalar(select(func.count()).select_from(Ticket)) or 0
    return {"tickets": tickets, "cpu_us": min(done), "lists": measure_lists(store, rounds)}


def main() -> None:
    """Fill, measure, print, write."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tickets", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    options.add_argument("--mails", type=int, default=300)
    options.add_argument("--rounds", type=int, default=30)
    options.add_argument("--database")
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    triage, rows = load_triage(), []
    texts = [row.text for row in read_corpus() if row.text.strip()]
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(given.database or f"sqlite:///{folder}/growth.db")
        upgrade(store)
        with store.writing() as session:
            fill_district(session)
        for turn, tickets in enumerate(sorted(given.tickets)):
            fill_tickets(store, tickets, texts)
            rows.append(measure(store, triage, given.mails, given.rounds, 1_000 * (turn + 1)))
            row = rows[-1]
            row["cpu_ratio"] = row["cpu_us"] / rows[0]["cpu_us"]
            print(f"\n{row['tickets']:9,} tickets   CPU a mail {row['cpu_us']:6.0f} µs, {row['cpu_ratio']:.2f} x")
            for name, found in row["lists"].items():
                print(f"    {name:14} p50 {found['p50']:8.1f} ms   p99 {found['p99']:8.1f} ms", flush=True)
        store.close()
    if given.json:
        given.json.write_text(json.dumps({"benchmark": "growth", "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
