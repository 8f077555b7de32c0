from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.frames import Window
from labeler.viewing.layout import layout_of
from labeler.viewing.magnifier import FACTOR, MagnifierTool, lens_at
from labeler.viewing.render import FrameRenderer, Grey
from labeler.viewing.scene import NOTHING, Pointer
from labeler.viewing.turns import CLOCKWISE, FLIP_ACROSS, UPRIGHT
from labeler.viewing.viewport import Canvas, ViewState, canvas_map
from tests.support.images import axial, image_of
from tests.support.scenes import Hand
from tests.support.screens import greys_of

CANVAS = Canvas(500, 400)
STORED = np.random.default_rng(3).integers(0, 2000, (1, 90, 120)).astype(np.int16)
IMAGE = image_of(STORED, matrix=axial((0.5, 0.75, 1)), intercept=0.0)
turns = st.sampled_from([UPRIGHT, CLOCKWISE, FLIP_ACROSS])


@settings(deadline=None, max_examples=80)
@given(turns, st.floats(0.3, 12), st.floats(0, 1), st.floats(0, 1))
def test_what_is_under_the_pointer_stays_there_twice_as_large(turn, zoom, x, y) -> None:  # type: ignore[no-untyped-def]
    layout = layout_of(IMAGE).turned(turn)
    where = canvas_map(layout, ViewState(0, Window(0, 1), zoom, (59.5, 44.5)), CANVAS)
    at = x * CANVAS.width, y * CANVAS.height
    lens = lens_at(where, CANVAS, at)
    column, row = where.to_voxel(at)
    on_image = -0.5 <= column < 119.5 and -0.5 <= row < 89.5
    assert (lens is not None) == on_image
    if lens is None:
        return
    assert 0 <= lens.left <= CANVAS.width - lens.side
    assert 0 <= lens.top <= CANVAS.height - lens.side
    inside = at[0] - lens.left, at[1] - lens.top
    # A shrunken image lies on whole pixels, as in the view.
    slack = 0.51 if min(lens.where.scale_x, lens.where.scale_y) < 1 else 1e-6
    assert lens.where.to_canvas((column, row)) == pytest.approx(inside, abs=slack)
    assert lens.where.pixels_per_mm == pytest.approx(FACTOR * where.pixels_per_mm)
    # Never more than a third of the view's shorter side.
    assert lens.side <= CANVAS.height * 0.3


@pytest.mark.parametrize("turn", [UPRIGHT, CLOCKWISE, FLIP_ACROSS])
def test_the_lens_shows_stored_values_in_the_views_window(turn) -> None:  # type: ignore[no-untyped-def]
    """Beyond 8 pixels a voxel each lens pixel is one voxel's grey: compared one by one."""
    layout = layout_of(IMAGE).turned(turn)
    where = canvas_map(layout, ViewState(0, Window(0, 1), 6.0, (60, 45)), CANVAS)
    lens = lens_at(where, CANVAS, (260.0, 190.0))
    assert lens is not None
    side = round(lens.side)
    grey = Grey(1.0, 0.0, Window(1000, 1200), inverted=False)
    shown = greys_of(FrameRenderer().paint(STORED[0], lens.where, (side, side), grey))
    for y in range(0, side, 7):
        for x in range(0, side, 5):
            column, row = lens.where.to_voxel((x + 0.5, y + 0.5))
            column, row = int(np.floor(column + 0.5)), int(np.floor(row + 0.5))
            value = float(STORED[0, row, column])
            line = ((value - 999.5) / 1199 + 0.5) * 255
            assert abs(float(shown[y, x]) - min(255, max(0, line))) <= 1


def test_the_tool_changes_nothing_and_follows_the_pointer() -> None:
    tool, scene = MagnifierTool(), Hand(MagnifierTool()).scene()
    assert tool.preview(scene).lens is None
    for event in (tool.move, tool.press, tool.release):
        assert event(scene, Pointer((10.0, 20.0))) == NOTHING
        assert tool.preview(scene).lens == (10.0, 20.0)
    tool.leave()
    assert tool.preview(scene).lens is None
