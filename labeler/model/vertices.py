"""Vertices of outlines and curves: one more, one less."""

from __future__ import annotations

import msgspec
import numpy as np

from labeler.model.handles import SQUARE, Outline, Spacing
from labeler.model.shapes import MOST_POINTS, FlatShape, Freehand, Point, Polygon, Spline


def with_vertex(
    shape: FlatShape, at: Point, spacing: Spacing = SQUARE
) -> tuple[FlatShape, int] | None:
    """The shape with a point more, on the side that passes nearest, and the point's number; None
    where the shape takes none."""
    if not isinstance(shape, Outline) or len(shape.points) >= MOST_POINTS:
        return None
    number = _nearest_side(shape, at, spacing) + 1
    points = (*shape.points[:number], at, *shape.points[number:])
    return msgspec.structs.replace(shape, points=points), number


def without_vertex(shape: FlatShape, number: int) -> FlatShape:
    """The shape without a point; as it was where too few would be left."""
    if not isinstance(shape, Outline):
        return shape
    if len(shape.points) <= (3 if _is_ring(shape) else 2):
        return shape
    points = shape.points[:number] + shape.points[number + 1 :]
    return msgspec.structs.replace(shape, points=points)


def _nearest_side(shape: Outline, at: Point, spacing: Spacing) -> int:
    """The number of the point that the nearest side begins at."""
    places = np.array(shape.points, np.float64) * spacing
    ends = np.roll(places, -1, axis=0)
    if not _is_ring(shape):
        places, ends = places[:-1], ends[:-1]
    along, way = ends - places, np.array(at) * spacing - places
    squared, reached = (along * along).sum(axis=1), (way * along).sum(axis=1)
    share = np.divide(reached, squared, out=np.zeros_like(reached), where=squared > 0)
    off = way - np.clip(share, 0, 1)[:, None] * along
    return int((off * off).sum(axis=1).argmin())


def _is_ring(shape: Outline) -> bool:
    return isinstance(shape, Polygon | Freehand) or (isinstance(shape, Spline) and shape.closed)
