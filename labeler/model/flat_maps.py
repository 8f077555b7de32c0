"""Shapes carried from one plane's coordinates to another's."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from labeler.model.handles import box_between, handles, with_points
from labeler.model.shapes import (
    Bidirectional,
    Box,
    Ellipse,
    FlatShape,
    Freehand,
    Point,
    PointMark,
    Polygon,
    Polyline,
    RotatedBox,
    Spline,
)

_STRAIGHT = 1e-6


@dataclass(frozen=True, eq=False)
class FlatMap:
    """place -> `turn` @ place + `shift`; (2, 2) and (2,), in voxels of either plane."""

    turn: NDArray[np.float64]
    shift: NDArray[np.float64]

    def point(self, point: Point) -> Point:
        """Where a stored point comes to lie."""
        x, y = (self.turn @ np.array(point, np.float64) + 1000 * self.shift).tolist()
        return round(x), round(y)

    def vector(self, way: Point) -> Point:
        """What becomes of a stored way from one point to another."""
        x, y = (self.turn @ np.array(way, np.float64)).tolist()
        return round(x), round(y)

    @property
    def keeps_axes(self) -> bool:
        """Whether rows stay rows and columns columns."""
        off = abs(self.turn[0, 1]) + abs(self.turn[1, 0])
        return bool(off < _STRAIGHT * np.abs(self.turn).max())


def carried(shape: FlatShape, by: FlatMap) -> FlatShape:
    """The shape on the other plane; a box that would not lie along its axes is a rotated box."""
    match shape:
        case Box(low, high):
            if by.keeps_axes:
                return box_between(by.point(low), by.point(high)) or PointMark(by.point(low))
            return carried(_as_rotated(low, high), by)
        case RotatedBox(center, across, down) | Ellipse(center, across, down):
            return type(shape)(by.point(center), by.vector(across), by.vector(down))
        case Polygon(points) | Freehand(points) | Polyline(points) | Spline(points):
            moved = tuple(by.point(point) for point in points)
            return msgspec.structs.replace(shape, points=moved)
        case Bidirectional((a, b), (c, d)):
            long, short = (by.point(a), by.point(b)), (by.point(c), by.point(d))
            return Bidirectional(long, short)
        case _:
            return with_points(shape, tuple(by.point(point) for point in handles(shape)))


def _as_rotated(low: Point, high: Point) -> RotatedBox:
    center = (low[0] + high[0]) // 2, (low[1] + high[1]) // 2
    return RotatedBox(center, (high[0] - center[0], 0), (0, high[1] - center[1]))
