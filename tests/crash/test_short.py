"""A short campaign: once at every named point, a few times at random; a long one is tests.crash.long."""

from pathlib import Path

import pytest

from tests.acceptance.desk_process import configure
from tests.crash.campaign import Campaign, fight
from tests.crash.siege import POINTS, Senders, Siege, seed
from tests.servers.imap_dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink


def test_whenever_it_dies_nothing_is_lost_or_doubled(
    tmp_path: Path, database_url: str, smtp_sink: SmtpSink, dovecot: Dovecot, request: pytest.FixtureRequest
) -> None:
    chance = seed()
    rounds = [*POINTS, "random", "random", "random", "imap"]
    chance.shuffle(rounds)
    campaign = Campaign(tmp_path, database_url, smtp_sink, chance, dovecot)
    request.addfinalizer(campaign.siege.bury)
    outcome = fight(campaign, rounds)
    assert outcome.wrong == []
    # It has indeed died at each of them.
    assert set(outcome.at_points) == set(POINTS), (campaign.siege.folder / "serve.log").read_text()
    assert outcome.deaths >= len(POINTS) + 4
    assert outcome.repeats >= 1  # a death between the smarthost's 250 and our own commit, and the books still balance


def test_a_point_that_is_never_passed_kills_nobody(
    tmp_path: Path, smtp_sink: SmtpSink, request: pytest.FixtureRequest
) -> None:
    siege = Siege(configure(tmp_path, f"sqlite:///{tmp_path / 'desk.db'}", smtp_sink.address))
    request.addfinalizer(siege.bury)
    assert siege.start("nowhere")
    with Senders(siege, 3) as senders:
        senders.wait(20)
    assert not siege.wait_for_death(0.5)
    siege.stop()
    assert senders.accepted == {0, 1, 2} and siege.process is not None and siege.process.returncode == 0
