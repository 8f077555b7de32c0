"""What this process has in use of memory and what it holds, and how much of that a history is; a
Linux with the GNU C library says so to the byte."""

from __future__ import annotations

import ctypes
import gc
import os
import re
import sys
import tempfile
import types
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_NOT_HELD = (type, types.ModuleType, types.FunctionType, types.MethodType)
"""What a program has once, whoever refers to it."""


class _Heaps(ctypes.Structure):
    """`struct mallinfo2` of all heaps of the C library."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


@dataclass(frozen=True)
class Memory:
    """Bytes. `used` is what somebody has asked for and not given back, in C and in Python; `held`
    what is resident: that, the program itself, and the gaps between."""

    used: int
    held: int


def memory_now() -> Memory:
    """After what is free was looked for, and given back to the system."""
    gc.collect()
    library = ctypes.CDLL(None)
    library.malloc_trim(0)
    library.mallinfo2.restype = _Heaps
    heaps = library.mallinfo2()
    return Memory(heaps.uordblks + heaps.hblkhd + _python_bytes(), _resident_bytes())


def _python_bytes() -> int:
    """Of small objects, which Python keeps in arenas of its own; it tells so on stderr alone."""
    with tempfile.TemporaryFile() as told:
        sys.stderr.flush()
        before = os.dup(2)
        os.dup2(told.fileno(), 2)
        try:
            sys._debugmallocstats()
        finally:
            os.dup2(before, 2)
            os.close(before)
        told.seek(0)
        found = re.search(rb"bytes in allocated blocks\s*=\s*([\d,]+)", told.read())
    if found is None:
        raise OSError("this Python does not say what its objects take")
    return int(found[1].replace(b",", b""))


def _resident_bytes() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise OSError("this system does not say what a process holds")


def size_of(roots: Iterable[object]) -> int:
    """Of these objects and all that hangs on them, each once."""
    seen: set[int] = set()
    waiting = list(roots)
    total = 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, _NOT_HELD):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        waiting.extend(gc.get_referents(one))
        if isinstance(one, np.ndarray) and one.base is not None:
            waiting.append(one.base)  # whose values it shows
    return total
