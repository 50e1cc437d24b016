"""How much memory the whole embedded service takes while mail after mail goes through it.

In:       how many mails.
Out:      the resident memory of all its processes at the start, after each tenth, at the end; JSON where asked for.
Not here: which part of the program holds it.

Run: python -m benchmarks.memory [--mails 5000] [--json FILE]     (the long one: --mails 100000)

The service is the real command, `districtdesk serve` with every part, on SQLite; its smarthost takes everything.
A tenth is over when its mails are settled and the notices about them have left.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.deliver import deliver
from benchmarks.running import memory_of, wait_until_done, whole_desk
from benchmarks.sample import make_mails
from benchmarks.smtp_servers import nothing

GOAL_MB, FLAT_MB = 150, 10
PARTS = 10


def with_sender(mails: Iterator[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Each with its author's address as reverse-path."""
    for raw in mails:
        yield raw.partition(b"From: ")[2].partition(b"<")[2].partition(b">")[0], raw


def measure(folder: Path, mails: int) -> list[dict[str, float]]:
    """A row a tenth."""
    rows = []
    with nothing() as smarthost, whole_desk(folder, f"127.0.0.1:{smarthost}") as desk:
        time.sleep(2)  # let every part come up
        begun, waiting = time.perf_counter(), with_sender(make_mails(mails))
        for part in range(PARTS + 1):
            sent = mails * part // PARTS
            if part:
                shown = deliver(desk.smtp_port, islice(waiting, sent - mails * (part - 1) // PARTS))
                assert not shown.refused, shown.refused[:1]
                wait_until_done(folder, sent)
            used = memory_of(desk.process.pid) / 1e6
            rows.append({"mails": sent, "mb": used, "seconds": time.perf_counter() - begun})
            print(f"  {sent:7,} mails   {used:6.1f} MB   after {rows[-1]['seconds']:6.1f} s", flush=True)
    return rows


def main() -> None:
    """Measure, print, write."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--mails", type=int, default=5_000)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), given.mails)
    most, grown = max(row["mb"] for row in rows), rows[-1]["mb"] - rows[PARTS // 2]["mb"]
    print(f"  most {most:.1f} MB, goal at most {GOAL_MB}; second half {grown:+.1f} MB, flat within {FLAT_MB}")
    if given.json:
        given.json.write_text(json.dumps({"benchmark": "memory", "most_mb": most, "grown_mb": grown, "rows": rows}))


if __name__ == "__main__":
    main()
