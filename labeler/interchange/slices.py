"""The slices of one image as planes in the patient: where marks of other files are put."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from labeler.errors import LabelerError
from labeler.imaging.series import Series
from labeler.model.affine import Vector
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.rasters import Place

_NEAR_VOXELS = 0.02
"""How far apart two grids may lie and still be one."""


@dataclass(frozen=True, eq=False)
class Slices:
    """Planes of equal grids. All vectors are LPS mm.

    `origins` (n, 3) are the centres of the first voxels; `right` and `down` lead to the next column
    and row. `case` are the SOP Instance UIDs of everything in the case.
    """

    refs: tuple[FrameRef, ...]
    rows: int
    columns: int
    origins: Vector
    right: Vector
    down: Vector
    oriented: bool
    frame_of_reference: str
    case: frozenset[str]
    spaced_mm: float
    """Between neighbouring slices, the usual distance along the normal."""
    case_spaces: frozenset[str] = frozenset()
    """Frames of Reference of all images of the case."""

    @cached_property
    def normal(self) -> Vector:
        crossed = np.cross(self.right, self.down)
        return np.asarray(crossed / np.linalg.norm(crossed), dtype=np.float64)

    @cached_property
    def along(self) -> Vector:
        """Where each slice lies on the normal, mm."""
        return np.asarray(self.origins @ self.normal, dtype=np.float64)

    @cached_property
    def places(self) -> dict[tuple[str, int], int]:
        """Slices by SOP Instance UID and frame, counted from 0."""
        return {(ref.instance, ref.frame): k for k, ref in enumerate(self.refs)}

    @cached_property
    def instances(self) -> dict[str, list[int]]:
        """Slices by SOP Instance UID."""
        found: dict[str, list[int]] = {}
        for k, ref in enumerate(self.refs):
            found.setdefault(ref.instance, []).append(k)
        return found

    def named(self, instance: str, frames: Iterable[int] = ()) -> tuple[int, ...]:
        """Slices of an instance; `frames` count from 1 as DICOM does, none means all."""
        numbers = tuple(frames)
        if not numbers:
            return tuple(self.instances.get(instance, ()))
        found = (self.places.get((instance, number - 1)) for number in numbers)
        return tuple(k for k in found if k is not None)

    def to_voxel(self, k: int, p_patient: Vector) -> Vector:
        """(column, row) on slice `k` of patient points (..., 3), projected along the normal."""
        away = p_patient - self.origins[k]
        column = away @ self.right / float(self.right @ self.right)
        row = away @ self.down / float(self.down @ self.down)
        return np.stack([column, row], axis=-1)

    def slice_of(self, p_patient: Vector) -> int | None:
        """The slice in which all points (n, 3) lie, within half a slice; None where none holds."""
        distance = p_patient @ self.normal
        k = int(np.argmin(np.abs(self.along - distance.mean())))
        apart = np.abs(distance - self.along[k]).max()
        return k if apart <= self.spaced_mm / 2 + 1e-3 else None

    def same_grid(
        self, origin: Vector, right: Vector, down: Vector, rows: int, columns: int
    ) -> int | None:
        """The slice whose voxels are these; None where the grid is another."""
        if (rows, columns) != (self.rows, self.columns):
            return None
        k = int(np.argmin(np.abs(self.along - origin @ self.normal)))
        fine = min(float(np.linalg.norm(self.right)), float(np.linalg.norm(self.down)))
        far = (columns - 1, rows - 1)
        mine = [
            self.origins[k] + c * self.right + r * self.down
            for c in (0, far[0])
            for r in (0, far[1])
        ]
        theirs = [origin + c * right + r * down for c in (0, far[0]) for r in (0, far[1])]
        apart = max(float(np.linalg.norm(a - b)) for a, b in zip(mine, theirs, strict=True))
        # A point far from the origin is written with few digits: a hundredth of a mm is none.
        return k if apart <= max(_NEAR_VOXELS * fine, 0.01) else None

    def absent(self, instances: Iterable[str]) -> int:
        """How many of these instances are nowhere in the case."""
        return len(set(instances) - self.case)

    def elsewhere(self, instances: Iterable[str], space: str = "") -> bool:
        """Whether these are of another image of the case and none of this one, or lie in the
        Frame of Reference of another image only."""
        named = set(instances)
        if named & self.instances.keys():
            return False
        return bool(named & self.case) or (
            space != self.frame_of_reference and space in self.case_spaces
        )


def slices_of(image: Image, series: Series, case: Iterable[Series]) -> Slices:
    """The slices of an opened series, each where its own header puts it; `case` are all series."""
    images = [one for one in case if one.frames[0].file.layer is None]
    matrix = image.affine.matrix
    count, rows, columns = image.source.shape
    steps = np.arange(count)[:, None] * matrix[:3, 2] + matrix[:3, 3]
    known = image.stack.origins if len(image.stack.origins) == count else ()
    origins = np.asarray(known or steps, dtype=np.float64)
    return Slices(
        refs=image.refs,
        rows=rows,
        columns=columns,
        origins=origins,
        right=matrix[:3, 0],
        down=matrix[:3, 1],
        oriented=image.oriented and (bool(known) or series.frames[0].origin is not None),
        frame_of_reference=image.info.frame_of_reference,
        case=frozenset(frame.file.instance for one in images for frame in one.frames),
        spaced_mm=_spaced(origins, matrix),
        case_spaces=frozenset(one.info.frame_of_reference for one in images) - {""},
    )


def _spaced(origins: NDArray[np.float64], matrix: Vector) -> float:
    normal = np.cross(matrix[:3, 0], matrix[:3, 1])
    normal = normal / np.linalg.norm(normal)
    if len(origins) < 2:
        return float(abs(matrix[:3, 2] @ normal))
    gaps = np.abs(np.diff(origins @ normal))
    return float(np.median(gaps)) if gaps.max() > 1e-3 else float(abs(matrix[:3, 2] @ normal))


def points(values: Vector) -> tuple[Place, ...]:
    """Voxel coordinates (n, 2) as plain pairs."""
    return tuple((float(x), float(y)) for x, y in values)


def not_here(name: str, missing: int) -> LabelerError:
    if not missing:
        return LabelerError(
            "images-not-here",
            "{name} is not shown: nothing of it lies in the slices of this image.",
            safe="The images that are here and your marks are fine.",
            do="Put the file together with the images it was made for.",
            name=name,
        )
    return LabelerError(
        "images-not-here",
        "{name} is not shown: it refers to {count} images that are not here.",
        safe="The images that are here and your marks are fine.",
        do="Put the file together with the images it was made for.",
        name=name,
        count=missing,
    )


def other_space(name: str, theirs: str, mine: str, missing: int) -> LabelerError:
    if not missing:
        return LabelerError(
            "other-frame-of-reference",
            "{name} is not shown: its Frame of Reference {theirs} is not the image's ({mine}).",
            safe="The images that are here and your marks are fine.",
            do="Put the file together with the images it was made for.",
            name=name,
            theirs=theirs[:64] or "(none)",
            mine=mine[:64] or "(none)",
            tag="(0020,0052)",
        )
    return LabelerError(
        "other-frame-of-reference",
        "{name} is not shown: it refers to {count} images that are not here, and its Frame of"
        " Reference {theirs} is not the image's ({mine}).",
        safe="The images that are here and your marks are fine.",
        do="Put the file together with the images it was made for.",
        name=name,
        theirs=theirs[:64] or "(none)",
        mine=mine[:64] or "(none)",
        count=missing,
        tag="(0020,0052)",
    )
