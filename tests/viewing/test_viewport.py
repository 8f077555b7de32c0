from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.frames import Window
from labeler.viewing.layout import Layout, layout_of
from labeler.viewing.viewport import (
    Canvas,
    ViewState,
    canvas_map,
    drag_scroll,
    drag_window,
    drag_zoom,
    fit,
    go_to,
    invert,
    pan,
    resized,
    scroll,
    zoom_at,
)
from tests.support.images import axial, image_of

CANVAS = Canvas(856, 824)
VIEW = ViewState(0, Window(-600, 1500))
BLANK = np.zeros((3, 20, 30), np.int16)
LAYOUTS = [
    layout_of(image_of(BLANK, matrix=matrix))
    for matrix in (
        axial((0.5, 2.0, 5)),
        axial((2.0, 0.5, 5))
        @ np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, -1, 0], [0, 0, 0, 1.0]]),
        axial() @ np.diag([-1.0, -1, 1, 1]),
    )
]
layouts = st.sampled_from(LAYOUTS)
places = st.tuples(st.floats(-50, 900), st.floats(-50, 900))
views = st.builds(
    ViewState,
    index=st.just(0),
    window=st.just(Window(0, 100)),
    zoom=st.floats(0.05, 60),
    center=st.tuples(st.floats(-5, 35), st.floats(-5, 25)),
)


@settings(deadline=None, max_examples=100)
@given(layouts, views, places)
def test_canvas_and_voxel_maps_undo_each_other(
    layout: Layout, view: ViewState, p_canvas: tuple[float, float]
) -> None:
    where = canvas_map(layout, view, CANVAS)
    assert where.to_canvas(where.to_voxel(p_canvas)) == pytest.approx(p_canvas, abs=1e-6)


@settings(deadline=None, max_examples=100)
@given(layouts, views)
def test_a_millimetre_is_as_long_across_as_down(layout: Layout, view: ViewState) -> None:
    where = canvas_map(layout, view, CANVAS)
    x_mm, y_mm = layout.shown_spacing_mm
    assert where.scale_x / x_mm == pytest.approx(where.scale_y / y_mm)
    assert where.pixels_per_mm == pytest.approx(where.scale_y / y_mm)


@settings(deadline=None, max_examples=100)
@given(layouts, views, places, st.floats(0.2, 5))
def test_zoom_keeps_what_is_under_the_cursor(
    layout: Layout, view: ViewState, p_canvas: tuple[float, float], factor: float
) -> None:
    before = canvas_map(layout, view, CANVAS).to_voxel(p_canvas)
    closer = zoom_at(view, layout, CANVAS, p_canvas, factor)
    least = min(view.zoom, 1.0, fit(view, layout, CANVAS).zoom / 4)
    assert closer.zoom == pytest.approx(max(0.01, least, min(64.0, view.zoom * factor)))
    after = canvas_map(layout, closer, CANVAS).to_canvas(before)
    # A shrunken image is moved to the nearest whole pixel.
    assert after == pytest.approx(p_canvas, abs=0.51)


@settings(deadline=None, max_examples=60)
@given(layouts)
def test_fit_shows_the_whole_image_amid_the_canvas(layout: Layout) -> None:
    view = fit(VIEW, layout, CANVAS)
    where = canvas_map(layout, view, CANVAS)
    width, height = layout.shown_size
    right, bottom = where.left + width * where.scale_x, where.top + height * where.scale_y
    assert min(where.left, where.top) == pytest.approx(0, abs=1e-6)
    assert where.left + right == pytest.approx(CANVAS.width)
    assert where.top + bottom == pytest.approx(CANVAS.height)


def test_zooming_out_never_loses_the_image() -> None:
    layout = LAYOUTS[0]
    fitted = fit(VIEW, layout, CANVAS)
    view = fitted
    for _ in range(40):
        view = zoom_at(view, layout, CANVAS, (30, 20), 0.8)
    assert view.zoom == pytest.approx(min(1.0, fitted.zoom / 4))
    at_end = zoom_at(view, layout, CANVAS, (300, 20), 0.8)
    assert (at_end.zoom, at_end.center) == (view.zoom, pytest.approx(view.center))
    # True size may lie below: from there a hand goes closer only.
    small = replace(view, zoom=view.zoom / 3)
    assert zoom_at(small, layout, CANVAS, (0, 0), 0.5).zoom == small.zoom
    assert zoom_at(small, layout, CANVAS, (0, 0), 1.2).zoom == pytest.approx(1.2 * small.zoom)


def test_a_fitted_view_stays_fitted_and_others_keep_their_zoom() -> None:
    layout, small = LAYOUTS[0], Canvas(400, 300)
    assert resized(fit(VIEW, layout, CANVAS), layout, small) == fit(VIEW, layout, small)
    moved = pan(fit(VIEW, layout, CANVAS), layout, (10, -4))
    assert resized(moved, layout, small) == moved


def test_pan_moves_the_image_with_the_hand() -> None:
    layout = LAYOUTS[1]
    view = zoom_at(fit(VIEW, layout, CANVAS), layout, CANVAS, (400, 400), 3)
    before = canvas_map(layout, view, CANVAS).to_canvas((7, 5))
    after = canvas_map(layout, pan(view, layout, (12, -7)), CANVAS).to_canvas((7, 5))
    assert after == pytest.approx((before[0] + 12, before[1] - 7))


def test_scroll_ends_at_both_ends() -> None:
    assert scroll(VIEW, 2, 10).index == 2
    assert scroll(VIEW, -1, 10).index == 0
    assert scroll(replace(VIEW, index=9), 10, 10).index == 9
    assert go_to(VIEW, 4, 10).index == 4


def test_a_drag_over_most_of_the_height_runs_through_the_stack() -> None:
    assert drag_scroll(VIEW, 0.8 * 824, 512, CANVAS).index == 511
    assert drag_scroll(replace(VIEW, index=511), -0.4 * 824, 512, CANVAS).index == 511 - 256
    assert drag_scroll(VIEW, 0.2, 512, CANVAS).index == 0


def test_window_drag_right_is_wider_and_up_is_brighter() -> None:
    assert drag_window(VIEW, (100, 0)).window == Window(-600, 1500 + 100 * 7.5)
    # Brighter: a lower center lets more values be white.
    assert drag_window(VIEW, (0, -100)).window == Window(-600 - 750, 1500)
    assert drag_window(VIEW, (-10_000, 0)).window.width == 1.0


def test_zoom_drag_doubles_in_a_hundred_pixels_upwards() -> None:
    layout = LAYOUTS[0]
    assert drag_zoom(VIEW, layout, CANVAS, (5, 5), -100).zoom == pytest.approx(2 * VIEW.zoom)
    assert invert(invert(VIEW)) == VIEW
