"""What a ball covers on its way through a volume, and bits put into tiles."""

from __future__ import annotations

import ctypes
import enum
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

WIDEST_MM = 1e6
"""The radius of a ball at most."""

WORD = 16
"""Voxels of a row, and rows of a tile, that are put in at once."""


def capsule(sides: Triple, spacing_mm: Mm, start_mm: Mm, end_mm: Mm, radius_mm: float) -> Bits:
    """Which voxels of a box (slices, rows, columns) have their centre within `radius_mm` of the
    straight way from `start_mm` to `end_mm`; both count from the centre of the first voxel."""
    if min(sides) < 0 or sides[0] * sides[1] * sides[2] > LARGEST:
        raise ValueError(f"a box of {sides} is out of bounds")
    out = np.empty(sides, np.bool_)
    _capsule()(
        out.ctypes.data, _Sizes(*sides), _Places(*spacing_mm), _Places(*start_mm),
        _Places(*end_mm), radius_mm,
    )  # fmt: skip
    return out


class Swept(enum.IntEnum):
    """What came of a sweep. The last two did nothing: a tile of the box is not in the pool, or the
    picture does not hold its section."""

    BESIDE = 0
    SAME = 1
    CHANGED = 2
    UNTOUCHED = 3
    NO_ROOM = 4


_SWEPT = tuple(Swept)


class Tiles:
    """The tiles that a stroke has touched, and a picture of one slice of what is painted.

    `slots` (tiles along slices, rows, columns; int32) says for each tile one more than its row in
    the pool, 0 where it was not touched. A tile's row has a bit a voxel, columns first. What does
    not change from event to event is checked once.
    """

    def __init__(
        self,
        size: Triple,
        tile: Triple,
        spacing_mm: Mm,
        slots: NDArray[np.int32],
        pool: NDArray[np.uint8],
    ) -> None:
        counts = tuple(-(-side // along) for side, along in zip(size, tile, strict=True))
        powers = all(along > 0 and not along & (along - 1) for along in tile)
        if min(size) < 1 or not powers or min(tile[1:]) < WORD or slots.shape != counts:
            raise ValueError(f"there are no tiles of {tile} in {size}")
        if not min(spacing_mm) > 0:
            raise ValueError("voxels lie apart")
        if slots.dtype != np.int32 or not slots.flags.c_contiguous:
            raise ValueError("slots lie in one piece")
        self._slots, self._bytes = slots, tile[0] * tile[1] * tile[2] // 8
        self._ground = _Ground(
            slots=slots.ctypes.data, counts=_Sizes(*counts), tile=_Sizes(*tile), size=_Sizes(*size),
            spacing=_Places(*spacing_mm), layer=-1,
        )  # fmt: skip
        self._at, self._size = ctypes.addressof(self._ground), size
        self._start, self._end = _Places(), _Places()
        self._pool, self._picture = pool, np.empty((0, 0), np.uint8)
        self.hold_pool(pool)

    def hold_pool(self, pool: NDArray[np.uint8]) -> None:
        """The tiles by their row, from now on; (rows, bytes of a tile)."""
        fits = pool.ndim == 2 and pool.shape[1] == self._bytes and pool.dtype == np.uint8
        if not fits or not pool.flags.c_contiguous or not pool.flags.writeable:
            raise ValueError("the pool has a tile in a row")
        self._pool = pool
        self._ground.pool, self._ground.pooled = pool.ctypes.data, len(pool)
        self._ground.rolls = 0

    def hold_picture(self, picture: NDArray[np.uint8], layer: int, top: int, left: int) -> None:
        """A byte a voxel of slice `layer`, whose first lies at `top` and `left`; kept in step with
        what is swept."""
        fits = picture.ndim == 2 and picture.dtype == np.uint8 and picture.flags.c_contiguous
        if not fits or not picture.flags.writeable:
            raise ValueError("a picture lies in one piece")
        self._picture, ground = picture, self._ground
        ground.picture = picture.ctypes.data
        ground.layer, ground.top, ground.left = layer, top, left
        ground.rows, ground.columns = picture.shape
        ground.rolls = 0

    def sweep(
        self, start: Mm, end: Mm, radius_mm: float, slices: tuple[int, int], *, on: bool
    ) -> Swept:
        """Put what a ball covers on its straight way in, or take it out: of these slices, from the
        first to before the second. `start` and `end` are voxels; what is not a place is beside."""
        first, last = slices
        if not (first >= 0 and last <= self._size[0] and 0 <= radius_mm <= WIDEST_MM):
            raise ValueError("a sweep stays inside its grid")
        self._start[:], self._end[:] = list(start), list(end)
        found: int = _sweep()(self._at, self._start, self._end, radius_mm, first, last, on)
        return _SWEPT[found]

    @property
    def box(self) -> tuple[Triple, Triple]:
        """Around the way swept last, unless that lies beside the grid; low <= voxel < high."""
        (z, y, x), (below, beyond, past) = self._ground.low[:], self._ground.high[:]
        return (z, y, x), (below, beyond, past)

    def stamp(self, bits: Bits, low: Triple, *, on: bool) -> int:
        """Put the voxels of `bits` (slices, rows, columns), the first at `low`, in or take them
        out. Answers how many voxels changed. ValueError where their tiles are not in the pool."""
        fits = all(
            at >= 0 and at + along <= side
            for at, along, side in zip(low, bits.shape, self._size, strict=True)
        )
        if not fits or not bits.flags.c_contiguous or bits.dtype != np.bool_:
            raise ValueError("the box lies inside the grid, in one piece")
        changed: int = _stamp()(self._at, bits.ctypes.data, _Sizes(*low), _Sizes(*bits.shape), on)
        if changed < 0:
            raise ValueError("a tile of the box was not touched")
        return changed


_Sizes, _Places = ctypes.c_ssize_t * 3, ctypes.c_double * 3


class _Ground(ctypes.Structure):
    """`struct ground` of painting.c."""

    _fields_ = (
        ("pool", POINTER), ("pooled", SIZE), ("slots", POINTER), ("counts", _Sizes),
        ("tile", _Sizes), ("size", _Sizes), ("spacing", _Places), ("picture", POINTER),
        ("layer", SIZE), ("top", SIZE), ("left", SIZE), ("rows", SIZE), ("columns", SIZE),
        ("ended", _Places), ("radius", DOUBLE), ("from_", SIZE), ("until", SIZE), ("on", INT),
        ("rolls", INT), ("low", _Sizes), ("high", _Sizes),
    )  # fmt: skip


@functools.cache
def _capsule() -> Callable[..., Any]:
    return function("labeler_capsule", *(POINTER,) * 5, DOUBLE)


@functools.cache
def _stamp() -> Callable[..., Any]:
    return function("labeler_stamp", *(POINTER,) * 4, INT, gives=SIZE)


@functools.cache
def _sweep() -> Callable[..., Any]:
    return function("labeler_sweep", *(POINTER,) * 3, DOUBLE, SIZE, SIZE, INT, gives=INT)
