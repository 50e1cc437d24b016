"""What may be done on whose word: one table, one policy, for mail, command line and web page.

In:       the names of what somebody wants done, the district's own tightenings, the evidence of who it is.
Out:      Judgement: done or not, and because of what.
Not here: gathering the evidence of a mail (desk.authority), holding what falls short (desk.holding).

Levels of proof, each more than the one before:

    from            the gate is passed, From is the person's own, and the receiving server vouches for it where it can
    token           gate and From, and it came to the signed address that only this person was sent
    verdict         gate and From, and the receiving server vouches for it
    verdict+token   both; where the district has nobody who could vouch, the token
    confirm         both, and the person says so once more in answer to our question

A mail that opens a ticket can have no token yet, so there the verdict alone decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce

from desk.commands import COMMANDS
from intake.own_check import FindText, ask_dns

LEVELS = ("from", "token", "verdict", "verdict+token", "confirm")
# What plain words do: an answer to the requester in a technician's name; a note for colleagues is a command. A ticket
# opened in a teacher's name by forwarding her mail changes nothing that exists, and shows nobody anything.
PLAIN = ("reply", "open-for")
NAMES = tuple(dict.fromkeys((*COMMANDS, *PLAIN, "release")))
DEFAULT = "verdict+token"
# What needs less than DEFAULT. `help` tells what everybody may know, and only to the person himself.
_LESS = {"help": "token", "open-for": "from", "release": "token"}
NO_TOKEN = "it did not come to the technician's own signed address"
NO_TOKEN_YET = "it opens a ticket, for which nobody has a signed address yet, and no mail server vouches for its From"
NOT_VOUCHED = "the receiving mail server does not vouch for its From"
ASKED_ALWAYS = "the district wants to ask before this is done"
_JOINED = {frozenset(("token", "verdict")): "verdict+token"}


@dataclass(frozen=True)
class AuthSettings:
    """How a district wants to know its technicians: [auth] of the configuration."""

    trusted_results: str | None = None
    verify: bool = False
    proof: Mapping[str, str] = field(default_factory=dict)
    """name → level, where the district asks for more than the table."""
    find_text: FindText = ask_dns

    @property
    def has_verdict(self) -> bool:
        """Whether a verdict on a sender can be had at all."""
        return self.trusted_results is not None or self.verify


@dataclass(frozen=True)
class Evidence:
    """What is known of whoever wants something done."""

    gate: str | None
    """Why a mail's header can carry no authority, None when it may; None where there is no mail."""
    own_from: bool
    token: str
    """`own`, `other` (a genuine one of somebody else), `none` or `new` (there is no ticket yet to have one for)."""
    verdict: str
    """`pass`, `fail`, `none` (nothing certain was said) or `unasked` (the district has nobody to ask)."""
    signed_in: bool = False
    """Typed on the desk's own machine, or in a session of the web page."""
    confirmed: bool = False
    """The person has answered our question."""
    because: str = ""
    """The evidence in words, for the history."""


@dataclass(frozen=True)
class Judgement:
    """Whether it may be done, and because of what."""

    proved: bool
    because: str


def level_of(name: str, tightened: Mapping[str, str]) -> str:
    """The proof one thing needs: the table's, or what the district asks beyond it."""
    default = _LESS.get(name, DEFAULT)
    return stricter(default, tightened.get(name, default))


def needed(names: Iterable[str], tightened: Mapping[str, str]) -> str:
    """The strictest proof of all a mail wants: it is obeyed whole or not at all."""
    levels = [level_of(name, tightened) for name in names]
    return reduce(stricter, levels) if levels else "from"


def stricter(one: str, other: str) -> str:
    """What satisfies both levels."""
    joined = _JOINED.get(frozenset((one, other)))
    return joined or max(one, other, key=LEVELS.index)


def is_looser(level: str, name: str) -> bool:
    """Whether this level would let pass what the table's own level for that name does not."""
    default = _LESS.get(name, DEFAULT)
    return stricter(level, default) != level


def judge(level: str, evidence: Evidence) -> Judgement:
    """Whether the evidence is proof of this level; pure, the same for every door."""
    lacking = None if evidence.signed_in or evidence.confirmed else _lacking(level, evidence)
    return Judgement(lacking is None, lacking or evidence.because)


def _lacking(level: str, evidence: Evidence) -> str | None:
    if evidence.gate is not None:
        return evidence.gate
    if not evidence.own_from:
        return "its From is not the technician's own address"  # a group's rewriting, for one
    if evidence.verdict == "fail":
        return "the receiving mail server says that it is not from that domain"
    if evidence.token == "other":
        return "it came to another person's signed address"
    if "token" in level and evidence.token == "none":
        return NO_TOKEN
    lacking = _no_token(evidence) if level == "token" else _no_verdict(level, evidence)
    return lacking or (ASKED_ALWAYS if level == "confirm" else None)


def _no_token(evidence: Evidence) -> str | None:
    return NO_TOKEN_YET if evidence.token == "new" and evidence.verdict != "pass" else None


def _no_verdict(level: str, evidence: Evidence) -> str | None:
    """What is missing where a verdict is wanted: with nobody to ask, a token takes its place."""
    if evidence.verdict == "none":
        return NOT_VOUCHED
    if evidence.verdict == "pass" or level == "from" or evidence.token == "own":
        return NO_TOKEN if level == "confirm" and evidence.token == "none" else None
    return NO_TOKEN_YET if evidence.token == "new" else NO_TOKEN
