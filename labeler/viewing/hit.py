"""Which mark, and which of its handles, lies under the pointer."""

from __future__ import annotations

import math
from itertools import pairwise

from labeler.model.document import Mark
from labeler.model.measures import place, region_of
from labeler.model.rasters import Place
from labeler.model.shapes import Box, Length, MaskRef, Point, Polygon, Shape
from labeler.viewing.scene import Scene
from labeler.viewing.shape_tools import box_between

REACH = 6.0
"""Canvas pixels around an outline, or a handle's middle, that belong to it."""


def handles(shape: Shape) -> tuple[Point, ...]:
    """Points that may be dragged on their own; a painted region has none."""
    match shape:
        case Length(start, end):
            return start, end
        case Box((x0, y0), (x1, y1)):
            return (x0, y0), (x1, y0), (x1, y1), (x0, y1)
        case Polygon(points):
            return points
        case MaskRef():
            return ()


def with_handle(shape: Shape, number: int, to: Point) -> Shape:
    """The shape after one handle was dragged; as it was where nothing sensible would be left."""
    match shape:
        case Length(start, end):
            moved = Length(to, end) if number == 0 else Length(start, to)
            return shape if moved.start == moved.end else moved
        case Box():
            opposite = handles(shape)[(number + 2) % 4]
            return box_between(to, opposite) or shape
        case Polygon(points):
            return Polygon((*points[:number], to, *points[number + 1 :]))
        case MaskRef():
            return shape


def moved(shape: Shape, by: Point) -> Shape:
    """The shape shifted by 1/1000 voxels; painted regions stay."""

    def shift(point: Point) -> Point:
        return point[0] + by[0], point[1] + by[1]

    match shape:
        case Length(start, end):
            return Length(shift(start), shift(end))
        case Box(low, high):
            return Box(shift(low), shift(high))
        case Polygon(points):
            return Polygon(tuple(shift(point) for point in points))
        case MaskRef():
            return shape


def handle_at(scene: Scene, p_canvas: Place) -> int | None:
    """The nearest handle of the selected mark within reach."""
    mark = scene.selected_mark()
    if mark is None:
        return None
    where = scene.where
    distances = [
        math.dist(where.to_canvas(place(point)), p_canvas) for point in handles(mark.shape)
    ]
    if not distances or min(distances) > REACH:
        return None
    return distances.index(min(distances))


def mark_at(scene: Scene, p_canvas: Place) -> Mark | None:
    """The mark under the pointer: outlines first, then insides, the smallest inside first."""
    marks = scene.marks()
    near = [(_distance(scene, mark.shape, p_canvas), mark) for mark in reversed(marks)]
    outlined = [(distance, mark) for distance, mark in near if distance <= REACH]
    if outlined:
        return min(outlined, key=lambda pair: pair[0])[1]
    column, row = (math.floor(v + 0.5) for v in scene.where.to_voxel(p_canvas))
    around = []
    for mark in reversed(marks):
        mask = scene.mask(mark.shape.blob) if isinstance(mark.shape, MaskRef) else None
        if isinstance(mark.shape, MaskRef) and mask is None:
            continue
        inside = region_of(mark.shape, *scene.size, mask)
        if inside is not None and inside.holds(column, row):
            around.append((inside.count, mark))
    return min(around, key=lambda pair: pair[0])[1] if around else None


def _distance(scene: Scene, shape: Shape, p_canvas: Place) -> float:
    """Canvas pixels to the outline; a painted region counts by its inside only."""
    points = [scene.where.to_canvas(place(point)) for point in handles(shape)]
    if len(points) > 2:
        points.append(points[0])
    return min((_to_segment(p_canvas, a, b) for a, b in pairwise(points)), default=math.inf)


def _to_segment(p: Place, a: Place, b: Place) -> float:
    along = b[0] - a[0], b[1] - a[1]
    squared = along[0] ** 2 + along[1] ** 2
    if squared == 0:
        return math.dist(p, a)
    share = ((p[0] - a[0]) * along[0] + (p[1] - a[1]) * along[1]) / squared
    share = max(0.0, min(1.0, share))
    return math.dist(p, (a[0] + share * along[0], a[1] + share * along[1]))
