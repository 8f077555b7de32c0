"""The compiled kernels: finds the library for this processor and hands out its functions."""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labeler.errors import LabelerError
from labeler.kernels.sources import source_digest

FOLDER = Path(__file__).parent
SUFFIX = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")

POINTER, SIZE = ctypes.c_void_p, ctypes.c_ssize_t
INT, FLOAT, DOUBLE = ctypes.c_int, ctypes.c_float, ctypes.c_double


def function(name: str, *takes: Any, gives: Any = None) -> Callable[..., Any]:
    """The C function of that name; it runs without Python's lock.

    The caller answers for the arrays: their type, their layout, their bounds, and that they live
    until it returns. Raises LabelerError "kernels-not-built".
    """
    found = _library()[name]
    found.argtypes, found.restype = takes, gives
    answer: Callable[..., Any] = found
    return answer


@functools.cache
def _library() -> ctypes.CDLL:
    return load(FOLDER)


def load(folder: Path) -> ctypes.CDLL:
    """The library of a folder for this processor.

    Where its sources lie beside it, it must have been made of them: functions that take other
    arguments than they are given would end the program without a word.
    """
    plain, fast = folder / f"plain{SUFFIX}", folder / f"fast{SUFFIX}"
    if not plain.is_file():
        raise _not_built()
    found = ctypes.CDLL(str(plain))
    if found.labeler_runs_fast() and fast.is_file():
        found = ctypes.CDLL(str(fast))
    sources = source_digest(folder / "c")
    if sources and made_of(found) != sources:
        raise _not_built()
    return found


def made_of(library: ctypes.CDLL) -> str:
    """The digest of the sources of a library; "" where it tells none."""
    try:
        told = library.labeler_sources
    except AttributeError:
        return ""
    told.restype = ctypes.c_char_p
    digest: bytes = told()
    return digest.decode()


def _not_built() -> LabelerError:
    return LabelerError(
        "kernels-not-built",
        "The compiled kernels are missing, or were not made of the sources beside them.",
        safe="Nothing was read or changed.",
        do="Run: python packaging/build_kernels.py",
    )
