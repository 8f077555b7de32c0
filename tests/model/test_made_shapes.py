from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.made_shapes import (
    axes_from,
    axes_on,
    ellipse_between,
    outline_of,
    rotated_box_on,
)
from labeler.model.outlines import bounds
from labeler.model.shapes import MOST_POINTS, Point, RotatedBox
from tests.support.shapes import points

SPACING = (0.5, 2.0)


def in_mm(way: Point) -> tuple[float, float]:
    return way[0] * SPACING[0], way[1] * SPACING[1]


def cosine(a: Point, b: Point) -> float:
    one, other = in_mm(a), in_mm(b)
    return (one[0] * other[0] + one[1] * other[1]) / (math.hypot(*one) * math.hypot(*other))


def way(a: Point, b: Point) -> Point:
    return b[0] - a[0], b[1] - a[1]


@settings(deadline=None)
@given(points(), points())
def test_an_ellipse_fills_the_box_it_was_drawn_in(a: Point, b: Point) -> None:
    made = ellipse_between(a, b)
    if made is None:
        assert abs(a[0] - b[0]) < 2 or abs(a[1] - b[1]) < 2
        return
    left, top, right, bottom = bounds(made)
    assert (left, right) == pytest.approx(sorted((a[0] / 1000, b[0] / 1000)), abs=0.002)
    assert (top, bottom) == pytest.approx(sorted((a[1] / 1000, b[1] / 1000)), abs=0.002)


@settings(deadline=None)
@given(points(), points(), points())
def test_a_turned_box_has_the_side_and_right_angles(a: Point, b: Point, c: Point) -> None:
    made = rotated_box_on(a, b, c, SPACING)
    if made is None or math.hypot(*made.across) < 5_000 or math.hypot(*made.down) < 5_000:
        return
    assert isinstance(made, RotatedBox)
    assert cosine(made.across, made.down) == pytest.approx(0, abs=1e-3)
    corner = (
        made.center[0] - made.across[0] - made.down[0],
        made.center[1] - made.across[1] - made.down[1],
    )
    assert corner == pytest.approx(a, abs=3)


@settings(deadline=None)
@given(points(), points(), points(), points())
def test_the_short_axis_is_at_right_angles(a: Point, b: Point, c: Point, d: Point) -> None:
    for made in (axes_from((a, b), c, d, SPACING), axes_on((a, b), SPACING)):
        if made is None or min(math.hypot(*way(*made.short)), math.hypot(*way(a, b))) < 5_000:
            continue
        assert made.long == (a, b)
        assert cosine(way(*made.long), way(*made.short)) == pytest.approx(0, abs=1e-3)


def test_nothing_comes_of_one_place() -> None:
    a = (5, 5)
    assert ellipse_between(a, (5, 900)) is None
    assert rotated_box_on(a, a, (9, 9), SPACING) is None
    assert rotated_box_on(a, (90, 5), (700, 5), SPACING) is None
    assert axes_from((a, a), (1, 1), (9, 9), SPACING) is None
    assert axes_from((a, (90, 5)), (1, 1), (9, 1), SPACING) is None
    assert axes_on((a, a), SPACING) is None
    assert outline_of([a, a, (9, 9), a], 100) is None
    assert outline_of([], 100) is None


def test_an_outline_has_no_more_points_than_a_mark_may_have() -> None:
    stroke = [(round(9_000 * math.cos(n)), round(9_000 * math.sin(n))) for n in range(40_000)]
    made = outline_of(stroke, 400.0)
    assert made is not None
    assert len(made.points) <= MOST_POINTS


def test_a_long_stroke_is_thinned_within_its_tolerance() -> None:
    stroke = [
        (round(40_000 * math.cos(n / 900)), round(30_000 * math.sin(n / 700) + 90 * (n % 3)))
        for n in range(5_000)
    ]
    made = outline_of(stroke, 200.0)
    assert made is not None
    assert len(made.points) < 500
    kept = set(made.points)
    places = [n for n, point in enumerate(dict.fromkeys(stroke)) if point in kept]
    way = list(dict.fromkeys(stroke))
    for first, last in pairwise(places):
        for point in way[first:last]:
            assert _distance(point, (way[first], way[last])) <= 201


@settings(deadline=None, max_examples=50)
@given(st.lists(points(), min_size=3, max_size=60), st.floats(100, 50_000))
def test_an_outline_stays_within_its_tolerance(stroke: list[Point], tolerance: float) -> None:
    made = outline_of(stroke, tolerance)
    if made is None:
        assert len(set(stroke)) < 3
        return
    kept = list(dict.fromkeys(stroke))
    assert set(made.points) <= set(kept)
    if len(made.points) > 3:
        for point in kept:
            assert _distance(point, made.points) <= tolerance + 1


def _distance(point: Point, line: tuple[Point, ...]) -> float:
    found = []
    for (x0, y0), (x1, y1) in pairwise(line):
        dx, dy = x1 - x0, y1 - y0
        share = ((point[0] - x0) * dx + (point[1] - y0) * dy) / (dx * dx + dy * dy)
        share = max(0.0, min(1.0, share))
        found.append(math.hypot(point[0] - x0 - share * dx, point[1] - y0 - share * dy))
    return min(found)
