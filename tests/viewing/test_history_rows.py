"""The tree of a history as rows: as a slow walk of it finds them, whatever was done."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from labeler.model import history as history_module
from labeler.model.document import Mark, empty_document
from labeler.model.edits import AddMark, PaintMask, ReplaceMark, SetNoFinding
from labeler.model.frames import FrameRef
from labeler.model.history import History, Node, advance, replay, upwards
from labeler.model.mask_states import painted, unpainted
from labeler.model.shapes import PaintedMask
from labeler.model.steps import Do, Go, Redo, Step, Undo
from labeler.viewing import history_marks
from labeler.viewing.history_rows import HistoryRows, Standing
from tests.support.histories import as_restored

EMPTY = empty_document("0" * 64)
PAST, PRESENT, UNDONE, BRANCH = (
    Standing.DONE,
    Standing.PRESENT,
    Standing.UNDONE,
    Standing.BRANCH,
)


def flip(history: History) -> Step:
    was = history.document.no_finding
    return Do(SetNoFinding(was, not was))


def slow_rows(history: History) -> list[tuple[int, Standing, int]]:
    """Every branch is walked to where it leaves the line."""
    line = history.branch()
    depths = {node.seq: node.depth for node in line}
    now = history.at.depth if history.at else 0
    leaves: dict[int, list[tuple[int, int]]] = {}
    for tip in history.other_tips():
        shared = [node.depth for node in upwards(tip) if node.seq in depths]
        at = shared[0] if shared else 0
        leaves.setdefault(at, []).append((tip.seq, tip.depth - at))
    rows = []
    for depth, seq in enumerate((0, *(node.seq for node in line))):
        standing = PRESENT if depth == now else PAST if depth < now else UNDONE
        rows.append((seq, standing, 1))
        rows += [(tip, BRANCH, edits) for tip, edits in sorted(leaves.get(depth, ()))]
    return rows


@settings(deadline=None, max_examples=80)
@given(st.lists(st.sampled_from("dduurg"), max_size=40), st.data())
def test_rows_are_as_a_slow_walk_finds_them(kinds: list[str], data: st.DataObject) -> None:
    history, rows = History(EMPTY), HistoryRows()
    done = [0]
    rows.show(history)
    for kind in kinds:
        step: Step = flip(history)
        if kind == "u" and history.can_undo:
            step = Undo()
        elif kind == "r" and history.can_redo:
            step = Redo()
        elif kind == "g":
            step = Go(data.draw(st.sampled_from(done)))
        history = advance(history, step)
        done += [history.taken] if isinstance(step, Do) else []
        before = len(rows)
        came = rows.show(history)
        assert came is None or len(rows) == before + came
        found = [rows.row(number) for number in range(len(rows))]
        assert [(row.seq, row.standing, row.edits) for row in found] == slow_rows(history)
        assert found[rows.present].standing is PRESENT


def test_a_mark_is_called_as_it_was_when_it_was_painted() -> None:
    frame, grid, delta = FrameRef("1.2", "1.2.3", 0), (1, 9, 9), "ab" * 32
    blank = unpainted(grid)
    once, twice = painted(blank, grid, delta), painted(painted(blank, grid, delta), grid, delta)
    first = Mark("a", "nodule", frame, blank)
    steps: list[Step] = [
        Do(AddMark(0, first)),
        Do(PaintMask("a", blank, once, delta)),
        Do(ReplaceMark(Mark("a", "nodule", frame, once), Mark("a", "effusion", frame, once))),
        Do(PaintMask("a", once, twice, delta)),
    ]
    history = History(EMPTY)
    for step in steps:
        history = advance(history, step)
    rows = HistoryRows()
    rows.show(history)
    labels = []
    for number in (2, 4):
        node = rows.row(number).node
        assert node is not None
        mark = rows.mark("a", node)
        assert mark is not None
        labels.append(mark.label)
    assert labels == ["nodule", "effusion"]


def test_a_mark_of_a_branch_is_called_as_it_was_there() -> None:
    frame, grid, delta = FrameRef("1.2", "1.2.3", 0), (1, 9, 9), "ab" * 32
    blank = unpainted(grid)
    once = painted(blank, grid, delta)
    plain, other = Mark("a", "nodule", frame, blank), Mark("a", "effusion", frame, blank)
    steps: list[Step] = [
        Do(AddMark(0, plain)),
        Do(SetNoFinding(False, True)),
        Do(PaintMask("a", blank, once, delta)),
        Go(1),
        Do(ReplaceMark(plain, other)),
    ]
    rows = HistoryRows()
    rows.show(replay(EMPTY, [(0, step) for step in steps]))
    (branch,) = [row for n in range(len(rows)) if (row := rows.row(n)).standing is BRANCH]
    assert branch.node is not None
    mark = rows.mark("a", branch.node)
    assert mark is not None
    assert mark.label == "nodule", "the line gave it another label, the branch did not"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from("paintlug"), min_size=4, max_size=60), st.data())
def test_marks_are_called_as_a_slow_walk_finds_them(kinds: list[str], data: st.DataObject) -> None:
    history, rows = painted_and_renamed(kinds, data), HistoryRows()
    rows.show(history)
    nodes = [node for n in range(len(rows)) if (node := rows.row(n).node) is not None]
    for node in data.draw(st.permutations(nodes)):
        for mark_id in ("a", "b"):
            found = rows.mark(mark_id, node)
            assert (found and found.label) == slow_label(mark_id, node)


def painted_and_renamed(kinds: list[str], data: st.DataObject) -> History:
    """Two marks, painted, renamed, taken away, with undos and jumps; kept as the journal has it."""
    frame, grid, delta = FrameRef("1.2", "1.2.3", 0), (1, 9, 9), "ab" * 32
    history = History(EMPTY)
    done = [0]
    for number, kind in enumerate(kinds):
        marks = history.document.marks
        step: Step = flip(history)
        name = "ab"[number % 2]
        mark = next((mark for mark in marks if mark.id == name), None)
        if kind == "g":
            step = Go(data.draw(st.sampled_from(done)))
        elif kind == "u" and history.can_undo:
            step = Undo()
        elif mark is None and kind in "ai":
            step = Do(AddMark(len(marks), Mark(name, "nodule", frame, unpainted(grid))))
        elif mark is not None and kind == "l":
            step = Do(ReplaceMark(mark, replace(mark, label=f"l{number}")))
        elif mark is not None and isinstance(mark.shape, PaintedMask):
            step = Do(PaintMask(name, mark.shape, painted(mark.shape, grid, delta), delta))
        history = advance(history, step)
        done += [history.taken] if isinstance(step, Do) else []
    return as_restored(history)


def slow_label(mark_id: str, node: Node) -> str | None:
    for before in upwards(node):
        match before.edit:
            case AddMark(_, mark) | ReplaceMark(_, mark) if mark.id == mark_id:
                return mark.label
            case _:
                pass
    return None


def test_a_long_history_is_not_unpacked_to_show_some_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    frame, grid, delta = FrameRef("1.2", "1.2.3", 0), (1, 9, 9), "ab" * 32
    shape = unpainted(grid)
    steps: list[Step] = [Do(AddMark(0, Mark("a", "nodule", frame, shape)))]
    for _ in range(3000):
        after = painted(shape, grid, delta)
        steps.append(Do(PaintMask("a", shape, after, delta)))
        shape = after
    history = as_restored(replay(EMPTY, [(0, step) for step in steps]))
    unpacked: list[bytes] = []
    whole = history_module.edit_of_entry
    monkeypatch.setattr(
        history_module, "edit_of_entry", lambda entry: unpacked.append(entry) or whole(entry)
    )
    rows = HistoryRows()
    rows.show(history)
    shown = range(2950, 2990)
    for number in (*shown, *reversed(shown)):
        node = rows.row(number).node
        assert node is not None
        mark = rows.mark("a", node)
        assert mark is not None
    assert len(unpacked) < 20, "only what tells the mark's label"


def test_what_edits_do_not_tell_is_kept_within_bounds() -> None:
    frame, blank = FrameRef("1.2", "1.2.3", 0), unpainted((1, 9, 9))
    history = History(EMPTY)
    names = [f"m{number}" for number in range(120)]
    for number, name in enumerate(names):
        history = advance(history, Do(AddMark(number, Mark(name, "nodule", frame, blank))))
    rows = HistoryRows()
    rows.show(history)
    last = rows.row(len(rows) - 1).node
    assert last is not None
    for name in names:
        mark = rows.mark(name, last)
        assert mark is not None
        assert mark.id == name
    assert 0 < history_marks.READ < 120 * 119 // 2
    assert len(rows._marks._read) <= history_marks.READ


def test_a_mark_of_another_branch_is_known_too() -> None:
    frame, grid, delta = FrameRef("1.2", "1.2.3", 0), (1, 9, 9), "ab" * 32
    blank = unpainted(grid)
    steps: list[Step] = [
        Do(AddMark(0, Mark("a", "nodule", frame, blank))),
        Do(PaintMask("a", blank, painted(blank, grid, delta), delta)),
        Go(0),
        Do(SetNoFinding(False, True)),
    ]
    history = History(EMPTY)
    for step in steps:
        history = advance(history, step)
    rows = HistoryRows()
    rows.show(history)
    (branch,) = [row for n in range(len(rows)) if (row := rows.row(n)).standing is BRANCH]
    assert (branch.seq, branch.edits) == (2, 2)
    assert branch.node is not None
    mark = rows.mark("a", branch.node)
    assert mark is not None
    assert mark.label == "nodule"
