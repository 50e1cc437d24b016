"""Accepting mail durably, beside aiosmtpd that accepts it into nothing.

In:       how many mails and rounds; which databases.
Out:      mails a second and the time a mail takes, of both in turn, and their ratios; JSON where asked for.
Not here: what becomes of the mails.

Run: python -m benchmarks.accept [--mails 2000] [--rounds 5] [--database sqlite --database postgresql] [--json FILE]

The door is the real command, `districtdesk serve --only smtp`, which says 250 after a synced commit. Both servers run
all the while, and rounds alternate, so that whatever else the machine does hits both. The load is one process with an
asyncio Protocol a connection (smtp_load). Besides the rates it tells how long one sync of this disk took meanwhile: on
one connection no durable door can be quicker than that.
"""

import argparse
import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.disk import sync_milliseconds
from benchmarks.smtp_load import Load, measure
from benchmarks.smtp_servers import door, nothing
from models.schema import upgrade
from tests.servers.postgresql import DURABLE, Cluster, running_server

GOALS = {20: 0.85, 1: 0.6}
SLOWER_AT_MOST = 3.0


@contextlib.contextmanager
def database(name: str, room: Path) -> Iterator[str]:
    """The URL of a durable, migrated database."""
    if name == "sqlite":
        yield f"sqlite:///{room / 'accept.db'}"
        return
    with running_server(DURABLE) as server:
        yield Cluster(server.url).fresh(upgrade).render_as_string(hide_password=False)


def compare(limit_port: int, port: int, mails: int, connections: int, room: Path) -> dict[str, Any]:
    """One round: the limit, the door."""
    limit = measure(limit_port, mails, connections)
    ours = measure(port, mails, connections)
    assert not ours.refused and not limit.refused, (ours.refused[:1], limit.refused[:1])
    return {
        "connections": connections, "limit": _figures(limit), "ours": _figures(ours), "ratio": ours.rate / limit.rate,
        "p99_ratio": ours.quantile(0.99) / limit.quantile(0.99), "sync_ms": sync_milliseconds(room),
    }  # fmt: skip


def _figures(load: Load) -> dict[str, float]:
    return {"rate": load.rate, "p50_ms": load.quantile(0.5), "p99_ms": load.quantile(0.99)}


def report(name: str, rows: list[dict[str, Any]]) -> None:
    """The table of one database and number of connections."""
    connections = rows[0]["connections"]
    print(f"\n{name}, {connections} connection{'s' if connections > 1 else ''}")
    for row in rows:
        limit, ours = row["limit"], row["ours"]
        print(
            f"  nothing {limit['rate']:6.0f}/s p50 {limit['p50_ms']:6.2f} p99 {limit['p99_ms']:6.2f} ms"
            f"   door {ours['rate']:6.0f}/s p50 {ours['p50_ms']:6.2f} p99 {ours['p99_ms']:6.2f} ms"
            f"   ratio {row['ratio']:.2f}  p99 {row['p99_ratio']:.1f} x  (sync {row['sync_ms']:.2f} ms)"
        )
    for what, key, goal in (
        ("rate", "ratio", f"at least {GOALS[connections]}"),
        ("p99", "p99_ratio", f"at most {SLOWER_AT_MOST:.0f}" if connections > 1 else "none"),
    ):
        found = sorted(row[key] for row in rows)
        print(f"  {what}: median {median(found):.2f} x, from {found[0]:.2f} to {found[-1]:.2f}; goal {goal}")


def main() -> None:
    """Measure, print, write."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--mails", type=int, default=2000, help="a round on 20 connections; a quarter of them on one")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--database", action="append", choices=("sqlite", "postgresql"))
    options.add_argument("--json", type=Path)
    options.add_argument("--folder", type=Path, help="where the database lies (default: the temporary folder)")
    given = options.parse_args()
    found = []
    for name in given.database or ("sqlite", "postgresql"):
        with contextlib.ExitStack() as stack:
            room = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=given.folder)))
            limit_port = stack.enter_context(nothing())
            port = stack.enter_context(door(room / "desk", stack.enter_context(database(name, room))))
            for connections in GOALS:
                mails = given.mails if connections > 1 else given.mails // 4
                compare(limit_port, port, mails // 5, connections, room)  # warms up
                rows = [compare(limit_port, port, mails, connections, room) for _ in range(given.rounds)]
                report(name, rows)
                found += [{"database": name, **row} for row in rows]
    if given.json:
        given.json.write_text(json.dumps({"benchmark": "accept", "mails": given.mails, "rounds": found}, indent=1))


if __name__ == "__main__":
    main()
