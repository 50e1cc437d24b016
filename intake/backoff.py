"""How long to wait before the next try.

In:       how lasting the last failure looked.
Out:      seconds, doubling, with jitter.
Not here: waiting.
"""

import random

QUICK = (1.0, 60.0)
# A wrong password tried every second locks the account at many hosts.
SLOW = (10.0, 300.0)


class Backoff:
    """Doubling waits: 1 s to 60 s for what passes by itself, 10 s to 5 min for what a person must mend."""

    def __init__(self, rng: random.Random | None = None) -> None:
        self._rng = rng or random.Random()
        self._failures = 0
        self._was_lasting = False

    def next(self, lasting: bool) -> float:
        """The seconds to wait after one more failure; a failure of the other sort starts from the first."""
        if lasting != self._was_lasting:
            self._failures, self._was_lasting = 0, lasting
        first, most = SLOW if lasting else QUICK
        wait = min(most, first * 2.0 ** min(self._failures, 16))
        self._failures += 1
        # A quarter up or down, so that many desks do not fall upon a revived server in one second.
        return min(most, wait * self._rng.uniform(0.75, 1.25))

    def reset(self) -> None:
        """All is well again."""
        self._failures = 0
