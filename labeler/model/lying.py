"""How marks lie on a slice: which ones are there, and with what shape in its voxels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import msgspec
import numpy as np

from labeler.model.affine import Vector, cross
from labeler.model.document import Mark
from labeler.model.flat_maps import FlatMap, carried
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.outlines import bounds
from labeler.model.shapes import (
    Cuboid,
    Direction,
    FlatShape,
    Landmark,
    MaskRef,
    MaskShape,
    OnPlane,
    PaintedMask,
    PatientPoint,
    Plane,
    PointMark,
    Polygon,
    Shape,
)

SLANT = math.cos(math.radians(0.5))
"""Planes that differ by less count as parallel."""

THINNEST_MM = 0.05

SAME_MM = 0.001
"""Distances that differ by less are one: places are kept in µm."""


@dataclass(frozen=True, eq=False)
class Slice:
    """A slice as a plane in the patient: `origin` is its first voxel's centre, `across` and `down`
    lead to the next voxels, all in mm; what is within `reach_mm` of it lies on it."""

    origin: Vector
    across: Vector
    down: Vector
    reach_mm: float

    @property
    def normal(self) -> Vector:
        normal: Vector = cross(self.across, self.down)
        return normal / float(np.linalg.norm(normal))

    def to_patient(self, column: float, row: float) -> Vector:
        place: Vector = self.origin + column * self.across + row * self.down
        return place

    def to_voxel(self, p_patient: Vector) -> tuple[float, float]:
        """Column and row of a place, looked at along the normal."""
        axes = np.column_stack((self.across, self.down, self.normal))
        column, row, _ = np.linalg.solve(axes, p_patient - self.origin).tolist()
        return column, row

    def distance_mm(self, p_patient: Vector) -> float:
        return float((p_patient - self.origin) @ self.normal)


def slice_at(image: Image, index: int) -> Slice:
    """The plane of one slice of an image."""
    corners = np.array([(0, 0, index), (1, 0, index), (0, 1, index)], np.float64)
    origin, right, below = image.to_patient(corners)
    step = max(THINNEST_MM, image.affine.spacing_mm[2])
    return Slice(origin, right - origin, below - origin, step / 2)


def plane_of(image: Image, index: int) -> Plane:
    """The plane of a slice as documents name it."""
    here = slice_at(image, index)
    return Plane(
        image.info.frame_of_reference,
        in_um(here.origin),
        _direction(here.across),
        _direction(cross(here.normal, here.across)),
    )


def shape_on(
    image: Image, index: int, mark: Mark, base: Image | None = None
) -> FlatShape | MaskShape | None:
    """The shape of a mark in the voxels of a slice; None where it does not lie there.

    `base` is the image that this one is cut out of, if it is.
    """
    shape = mark.shape
    if isinstance(shape, MaskRef | PaintedMask):
        if shape.through is msgspec.UNSET:
            return shape if image.refs[index] == mark.frame else None
        return shape if shape.through == (base or image).frame_list else None
    if isinstance(shape, OnPlane | Landmark | Cuboid):
        return _in_patient(image, index, shape) if _shares_space(image, mark, shape) else None
    if base is None:
        return shape if mark.frame == image.refs[index] else None
    if mark.frame not in base.refs:
        return None
    there = slice_at(base, base.refs.index(mark.frame))
    return _between(there, slice_at(image, index), shape)


def frames_along(image: Image, index: int, base: Image) -> tuple[FrameRef, ...]:
    """The acquired frames of `base` with which a slice cut out of it may share its shapes."""
    here, there = slice_at(image, index), slice_at(base, 0)
    if abs(float(there.normal @ here.normal)) < SLANT:
        return ()
    _, rows, columns = base.source.shape
    count = len(base.refs)
    corners = np.array([(c, r, k) for k in range(count) for c in (0, columns) for r in (0, rows)])
    heights = (base.to_patient(corners.astype(np.float64)) - here.origin) @ here.normal
    low, high = heights.reshape(count, 4).min(axis=1), heights.reshape(count, 4).max(axis=1)
    near = (low <= here.reach_mm) & (high >= -here.reach_mm)
    return tuple(base.refs[int(n)] for n in np.flatnonzero(near))


def with_shape_on(image: Image, index: int, mark: Mark, shape: FlatShape, base: Image) -> Mark:
    """The mark with the shape that it was given on a slice: the way back from `shape_on`."""
    here = slice_at(image, index)
    match mark.shape:
        case OnPlane(plane):
            moved: Shape = OnPlane(plane, carried(shape, map_between(here, _slice_of(plane))))
        case Landmark() if isinstance(shape, PointMark):
            at = in_um(here.to_patient(shape.at[0] / 1000, shape.at[1] / 1000))
            moved = msgspec.structs.replace(mark.shape, at=at)
        case Landmark() | Cuboid():
            raise ValueError("a cross-section does not tell the whole")
        case _ if mark.frame in image.refs:
            moved = shape
        case _:
            there = slice_at(base, base.refs.index(mark.frame))
            moved = carried(shape, map_between(here, there))
    return msgspec.structs.replace(mark, shape=moved)


def on_plane(image: Image, index: int, shape: FlatShape) -> OnPlane:
    """A shape drawn on a slice that is no acquired one."""
    plane = plane_of(image, index)
    return OnPlane(plane, carried(shape, map_between(slice_at(image, index), _slice_of(plane))))


def nearest_frame(base: Image, p_patient: Vector, rather: FrameRef | None = None) -> FrameRef:
    """The acquired frame that passes nearest to a place; `rather` where none is nearer, for frames
    over time lie at one place."""
    steps = np.arange(len(base.refs), dtype=np.float64)
    corners = np.zeros((3, len(steps), 3))
    corners[:, :, 2], corners[1, :, 0], corners[2, :, 1] = steps, 1, 1
    origins, right, below = (base.to_patient(corner) for corner in corners)
    normals = np.cross(right - origins, below - origins)
    heights = ((p_patient - origins) * normals).sum(axis=1)
    distances = np.abs(heights / np.linalg.norm(normals, axis=1))
    nearest = int(np.argmin(distances))
    if rather in base.refs and distances[base.refs.index(rather)] < distances[nearest] + SAME_MM:
        return rather
    return base.refs[nearest]


def middle_mm(shape: OnPlane | Landmark | Cuboid) -> Vector:
    """The middle of a shape in the patient, LPS mm."""
    match shape:
        case OnPlane(plane, flat):
            left, top, right, bottom = bounds(flat)
            return _slice_of(plane).to_patient((left + right) / 2, (top + bottom) / 2)
        case Landmark(_, at) | Cuboid(_, at):
            return in_mm(at)


def in_mm(point: PatientPoint) -> Vector:
    return np.array(point, np.float64) / 1000


def in_um(p_patient: Vector) -> PatientPoint:
    x, y, z = (round(value * 1000) for value in p_patient.tolist())
    return x, y, z


def _direction(way: Vector) -> Direction:
    x, y, z = (round(value * 1e9) for value in (way / float(np.linalg.norm(way))).tolist())
    return x, y, z


def _slice_of(plane: Plane) -> Slice:
    """The plane with voxels of 1 mm, so that its 1/1000 voxels are µm."""
    across, down = (np.array(way, np.float64) / 1e9 for way in (plane.across, plane.down))
    return Slice(in_mm(plane.origin), across, down, THINNEST_MM)


def map_between(there: Slice, here: Slice) -> FlatMap:
    """From the voxels of one slice to those of a parallel one."""
    shift = np.array(here.to_voxel(there.origin))
    across = np.array(here.to_voxel(there.origin + there.across)) - shift
    down = np.array(here.to_voxel(there.origin + there.down)) - shift
    return FlatMap(np.column_stack((across, down)), shift)


def _between(there: Slice, here: Slice, shape: FlatShape) -> FlatShape | None:
    if abs(float(there.normal @ here.normal)) < SLANT:
        return None
    left, top, right, bottom = bounds(shape)
    middle = there.to_patient((left + right) / 2, (top + bottom) / 2)
    if abs(here.distance_mm(middle)) > here.reach_mm:
        return None
    return carried(shape, map_between(there, here))


def _shares_space(image: Image, mark: Mark, shape: OnPlane | Landmark | Cuboid) -> bool:
    """Whether the patient's coordinates of the shape are those of the image."""
    place = shape.plane if isinstance(shape, OnPlane) else shape
    if not place.frame_of_reference:
        return mark.frame.series == image.info.uid
    return place.frame_of_reference == image.info.frame_of_reference


def _in_patient(image: Image, index: int, shape: OnPlane | Landmark | Cuboid) -> FlatShape | None:
    here = slice_at(image, index)
    match shape:
        case OnPlane(plane, flat):
            return _between(_slice_of(plane), here, flat)
        case Landmark(_, at):
            if abs(here.distance_mm(in_mm(at))) > here.reach_mm:
                return None
            column, row = here.to_voxel(in_mm(at))
            return PointMark((round(column * 1000), round(row * 1000)))
        case Cuboid():
            return _section(shape, here)


def corners_mm(box: Cuboid) -> Vector:
    """The eight corners (8, 3) of a box, LPS mm; the last axis turns fastest."""
    ways = np.array((box.across, box.down, box.deep), np.float64) / 1000
    signs = np.array(list(product((-1, 1), repeat=3)), np.float64)
    corners: Vector = in_mm(box.center) + signs @ ways
    return corners


def _section(box: Cuboid, here: Slice) -> Polygon | None:
    """Where a slice cuts a box, its corners in the order around."""
    corners = corners_mm(box)
    heights = (corners - here.origin) @ here.normal
    found = []
    for a, b in _EDGES:
        if (heights[a] > 0) == (heights[b] > 0):
            continue
        share = heights[a] / (heights[a] - heights[b])
        found.append(here.to_voxel(corners[a] + share * (corners[b] - corners[a])))
    if len(found) < 3:
        return None
    places = np.array(found)
    middle = places.mean(axis=0)
    around = np.argsort(np.arctan2(places[:, 1] - middle[1], places[:, 0] - middle[0]))
    return Polygon(tuple((round(x * 1000), round(y * 1000)) for x, y in places[around].tolist()))


_EDGES = tuple((a, a | bit) for bit in (1, 2, 4) for a in range(8) if not a & bit)
