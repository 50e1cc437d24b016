"""What the notifier needs to know; desk.config fills these in.

In:       nothing.
Out:      frozen settings.
Not here: reading files or the environment.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DeskIdentity:
    """Who we are in what people read: the district's name, the desk's address, its time zone and language."""

    district: str = "Sample District"
    address: str = "help@localhost"
    aliases: tuple[str, ...] = ()
    timezone: str = "UTC"
    language: str = "en"
    signing_keys: tuple[bytes, ...] = ()
    """Newest first; the first one signs."""
    own_categories: tuple[str, ...] = ()
    """Slugs of categories that only this district has."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address the desk answers."""
        return (self.address, *self.aliases)


@dataclass(frozen=True)
class DeliverySettings:
    """The way out: a smarthost, or a Maildir where the mails are laid."""

    smarthost: str | None = None
    port: int = 25
    sender: str = "help@localhost"
    """The From address and the envelope's reverse-path."""
    username: str | None = None
    password: str | None = None
    tls: str = "none"
    outbox: Path = Path("outbox")
    templates: Path | None = None
    """A folder laid out like ours (`en/closed.txt`, `es/words.toml`); each of its files takes the place of ours."""
    retry_hours: float = 48.0
