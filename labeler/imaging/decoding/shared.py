"""Memory that the program and one decoder worker both see: decoded pieces come back in it.

The program makes it, of one size for good (sealed: whoever cut it short would end us), says where
each piece goes, and copies it to where it is wanted: what a worker writes later changes nothing.
Linux alone has it; elsewhere pieces come through the pipe.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import sys
from collections.abc import Sequence

if sys.platform == "linux":
    import fcntl

SHARED_BYTES = 8 << 20


class Shared:
    """The program's side. `fd` is for the worker to inherit."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._map = mmap.mmap(fd, SHARED_BYTES)

    def at(self, place: int, size: int) -> memoryview:
        """What lies there, which must have been given room there. The worker can write to it."""
        return memoryview(self._map)[place : place + size]

    def close(self) -> None:
        # Where somebody is still at it, the map goes with the last who is.
        with contextlib.suppress(BufferError):
            self._map.close()
        os.close(self.fd)


def make_shared() -> Shared | None:
    """None where the system has no such memory, or gives none."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fd = os.memfd_create("decoded", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
            try:
                os.ftruncate(fd, SHARED_BYTES)
                sealed = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
                fcntl.fcntl(fd, fcntl.F_ADD_SEALS, sealed)
                return Shared(fd)
            except OSError:
                os.close(fd)
    return None


def open_shared(fd: int) -> memoryview:
    """The worker's side."""
    return memoryview(mmap.mmap(fd, SHARED_BYTES))


def places(sizes: Sequence[int]) -> tuple[int, ...]:
    """Where pieces of those sizes go, one after another; none where they are too many."""
    found, at = [], 0
    for size in sizes:
        found.append(at)
        at += -(-size // 64) * 64
    return tuple(found) if at <= SHARED_BYTES else ()
