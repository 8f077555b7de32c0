from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from weakref import ref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from labeler.app.painted_masks import PaintedMasks
from labeler.model.masks import Bits, mask_of
from labeler.viewing.click_tools import PolygonTool
from labeler.viewing.label_inks import Dash
from labeler.viewing.outline import KnownOutlines, Rings, outline
from labeler.viewing.overlay import (
    Caption,
    Edge,
    Handle,
    Overlay,
    Ring,
    Stroke,
    Wet,
)
from labeler.viewing.paint_tools import BrushTool
from labeler.viewing.scene import Preview
from labeler.viewing.shape_tools import box_tool, cuboid_tool, length_tool
from tests.support.scenes import Hand


@settings(deadline=None, max_examples=200)
@given(hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, max_side=8)))
def test_an_outline_encloses_exactly_the_region(voxels: Bits) -> None:
    inside = np.zeros(voxels.shape, np.int32)
    area = 0.0
    for loop in outline(mask_of(voxels)):
        closed = [*loop, loop[0]]
        for (x0, y0), (x1, y1) in pairwise(closed):
            assert (x0 == x1) != (y0 == y1), "sides run along voxels"
            area += (x0 * y1 - x1 * y0) / 2
            if y0 == y1:
                continue
            rows = slice(int(min(y0, y1) + 0.5), int(max(y0, y1) + 0.5))
            inside[rows, int(x0 + 0.5) :] += 1 if y1 < y0 else -1
        turns = [
            (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
            for a, b, c in zip(loop, [*loop[1:], loop[0]], [*loop[2:], *loop[:2]], strict=True)
        ]
        assert 0 not in turns, "no point amid a straight side"
    assert np.array_equal(inside != 0, voxels)
    assert area == voxels.sum()


def loops_of(rings: Rings) -> list[tuple[tuple[float, float], ...]]:
    pieces = np.split(rings.corners, rings.ends[:-1]) if len(rings.ends) else []
    return [tuple(map(tuple, loop.tolist())) for loop in pieces]


def test_known_outlines_are_those_of_the_region_and_keep_it_from_nobody() -> None:
    known, scene = KnownOutlines(), Hand(BrushTool()).scene()
    for seed in range(600):
        voxels = np.random.default_rng(seed).random((5, 6)) > 0.5
        region = mask_of(voxels)
        rings = known.of(region, scene.where, scene.canvas)
        assert loops_of(rings) == list(outline(region))
        assert known.of(region, scene.where, scene.canvas) is rings, "it is worked out once"
        held = ref(region)
        del region, rings
        assert held() is None


def test_outlines_of_many_corners_make_room_for_the_one_in_sight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("labeler.viewing.outline.MOST_CORNERS", 100)
    known, scene = KnownOutlines(), Hand(BrushTool()).scene()
    regions = [mask_of(np.indices((9, 9)).sum(0) % 2 == n % 2) for n in range(5)]
    for _ in range(2):
        for region in regions:
            rings = known.of(region, scene.where, scene.canvas)
            assert len(rings.ends) == len(outline(region)) > 25
            assert len(known._known) == 1
    nothing = known.of(mask_of(np.zeros((3, 3), bool)), scene.where, scene.canvas)
    assert loops_of(nothing) == []


def test_voxels_that_touch_at_a_corner_have_loops_of_their_own() -> None:
    assert len(outline(mask_of(np.eye(3, dtype=np.bool_)))) == 3
    ring = np.ones((3, 3), np.bool_)
    ring[1, 1] = False
    assert sorted(len(loop) for loop in outline(mask_of(ring))) == [4, 4]


def test_a_mark_is_lines_and_a_caption_outside() -> None:
    hand = Hand(box_tool())
    hand.drag([(10, 10), (30, 20)])
    stroke, *handles, caption = Overlay().commands(hand.scene(), Preview())
    corners = ((10, 10), (30, 10), (30, 20), (10, 20))
    assert isinstance(stroke, Stroke)
    assert np.array(stroke.points) == pytest.approx(
        np.array([hand.at(*corner).p_canvas for corner in corners])
    )
    assert (stroke.closed, stroke.width, stroke.dash) == (True, 2.5, Dash.SOLID)
    assert [type(part) for part in handles] == [Handle] * 4
    assert isinstance(caption, Caption)
    assert (caption.digit, caption.lines[0].text) == ("1", "10.0 × 10.0 mm")
    left, top = hand.at(10, 10).p_canvas
    right, bottom = hand.at(30, 20).p_canvas
    assert caption.around == pytest.approx((left, top, right, bottom))


def test_a_region_has_words_and_stands_out_when_hovered() -> None:
    hand = Hand(BrushTool(), label="scar")
    hand.click(20, 15)
    hand.selected = ""
    overlay = Overlay()
    (caption,) = overlay.commands(hand.scene(), Preview())
    assert isinstance(caption, Caption)
    (lying,) = hand.scene().lying()
    region = hand.scene().region(lying.shape)
    assert region is not None
    told = [line.text for line in caption.lines]
    area, volume = f"{region.count * 0.5:.1f} mm²", f"{region.count * 2.5 + 0.1:.0f} mm³"
    assert told == [volume]
    chosen = replace(hand.scene(), selected=lying.mark.id)
    *_, whole = overlay.commands(chosen, Preview())
    *_, short = overlay.commands(chosen, Preview(), whole=False)
    assert isinstance(whole, Caption)
    assert [line.text for line in whole.lines] == [volume, f"This slice: {area}"]
    assert short == caption
    line, again = overlay.commands(hand.scene(), Preview(), hovered=lying.mark.id)
    assert isinstance(line, Edge)
    assert (line.ink, line.dash, line.width, again) == (4, Dash.DASHED, 2.5, caption)
    hand.index = 1
    assert overlay.commands(hand.scene(), Preview()) == ()


def test_the_chosen_region_tells_its_values() -> None:
    hand = Hand(box_tool())
    hand.drag([(10, 10), (30, 20)])
    pixels = np.full((40, 60), 412, np.int16)
    overlay = Overlay()
    for _ in range(2):
        caption = overlay.commands(hand.scene(), Preview(), pixels)[-1]
        assert isinstance(caption, Caption)
        assert [line.text for line in caption.lines] == [
            "10.0 × 10.0 mm",
            "Mean −612 HU, SD 0, −612 to −612",
        ]
    hand.selected = ""
    caption = overlay.commands(hand.scene(), Preview(), pixels)[-1]
    assert isinstance(caption, Caption)
    assert len(caption.lines) == 1


def test_the_values_in_a_box_in_the_patient_are_those_of_the_slice_on_show() -> None:
    hand = Hand(cuboid_tool(), index=1)
    hand.drag([(10, 10), (30, 20)])
    pixels = np.full((40, 60), 412, np.int16)
    caption = Overlay().commands(hand.scene(), Preview(), pixels)[-1]
    assert isinstance(caption, Caption)
    size, values = (line.text for line in caption.lines)
    assert size.endswith(" mL")
    assert values == "This slice: Mean −612 HU, SD 0, −612 to −612"


def test_a_region_that_is_still_loading_is_left_out() -> None:
    hand = Hand(BrushTool())
    hand.click(20, 15)
    hand.painted = PaintedMasks()
    assert Overlay().commands(hand.scene(), Preview()) == ()


def test_what_is_under_way_replaces_what_it_changes() -> None:
    hand = Hand(BrushTool())
    hand.click(20, 15)
    hand.press(24, 15)
    commands = Overlay().commands(hand.scene(), hand.tool.preview(hand.scene()))
    assert [type(part) for part in commands] == [Wet, Ring]
    ring = commands[-1]
    assert isinstance(ring, Ring)
    assert ring.radius_x == pytest.approx(2.0 * hand.scene().where.pixels_per_mm)


def test_lengths_measure_live_and_an_open_polygon_shows_where_to_close() -> None:
    hand = Hand(length_tool())
    hand.press(10, 10)
    hand.move(30, 10)
    stroke, caption = Overlay().commands(hand.scene(), hand.tool.preview(hand.scene()))
    assert isinstance(stroke, Stroke)
    assert not stroke.closed
    assert isinstance(caption, Caption)
    assert caption.lines[0].text == "10.0 mm"
    hand = Hand(PolygonTool())
    for place in ((10, 10), (30, 10), (30, 20)):
        hand.click(*place)
    stroke, handle = Overlay().commands(hand.scene(), hand.tool.preview(hand.scene()))
    assert isinstance(stroke, Stroke)
    assert not stroke.closed
    assert handle == Handle(pytest.approx(hand.at(10, 10).p_canvas))
