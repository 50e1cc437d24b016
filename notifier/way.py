"""What every way out has in common: one call per mail, three ways to fail.

In:       nothing.
Out:      Way, Refused, Wait, Unreachable.
Not here: the ways themselves (notifier.smarthost, notifier.folder).
"""

from typing import Protocol


class NotDelivered(Exception):
    """A mail did not go out; the text says why, with codes and never with addresses."""


class Refused(NotDelivered):
    """This mail will never be taken (RFC 5321 section 4.2.1: 5yz)."""


class Wait(NotDelivered):
    """This mail may be taken later (4yz, or the connection broke)."""


class Unreachable(NotDelivered):
    """No mail can go out now: the server, the login or the disk is at fault, not the mail."""


class Way(Protocol):
    """A way out of the house."""

    def deliver(self, name: str, to_address: str, mail: bytes, automatic: bool) -> None:
        """Hand over one mail; `name` is the same when the same mail goes out again."""

    def close(self) -> None:
        """Let go of connections until the next mail; never raises."""
