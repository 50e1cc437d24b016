"""Feeding raw mails by hand: .eml files, mbox files, Maildirs, or standard input.

In:       paths.
Out:      stored and settled mails, and what became of each.
Not here: reading mail.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from desk.learning import serving_triage
from desk.opening import OpenDesk, now_utc
from desk.pipeline import House
from desk.views import mail_row
from desk.worker import Worker
from intake.inbox import Arrival, accept
from models import InboundMail
from models.wake import MAILS, ring

_FROM_LINE = re.compile(rb"^From \S+.*\d{4}", re.ASCII)
MAX_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class Fed:
    """One mail found under a path, or why there is none."""

    path: str
    raw: bytes | None
    problem: str = ""


def read_paths(paths: list[str]) -> Iterator[Fed]:
    """Every mail under the given paths, in order; what cannot be read is said, and the next one follows."""
    for name in paths:
        path = Path(name)
        try:
            yield from _read_path(path)
        except OSError as error:
            yield Fed(name, None, f"{name}: cannot be read: {error.strerror or type(error).__name__}")


def _read_path(path: Path) -> Iterator[Fed]:
    if path.is_dir():
        yield from _read_folder(path)
        return
    if path.stat().st_size > MAX_BYTES:
        yield Fed(str(path), None, f"{path}: larger than {MAX_BYTES // 1024 // 1024} MB")
        return
    raw = path.read_bytes()
    if not raw.strip():
        yield Fed(str(path), None, f"{path}: is empty")
        return
    parts = split_mbox(raw) if _FROM_LINE.match(raw) else [raw]
    for number, part in enumerate(parts, 1):
        yield Fed(f"{path}:{number}" if len(parts) > 1 else str(path), part)


def _read_folder(folder: Path) -> Iterator[Fed]:
    if (folder / "cur").is_dir() and (folder / "new").is_dir():
        files = sorted([*(folder / "new").iterdir(), *(folder / "cur").iterdir()], key=lambda file: file.name)
    else:
        files = sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    if not files:
        yield Fed(str(folder), None, f"{folder}: holds no files")
    for file in files:
        yield from read_paths([str(file)])


def split_mbox(raw: bytes) -> list[bytes]:
    """The mails of an mbox: each begins with a `From ` line after a blank one (RFC 4155); `>From ` is undone.

    The mbox reader of the standard library would do, but it wants a file and forgets the raw bytes.
    """
    mails: list[list[bytes]] = []
    blank = True
    for line in raw.splitlines(keepends=True):
        if blank and _FROM_LINE.match(line):
            mails.append([])
        elif mails:
            mails[-1].append(line[1:] if re.match(rb">+From ", line) else line)
        blank = not line.strip(b"\r\n")
    return [b"".join(lines) for lines in mails]


def store_raw(opened: OpenDesk, raw: bytes) -> int:
    """Keep one mail that came by hand; returns its id."""
    arrival = Arrival("file", (opened.desk.address,), None, trusted_peer=True)
    with opened.store.writing() as session:
        return accept(session, raw, arrival, now_utc()).id


def settle_all(opened: OpenDesk, ids: list[int], patience: float = 600.0) -> dict[int, dict[str, object]]:
    """Work until every one of these mails is settled, by us or by a running service; returns their rows."""
    if not ids:
        return {}
    house = House(opened.desk, serving_triage(opened.store, opened.settings.own_categories), opened.settings.auth)
    worker = Worker(opened.store, house, f"ingest:{time.monotonic_ns()}", now_utc)
    waiting, end = set(ids), time.monotonic() + patience
    rows: dict[int, dict[str, object]] = {}
    while waiting and time.monotonic() < end:
        if not worker.work():
            time.sleep(0.05)
        for row in _settled(opened, sorted(waiting)):
            rows[int(str(row["id"]))] = row
            waiting.discard(int(str(row["id"])))
    return rows


def _settled(opened: OpenDesk, ids: list[int]) -> list[dict[str, object]]:
    with opened.store.reading() as session:
        query = select(InboundMail).where(InboundMail.id.in_(ids[:500]), InboundMail.state != "received")
        return [mail_row(inbound) for inbound in session.scalars(query)]


def release(opened: OpenDesk, ids: list[int] | None) -> list[int]:
    """Let quarantined mails go the way again: these, or all of them; returns which will."""
    with opened.store.writing() as session:
        query = select(InboundMail).where(InboundMail.state == "quarantined").order_by(InboundMail.id)
        chosen = [row for row in session.scalars(query) if ids is None or row.id in ids]
        for row in chosen:
            row.state, row.attempts, row.claimed_by, row.lease_until = "received", 0, None, None
            row.content_key = None
        ring(session, MAILS)
        return [row.id for row in chosen]
