"""Which marks the keys are about."""

from __future__ import annotations

from msgspec.structs import replace

from labeler.model.document import with_flag
from labeler.ui.reading.chosen_marks import ChosenMarks
from labeler.viewing.paint_tools import BrushTool
from labeler.viewing.shape_tools import box_tool
from tests.support.reading_in_memory import ReadingInMemory
from tests.support.scenes import Hand


def test_all_marks_of_a_slice_are_those_that_are_seen_on_it() -> None:
    hand = Hand(BrushTool())
    hand.click(20, 15)
    hand.index, hand.tool = 1, box_tool()
    hand.drag([(10, 10), (30, 20)])
    painted, box = hand.document.marks
    chosen = ChosenMarks(ReadingInMemory(lambda _change: None), hand.scene, hand.take)
    for index, seen in ((1, box.id), (0, painted.id), (2, "")):
        hand.index = index
        chosen.all_here()
        assert (hand.selected, hand.also) == (seen, frozenset())


def test_what_arrows_may_move_follows_locks_slices_and_the_selection() -> None:
    hand = Hand(box_tool())
    for left in (10, 30):
        hand.drag([(left, 10), (left + 10, 20)])
    first, second = (mark.id for mark in hand.document.marks)
    chosen = ChosenMarks(ReadingInMemory(lambda _change: None), hand.scene, hand.take)

    def reach() -> tuple[bool, bool]:
        assert (chosen.can_nudge, chosen.can_move) == (chosen.can_nudge, chosen.can_move)
        return chosen.can_nudge, chosen.can_move

    def lock(name: str, *, on: bool) -> None:
        marks = hand.document.marks
        held = (with_flag(one, "locked", on=on) if one.id == name else one for one in marks)
        hand.document = replace(hand.document, marks=tuple(held))

    assert reach() == (False, False)
    chosen.choose(first)
    assert reach() == (True, True)
    lock(first, on=True)
    assert reach() == (True, False)
    chosen.choose(first, frozenset({second}))
    assert reach() == (True, True)
    lock(second, on=True)
    assert reach() == (True, False)
    hand.index = 1
    assert reach() == (False, False)
    hand.index = 0
    lock(second, on=False)
    assert reach() == (True, True)
    chosen.choose("")
    assert reach() == (False, False)
