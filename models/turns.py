"""Taking turns at writing within one process, in the order of asking.

In:       threads that want to write into one SQLite file.
Out:      one at a time; those in a hurry before the others.
Not here: other processes (SQLite's own lock and its timeout).

SQLite has one writer, and lets whoever looks at the right moment be next: a thread that writes again and again
keeps others out for seconds, and the SMTP door would answer that late.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that is handed over, first come first served."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self, hurry: bool = False) -> Iterator[None]:
        """Wait for one's turn; after `patience` go on without it, and let SQLite decide."""
        mine = self._wait(hurry)
        try:
            yield
        finally:
            if mine:
                self._hand_over()

    def _wait(self, hurry: bool) -> bool:
        called = threading.Event()
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            if hurry:
                self._waiting.appendleft(called)
            else:
                self._waiting.append(called)
        if called.wait(self._patience):
            return True
        with self._guard:
            if called.is_set():  # called at the very last moment
                return True
            self._waiting.remove(called)
            return False

    def _hand_over(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
