"""How long this disk takes to make one small write last, at this moment.

In:       a folder.
Out:      milliseconds.
Not here: databases.

On a shared machine it changes tenfold from one minute to the next, and what is durable can be no quicker.
"""

import os
import time
from pathlib import Path
from statistics import median


def sync_milliseconds(folder: Path, times: int = 30) -> float:
    """The median of a few appends of 4 kB, each followed by fdatasync."""
    place = folder / "sync-probe"
    taken = []
    with place.open("wb", buffering=0) as file:
        for _ in range(times):
            begun = time.perf_counter()
            file.write(b"\0" * 4096)
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - begun)
    place.unlink()
    return median(taken) * 1e3
