from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labeler.model.frames import Window
from labeler.viewing.auto_window import HIGH, LOW, window_of_box
from labeler.viewing.look_tools import WindowBoxTool, WindowTool
from labeler.viewing.scene import Preview
from tests.support.images import axial, image_of
from tests.support.scenes import Hand

RAMP = np.arange(2400, dtype=np.int16).reshape(1, 40, 60)
CT = image_of(RAMP, matrix=axial((0.5, 1.0, 5.0)))


def test_the_window_is_that_of_the_middle_of_the_values() -> None:
    found = window_of_box(CT, 0, RAMP[0], (9.6, 9.6), (30.4, 20.4))
    inside = RAMP[0, 10:21, 10:31].astype(float) - 1024
    low, high = np.percentile(inside, (LOW, HIGH))
    assert found == Window((low + high) / 2, high - low)
    # From any corner to the one across.
    assert found == window_of_box(CT, 0, RAMP[0], (30.4, 9.6), (9.6, 20.4))


def test_each_modality_has_its_bounds() -> None:
    flat = np.full((1, 40, 60), 1100, np.int16)
    box = ((5.0, 5.0), (30.0, 30.0))
    assert window_of_box(image_of(flat), 0, flat[0], *box) == Window(76, 20.0)
    wild = flat.copy()
    wild[0, :, :30] = 9000
    found = window_of_box(image_of(wild), 0, wild[0], *box)
    assert found is not None
    assert found.center + found.width / 2 == 4000, "metal is no tissue"
    pet = replace(image_of(flat, modality="PT", unit="Bq/mL", intercept=0.0), suv_factor=0.001)
    low = np.full((1, 40, 60), -50, np.int16)
    assert window_of_box(pet, 0, low[0], *box) == Window(0, 500.0), "half an SUV from 0"
    mr = image_of(flat, modality="MR", unit="", intercept=0.0)
    assert window_of_box(mr, 0, flat[0], *box) == Window(1100, 1.0)


def test_padding_and_colour_have_no_window() -> None:
    padded = RAMP.copy()
    padded[0, :20] = -2000
    image = replace(image_of(padded), padding=(-2000.0, -2000.0))
    found = window_of_box(image, 0, padded[0], (10, 10), (30, 30))
    only = window_of_box(image, 0, padded[0], (10, 20), (30, 30))
    assert found == only
    assert window_of_box(image, 0, padded[0], (10, 3), (30, 12)) is None
    color = image_of(np.zeros((1, 40, 60, 3), np.uint8), photometric="RGB")
    assert window_of_box(color, 0, np.zeros((40, 60, 3), np.uint8), (1, 1), (30, 30)) is None
    nothing = np.full((40, 60), np.nan)
    assert window_of_box(CT, 0, nothing, (1, 1), (30, 30)) is None


def test_rows_that_are_not_in_the_file_have_no_values() -> None:
    short = RAMP.copy()
    short[0, 22:] = 0
    image = replace(CT, cut_short={0: 22})
    found = window_of_box(image, 0, short[0], (10, 15), (30, 39))
    assert found == window_of_box(image, 0, short[0], (10, 15), (30, 21))
    assert found != window_of_box(CT, 0, short[0], (10, 15), (30, 39))
    assert window_of_box(image, 0, short[0], (10, 25), (30, 39)) is None
    several = image_of(np.repeat(short, 2, axis=0), matrix=axial((0.5, 1.0, 5.0)))
    other = window_of_box(replace(several, cut_short={0: 22}), 1, short[0], (10, 15), (30, 39))
    assert other == window_of_box(CT, 0, short[0], (10, 15), (30, 39)), "the next one is whole"


@pytest.mark.parametrize("box", [((5, 5), (6, 6)), ((-30, -30), (-9, -9)), ((70, 5), (90, 9))])
def test_a_click_or_a_box_beside_the_image_changes_nothing(
    box: tuple[tuple[float, float], tuple[float, float]],
) -> None:
    assert window_of_box(CT, 0, RAMP[0], *box) is None


def test_shift_draws_a_box_and_plain_drags_the_window() -> None:
    hand = Hand(WindowTool(), image=CT)
    before = hand.view
    hand.canvas_drag((100, 0))
    assert hand.view.window.width > before.window.width
    hand.canvas_drag((-200, -100), shift=True)
    ends = [hand.scene().where.to_voxel(place) for place in ((320, 400), (120, 300))]
    assert hand.view.window == window_of_box(CT, 0, RAMP[0], *ends)


def test_the_box_is_a_tool_of_its_own_too() -> None:
    hand, other = Hand(WindowTool(), image=CT), Hand(WindowBoxTool(), image=CT)
    hand.canvas_drag((-200, -100), shift=True)
    other.canvas_drag((-200, -100))
    assert other.view.window == hand.view.window != Hand(WindowTool(), image=CT).view.window


def test_the_box_is_seen_while_it_is_drawn_and_can_be_given_up() -> None:
    hand = Hand(WindowTool(), image=CT)
    scene = hand.scene()
    from_pointer = replace(hand.at(5, 5), shift=True)
    hand.tool.press(scene, from_pointer)
    hand.tool.move(scene, hand.at(9, 9))
    drawn = from_pointer.p_canvas, hand.at(9, 9).p_canvas
    assert hand.tool.preview(scene) == Preview(area=drawn)
    assert hand.tool.busy
    hand.tool.cancel()
    assert hand.tool.preview(scene) == Preview()
    assert not hand.tool.busy


def test_the_drags_direction_is_a_matter_of_habit() -> None:
    usual, other = Hand(WindowTool()), Hand(WindowTool(lambda: True))
    for hand in (usual, other):
        hand.canvas_drag((0, -50))
    assert usual.view.window.center < close_center() < other.view.window.center


def close_center() -> float:
    return Hand(WindowTool()).view.window.center
