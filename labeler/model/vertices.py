"""Vertices of outlines and curves: one more, one less."""

from __future__ import annotations

import math

import msgspec

from labeler.model.handles import SQUARE, Spacing
from labeler.model.shapes import MOST_POINTS, FlatShape, Point, Polygon, Polyline, Spline

MANY = Polygon, Polyline, Spline
"""Shapes of as many points as one likes."""


def with_vertex(
    shape: FlatShape, at: Point, spacing: Spacing = SQUARE
) -> tuple[FlatShape, int] | None:
    """The shape with a point more, on the side that passes nearest, and the point's number; None
    where the shape takes none."""
    if not isinstance(shape, MANY) or len(shape.points) >= MOST_POINTS:
        return None
    number = _nearest_side(shape, at, spacing) + 1
    points = (*shape.points[:number], at, *shape.points[number:])
    return msgspec.structs.replace(shape, points=points), number


def without_vertex(shape: FlatShape, number: int) -> FlatShape:
    """The shape without a point; as it was where too few would be left."""
    if not isinstance(shape, MANY):
        return shape
    ring = isinstance(shape, Polygon) or (isinstance(shape, Spline) and shape.closed)
    if len(shape.points) <= (3 if ring else 2):
        return shape
    points = shape.points[:number] + shape.points[number + 1 :]
    return msgspec.structs.replace(shape, points=points)


def _nearest_side(shape: Polygon | Polyline | Spline, at: Point, spacing: Spacing) -> int:
    """The number of the point that the nearest side begins at."""
    points = shape.points
    closed = isinstance(shape, Polygon) or (isinstance(shape, Spline) and shape.closed)
    ends = (*points[1:], points[0]) if closed else points[1:]
    sides = zip(points, ends, strict=False)
    distances = [_from_side(at, start, end, spacing) for start, end in sides]
    return distances.index(min(distances))


def _from_side(at: Point, start: Point, end: Point, spacing: Spacing) -> float:
    along = (end[0] - start[0]) * spacing[0], (end[1] - start[1]) * spacing[1]
    way = (at[0] - start[0]) * spacing[0], (at[1] - start[1]) * spacing[1]
    squared = along[0] ** 2 + along[1] ** 2
    share = (way[0] * along[0] + way[1] * along[1]) / squared if squared else 0.0
    share = max(0.0, min(1.0, share))
    return math.hypot(way[0] - share * along[0], way[1] - share * along[1])
