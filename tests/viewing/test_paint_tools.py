from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labeler.model.document import empty_document
from labeler.model.edits import AddMark, PaintMask, RemoveMark, Together
from labeler.model.masks import Mask
from labeler.model.rasters import disc
from labeler.model.shapes import PaintedMask
from labeler.viewing.paint_scale import brush_on
from labeler.viewing.paint_tools import BrushTool, EraserTool, resized_brush
from labeler.viewing.shape_tools import box_tool
from labeler.viewing.wet_paint import WetPaint
from tests.support.images import axial, image_of
from tests.support.scenes import Hand, small_image


def painted(hand: Hand, number: int = 0) -> Mask:
    shape = hand.document.marks[number].shape
    assert isinstance(shape, PaintedMask)
    region = hand.painted.region(shape, hand.index)
    assert region is not None
    return region


def test_a_click_paints_a_disc_that_is_round_in_mm() -> None:
    hand = Hand(BrushTool())
    hand.click(20, 15)
    (edit,) = hand.edits
    assert isinstance(edit, Together)
    assert isinstance(edit.edits[0], AddMark)
    assert painted(hand) == disc(40, 60, (20, 15), 4.0, (0.5, 1.0))
    assert painted(hand).crop.shape == (5, 9)


def test_a_stroke_has_no_gaps_and_is_one_edit() -> None:
    hand = Hand(BrushTool())
    hand.drag([(10, 15), (50, 15)])
    assert len(hand.edits) == 1
    assert painted(hand).voxels()[15, 10:51].all()


def test_painting_goes_on_with_the_chosen_mark_of_the_same_label() -> None:
    hand = Hand(BrushTool())
    hand.click(20, 15)
    hand.click(40, 30)
    assert isinstance(hand.edits[-1], PaintMask)
    assert len(hand.document.marks) == 1
    assert painted(hand).holds(20, 15)
    assert painted(hand).holds(40, 30)


def test_without_a_chosen_mark_touching_goes_on_and_apart_begins_anew() -> None:
    hand = Hand(BrushTool())
    hand.click(20, 15)
    hand.selected = ""
    hand.click(24, 15)
    assert len(hand.document.marks) == 1
    hand.selected = ""
    hand.click(50, 30)
    assert [mark.id for mark in hand.document.marks] == ["m1", "m2"]


def test_another_label_gets_its_own_mark_and_the_next_slice_goes_on_with_it() -> None:
    hand = Hand(BrushTool())
    hand.click(20, 15)
    hand.label = "effusion"
    hand.click(20, 15)
    hand.index = 1
    hand.click(40, 15)
    assert [(m.label, m.frame) for m in hand.document.marks] == [
        ("nodule", hand.image.refs[0]),
        ("effusion", hand.image.refs[0]),
    ]
    assert painted(hand, 1).holds(40, 15)
    assert not painted(hand, 1).holds(20, 15)
    assert painted(hand, 0).count == 0


def test_frames_that_are_no_volume_are_painted_one_by_one() -> None:
    hand = Hand(BrushTool(), image=replace(small_image(), frame_times_ms=(0.0, 40.0, 80.0)))
    hand.click(20, 15)
    hand.index = 1
    hand.click(20, 15)
    assert [m.frame for m in hand.document.marks] == list(hand.image.refs[:2])
    assert [m.shape.size for m in hand.document.marks] == [(1, 40, 60)] * 2


@pytest.mark.parametrize("by_ctrl", [True, False])
def test_erasing_takes_away_and_what_is_empty_is_deleted(by_ctrl: bool) -> None:
    hand = Hand(BrushTool())
    hand.drag([(10, 15), (50, 15)])
    hand.tool = BrushTool() if by_ctrl else EraserTool()
    hand.selected = ""
    hand.drag([(30, 5), (30, 25)], ctrl=by_ctrl)
    last = hand.edits[-1]
    assert isinstance(last, Together)
    assert (last.name, [type(one) for one in last.edits]) == ("erase", [PaintMask])
    assert not painted(hand).holds(30, 15)
    assert painted(hand).holds(20, 15)
    hand.brush_mm = 100
    hand.click(30, 15, ctrl=by_ctrl)
    last = hand.edits[-1]
    assert isinstance(last, Together)
    assert (last.name, [type(one) for one in last.edits]) == ("erase", [RemoveMark])
    assert hand.document.marks == ()
    assert hand.selected == ""


def test_what_changes_nothing_is_no_edit() -> None:
    hand = Hand(BrushTool())
    hand.click(20, 15)
    hand.click(20, 15)
    hand.tool = EraserTool()
    hand.click(50, 30)
    hand.selected = ""
    hand.click(50, 30)
    hand.tool = BrushTool()
    hand.click(-30, -30)
    assert len(hand.edits) == 1


def test_outlines_are_neither_painted_on_nor_erased() -> None:
    hand = Hand(box_tool())
    hand.drag([(10, 10), (30, 20)])
    hand.tool = EraserTool()
    hand.click(20, 15)
    assert len(hand.edits) == 1
    hand.tool = BrushTool()
    hand.click(20, 15)
    assert len(hand.document.marks) == 2


def test_the_stroke_is_shown_while_it_is_drawn_and_escape_forgets_it() -> None:
    hand = Hand(BrushTool())
    hand.click(20, 15)
    hand.press(30, 15)
    hand.move(35, 15)
    preview = hand.tool.preview(hand.scene())
    (ghost,) = preview.ghosts
    assert preview.hidden == "m1"
    assert isinstance(ghost.shape, WetPaint)
    assert ghost.shape.crop((15, 20, 16, 21)).all()
    assert ghost.shape.crop((15, 33, 16, 34)).all()
    assert preview.ring is not None
    hand.tool.cancel()
    hand.release(35, 15)
    assert len(hand.edits) == 1


def test_a_tiny_brush_still_paints_the_voxel_it_is_in() -> None:
    hand = Hand(BrushTool(), brush_mm=0.5)
    hand.click(20.49, 15.49)
    assert painted(hand).count >= 1


def test_the_cost_of_a_stroke_does_not_follow_the_frame() -> None:
    hand = Hand(BrushTool())
    hand.click(20, 15)
    assert painted(hand).crop.size == 45
    assert not np.shares_memory(painted(hand).crop, painted(hand).voxels())


def test_brush_steps_are_a_fifth() -> None:
    assert resized_brush(8.0, 1) == pytest.approx(9.6)
    assert resized_brush(9.6, -1) == pytest.approx(8.0)
    assert resized_brush(8.0, 99) == 200.0
    assert resized_brush(8.0, -99) == 0.5


def test_the_least_brush_is_a_pixel_of_the_image_on_show() -> None:
    """Half a micrometre on a slide, so that a nucleus is painted; and not less than is seen."""
    slide = image_of(np.zeros((1, 40, 60), np.uint8), matrix=axial((0.0005, 0.0005, 1.0)))
    scan = image_of(np.zeros((1, 40, 60), np.uint8), matrix=axial((0.7, 0.7, 1.0)))
    least = resized_brush(8.0, -99, slide)
    assert brush_on(least, slide) == pytest.approx(0.0005)
    assert resized_brush(least, -1, slide) == pytest.approx(least)
    assert brush_on(resized_brush(8.0, -99, scan), scan) == pytest.approx(0.7)
    assert brush_on(least, scan) == pytest.approx(0.7)
    assert resized_brush(least, 1, scan) == pytest.approx(0.84), "one press is seen at once"
    hand = Hand(BrushTool(), image=slide, brush_mm=brush_on(least, slide))
    hand.click(30, 20)
    assert painted(hand).crop.sum() == 1


def other_hand(hand: Hand) -> Hand:
    """Paints in the same document while the first one's button is held."""
    return Hand(
        BrushTool(), document=hand.document, painted=hand.painted, selected="m1", edits=hand.edits
    )


@pytest.mark.parametrize("erases", [False, True])
def test_a_mark_that_changes_under_a_stroke_keeps_both(erases: bool) -> None:
    hand = Hand(BrushTool())
    hand.drag([(10, 15), (20, 15)])
    hand.press(20, 15, ctrl=erases)
    hand.move(26, 15)
    other = other_hand(hand)
    other.click(40, 30)
    hand.document = other.document
    hand.release(26, 15)
    (mark,) = hand.document.marks
    assert mark.id == "m1"
    assert painted(hand).holds(40, 30)
    assert painted(hand).holds(11, 15)
    assert painted(hand).holds(26, 15) != erases


@pytest.mark.parametrize("erases", [False, True])
def test_a_mark_that_goes_under_a_stroke_leaves_what_was_painted_since(erases: bool) -> None:
    hand = Hand(BrushTool())
    hand.click(10, 15)
    hand.press(20, 15, ctrl=erases)
    hand.move(26, 15)
    hand.document = empty_document("0" * 64)
    hand.release(26, 15)
    if erases:
        assert hand.document.marks == ()
    else:
        assert painted(hand).holds(26, 15)
        assert not painted(hand).holds(10, 15)
