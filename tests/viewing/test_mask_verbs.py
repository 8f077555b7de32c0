from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from labeler.model.edits import PaintMask, RemoveMark, Together
from labeler.model.image import Image
from labeler.viewing import mask_verbs as verbs
from labeler.viewing.paint_options import Cutting, PaintOptions
from labeler.viewing.paint_tools import BrushTool, EraserTool
from labeler.viewing.scissors import box_scissors
from tests.support.images import axial, image_of
from tests.support.scenes import Hand, small_image, stacked
from tests.viewing.test_paint_ways import deep_hand, held


def blocks() -> Hand:
    """Two blocks of one mark, through all slices; the second is small."""
    hand = deep_hand(box_scissors(), PaintOptions(cutting=Cutting.FILL, deep=True))
    hand.drag([(9.6, 9.6), (30.4, 30.4)])
    hand.drag([(39.6, 9.6), (43.4, 13.4)])
    return hand


def test_the_largest_part_stays_and_small_ones_go() -> None:
    hand = blocks()
    both = held(hand)
    hand.take(verbs.keep_largest()(hand.scene()))
    one = both.copy()
    one[:, :, 35:] = False
    assert np.array_equal(held(hand), one)
    assert [one.name for one in hand.edits if isinstance(one, Together)][-1] == "largest"
    # 4 x 4 x 20 voxels of 2 mm³ are 0.64 mL.
    hand = blocks()
    hand.take(verbs.drop_small(0.6)(hand.scene()))
    assert np.array_equal(held(hand), both)
    hand.take(verbs.drop_small(0.65)(hand.scene()))
    assert np.array_equal(held(hand), one)


def test_growing_shrinking_and_smoothing_are_edits_in_mm() -> None:
    hand = blocks()
    before = held(hand)
    hand.take(verbs.grow(2.0)(hand.scene()))
    grown = held(hand)
    assert grown[10, 10:31, 8:33].all()
    assert not grown[10, 20, 7]
    hand.take(verbs.shrink(2.0)(hand.scene()))
    assert (held(hand) & before).sum() > 0.95 * before.sum()
    for verb in (verbs.smooth(1.0), verbs.vote(1.0), verbs.fill_holes(flat=True)):
        hand.take(verb(hand.scene()))
    assert held(hand)[10, 20, 20]
    assert set(hand.said) == {verbs.NO_CHANGE.text}  # there are no holes


@pytest.mark.parametrize(("verb", "kind"), [(verbs.smooth, "smooth"), (verbs.vote, "median")])
def test_each_smoothing_has_its_own_name(verb: Callable[[float], verbs.Verb], kind: str) -> None:
    hand = blocks()
    hand.take(verb(2.0)(hand.scene()))
    assert [one.name for one in hand.edits if isinstance(one, Together)][-1] == f"{kind}:2000"


def test_a_slice_is_copied_to_the_next_one_which_is_shown() -> None:
    hand = deep_hand(BrushTool())
    hand.click(30, 20)
    hand.take(verbs.copy_to_slice(1)(hand.scene()))
    assert hand.index == 11
    assert np.array_equal(held(hand)[11], held(hand)[10])
    hand.index = 19
    hand.take(verbs.copy_to_slice(1)(hand.scene()))
    assert hand.said == ["There is no further slice."]


def test_of_frames_that_are_no_volume_a_copy_is_a_mark_of_the_next_frame() -> None:
    hand = Hand(BrushTool(), image=replace(small_image(), frame_times_ms=(0.0, 40.0, 80.0)))
    hand.click(30, 20)
    hand.take(verbs.copy_to_slice(1)(hand.scene()))
    assert [m.frame for m in hand.document.marks] == list(hand.image.refs[:2])
    assert np.array_equal(held(hand, 0), held(hand, 1))


def test_the_other_side_is_a_new_mark_of_the_same_label() -> None:
    hand = deep_hand(BrushTool())
    hand.click(20, 15)
    hand.label = "effusion"
    hand.take(verbs.mirror()(hand.scene()))
    first, second = hand.document.marks
    assert second.label == first.label
    assert np.array_equal(held(hand, 1), held(hand, 0)[:, :, ::-1])


def slanted(degrees: float) -> Image:
    angle = np.radians(degrees)
    matrix = np.eye(4)
    matrix[:3, :3] = [
        [np.cos(angle), 0, np.sin(angle)],
        [0, 1, 0],
        [-np.sin(angle), 0, np.cos(angle)],
    ]
    return stacked(image_of(np.zeros((41, 40, 60), np.int16), matrix=matrix))


@pytest.mark.parametrize(
    ("degrees", "ball", "says"), [(20, False, True), (20, True, False), (0, False, False)]
)
def test_thin_paint_that_does_not_mirror_whole_says_so(
    degrees: float, ball: bool, says: bool
) -> None:
    options = PaintOptions(ball=ball)
    hand = Hand(BrushTool(), image=slanted(degrees), index=20, paint=options, brush_mm=18.0)
    hand.click(38, 20)
    hand.take(verbs.mirror()(hand.scene()))
    assert len(hand.document.marks) == 2
    assert hand.said == ([verbs.NOT_WHOLE.text] if says else [])


def test_the_other_side_is_shown_where_another_slice_has_it() -> None:
    """Of slices that lean the other side lies on others."""
    hand = Hand(BrushTool(), image=slanted(20), index=20)
    hand.click(54, 20)
    hand.take(verbs.mirror()(hand.scene()))
    bits = held(hand, 1)
    slices = np.flatnonzero(bits.any(axis=(1, 2)))
    assert 20 not in slices
    assert hand.index in slices


FILLS = PaintOptions(cutting=Cutting.FILL)


def pair() -> Hand:
    hand = deep_hand(box_scissors(), FILLS)
    hand.drag([(9.6, 9.6), (30.4, 30.4)])
    hand.selected, hand.label = "", "effusion"
    hand.drag([(19.6, 9.6), (40.4, 30.4)])
    hand.selected, hand.also = "m1", frozenset({"m2"})
    return hand


def test_masks_are_joined_in_one_edit() -> None:
    hand = pair()
    a, b = held(hand, 0), held(hand, 1)
    hand.take(verbs.join()(hand.scene()))
    edit = hand.edits[-1]
    assert isinstance(edit, Together)
    assert [type(one) for one in edit.edits] == [PaintMask, RemoveMark]
    assert np.array_equal(held(hand), a | b)


def test_masks_are_taken_from_one_another_and_crossed() -> None:
    for verb, how in ((verbs.subtract(), lambda a, b: a & ~b), (verbs.intersect(), np.logical_and)):
        hand = pair()
        a, b = held(hand, 0), held(hand, 1)
        hand.take(verb(hand.scene()))
        assert np.array_equal(held(hand), how(a, b))
        assert np.array_equal(held(hand, 1), b)


@pytest.mark.parametrize("verb", [verbs.keep_largest(), verbs.mirror(), verbs.copy_to_slice(1)])
def test_without_a_painted_mark_it_is_said(verb: verbs.Verb) -> None:
    hand = deep_hand(BrushTool())
    hand.take(verb(hand.scene()))
    assert hand.said == ["Select a painted mark first."]
    hand.take(verbs.join()(hand.scene()))
    assert hand.said[-1].startswith("Select two")


def test_what_changed_meanwhile_is_left_alone() -> None:
    hand = deep_hand(BrushTool())
    hand.click(20, 15)
    outcome = verbs.grow(2.0)(hand.scene())
    assert outcome.later is not None
    hand.click(22, 15)
    before = held(hand)
    after = outcome.later.work(lambda _done, _total: None)
    hand.take(outcome.later.then(hand.scene(), after))
    assert np.array_equal(held(hand), before)
    assert hand.said == ["The mark was changed meanwhile: nothing was done."]


def test_on_one_slice_parts_are_counted_by_area() -> None:
    image = image_of(np.zeros((1, 40, 60), np.int16), matrix=axial((1.0, 1.0, 2.0)))
    hand = Hand(box_scissors(), image=image, paint=FILLS)
    hand.drag([(9.6, 9.6), (30.4, 30.4)])
    hand.drag([(39.6, 9.6), (43.4, 13.4)])
    hand.take(verbs.drop_small(0.2)(hand.scene()))
    assert held(hand).sum() == 21 * 21


def test_what_lies_on_one_slice_keeps_to_it() -> None:
    """Of a slice alone in the volume a smoothing or shrinking through slices would leave nothing,
    and no hole is shut in by the slices beside it."""
    for verb, stays in (
        (verbs.smooth(1.0), (20, 20)),
        (verbs.vote(2.0), (20, 20)),
        (verbs.shrink(2.0), (20, 20)),
        (verbs.grow(2.0), (8, 20)),
        (verbs.fill_holes(flat=False), (15, 15)),
    ):
        hand = deep_hand(box_scissors(), FILLS)
        hand.drag([(9.6, 9.6), (30.4, 30.4)])
        hand.tool, hand.brush_mm = EraserTool(), 1.0
        hand.click(15, 15)
        hand.take(verb(hand.scene()))
        bits = held(hand)
        assert np.flatnonzero(bits.any(axis=(1, 2))).tolist() == [10]
        assert bits[10, stays[1], stays[0]]
        assert hand.said == []


@pytest.mark.parametrize("verb", [verbs.shrink(15.0), verbs.drop_small(900.0)])
def test_a_verb_that_would_leave_nothing_says_so(verb: verbs.Verb) -> None:
    hand = blocks()
    before = held(hand)
    hand.take(verb(hand.scene()))
    assert hand.said == [verbs.NOTHING_LEFT.text]
    assert np.array_equal(held(hand), before)


def on_slices(count: int) -> Hand:
    """A disc of 24 mm on so many slices of 1 mm."""
    image = stacked(image_of(np.zeros((20, 40, 60), np.int16), matrix=axial((1.0, 1.0, 1.0))))
    hand = Hand(BrushTool(), image=image, index=8, brush_mm=24.0)
    hand.click(30, 20)
    for _ in range(count - 1):
        hand.take(verbs.copy_to_slice(1)(hand.scene()))
    return hand


@pytest.mark.parametrize("slices", [1, 2])
@pytest.mark.parametrize("verb", [verbs.smooth(1.0), verbs.vote(1.0), verbs.shrink(2.0)])
def test_what_is_drawn_on_a_few_slices_is_reshaped_within_them(
    verb: verbs.Verb, slices: int
) -> None:
    hand = on_slices(slices)
    before = held(hand)[8].copy()
    hand.take(verb(hand.scene()))
    after = held(hand)
    assert sorted(set(np.nonzero(after)[0])) == list(range(8, 8 + slices))
    assert not (after[8] & ~before).any()
    assert after[8].sum() > 0.65 * before.sum()  # a disc of 20 mm has 0.69 of one of 24
    assert (after[8] == after[7 + slices]).all()


def test_one_slice_grows_within_itself_and_a_body_through_slices() -> None:
    hand = on_slices(1)
    hand.take(verbs.grow(2.0)(hand.scene()))
    assert set(np.nonzero(held(hand))[0]) == {8}
    assert held(hand)[8, 20, 16]
    hand = on_slices(2)
    hand.take(verbs.grow(2.0)(hand.scene()))
    assert set(np.nonzero(held(hand))[0]) == set(range(6, 12))


def test_a_body_is_reshaped_through_slices_and_a_contour_of_the_same_mark_is_not() -> None:
    hand = on_slices(8)
    hand.index = 2
    hand.click(30, 20)
    hand.take(verbs.shrink(2.0)(hand.scene()))
    assert set(np.nonzero(held(hand))[0]) == {2, *range(10, 14)}


def test_where_nothing_would_be_left_the_mark_stays() -> None:
    hand = on_slices(1)
    before, edits = held(hand), len(hand.edits)
    hand.take(verbs.shrink(20.0)(hand.scene()))
    hand.take(verbs.drop_small(10.0)(hand.scene()))
    assert hand.said == ["Nothing would be left: the mark is as it was."] * 2
    assert np.array_equal(held(hand), before)
    assert len(hand.edits) == edits


def test_of_masks_that_leave_nothing_the_first_one_stays() -> None:
    hand = on_slices(1)
    hand.selected, hand.label, hand.brush_mm = "", "effusion", 36.0
    hand.click(30, 20)
    hand.selected, hand.also = "m1", frozenset({"m2"})
    edits = len(hand.edits)
    hand.take(verbs.subtract()(hand.scene()))
    hand.index, hand.selected, hand.also, hand.label = 3, "", frozenset(), "cyst"
    hand.click(30, 20)
    edits += 1
    hand.selected, hand.also = "m1", frozenset({"m3"})
    hand.take(verbs.intersect()(hand.scene()))
    assert hand.said == ["Nothing would be left: the mark is as it was."] * 2
    assert len(hand.edits) == edits


def test_a_hole_of_one_slice_is_flat() -> None:
    hand = on_slices(1)
    hand.tool, hand.brush_mm = EraserTool(), 8.0
    hand.click(30, 20)
    assert not held(hand)[8, 20, 30]
    hand.take(verbs.fill_holes(flat=False)(hand.scene()))
    assert held(hand)[8, 20, 30]


def test_a_tube_that_is_open_says_which_holes_are_filled_slice_by_slice() -> None:
    hand = on_slices(1)
    hand.tool, hand.brush_mm = EraserTool(), 8.0
    hand.click(30, 20)
    hand.take(verbs.copy_to_slice(1)(hand.scene()))
    hand.take(verbs.fill_holes(flat=False)(hand.scene()))
    assert hand.said == [verbs.NO_HOLE.text]
    hand.take(verbs.fill_holes(flat=True)(hand.scene()))
    assert held(hand)[8:10, 20, 30].all()
