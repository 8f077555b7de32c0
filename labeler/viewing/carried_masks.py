"""A mask carried from the voxels of one series to those of another, through the patient."""

from __future__ import annotations

from itertools import product
from types import MappingProxyType

import numpy as np

from labeler.model.affine import Vector
from labeler.model.mask_blocks import Box, Tick, blocks, go_on
from labeler.model.masks import Bits
from labeler.model.tiled_masks import Grid, TiledMask, Triple, of_voxels
from labeler.viewing.lattice import Lattice


def carried(
    mask: TiledMask, there: Lattice, here: Lattice, size: Triple, tick: Tick = go_on
) -> TiledMask:
    """The voxels of a grid of `size`, which lie `here`, whose nearest one `there` is in the mask.

    Voxels beyond the other series by more than half of one of its voxels hold nothing. Memory
    follows the box around the mask, not the grids.
    """
    nothing = TiledMask(Grid(size))
    source = mask.tile_bounds
    box = None if source is None else _box_here(source, there, here, size, nothing.grid.tile)
    if source is None or box is None:
        return nothing
    held = mask.crop(*source)
    made: dict[int, bytes] = {}
    parts = list(blocks(box, nothing.grid.tile))
    for done, (low, high) in enumerate(parts):
        tick(done, len(parts))
        bits = np.zeros([b - a for a, b in zip(low, high, strict=True)], np.bool_)
        for z in range(low[0], high[0]):
            bits[z - low[0]] = _slice(held, source[0], there, here, z, low, high)
        made |= of_voxels(size, low, bits).tiles
    return TiledMask(nothing.grid, MappingProxyType(made))


def _slice(
    held: Bits, begin: Triple, there: Lattice, here: Lattice, z: int, low: Triple, high: Triple
) -> Bits:
    """One slice of a block. Places there are linear in column and row: x, y and mm of height."""
    place = here.places[z]
    turn = np.linalg.inv(there.basis)
    ways = turn @ here.basis
    first = turn @ (here.origin - there.origin)
    first = first + ways @ np.array([place["x"], place["y"], place["height"]])
    y, x = np.arange(low[1], high[1])[:, None], np.arange(low[2], high[2])
    column, row, height = (first[n] + ways[n, 0] * x + ways[n, 1] * y for n in range(3))
    index, near = _nearest_slice(there, height)
    column = np.rint(column - there.places["x"][index]).astype(np.int64) - begin[2]
    row = np.rint(row - there.places["y"][index]).astype(np.int64) - begin[1]
    layer = index - begin[0]
    for at, side in ((layer, held.shape[0]), (row, held.shape[1]), (column, held.shape[2])):
        near &= (at >= 0) & (at < side)
    bits = np.zeros(near.shape, np.bool_)
    bits[near] = held[layer[near], row[near], column[near]]
    return bits


def _nearest_slice(there: Lattice, height: Vector) -> tuple[np.ndarray, Bits]:
    """The slice whose place is nearest to a height in mm, and whether it is within half a step."""
    heights = there.places["height"].astype(np.float64)
    middles = (heights[1:] + heights[:-1]) / 2
    index = np.searchsorted(middles, height)
    ends = np.diff(heights)
    near = (height >= heights[0] - ends[0] / 2) & (height <= heights[-1] + ends[-1] / 2)
    return index, near


def _box_here(source: Box, there: Lattice, here: Lattice, size: Triple, tile: Triple) -> Box | None:
    """The box of whole tiles, in the grid, around the voxels that may take anything."""
    # A voxel of the other series more all around: those here may be much smaller.
    (z0, y0, x0), (z1, y1, x1) = source
    corners = [
        there.origin + there.basis @ (_place_of(there, z) + np.array((x, y, 0.0)))
        for z, y, x in product((z0 - 1, z1), (y0 - 1, y1), (x0 - 1, x1))
    ]
    x, y, height = np.linalg.solve(here.basis, (np.array(corners) - here.origin).T)
    places = here.places
    index = np.interp(height, places["height"], np.arange(len(places)))
    along = (index, y - places["y"].min(), x - places["x"].min()), (
        index, y - places["y"].max(), x - places["x"].max(),
    )  # fmt: skip
    low, high = [], []
    for axis in range(3):
        least = min(float(one[axis].min()) for one in along)
        most = max(float(one[axis].max()) for one in along)
        begin = max(0, int(np.floor(least)) - 2) // tile[axis] * tile[axis]
        end = min(size[axis], int(np.ceil(most)) + 3)
        if begin >= end:
            return None
        low.append(begin)
        high.append(end)
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def _place_of(there: Lattice, z: int) -> Vector:
    """Where a slice begins, also one before the first or after the last."""
    places = there.places
    inside = min(max(z, 0), len(places) - 1)
    at = np.array([places["x"][inside], places["y"][inside], places["height"][inside]])
    if z != inside:
        near = 1 if z < 0 else len(places) - 2
        other = np.array([places["x"][near], places["y"][near], places["height"][near]])
        at += (at - other) * abs(z - inside)
    return at
