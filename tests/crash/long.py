"""A long campaign, by hand: as many deaths as one asks for.

In:       how many deaths; which database.
Out:      a line for every hundred deaths, and exit status 1 when anything was lost or doubled.
Not here: the short one that every run does (test_short).

Run: python -m tests.crash.long 1000 [sqlite|postgresql] [--imap]

The books are balanced after every fifty deaths, on a fresh database, so that what is found is near its cause.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from pathlib import Path

from models.schema import upgrade
from tests.crash.campaign import Campaign, Outcome, fight
from tests.crash.siege import IMAP_POINTS, POINTS, seed
from tests.servers.imap_dovecot import running_dovecot
from tests.servers.postgresql import Cluster, running_server
from tests.servers.smtp_sink import running_sink

AT_ONCE = 50


def campaign(deaths: int, database: str, with_imap: bool) -> Outcome:
    """One campaign on a database of its own: a third of the deaths at named points, the rest at random."""
    chance = seed()
    points = POINTS if with_imap else tuple(point for point in POINTS if point not in IMAP_POINTS)
    rounds = [chance.choice(points) if chance.random() < 0.34 else "random" for _ in range(deaths)]
    if with_imap:
        rounds[chance.randrange(deaths)] = "imap"
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="districtdesk-siege-")))
        url = f"sqlite:///{folder / 'desk.db'}"
        if database == "postgresql":
            cluster = Cluster(stack.enter_context(running_server()).url)
            url = cluster.fresh(upgrade).render_as_string(hide_password=False)
        sink = stack.enter_context(running_sink())
        imap = stack.enter_context(running_dovecot()) if with_imap else None
        return fight(Campaign(folder, url, sink, chance, imap), rounds, patience=600.0)


def main() -> int:
    """Fight until enough have died."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("deaths", type=int)
    options.add_argument("database", nargs="?", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--imap", action="store_true", help="with a mailbox on a Dovecot that dies too")
    given = options.parse_args()
    deaths = mails = repeats = aside = 0
    wrong: list[str] = []
    begun = time.monotonic()
    while deaths < given.deaths:
        outcome = campaign(min(AT_ONCE, given.deaths - deaths), given.database, given.imap)
        deaths, mails = deaths + outcome.deaths, mails + outcome.mails
        repeats, aside = repeats + outcome.repeats, aside + outcome.set_aside
        wrong += outcome.wrong
        print(f"{deaths} deaths, {mails} mails, {len(wrong)} wrong, {repeats} notices repeated, "
              f"{aside} set aside and given back, {time.monotonic() - begun:.0f} s", flush=True)  # fmt: skip
        for line in outcome.wrong:
            print(f"  {line}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
