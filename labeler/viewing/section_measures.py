"""What a plane through a volume shows of a painted mark, measured on its voxels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.model.masks import Mask
from labeler.model.tiled_masks import TiledMask
from labeler.viewing.lattice import Lattice, PatientPlane
from labeler.viewing.shown_voxels import (
    Layer,
    layer_of,
    nearest,
    on_voxels,
    places_of,
    reaches_mm,
)

Voxels = NDArray[np.int64]
"""(slice, row, column) each."""


@dataclass(frozen=True, eq=False)
class Shown:
    """The voxels that a plane shows, (n, 3); where it runs askew one for each of its pixels, and
    the area is `about` that of these."""

    voxels: Voxels
    area_mm2: float
    about: bool


def shown_of(lattice: Lattice, plane: PatientPlane, content: TiledMask, region: Mask) -> Shown:
    """Of what a mask holds; `region` are the pixels of the plane that show it."""
    layer = layer_of(lattice, plane)
    if layer is not None:
        voxels = _in_layer(content, layer)
        return Shown(voxels, _area_mm2(lattice, layer, voxels), about=False)
    rows, columns = np.nonzero(region.crop)
    pixels = np.stack((columns + region.left, rows + region.top), axis=1).astype(np.float64)
    voxels = nearest(places_of(lattice, on_voxels(lattice, plane), pixels))
    voxels = voxels[((voxels >= 0) & (voxels < content.size)).all(axis=1)]
    pixel_mm2 = float(np.linalg.norm(np.cross(plane.across, plane.down)))
    return Shown(voxels, region.count * pixel_mm2, about=True)


def _in_layer(content: TiledMask, layer: Layer) -> Voxels:
    low, high = (list(end) for end in content.tile_bounds or ((0, 0, 0), (0, 0, 0)))
    high = [min(b, side) for b, side in zip(high, content.size, strict=True)]
    axis, at = layer.axis, layer.at
    if not low[axis] <= at < high[axis]:
        return np.empty((0, 3), np.int64)
    low[axis], high[axis] = at, at + 1
    bits = content.crop((low[0], low[1], low[2]), (high[0], high[1], high[2]))
    return np.argwhere(bits) + low


def _area_mm2(lattice: Lattice, layer: Layer, voxels: Voxels) -> float:
    """Of the faces that a plane along the voxels cuts out of them."""
    across, down = lattice.basis[:, 0], lattice.basis[:, 1]
    if layer.axis == 0:
        return len(voxels) * float(np.linalg.norm(np.cross(across, down)))
    side = down if layer.axis == 2 else across
    if lattice.step is not None:
        return len(voxels) * float(np.linalg.norm(np.cross(side, lattice.step)))
    thick_mm = np.add(*reaches_mm(lattice))[voxels[:, 0]]
    return float(thick_mm.sum() * np.linalg.norm(side))
