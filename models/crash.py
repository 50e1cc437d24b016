"""Dying at a chosen place, so that tests can see what a crash there leaves behind.

In:       DISTRICTDESK_TEST_CRASH, which only tests set: "imap-stored", or "imap-stored:3" for the third time.
Out:      the process gone as by kill -9; nothing at all where the variable is not set.
Not here: what must hold afterwards (tests.crash).
"""

import itertools
import os
import signal

_NAME, _, _TIMES = os.environ.get("DISTRICTDESK_TEST_CRASH", "").partition(":")
_seen = itertools.count(1)


def crash_point(name: str) -> None:
    """Die here if tests have asked for it: between two steps of which each is durable by itself."""
    if _NAME and name == _NAME and next(_seen) == int(_TIMES or 1):
        os.kill(os.getpid(), signal.SIGKILL)
