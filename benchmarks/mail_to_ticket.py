"""Mail to classified, routed, acknowledged ticket, beside the parts it is made of, in one run.

In:       how many mails, how many worker processes, which database.
Out:      mails a second and CPU a mail, both as ratios to aiosmtpd into nothing and to the standard library's
          default policy reading the same mails; queries and commits a mail; JSON where asked for.
Not here: the doors (benchmarks.accept), many tickets (benchmarks.growth).

Run: python -m benchmarks.mail_to_ticket [--mails 2000] [--rounds 3] [--workers 0] [--postgresql] [--json FILE]

The mails lie in `inbound_mail` already; what is timed is the worker from its first claim to the last settled mail.
With --workers 0 it works in this process, else in so many processes, and then their CPU counts together. Rounds
alternate with the parts, so that whatever else the machine does hits both.
"""

import argparse
import contextlib
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event, func, select

from benchmarks.parse_mail import policy_default
from benchmarks.sample import DESK, fill_district, make_mails
from benchmarks.smtp_load import measure
from benchmarks.smtp_servers import nothing
from benchmarks.work import Finished, finish, house_on
from classifier.triage import Triage, load_triage
from desk.worker import Worker
from intake.inbox import Arrival, accept
from intake.message import read_message
from models import InboundMail, Notice, Store, Ticket, open_store
from models.schema import upgrade
from tests.servers.postgresql import DURABLE, Cluster, running_server

RATE_GOAL, CPU_GOAL = 0.34, 2.0 / 2.4


@contextlib.contextmanager
def desk_with(mails: Sequence[bytes], cluster: Cluster | None) -> Iterator[Store]:
    """A district's database in which these mails wait."""
    with tempfile.TemporaryDirectory() as folder:
        url = cluster.fresh(upgrade).render_as_string(hide_password=False) if cluster else f"sqlite:///{folder}/desk.db"
        store = open_store(url)
        upgrade(store)
        with store.writing() as session:
            fill_district(session)
        for at in range(0, len(mails), 100):
            with store.writing() as session:
                for raw in mails[at : at + 100]:
                    accept(session, raw, Arrival("smtp", (DESK,), "teacher@oakdistrict.example"), datetime.now(UTC))
        yield store
        store.close()


def settled(store: Store, count: int) -> dict[str, int]:
    """What became of the mails; stops the run when one has no ticket or no notice."""
    with store.reading() as session:
        states = Counter(session.scalars(select(InboundMail.state)))
        tickets = session.scalar(select(func.count()).select_from(Ticket)) or 0
        said = Counter(session.scalars(select(Notice.template)))
    assert states == {"ticketed": count}, states
    assert tickets + said["follow_up"] >= count, tickets
    return {"tickets": tickets, **said}


def count_statements(mails: Sequence[bytes], triage: Triage) -> dict[str, float]:
    """How many statements and commits a mail costs."""
    counted: Counter[str] = Counter()
    with desk_with(mails, None) as store:
        def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            counted[statement.split(None, 1)[0].rstrip(";")] += 1

        worker = Worker(store, house_on(triage), "count", lambda: datetime.now(UTC))
        event.listen(store.engine, "before_cursor_execute", note)
        event.listen(store.engine, "commit", lambda _: counted.update(["COMMIT"]))
        while worker.work():
            pass
    return {name: number / len(mails) for name, number in counted.most_common()}


def micros(work: Callable[[bytes], object], mails: Sequence[bytes]) -> float:
    """CPU of one call, in microseconds."""
    begun = time.process_time()
    for raw in mails:
        work(raw)
    return (time.process_time() - begun) / len(mails) * 1e6


def one_round(
    workers: int, cluster: Cluster | None, triage: Triage, port: int, mails: Sequence[bytes]
) -> dict[str, Any]:
    """The limits, the parts, and the work itself."""
    sample = mails[:300]
    messages = [read_message(raw) for raw in sample]
    found: dict[str, Any] = {
        "nothing_rate": measure(port, len(mails), 20).rate,
        "default_policy_us": micros(policy_default, sample),
        "read_us": micros(read_message, sample),
    }
    begun = time.process_time()
    for message in messages:
        triage.classify(message.subject, message.new_text)
    found["classify_us"] = (time.process_time() - begun) / len(messages) * 1e6
    with desk_with(mails, cluster) as store:
        done: Finished = finish(store, triage, workers)
        found["became"] = settled(store, len(mails))
    found["nothing_rate"] = (found["nothing_rate"] + measure(port, len(mails), 20).rate) / 2
    found |= {"rate": len(mails) / done.seconds, "cpu_us": done.cpu / len(mails) * 1e6}
    found["rate_ratio"] = found["rate"] / found["nothing_rate"]
    found["cpu_ratio"] = found["cpu_us"] / found["default_policy_us"]
    return found


def report(mails: int, rows: list[dict[str, Any]]) -> None:
    """The table of one number of mails."""
    print(f"\n{mails} mails; what became of them: {rows[0]['became']}")
    for row in rows:
        print(
            f"  nothing {row['nothing_rate']:6.0f}/s  ticket {row['rate']:6.0f}/s  ratio {row['rate_ratio']:.3f}   "
            f"CPU a mail {row['cpu_us']:5.0f} µs, default policy {row['default_policy_us']:5.0f}, "
            f"ratio {row['cpu_ratio']:.2f}   (read {row['read_us']:.0f}, classify {row['classify_us']:.0f})"
        )
    print(f"  rate: median {median(row['rate_ratio'] for row in rows):.3f} x; goal at least {RATE_GOAL}")
    print(f"  CPU:  median {median(row['cpu_ratio'] for row in rows):.2f} x; goal at most {CPU_GOAL:.2f}")


def main() -> None:
    """Measure, print, write."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--mails", type=int, nargs="+", default=[500, 2000])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--workers", type=int, default=0, help="processes; 0: in this one")
    options.add_argument("--postgresql", action="store_true", help="on a durable PostgreSQL of its own")
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    triage = load_triage()
    statements = count_statements(list(make_mails(200, seed=99)), triage)
    print("statements a mail:", ", ".join(f"{name} {number:.2f}" for name, number in statements.items()))
    result: dict[str, Any] = {"benchmark": "mail_to_ticket", "workers": given.workers, "statements": statements}
    with nothing() as port, running_server(DURABLE) if given.postgresql else contextlib.nullcontext() as server:
        measure(port, 200, 20)
        cluster = Cluster(server.url) if server is not None else None
        for count in given.mails:
            rounds = [
                one_round(given.workers, cluster, triage, port, list(make_mails(count, seed)))
                for seed in range(given.rounds)
            ]
            report(count, rounds)
            result[str(count)] = rounds
    if given.json:
        given.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
