from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.flat_maps import FlatMap, carried
from labeler.model.outlines import (
    area_of,
    bounds,
    contour,
    crosses_itself,
    paths,
    spline_places,
)
from labeler.model.shapes import Bidirectional, Ellipse, FlatShape, Length, Polygon
from tests.support.shapes import flat_shapes

SQUARE = np.array([(0, 0), (10, 0), (10, 10), (0, 10)], np.float64)


def test_what_has_an_inside() -> None:
    assert contour(Length((0, 0), (5, 5))) is None
    assert contour(Bidirectional(((0, 0), (5, 5)), ((1, 2), (2, 1)))) is None
    around = contour(Ellipse((0, 0), (3000, 0), (0, 2000)))
    assert around is not None
    assert area_of(around) == pytest.approx(math.pi * 6, rel=1e-3)


def test_a_spline_goes_through_its_points_and_never_far_from_them() -> None:
    points = np.array([(0, 0), (10, 0), (10, 1), (30, 20), (31, 20)], np.float64)
    for closed in (False, True):
        curve = spline_places(points, closed=closed)
        for point in points:
            assert np.linalg.norm(curve - point, axis=1).min() < 1e-9
        assert curve.min() > -8
        assert curve.max() < 39
    assert np.array_equal(spline_places(points[:2], closed=False), points[:2])
    doubled = np.vstack((points[:1], points))
    assert np.isfinite(spline_places(doubled, closed=True)).all()


def test_a_bow_tie_crosses_itself() -> None:
    assert not crosses_itself(SQUARE)
    assert crosses_itself(SQUARE[[0, 2, 1, 3]])
    assert not crosses_itself(SQUARE[:3])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=4, max_size=9))
def test_crossing_as_a_slow_check_of_all_pairs_finds_it(corners: list[tuple[int, int]]) -> None:
    after = corners[1:] + corners[:1]
    kept = [p for p, q in zip(corners, after, strict=True) if p != q]
    places = np.array(kept, np.float64)
    if len(places) < 4:
        return
    sides = list(zip(places.tolist(), np.roll(places, -1, axis=0).tolist(), strict=True))

    def turn(p: list[float], q: list[float], r: list[float]) -> float:
        return np.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))

    def boxes_meet(i: int, j: int) -> bool:
        return all(
            min(sides[i][0][k], sides[i][1][k]) <= max(sides[j][0][k], sides[j][1][k])
            and min(sides[j][0][k], sides[j][1][k]) <= max(sides[i][0][k], sides[i][1][k])
            for k in (0, 1)
        )

    def meet(i: int, j: int) -> bool:
        (a, b), (c, d) = sides[i], sides[j]
        return (
            boxes_meet(i, j)
            and turn(a, b, c) * turn(a, b, d) <= 0
            and turn(c, d, a) * turn(c, d, b) <= 0
        )

    count = len(sides)
    slow = any(meet(i, j) for i in range(count) for j in range(i) if i - j not in (1, count - 1))
    assert crosses_itself(places) == slow


@settings(deadline=None, max_examples=60)
@given(flat_shapes(), st.floats(-3, 3), st.floats(0.2, 5))
def test_a_shape_carried_to_another_plane_and_back_is_the_same(
    shape: FlatShape, angle: float, scale: float
) -> None:
    turn = scale * np.array(
        [(math.cos(angle), -math.sin(angle)), (math.sin(angle), math.cos(angle))]
    )
    there = FlatMap(turn, np.array((3.0, -7.0)))
    back = FlatMap(np.linalg.inv(turn), -np.linalg.inv(turn) @ there.shift)
    again = carried(carried(shape, there), back)
    for before, after in zip(bounds(shape), bounds(again), strict=True):
        assert after == pytest.approx(before, abs=0.02 + 0.01 / scale)
    assert len(paths(shape)) == len(paths(again))


def test_a_box_stays_a_box_only_along_its_axes() -> None:
    box = Polygon(((0, 0), (5, 0), (5, 5)))
    same = FlatMap(np.eye(2), np.zeros(2))
    assert carried(box, same) == box
