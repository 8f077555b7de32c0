"""Mammograms: chest walls touch, the same millimetres have the same size, the right end is up."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from labeler.model.frames import Window
from labeler.viewing.layout import Layout, Plane
from labeler.viewing.mammography import Wall, at_scale, common_scale, hung_layout, usual_wall
from labeler.viewing.viewport import Canvas, ViewState, canvas_map

VIEW = ViewState(0, Window(0, 1))


def plain(rows: int = 400, columns: int = 300, spacing: float = 0.1) -> Layout:
    letters = ("?", "?", "?", "?")
    return Layout(rows, columns, (spacing, spacing), False, False, False, Plane.UNKNOWN, letters)


@pytest.mark.parametrize(
    ("side", "view", "sides", "letters"),
    [
        ("R", "CC", ("P", "L"), ("A", "P", "R", "L")),
        ("L", "CC", ("A", "R"), ("P", "A", "L", "R")),
        ("R", "MLO", ("P", "F"), ("A", "P", "H", "F")),
        ("L", "MLO", ("A", "F"), ("P", "A", "H", "F")),
        # Stored the other way round, they hang the same.
        ("R", "CC", ("A", "R"), ("A", "P", "R", "L")),
        ("L", "MLO", ("P", "H"), ("P", "A", "H", "F")),
        ("R", "MLO", ("F", "P"), ("A", "P", "H", "F")),
        ("R", "MLO", ("PL", "FL"), ("AR", "PL", "HR", "FL")),
    ],
)
def test_the_chest_wall_and_the_feet_lie_where_they_should(
    side: str, view: str, sides: tuple[str, str], letters: tuple[str, ...]
) -> None:
    wall = usual_wall(side)
    assert wall is not None
    assert hung_layout(plain(), sides, wall, view, side).letters == letters


def test_an_image_that_says_nothing_stays_as_it_is() -> None:
    assert hung_layout(plain(), None, "left", "CC", "L") == plain()
    assert hung_layout(plain(), ("H", "R"), "left", "CC", "L") == plain()
    assert usual_wall("B") is None


_LAYOUTS = st.builds(
    plain, st.integers(20, 5000), st.integers(20, 5000), st.sampled_from((0.05, 0.07, 0.1))
)
_CANVASES = st.builds(Canvas, st.integers(96, 2000).map(float), st.integers(96, 2000).map(float))
_WALLS = st.sampled_from(("left", "right"))


@given(st.lists(st.tuples(_LAYOUTS, _CANVASES, _WALLS), min_size=1, max_size=4))
def test_all_fit_at_one_scale_and_lean_on_their_edges(
    shown: list[tuple[Layout, Canvas, Wall]],
) -> None:
    scale = common_scale([(layout, canvas) for layout, canvas, _ in shown])
    tight = False
    for layout, canvas, wall in shown:
        view = at_scale(VIEW, layout, canvas, scale, wall)
        where = canvas_map(layout, view, canvas)
        assert where.pixels_per_mm == pytest.approx(scale)
        width = layout.shown_size[0] * where.scale_x
        height = layout.shown_size[1] * where.scale_y
        assert width <= canvas.width + 1e-6
        assert height <= canvas.height + 1e-6
        tight |= width == pytest.approx(canvas.width) or height == pytest.approx(canvas.height)
        edge = where.left if wall == "left" else canvas.width - (where.left + width)
        assert abs(edge) <= 1.0, "a shrunken image begins on a whole pixel"
        assert abs(where.top + height / 2 - canvas.height / 2) <= 1.0
        assert view.fitted
    assert tight, "no larger scale would do"


@given(_LAYOUTS, _CANVASES)
def test_without_a_wall_it_lies_in_the_middle(layout: Layout, canvas: Canvas) -> None:
    scale = common_scale([(layout, canvas)])
    assume(scale > 0)
    where = canvas_map(layout, at_scale(VIEW, layout, canvas, scale, None), canvas)
    width = layout.shown_size[0] * where.scale_x
    assert abs(where.left + width / 2 - canvas.width / 2) <= 1.0
