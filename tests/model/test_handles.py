from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.handles import handles, moved, turned, with_handle
from labeler.model.made_shapes import rotated_box_on
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
from tests.support.shapes import flat_shapes, points

SPACING = (0.5, 2.0)


def test_points_of_every_kind() -> None:
    a, b, c, d = (0, 0), (5000, 0), (5000, 5000), (0, 7000)
    assert handles(PointMark(a)) == (a,)
    assert handles(Length(a, b)) == handles(Arrow(a, b)) == (a, b)
    assert handles(Angle(a, b, c)) == (a, b, c)
    assert handles(CobbAngle((a, b), (c, d))) == (a, b, c, d)
    assert handles(Bidirectional((a, b), (c, d))) == (a, b, c, d)
    assert handles(Box(a, c)) == ((0, 0), (5000, 0), (5000, 5000), (0, 5000))
    assert handles(RotatedBox((10, 10), (4, 2), (-1, 2)))[2] == (13, 14)
    assert handles(Ellipse((10, 10), (4, 2), (-1, 2))) == ((14, 12), (9, 12), (6, 8), (11, 8))
    assert handles(Polygon((a, b, c))) == handles(Polyline((a, b, c))) == (a, b, c)
    assert handles(Spline((a, b, c), closed=False)) == (a, b, c)
    assert handles(Freehand((a, b, c))) == ()


@pytest.mark.parametrize(
    ("shape", "number", "to"),
    [
        (Length((0, 0), (1, 1)), 1, (0, 0)),
        (Angle((0, 0), (5, 5), (9, 0)), 1, (9, 0)),
        (CobbAngle(((0, 0), (5, 5)), ((1, 1), (2, 2))), 2, (2, 2)),
        (Box((0, 0), (4, 4)), 0, (4, 1)),
        (RotatedBox((0, 0), (4, 0), (0, 4)), 0, (4, 4)),
        (Ellipse((0, 0), (4, 0), (0, 4)), 0, (0, 0)),
        (Bidirectional(((0, 0), (9, 0)), ((4, 2), (4, -2))), 0, (9, 0)),
    ],
)
def test_nothing_is_dragged_until_nothing_is_left(shape: FlatShape, number: int, to: Point) -> None:
    assert with_handle(shape, number, to) == shape


def test_a_corner_dragged_keeps_the_opposite_one() -> None:
    assert with_handle(Box((0, 0), (4, 4)), 0, (2, 1)) == Box((2, 1), (4, 4))
    turned = RotatedBox((0, 0), (4000, 2000), (-1000, 2000))
    for number in range(4):
        dragged = with_handle(turned, number, (9000, 8000))
        fixed = handles(turned)[(number + 2) % 4]
        assert math.dist(handles(dragged)[(number + 2) % 4], fixed) <= 3
        assert math.dist(handles(dragged)[number], (9000, 8000)) <= 3


@settings(deadline=None, max_examples=60)
@given(flat_shapes(), points())
def test_what_is_moved_there_and_back_is_where_it_was(shape: FlatShape, by: Point) -> None:
    there = moved(shape, by)
    assert moved(there, (-by[0], -by[1])) == shape
    for before, after in zip(handles(shape), handles(there), strict=True):
        assert after == (before[0] + by[0], before[1] + by[1])


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 3), points(), points())
def test_axes_stay_at_right_angles_in_the_patient(number: int, end: Point, to: Point) -> None:
    """Voxels are oblong here: at right angles in mm is another thing than in voxels."""
    along = (40_000 + abs(end[0])) * SPACING[0], end[1] * SPACING[1]
    turn = -along[1] / SPACING[0] / 2, along[0] / SPACING[1] / 2
    start = (1000, 2000)
    far = round(start[0] + along[0] / SPACING[0]), round(start[1] + along[1] / SPACING[1])
    side = round(start[0] + turn[0]), round(start[1] + turn[1])
    shape = with_handle(Bidirectional((start, far), (start, side)), number, to, SPACING)
    assert isinstance(shape, Bidirectional)
    ways = [
        ((b[0] - a[0]) * SPACING[0], (b[1] - a[1]) * SPACING[1])
        for a, b in (shape.long, shape.short)
    ]
    dot = ways[0][0] * ways[1][0] + ways[0][1] * ways[1][1]
    lengths = [math.hypot(*way) for way in ways]
    # Ends are whole thousandths: a short axis may lean by the rounding.
    assert abs(dot) <= 8 * max(lengths) + 8


@settings(deadline=None)
@given(points(), points(), points(), points())
def test_a_box_is_turned_towards_a_place_and_stays_as_large(
    a: Point, b: Point, c: Point, to: Point
) -> None:
    box = rotated_box_on(a, b, c, SPACING)
    if box is None or math.dist(box.center, to) < 10_000:
        return
    after = turned(box, to, SPACING)

    def in_mm(way: Point) -> tuple[float, float]:
        return way[0] * SPACING[0], way[1] * SPACING[1]

    for before, now in ((box.across, after.across), (box.down, after.down)):
        assert math.hypot(*in_mm(now)) == pytest.approx(math.hypot(*in_mm(before)), abs=3)
    along, across = in_mm(after.across), in_mm(after.down)
    size = math.hypot(*along) * math.hypot(*across)
    assert along[0] * across[0] + along[1] * across[1] == pytest.approx(
        0, abs=1e-6 + 3e3 * size**0.5
    )
    way = in_mm((to[0] - box.center[0], to[1] - box.center[1]))
    lean = along[0] * way[1] - along[1] * way[0]
    assert lean == pytest.approx(0, abs=3 * math.hypot(*way))
    turn = [x.across[0] * x.down[1] - x.across[1] * x.down[0] for x in (box, after)]
    assert turn[0] * turn[1] >= 0 or min(map(abs, turn)) < 1e7, "it is not flipped"
