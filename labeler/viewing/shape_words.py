"""What kinds of marks are called, and whether one was only moved."""

from __future__ import annotations

import msgspec

from labeler.model.handles import handles, moved
from labeler.model.shapes import (
    Angle,
    Arrow,
    Bidirectional,
    Box,
    CobbAngle,
    Cuboid,
    Ellipse,
    FlatShape,
    Freehand,
    Landmark,
    Length,
    MaskRef,
    OnPlane,
    PaintedMask,
    Point,
    PointMark,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    Spline,
)
from labeler.viewing.phrase import Phrase, phrase

NAMES: dict[type, Phrase] = {
    PointMark: phrase("point"),
    Length: phrase("length"),
    Arrow: phrase("arrow"),
    Angle: phrase("angle"),
    CobbAngle: phrase("Cobb angle"),
    Bidirectional: phrase("axes"),
    Box: phrase("box"),
    RotatedBox: phrase("turned box"),
    Ellipse: phrase("ellipse"),
    Polygon: phrase("polygon"),
    Freehand: phrase("outline"),
    Polyline: phrase("line"),
    Spline: phrase("curve"),
    Landmark: phrase("landmark"),
    Cuboid: phrase("3D box"),
    MaskRef: phrase("region"),
    PaintedMask: phrase("region"),
}


def shape_name(shape: Shape) -> Phrase:
    """What a person calls this kind of mark; of one on a plane, the kind that was drawn."""
    return shape_name(shape.shape) if isinstance(shape, OnPlane) else NAMES[type(shape)]


def was_moved(before: Shape, after: Shape) -> bool:
    """Whether one is the other somewhere else, as large and turned the same way."""
    match before, after:
        case OnPlane(_, one), OnPlane(_, other):
            return was_moved(one, other)
        case Landmark(), Landmark():
            return True
        case Cuboid(), Cuboid(center=center):
            return msgspec.structs.replace(before, center=center) == after
        case (OnPlane() | Landmark() | Cuboid() | MaskRef() | PaintedMask(), _) | (
            _,
            OnPlane() | Landmark() | Cuboid() | MaskRef() | PaintedMask(),
        ):
            return False
        case _:
            return type(before) is type(after) and _shifted(before, after)


def _shifted(before: FlatShape, after: FlatShape) -> bool:
    (x0, y0), (x1, y1) = _first(before), _first(after)
    return moved(before, (x1 - x0, y1 - y0)) == after


def _first(shape: FlatShape) -> Point:
    return shape.points[0] if isinstance(shape, Freehand) else handles(shape)[0]
