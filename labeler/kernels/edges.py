"""The loops around a region, along the sides of its voxels, and a region seen from afar."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.library import POINTER, SIZE, function

LARGEST = 1 << 30
"""Voxels at most."""

Bits = NDArray[np.bool_]
Corners = NDArray[np.int32]
Ends = NDArray[np.int64]


def loops(bits: Bits) -> tuple[Corners, Ends]:
    """Of bool (rows, columns) the corners (n, 2) of all loops, columns and rows of the grid between
    the voxels, and where each loop ends. The region lies at the right hand, holes too."""
    if bits.dtype != np.bool_ or bits.ndim != 2 or bits.size > LARGEST:
        raise ValueError(f"a region of {bits.shape} is out of bounds")
    bits = np.ascontiguousarray(bits)
    rows, columns = bits.shape
    sides = np.empty((rows + 1, columns + 1), np.uint8)
    count: int = _mark()(bits.ctypes.data, rows, columns, sides.ctypes.data)
    corners, ends = np.empty((count, 2), np.int32), np.empty(count // 4, np.int64)
    found: int = _follow()(sides.ctypes.data, rows, columns, corners.ctypes.data, ends.ctypes.data)
    ends = ends[:found]
    return corners[: int(ends[-1]) if found else 0], ends


def pooled(bits: Bits, step: int) -> Bits:
    """Of bool (rows, columns), whose rows may lie apart, each square of `step` voxels: whether one
    of them is in. The last squares may be smaller."""
    rows, columns = bits.shape
    if bits.dtype != np.bool_ or step < 1 or bits.size > LARGEST:
        raise ValueError(f"squares of {step} in a region of {bits.shape} are out of bounds")
    if bits.size and columns > 1 and bits.strides[1] != 1:
        raise ValueError("the voxels of a row lie in one piece")
    out, line = (
        np.empty((-(-rows // step), -(-columns // step)), np.bool_),
        np.empty(columns, np.bool_),
    )
    if out.size:
        _pool()(
            bits.ctypes.data, bits.strides[0], rows, columns, step, line.ctypes.data,
            out.ctypes.data,
        )  # fmt: skip
    return out


@functools.cache
def _pool() -> Callable[..., Any]:
    return function("labeler_pool_bits", POINTER, *(SIZE,) * 4, POINTER, POINTER)


@functools.cache
def _mark() -> Callable[..., Any]:
    return function("labeler_mark_sides", POINTER, SIZE, SIZE, POINTER, gives=SIZE)


@functools.cache
def _follow() -> Callable[..., Any]:
    return function("labeler_follow_sides", POINTER, SIZE, SIZE, POINTER, POINTER, gives=SIZE)
