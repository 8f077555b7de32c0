"""Geometry of one mark: on a frame in 1/1000 voxel as (column, row), in the patient in µm."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from labeler.model.words import Digest, Micrometre, Millivoxel, Nanounit

Point = tuple[Millivoxel, Millivoxel]
Segment = tuple[Point, Point]
PatientPoint = tuple[Micrometre, Micrometre, Micrometre]
"""LPS, in µm."""
Direction = tuple[Nanounit, Nanounit, Nanounit]
"""A unit vector in the patient, each part in 1e-9."""

Count = Annotated[int, Meta(ge=1, le=2**20)]

MOST_POINTS = 16_384
Line = Annotated[tuple[Point, ...], Meta(min_length=2, max_length=MOST_POINTS)]
Ring = Annotated[tuple[Point, ...], Meta(min_length=3, max_length=MOST_POINTS)]


class PointMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="point"):
    at: Point


class Length(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="length"):
    start: Point
    end: Point


class Arrow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="arrow"):
    """`end` is the tip."""

    start: Point
    end: Point


class Angle(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="angle"):
    """Between the arms from `vertex` to `start` and to `end`."""

    start: Point
    vertex: Point
    end: Point


class CobbAngle(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="cobb"):
    """Between two lines that need not meet: the end plates of two vertebrae."""

    first: Segment
    second: Segment


class Bidirectional(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="bidirectional"):
    """The longest diameter, and the longest one at right angles to it (RECIST 1.1)."""

    long: Segment
    short: Segment


class Box(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="box"):
    """Axis-aligned in voxel space; `low` is the corner of least column and row."""

    low: Point
    high: Point


class RotatedBox(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="rotated-box"):
    """Corners at center ± across ± down; the two half sides are at right angles in the patient."""

    center: Point
    across: Point
    down: Point


class Ellipse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="ellipse"):
    """All center + cos(t) · across + sin(t) · down; the two half axes are at right angles in the
    patient."""

    center: Point
    across: Point
    down: Point


class Polygon(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="polygon"):
    """Closed; the last point joins the first."""

    points: Ring


class Freehand(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="freehand"):
    """A closed outline drawn in one stroke."""

    points: Ring


class Polyline(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="polyline"):
    """Open."""

    points: Line


class Spline(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="spline"):
    """A centripetal Catmull-Rom curve through all its points (docs/formats.md)."""

    points: Line
    closed: bool


class MaskRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="mask"):
    """A painted region of the mark's frame, or of the slices it goes `through`.

    Its voxels are the blob that `blob` names, its slices the frame list that `through` names
    (docs/formats.md).
    """

    blob: Digest
    through: Digest | msgspec.UnsetType = msgspec.UNSET


class PaintedMask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="painted"):
    """A painted region while it is worked on: `state` stands for all strokes that made it.

    Only journals have these; what is signed has a MaskRef in its place. `size` is slices, rows and
    columns of the grid it is painted on.
    """

    state: Digest
    size: tuple[Count, Count, Count]
    through: Digest | msgspec.UnsetType = msgspec.UNSET


class Landmark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="landmark"):
    """A place in the patient."""

    frame_of_reference: str
    at: PatientPoint


class Cuboid(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="cuboid"):
    """A box in the patient: corners at center ± across ± down ± deep, at right angles."""

    frame_of_reference: str
    center: PatientPoint
    across: PatientPoint
    down: PatientPoint
    deep: PatientPoint


class Plane(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plane in the patient: `origin` and the unit ways across and down, at right angles."""

    frame_of_reference: str
    origin: PatientPoint
    across: Direction
    down: Direction


FlatShape = (
    PointMark
    | Length
    | Arrow
    | Angle
    | CobbAngle
    | Bidirectional
    | Box
    | RotatedBox
    | Ellipse
    | Polygon
    | Freehand
    | Polyline
    | Spline
)


class OnPlane(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="on-plane"):
    """Drawn on a reformat: `shape` has its points in µm from the plane's origin, (across, down)."""

    plane: Plane
    shape: FlatShape


MaskShape = MaskRef | PaintedMask

Shape = FlatShape | OnPlane | Landmark | Cuboid | MaskRef | PaintedMask
