"""A stroke while the button is held: what it costs follows the brush, never the volume."""

from __future__ import annotations

import math
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.painting import Mm, capsule, stamp
from labeler.model.masks import Bits
from labeler.model.tiled_masks import VOXELS, TiledMask, Triple, packed_tiles

Voxel = tuple[float, float, float]
"""Slice, row and column; whole numbers are voxel centres."""
Box = tuple[Triple, Triple]
"""low <= voxel < high."""

_FIRST_TILES = 256


def swept(
    size: Triple, start: Voxel, end: Voxel, radius_mm: float, spacing_mm: Mm
) -> tuple[Triple, Bits] | None:
    """The voxels that a ball covers on its straight way: where their box begins, and they.

    None where it stays outside the grid. A voxel is in when its centre is.
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
    begin, end_mm = (
        tuple((p - first) * mm for p, first, mm in zip(place, low, spacing_mm, strict=True))
        for place in (start, end)
    )
    box = low[0], low[1], low[2]
    bits = capsule(
        (sides[0], sides[1], sides[2]),
        spacing_mm,
        (begin[0], begin[1], begin[2]),
        (end_mm[0], end_mm[1], end_mm[2]),
        radius_mm,
    )
    return box, bits


class Stroke:
    """Paints over a mask, which stays as it is; tiles are copied when they are first touched."""

    def __init__(self, before: TiledMask) -> None:
        self.before = before
        self._slots: dict[int, int] = {}
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
        grid = self.before.grid
        first, last = grid.covering(*box)
        numbers = grid.numbers(first, last)
        slots = np.array([self._slot(n) for n in numbers.ravel().tolist()], np.int32)
        offset = tuple(a - b * t for a, b, t in zip(low, first, grid.tile, strict=True))
        changed = stamp(
            self._pool,
            slots.reshape(numbers.shape),
            grid.tile,
            np.ascontiguousarray(bits),
            (offset[0], offset[1], offset[2]),
            on=on,
        )
        if changed:
            self._dirty = _around(self._dirty, box)
            self._reached = _around(self._reached, box)
        return changed

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
        for number in grid.numbers(first, last).ravel().tolist():
            slot = self._slots.get(number)
            if slot is None:
                continue
            place, tile = grid.place(number), self._pool[slot].reshape(grid.tile)
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
        numbers = np.fromiter(self._slots, np.int64, len(self._slots))
        painted = packed_tiles(numbers, self._pool[: len(self._slots)])
        kept = {n: tile for n, tile in before.items() if n not in self._slots}
        for number, tile in painted.items():
            was = before.get(number)
            kept[number] = was if was == tile and was is not None else tile
        return TiledMask(self.before.grid, MappingProxyType(kept))

    def _slot(self, number: int) -> int:
        slot = self._slots.get(number)
        if slot is None:
            slot = self._slots[number] = len(self._slots)
            if slot == len(self._pool):
                self._pool = np.concatenate((self._pool, np.empty_like(self._pool)))
            self._pool[slot] = _unpacked(self.before.tiles.get(number))
        return slot


def _unpacked(tile: bytes | None) -> NDArray[np.uint8] | int:
    if tile is None:
        return 0
    return np.unpackbits(np.frombuffer(tile, np.uint8), bitorder="little")


def _around(a: Box | None, b: Box) -> Box:
    if a is None:
        return b
    low = tuple(map(min, a[0], b[0]))
    high = tuple(map(max, a[1], b[1]))
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])
