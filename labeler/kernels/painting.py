"""What a ball covers on its way through a volume, and bits put into tiles."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.library import DOUBLE, INT, POINTER, SIZE, function

Bits = NDArray[np.bool_]
Triple = tuple[int, int, int]
Mm = tuple[float, float, float]
"""Along slices, rows and columns."""

LARGEST = 1 << 28
"""Voxels of a box at most."""


def capsule(sides: Triple, spacing_mm: Mm, start_mm: Mm, end_mm: Mm, radius_mm: float) -> Bits:
    """Which voxels of a box (slices, rows, columns) have their centre within `radius_mm` of the
    straight way from `start_mm` to `end_mm`; both count from the centre of the first voxel."""
    if min(sides) < 0 or sides[0] * sides[1] * sides[2] > LARGEST:
        raise ValueError(f"a box of {sides} is out of bounds")
    out = np.empty(sides, np.bool_)
    _capsule()(
        out.ctypes.data, _sizes(sides), _doubles(spacing_mm), _doubles(start_mm),
        _doubles(end_mm), radius_mm,
    )  # fmt: skip
    return out


def stamp(
    pool: NDArray[np.uint8],
    slots: NDArray[np.int32],
    tile: Triple,
    bits: Bits,
    offset: Triple,
    *,
    on: bool,
) -> int:
    """Put the voxels of `bits` (slices, rows, columns) into tiles, or take them out.

    `pool` is (tiles, voxels of a tile), zeros and ones; `slots` (tiles along slices, rows, columns)
    names the row of each tile that the box touches; the box begins at `offset` in the first.
    Answers how many voxels changed.
    """
    _check(pool, slots, tile, bits.shape, offset)
    if not bits.flags.c_contiguous:
        raise ValueError("bits and slots lie in one piece")
    changed: int = _stamp()(
        pool.ctypes.data, slots.ctypes.data, _sizes(slots.shape), _sizes(tile),
        bits.ctypes.data, _sizes(bits.shape), _sizes(offset), int(on),
    )  # fmt: skip
    return changed


def sweep(
    pool: NDArray[np.uint8],
    slots: NDArray[np.int32],
    tile: Triple,
    offset: Triple,
    way: tuple[Triple, Mm, Mm, Mm, float],
    *,
    on: bool,
) -> bool:
    """Put the voxels of a capsule into tiles, or take them out: what `stamp` does with its bits.

    `way` is what `capsule` takes. Answers whether any voxel changed.
    """
    sides, spacing_mm, start_mm, end_mm, radius_mm = way
    _check(pool, slots, tile, sides, offset)
    changed: int = _sweep()(
        pool.ctypes.data, slots.ctypes.data, _sizes(slots.shape), _sizes(tile), _sizes(sides),
        _sizes(offset), _doubles(spacing_mm), _doubles(start_mm), _doubles(end_mm), radius_mm,
        int(on),
    )  # fmt: skip
    return bool(changed)


def _check(
    pool: NDArray[np.uint8],
    slots: NDArray[np.int32],
    tile: Triple,
    sides: tuple[int, ...],
    offset: Triple,
) -> None:
    voxels = tile[0] * tile[1] * tile[2]
    fits = all(
        begin >= 0 and side >= 0 and begin + side <= count * along
        for begin, side, count, along in zip(offset, sides, slots.shape, tile, strict=True)
    )
    if not fits or pool.shape[1:] != (voxels,) or not pool.flags.c_contiguous:
        raise ValueError("the tiles do not hold the box")
    if not slots.flags.c_contiguous or slots.dtype != np.int32 or pool.dtype != np.uint8:
        raise ValueError("bits and slots lie in one piece")
    if slots.size and not (slots.min() >= 0 and slots.max() < len(pool)):
        raise ValueError("there is no such tile")


_Sizes, _Doubles = ctypes.c_ssize_t * 3, ctypes.c_double * 3


def _sizes(values: tuple[int, ...]) -> Any:
    return _Sizes(*values)


def _doubles(values: Mm) -> Any:
    return _Doubles(*values)


@functools.cache
def _capsule() -> Callable[..., Any]:
    return function("labeler_capsule", *(POINTER,) * 5, DOUBLE)


@functools.cache
def _stamp() -> Callable[..., Any]:
    return function("labeler_stamp", *(POINTER,) * 7, INT, gives=SIZE)


@functools.cache
def _sweep() -> Callable[..., Any]:
    return function("labeler_sweep", *(POINTER,) * 9, DOUBLE, INT, gives=INT)
