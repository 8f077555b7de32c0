"""Regions of one frame: which of its voxels are in."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.bool_]

MAX_SIDE = 1 << 20
MAX_VOXELS = 1 << 26


@dataclass(frozen=True, eq=False)
class Mask:
    """The voxels of a frame that belong to a mark.

    Only the smallest rectangle that holds them is kept, so that work follows the region and not
    the frame. `crop` is bool (height, width) with its first voxel at row `top`, column `left`;
    an empty mask has a 0 x 0 crop at 0, 0.
    """

    rows: int
    columns: int
    top: int
    left: int
    crop: Bits

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mask) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[int, int, int, int, tuple[int, ...], bytes]:
        return self.rows, self.columns, self.top, self.left, self.crop.shape, self.crop.tobytes()

    @functools.cached_property
    def count(self) -> int:
        """How many voxels are in."""
        return int(np.count_nonzero(self.crop))

    def voxels(self) -> Bits:
        """The whole frame as bool (rows, columns)."""
        whole = np.zeros((self.rows, self.columns), dtype=np.bool_)
        height, width = self.crop.shape
        whole[self.top : self.top + height, self.left : self.left + width] = self.crop
        return whole

    def holds(self, column: int, row: int) -> bool:
        """Whether one voxel is in."""
        r, c = row - self.top, column - self.left
        height, width = self.crop.shape
        return 0 <= r < height and 0 <= c < width and bool(self.crop[r, c])


def empty_mask(rows: int, columns: int) -> Mask:
    """A mask of nothing."""
    return cropped(rows, columns, 0, 0, np.zeros((0, 0), dtype=np.bool_))


def mask_of(voxels: Bits) -> Mask:
    """The mask of a whole frame's bool array (rows, columns)."""
    rows, columns = voxels.shape
    return cropped(rows, columns, 0, 0, voxels)


def cropped(rows: int, columns: int, top: int, left: int, bits: Bits) -> Mask:
    """The mask of `bits` placed at (top, left), cut down to the voxels that are in."""
    if not (0 < rows <= MAX_SIDE and 0 < columns <= MAX_SIDE and bits.size <= MAX_VOXELS):
        raise ValueError(f"a mask of {rows} x {columns} is out of bounds")
    height, width = bits.shape
    if top < 0 or left < 0 or top + height > rows or left + width > columns:
        raise ValueError("a mask's voxels lie inside its frame")
    filled_rows = np.flatnonzero(bits.any(axis=1))
    if filled_rows.size == 0:
        return Mask(rows, columns, 0, 0, _sealed(np.zeros((0, 0), dtype=np.bool_)))
    filled_columns = np.flatnonzero(bits.any(axis=0))
    r0, r1 = int(filled_rows[0]), int(filled_rows[-1]) + 1
    c0, c1 = int(filled_columns[0]), int(filled_columns[-1]) + 1
    return Mask(rows, columns, top + r0, left + c0, _sealed(bits[r0:r1, c0:c1]))


def _sealed(bits: Bits) -> Bits:
    own = np.array(bits, dtype=np.bool_, order="C")
    own.setflags(write=False)
    return own


def union(a: Mask, b: Mask) -> Mask:
    """Voxels in either."""
    if b.count == 0:
        return a
    if a.count == 0:
        return b
    top, left, whole = _canvas(a, b)
    _part(whole, b, top, left)[:] |= b.crop
    return cropped(a.rows, a.columns, top, left, whole)


def difference(a: Mask, b: Mask) -> Mask:
    """Voxels in `a` and not in `b`."""
    if a.count == 0 or b.count == 0:
        return a
    top, left, whole = _canvas(a, b)
    _part(whole, b, top, left)[:] &= ~b.crop
    return cropped(a.rows, a.columns, top, left, whole)


def _canvas(a: Mask, b: Mask) -> tuple[int, int, Bits]:
    """A rectangle around both masks, filled with `a`."""
    if (a.rows, a.columns) != (b.rows, b.columns):
        raise ValueError("masks of different frames do not combine")
    top, left = min(a.top, b.top), min(a.left, b.left)
    bottom = max(a.top + a.crop.shape[0], b.top + b.crop.shape[0])
    right = max(a.left + a.crop.shape[1], b.left + b.crop.shape[1])
    whole = np.zeros((bottom - top, right - left), dtype=np.bool_)
    _part(whole, a, top, left)[:] = a.crop
    return top, left, whole


def _part(whole: Bits, mask: Mask, top: int, left: int) -> Bits:
    height, width = mask.crop.shape
    r, c = mask.top - top, mask.left - left
    return whole[r : r + height, c : c + width]


def dice(a: Mask, b: Mask) -> float:
    """Overlap 2|A∩B| / (|A| + |B|), 0 to 1; two empty masks agree wholly (1)."""
    total = a.count + b.count
    if total == 0:
        return 1.0
    common = a.count - difference(a, b).count
    return 2.0 * common / total
