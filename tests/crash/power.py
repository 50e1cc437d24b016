"""A disk whose power can be cut: what was not synced is gone, as on a real one.

In:       root, loop devices and ext4.
Out:      PowerDisk: a mounted folder, and `cut()`.
Not here: what must be left afterwards.

An ext4 file system in a file is told by FS_IOC_SHUTDOWN to stop at once without writing anything more, is
unmounted, and mounted again, whereupon its journal is replayed.
"""

import contextlib
import fcntl
import os
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

FS_IOC_SHUTDOWN = 0x8004587D
WITHOUT_FLUSHING = 2


class PowerDisk:
    """One such disk."""

    def __init__(self, room: Path, megabytes: int = 128) -> None:
        self.image, self.place = room / "disk.img", room / "disk"
        self.place.mkdir()
        self.is_cut = False
        with self.image.open("wb") as file:
            file.truncate(megabytes * 1024 * 1024)  # sparse: it takes what is written
        self._run("mkfs.ext4", "-q", "-F", str(self.image))
        self._mount()

    def cut(self) -> None:
        """Power off; whoever has files open there must be dead or gets errors. `back()` brings it up again."""
        self.is_cut = True
        place = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(place, FS_IOC_SHUTDOWN, struct.pack("I", WITHOUT_FLUSHING))
        finally:
            os.close(place)

    def back(self) -> None:
        """Power on again."""
        end = time.monotonic() + 20
        while subprocess.run(["umount", str(self.place)], check=False, capture_output=True).returncode:
            assert time.monotonic() < end, "somebody still uses the disk"
            time.sleep(0.1)  # the children of a killed server end a moment after it
        self._mount()
        self.is_cut = False

    def close(self) -> None:
        """Give the disk up."""
        subprocess.run(["umount", "-l", str(self.place)], check=False, capture_output=True)

    def _mount(self) -> None:
        self._run("mount", "-o", "loop", str(self.image), str(self.place))

    @staticmethod
    def _run(*command: str) -> None:
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip(f"{command[0]} is not installed")
        if done.returncode:
            pytest.skip(f"no power to cut here: {done.stderr.strip()}")


@contextlib.contextmanager
def power_disk(room: Path, megabytes: int = 128) -> Iterator[PowerDisk]:
    """A disk for the length of the block; skips where none can be had."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk to cut the power of")
    disk = PowerDisk(room, megabytes)
    try:
        yield disk
    finally:
        disk.close()
