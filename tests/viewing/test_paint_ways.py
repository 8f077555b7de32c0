from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from labeler.model.document import Flag, with_flag
from labeler.model.edits import AddMark, PaintMask, RemoveMark, Together
from labeler.model.history import edit_name
from labeler.model.masks import Bits
from labeler.model.shapes import PaintedMask
from labeler.viewing.cuts import AXIAL, CORONAL, SAGITTAL, Cut
from labeler.viewing.fill_tool import FILLING, FillTool
from labeler.viewing.locks import HIDDEN_SPARED, LOCKED_SPARED
from labeler.viewing.mask_verbs import grow
from labeler.viewing.overlay import Overlay, Wet
from labeler.viewing.paint_options import PLAIN, Cutting, PaintOptions, Where
from labeler.viewing.paint_reasons import DRAW_AROUND
from labeler.viewing.paint_tools import BrushTool, EraserTool, ThresholdTool
from labeler.viewing.phrase import Phrase
from labeler.viewing.reformat import reformat
from labeler.viewing.scene import Outcome, Tool
from labeler.viewing.scissors import box_scissors, lasso_scissors
from labeler.viewing.wet_paint import WetPaint
from tests.support.images import axial, image_of
from tests.support.scenes import Hand, small_image, stacked
from tests.support.volumes_in_memory import volume_of


def held(hand: Hand, number: int = 0) -> Bits:
    """All voxels of a mark."""
    shape = hand.document.marks[number].shape
    assert isinstance(shape, PaintedMask)
    content = hand.painted.content(shape)
    assert content is not None
    return content.crop((0, 0, 0), content.size)


def deep_image() -> np.ndarray:
    """Bright block in the dark, 20 slices."""
    values = np.zeros((20, 40, 60), np.int16)
    values[5:15, 10:30, 20:40] = 100
    values[9, 20, 30] = 0
    return values


def deep_hand(tool: object, options: PaintOptions = PLAIN) -> Hand:
    image = stacked(image_of(deep_image(), matrix=axial((1.0, 1.0, 2.0))))
    hand = Hand(tool, image=image, paint=options, index=10)  # type: ignore[arg-type]
    hand.volume = volume_of(image)
    return hand


def test_a_ball_is_round_in_mm_and_a_thick_slice_is_not_swallowed() -> None:
    hand = deep_hand(BrushTool(), PaintOptions(ball=True))
    hand.brush_mm = 10.0
    hand.click(30, 20)
    z, y, x = np.mgrid[0:20, 0:40, 0:60]
    inside = (2.0 * (z - 10)) ** 2 + (y - 20) ** 2 + (x - 30) ** 2 <= 25.0
    assert np.array_equal(held(hand), inside)
    thick = Hand(BrushTool(), image=small_image(), paint=PaintOptions(ball=True), index=1)
    thick.click(30, 20)
    assert held(thick)[1].any()
    assert not held(thick)[[0, 2]].any()


@pytest.mark.parametrize("ball", [False, True])
def test_what_is_shown_while_painting_is_what_is_painted(ball: bool) -> None:
    hand = deep_hand(BrushTool(), PaintOptions(ball=ball))
    hand.press(10, 10)
    for at in ((25, 20), (40, 12)):
        hand.move(*at)
    (ghost,) = hand.tool.preview(hand.scene()).ghosts
    wet = ghost.shape
    assert isinstance(wet, WetPaint)
    shown = wet.crop((0, 0, 40, 60))
    assert any(
        isinstance(c, Wet)
        for c in Overlay().commands(hand.scene(), hand.tool.preview(hand.scene()))
    )
    hand.release(40, 12)
    assert np.array_equal(shown, held(hand)[10])


def test_a_move_dirties_what_the_brush_covers_and_no_more() -> None:
    hand = deep_hand(BrushTool(), PaintOptions(ball=True))
    tool = hand.tool
    assert isinstance(tool, BrushTool)
    hand.press(10, 10)
    tool.take_area(hand.scene())
    hand.move(12, 10)
    area = tool.take_area(hand.scene())
    assert area is not None
    scale = hand.scene().where.pixels_per_mm
    assert area[2] - area[0] <= (4 + 2 + 2) * scale + 8
    hand.move(12, 10)
    still = tool.take_area(hand.scene())
    assert still is not None
    assert still[2] - still[0] <= 4 * scale + 9


def test_a_ring_that_was_painted_larger_meanwhile_is_wiped_as_a_whole() -> None:
    """In a view that is maximised under a stroke it is larger than when the pointer moved."""
    hand = deep_hand(BrushTool(), PaintOptions())
    tool = hand.tool
    assert isinstance(tool, BrushTool)
    hand.press(10, 10)
    tool.take_area(hand.scene())
    scene = hand.scene()
    larger = replace(scene, brush_mm=scene.brush_mm * 3)
    (x, y), across = tool.preview(larger).ring or ((0.0, 0.0), 0.0)
    hand.move(30, 30)
    area = tool.take_area(scene)
    assert area is not None
    radius = scene.where.pixels_per_mm * across / 2
    assert area[0] <= x - radius
    assert area[1] <= y - radius


def test_the_threshold_brush_paints_its_range_alone_and_says_why_it_cannot() -> None:
    hand = deep_hand(ThresholdTool(), PaintOptions(ball=True))
    zero = hand.image.intercepts[0]
    hand.paint = PaintOptions(ball=True, low=zero + 50, high=zero + 150)
    hand.brush_mm = 60.0
    hand.click(30, 20)
    expected = deep_image() == 100
    assert np.array_equal(held(hand), expected)
    assert not held(hand)[9, 20, 30]
    hand.paint = PaintOptions(low=6, high=5)
    hand.click(30, 20)
    assert hand.said == ["The range of values ends below its beginning: set it first."]
    assert len(hand.edits) == 1


def test_the_ends_of_a_range_count_as_they_are_told() -> None:
    """Of a dose: stored 100 times 1e-6 is told as 0.0001, and is a little less."""
    hand = deep_hand(ThresholdTool(), PaintOptions(ball=True))
    count = len(hand.image.refs)
    hand.image = replace(hand.image, slopes=(1e-6,) * count, intercepts=(0.0,) * count)
    assert 100 * 1e-6 < 0.0001
    hand.paint = PaintOptions(ball=True, low=0.0001, high=0.0001)
    hand.brush_mm = 60.0
    hand.click(30, 20)
    assert np.array_equal(held(hand), deep_image() == 100)


@pytest.mark.parametrize("most", [1e6, 1e9, 1e15])
@pytest.mark.parametrize("kind", [np.float32, np.int16])
def test_a_far_end_of_a_range_does_not_loosen_the_near_one(kind: type, most: float) -> None:
    """Stored as float32 each end is rounded by its own size: beside 0.5 lies 0.4999, and not 0."""
    low = 0.5
    values = np.zeros((1, 4, 4), kind)
    values[0, :2] = (0.05, 0.499, low, 7) if kind is np.float32 else (-1, 0, 1, 7)
    image = image_of(values, intercept=0.0, unit="")
    hand = Hand(ThresholdTool(), image=image, paint=PaintOptions(low=low, high=most), brush_mm=99)
    hand.click(1, 1)
    assert np.array_equal(held(hand)[0], values[0] >= low)
    hand = Hand(ThresholdTool(), image=image, paint=PaintOptions(low=-most, high=low), brush_mm=99)
    hand.click(1, 1)
    assert np.array_equal(held(hand)[0], values[0] <= low)


def test_paint_keeps_to_a_label_or_off_it() -> None:
    hand = deep_hand(BrushTool())
    hand.brush_mm = 20.0
    hand.click(30, 20)
    hand.label, hand.selected = "effusion", ""
    hand.paint = PaintOptions(where=Where.INSIDE, of="nodule")
    hand.click(40, 20)
    hand.selected, hand.label = "", "cyst"
    hand.paint = PaintOptions(where=Where.OUTSIDE)
    hand.click(38, 20)
    nodule, effusion, cyst = (held(hand, n) for n in range(3))
    assert effusion.any()
    assert not (effusion & ~nodule).any()
    assert cyst.any()
    assert not (cyst & (nodule | effusion)).any()


def test_one_label_a_voxel_pushes_others_aside_in_the_same_edit() -> None:
    hand = deep_hand(BrushTool())
    hand.brush_mm = 20.0
    hand.click(30, 20)
    before = held(hand)
    hand.label, hand.selected = "effusion", ""
    hand.paint = PaintOptions(alone=True)
    hand.click(36, 20)
    edit = hand.edits[-1]
    assert isinstance(edit, Together)
    assert [type(one) for one in edit.edits] == [AddMark, PaintMask, PaintMask]
    nodule, effusion = held(hand), held(hand, 1)
    assert not (nodule & effusion).any()
    assert np.array_equal(nodule, before & ~effusion)
    hand.selected, hand.brush_mm = "", 60.0
    hand.label = "cyst"
    hand.click(33, 20)
    last = hand.edits[-1]
    assert isinstance(last, Together)
    assert [type(one) for one in last.edits] == [AddMark, PaintMask, RemoveMark, RemoveMark]
    assert len(hand.document.marks) == 1


@pytest.mark.parametrize(("flag", "why"), [("locked", LOCKED_SPARED), ("hidden", HIDDEN_SPARED)])
@pytest.mark.parametrize("tool", [BrushTool, box_scissors])
def test_what_is_locked_or_hidden_is_not_pushed_aside_and_that_is_said(
    flag: Flag, why: Phrase, tool: Callable[[], Tool]
) -> None:
    hand = deep_hand(BrushTool(), PaintOptions(cutting=Cutting.FILL, alone=True))
    hand.brush_mm = 20.0
    hand.click(30, 20)
    spared = with_flag(hand.document.marks[0], flag, on=True)
    hand.document = msgspec.structs.replace(hand.document, marks=(spared,))
    hand.tool, hand.label, hand.selected = tool(), "effusion", ""
    hand.drag([(36, 15), (36, 20), (50, 25)])
    assert hand.document.marks[0] == spared
    assert not (held(hand) & held(hand, 1)).any()
    assert hand.said == [why.text]
    hand.drag([(52, 15), (58, 25)])  # beside it nothing is said of it
    assert hand.said == [why.text]
    hand.take(grow(4.0)(hand.scene()))
    assert hand.document.marks[0] == spared
    assert not (held(hand) & held(hand, 1)).any()
    assert hand.said == [why.text, why.text]


def test_flooding_takes_what_is_alike_in_the_slice_or_the_volume() -> None:
    hand = deep_hand(FillTool(), PaintOptions(tolerance=0.1))
    hand.click(25, 15)
    assert np.array_equal(np.argwhere(held(hand))[:, 0], np.full(400, 10))
    hand.paint = replace(hand.paint, deep=True)
    hand.selected = ""
    hand.label = "effusion"
    hand.click(25, 15)
    assert np.array_equal(held(hand, 1), deep_image() == 100)


def test_a_drag_takes_in_more_values_and_ctrl_takes_away() -> None:
    values = np.zeros((3, 40, 60), np.int16)
    values[:, :, :] = np.arange(60)
    hand = Hand(
        FillTool(),
        image=stacked(image_of(values, matrix=axial((1, 1, 1)))),
        paint=PaintOptions(tolerance=0.05),
    )
    hand.volume = volume_of(hand.image)
    hand.click(30, 20)
    narrow = np.unique(np.argwhere(held(hand)[0])[:, 1])
    assert narrow.tolist() == list(range(25, 36))
    hand.press(30, 20)
    hand.move(30 + 3, 20)
    hand.release(30 + 3, 20)
    wide = np.unique(np.argwhere(held(hand)[0])[:, 1])
    assert len(wide) > len(narrow)
    hand.press(30, 20, ctrl=True)
    hand.release(30, 20)
    assert not held(hand)[0][:, 25:36].any()


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("cutting", list(Cutting))
def test_scissors_fill_cut_out_and_keep(cutting: Cutting, deep: bool) -> None:
    hand = deep_hand(FillTool(), PaintOptions(deep=True))
    hand.click(25, 15)
    before = held(hand)
    hand.tool, hand.paint = box_scissors(), PaintOptions(cutting=cutting, deep=deep)
    hand.drag([(29.6, 5.2), (35, 9), (50.4, 24.4)])
    under = np.zeros_like(before)
    under[:, 6:25, 30:51] = True
    on_it = np.ones_like(before)
    if not deep:
        on_it[np.arange(20) != 10] = False
    expected = {
        Cutting.FILL: before | (under & on_it),
        Cutting.ERASE: before & ~(under & on_it),
        Cutting.KEEP: before & ~(on_it & ~under),
    }[cutting]
    assert np.array_equal(held(hand), expected)


def test_a_free_line_cuts_a_triangle_and_ctrl_cuts_out() -> None:
    hand = deep_hand(lasso_scissors(), PaintOptions(cutting=Cutting.FILL))
    hand.drag([(10, 10), (30, 10), (30, 30)])
    assert held(hand)[10, 15, 25]
    assert not held(hand)[10, 25, 15]
    hand.drag([(20, 5), (40, 5), (40, 35), (20, 35)], ctrl=True)
    assert held(hand)[10, 11, 15]
    assert not held(hand)[10, 15, 25]


def test_scissors_cut_out_unless_they_are_told_to_fill() -> None:
    """Who never chose takes nothing away by accident that cannot be seen, and adds nothing."""
    hand = deep_hand(FillTool())
    hand.click(25, 15)
    hand.tool = lasso_scissors()
    hand.drag([(22, 12), (28, 12), (28, 18), (22, 18)])
    assert not held(hand)[10, 15, 25]
    assert held(hand)[10, 15, 35]


@pytest.mark.parametrize("slant", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("back", [False, True])
def test_a_lasso_that_leads_to_and_fro_does_nothing(slant: float, back: bool) -> None:
    """A hand is not quite steady: a canvas pixel to either side is no area."""
    hand = deep_hand(lasso_scissors(), PaintOptions(cutting=Cutting.FILL))
    ways = [(10 + n, 5 + slant * n + 0.09 * (-1) ** n) for n in range(30)]
    hand.drag([*ways, *(ways[::-1] if back else ())])
    assert (hand.said, hand.edits) == ([DRAW_AROUND.text], [])
    hand.drag([(10, 5), (10, 5.6), (30, 5.6), (30, 5)])
    assert len(hand.edits) == 1, "what is thin and meant is drawn around"


_C, _S = float(np.cos(np.radians(30))), float(np.sin(np.radians(30)))
TILTED = Cut((_C, 0.0, _S), (0.0, 1.0, 0.0), (-_S, 0.0, _C))


def on_cut(tool: object, cut: Cut, options: PaintOptions = PLAIN) -> Hand:
    base = stacked(image_of(deep_image(), matrix=axial((1.0, 1.0, 2.0))))
    volume = volume_of(base)
    image = reformat(base, volume, cut)
    shape = image.source.shape
    hand = Hand(tool, image=image, base=base, paint=options, index=shape[0] // 2)  # type: ignore[arg-type]
    hand.volume = volume
    return hand


@pytest.mark.parametrize("cut", [CORONAL, SAGITTAL, AXIAL])
def test_a_disc_on_a_plane_paints_the_voxels_that_it_shows(cut: Cut) -> None:
    hand = on_cut(BrushTool(), cut)
    rows, columns = hand.image.source.shape[1:]
    hand.brush_mm = 8.0
    hand.press(columns / 2 - 4, rows / 2)
    hand.move(columns / 2 + 4, rows / 2)
    (ghost,) = hand.tool.preview(hand.scene()).ghosts
    assert isinstance(ghost.shape, WetPaint)
    shown = ghost.shape.crop((0, 0, rows, columns))
    hand.release(columns / 2 + 4, rows / 2)
    bits = held(hand)
    (mark,) = hand.document.marks
    assert hand.base is not None
    assert mark.frame in hand.base.refs
    through = {CORONAL: 1, SAGITTAL: 2, AXIAL: 0}[cut]
    assert len(np.unique(np.argwhere(bits)[:, through])) == 1
    region = hand.scene().region(mark.shape)
    assert region is not None
    assert np.array_equal(region.voxels(), shown)
    # 8 x 16 mm and two half discs.
    assert abs(region.count - (8 * 8 + np.pi * 16)) < 25


def test_a_ball_painted_on_a_plane_is_that_of_a_slice() -> None:
    hand = on_cut(BrushTool(), CORONAL, PaintOptions(ball=True))
    hand.brush_mm = 12.0
    rows, columns = hand.image.source.shape[1:]
    hand.click(columns / 2, rows / 2)
    at = np.argwhere(held(hand)) * (2, 1, 1)
    middle = at.mean(axis=0)
    assert (np.linalg.norm(at - middle, axis=1) <= 7.2).all()
    assert abs(len(at) * 2 - 4 / 3 * np.pi * 6**3) < 0.15 * 4 / 3 * np.pi * 6**3


def test_an_oblique_plane_is_painted_without_gaps_and_erased_again() -> None:
    hand = on_cut(BrushTool(), TILTED)
    rows, columns = hand.image.source.shape[1:]
    hand.brush_mm = 10.0
    hand.click(columns / 2, rows / 2)
    region = hand.scene().region(hand.document.marks[0].shape)
    assert region is not None
    y, x = np.mgrid[0:rows, 0:columns]
    disc = (x - columns / 2) ** 2 + (y - rows / 2) ** 2 < (5.0 - 1.5) ** 2
    assert region.voxels()[disc].all()
    hand.tool = EraserTool()
    hand.brush_mm = 20.0
    hand.click(columns / 2, rows / 2)
    assert hand.document.marks == ()


def test_scissors_on_a_plane_cut_through_the_volume() -> None:
    hand = on_cut(box_scissors(), CORONAL, PaintOptions(cutting=Cutting.FILL, deep=True))
    hand.drag([(9.6, 9.6), (20, 20), (30.4, 20.4)])
    bits = held(hand)
    assert len(np.unique(np.argwhere(bits)[:, 1])) == 40
    assert len(np.unique(np.argwhere(bits)[:, 2])) == 21


@pytest.mark.parametrize("cut", [CORONAL, SAGITTAL, TILTED])
def test_flooding_begins_on_any_plane_and_stays_on_it(cut: Cut) -> None:
    hand = on_cut(FillTool(), cut, PaintOptions(tolerance=0.1))
    rows, columns = hand.image.source.shape[1:]
    at = columns / 2 + 5, rows / 2
    hand.press(*at)
    (ghost,) = hand.tool.preview(hand.scene()).ghosts
    assert isinstance(ghost.shape, WetPaint)
    later = hand.tool.release(hand.scene(), hand.at(*at)).later
    assert later is not None
    assert later.text == FILLING
    hand.take(Outcome(later=later))
    bits = held(hand)
    assert bits.any()
    assert not (bits & (deep_image() != 100)).sum() > 0.05 * bits.sum()
    region = hand.scene().region(hand.document.marks[0].shape)
    assert region is not None
    assert region.holds(columns // 2 + 5, rows // 2)
    if cut is not TILTED:
        through = {CORONAL: 1, SAGITTAL: 2}[cut]
        assert len(np.unique(np.argwhere(bits)[:, through])) == 1
    hand.tool = FillTool()
    hand.click(*at, ctrl=True)
    assert hand.document.marks == ()
    assert [edit_name(edit) for edit in hand.edits] == ["fill", "erase"]


def test_flooding_through_the_volume_begins_on_a_plane_too() -> None:
    hand = on_cut(FillTool(), CORONAL, PaintOptions(tolerance=0.1, deep=True))
    rows, columns = hand.image.source.shape[1:]
    hand.click(columns / 2, rows / 2)
    assert np.array_equal(held(hand), deep_image() == 100)


@pytest.mark.parametrize("cut", [CORONAL, TILTED])
def test_scissors_on_a_plane_find_a_mark_that_is_not_amid_the_line(cut: Cut) -> None:
    hand = on_cut(BrushTool(), cut, PaintOptions(ball=True))
    rows, columns = hand.image.source.shape[1:]
    hand.click(columns / 2, rows / 2)
    before = held(hand).sum()
    hand.tool, hand.selected = box_scissors(), ""
    hand.paint = PaintOptions(cutting=Cutting.ERASE, deep=True)
    hand.drag([(columns / 2 - 20, rows / 2 - 12), (columns / 2, rows / 2 + 12)])
    assert 0.2 * before < held(hand).sum() < 0.8 * before
