"""A stroke while the button is held: what it costs follows the brush, never the volume."""

from __future__ import annotations

import math
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.painting import Mm, capsule, stamp, sweep
from labeler.model.masks import Bits
from labeler.model.tiled_masks import VOXELS, TiledMask, Triple, packed_tiles

Voxel = tuple[float, float, float]
"""Slice, row and column; whole numbers are voxel centres."""
Box = tuple[Triple, Triple]
"""low <= voxel < high."""

_FIRST_TILES = 256


Way = tuple[Triple, Mm, Mm, Mm, float]
"""Sides of a box, spacing, where a ball begins and ends in it, its radius; see `capsule`."""


def way_of(
    size: Triple, start: Voxel, end: Voxel, radius_mm: float, spacing_mm: Mm
) -> tuple[Triple, Way] | None:
    """The box of a ball's straight way through a grid: where it begins, and the way in it.

    None where it stays outside the grid.
    """
    low, sides = [], []
    for a, b, spacing, side in zip(start, end, spacing_mm, size, strict=True):
        reach = radius_mm / spacing
        first = max(0, math.ceil(min(a, b) - reach))
        last = min(side, math.floor(max(a, b) + reach) + 1)
        if last <= first:
            return None
        low.append(first)
        sides.append(last - first)
    z, y, x = low
    (sz, sy, sx), (dz, dy, dx) = start, spacing_mm
    ez, ey, ex = end
    begin_mm = (sz - z) * dz, (sy - y) * dy, (sx - x) * dx
    end_mm = (ez - z) * dz, (ey - y) * dy, (ex - x) * dx
    return (z, y, x), ((sides[0], sides[1], sides[2]), spacing_mm, begin_mm, end_mm, radius_mm)


def swept(
    size: Triple, start: Voxel, end: Voxel, radius_mm: float, spacing_mm: Mm
) -> tuple[Triple, Bits] | None:
    """The voxels that a ball covers on its straight way: where their box begins, and they.

    None where it stays outside the grid. A voxel is in when its centre is.
    """
    found = way_of(size, start, end, radius_mm, spacing_mm)
    if found is None:
        return None
    low, way = found
    return low, capsule(*way)


class Stroke:
    """Paints over a mask, which stays as it is; tiles are copied when they are first touched."""

    def __init__(self, before: TiledMask) -> None:
        self.before = before
        # One more than the row of each tile in the pool, 0 for those that were not touched.
        self._slots = np.zeros(before.grid.counts, np.int32)
        self._touched: list[int] = []
        self._pool = np.empty((_FIRST_TILES, VOXELS), np.uint8)
        self._dirty: Box | None = None
        self._reached: Box | None = before.tile_bounds

    def paint(self, low: Triple, bits: Bits, *, on: bool) -> int:
        """Put the voxels of `bits`, whose first lies at `low`, in or out; answers how many were
        others before. ValueError where they are not all inside the grid."""
        high = tuple(at + side for at, side in zip(low, bits.shape, strict=True))
        if min(low) < 0 or any(b > side for b, side in zip(high, self.before.size, strict=True)):
            raise ValueError("a stroke stays inside its grid")
        box = low, (high[0], high[1], high[2])
        slots, offset = self._slots_of(box)
        changed = stamp(
            self._pool, slots, self.before.grid.tile, np.ascontiguousarray(bits), offset, on=on
        )
        if changed:
            self._note(box)
        return changed

    def sweep(
        self, start: Voxel, end: Voxel, radius_mm: float, spacing_mm: Mm, *, on: bool
    ) -> Box | None:
        """Put what a ball covers on its straight way in or out; the box around its way where that
        changed anything."""
        found = way_of(self.before.size, start, end, radius_mm, spacing_mm)
        if found is None:
            return None
        low, way = found
        sides = way[0]
        box = low, (low[0] + sides[0], low[1] + sides[1], low[2] + sides[2])
        slots, offset = self._slots_of(box)
        if not sweep(self._pool, slots, self.before.grid.tile, offset, way, on=on):
            return None
        self._note(box)
        return box

    def take_dirty(self) -> Box | None:
        """A box around what changed since this was asked last; None where nothing did."""
        dirty, self._dirty = self._dirty, None
        return dirty

    @property
    def bounds(self) -> Box | None:
        """A box around all that is in, or was before; None around nothing."""
        return self._reached

    def crop(self, low: Triple, high: Triple) -> Bits:
        """The voxels low <= voxel < high as they are now, bool (slices, rows, columns)."""
        grid = self.before.grid
        bits = self.before.crop(low, high)
        first, last = grid.covering(low, high)
        slots = self._slots[tuple(map(slice, first, last))].ravel().tolist()
        for number, slot in zip(grid.numbers(first, last).ravel().tolist(), slots, strict=True):
            if not slot:
                continue
            place, tile = grid.place(number), self._pool[slot - 1].reshape(grid.tile)
            begin = [max(a, p) for a, p in zip(low, place, strict=True)]
            end = [min(b, p + t) for b, p, t in zip(high, place, grid.tile, strict=True)]
            to = tuple(slice(b - a, e - a) for a, b, e in zip(low, begin, end, strict=True))
            of = tuple(slice(b - p, e - p) for p, b, e in zip(place, begin, end, strict=True))
            bits[to] = tile[of]
        return bits

    @property
    def after(self) -> TiledMask:
        """The mask as it is now."""
        before = self.before.tiles
        numbers = np.array(self._touched, np.int64)
        painted = packed_tiles(numbers, self._pool[: len(numbers)])
        kept = dict(before)
        for number in self._touched:
            kept.pop(number, None)
        for number, tile in painted.items():
            was = before.get(number)
            kept[number] = was if was == tile and was is not None else tile
        return TiledMask(self.before.grid, MappingProxyType(kept))

    def _note(self, box: Box) -> None:
        self._dirty = _around(self._dirty, box)
        self._reached = _around(self._reached, box)

    def _slots_of(self, box: Box) -> tuple[NDArray[np.int32], Triple]:
        """The rows of the pool with the tiles that a box touches, and where it begins in them."""
        grid, low = self.before.grid, box[0]
        first, last = grid.covering(*box)
        part = tuple(map(slice, first, last))
        slots = self._slots[part]
        if not slots.all():
            self._touch(grid.numbers(first, last)[slots == 0].tolist())
            slots = self._slots[part]
        z, y, x = (a - b * t for a, b, t in zip(low, first, grid.tile, strict=True))
        return slots - np.int32(1), (z, y, x)

    def _touch(self, numbers: list[int]) -> None:
        begin, end = len(self._touched), len(self._touched) + len(numbers)
        while end > len(self._pool):
            self._pool = np.concatenate((self._pool, np.empty_like(self._pool)))
        self._pool[begin:end] = 0
        for slot, number in enumerate(numbers, start=begin):
            tile = self.before.tiles.get(number)
            if tile is not None:
                bits = np.frombuffer(tile, np.uint8)
                self._pool[slot] = np.unpackbits(bits, bitorder="little")
        self._slots.ravel()[numbers] = np.arange(begin + 1, end + 1, dtype=np.int32)
        self._touched += numbers


def _around(a: Box | None, b: Box) -> Box:
    if a is None:
        return b
    low = tuple(map(min, a[0], b[0]))
    high = tuple(map(max, a[1], b[1]))
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])
