"""How the time and memory of reading a mail grow with its size, for mails made to be slow.

In:       nothing.
Out:      a row a shape: milliseconds at a fourth, half and all of the size, the factor from half to
          all (2 is linear), the peak of memory at full size.
Not here: ordinary mails (parse_mail).

Run: python -m benchmarks.parse_growth [MEGABYTES]
"""

import sys
import time
import tracemalloc

from tests.intake.shapes import SHAPES, read_all_the_way


def milliseconds(raw: bytes) -> float:
    """How long one reading takes."""
    begun = time.perf_counter()
    read_all_the_way(raw)
    return (time.perf_counter() - begun) * 1e3


def peak(raw: bytes) -> float:
    """Megabytes allocated at the most while reading."""
    tracemalloc.start()
    read_all_the_way(raw)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def main(size: int) -> None:
    """Print the table."""
    print(f"{'shape':34}{'1/4':>8}{'1/2':>8}{'1':>8} ms   factor   peak MB")
    for name, make in SHAPES.items():
        quarter, half, full = (milliseconds(make(size // part)) for part in (4, 2, 1))
        print(f"{name:34}{quarter:8.0f}{half:8.0f}{full:8.0f}      {full / half:5.1f}{peak(make(size)):10.0f}")


if __name__ == "__main__":
    main(int(float(sys.argv[1] if len(sys.argv) > 1 else 5) * 1e6))
