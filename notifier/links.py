"""One-tap links: a mail that is already written, with the command in it.

In:       the signed reply address, the subject, a command.
Out:      `mailto:` links (RFC 6068).
Not here: what a command does (desk).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class CommandLink:
    """A button: its key in the vocabulary, the command's line, and the link."""

    key: str
    command: str
    href: str


# Every kind that can be meant, so that a wrong one is put right by one tap.
_KINDS = ("fault", "training", "request")


def command_links(
    reply_to: str, subject: str, kinds: tuple[str, ...], owned: bool
) -> tuple[CommandLink, ...]:
    """The usual commands for a ticket: take it, solve it, note on it, and the kinds it is not.

    `owned` is whether the reader has it already; a ticket without a kind is asked for one first.
    """
    others = tuple(kind for kind in _KINDS if kind not in kinds)
    work = (() if owned else ("mine",)) + ("done", "note")
    keys = work + others if kinds else others + work
    return tuple(_link(key, reply_to, subject) for key in keys)


def answer_links(reply_to: str, subject: str, answers: Mapping[str, str]) -> tuple[CommandLink, ...]:
    """What a requester may have meant, when we are unsure: one tap writes the answer in plain words."""
    return tuple(_link(kind, reply_to, subject, answers[kind]) for kind in _KINDS if kind in answers)


def hold_links(reply_to: str, subject: str) -> tuple[CommandLink, ...]:
    """The two answers to "was it you?"."""
    return tuple(_link(key, reply_to, subject) for key in ("release", "refuse"))


def _link(key: str, reply_to: str, subject: str, words: str = "") -> CommandLink:
    # "+" is percent-encoded too: some programs read it as a blank. Line breaks are CRLF (RFC 6068 section 5).
    line = words or f"#{key}"
    href = f"mailto:{_encode(reply_to)}?subject={_encode(subject)}&body={_encode(line + chr(13) + chr(10))}"
    return CommandLink(key, line, href)


def _encode(text: str) -> str:
    return quote(text, safe="@")
