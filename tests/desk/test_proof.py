"""Which command needs which proof: the table, what a district may ask beyond it, the one policy for every door."""

import itertools
from dataclasses import replace

import pytest

from desk.commands import COMMANDS
from desk.config import ConfigError, read_settings
from desk.proof import DEFAULT, LEVELS, NAMES, Evidence, is_looser, judge, level_of, needed, stricter

BEST = Evidence(None, True, "own", "pass", because="all in order")


def proved(level: str, **changes: object) -> bool:
    return judge(level, replace(BEST, **changes)).proved


def test_every_command_is_in_the_table_and_plain_words_too():
    assert {*COMMANDS, "reply", "open-for", "release"} == set(NAMES)
    assert all(level_of(name, {}) in LEVELS for name in NAMES)
    assert level_of("done", {}) == level_of("reply", {}) == DEFAULT == "verdict+token"


@pytest.mark.parametrize(
    "level, token, verdict, wanted",
    [
        # with a server that vouches
        ("verdict+token", "own", "pass", True),
        ("verdict+token", "none", "pass", False),
        ("verdict+token", "own", "none", False),  # a verdict could be had, and is not there
        ("verdict+token", "own", "fail", False),
        ("verdict+token", "other", "pass", False),
        ("verdict+token", "new", "pass", True),  # a new mail can have no token
        ("verdict+token", "new", "none", False),
        # with nobody to ask
        ("verdict+token", "own", "unasked", True),
        ("verdict+token", "none", "unasked", False),
        ("verdict+token", "other", "unasked", False),
        ("verdict+token", "new", "unasked", False),
        ("token", "own", "none", True),
        ("token", "own", "fail", False),
        ("token", "none", "pass", False),
        ("token", "other", "pass", False),
        ("token", "new", "pass", True),
        ("token", "new", "unasked", False),
        ("verdict", "none", "pass", True),
        ("verdict", "other", "pass", False),
        ("verdict", "none", "unasked", False),
        ("verdict", "own", "unasked", True),
        ("verdict", "new", "unasked", False),
        ("from", "new", "unasked", True),
        ("from", "new", "pass", True),
        ("from", "new", "none", False),
        ("from", "new", "fail", False),
        ("from", "other", "pass", False),
        ("confirm", "own", "pass", False),  # asked every time
    ],
)
def test_the_ladder(level, token, verdict, wanted):
    assert proved(level, token=token, verdict=verdict) is wanted


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_helps_where_the_gate_is_shut_or_from_is_anothers(level):
    assert not proved(level, gate="its header has stray control characters")
    assert not proved(level, own_from=False)


@pytest.mark.parametrize("level", LEVELS)
def test_a_confirmation_and_a_session_prove_whatever_the_mail_lacked(level):
    bare = replace(BEST, gate="two authors", own_from=False, token="none", verdict="fail")
    assert judge(level, replace(bare, confirmed=True)).proved and judge(level, replace(bare, signed_in=True)).proved
    assert not judge(level, bare).proved


def test_a_mail_needs_the_strictest_of_all_it_wants():
    assert needed(("help",), {}) == "token"
    assert needed(("help", "done"), {}) == "verdict+token"
    assert needed(("done", "assign"), {"assign": "confirm"}) == "confirm"
    assert stricter("token", "verdict") == stricter("verdict", "token") == "verdict+token"


@pytest.mark.parametrize("one, other", list(itertools.product(LEVELS, LEVELS)))
def test_what_satisfies_the_stricter_level_satisfies_both(one, other):
    """`from` looks at the verdict where there is one, so it is left out of what a token alone settles."""
    both = stricter(one, other)
    states = itertools.product(("own", "other", "none", "new"), ("pass", "fail", "none", "unasked"))
    for token, verdict in states:
        if proved(both, token=token, verdict=verdict) and "from" not in (one, other):
            assert proved(one, token=token, verdict=verdict) and proved(other, token=token, verdict=verdict)


def settings(*levels: str):
    return read_settings({"auth": {"proof": list(levels)}}, "f.toml", {}).auth


def test_a_district_may_ask_for_more():
    assert settings("#assign=confirm", "help = verdict+token").proof == {"assign": "confirm", "help": "verdict+token"}
    assert level_of("help", {"help": "verdict+token"}) == "verdict+token"


@pytest.mark.parametrize("wrong", ["done=token", "done=from", "reply=verdict", "release=confirm", "done", "dnoe=confirm", "done=secret"])
def test_but_never_for_less(wrong):
    with pytest.raises(ConfigError, match=r"proof: found"):
        settings(wrong)


def test_a_looser_level_changes_nothing_even_if_it_got_here():
    assert level_of("done", {"done": "token"}) == "verdict+token"
    assert is_looser("token", "done") and not is_looser("confirm", "done")
