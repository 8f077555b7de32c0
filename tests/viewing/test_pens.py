"""Pressure sizes the brush; of many points of a pen a stroke needs few, and goes the same way."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.viewing.pens import OFF_PX, OFF_SHARE, PenPoint, brush_share, on_the_way

PLACES = st.floats(-50, 50)
POINTS = st.lists(st.builds(PenPoint, PLACES, PLACES, st.floats(0, 1)), max_size=40)


def test_pressure_is_thirty_percent_to_all_of_the_brush() -> None:
    assert brush_share(0) == 0.3
    assert brush_share(0.5) == pytest.approx(0.65)
    assert brush_share(1) == 1
    assert brush_share(-1) == 0.3, "a driver that lies"
    assert brush_share(7) == 1


def test_a_straight_way_is_its_two_ends() -> None:
    points = [PenPoint(float(n), 2.0 * n, 0.5) for n in range(100)]
    assert on_the_way(points) == (points[0], points[-1])


def test_a_corner_and_a_turn_back_are_kept() -> None:
    across = [PenPoint(float(n), 0, 0.5) for n in range(20)]
    back = [PenPoint(float(n), 0, 0.5) for n in range(19, -1, -1)]
    assert on_the_way([*across, *back])[1].x == 19


def test_pressure_that_changes_is_kept() -> None:
    points = [PenPoint(float(n), 0, n / 100) for n in range(100)]
    assert len(on_the_way(points)) >= 25


@given(POINTS)
def test_no_point_is_further_off_the_way_than_it_may(points: list[PenPoint]) -> None:
    kept = on_the_way(points)
    assert list(kept) == [point for point in points if any(point is one for one in kept)]
    if points:
        assert kept[0] is points[0]
        assert kept[-1] is points[-1]
    ends = list(pairwise(kept))
    for point in points:
        assert any(_near(point, start, end) for start, end in ends) or point in kept


def _near(point: PenPoint, start: PenPoint, end: PenPoint) -> bool:
    wide, high = end.x - start.x, end.y - start.y
    far = math.hypot(wide, high)
    along = (point.x - start.x) * wide + (point.y - start.y) * high
    part = min(1.0, max(0.0, along / far / far)) if far else 0.0
    off = math.hypot(point.x - start.x - part * wide, point.y - start.y - part * high)
    share = abs(brush_share(point.pressure) - brush_share(end.pressure))
    return off <= OFF_PX + 1e-9 and share <= OFF_SHARE + 1e-9


def test_points_closer_than_a_square_can_tell_are_one_place() -> None:
    close = [PenPoint(0, 0, 0.5), PenPoint(3, 0, 0.5), PenPoint(1e-200, 0, 0.5)]
    assert on_the_way(close)[1].x == 3
