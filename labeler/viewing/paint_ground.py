"""The grid that is painted on, as it lies under the frame on show: acquired, or cut out of it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.painting import Mm
from labeler.model.affine import cross
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.mask_strokes import Voxel
from labeler.model.masks import Bits, Mask
from labeler.model.rasters import Place
from labeler.model.tiled_masks import Triple
from labeler.viewing.lattice import Lattice, PatientPlane
from labeler.viewing.reformat import Reformat, ReformatSource
from labeler.viewing.scene import Scene
from labeler.viewing.shown_voxels import on_voxels, places_of, touched


@dataclass(frozen=True, eq=False)
class CutGround:
    """A plane through a volume: where its pixels lie among the voxels, and the other way."""

    lattice: Lattice
    plane: PatientPlane

    @functools.cached_property
    def seen(self) -> PatientPlane:
        """Amid the voxels that it shows, where it lies along them."""
        return on_voxels(self.lattice, self.plane)

    def at(self, p_voxel: Place) -> Voxel:
        index, row, column = self.all_at(np.array([p_voxel], np.float64))[0].tolist()
        return index, row, column

    def all_at(self, p_voxels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where pixels (column, row) lie among the voxels: (slice, row, column) each."""
        return places_of(self.lattice, self.seen, p_voxels)

    def around(self, region: Mask, size: Triple) -> tuple[Triple, Triple] | None:
        """The box of the voxels, of a grid of `size`, that a region of the plane goes through: low
        <= voxel < high. None beside the grid."""
        height, width = region.crop.shape
        ends = product(
            (region.left - 1, region.left + width), (region.top - 1, region.top + height)
        )
        corners = np.array([self.at(end) for end in ends])
        low = np.maximum(0, np.floor(corners.min(axis=0)).astype(int) - 1).tolist()
        high = np.minimum(size, np.ceil(corners.max(axis=0)).astype(int) + 2).tolist()
        if any(a >= b for a, b in zip(low, high, strict=True)):
            return None
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])

    def touched(self, low: Triple, sides: Triple) -> Bits:
        """The voxels of a box that the plane goes through."""
        return touched(self.lattice, self.seen, low, sides)

    def under(self, region: Mask, low: Triple, sides: Triple) -> Bits:
        """The voxels of a box that lie before or behind a region of the plane."""
        normal = cross(self.seen.across, self.seen.down)
        axes = np.column_stack((self.seen.across, self.seen.down, normal))
        turn = np.linalg.inv(axes)[:2]
        ways = turn @ self.lattice.basis
        places = self.lattice.places
        moved = np.stack((places["x"], places["y"], places["height"]), axis=1)
        begins = (turn @ (self.lattice.origin - self.plane.origin))[:, None] + ways @ moved.T
        y, x = np.arange(sides[1])[:, None] + low[1], np.arange(sides[2]) + low[2]
        bits = np.zeros(sides, np.bool_)
        height, width = region.crop.shape
        for n in range(sides[0]):
            column = begins[0, low[0] + n] + ways[0, 0] * x + ways[0, 1] * y - region.left
            row = begins[1, low[0] + n] + ways[1, 0] * x + ways[1, 1] * y - region.top
            at, down = np.rint(column).astype(np.int64), np.rint(row).astype(np.int64)
            there = (at >= 0) & (at < width) & (down >= 0) & (down < height)
            bits[n][there] = region.crop[down[there], at[there]]
        return bits


@dataclass(frozen=True, eq=False)
class Ground:
    """What may be painted: `size` voxels, `spacing_mm` apart along slices, rows and columns; of
    `image`. The frame on show is the slice `layer` of it, or a plane `cut` through it."""

    image: Image
    size: Triple
    spacing_mm: Mm
    layer: int
    cut: CutGround | None = None

    def at(self, p_voxel: Place) -> Voxel:
        """Where in the grid a place of the frame lies."""
        if self.cut is not None:
            return self.cut.at(p_voxel)
        return float(self.layer), p_voxel[1], p_voxel[0]

    def frame_at(self, at: Voxel) -> FrameRef:
        """The acquired frame that a mark begun there belongs to."""
        slices = len(self.image.refs)
        return self.image.refs[max(0, min(slices - 1, round(at[0])))]


def ground_of(scene: Scene) -> Ground:
    """Of a volume the whole, of anything else the frame on show."""
    image = scene.base or scene.image
    slices, rows, columns = image.source.shape
    column_mm, row_mm, slice_mm = image.affine.spacing_mm
    if isinstance(scene.image, Reformat):
        source = scene.image.source
        assert isinstance(source, ReformatSource)
        cut = CutGround(source.lattice, source.plane(scene.view.index))
        return Ground(image, (slices, rows, columns), (slice_mm, row_mm, column_mm), 0, cut)
    if not image.is_volume:
        return Ground(image, (1, rows, columns), (max(1.0, slice_mm), row_mm, column_mm), 0)
    spacing = slice_mm, row_mm, column_mm
    return Ground(image, (slices, rows, columns), spacing, scene.view.index)
