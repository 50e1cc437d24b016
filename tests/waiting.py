"""Waiting for what other processes and threads do.

In:       a question, how long to be patient.
Out:      its answer as soon as it is yes; AssertionError when it never is.
Not here: how long things take (benchmarks).
"""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(what: Callable[[], T], patience: float = 60.0) -> T:
    """Ask again and again until the answer is true, and return it."""
    end = time.monotonic() + patience
    while not (found := what()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found
