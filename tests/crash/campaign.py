"""A whole campaign: load by SMTP and IMAP, deaths of every kind, and the books at the end.

In:       a folder with room, a database URL, an SMTP sink, perhaps an IMAP server.
Out:      Outcome: what was wrong (nothing), and what was tried.
Not here: deciding how long (test_short, long).
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imapclient.exceptions import IMAPClientError
from sqlalchemy import func, select

from models import InboundMail, Store, open_store
from tests.acceptance.desk_process import command, configure
from tests.crash.books import balance, repeats, wait_until_quiet
from tests.crash.siege import IMAP_POINTS, POINTS, Senders, Siege, mail_of
from tests.servers.imap_dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink


@dataclass
class Outcome:
    """What a campaign has shown."""

    wrong: list[str]
    deaths: int
    mails: int
    repeats: int
    set_aside: int
    at_points: dict[str, int]


class Campaign:
    """Kill, start, kill; `finish` balances the books."""

    def __init__(self, folder: Path, url: str, sink: SmtpSink, chance: random.Random, imap: Dovecot | None) -> None:
        self.url, self.sink, self.chance, self.imap = url, sink, chance, imap
        self.siege = Siege(configure(folder, url, sink.address, imap))
        self.at_points: dict[str, int] = {}
        self.laid = 0
        self.lives: list[int] = []

    def _new_life(self) -> None:
        """Remember what had gone out before; what the dead one had in hand arrives within a moment."""
        time.sleep(0.05)
        self.lives.append(len(self.sink.mails))

    def lay(self, count: int) -> None:
        """Mails into the IMAP folder; every third of them has come or will come by SMTP as well."""
        if self.imap is None:
            return
        for _ in range(count):
            number = self.laid if self.laid % 3 == 0 else 1_000_000 + self.laid
            self.imap.lay_file(mail_of(number))
            self.laid += 1

    @property
    def laid_numbers(self) -> set[int]:
        """The mails that are or were in the IMAP folder."""
        return {number if number % 3 == 0 else 1_000_000 + number for number in range(self.laid)}

    def die_at(self, point: str, patience: float = 15.0) -> None:
        """One life that ends at a named point, at its first, second or third passing there."""
        self._new_life()
        self.lay(3)
        times = 1 if point in IMAP_POINTS else self.chance.choice((1, 1, 2, 3))
        if not self.siege.start(f"{point}:{times}") or self.siege.wait_for_death(1.0) or self._dies_later(patience):
            self.at_points[point] = self.at_points.get(point, 0) + 1
        else:
            self.siege.kill()

    def _dies_later(self, patience: float) -> bool:
        """With mail that comes while it lives: a folder seen for the first time gives no new place to keep."""
        self.lay(3)
        return self.siege.wait_for_death(patience)

    def die_at_random(self) -> None:
        """One life that ends at any moment."""
        self._new_life()
        self.lay(self.chance.choice((0, 1, 5)))
        self.siege.kill_at_random(self.chance)

    def imap_server_dies(self) -> None:
        """The IMAP server is killed with its connections while the desk reads, and comes back."""
        if self.imap is None:
            return
        self._new_life()
        self.siege.start()
        self.lay(20)
        time.sleep(self.chance.random() * 0.5)
        self.imap.stop()
        time.sleep(0.3)
        self.imap.start()
        time.sleep(1.0)
        self.siege.kill()

    def finish(self, senders: Senders, patience: float) -> Outcome:
        """Let it live until everything is accepted and settled, stop it, and balance the books."""
        self._new_life()
        self.siege.start()
        store = open_store(self.url)
        try:
            senders.wait(patience)
            end = time.monotonic() + patience
            while self._unseen():
                assert time.monotonic() < end, "mails in the IMAP folder are not taken"
                time.sleep(0.2)
            wait_until_quiet(store, patience)
            set_aside = self._give_back_what_was_set_aside(store)
            wait_until_quiet(store, patience)
            self.siege.stop()
            expected = senders.accepted | self.laid_numbers
            wrong = balance(store, expected, senders.run, self.sink, self.lives)
        finally:
            self.siege.stop()
            store.close()
        return Outcome(wrong, self.siege.deaths, len(expected), repeats(self.sink), set_aside, self.at_points)

    def _unseen(self) -> int:
        """Mails in the folder that are not marked yet; a server that was killed a moment ago may not answer at once."""
        if self.imap is None:
            return 0
        try:
            return self.imap.count("UNSEEN")
        except (OSError, IMAPClientError):
            return 1

    def _give_back_what_was_set_aside(self, store: Store) -> int:
        """A mail in hand at six deaths in a row is set aside, for it may be the cause; its keeper gives it back."""
        given_up = InboundMail.reason.startswith("given up after")
        with store.reading() as session:
            count = session.scalar(select(func.count()).where(InboundMail.state == "quarantined", given_up)) or 0
        if count:
            done = command(self.siege.folder, "retry", "--all")
            assert done.returncode == 0, done.stderr
        return count


def fight(campaign: Campaign, rounds: Sequence[str], pause: float = 0.3, patience: float = 120.0) -> Outcome:
    """Live and die under load: each round is a named point, "random" or "imap"."""
    with Senders(campaign.siege, None, pause=pause) as senders:
        for word in rounds:
            if word == "random":
                campaign.die_at_random()
            elif word == "imap":
                campaign.imap_server_dies()
            else:
                assert word in POINTS, word
                campaign.die_at(word)
        senders.end()
        return campaign.finish(senders, patience)
