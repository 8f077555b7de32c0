"""What a mask holds put elsewhere: on the next slice, or on the other side of the patient."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from labeler.model.affine import Affine, Vector
from labeler.model.mask_blocks import Tick, blocks, box_around, go_on
from labeler.model.masks import Bits
from labeler.model.tiled_masks import (
    INTERSECTION,
    UNION,
    TiledMask,
    Triple,
    combined,
    of_voxels,
)

EXACT = 1e-6
"""How far, of a voxel a voxel, a way is from one that leads from voxels to voxels."""


def on_slice(mask: TiledMask, of: int, onto: int) -> TiledMask:
    """The mask with what one slice holds added to another; ValueError where there is none."""
    if not (0 <= of < mask.size[0] and 0 <= onto < mask.size[0]):
        raise ValueError(f"there is no slice {onto}")
    region = mask.region(of)
    added = of_voxels(mask.size, (onto, region.top, region.left), region.crop[None])
    return combined(mask, added, UNION)


def across_middle(affine: Affine) -> Vector:
    """The way from the middle of a grid (column, row, slice) to the other side of the plane
    between left and right through it, as a matrix (3, 3)."""
    ways = affine.matrix[:3, :3]
    there: Vector = np.linalg.inv(ways) @ np.diag([-1.0, 1.0, 1.0]) @ ways
    return there


def mirrored(mask: TiledMask, affine: Affine, *, tick: Tick = go_on) -> TiledMask:
    """The mask on the other side: mirrored in the sagittal plane through the middle of the image,
    each voxel taking what the nearest one across holds.

    `affine` leads from (column, row, slice) to the patient, LPS mm: its first axis is mirrored. A
    mask of one frame is mirrored within that.
    """
    slices, rows, columns = mask.size
    across = across_middle(affine)
    middle = (np.array([columns, rows, slices], np.float64) - 1) / 2
    if slices == 1:
        across[2], across[:, 2] = 0.0, 0.0
    box = _far_box(mask, across, middle)
    made: dict[int, bytes] = {}
    if box is None:
        return mask
    parts = list(blocks(box, mask.grid.tile))
    source = box_around(mask)
    assert source is not None, "there is something to mirror"
    for done, (low, high) in enumerate(parts):
        tick(done, len(parts))
        bits = _looked_up(mask, source, across, middle, low, high)
        made |= of_voxels(mask.size, low, bits).tiles
    return TiledMask(mask.grid, MappingProxyType(made))


def mirrors_whole(
    mask: TiledMask, across: TiledMask, affine: Affine, *, tick: Tick = go_on
) -> float:
    """The share of a mask's voxels that `across`, its mirror image, gives back when it is mirrored
    again: of bulk nearly all; less of a sheet one voxel thick, which lies otherwise among the
    voxels there, and of what went beyond the image. One where voxels lie across from voxels."""
    way = across_middle(affine)
    exact = np.abs(way - np.rint(way)).max() < EXACT
    if exact or not mask.tiles:
        return 1.0
    back = mirrored(across, affine, tick=tick)
    return combined(back, mask, INTERSECTION).count / mask.count


def _far_box(mask: TiledMask, across: Vector, middle: Vector) -> tuple[Triple, Triple] | None:
    """The box of whole tiles, in the grid, that what is mirrored lies in."""
    bounds = mask.tile_bounds
    if bounds is None:
        return None
    (z0, y0, x0), (z1, y1, x1) = bounds
    corners = np.array(
        [(x, y, z) for x in (x0 - 1, x1) for y in (y0 - 1, y1) for z in (z0 - 1, z1)], np.float64
    )
    there = (corners - middle) @ across.T + middle
    low, high = [], []
    for axis, (side, tile) in enumerate(zip(mask.size, mask.grid.tile, strict=True)):
        along = there[:, 2 - axis]
        low.append(max(0, int(np.floor(along.min() + 1e-6))) // tile * tile)
        high.append(min(side, int(np.ceil(along.max() - 1e-6)) + 1))
    if any(a >= b for a, b in zip(low, high, strict=True)):
        return None
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def _looked_up(
    mask: TiledMask,
    source: tuple[Triple, Triple],
    across: Vector,
    middle: Vector,
    low: Triple,
    high: Triple,
) -> Bits:
    """Mirroring twice is nothing: the way there is the way back."""
    (z0, y0, x0), (z1, y1, x1) = source
    bits = np.zeros([b - a for a, b in zip(low, high, strict=True)], np.bool_)
    held = mask.crop(*source)
    y, x = np.mgrid[low[1] : high[1], low[2] : high[2]].astype(np.float64)
    for z in range(low[0], high[0]):
        at = np.stack((x, y, np.full_like(x, z)), axis=-1) - middle
        there = np.rint(at @ across.T + middle + 1e-9).astype(np.int64)
        column, row, index = there[..., 0], there[..., 1], there[..., 2]
        inside = (column >= x0) & (column < x1) & (row >= y0) & (row < y1)
        inside &= (index >= z0) & (index < z1)
        bits[z - low[0]][inside] = held[index[inside] - z0, row[inside] - y0, column[inside] - x0]
    return bits
