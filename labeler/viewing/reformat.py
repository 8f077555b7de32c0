"""An Image whose frames are cut out of the volume of another: any plane, any slab."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from labeler.kernels.sampling import Reduction
from labeler.model.affine import Affine, Vector
from labeler.model.frames import FrameRef
from labeler.model.image import Image, Pixels
from labeler.model.stack import PLAIN, Point3
from labeler.model.volume import Lent, Volume
from labeler.viewing.cuts import REDUCTIONS, Cut
from labeler.viewing.lattice import (
    Lattice,
    PatientPlane,
    lattice_of,
    refuse_unheld,
    refuse_unsampled,
    sampled,
)

LONGEST = 1024
"""Pixels along a side of a picture, and planes of a stack: beyond, the grid is made coarser."""

DEEPEST = 256
"""Samples through a slab."""

_SNAP = 1e-6

Tick = Callable[[int, int], None]
"""Told (done, total) between bands of a frame; what it raises ends the work."""


def _go_on(_done: int, _total: int) -> None:
    """Somebody waits for it."""


@dataclass(frozen=True, eq=False)
class ReformatSource:
    """Samples the planes of a Reformat; what has not arrived of the volume is padding.

    `held` gives the volume while it is in memory. Frames raise LabelerError while it is not.
    """

    lattice: Lattice
    base: Image
    held: Callable[[], Volume | None]
    first: PatientPlane
    step: Vector
    count: int
    kind: np.dtype[Any]
    padding: float

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.count, self.first.rows, self.first.columns

    @property
    def is_slab(self) -> bool:
        return self.first.reduction is not Reduction.ALONE

    def frame(self, index: int, tick: Tick = _go_on) -> Pixels:
        plane = self.plane(index)
        return sampled(self.lattice, self._volume(), plane, self.kind, self.padding, tick)

    def coarse(self, index: int, factor: int = 2) -> Pixels:
        """The same frame from fewer samples, while something is dragged."""
        plane = self.plane(index)
        if self.is_slab:
            plane = self._thinned(plane)
        volume, coarser = self._volume(), plane.coarser(factor)
        made = sampled(self.lattice, volume, coarser, self.kind, self.padding)
        rows, columns = made.shape
        larger = np.empty((rows, factor, columns * factor), made.dtype)
        larger[:] = made.repeat(factor).reshape(rows, 1, -1)
        return larger.reshape(rows * factor, -1)[: plane.rows, : plane.columns]

    def _thinned(self, plane: PatientPlane) -> PatientPlane:
        """Every second sample, or where that is less one a voxel."""
        through_mm = float(np.linalg.norm(plane.deep)) * (plane.samples - 1)
        voxels = through_mm * self.lattice.voxels_a_mm(plane.deep / np.linalg.norm(plane.deep))
        samples = max(2, min(plane.samples // 2, math.ceil(voxels - _SNAP)) + 1)
        deep = plane.deep * ((plane.samples - 1) / (samples - 1))
        return replace(plane, deep=deep, samples=samples)

    def _volume(self) -> Volume:
        volume = self.held()
        if volume is None:
            raise refuse_unheld(self.base)
        return volume

    def plane(self, index: int) -> PatientPlane:
        return replace(self.first, origin=self.first.origin + self.step * index)


@dataclass(frozen=True, eq=False)
class Reformat(Image):
    """Cut out of `base`: its frames are no acquired ones, so that no mark is ever on them."""

    base: Image | None = None
    cut: Cut | None = None

    def index_of(self, p_patient: Vector) -> int:
        """The plane nearest to a place."""
        _, _, k = self.affine.to_voxel(p_patient)
        return max(0, min(len(self.refs) - 1, round(float(k))))


def cut_of(base: Image, before: Image | None) -> Image:
    """What is shown of a series that is another object now: cut as `before`, or itself."""
    return replace(before, base=base) if isinstance(before, Reformat) else base


def reformat(
    base: Image, volume: Volume, cut: Cut, through: Point3 | None = None, lent: Lent | None = None
) -> Reformat:
    """The whole of a series, cut; one of the planes goes `through` a place. It keeps the volume
    in memory, unless it is only `lent`.

    The grid is as fine as the finest side of a voxel. Raises LabelerError where a series cannot be
    cut, and says why.
    """
    lattice = lattice_of(base)
    refuse_unsampled(volume)
    directions = np.column_stack([cut.right, cut.down, cut.along])
    low, high = _extent(lattice, base, directions)
    step = max(min(base.affine.spacing_mm), float((high - low).max()) / LONGEST)
    columns, rows, count = (
        max(1, math.ceil((b - a) / step - _SNAP)) for a, b in zip(low, high, strict=True)
    )
    # The grid lies amid the volume; where it is cut along its voxels, on their centres.
    begin = (low + high) / 2 - (np.array([columns, rows, count]) - 1) / 2 * step
    if through is not None:
        begin[2] += _shift(float(np.array(through) @ directions[:, 2] - begin[2]), step)
    affine = np.eye(4)
    affine[:3, :3] = directions * step
    affine[:3, 3] = directions @ begin
    held = lent if lent is not None else lambda: volume
    kind, padding = stored_as(lattice, volume, base)
    shape = count, rows, columns
    return _image(base, held, cut, lattice, Affine(affine), shape, kind, padding)


def _shift(way: float, step: float) -> float:
    """The least move of a grid after which one of its planes is `way` off its first."""
    return way - round(way / step) * step


def _extent(lattice: Lattice, base: Image, directions: Vector) -> tuple[Vector, Vector]:
    """How far the voxels reach along three directions, their outer halves included."""
    _, rows, columns = base.source.shape
    places = lattice.places
    halves = [
        (places["height"][1] - places["height"][0]) / 2,
        (places["height"][-1] - places["height"][-2]) / 2,
    ]
    corners = []
    for place, half in ((places[0], -min(halves)), (places[-1], min(halves))):
        for x in (-0.5, columns - 0.5):
            for y in (-0.5, rows - 0.5):
                at = np.array([x + place["x"], y + place["y"], place["height"] + half])
                corners.append(lattice.origin + lattice.basis @ at)
    along = np.array(corners) @ directions
    return along.min(axis=0), along.max(axis=0)


def _image(
    base: Image,
    held: Callable[[], Volume | None],
    cut: Cut,
    lattice: Lattice,
    affine: Affine,
    shape: tuple[int, int, int],
    kind: np.dtype[Any],
    padding: float,
) -> Reformat:
    count, rows, columns = shape
    source = ReformatSource(
        lattice,
        base,
        held,
        _first_plane(affine, cut, lattice, rows, columns),
        affine.matrix[:3, 2],
        count,
        kind,
        padding,
    )
    slope, intercept = (base.slopes[0], base.intercepts[0]) if lattice.same_scale else (1.0, 0.0)
    name = f"cut of {base.info.uid}"
    return Reformat(
        source=source,
        affine=affine,
        info=replace(base.info, slice_thickness_mm=None),
        refs=tuple(FrameRef(name, "reformat", n) for n in range(count)),
        instance_numbers=(None,) * count,
        slopes=(slope,) * count,
        intercepts=(intercept,) * count,
        unit=base.unit,
        photometric=base.photometric,
        inverted=base.inverted,
        windows=base.windows,
        caveats=base.caveats,
        voi=base.voi,
        suv_factor=base.suv_factor,
        suv_gap=base.suv_gap,
        disagreements=base.disagreements,
        # Where it could be a value of the patient it is not called padding.
        padding=(padding, padding) if base.padding is not None or kind.kind == "i" else None,
        stack=replace(PLAIN, division=base.stack.division),
        base=base,
        cut=cut,
    )


def _first_plane(
    affine: Affine, cut: Cut, lattice: Lattice, rows: int, columns: int
) -> PatientPlane:
    across, down, along = affine.matrix[:3, :3].T
    samples, reduction = 1, Reduction.ALONE
    deep = np.zeros(3)
    if cut.slab_mm > 0:
        samples = _samples(cut.slab_mm, lattice, cut.normal, float(np.linalg.norm(along)))
        deep = np.array(cut.along) * (cut.slab_mm / (samples - 1))
        reduction = REDUCTIONS[cut.projection]
    return PatientPlane(affine.matrix[:3, 3], across, down, rows, columns, deep, samples, reduction)


def _samples(slab_mm: float, lattice: Lattice, way: Vector, finest_mm: float) -> int:
    """Askew one sample a voxel is enough: each is mixed of eight. Along an axis of the voxels a
    thin slice could be stepped over."""
    straight = float(np.abs(way @ lattice.ways).max()) > 1 - _SNAP
    voxels = slab_mm * (1 / finest_mm if straight else lattice.voxels_a_mm(way))
    return max(2, min(DEEPEST, math.ceil(voxels - _SNAP) + 1))


def stored_as(lattice: Lattice, volume: Volume, base: Image) -> tuple[np.dtype[Any], float]:
    """What frames are made of, and what stands where the volume is not."""
    stored = volume.values.dtype
    if not lattice.same_scale:
        return np.dtype(np.float32), 0.0
    if base.padding is not None:
        return stored, float(base.padding[0])
    dark = base.slopes[0] < 0
    if stored.kind in "iu":
        limits = np.iinfo(stored)
        return stored, float(limits.max if dark else limits.min)
    return stored, 0.0
