"""What this process holds of memory, and how much of that a history is; Linux alone says so."""

from __future__ import annotations

import ctypes
import gc
import sys
import types
from collections.abc import Iterable
from pathlib import Path

import numpy as np

_NOT_HELD = (type, types.ModuleType, types.FunctionType, types.MethodType)
"""What a program has once, whoever refers to it."""


def held_bytes() -> int:
    """Resident now, after what is free was given back to the system."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
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
