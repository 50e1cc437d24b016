"""How long a test waits before it calls something a hang, and how many random inputs it tries.

In:       `DISTRICTDESK_EXAMPLES`, the least number of examples of each property test on mails (default: few).
Out:      HANG_SECONDS, examples().
Not here: speed, which is measured in benchmarks/ by comparing two things in one run.

A reader that is linear takes a tenth of this on the inputs of the tests even on a busy machine; one that is
quadratic takes minutes.
"""

import os

HANG_SECONDS = 15.0


def examples(few: int) -> int:
    """How many examples to try: a few at every run, as many as one asks for by hand."""
    return max(few, int(os.environ.get("DISTRICTDESK_EXAMPLES", "0")))
