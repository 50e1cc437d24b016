"""What the doors need to know; desk.config fills these in.

In:       nothing.
Out:      frozen settings.
Not here: reading files or the environment.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ListenerSettings:
    """The SMTP door."""

    host: str = "127.0.0.1"
    port: int = 8025
    tls_cert: Path | None = None
    tls_key: Path | None = None
    max_size: int = 35 * 1024 * 1024
    relays: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    client_connections: int = 20
    """At once, from one address that is no relay."""
    client_mails_a_minute: int = 120


@dataclass(frozen=True)
class MailboxSettings:
    """One IMAP folder to read."""

    name: str
    host: str
    port: int = 993
    tls: bool = True
    username: str = ""
    password: str = ""
    folder: str = "INBOX"
    done_folder: str | None = None
    poll_seconds: float = 60.0
    address: str | None = None
    """The desk's address that this mailbox belongs to, for mails whose header does not say."""
