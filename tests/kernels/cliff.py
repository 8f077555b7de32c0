"""Memory that may be read up to an edge: who reads on is killed by the system."""

from __future__ import annotations

import ctypes
import mmap

HALF = 1 << 16


class Cliff:
    """Made the way Linux makes guard pages."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 2 * HALF)
        self._start = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        self._protect(0)

    def put(self, data: bytes) -> int:
        """So that its last byte is the last that may be read; where it begins."""
        self._memory[HALF - len(data) : HALF] = data
        return self._start + HALF - len(data)

    def take_down(self) -> None:
        self._protect(mmap.PROT_READ | mmap.PROT_WRITE)

    def _protect(self, how: int) -> None:
        protect = ctypes.CDLL(None, use_errno=True).mprotect
        protect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        assert protect(self._start + HALF, HALF, how) == 0
