"""The compiled kernels: finds the library for this processor and hands out its functions."""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SUFFIX = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")

POINTER, SIZE = ctypes.c_void_p, ctypes.c_ssize_t
INT, FLOAT, DOUBLE = ctypes.c_int, ctypes.c_float, ctypes.c_double


def function(name: str, *takes: Any, gives: Any = None) -> Callable[..., Any]:
    """The C function of that name; it runs without Python's lock.

    The caller answers for the arrays: their type, their layout, their bounds, and that they live
    until it returns. Raises OSError where the kernels were not built.
    """
    found = _library()[name]
    found.argtypes, found.restype = takes, gives
    answer: Callable[..., Any] = found
    return answer


@functools.cache
def _library() -> ctypes.CDLL:
    plain = ctypes.CDLL(str(FOLDER / f"plain{SUFFIX}"))
    fast = FOLDER / f"fast{SUFFIX}"
    if plain.labeler_runs_fast() and fast.is_file():
        return ctypes.CDLL(str(fast))
    return plain
