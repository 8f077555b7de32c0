from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.handles import Outline
from labeler.model.shapes import FlatShape, Point, Polygon, Polyline, Spline
from labeler.model.vertices import with_vertex, without_vertex
from tests.support.shapes import flat_shapes, points

RING: tuple[Point, ...] = ((0, 0), (10_000, 0), (10_000, 10_000), (0, 10_000))


def test_a_vertex_goes_on_the_side_that_passes_nearest() -> None:
    assert with_vertex(Polygon(RING), (5_000, 100)) == (
        Polygon((RING[0], (5_000, 100), *RING[1:])),
        1,
    )
    closing = with_vertex(Polygon(RING), (-100, 5_000))
    assert closing == (Polygon((*RING, (-100, 5_000))), 4)
    open_line = with_vertex(Polyline(RING), (-100, 4_000))
    assert open_line is not None
    assert open_line[1] != 4, "an open line has no closing side"


def test_the_nearest_side_is_that_of_the_patient() -> None:
    at = (5_000, 4_000)
    square, flat = with_vertex(Polygon(RING), at), with_vertex(Polygon(RING), at, (0.1, 10.0))
    assert square is not None
    assert flat is not None
    assert (square[1], flat[1]) == (1, 2)


def test_too_few_are_left_as_they_are() -> None:
    assert without_vertex(Polygon(RING[:3]), 1) == Polygon(RING[:3])
    assert without_vertex(Spline(RING[:3], closed=True), 1) == Spline(RING[:3], closed=True)
    assert without_vertex(Spline(RING[:3], closed=False), 1) == Spline(
        (RING[0], RING[2]), closed=False
    )
    assert without_vertex(Polyline(RING[:2]), 1) == Polyline(RING[:2])


@settings(deadline=None)
@given(flat_shapes(), points(), st.tuples(st.floats(0.1, 5), st.floats(0.1, 5)))
def test_one_more_and_the_same_one_less_is_the_shape_itself(
    shape: FlatShape, at: Point, spacing: tuple[float, float]
) -> None:
    more = with_vertex(shape, at, spacing)
    if more is None:
        assert not isinstance(shape, Outline)
        assert without_vertex(shape, 0) == shape
        return
    longer, number = more
    assert isinstance(longer, Outline)
    assert longer.points[number] == at
    assert without_vertex(longer, number) == shape
