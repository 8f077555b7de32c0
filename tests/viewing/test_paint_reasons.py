"""A tool that paints, takes away or cuts either does something or says in a line what to do."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from labeler.model.document import with_flag
from labeler.viewing import mask_verbs as verbs
from labeler.viewing import paint_reasons as reasons
from labeler.viewing.fill_tool import FillTool
from labeler.viewing.locks import HIDDEN_TOO, NEW_ONE
from labeler.viewing.paint_options import Cutting, PaintOptions, Where
from labeler.viewing.paint_tools import BrushTool, EraserTool, ThresholdTool
from labeler.viewing.scissors import box_scissors, lasso_scissors
from labeler.viewing.shape_tools import box_tool
from tests.support.scenes import Hand
from tests.viewing.test_paint_ways import deep_hand, held


def two_marks() -> Hand:
    """A nodule at the left, an effusion at the right, which is selected."""
    hand = deep_hand(BrushTool())
    hand.click(12, 20)
    hand.selected, hand.label = "", "effusion"
    hand.click(45, 20)
    hand.tool = EraserTool()
    return hand


def flagged(hand: Hand, flag: str, *, on: bool = True) -> None:
    marks = tuple(with_flag(mark, flag, on=on) for mark in hand.document.marks)  # type: ignore[arg-type]
    hand.document = msgspec.structs.replace(hand.document, marks=marks)


def flagged_one(hand: Hand, name: str, flag: str) -> None:
    marks = tuple(
        with_flag(mark, flag, on=True) if mark.id == name else mark  # type: ignore[arg-type]
        for mark in hand.document.marks
    )
    hand.document = msgspec.structs.replace(hand.document, marks=marks)


def test_the_eraser_takes_from_what_it_meets_whatever_is_selected() -> None:
    hand = two_marks()
    hand.brush_mm = 1.5
    hand.drag([(12, 20), (45, 20)])
    assert not held(hand, 0)[10, 20, 12]
    assert held(hand, 1)[10, 20, 45]  # a stroke is about one mark
    assert (hand.selected, hand.said) == ("m1", [])


def test_where_two_marks_lie_the_eraser_takes_from_the_selected_one() -> None:
    hand = two_marks()
    hand.tool = BrushTool()
    hand.click(12, 20)  # of the second one, over the first
    hand.tool = EraserTool()
    for name in ("m1", "m2"):
        hand.selected = name
        before = [held(hand, n).sum() for n in (0, 1)]
        hand.click(13 if name == "m1" else 11, 20)
        after = [held(hand, n).sum() for n in (0, 1)]
        assert [b > a for b, a in zip(before, after, strict=True)] == [name == "m1", name == "m2"]


def test_the_eraser_says_why_it_takes_nothing() -> None:
    hand = two_marks()
    hand.drag([(28, 35), (30, 35)])
    assert hand.said == [reasons.NO_PAINT.text]
    flagged(hand, "locked")
    hand.click(12, 20)
    assert hand.said[1:] == [reasons.LOCKED.text]
    hand = two_marks()
    flagged(hand, "hidden")
    hand.click(45, 20)
    assert hand.said == [reasons.HIDDEN.text]
    assert len(hand.edits) == 2


AROUND = [(45, 20), (52, 15), (52, 25), (40, 25)]


@pytest.mark.parametrize("tool", [BrushTool, ThresholdTool, FillTool, lasso_scissors])
@pytest.mark.parametrize("selected", [True, False])
def test_paint_beside_a_locked_mark_begins_a_new_one_and_says_so(
    tool: object, selected: bool
) -> None:
    """Once: the new mark is selected, and goes on."""
    options = PaintOptions(low=-2000, high=3000, cutting=Cutting.FILL)
    hand = deep_hand(BrushTool(), options)
    hand.click(45, 20)
    flagged(hand, "locked")
    hand.selected, hand.brush_mm, hand.tool = "m1" if selected else "", 8.0, tool()  # type: ignore[operator]
    before = hand.document.marks[0]
    hand.drag(AROUND)
    assert hand.said == [NEW_ONE.text]
    assert (hand.selected, hand.document.marks[0], len(hand.document.marks)) == ("m2", before, 2)
    hand.drag([(x - 4, y) for x, y in AROUND])
    assert hand.said == [NEW_ONE.text]
    assert len(hand.document.marks) == 2


@pytest.mark.parametrize("tool", [BrushTool, ThresholdTool, FillTool, lasso_scissors])
def test_paint_on_a_hidden_mark_says_that_it_is_not_seen(tool: object) -> None:
    options = PaintOptions(low=-2000, high=3000, cutting=Cutting.FILL)
    hand = deep_hand(BrushTool(), options)
    hand.click(45, 20)
    flagged(hand, "hidden")
    hand.selected, hand.brush_mm, hand.tool = "m1", 8.0, tool()  # type: ignore[operator]
    hand.drag(AROUND)
    assert hand.said == [HIDDEN_TOO.text]
    assert len(hand.document.marks) == 1
    flagged(hand, "hidden", on=False)
    hand.drag([(x - 4, y) for x, y in AROUND])
    assert hand.said == [HIDDEN_TOO.text]


def test_paint_of_another_label_or_elsewhere_speaks_of_no_lock() -> None:
    hand = deep_hand(BrushTool())
    hand.click(45, 20)
    flagged(hand, "locked")
    hand.selected = ""
    hand.click(12, 20)
    hand.selected, hand.label = "m1", "effusion"
    hand.click(45, 20)
    assert (hand.said, len(hand.document.marks)) == ([], 3)


def test_the_eraser_takes_from_no_other_mark_where_the_selected_one_is_locked() -> None:
    """It was meant; the one below would lose what nobody wanted to take."""
    hand = two_marks()
    hand.tool = BrushTool()
    hand.selected, hand.label = "", "nodule"
    hand.click(45, 20)
    flagged_one(hand, hand.selected, "locked")
    hand.tool = EraserTool()
    hand.click(45, 20)
    assert hand.said == [reasons.LOCKED.text]
    assert len(hand.edits) == 3
    hand.click(12, 20)  # nothing of the locked one lies there
    assert len(hand.edits) == 4


@pytest.mark.parametrize("tool", [EraserTool, FillTool, lasso_scissors])
def test_an_outline_is_no_paint_to_take_away(tool: object) -> None:
    hand = deep_hand(box_tool())
    hand.drag([(10, 10), (30, 30)])
    hand.tool = tool()  # type: ignore[operator]
    hand.drag([(20, 15), (25, 15), (25, 20)], ctrl=True)
    assert hand.said == [reasons.OUTLINE.text]


def test_paint_beside_the_image_is_told() -> None:
    for tool in (BrushTool(), FillTool(), lasso_scissors(), box_scissors()):
        hand = deep_hand(tool)
        hand.drag([(-30, -30), (-25, -30), (-25, -25)])
        assert (hand.said, hand.edits) == ([reasons.BESIDE.text], [])


def test_rules_that_forbid_all_of_a_stroke_are_told() -> None:
    hand = deep_hand(BrushTool(), PaintOptions(where=Where.INSIDE))
    hand.click(30, 20)
    assert hand.said == [reasons.KEPT_INSIDE.text]
    hand.paint = PaintOptions()
    hand.click(30, 20)
    hand.label, hand.selected, hand.brush_mm = "effusion", "", 1.0
    hand.paint = PaintOptions(where=Where.OUTSIDE, of="nodule")
    hand.click(30, 20)
    assert hand.said[1:] == [reasons.KEPT_OUTSIDE.text]
    flagged(hand, "locked")
    hand.paint = PaintOptions(alone=True)
    hand.click(30, 20)
    assert hand.said[2:] == [reasons.LOCKED.text]
    flagged(hand, "locked", on=False)
    flagged(hand, "hidden")
    hand.click(30, 20)
    assert hand.said.pop() == reasons.HIDDEN.text
    flagged(hand, "locked")
    hand.tool, hand.paint = ThresholdTool(), PaintOptions(alone=True, low=5.0, high=5000.0)
    hand.click(30, 20)
    assert hand.said[3:] == [reasons.LOCKED.text]
    hand.paint = PaintOptions(low=5.0, high=50.0)
    hand.click(30, 20)
    assert hand.said[4:] == ["No value there lies between 5 and 50 HU: choose another range."]
    assert len(hand.edits) == 1


def test_ones_own_paint_is_no_other_paint_to_stay_inside_of() -> None:
    hand = deep_hand(BrushTool())
    hand.click(30, 20)
    hand.paint = PaintOptions(where=Where.INSIDE)
    hand.click(30, 20)
    assert (hand.said, len(hand.edits)) == ([reasons.KEPT_INSIDE.text], 1)


@pytest.mark.parametrize("ctrl", [False, True])
def test_filling_where_no_value_is_known_speaks_of_no_lock(ctrl: bool) -> None:
    hand = deep_hand(FillTool())
    hand.image = replace(hand.image, padding=(0.0, 0.0))
    hand.click(55, 35, ctrl=ctrl)
    assert hand.said == [reasons.NO_PAINT.text if ctrl else reasons.NO_VALUE.text]


def test_a_stroke_over_its_own_paint_says_nothing() -> None:
    hand = deep_hand(BrushTool(), PaintOptions(where=Where.OUTSIDE))
    hand.click(30, 20)
    hand.click(30, 20)
    assert (hand.said, len(hand.edits)) == ([], 1)


def test_filling_that_may_not_begin_there_says_so() -> None:
    hand = deep_hand(BrushTool())
    hand.click(25, 15)
    hand.tool, hand.label, hand.selected = FillTool(), "effusion", ""
    hand.paint = PaintOptions(where=Where.OUTSIDE)
    hand.click(25, 15)
    assert hand.said == [reasons.KEPT_OUTSIDE.text]
    hand.paint = PaintOptions()
    hand.click(55, 35, ctrl=True)  # the dark around the block holds no paint
    assert hand.said[1:] == [reasons.NO_PAINT.text]


def test_filling_with_ctrl_takes_what_it_floods_out_of_the_selected_mark() -> None:
    hand = deep_hand(BrushTool())
    hand.click(20, 20)  # half on the block, half in the dark
    hand.tool = FillTool()
    hand.click(55, 35, ctrl=True)
    assert hand.said == []
    assert held(hand)[10, 20, 21]
    assert not held(hand)[10, 20, 18]


@pytest.mark.parametrize("cutting", [Cutting.ERASE, Cutting.KEEP])
@pytest.mark.parametrize("deep", [False, True])
def test_scissors_that_cut_nothing_say_so(cutting: Cutting, deep: bool) -> None:
    hand = two_marks()
    hand.tool, hand.paint = box_scissors(), PaintOptions(cutting=cutting, deep=deep)
    hand.selected = ""
    hand.drag([(25, 30), (30, 35)])
    assert hand.said == [reasons.NO_PAINT.text]
    assert len(hand.edits) == 2


def test_deep_scissors_cut_the_selected_mark_where_another_slice_holds_it() -> None:
    hand = two_marks()
    hand.tool = box_scissors()
    hand.paint = PaintOptions(cutting=Cutting.ERASE, deep=True)
    hand.index = 12
    hand.drag([(44, 10), (59, 30)])
    assert hand.said == []
    assert not held(hand, 1)[10, 20, 45:].any()


def test_a_click_of_scissors_says_what_to_do() -> None:
    for tool in (lasso_scissors(), box_scissors()):
        hand = deep_hand(tool)
        hand.click(30, 20)
        assert hand.said == [reasons.DRAW_AROUND.text]


def test_what_is_done_to_a_mask_says_when_nothing_changed() -> None:
    hand = deep_hand(box_scissors(), PaintOptions(cutting=Cutting.FILL))
    hand.drag([(9.6, 9.6), (30.4, 30.4)])
    made = len(hand.edits)
    for verb in (verbs.keep_largest(), verbs.drop_small(0.001), verbs.fill_holes(flat=False)):
        hand.take(verb(hand.scene()))
    assert hand.said == [verbs.NO_CHANGE.text, verbs.NO_CHANGE.text, verbs.NO_HOLE.text]
    hand.tool, hand.selected, hand.label = box_scissors(), "", "effusion"
    hand.drag([(40, 30), (50, 35)])
    hand.selected, hand.also = "m1", frozenset({"m2"})
    hand.take(verbs.subtract()(hand.scene()))
    assert hand.said[3:] == [verbs.NO_CHANGE.text]
    assert len(hand.edits) == made + 1
    assert np.array_equal(held(hand)[10].sum(), 21 * 21)


def test_the_other_side_beside_the_image_is_told() -> None:
    hand = deep_hand(BrushTool())
    hand.click(12, 20)
    scene = hand.scene()
    outcome = verbs.mirror()(scene)
    assert outcome.later is not None
    gone = replace(scene, document=replace_marks(scene.document))
    found = outcome.later.work(lambda _done, _total: None)
    assert outcome.later.then(gone, found).say == verbs.CHANGED


def replace_marks(document: object) -> object:
    return msgspec.structs.replace(document, marks=())  # type: ignore[type-var]
