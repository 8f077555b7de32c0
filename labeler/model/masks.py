"""Painted regions of one frame, and the run-length blob that keeps them (docs/formats.md)."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.model.shapes import MaskRef

Bits = NDArray[np.bool_]

MAGIC = b"LBM1"
MAX_SIDE = 65_536
MAX_VOXELS = 1 << 26
_HEADER = struct.Struct("<4sIII")


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

    @property
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
    if not (0 < rows <= MAX_SIDE and 0 < columns <= MAX_SIDE and rows * columns <= MAX_VOXELS):
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


def encode_mask(mask: Mask) -> bytes:
    """The canonical run-length blob; equal masks give equal bytes."""
    height, width = mask.crop.shape
    padded = np.zeros((height, width + 2), dtype=np.int8)
    padded[:, 1:-1] = mask.crop
    # In row-major order a run begins where the step is +1 and ends where it is -1.
    steps = np.diff(padded, axis=1)
    offset = mask.top * mask.columns + mask.left
    begins = _positions(steps == 1, mask.columns) + offset
    ends = _positions(steps == -1, mask.columns) + offset
    # A run that reaches the last column goes on where the next row begins in the first.
    joined = np.flatnonzero(ends[:-1] == begins[1:])
    begins, ends = np.delete(begins, joined + 1), np.delete(ends, joined)
    total = mask.rows * mask.columns
    borders = np.empty(2 * begins.size + 2, dtype=np.int64)
    borders[0], borders[1:-1:2], borders[2:-1:2], borders[-1] = 0, begins, ends, total
    runs = np.diff(borders)
    if runs.size > 1 and runs[-1] == 0:
        runs = runs[:-1]
    header = _HEADER.pack(MAGIC, mask.rows, mask.columns, runs.size)
    return header + runs.astype("<u4").tobytes()


def _positions(where: NDArray[np.bool_], columns: int) -> NDArray[np.int64]:
    row, column = np.nonzero(where)
    positions: NDArray[np.int64] = row.astype(np.int64) * columns + column
    return positions


def mask_ref(mask: Mask) -> tuple[MaskRef, bytes]:
    """The shape that names a mask, and the blob it names."""
    blob = encode_mask(mask)
    return MaskRef(hashlib.sha256(blob).hexdigest()), blob


def decode_mask(blob: bytes) -> Mask:
    """The mask of a blob; ValueError for anything that `encode_mask` would not have written."""
    rows, columns, runs = _checked_runs(blob)
    ends = np.cumsum(runs)
    begins, stops = ends[0::2][: runs.size // 2], ends[1::2]
    if begins.size == 0:
        return empty_mask(rows, columns)
    top, bottom = int(begins[0]) // columns, int(stops[-1] - 1) // columns + 1
    step = np.zeros((bottom - top) * columns + 1, dtype=np.int8)
    step[begins - top * columns] = 1
    step[stops - top * columns] = -1
    band = np.cumsum(step[:-1], dtype=np.int8).astype(np.bool_)
    return cropped(rows, columns, top, 0, band.reshape(bottom - top, columns))


def _checked_runs(blob: bytes) -> tuple[int, int, NDArray[np.int64]]:
    if len(blob) < _HEADER.size:
        raise ValueError("a mask blob is at least 16 bytes")
    magic, rows, columns, count = _HEADER.unpack_from(blob)
    if magic != MAGIC:
        raise ValueError("not a mask blob")
    if not (0 < rows <= MAX_SIDE and 0 < columns <= MAX_SIDE and rows * columns <= MAX_VOXELS):
        raise ValueError(f"a mask of {rows} x {columns} is out of bounds")
    if count < 1 or len(blob) != _HEADER.size + 4 * count:
        raise ValueError("the mask blob's length does not match its run count")
    runs = np.frombuffer(blob, dtype="<u4", offset=_HEADER.size).astype(np.int64)
    if (runs[1:] == 0).any():
        raise ValueError("only the first run of a mask may be empty")
    if int(runs.sum()) != rows * columns:
        raise ValueError("the runs of a mask cover its frame exactly")
    return rows, columns, runs
