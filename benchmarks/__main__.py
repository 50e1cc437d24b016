"""Every benchmark, one after the other: what they print, their figures as JSON, and each beside its goal as a picture.

In:       a folder; whether to take the time for a measurement; which benchmarks.
Out:      in the folder `figures.json` (all rounds) and `ratios.svg` (each figure as a share of its goal).
Not here: what is measured (the modules of this package; each runs alone too).

Run: python -m benchmarks [--full] [--only NAME ...] [--out FOLDER]

As it is, a look: few mails and rounds, some minutes in all. With --full, the numbers that are worth keeping. What ends
with an error or takes too long is told, and the others run all the same; then the status is 1.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

# Module → what it is told: in full, and for a look.
RUNS: dict[str, tuple[list[str], list[str]]] = {
    "accept": ([], ["--mails", "600", "--rounds", "2", "--database", "sqlite"]),
    "imap_drain": ([], ["--mails", "200", "--rounds", "2"]),
    "mail_to_ticket": ([], ["--mails", "300", "--rounds", "1"]),
    "growth": ([], ["--tickets", "1000", "10000", "--mails", "100", "--rounds", "5"]),
    "memory": (["--mails", "20000"], ["--mails", "1000"]),
    "burst": ([], ["--mails", "1000", "--seconds", "2"]),
    "parse_mail": ([], []),
    "parse_growth": ([], ["1"]),
    "classify": ([], []),
}
WITH_JSON = ("accept", "imap_drain", "mail_to_ticket", "growth", "memory", "burst")
LONGEST = 3_600
LINE, LEFT, WIDE, MOST_SHOWN = 30, 360, 420, 2.0


@dataclass(frozen=True)
class Bar:
    """One ratio and what it is to be: `least`, or at most."""

    name: str
    ratio: float
    goal: float
    least: bool

    @property
    def reached(self) -> bool:
        """Whether the goal was met."""
        return self.ratio >= self.goal if self.least else self.ratio <= self.goal


def run(name: str, full: bool, out: Path, broken: list[str]) -> Any:
    """Run one, letting it print; its JSON, None where it writes none or has failed, and then it is noted as broken."""
    file = out / f"{name}.json"
    file.unlink(missing_ok=True)
    print(f"\n== {name}", flush=True)
    told = [*RUNS[name][not full], *(["--json", str(file)] if name in WITH_JSON else [])]
    try:
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *told], check=True, timeout=LONGEST)
    except subprocess.SubprocessError as error:
        broken.append(name)
        print(f"{name}: {error}", flush=True)
    return json.loads(file.read_text("utf-8")) if file.exists() else None


def bars_of(figures: dict[str, Any]) -> list[Bar]:
    """The medians that have a goal."""
    found = []
    for database in ("sqlite", "postgresql"):
        for connections, goal in ((20, 0.85), (1, 0.6)):
            rows = [
                row for row in (figures.get("accept") or {}).get("rounds", ())
                if (row["database"], row["connections"]) == (database, connections)
            ]  # fmt: skip
            if rows:
                name = f"accept, {database}, {connections} connection{'s' * (connections > 1)}"
                found.append(Bar(name, median(row["ratio"] for row in rows), goal, True))
    rows = (figures.get("imap_drain") or {}).get("rounds")
    if rows:
        found.append(Bar("IMAP drain beside fetch and move", median(row["ratio"] for row in rows), 0.7, True))
    for count, rows in (figures.get("mail_to_ticket") or {}).items():
        if count.isdigit():
            rate = median(row["rate_ratio"] for row in rows)
            cpu = median(row["cpu_ratio"] for row in rows)
            found.append(Bar(f"mail to ticket, {count} mails: rate", rate, 0.34, True))
            found.append(Bar(f"mail to ticket, {count} mails: CPU", cpu, 0.83, False))
    for row in (figures.get("growth") or {}).get("rows", ())[1:]:
        found.append(Bar(f"CPU a mail at {row['tickets']:,} tickets", row["cpu_ratio"], 1.1, False))
        slowest = max(row["lists"], key=lambda name: row["lists"][name]["p99"])
        name = f"slowest list ({slowest}) at {row['tickets']:,}: p99, ms"
        found.append(Bar(name, row["lists"][slowest]["p99"], 20, False))
    return found + _whole_service(figures)


def _whole_service(figures: dict[str, Any]) -> list[Bar]:
    found = []
    if memory := figures.get("memory"):
        found.append(Bar(f"memory over {memory['rows'][-1]['mails']:,} mails, MB", memory["most_mb"], 150, False))
    if burst := figures.get("burst"):
        found.append(Bar("burst: mails taken, of all", burst["taken"] / burst["mails"], 1, True))
        found.append(Bar("burst: answers out of order", burst["overtaking"], 0, False))
    return found


def picture(bars: list[Bar]) -> str:
    """A bar a figure, as a share of its goal; the line is where all goals lie."""
    shares = [min(bar.ratio / bar.goal if bar.goal else 1.0 + bar.ratio, MOST_SHOWN) for bar in bars]
    goal = LEFT + WIDE / MOST_SHOWN
    rows = []
    for place, bar in enumerate(bars):
        top = 10 + place * LINE
        colour = "#2d7d46" if bar.reached else "#b3541e"
        rows.append(
            f'<text x="{LEFT - 10}" y="{top + 15}" text-anchor="end">{escape(bar.name)}</text>'
            f'<rect x="{LEFT}" y="{top}" width="{shares[place] * WIDE / MOST_SHOWN:.1f}" height="20" fill="{colour}"/>'
            f'<line x1="{goal:.1f}" x2="{goal:.1f}" y1="{top - 3}" y2="{top + 23}" stroke="#222" stroke-width="2"/>'
            f'<text x="{LEFT + WIDE + 12}" y="{top + 15}">{bar.ratio:.2f}, goal '
            f"{'at least' if bar.least else 'at most'} {bar.goal}</text>"
        )
    high = 20 + LINE * len(bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDE + 190}" height="{high}" '
        f'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>{"".join(rows)}</svg>\n'
    )


def main() -> None:
    """Run all, write both files."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--full", action="store_true", help="a measurement, not a look: about half an hour")
    options.add_argument("--only", nargs="+", choices=RUNS, default=list(RUNS), metavar="NAME")
    options.add_argument("--out", type=Path, default=Path("benchmark-results"))
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    broken: list[str] = []
    figures = {name: run(name, given.full, given.out, broken) for name in given.only}
    written = {name: found for name, found in figures.items() if found is not None}
    (given.out / "figures.json").write_text(json.dumps(written, indent=1), "utf-8")
    bars = bars_of(written)
    (given.out / "ratios.svg").write_text(picture(bars), "utf-8")
    print("\nratios")
    for bar in bars:
        wanted = f"{'at least' if bar.least else 'at most'} {bar.goal}"
        print(f"  {bar.name:48} {bar.ratio:7.2f}   goal {wanted:13} {'reached' if bar.reached else 'not reached'}")
    sys.exit(f"broken: {', '.join(broken)}" if broken else 0)


if __name__ == "__main__":
    main()
