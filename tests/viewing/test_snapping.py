from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.shapes import Box, Ellipse, Length
from labeler.viewing.shape_tools import box_tool, ellipse_tool, length_tool
from labeler.viewing.snapping import straight
from tests.support.scenes import Hand


def with_a_box() -> Hand:
    hand = Hand(box_tool())
    hand.drag([(10, 10), (30, 20)])
    hand.tool = length_tool()
    return hand


def test_a_vertex_within_reach_pulls_a_point_to_itself() -> None:
    hand = with_a_box()
    hand.press(30.2, 20.1)
    hand.move(40.0, 20.1)
    assert hand.tool.preview(hand.scene()).caught is None
    hand.move(10.3, 9.9)
    assert hand.tool.preview(hand.scene()).caught == pytest.approx(hand.at(10, 10).p_canvas)
    hand.release(10.3, 9.9)
    assert hand.document.marks[-1].shape == Length((30_000, 20_000), (10_000, 10_000))


def test_control_leaves_the_point_beside_it() -> None:
    hand = with_a_box()
    hand.press(30.2, 20.1, ctrl=True)
    hand.release(40, 30)
    shape = hand.document.marks[-1].shape
    assert isinstance(shape, Length)
    assert shape.start == (30_200, 20_100)


def test_a_mark_that_is_gone_pulls_no_longer() -> None:
    hand = with_a_box()
    hand.drag([(30.2, 20.1), (40, 30)])
    hand.document = type(hand.document)(hand.document.format, hand.document.item)
    hand.drag([(30.2, 20.1), (40, 30)])
    shape = hand.document.marks[-1].shape
    assert isinstance(shape, Length)
    assert shape.start == (30_200, 20_100)


def test_another_slices_vertices_pull_nothing() -> None:
    hand = with_a_box()
    hand.drag([(30.2, 20.1), (45, 30)])
    hand.index = 1
    hand.drag([(30.2, 20.1), (40, 30)])
    shape = hand.document.marks[-1].shape
    assert isinstance(shape, Length)
    assert shape.start == (30_200, 20_100)


def test_shift_makes_squares_and_circles_in_the_patient() -> None:
    hand = Hand(box_tool())
    hand.drag([(10, 10), (40, 20)], shift=True)
    shape = hand.document.marks[0].shape
    assert isinstance(shape, Box)
    across, down = (high - low for low, high in zip(shape.low, shape.high, strict=True))
    assert across * 0.5 == pytest.approx(down, abs=2)
    hand = Hand(ellipse_tool())
    hand.drag([(40, 20), (20, 13)], shift=True)
    shape = hand.document.marks[0].shape
    assert isinstance(shape, Ellipse)
    assert shape.across[0] * 0.5 == pytest.approx(shape.down[1], abs=2)


@settings(deadline=None)
@given(
    st.tuples(st.floats(0, 59), st.floats(0, 39)),
    st.tuples(st.floats(-100, 160), st.floats(-100, 140)),
    st.booleans(),
)
def test_a_straight_way_is_straight_in_the_patient_and_inside(
    start: tuple[float, float], to: tuple[float, float], diagonal: bool
) -> None:
    hand = Hand(length_tool())
    begin = round(1000 * start[0]), round(1000 * start[1])
    end = straight(hand.scene(), begin, hand.at(*to).p_canvas, diagonal=diagonal)
    assert -501 <= end[0] <= 59_501
    assert -501 <= end[1] <= 39_501
    across, down = (end[0] - begin[0]) * 0.5, (end[1] - begin[1]) * 1.0
    far = math.hypot(across, down)
    if far > 500:
        eighths = math.atan2(down, across) / (math.pi / 4)
        assert eighths == pytest.approx(round(eighths), abs=0.01)
        assert not diagonal or round(eighths) % 2 == 1
