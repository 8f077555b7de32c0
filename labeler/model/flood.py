"""What hangs together with a voxel and has values like it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from labeler.model.mask_blocks import Box, Tick, go_on
from labeler.model.mask_islands import islands, kept
from labeler.model.masks import Bits
from labeler.model.tiled_masks import TiledMask, Triple, empty

Allowed = Callable[[Triple, Triple], Bits]
"""Which voxels low <= voxel < high may be filled, bool (slices, rows, columns)."""


def flood(
    size: Triple, allowed: Allowed, seed: Triple, *, flat: bool, tick: Tick = go_on
) -> TiledMask:
    """All that is allowed and hangs together with the seed by sides of voxels: of its slice
    (`flat`) or of the volume. Nothing where the seed is not allowed.

    Read block by block, so that memory follows what is allowed.
    """
    nothing = empty(size)
    z, y, x = seed
    if not all(0 <= at < side for at, side in zip(seed, size, strict=True)):
        return nothing
    if not allowed(seed, (z + 1, y + 1, x + 1)).all():
        return nothing
    box: Box = (0, 0, 0), size
    if flat and size[0] > 1:
        box = (z, 0, 0), (z + 1, size[1], size[2])
    found = islands(allowed, box, nothing.grid.tile, flat=flat, tick=tick)
    row = (z - box[0][0]) * size[1] + y
    begin, end = found.runs.firsts[row : row + 2].tolist()
    at = begin + int(np.searchsorted(found.runs.starts[begin:end], x, side="right")) - 1
    keep = np.zeros(len(found.sizes), np.bool_)
    keep[found.numbers[at]] = True
    return kept(found, keep, nothing)
