"""What screening says of a mail.

In:       nothing.
Out:      Verdict, Bounce, MAIL_KINDS.
Not here: how it is found out (intake.screen).
"""

from dataclasses import dataclass

MAIL_KINDS = ("loop", "bounce", "auto-reply", "bulk", "empty", "human")


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
