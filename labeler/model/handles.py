"""The points of a mark that may be dragged on their own, and what dragging does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, chain

import msgspec
import numpy as np

from labeler.model.shapes import (
    Angle,
    Arrow,
    Bidirectional,
    Box,
    CobbAngle,
    Ellipse,
    FlatShape,
    Freehand,
    Length,
    Point,
    PointMark,
    Polygon,
    Polyline,
    RotatedBox,
    Spline,
)

Spacing = tuple[float, float]
"""Of columns and rows, in any one unit: it says what is at right angles."""

FreeShape = PointMark | Length | Arrow | Angle | CobbAngle | Polygon | Polyline | Spline
"""Each handle may go anywhere on its own."""

Outline = Polygon | Freehand | Polyline | Spline
"""Has as many points as one likes."""

SQUARE: Spacing = (1.0, 1.0)


def handles(shape: FlatShape) -> tuple[Point, ...]:
    """Points that may be dragged on their own; a freehand outline shows none: there Ctrl sets one
    and drags it."""
    match shape:
        case PointMark(at):
            return (at,)
        case Length(start, end) | Arrow(start, end):
            return start, end
        case Angle(start, vertex, end):
            return start, vertex, end
        case CobbAngle((a, b), (c, d)) | Bidirectional((a, b), (c, d)):
            return a, b, c, d
        case Box((x0, y0), (x1, y1)):
            return (x0, y0), (x1, y0), (x1, y1), (x0, y1)
        case RotatedBox(center, across, down):
            return _corners(center, across, down)
        case Ellipse(center, across, down):
            return tuple(
                _at(center, across, down, u, v) for u, v in ((1, 0), (0, 1), (-1, 0), (0, -1))
            )
        case Polygon(points) | Polyline(points) | Spline(points):
            return points
        case Freehand():
            return ()


def with_handle(shape: FlatShape, number: int, to: Point, spacing: Spacing = SQUARE) -> FlatShape:
    """The shape after one handle was dragged; as it was where nothing sensible would be left."""
    match shape:
        case Bidirectional():
            return _with_axis_end(shape, number, to, spacing)
        case Box():
            return box_between(to, handles(shape)[(number + 2) % 4]) or shape
        case RotatedBox():
            return _with_corner(shape, number, to, spacing)
        case Ellipse():
            return _with_half_axis(shape, number, to, spacing)
        case Freehand(points):
            return Freehand(_replaced(points, number, to))
        case _:
            return with_points(shape, _replaced(handles(shape), number, to))


def with_points(shape: FreeShape, points: tuple[Point, ...]) -> FreeShape:
    """The shape with its handles there; as it was where two that must differ do not."""
    match shape, points:
        case PointMark(), (at,):
            return PointMark(at)
        case ((Length() | Arrow()), (start, end)):
            return shape if start == end else type(shape)(start, end)
        case Angle(), (start, vertex, end):
            return shape if vertex in (start, end) else Angle(start, vertex, end)
        case CobbAngle(), (a, b, c, d):
            return shape if a == b or c == d else CobbAngle((a, b), (c, d))
        case ((Polygon() | Polyline() | Spline()), _):
            return msgspec.structs.replace(shape, points=points)
    raise ValueError(f"{len(points)} points do not make this shape")


def moved(shape: FlatShape, by: Point) -> FlatShape:
    """The shape shifted by 1/1000 voxels."""

    def shift(point: Point) -> Point:
        return point[0] + by[0], point[1] + by[1]

    match shape:
        case PointMark(at):
            return PointMark(shift(at))
        case Length(start, end) | Arrow(start, end) | Box(start, end):
            return type(shape)(shift(start), shift(end))
        case Angle(start, vertex, end):
            return Angle(shift(start), shift(vertex), shift(end))
        case CobbAngle((a, b), (c, d)) | Bidirectional((a, b), (c, d)):
            return type(shape)((shift(a), shift(b)), (shift(c), shift(d)))
        case RotatedBox(center, _, _) | Ellipse(center, _, _):
            return msgspec.structs.replace(shape, center=shift(center))
        case Polygon(points) | Polyline(points) | Spline(points) | Freehand(points):
            return msgspec.structs.replace(shape, points=tuple(shift(point) for point in points))


def moved_all(shapes: Sequence[Outline], by: Point) -> list[Outline]:
    """Outlines shifted by 1/1000 voxels, all vertices of all of them in one pass."""
    if not shapes:
        return []
    every = chain.from_iterable(chain.from_iterable(shape.points for shape in shapes))
    places = np.fromiter(every, np.int64).reshape(-1, 2) + by
    points = list(zip(*places.T.tolist(), strict=True))
    ends = accumulate(len(shape.points) for shape in shapes)
    return [
        msgspec.structs.replace(shape, points=tuple(points[end - len(shape.points) : end]))
        for shape, end in zip(shapes, ends, strict=True)
    ]


def turned(shape: RotatedBox, to: Point, spacing: Spacing = SQUARE) -> RotatedBox:
    """The box turned about its center until its first side's middle looks at a place; as large as
    it was."""
    way = to[0] - shape.center[0], to[1] - shape.center[1]
    if way == (0, 0):
        return shape
    across, down = (
        math.hypot(side[0] * spacing[0], side[1] * spacing[1])
        for side in (shape.across, shape.down)
    )
    x, y = across_from(way, spacing)
    flipped = shape.across[0] * shape.down[1] < shape.across[1] * shape.down[0]
    sign = -1 if flipped else 1
    return RotatedBox(
        shape.center,
        (round(y * across / spacing[0]), round(-x * across / spacing[1])),
        (round(sign * x * down / spacing[0]), round(sign * y * down / spacing[1])),
    )


def box_between(a: Point, b: Point) -> Box | None:
    """The box of two opposite corners; None where it has no area."""
    (x0, x1), (y0, y1) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    return Box((x0, y0), (x1, y1)) if x0 < x1 and y0 < y1 else None


def across_from(along: Point, spacing: Spacing) -> tuple[float, float]:
    """The unit way, in mm, at right angles to a way in voxels (a quarter turn from x to y)."""
    x, y = along[0] * spacing[0], along[1] * spacing[1]
    length = math.hypot(x, y)
    return (-y / length, x / length) if length else (0.0, 1.0)


def _replaced(points: tuple[Point, ...], number: int, to: Point) -> tuple[Point, ...]:
    return (*points[:number], to, *points[number + 1 :])


def _at(center: Point, across: Point, down: Point, u: float, v: float) -> Point:
    return (
        round(center[0] + u * across[0] + v * down[0]),
        round(center[1] + u * across[1] + v * down[1]),
    )


def _corners(center: Point, across: Point, down: Point) -> tuple[Point, ...]:
    return tuple(_at(center, across, down, u, v) for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1)))


def _part_along(way: tuple[float, float], of: tuple[float, float]) -> float:
    return way[0] * of[0] + way[1] * of[1]


def _with_corner(shape: RotatedBox, number: int, to: Point, spacing: Spacing) -> RotatedBox:
    """The opposite corner stays; the sides keep their directions."""
    fixed = _corners(shape.center, shape.across, shape.down)[(number + 2) % 4]
    sign_u, sign_v = ((-1, -1), (1, -1), (1, 1), (-1, 1))[number]
    half = (to[0] - fixed[0]) * spacing[0] / 2, (to[1] - fixed[1]) * spacing[1] / 2
    ways = []
    for side, sign in ((shape.across, sign_u), (shape.down, sign_v)):
        in_mm = side[0] * spacing[0], side[1] * spacing[1]
        share = sign * _part_along(half, in_mm) / _part_along(in_mm, in_mm)
        ways.append((round(side[0] * share), round(side[1] * share)))
    across, down = ways
    if (0, 0) in ways or across[0] * down[1] == across[1] * down[0]:
        return shape
    center = round((to[0] + fixed[0]) / 2), round((to[1] + fixed[1]) / 2)
    return RotatedBox(center, across, down)


def _with_half_axis(shape: Ellipse, number: int, to: Point, spacing: Spacing) -> Ellipse:
    """The dragged half axis ends there; the other keeps its length and stays at right angles."""
    way = to[0] - shape.center[0], to[1] - shape.center[1]
    if way == (0, 0):
        return shape
    if number >= 2:
        way = -way[0], -way[1]
    other = shape.down if number % 2 == 0 else shape.across
    length = math.hypot(other[0] * spacing[0], other[1] * spacing[1])
    turn = across_from(way, spacing)
    sign = 1 if number % 2 == 0 else -1
    turned = (
        round(sign * turn[0] * length / spacing[0]),
        round(sign * turn[1] * length / spacing[1]),
    )
    if turned == (0, 0):
        return shape
    across, down = (way, turned) if number % 2 == 0 else (turned, way)
    return Ellipse(shape.center, across, down)


def _with_axis_end(shape: Bidirectional, number: int, to: Point, spacing: Spacing) -> Bidirectional:
    """An end of the long axis turns both; an end of the short one slides along its own line."""
    (a, b), (c, d) = shape.long, shape.short
    if number < 2:
        start, end = (to, b) if number == 0 else (a, to)
        if start == end:
            return shape
        return Bidirectional((start, end), _turned_with(shape, (start, end), spacing))
    fixed = d if number == 2 else c
    turn = across_from((b[0] - a[0], b[1] - a[1]), spacing)
    way = (to[0] - fixed[0]) * spacing[0], (to[1] - fixed[1]) * spacing[1]
    far = _part_along(way, turn)
    end = round(fixed[0] + far * turn[0] / spacing[0]), round(fixed[1] + far * turn[1] / spacing[1])
    if end == fixed:
        return shape
    return Bidirectional(shape.long, (end, d) if number == 2 else (c, end))


def _turned_with(
    shape: Bidirectional, long: tuple[Point, Point], spacing: Spacing
) -> tuple[Point, Point]:
    """The short axis on the turned long one: as far along it, and reaching as far to each side."""
    (a, b), (start, end) = shape.long, long
    before = (b[0] - a[0]) * spacing[0], (b[1] - a[1]) * spacing[1]
    squared = _part_along(before, before)
    turn = across_from((b[0] - a[0], b[1] - a[1]), spacing)
    turned = across_from((end[0] - start[0], end[1] - start[1]), spacing)
    ends = []
    for point in shape.short:
        way = (point[0] - a[0]) * spacing[0], (point[1] - a[1]) * spacing[1]
        share, side = _part_along(way, before) / squared, _part_along(way, turn)
        ends.append(
            (
                round(start[0] + share * (end[0] - start[0]) + side * turned[0] / spacing[0]),
                round(start[1] + share * (end[1] - start[1]) + side * turned[1] / spacing[1]),
            )
        )
    return ends[0], ends[1]
