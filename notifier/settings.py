"""What the notifier needs to know; desk.config fills these in.

In:       nothing.
Out:      frozen settings.
Not here: reading files or the environment.
"""

from dataclasses import dataclass
from datetime import time
from pathlib import Path

SCHOOL_WEEK = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Habits:
    """When the desk writes of its own accord; days of the week count from Monday, which is 0."""

    digest_after: int = 5
    """So many notices to one worker within the window go out one by one; what comes beyond is gathered."""
    digest_minutes: int = 10
    daily_at: time | None = time(7)
    """None: no daily list."""
    daily_on: tuple[int, ...] = SCHOOL_WEEK
    weekly_at: time = time(7)
    weekly_on: int | None = 0
    """None: no weekly list."""
    late_after_days: int = 3
    remind_after_days: int = 3
    """0, here and in the next two: never."""
    resolve_after_days: int = 5
    close_after_days: int = 7


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
    habits: Habits = Habits()

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
