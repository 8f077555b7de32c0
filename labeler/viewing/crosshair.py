"""One place of the patient and three planes through it, drawn in every view of its coordinates."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from labeler.model.affine import Vector
from labeler.model.image import Image
from labeler.model.rasters import Place
from labeler.model.stack import Point3
from labeler.viewing.cuts import CUTS, Cut, turned
from labeler.viewing.viewport import Canvas, CanvasMap

GAP = 40.0
"""Canvas pixels around the place that stay free of lines."""

HOLD = 10.0
"""How near in canvas pixels the pointer takes hold of the place or of a handle."""

HANDLE = 0.33
"""Where a line has its handles: this share of the canvas's lesser side away from the place."""

OWN = 0.9
"""A plane within 25 degrees of a view (this cosine of their normals) is the view's own: where both
cross says nothing to a reader."""


@dataclass(frozen=True)
class Crosshair:
    """`point` in LPS mm, in one Frame of Reference; `cuts` by plane (axial, coronal, sagittal),
    at right angles to one another."""

    point: Point3
    frame_of_reference: str
    cuts: tuple[tuple[str, Cut], ...] = tuple(CUTS.items())

    @property
    def is_turned(self) -> bool:
        return any(cut != CUTS[plane] for plane, cut in self.cuts)

    def cut(self, plane: str) -> Cut:
        return dict(self.cuts)[plane]


@dataclass(frozen=True)
class CrossLine:
    """One plane as a view shows it: through `middle` along the unit `way`, in canvas pixels."""

    plane: str
    middle: Place
    way: Place

    def pieces(self, canvas: Canvas) -> tuple[tuple[Place, Place], ...]:
        """From the gap to the edges of the canvas, on both sides."""
        found = []
        for side in (-1.0, 1.0):
            way = self.way[0] * side, self.way[1] * side
            far = _to_edge(self.middle, way, canvas)
            if far > GAP:
                found.append((_on(self.middle, way, GAP), _on(self.middle, way, far)))
        return tuple(found)

    def handles(self, canvas: Canvas) -> tuple[Place, Place]:
        """Where the line is taken to turn it."""
        far = max(GAP + HOLD, HANDLE * min(canvas.width, canvas.height))
        return _on(self.middle, self.way, -far), _on(self.middle, self.way, far)


def moved(crosshair: Crosshair, p_patient: Vector) -> Crosshair:
    """The same planes through another place."""
    x, y, z = (float(part) for part in p_patient)
    return replace(crosshair, point=(x, y, z))


def shares_frame(crosshair: Crosshair, image: Image) -> bool:
    """Whether a place of the crosshair is one of the image."""
    return image.oriented and frame_of(image) == crosshair.frame_of_reference


def frame_of(image: Image) -> str:
    """The coordinates an image lies in: without a Frame of Reference they are its own alone."""
    return image.info.frame_of_reference or f"only {image.info.uid}"


def place_in(image: Image, index: int, p_voxel: Place) -> Vector:
    """The place of the patient under a voxel place of a slice."""
    return image.to_patient(np.array([p_voxel[0], p_voxel[1], float(index)]))


def in_slice(image: Image, index: int, p_patient: Vector) -> Place:
    """The foot of the perpendicular from a place to the plane of a slice, as a voxel place."""
    origin = image.to_patient(np.array([0.0, 0.0, float(index)]))
    sides = image.affine.matrix[:3, :2]
    column, row = np.linalg.lstsq(sides, np.asarray(p_patient) - origin, rcond=None)[0]
    return float(column), float(row)


def lines(
    crosshair: Crosshair, image: Image, index: int, where: CanvasMap
) -> tuple[CrossLine, ...]:
    """The planes that cross this view; the one that is the view's own does not."""
    across, down = (_unit(image.affine.matrix[:3, n]) for n in (0, 1))
    normal = _unit(np.cross(across, down))
    own = _own(crosshair, normal)
    start = in_slice(image, index, np.array(crosshair.point))
    middle = where.to_canvas(start)
    found = []
    for plane, cut in crosshair.cuts:
        way = np.cross(normal, cut.normal)
        if plane == own:
            continue
        mm = image.affine.spacing_mm
        step = float(way @ across) / mm[0], float(way @ down) / mm[1]
        end = where.to_canvas((start[0] + step[0], start[1] + step[1]))
        x, y = end[0] - middle[0], end[1] - middle[1]
        far = math.hypot(x, y)
        found.append(CrossLine(plane, middle, (x / far, y / far)))
    return tuple(found)


def held(found: tuple[CrossLine, ...], canvas: Canvas, p_canvas: Place) -> str:
    """What the pointer takes hold of: a plane by its handle, or "" for the place itself."""
    for line in found:
        if any(math.dist(handle, p_canvas) <= HOLD for handle in line.handles(canvas)):
            return line.plane
    return ""


def turned_by(
    crosshair: Crosshair, image: Image, middle: Vector, begin: Vector, end: Vector
) -> Crosshair:
    """The planes across a view turned as a handle was, about the normal of the view's own plane,
    which stays, so that its picture does; about the view's where none is its own.

    `begin` and `end` are places of the handle in the patient, `middle` is the crosshair's in the
    slice on show.
    """
    across, down = (_unit(image.affine.matrix[:3, n]) for n in (0, 1))
    normal = _unit(np.cross(across, down))
    one, other = begin - middle, end - middle
    radians = math.atan2(float(np.cross(one, other) @ normal), float(one @ other))
    own = _own(crosshair, normal)
    if own:
        axis = crosshair.cut(own).normal
        normal = axis if float(axis @ normal) > 0 else -axis
    cuts = tuple(
        (plane, cut if plane == own else turned(cut, normal, radians))
        for plane, cut in crosshair.cuts
    )
    return replace(crosshair, cuts=cuts)


def _own(crosshair: Crosshair, normal: Vector) -> str:
    """Which plane a view of this normal shows itself; "" where it crosses all of them."""
    cosines = {plane: abs(float(cut.normal @ normal)) for plane, cut in crosshair.cuts}
    nearest = max(cosines, key=lambda plane: cosines[plane])
    return nearest if cosines[nearest] > OWN else ""


def _to_edge(start: Place, way: Place, canvas: Canvas) -> float:
    """How far a ray runs until it leaves the canvas for good; 0 where it never crosses it."""
    begin, end = 0.0, math.inf
    for at, step, size in zip(start, way, (canvas.width, canvas.height), strict=True):
        if abs(step) < 1e-12:
            if not 0 <= at <= size:
                return 0.0
            continue
        one, other = sorted((-at / step, (size - at) / step))
        begin, end = max(begin, one), min(end, other)
    return end if end > begin else 0.0


def _on(start: Place, way: Place, far: float) -> Place:
    return start[0] + way[0] * far, start[1] + way[1] * far


def _unit(vector: Vector) -> Vector:
    made: Vector = vector / np.linalg.norm(vector)
    return made
