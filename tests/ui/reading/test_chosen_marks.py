"""Which marks the keys are about."""

from __future__ import annotations

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
