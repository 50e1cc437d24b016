"""Which mail is a person's: an ordered table of rules, each with its reason.

In:       a Message, the reverse-path where known, the desk's own addresses.
Out:      Verdict.
Not here: the budget of automatic mails (notifier.policy).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from intake.message import Message
from models.address import is_desk_address

MAIL_KINDS = ("loop", "bounce", "auto-reply", "bulk", "empty", "human")
LOOP_MARK = "X-District-Desk"


@dataclass(frozen=True)
class Bounce:
    """The first failed recipient of a delivery report (RFC 3464 section 2.3)."""

    recipient: str | None
    status: str | None
    action: str | None


@dataclass(frozen=True)
class Verdict:
    """What kind of mail it is, by which rule, and why in words a technician understands."""

    kind: str
    rule: str
    because: str
    bounce: Bounce | None = None

    @property
    def stops(self) -> bool:
        """Whether the mail opens no ticket, joins none, and is never answered."""
        return self.kind != "human"


def screen(message: Message, mail_from: str | None, desk_addresses: Iterable[str]) -> Verdict:
    """Say what kind of mail this is; `mail_from` is "" for the null reverse-path, None when unknown."""
    desk = tuple(desk_addresses)
    for kind, rule, because, fits in _RULES:
        if fits(message, mail_from, desk):
            return Verdict(kind, rule, because)
    return Verdict("human", "person", "nothing says that a machine wrote it")


_Fits = Callable[[Message, str | None, tuple[str, ...]], bool]


def _is_ours(message: Message, mail_from: str | None, desk: tuple[str, ...]) -> bool:
    return bool(message.author.address and is_desk_address(message.author.address, desk))


def _has(*names: str) -> _Fits:
    return lambda message, mail_from, desk: any(message.field_named(name) is not None for name in names)


def _is_auto_submitted(message: Message, mail_from: str | None, desk: tuple[str, ...]) -> bool:
    value = re.split(r"[;(\s]", (message.field_named("auto-submitted") or "no").strip().lower())[0]
    return value not in ("no", "auto-forwarded", "")


def _precedence(*values: str) -> _Fits:
    return lambda message, mail_from, desk: (message.field_named("precedence") or "").strip().lower() in values


def _is_report(message: Message, mail_from: str | None, desk: tuple[str, ...]) -> bool:
    return "delivery-status" in (message.field_named("content-type") or "").lower()


def _is_null(message: Message, mail_from: str | None, desk: tuple[str, ...]) -> bool:
    return mail_from == ""


def _is_empty(message: Message, mail_from: str | None, desk: tuple[str, ...]) -> bool:
    return not (message.new_text.strip() or message.subject.strip() or message.files)


_RULES: tuple[tuple[str, str, str, _Fits], ...] = (
    ("loop", "own-mark", "it carries the desk's own mark", _has(LOOP_MARK)),
    ("loop", "own-address", "it comes from an address of the desk", _is_ours),
    ("bounce", "report", "it is a delivery status notification", _is_report),
    ("auto-reply", "auto-submitted", "its Auto-Submitted field says a machine wrote it", _is_auto_submitted),
    ("auto-reply", "autoreply-field", "it says it is an automatic reply", _has("x-autoreply", "x-autorespond")),
    ("auto-reply", "precedence", "its Precedence field says auto_reply", _precedence("auto_reply")),
    ("bulk", "list", "it comes from a mailing list", _has("list-id", "list-unsubscribe", "feedback-id")),
    ("bulk", "precedence", "its Precedence field says bulk", _precedence("bulk", "list", "junk")),
    ("auto-reply", "null-path", "it has no return path, as only machines write", _is_null),
    ("empty", "empty", "it says nothing", _is_empty),
)
