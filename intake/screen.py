"""Which mail is a person's: an ordered table of rules, each with its reason.

In:       a Message, the reverse-path where known, the desk's own addresses.
Out:      Verdict.
Not here: the budget of automatic mails (notifier.policy).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.message import Message

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
    raise NotImplementedError
