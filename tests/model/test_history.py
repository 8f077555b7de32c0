from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.document import Document, Mark, empty_document
from labeler.model.edit_rules import (
    MANY,
    apply_edit,
    find_answer,
    inverse,
    removal,
    touched_marks,
)
from labeler.model.edits import (
    AddMark,
    Edit,
    RemoveMark,
    ReplaceMark,
    SetAnswer,
    SetNoFinding,
    Together,
)
from labeler.model.forms import Answer
from labeler.model.frames import FrameRef
from labeler.model.history import History, Node, advance, replay, upwards
from labeler.model.shapes import Box, Length
from labeler.model.steps import Amend, Do, Go, Here, Left, Redo, Step, Undo

EMPTY = empty_document("0" * 64)
FRAME = FrameRef("1.2", "1.2.3", 0)


def mark(name: str, x: int = 0) -> Mark:
    return Mark(name, "nodule", FRAME, Length((x, 0), (x + 1000, 0)))


@st.composite
def edits(draw: st.DrawFn, document: Document) -> Edit:
    """Any edit that fits the document."""
    kind = draw(st.sampled_from(["add", "answer", "flag", "remove", "replace"]))
    if kind == "remove" and document.marks:
        return removal(document, draw(st.sampled_from(document.marks)).id)
    if kind == "replace" and document.marks:
        before = draw(st.sampled_from(document.marks))
        x = draw(st.integers(0, 9))
        box = Box((x, 0), (x + 5, 5))
        after = msgspec.structs.replace(before, shape=box, label=f"label{x}")
        if after != before:
            return ReplaceMark(before, after)
    if kind == "answer":
        question = draw(st.sampled_from(["a", "b", "c"]))
        before_answer = find_answer(document, question)
        value = draw(st.integers(0, 5).filter(lambda v: Answer(question, v) != before_answer))
        after_answer = Answer(question, value) if value or before_answer is None else None
        return SetAnswer(before_answer, after_answer)
    if kind == "flag":
        return SetNoFinding(document.no_finding, not document.no_finding)
    taken = {m.id for m in document.marks}
    name = next(f"m{i}" for i in range(99) if f"m{i}" not in taken)
    return AddMark(draw(st.integers(0, len(document.marks))), mark(name))


def timed(steps: Sequence[Step]) -> list[tuple[int, Step]]:
    """One second apart."""
    return list(enumerate(steps, start=1))


@st.composite
def walks(draw: st.DrawFn) -> list[tuple[Step, Document]]:
    """Steps that are possible one after the other, each with the document after it."""
    history, walk = History(EMPTY), []
    for _ in range(draw(st.integers(1, 25))):
        kind = draw(st.sampled_from(["do", "do", "undo", "redo"]))
        step: Step
        if kind == "undo" and history.can_undo:
            step = Undo()
        elif kind == "redo" and history.can_redo:
            step = Redo()
        else:
            step = Do(draw(edits(history.document)))
        history = advance(history, step)
        walk.append((step, history.document))
    return walk


@settings(deadline=None, max_examples=60)
@given(walks())
def test_any_prefix_replays_to_the_same_and_undo_leads_all_the_way_back(
    walk: list[tuple[Step, Document]],
) -> None:
    steps = [step for step, _ in walk]
    for length, (_, document) in enumerate(walk, start=1):
        assert replay(EMPTY, timed(steps[:length])).document == document
    history = replay(EMPTY, timed(steps))
    depth = 0
    while history.can_undo:
        history, depth = advance(history, Undo()), depth + 1
    assert history.document == EMPTY
    for _ in range(depth):
        history = advance(history, Redo())
    assert history.document == walk[-1][1]


@settings(deadline=None, max_examples=60)
@given(walks(), st.data())
def test_an_edit_and_its_inverse_change_nothing(
    walk: list[tuple[Step, Document]], data: st.DataObject
) -> None:
    document = walk[-1][1]
    edit = data.draw(edits(document))
    after = apply_edit(document, edit)
    assert after != document
    assert apply_edit(after, inverse(edit)) == document
    assert inverse(inverse(edit)) == edit


ONE = apply_edit(EMPTY, AddMark(0, mark("m0")))


@pytest.mark.parametrize(
    ("document", "edit"),
    [
        (EMPTY, AddMark(1, mark("m0"))),
        (EMPTY, AddMark(-1, mark("m0"))),
        (ONE, AddMark(0, mark("m0", 7))),
        (EMPTY, RemoveMark(0, mark("m0"))),
        (ONE, RemoveMark(0, mark("m0", 7))),
        (ONE, ReplaceMark(mark("m0", 7), mark("m0"))),
        (ONE, ReplaceMark(mark("m0"), mark("m0"))),
        (ONE, ReplaceMark(mark("m0"), mark("m1"))),
        (ONE, ReplaceMark(mark("m1"), mark("m1", 7))),
        (EMPTY, SetAnswer(None, None)),
        (EMPTY, SetAnswer(Answer("a", 1), None)),
        (EMPTY, SetAnswer(Answer("a", 1), Answer("b", 1))),
        (EMPTY, SetNoFinding(True, False)),
        (EMPTY, SetNoFinding(False, False)),
    ],
)
def test_an_edit_made_for_another_document_is_refused(document: Document, edit: Edit) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        apply_edit(document, edit)


def test_a_new_edit_leaves_what_could_be_redone_as_a_branch() -> None:
    history = replay(EMPTY, timed([Do(AddMark(0, mark("m0"))), Undo()]))
    assert history.redo_name == "add-mark"
    history = advance(history, Do(SetNoFinding(False, True)))
    assert not history.can_redo
    assert history.undo_name == "set-no-finding"
    assert [node.seq for node in history.other_tips()] == [1]
    with pytest.raises(ValueError, match="nothing to redo"):
        advance(history, Redo())
    with pytest.raises(ValueError, match="nothing to undo"):
        advance(History(EMPTY), Undo())


def test_answers_stay_sorted() -> None:
    document = EMPTY
    for question in "cab":
        document = apply_edit(document, SetAnswer(None, Answer(question, 1)))
    assert [answer.question for answer in document.answers] == ["a", "b", "c"]


def test_a_long_day_undoes_and_is_forgotten_without_trouble() -> None:
    history = replay(
        EMPTY, timed([Do(SetNoFinding(bool(i % 2), not i % 2)) for i in range(60_000)])
    )
    for _ in range(60_000):
        history = advance(history, Undo())
    assert history.document == EMPTY
    del history


@settings(deadline=None, max_examples=60)
@given(walks(), st.data())
def test_any_point_can_be_gone_to_and_no_branch_is_lost(
    walk: list[tuple[Step, Document]], data: st.DataObject
) -> None:
    history, after = History(EMPTY), {0: EMPTY}
    for step, _ in walk:
        history = advance(history, step)
        if isinstance(step, Do):
            after[history.taken] = history.document
    for to in data.draw(st.lists(st.sampled_from(sorted(after)), max_size=8)):
        history = advance(history, Go(to))
        assert history.document == after[to]
        reachable = {0}
        for tip in reach_tips(history):
            reachable |= {node.seq for node in upwards(tip)}
        assert reachable == set(after)
        assert history.can_redo == any(
            node.parent is history.at for tip in reach_tips(history) for node in upwards(tip)
        )


def reach_tips(history: History) -> tuple[Node | None, ...]:
    return (history.tip, *history.other_tips())


def further(before: Mark, x: int) -> ReplaceMark:
    return ReplaceMark(before, msgspec.structs.replace(before, shape=Box((x, x), (x + 5, x + 5))))


def test_a_move_that_goes_on_is_one_edit() -> None:
    first = mark("m0")
    steps = [Do(AddMark(0, first)), Do(further(first, 1)), Amend(further(first, 2))]
    history = replay(EMPTY, timed([*steps, Amend(further(first, 3))]))
    assert history.document.marks[0].shape == Box((3, 3), (8, 8))
    assert history.at is not None
    assert (history.at.depth, history.at.seq, history.taken) == (2, 4, 4)
    assert [node.seq for node in history.branch()] == [1, 4]
    back = advance(history, Undo())
    assert back.document.marks == (first,)
    assert advance(back, Redo()).document == history.document
    with pytest.raises(ValueError, match="did no edit"):
        advance(history, Go(2))
    branched = advance(advance(back, Do(further(first, 7))), Amend(further(first, 8)))
    assert [tip.seq for tip in branched.other_tips()] == [4]


def test_only_a_move_that_was_just_done_goes_on() -> None:
    first, other = mark("m0"), mark("m1")
    begun = replay(EMPTY, timed([Do(AddMark(0, first)), Do(AddMark(1, other))]))
    moved = advance(begun, Do(further(first, 1)))
    label = ReplaceMark(first, msgspec.structs.replace(first, label="cyst"))
    wrong: list[tuple[History, Edit]] = [
        (begun, further(first, 2)),
        (moved, further(other, 2)),
        (moved, Together("move-marks", (further(first, 2), further(other, 2)))),
        (moved, label),
        (moved, removal(begun.document, "m0")),
        (moved, ReplaceMark(first, first)),
        (advance(moved, Undo()), further(first, 2)),
        (advance(moved, Do(further(other, 1))), further(first, 2)),
        (advance(begun, Do(label)), label),
    ]
    for history, edit in wrong:
        with pytest.raises(ValueError):  # noqa: PT011  each for its own reason
            advance(history, Amend(edit))
    undone = advance(advance(moved, Do(further(other, 1))), Undo())
    with pytest.raises(ValueError, match="the last edit"):
        advance(undone, Amend(further(first, 2)))
    with pytest.raises(ValueError, match="the last edit"):
        advance(History(EMPTY), Amend(further(first, 2)))


def test_what_was_not_an_edit_cannot_be_gone_to() -> None:
    history = replay(EMPTY, timed([Do(AddMark(0, mark("m0"))), Undo()]))
    for to in (2, 3):
        with pytest.raises(ValueError, match="did no edit"):
            advance(history, Go(to))


def test_several_changes_are_one_edit() -> None:
    both = Together("boxes", (AddMark(0, mark("m0")), AddMark(1, mark("m1"))))
    history = advance(History(EMPTY), Do(both))
    assert [m.id for m in history.document.marks] == ["m0", "m1"]
    assert history.undo_name == "boxes"
    assert advance(history, Undo()).document == EMPTY
    assert touched_marks(both) == ("m0", "m1")


def test_signs_of_presence_change_nothing_but_the_count_and_the_time() -> None:
    history = replay(EMPTY, [(0, Here()), (10, Do(AddMark(0, mark("m0")))), (30, Left())])
    assert (history.taken, history.walked) == (3, 2)
    assert history.time.active_s == 30
    node = history.at
    assert node is not None
    assert (node.seq, node.at) == (2, 10)
    again = advance(advance(history, Here(), 500), Undo(), 510)
    assert (again.taken, again.walked, again.time.active_s) == (5, 5, 40)
    assert again.document == EMPTY


@settings(deadline=None, max_examples=60)
@given(st.integers(MANY, 3 * MANY), st.data())
def test_many_at_once_are_what_they_are_one_after_the_other(
    count: int, data: st.DataObject
) -> None:
    marks = tuple(mark(f"m{n}", n) for n in range(count))
    document = msgspec.structs.replace(EMPTY, marks=marks)
    order = data.draw(st.permutations(range(count)))
    replaced = tuple(
        ReplaceMark(marks[n], msgspec.structs.replace(marks[n], label="b")) for n in order
    )
    gone: list[RemoveMark] = []
    left = list(marks)
    for n in order[: MANY + 2]:
        at = left.index(marks[n])
        gone.append(RemoveMark(at, left.pop(at)))
    for edits in (replaced, tuple(gone)):
        one_by_one = document
        for edit in edits:
            one_by_one = apply_edit(one_by_one, edit)
        together = Together("many", edits)
        assert apply_edit(document, together) == one_by_one
        assert apply_edit(one_by_one, inverse(together)) == document
        with pytest.raises(ValueError, match=r"m\d+ is not"):
            apply_edit(one_by_one, together)
