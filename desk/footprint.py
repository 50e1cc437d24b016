"""Keeping the memory of a service that runs for months small and flat.

In:       nothing.
Out:      few_arenas() before the threads start, return_memory() when much has just been let go of.
Not here: what holds memory; each cache is bounded where it stands.

glibc gives every thread a heap of its own, and a heap keeps what it once had. Elsewhere (musl, macOS) both do nothing.
"""

import ctypes
import gc
import sys

_M_ARENA_MAX = -8


def few_arenas() -> None:
    """One heap for all threads: they take turns at Python's own lock anyway."""
    if (libc := _glibc()) is not None:
        libc.mallopt(_M_ARENA_MAX, 1)


def return_memory() -> None:
    """Return to the system what is free, after a last look for rubbish."""
    gc.collect()
    if (libc := _glibc()) is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        libc = ctypes.CDLL(None)
        return libc if hasattr(libc, "gnu_get_libc_version") and hasattr(libc, "malloc_trim") else None
    except OSError:
        return None
