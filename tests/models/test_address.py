"""Reply addresses: what we write we read, and nobody else can write."""

import pytest

from models.address import (
    Claim,
    base_address,
    is_desk_address,
    new_message_id,
    read_claim,
    reply_address,
    sign,
)

KEY, OTHER = b"k" * 32, b"o" * 32


def test_a_reply_address_names_its_ticket_and_person():
    address = reply_address("help@oak.example", 4711, 12, KEY)
    assert address.startswith("help+t4711.p12.") and address.endswith("@oak.example")
    assert len(address.split(".")[2].split("@")[0]) == 24
    assert read_claim(address, [KEY]) == Claim(4711, 12, True)


def test_a_message_id_of_ours_carries_the_same_claim_and_is_never_the_same_twice():
    first, second = (new_message_id("help@oak.example", 7, 3, KEY) for _ in range(2))
    assert first != second
    assert read_claim(first, [KEY]) == read_claim(second, [KEY]) == Claim(7, 3, True)


@pytest.mark.parametrize("change", [str.upper, str.title, lambda text: f" <{text}>; ", lambda text: f'"A" <{text}>'])
def test_hosts_that_fold_case_or_wrap_the_address_do_not_matter(change):
    assert read_claim(change(reply_address("help@oak.example", 7, 3, KEY)), [KEY]) == Claim(7, 3, True)


@pytest.mark.parametrize("number, person", [(8, 3), (7, 4), (73, 1), (0, 0)])
def test_a_token_holds_for_one_ticket_and_one_person_only(number, person):
    stolen = f"help+t{number}.p{person}.{sign(7, 3, KEY)}@oak.example"
    assert read_claim(stolen, [KEY]) == Claim(number, person, False)


def test_an_older_key_still_counts_and_a_foreign_one_does_not():
    address = reply_address("help@oak.example", 7, 3, KEY)
    assert read_claim(address, [OTHER, KEY]).genuine
    assert not read_claim(address, [OTHER]).genuine


@pytest.mark.parametrize(
    "text", ["help@oak.example", "help+t7@oak.example", "help+t7.p3.short@oak.example", "", "t.p."]
)
def test_what_carries_no_token_is_no_claim(text):
    assert read_claim(text, [KEY]) is None


def test_the_desk_is_known_with_and_without_a_subaddress():
    ours = ["help@oak.example", "Network+Team@oak.example"]
    assert is_desk_address("HELP+t1.p2.x@oak.example", ours)
    assert is_desk_address("network+team@oak.example", ours)
    assert not is_desk_address("help@elm.example", ours)
    assert base_address(" Help+a+b@Oak.example ") == "help@oak.example"
