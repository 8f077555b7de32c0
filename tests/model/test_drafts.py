"""Many edits in one pass come to what one after the other comes to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.document import Mark, empty_document
from labeler.model.drafts import DocumentDraft
from labeler.model.edit_rules import apply_edit, single_edits
from labeler.model.edits import AddMark, RemoveMark, ReplaceMark
from labeler.model.frames import FrameRef
from labeler.model.history import History, Replay, advance
from labeler.model.shapes import PointMark
from labeler.model.steps import Amend, Do, Redo, Undo
from tests.support.profiles import ITEM
from tests.support.walks import Walk

FRAME = FrameRef("1.2", "1.2.3", 0)


def point(name: int, at: int = 0) -> Mark:
    return Mark(f"m{name}", "nodule", FRAME, PointMark((at, at)))


@pytest.mark.parametrize("seed", range(12))
def test_a_replay_is_the_history_of_each_step_after_the_other(seed: int) -> None:
    """Random edits, strokes, undo, redo, jumps and moves that go on."""
    walk = Walk(empty_document(ITEM), seed=seed)
    history, replay = History(empty_document(ITEM)), Replay(History(empty_document(ITEM)))
    for at, step in enumerate(walk.steps(150)):
        history = advance(history, step, at)
        replay.take(step, at)
        if at % 37 == 0:
            assert replay.history.document == history.document
    found = replay.history
    assert found.document == history.document == walk.history.document
    assert (found.taken, found.walked, found.time) == (history.taken, history.walked, history.time)
    assert [n.seq for n in found.branch()] == [n.seq for n in history.branch()]
    assert [n.seq for n in found.ahead()] == [n.seq for n in history.ahead()]
    assert [n.seq for n in found.other_tips()] == [n.seq for n in history.other_tips()]


@given(
    st.lists(st.tuples(st.sampled_from("arm"), st.integers(0, 9), st.integers(0, 9)), max_size=40)
)
@settings(max_examples=80, deadline=None)
def test_marks_put_in_and_taken_out_anywhere(moves: list[tuple[str, int, int]]) -> None:
    """What does not fit is refused by both, and changes neither."""
    document = empty_document(ITEM)
    draft = DocumentDraft(document)
    for number, (kind, name, place) in enumerate(moves):
        there = {mark.id: mark for mark in document.marks}
        old = there.get(f"m{name}", point(name))
        edit: AddMark | RemoveMark | ReplaceMark = AddMark(place, point(name, number))
        if kind == "r":
            edit = RemoveMark(place % max(len(document.marks), 1), old)
        elif kind == "m":
            edit = ReplaceMark(old, point(name, number + 100))
        try:
            document = apply_edit(document, edit)
        except ValueError as error:
            with pytest.raises(ValueError, match=str(error)[:20]):
                draft.apply((edit,))
        else:
            draft.apply((edit,))
        assert draft.document == document


def test_of_many_that_do_not_all_fit_none_is_done() -> None:
    draft = DocumentDraft(apply_edit(empty_document(ITEM), AddMark(0, point(1))))
    before = draft.document
    with pytest.raises(ValueError, match="exists already"):
        draft.apply((AddMark(1, point(2)), RemoveMark(0, point(1)), AddMark(0, point(2))))
    assert draft.document == before


def test_a_step_that_is_impossible_leaves_a_replay_as_it_was() -> None:
    replay = Replay(History(empty_document(ITEM)))
    replay.take(Do(AddMark(0, point(1))))
    for step, why in (
        (Redo(), "nothing to redo"),
        (Do(AddMark(0, point(1))), "exists already"),
        (Amend(AddMark(1, point(2))), "moved nothing"),
    ):
        with pytest.raises(ValueError, match=why):
            replay.take(step)
    assert (replay.history.taken, replay.history.document.marks) == (1, (point(1),))
    replay.take(Undo())
    with pytest.raises(ValueError, match="nothing to undo"):
        replay.take(Undo())
    assert replay.history.document.marks == ()
    assert single_edits(AddMark(0, point(1))) == (AddMark(0, point(1)),)
