"""Where the voxels of a series really lie in the patient, and planes sampled out of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.errors import LabelerError
from labeler.kernels.sampling import SLICE, Method, Reduction, Sheet, Triple, can_sample, sample
from labeler.model.affine import Vector
from labeler.model.image import Caveat, Image, Pixels
from labeler.model.stack import Stack
from labeler.model.volume import SliceSource, Volume
from labeler.viewing.straight_slab import exact_sheets, joined, reduced

EVEN = 0.01
"""Up to this share of a step slices count as evenly apart: headers round their positions."""

BAND = 1 << 20
"""Samples between two looks whether anybody still waits: a few milliseconds."""

_SAFE = "The series itself can be read slice by slice."


@dataclass(frozen=True, eq=False)
class PatientPlane:
    """A picture in the patient, LPS mm: the middle of its first pixel, and the ways to the next
    ones across and down; `deep` leads from one sample of a slab to the next."""

    origin: Vector
    across: Vector
    down: Vector
    rows: int
    columns: int
    deep: Vector
    samples: int = 1
    reduction: Reduction = Reduction.ALONE
    method: Method = Method.LINEAR

    def coarser(self, factor: int) -> PatientPlane:
        """The same picture of pixels `factor` times as large, each the nearest voxel; its right
        and lower edge may end beyond it."""
        middle = (factor - 1) / 2
        return PatientPlane(
            self.origin + (self.across + self.down) * middle,
            self.across * factor,
            self.down * factor,
            -(-self.rows // factor),
            -(-self.columns // factor),
            self.deep,
            self.samples,
            self.reduction,
            Method.NEAREST,
        )


@dataclass(frozen=True, eq=False)
class Lattice:
    """Voxels in the patient. `origin` is where the first one lies; the columns of `basis` lead to
    the next column, the next row, and one mm along the normal towards the last slice. `places`
    (SLICE) has a slice each; `step` leads from slice to slice where that is the same everywhere.
    `whole` says which slices are in their files with all their rows: no other one is sampled.
    """

    origin: Vector
    basis: Vector
    places: NDArray[np.void]
    step: Vector | None
    same_scale: bool
    whole: NDArray[np.bool_]

    @property
    def normal(self) -> Vector:
        """Across the slices, towards the last one; a unit vector."""
        return self.basis[:, 2]

    @property
    def ways(self) -> Vector:
        """Unit directions along columns, rows and slices, a column each."""
        made: Vector = self.basis / np.linalg.norm(self.basis, axis=0)
        return made

    def voxels_a_mm(self, way: Vector) -> float:
        """How many voxels lie along a mm of a unit direction, on the axis that has most."""
        step = float(np.diff(self.places["height"]).min())
        basis = self.basis * [1.0, 1.0, step]
        return float(np.abs(np.linalg.solve(basis, way)).max())

    def sheet(self, plane: PatientPlane, *, even: bool) -> Sheet:
        """A picture as the kernel has it: in columns, rows, and slices or mm."""
        basis = self.basis
        if even and self.step is not None:
            basis = np.column_stack([basis[:, 0], basis[:, 1], self.step])
        inverse = np.linalg.inv(basis)
        # The first of the samples lies half a slab before the picture.
        first = plane.origin - plane.deep * ((plane.samples - 1) / 2)
        return Sheet(
            _triple(inverse @ (first - self.origin)),
            _triple(inverse @ plane.across),
            _triple(inverse @ plane.down),
            _triple(inverse @ plane.deep),
            plane.samples,
            plane.reduction,
            plane.method,
        )


def lattice_of(image: Image) -> Lattice:
    """Raises LabelerError where nothing can be cut out of a series, and says why."""
    refuse_uncuttable(image)
    matrix = image.affine.matrix
    origins = np.array(image.stack.origins, dtype=np.float64)
    count = image.source.shape[0]
    if len(origins) != count:
        origins = matrix[:3, 3] + np.arange(count)[:, None] * matrix[:3, 2]
    across, down = matrix[:3, 0], matrix[:3, 1]
    normal = np.cross(across, down) / np.linalg.norm(np.cross(across, down))
    if (origins[-1] - origins[0]) @ normal < 0:
        normal = -normal
    basis = np.column_stack([across, down, normal])
    moved = (origins - origins[0]) @ np.linalg.inv(basis).T
    if not (np.diff(moved[:, 2]) > 0).all():
        raise _refusal("cut-unplaced", "The slices of this series do not follow one another.")
    places = np.zeros(count, SLICE)
    places["x"], places["y"], places["height"] = moved.T
    places["scale"], places["offset"] = image.slopes, image.intercepts
    places["low"] = 1.0
    _leave_gaps(places, image.stack)
    same = len(set(zip(image.slopes, image.intercepts, strict=True))) == 1
    if same:
        places["scale"], places["offset"] = 1.0, 0.0
    step = None if image.stack.gaps or not same else _even_step(origins)
    whole = np.ones(count, bool)
    whole[list(image.cut_short)] = False
    return Lattice(origins[0], basis, places, step, same, whole)


def refuse_uncuttable(image: Image) -> None:
    """Raises LabelerError where the header says that no volume is there to cut."""
    if image.pyramid is not None:
        raise _refusal("cut-slide", "A slide is one picture, so there is nothing to cut.")
    if image.is_color:
        raise _refusal("cut-color", "This series is in colour, and colours are not cut.")
    if image.source.shape[0] < 2:
        raise _refusal("cut-one-slice", "This series has one slice, so there is nothing to cut.")
    if not image.in_patient:
        raise _refusal("cut-sides", "This series does not say how it lies in the patient.")
    placed = len(set(image.stack.origins)) > 1 or not image.stack.origins
    if not placed or Caveat.SPACING_UNKNOWN in image.caveats or image.frame_times_ms is not None:
        raise _refusal("cut-unplaced", "The slices of this series do not follow one another.")


def refuse_unheld(image: Image) -> LabelerError:
    """For a series whose slices do not lie in one array, and why they do not."""
    if isinstance(image.source, SliceSource) and image.source.kind is None:
        return _refusal("cut-unlike", "The slices of this series are not of one size and kind.")
    return LabelerError(
        "cut-unheld",
        "This series is cut only while it lies in memory whole, and all {count} slices do not fit"
        " there.",
        safe=_SAFE,
        do="Allow more memory in the settings, or go on slice by slice.",
        count=image.source.shape[0],
    )


def refuse_unsampled(volume: Volume) -> None:
    """Raises LabelerError for values that no kernel reads."""
    if not can_sample(volume.values.dtype):
        raise _refusal("cut-values", "The values of this series are of a kind that is not cut.")


def sampled(
    lattice: Lattice,
    volume: Volume,
    plane: PatientPlane,
    kind: np.dtype[Any],
    padding: float,
    tick: Callable[[int, int], None] | None = None,
) -> Pixels:
    """Of what is here by now; (rows, columns) of `kind`: the stored type, or float32.

    A slab is made in bands of rows, and `tick` hears of each: what it raises ends the work.
    """
    out = np.empty((plane.rows, plane.columns), kind)
    here = volume.here & lattice.whole
    even = lattice.step is not None and bool(here.all())
    places = None if even else _here(lattice.places, here)
    sheet = lattice.sheet(plane, even=even)
    exact = exact_sheets(sheet, out.dtype) if places is None else ()
    if not exact:
        _fill(volume, sheet, out, padding, places, tick)
        return out
    parts = [np.empty(out.shape, np.float32) for _ in exact]
    for each, part in zip(exact, parts, strict=True):
        if volume.values.dtype.kind == "f" or not reduced(volume.values, each, part):
            _fill(volume, each, part, np.nan, None, tick)
    joined(parts, sheet, out, padding)
    return out


def _fill(
    volume: Volume,
    sheet: Sheet,
    out: Pixels,
    padding: float,
    places: NDArray[np.void] | None,
    tick: Callable[[int, int], None] | None,
) -> None:
    count, columns = out.shape
    band = max(1, BAND // (columns * sheet.samples))
    for begin in range(0, count, band):
        if tick is not None:
            tick(begin, count)
        rows = begin, min(begin + band, count)
        sample(volume.values, sheet, out, padding=padding, places=places, rows=rows)


def _here(places: NDArray[np.void], here: NDArray[np.bool_]) -> NDArray[np.void]:
    """Slices that are not here leave their own place empty, and no more."""
    told = places.copy()
    last = ~here
    alone = last[1:] | last[:-1]
    low, high = told["low"], told["high"]
    low[:-1][alone] = np.minimum(low[:-1][alone], 0.5)
    high[:-1][alone] = np.maximum(high[:-1][alone], 0.5)
    low[last] = -1.0
    high[:-1][last[1:]] = 2.0
    return told


def _leave_gaps(places: NDArray[np.void], stack: Stack) -> None:
    """Nothing is made up where slices are missing: each neighbour fills half a step."""
    for gap in stack.gaps:
        share = 0.5 / (gap.missing + 1)
        places["low"][gap.after] = share
        places["high"][gap.after] = 1 - share


def _even_step(origins: Vector) -> Vector | None:
    step = (origins[-1] - origins[0]) / (len(origins) - 1)
    straight = origins[0] + np.arange(len(origins))[:, None] * step
    worst = float(np.abs(origins - straight).max())
    return step if worst <= EVEN * float(np.linalg.norm(step)) else None


def _triple(vector: Vector) -> Triple:
    x, y, z = (float(part) for part in vector)
    return x, y, z


def _refusal(code: str, happened: str) -> LabelerError:
    return LabelerError(
        code, happened, safe=_SAFE, do="Choose another series for planes and slabs."
    )
