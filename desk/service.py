"""The running desk: doors, worker and sender in one process, or some of them.

In:       an OpenDesk and the names of the parts to run.
Out:      a running service; on SIGTERM or SIGINT it finishes what it holds.
Not here: what the parts do.
"""

import asyncio
import errno
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import select

from classifier.triage import Triage
from desk.footprint import few_arenas
from desk.imap_door import watch_mailbox
from desk.learner import Learner
from desk.learning import serving_triage
from desk.opening import WRONG, OpenDesk, Unready, now_utc
from desk.outgoing import run_sender
from desk.pipeline import House
from desk.recovery import release_dead_claims
from desk.worker import Worker
from desk.workforce import Workforce
from intake.group_commit import GroupCommit, Parcel
from intake.inbox import accept_all
from intake.listener import Listener
from models import Mailbox
from models.crash import crash_point
from models.store import KeptConnection
from models.wake import MAILS, NOTICES

log = logging.getLogger(__name__)

PARTS = ("smtp", "imap", "worker", "sender")


class Service:
    """One process of the desk. `run()` blocks; `stop()` may be called from any thread or signal."""

    def __init__(
        self, opened: OpenDesk, parts: tuple[str, ...] = PARTS, triage: Triage | None = None, workers: int = 0,
        learns: bool = True,
    ) -> None:  # fmt: skip
        """`workers`: how many processes do the worker's part instead of a thread; `learns`: whether it trains."""
        self.opened, self.parts = opened, parts
        self.triage, self.workers, self.learns = triage, workers, learns
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.stopping = threading.Event()
        self.bells = opened.store.bells
        self.connection = KeptConnection(opened.store)
        self.drawer = GroupCommit(self._store_all, lambda: self.bells.sound([MAILS]))
        self.threads: list[threading.Thread] = []
        self.smtp_port: int | None = None
        self.failure: str | None = None

    def run(self, ready: Callable[[str], None]) -> None:
        """Start every part, call `ready` with one line once all listen, and return after `stop()`."""
        few_arenas()
        asyncio.run(self._run(ready))

    def stop(self) -> None:
        """Ask every part to finish what it holds."""
        self.stopping.set()
        self.bells.sound()

    async def _run(self, ready: Callable[[str], None]) -> None:
        self._listen_for_signals()
        said: list[str] = []
        listener = await self._open_smtp(said) if "smtp" in self.parts else None
        try:
            self._start_threads(said)
            ready("ready " + ", ".join(said))
            while not self.stopping.is_set():
                await asyncio.sleep(0.1)
                self._watch_threads()
        finally:
            if listener is not None:
                await listener.stop()
            self.stop()
            await asyncio.get_running_loop().run_in_executor(None, self._join)
            self.drawer.close()
            self.connection.close()

    def _listen_for_signals(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)

    async def _open_smtp(self, said: list[str]) -> Listener:
        settings = self.opened.settings.listener
        listener = Listener(settings, lambda: self.addresses, self.drawer)
        self.addresses = self._desk_addresses()
        place = f"{settings.host}:{settings.port}"
        try:
            self.smtp_port = await listener.start()
        except OSError as error:
            raise Unready(_no_listen(place, error), WRONG) from None
        said.append(f"smtp {settings.host}:{self.smtp_port}")
        return listener

    def _desk_addresses(self) -> tuple[str, ...]:
        with self.opened.store.reading() as session:
            boxes = session.scalars(select(Mailbox.address)).all()
        return tuple(dict.fromkeys((*self.opened.desk.addresses, *boxes)))

    def _store_all(self, parcels: Sequence[Parcel]) -> list[int]:
        """Store several mails in one durable transaction, for all doors of this process."""
        with self.connection.writing() as connection:
            ids = accept_all(connection, parcels, now_utc())
            self.bells.notify(connection, [MAILS])
            crash_point("mails-inserted")
        crash_point("mails-stored")
        return ids

    def _start_threads(self, said: list[str]) -> None:
        opened = self.opened
        with opened.store.writing() as session:
            release_dead_claims(session, socket.gethostname())
        if "imap" in self.parts and opened.settings.mailboxes:
            for mailbox in opened.settings.mailboxes:
                box = mailbox if mailbox.address else replace(mailbox, address=opened.desk.address)
                self._thread(
                    f"imap-{box.name}",
                    watch_mailbox,
                    opened.store,
                    box,
                    self.drawer.deposit_all,
                    self.stopping,
                    self.name,
                )
            said.append(f"imap {len(opened.settings.mailboxes)}")
        if "worker" in self.parts and self.workers:
            workforce = Workforce(opened.store, opened.settings.source, self.workers)
            workforce.start()
            self._thread("workers", workforce.run, self.stopping)
            said.append(f"workers {self.workers}")
        elif "worker" in self.parts:
            own = opened.settings.own_categories
            house = House(opened.desk, self.triage or serving_triage(opened.store, own), opened.settings.auth)
            worker = Worker(opened.store, house, self.name, now_utc)
            if self.triage is None:
                learner = Learner(opened.store, worker, opened.settings.source, opened.desk.timezone, own, self.learns)
                self._thread("learner", learner.run, self.stopping)
            self._thread("worker", worker.run, self.stopping)
            said.append("worker")
        if "sender" in self.parts:
            self._thread("sender", run_sender, opened, self.stopping, self.name)
            said.append("sender")
        self._listen_for_rings()

    def _listen_for_rings(self) -> None:
        """What other processes tell; on SQLite they tell nothing."""
        waits = {MAILS: "worker" in self.parts and not self.workers, NOTICES: "sender" in self.parts}
        bells = [bell for bell, somebody in waits.items() if somebody]
        if bells and not self.opened.store.is_sqlite:
            self._thread("wake-ups", self.bells.listen, self.stopping, bells)

    def _thread(self, name: str, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=self._guard, args=(name, target, *arguments), name=name, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _guard(self, name: str, target: Callable[..., None], *arguments: object) -> None:
        """A part that ends by an error takes the service down, so that its supervisor starts it anew."""
        try:
            target(*arguments)
        except Unready as trouble:
            self.failure = str(trouble)
            self.stop()
        except Exception as error:
            log.exception("%s: ended by an error", name)
            self.failure = f"{name} ended by an error: {type(error).__name__}"
            self.stop()

    def _watch_threads(self) -> None:
        if not self.stopping.is_set() and any(not thread.is_alive() for thread in self.threads):
            self.failure = self.failure or "a part of the service ended"
            self.stop()

    def _join(self) -> None:
        for thread in self.threads:
            thread.join(timeout=30)


def _no_listen(place: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"[smtp] listen: {place} is in use; stop the other program or choose another port"
    if error.errno == errno.EACCES:
        return f"[smtp] listen: no permission for {place}; ports below 1024 need it, choose one above"
    return f"[smtp] listen: {place} cannot be used: {os.strerror(error.errno or 0)}"
