"""A mail, read: frozen values that the rest of the house works with.

In:       raw bytes of one message (RFC 5322, RFC 2045-2047, RFC 2231).
Out:      Message. Reading never raises and is bounded in time and memory.
Not here: what kind of mail it is (intake.screen), whose ticket it is (intake.follow_up).
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class NameAddr:
    """One mailbox of a header field (RFC 5322 section 3.4): name and address, either may be missing."""

    name: str | None
    address: str | None


@dataclass(frozen=True)
class MessageFile:
    """One part that is not body, with its decoded bytes."""

    filename: str | None
    content_type: str
    size: int
    inline: bool
    sha256: str
    content: bytes = field(repr=False, default=b"")


@dataclass(frozen=True)
class Forwarded:
    """A forwarded mail found in the body or attached: who wrote the original, and its words."""

    author: NameAddr
    subject: str
    text: str


@dataclass(frozen=True)
class Message:
    """A mail as a person would see it.

    `text` is the whole body; `new_text` what the sender newly wrote; `signature` and the rest of
    `folded` are what was set aside. `fields` are the header fields in order, as (lower-case name,
    unfolded text); at most 2,000 are kept.
    """

    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    author: NameAddr = NameAddr(None, None)
    authors: tuple[NameAddr, ...] = ()
    reply_to: tuple[NameAddr, ...] = ()
    to: tuple[NameAddr, ...] = ()
    cc: tuple[NameAddr, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    new_text: str = ""
    signature: str = ""
    folded: str = ""
    forwarded: Forwarded | None = None
    files: tuple[MessageFile, ...] = ()
    charset_repairs: int = 0
    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    holds_mail: bool = True
    """False when the bytes hold nothing that looks like a mail (empty, or no header field at all)."""

    def field_named(self, name: str) -> str | None:
        """The first header field of that name (any case), unfolded and stripped, or None."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key == wanted), None)

    def fields_named(self, name: str) -> tuple[str, ...]:
        """Every header field of that name, topmost first."""
        wanted = name.lower()
        return tuple(value for key, value in self.fields if key == wanted)


def read_message(raw: bytes) -> Message:
    """Read one mail; whatever the bytes, a Message comes back."""
    # The reading rooms import the values above, so they are loaded when first needed.
    from intake.reading import read

    return read(raw)
