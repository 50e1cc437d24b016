"""One-tap links: a mail that is already written, with the command or the answer in it.

In:       the signed reply address, the subject, what fits the ticket now.
Out:      `mailto:` links (RFC 6068).
Not here: what a command does (desk.obey), how an answer is read (desk.answers).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True)
class CommandLink:
    """A button: its key in the vocabulary, the command's line, the link; `group` is "work" or "kind"."""

    key: str
    command: str
    href: str
    group: str = "work"


# Every kind that can be meant, so that a wrong one is put right by one tap.
_KINDS = ("fault", "training", "request")
# Windows hands on no address of more than 2,048 characters; the rest of a link is about 120.
MAX_SUBJECT = 1_500
_LIST_SUBJECT = 240


def command_links(reply_to: str, subject: str, ticket: Mapping[str, Any], owned: bool) -> tuple[CommandLink, ...]:
    """The usual commands for a ticket as it stands: take it, solve it, wait, hand it up, note on it, other kinds.

    `owned` is whether the reader has it already; a ticket without a kind is asked for one first.
    """
    kinds = tuple(ticket.get("kinds") or ())
    others = tuple(kind for kind in _KINDS if kind not in kinds)
    if ticket.get("status") in ("resolved", "closed"):
        return _links(("reopen", "note"), reply_to, subject)
    work = (() if owned else ("mine",)) + ("done",) + _later(ticket, owned) + ("note",)
    corrections = _links(others, reply_to, subject, "kind")
    ordinary = _links(work, reply_to, subject)
    return ordinary + corrections if kinds else corrections + ordinary


def list_links(reply_to: str, subject: str, ticket: Mapping[str, Any], owned: bool) -> tuple[CommandLink, ...]:
    """The two or three commands that a line in a list has room for."""
    if not ticket.get("kinds"):
        return _links(_KINDS, reply_to, subject, "kind", _LIST_SUBJECT)
    keys = ("done",) if ticket.get("status") == "pending" else ("done", "waiting")
    return _links(keys if owned else ("mine", "done"), reply_to, subject, longest=_LIST_SUBJECT)


def answer_links(
    reply_to: str, subject: str, answers: Mapping[str, str], keys: Sequence[str] = _KINDS
) -> tuple[CommandLink, ...]:
    """What a requester may want to say: one tap writes the answer in plain words."""
    return tuple(_link(key, reply_to, subject, answers[key], "answer") for key in keys if key in answers)


def hold_links(reply_to: str, subject: str) -> tuple[CommandLink, ...]:
    """The two answers to "was it you?"."""
    return tuple(_link(key, reply_to, subject) for key in ("release", "refuse"))


def _later(ticket: Mapping[str, Any], owned: bool) -> tuple[str, ...]:
    level = ticket.get("level") or 1
    waits = ("waiting",) if owned and ticket.get("status") != "pending" else ()
    # A coach's ticket has no second level.
    higher = (f"level{level + 1}",) if level < 3 and set(ticket.get("kinds") or ()) & {"fault", "request"} else ()
    return waits + higher


def _links(
    keys: Sequence[str], reply_to: str, subject: str, group: str = "work", longest: int = MAX_SUBJECT
) -> tuple[CommandLink, ...]:
    return tuple(_link(key, reply_to, subject, "", group, longest) for key in keys)


def _link(
    key: str, reply_to: str, subject: str, words: str = "", group: str = "work", longest: int = MAX_SUBJECT
) -> CommandLink:
    # "+" is percent-encoded too: some programs read it as a blank. Line breaks are CRLF (RFC 6068 section 5).
    line = words or f"#{key}"
    body = _encode(f"{line}\r\n")
    return CommandLink(key, line, f"mailto:{_encode(reply_to)}?subject={_fitting(subject, longest)}&body={body}", group)


def _fitting(subject: str, longest: int) -> str:
    """The encoded subject, cut at its end where a link would grow longer than mail programs take."""
    encoded = _encode(subject)
    while len(encoded) > longest:
        subject = subject[: max(len(subject) * longest // len(encoded), 1) - 1].rstrip()
        encoded = _encode(f"{subject}…")
    return encoded


def _encode(text: str) -> str:
    return quote(text, safe="@", errors="replace")
