"""The paint on a frame while the button is held: what a move costs follows the brush.

It is a picture of a byte a voxel, 0 or 1, which the screen shows as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from labeler.model.mask_strokes import Box as GridBox
from labeler.model.masks import Bits, Mask, cropped

Box = tuple[int, int, int, int]
"""Top, left, bottom, right of voxels of a frame; the last two are past the end."""

MARGIN = 256


class WetPaint:
    """Which voxels of a frame of `rows` x `columns` are painted, changed in place."""

    def __init__(self, rows: int, columns: int, region: Mask | None = None, layer: int = 0) -> None:
        self.rows, self.columns, self.layer = rows, columns, layer
        self._top, self._left = 0, 0
        self._bits = np.zeros((0, 0), np.bool_)
        self._dirty: Box | None = None
        if region is not None and region.crop.size:
            self.put(region.top, region.left, region.crop, on=True)
        self._dirty = None

    @property
    def box(self) -> Box:
        """Around all that was ever painted, and some more."""
        height, width = self._bits.shape
        return self._top, self._left, self._top + height, self._left + width

    @property
    def region(self) -> Mask:
        """All that is painted."""
        return cropped(self.rows, self.columns, self._top, self._left, self._bits.copy())

    def put(self, top: int, left: int, bits: Bits, *, on: bool) -> None:
        """Paint the voxels that are set, or take them away."""
        part = self._part(top, left, bits.shape)
        if on:
            part |= bits
        else:
            part &= ~bits

    def room(self, box: GridBox) -> tuple[NDArray[np.uint8], int, int]:
        """The picture, made larger where it does not hold the slice's part of a box of the grid,
        and the row and column of its first voxel."""
        (_, top, left), (_, bottom, right) = box
        self._hold((top, left, bottom, right))
        return self._bits.view(np.uint8), self._top, self._left

    def note(self, box: GridBox) -> None:
        """Somebody painted into the picture, within a box of the grid."""
        (first, top, left), (last, bottom, right) = box
        if first <= self.layer < last:
            self._dirt((top, left, bottom, right))

    def show(self, top: int, left: int, bits: Bits, where: Bits) -> None:
        """These voxels are as `bits` says, as far as `where` is set."""
        np.copyto(self._part(top, left, bits.shape), bits, where=where)

    def crop(self, box: Box) -> Bits:
        """The voxels of a box that lies inside the frame."""
        top, left, bottom, right = box
        bits = np.zeros((bottom - top, right - left), np.bool_)
        mine = self.box
        a, b = max(top, mine[0]), max(left, mine[1])
        c, d = min(bottom, mine[2]), min(right, mine[3])
        if a < c and b < d:
            held = self._bits[a - mine[0] : c - mine[0], b - mine[1] : d - mine[1]]
            bits[a - top : c - top, b - left : d - left] = held
        return bits

    def take_dirty(self) -> Box | None:
        """A box around what was painted since this was asked last."""
        dirty, self._dirty = self._dirty, None
        return dirty

    def edges(self, box: Box) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
        """The sides between painted voxels and others within a box, as lines in voxel places."""
        top, left, bottom, right = box
        inner = max(0, top - 1), max(0, left - 1)
        outer = min(self.rows, bottom + 1), min(self.columns, right + 1)
        around = np.pad(
            self.crop((*inner, *outer)),
            (
                (inner[0] - top + 1, bottom + 1 - outer[0]),
                (inner[1] - left + 1, right + 1 - outer[1]),
            ),
        )
        y0, x0 = top - 0.5, left - 0.5
        for y, a, b in _runs(around[1:, 1:-1] != around[:-1, 1:-1]):
            yield (x0 + a, y0 + y), (x0 + b, y0 + y)
        for x, a, b in _runs((around[1:-1, 1:] != around[1:-1, :-1]).T):
            yield (x0 + x, y0 + a), (x0 + x, y0 + b)

    def _part(self, top: int, left: int, shape: tuple[int, ...]) -> Bits:
        box = top, left, top + shape[0], left + shape[1]
        self._dirt(box)
        self._hold(box)
        t, n = top - self._top, left - self._left
        return self._bits[t : t + shape[0], n : n + shape[1]]

    def _dirt(self, box: Box) -> None:
        self._dirty = box if self._dirty is None else _around(self._dirty, box)

    def _hold(self, box: Box) -> None:
        mine = self.box
        if box[0] < mine[0] or box[1] < mine[1] or box[2] > mine[2] or box[3] > mine[3]:
            self._grow(box)

    def _grow(self, box: Box) -> None:
        """With a margin, so that a stroke seldom comes here."""
        want = _around(self.box, box) if self._bits.size else box
        grown = (
            max(0, want[0] - MARGIN),
            max(0, want[1] - MARGIN),
            min(self.rows, want[2] + MARGIN),
            min(self.columns, want[3] + MARGIN),
        )
        self._bits = self.crop(grown)
        self._top, self._left = grown[0], grown[1]


def _runs(lines: NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    """Of each line where runs of set places begin and end."""
    ends = np.pad(lines, ((0, 0), (1, 1)))
    at, place = np.nonzero(ends[:, 1:] != ends[:, :-1])
    yield from zip(at[::2].tolist(), place[::2].tolist(), place[1::2].tolist(), strict=True)


def _around(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
