"""How much one client may have of the door."""

from ipaddress import ip_address, ip_network

import pytest

from intake import clients
from intake.clients import Clients, place_of


@pytest.mark.parametrize(
    "host, place",
    [
        ("192.0.2.7", ip_address("192.0.2.7")),
        ("::ffff:192.0.2.7", ip_address("192.0.2.7")),  # the same client by a socket of both families
        ("2001:db8:1:2:3::9", ip_network("2001:db8:1:2::/64")),  # one household has them all
        ("fe80::1%eth0", ip_network("fe80::/64")),
        ("", ""),
    ],
)
def test_what_counts_as_one_client(host, place):
    assert place_of(host) == place


def test_a_client_has_so_many_connections_and_others_are_not_touched():
    counts = Clients(connections=3, mails_a_minute=60)
    answers = [counts.enter(place_of("192.0.2.7")) for _ in range(5)]
    assert [answer is None for answer in answers] == [True, True, True, False, False]
    assert answers[4] is not None and answers[4].startswith(b"421 4.7.0")
    assert counts.enter(place_of("192.0.2.8")) is None
    for _ in range(3):
        counts.leave(place_of("192.0.2.7"))
    assert counts.enter(place_of("192.0.2.7")) is None


def test_a_minutes_worth_may_come_at_once_and_then_as_it_refills():
    counts, place = Clients(connections=3, mails_a_minute=60), place_of("192.0.2.7")
    assert [counts.may_send(place, 0.0) for _ in range(60)] == [None] * 60
    refusal = counts.may_send(place, 0.0)
    assert refusal is not None and refusal.startswith("450 4.7.0")
    assert counts.may_send(place_of("192.0.2.8"), 0.0) is None
    assert counts.may_send(place, 1.01) is None
    assert counts.may_send(place, 1.02) is not None
    assert [counts.may_send(place, 100.0) for _ in range(61)].count(None) == 60


def test_a_flood_of_addresses_is_forgotten(monkeypatch):
    monkeypatch.setattr(clients, "REMEMBERED", 100)
    counts = Clients(connections=3, mails_a_minute=60)
    for number in range(1_000):
        counts.enter(place_of(f"10.0.{number // 250}.{number % 250}"))
        counts.leave(place_of(f"10.0.{number // 250}.{number % 250}"))
        counts.may_send(place_of(f"10.0.{number // 250}.{number % 250}"), number * 0.01)
    assert len(counts._mails) <= 101 and not counts._open
