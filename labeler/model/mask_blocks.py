"""Work over a mask block by block, so that memory follows a few slices and never the grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType

import numpy as np

from labeler.model.masks import Bits
from labeler.model.tiled_masks import TiledMask, Triple, of_voxels

Tick = Callable[[int, int], None]
"""Told (done, total) between blocks; what it raises ends the work."""

Box = tuple[Triple, Triple]
"""low <= voxel < high."""

FLAT_ROWS = 1024


def go_on(_done: int, _total: int) -> None:
    """Somebody waits for it."""


def box_around(mask: TiledMask, reach: Triple = (0, 0, 0)) -> Box | None:
    """The least box of whole tiles around a mask and `reach` voxels more each way, in its grid."""
    if mask.tile_bounds is None:
        return None
    low, high = mask.tile_bounds
    tile, size = mask.grid.tile, mask.size
    begin = [max(0, a - far) // t * t for a, far, t in zip(low, reach, tile, strict=True)]
    end = [min(side, b + far) for b, far, side in zip(high, reach, size, strict=True)]
    return (begin[0], begin[1], begin[2]), (end[0], end[1], end[2])


def blocks(box: Box, tile: Triple) -> Iterator[Box]:
    """A box in pieces along tiles: some slices, or where there is one some of its rows."""
    (z0, y0, x0), (z1, y1, x1) = box
    deep = tile[0]
    high = y1 - y0 if deep > 1 else FLAT_ROWS
    for z in range(z0, z1, deep):
        for y in range(y0, y1, high):
            yield (z, y, x0), (min(z1, z + deep), min(y1, y + high), x1)


def by_blocks(
    mask: TiledMask, reach: Triple, work: Callable[[Bits], Bits], tick: Tick = go_on
) -> TiledMask:
    """The mask that `work` makes of each block and the `reach` of voxels around it, of which it
    answers as many. Beyond the grid the voxels of its edge go on."""
    box = box_around(mask, reach)
    if box is None:
        return mask
    made: dict[int, bytes] = {}
    parts = list(blocks(box, mask.grid.tile))
    for done, (low, high) in enumerate(parts):
        tick(done, len(parts))
        found = work(_with_reach(mask, low, high, reach))
        inner = tuple(slice(far, far + b - a) for far, a, b in zip(reach, low, high, strict=True))
        made |= of_voxels(mask.size, low, found[inner]).tiles
    return TiledMask(mask.grid, MappingProxyType(made))


def _with_reach(mask: TiledMask, low: Triple, high: Triple, reach: Triple) -> Bits:
    begin = [a - far for a, far in zip(low, reach, strict=True)]
    end = [b + far for b, far in zip(high, reach, strict=True)]
    first = [max(0, a) for a in begin]
    last = [min(side, b) for b, side in zip(end, mask.size, strict=True)]
    bits = mask.crop((first[0], first[1], first[2]), (last[0], last[1], last[2]))
    beyond = [(a - b, d - c) for a, b, c, d in zip(first, begin, last, end, strict=True)]
    whole: Bits = np.pad(bits, beyond, mode="edge") if np.any(beyond) else bits
    return whole
