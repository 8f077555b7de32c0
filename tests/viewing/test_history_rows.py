"""The tree of a history as rows: as a slow walk of it finds them, whatever was done."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.document import Mark, empty_document
from labeler.model.edits import AddMark, PaintMask, ReplaceMark, SetNoFinding
from labeler.model.frames import FrameRef
from labeler.model.history import History, advance, upwards
from labeler.model.mask_states import painted, unpainted
from labeler.model.steps import Do, Go, Redo, Step, Undo
from labeler.viewing.history_rows import HistoryRows, Standing

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
