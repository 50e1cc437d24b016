"""How long a test waits before it calls something a hang.

In:       nothing.
Out:      HANG_SECONDS.
Not here: speed, which is measured in benchmarks/ by comparing two things in one run.

A reader that is linear takes a tenth of this on the inputs of the tests even on a busy machine; one that is
quadratic takes minutes.
"""

HANG_SECONDS = 15.0
