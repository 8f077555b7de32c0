"""A stroke while the button is held: what it costs follows the brush, never the volume."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.painting import Mm, Swept, Tiles, capsule
from labeler.model.masks import Bits
from labeler.model.tiled_masks import FULL, TILE_BYTES, TiledMask, Triple, opened

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


class Section(Protocol):
    """A picture of one slice of what is painted, kept in step with it."""

    layer: int

    def room(self, box: Box) -> tuple[NDArray[np.uint8], int, int]:
        """A byte a voxel, 0 or 1, and the row and column of the first, so that a box is in it."""
        ...

    def note(self, box: Box) -> None:
        """Something in a box was painted, or what was painted there is as it was."""
        ...


class Stroke:
    """Paints over a mask, which stays as it is; tiles are copied when they are first touched.

    What a ball covers on `section`, whose slice is painted with voxels `spacing_mm` apart, goes
    there as well.
    """

    def __init__(self, before: TiledMask, spacing_mm: Mm, section: Section | None = None) -> None:
        self.before = before
        # One more than the row of each tile in the pool, 0 for those that were not touched.
        self._slots = np.zeros(before.grid.counts, np.int32)
        self._touched: list[int] = []
        self._pool = np.empty((_FIRST_TILES, TILE_BYTES), np.uint8)
        self._tiles = Tiles(before.size, before.grid.tile, spacing_mm, self._slots, self._pool)
        self._section = section
        self._hold_section()

    def paint(self, low: Triple, bits: Bits, *, on: bool) -> int:
        """Put the voxels of `bits`, whose first lies at `low`, in or out; answers how many were
        others before. ValueError where they are not all inside the grid."""
        high = tuple(at + side for at, side in zip(low, bits.shape, strict=True))
        if min(low) < 0 or any(b > side for b, side in zip(high, self.before.size, strict=True)):
            raise ValueError("a stroke stays inside its grid")
        self._touch((low, (high[0], high[1], high[2])))
        return self._tiles.stamp(np.ascontiguousarray(bits), low, on=on)

    def sweep(
        self, start: Voxel, end: Voxel, radius_mm: float, slices: tuple[int, int], *, on: bool
    ) -> bool:
        """Put what a ball covers on its straight way in or out, in slices from the first to before
        the second; whether that changed anything."""
        tiles = self._tiles
        while (found := tiles.sweep(start, end, radius_mm, slices, on=on)) > Swept.CHANGED:
            if found is Swept.UNTOUCHED:
                self._touch(tiles.box)
            else:
                self._hold_section(tiles.box)
        if self._section is not None and found is Swept.CHANGED:
            self._section.note(tiles.box)
        return found is Swept.CHANGED

    def crop(self, low: Triple, high: Triple) -> Bits:
        """The voxels low <= voxel < high as they are now, bool (slices, rows, columns)."""
        grid = self.before.grid
        first, last = grid.covering(low, high)
        slots = self._slots[tuple(map(slice, first, last))].ravel()
        packed = np.zeros((len(slots), TILE_BYTES), np.uint8)
        touched = slots > 0
        packed[touched] = self._pool[slots[touched] - 1]
        if not touched.all():
            for at, number in enumerate(grid.numbers(first, last).ravel().tolist()):
                tile = None if touched[at] else self.before.tiles.get(number)
                if tile is not None:
                    packed[at] = np.frombuffer(tile, np.uint8)
        return opened(grid, low, high, np.arange(len(slots)), packed)

    @property
    def after(self) -> TiledMask:
        """The mask as it is now."""
        before = self.before.tiles
        kept = dict(before)
        for number, row in zip(self._touched, self._pool, strict=False):
            tile = row.tobytes()
            was = before.get(number)
            if tile == _VOID:
                kept.pop(number, None)
            elif was != tile:
                kept[number] = FULL if tile == FULL else tile
        return TiledMask(self.before.grid, MappingProxyType(kept))

    def _hold_section(self, box: Box | None = None) -> None:
        if self._section is not None:
            picture, top, left = self._section.room(box or _NO_BOX)
            self._tiles.hold_picture(picture, self._section.layer, top, left)

    def _touch(self, box: Box) -> None:
        """Copy the tiles of a box that were not touched before."""
        grid = self.before.grid
        first, last = grid.covering(*box)
        slots = self._slots[tuple(map(slice, first, last))]
        if slots.all():
            return
        numbers = grid.numbers(first, last)[slots == 0].tolist()
        begin, end = len(self._touched), len(self._touched) + len(numbers)
        if end > len(self._pool):
            more = np.empty((max(end, 2 * len(self._pool)), TILE_BYTES), np.uint8)
            more[:begin] = self._pool[:begin]
            self._pool = more
            self._tiles.hold_pool(more)
        self._pool[begin:end] = 0
        for slot, number in enumerate(numbers, start=begin):
            tile = self.before.tiles.get(number)
            if tile is not None:
                self._pool[slot] = np.frombuffer(tile, np.uint8)
        self._slots.ravel()[numbers] = np.arange(begin + 1, end + 1, dtype=np.int32)
        self._touched += numbers


_VOID = bytes(TILE_BYTES)
_NO_BOX: Box = (0, 0, 0), (0, 0, 0)
