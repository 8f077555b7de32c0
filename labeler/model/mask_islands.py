"""The pieces of a mask that hang together by the sides of voxels: islands, and holes in them.

Through slices each voxel has six neighbours, `flat` within a slice four.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.regions import Runs, components, drawn, joined, runs_of
from labeler.model.mask_blocks import Box, Tick, blocks, box_around, go_on
from labeler.model.masks import Bits
from labeler.model.tiled_masks import UNION, TiledMask, Triple, combined, of_voxels


@dataclass(frozen=True, eq=False)
class Islands:
    """Of each of the `runs` of a box the number of its island, and how large islands are."""

    box: Box
    runs: Runs
    numbers: NDArray[np.int32]
    sizes: NDArray[np.int64]

    @property
    def slices(self) -> NDArray[np.int64]:
        """Of each island the slice of the box that it begins on."""
        slice_of_run = self.runs.rows_of // max(1, self.runs.sides[1])
        found = np.full(len(self.sizes), self.runs.sides[0], np.int64)
        np.minimum.at(found, self.numbers, slice_of_run)
        return found

    @property
    def depths(self) -> NDArray[np.int64]:
        """Of each island how many slices it goes through."""
        slice_of_run = self.runs.rows_of // max(1, self.runs.sides[1])
        last = np.zeros(len(self.sizes), np.int64)
        np.maximum.at(last, self.numbers, slice_of_run)
        depths: NDArray[np.int64] = last - self.slices + 1
        return depths


Read = Callable[[Triple, Triple], Bits]
"""The voxels low <= voxel < high, bool (slices, rows, columns)."""


def islands(read: Read, box: Box, tile: Triple, *, flat: bool, tick: Tick = go_on) -> Islands:
    """What hangs together in a box of voxels, read block by block."""
    parts = list(blocks(box, tile))
    found = []
    for done, (low, high) in enumerate(parts):
        tick(done, len(parts))
        found.append(runs_of(read(low, high)))
    runs = joined(found, by_rows=tile[0] == 1)
    numbers, count = components(runs, deep=not flat)
    sizes = np.bincount(numbers, runs.lengths, minlength=count).astype(np.int64)
    return Islands(box, runs, numbers, sizes)


def kept(of: Islands, keep: Bits, like: TiledMask) -> TiledMask:
    """The islands that are to be kept, as a mask of the same grid as another."""
    (z0, y0, _), _ = of.box
    rows, columns = of.runs.sides[1:]
    tiles: dict[int, bytes] = {}
    for low, high in blocks(of.box, like.grid.tile):
        begin = (low[0] - z0) * rows + low[1] - y0
        sides = high[0] - low[0], high[1] - low[1], columns
        bits = drawn(of.runs, of.numbers, keep, begin, begin + sides[0] * sides[1])
        tiles |= of_voxels(like.size, low, bits.reshape(sides)).tiles
    return TiledMask(like.grid, MappingProxyType(tiles))


def largest(mask: TiledMask, *, flat: bool, tick: Tick = go_on) -> TiledMask:
    """The largest island alone, `flat` of each slice; of equal ones the first."""
    box = box_around(mask)
    if box is None:
        return mask
    found = islands(mask.crop, box, mask.grid.tile, flat=flat, tick=tick)
    keep = np.zeros(len(found.sizes), np.bool_)
    if flat:
        slices = found.slices
        order = np.lexsort((-found.sizes, slices))
        keep[order[np.unique(slices[order], return_index=True)[1]]] = True
    else:
        keep[found.sizes.argmax()] = True
    return kept(found, keep, mask)


def without_small(mask: TiledMask, least: int, *, flat: bool, tick: Tick = go_on) -> TiledMask:
    """The islands of at least so many voxels."""
    box = box_around(mask)
    if box is None:
        return mask
    found = islands(mask.crop, box, mask.grid.tile, flat=flat, tick=tick)
    return kept(found, found.sizes >= least, mask)


def filled(mask: TiledMask, *, flat: bool, tick: Tick = go_on) -> TiledMask:
    """With all that its voxels enclose, `flat` slice by slice; what reaches the edge of the grid
    is open."""
    flat = flat or mask.size[0] == 1
    box = _frame_around(mask, flat=flat)
    if box is None:
        return mask
    size, tile = mask.size, mask.grid.tile

    def outside(low: Triple, high: Triple) -> Bits:
        return ~_crop_beyond(mask, low, high)

    found = islands(outside, box, tile, flat=flat, tick=tick)
    # The frame around each slice is one run of its first row, and what hangs on it is open.
    keep = np.ones(len(found.sizes), np.bool_)
    rows = found.runs.sides[1]
    keep[found.numbers[found.runs.firsts[: -1 : max(1, rows)]]] = False
    holes = _cut_to(size, found, keep, mask)
    return combined(mask, holes, UNION)


def _frame_around(mask: TiledMask, *, flat: bool) -> Box | None:
    """A box with a rim of free voxels, which may lie beyond the grid."""
    if mask.tile_bounds is None:
        return None
    (z0, y0, x0), (z1, y1, x1) = mask.tile_bounds
    if not flat:
        z0, z1 = z0 - 1, z1 + 1
    return (z0, y0 - 1, x0 - 1), (z1, y1 + 1, x1 + 1)


def _crop_beyond(mask: TiledMask, low: Triple, high: Triple) -> Bits:
    """Beyond the grid nothing is in."""
    first = [max(0, a) for a in low]
    last = [min(side, b) for b, side in zip(high, mask.size, strict=True)]
    bits: Bits = np.zeros([b - a for a, b in zip(low, high, strict=True)], np.bool_)
    if all(a < b for a, b in zip(first, last, strict=True)):
        part = tuple(slice(b - a, e - a) for b, e, a in zip(first, last, low, strict=True))
        bits[part] = mask.crop((first[0], first[1], first[2]), (last[0], last[1], last[2]))
    return bits


def _cut_to(size: Triple, of: Islands, keep: Bits, like: TiledMask) -> TiledMask:
    """As `kept`, of a box that may reach beyond the grid: nothing kept lies there."""
    (z0, y0, x0), (z1, y1, x1) = of.box
    rows = of.runs.sides[1]
    tiles: dict[int, bytes] = {}
    inner = (
        (max(0, z0), max(0, y0), max(0, x0)),
        (
            min(size[0], z1),
            min(size[1], y1),
            min(size[2], x1),
        ),
    )
    left = inner[0][2] - x0
    for low, high in blocks(inner, like.grid.tile):
        bits = np.empty([b - a for a, b in zip(low, high, strict=True)], np.bool_)
        for at in range(low[0], high[0]):
            begin = (at - z0) * rows + low[1] - y0
            whole = drawn(of.runs, of.numbers, keep, begin, begin + high[1] - low[1])
            bits[at - low[0]] = whole[:, left : left + high[2] - low[2]]
        tiles |= of_voxels(like.size, low, bits).tiles
    return TiledMask(like.grid, MappingProxyType(tiles))
