"""The tree of a history as the rows of a list, each found when it is looked at."""

from __future__ import annotations

import enum
from bisect import bisect_left
from dataclasses import dataclass

from labeler.model.document import Mark
from labeler.model.history import History, Node, upwards
from labeler.viewing.history_marks import Ask, HistoryMarks, at_once


class Standing(enum.Enum):
    """How a row stands to the document as it is."""

    DONE = "done"
    PRESENT = "present"
    UNDONE = "undone"
    BRANCH = "branch"
    """The end of another branch, which begins at the row above."""


@dataclass(frozen=True, eq=False)
class HistoryRow:
    """`seq` is where it leads; `node` the edit it tells of, None at the beginning; `edits` how
    many lie on a branch."""

    seq: int
    node: Node | None
    standing: Standing
    edits: int = 1


class HistoryRows:
    """The beginning, the edits up to the tip, and after each the branches that leave it.

    `show` costs what changed; a row costs the same in a long history as in a short one.
    """

    def __init__(self, ask: Ask = at_once) -> None:
        """`ask` unpacks edits that lie packed in the journal."""
        self._ask = ask
        self._history: History | None = None
        self._line: list[Node] = []
        self._forks: list[tuple[int, Node]] = []
        self._places: list[int] = []
        self._marks = HistoryMarks(self._line, ask)

    def __len__(self) -> int:
        return 0 if self._history is None else 1 + len(self._line) + len(self._forks)

    def show(self, history: History) -> int | None:
        """Take a history in; how many rows came at the end, None where all may be others."""
        before, self._history = self._history, history
        tip = history.tip
        if before is not None and tip is before.tip:
            return 0
        if before is not None and tip is not None and tip.parent is before.tip:
            self._line.append(tip)
            return 1
        if before is not None and _is_amended(before.tip, tip):
            self._line[-1:] = [tip] if tip is not None else []
            return None
        self._begin(history)
        return None

    @property
    def present(self) -> int:
        """The row of the edit that stands last."""
        at = self._history.at if self._history else None
        return self._row_of(at.depth if at else 0)

    def row(self, number: int) -> HistoryRow:
        """The row at a place from 0."""
        before = bisect_left(self._places, number)
        if before < len(self._places) and self._places[before] == number:
            depth, tip = self._forks[before]
            return HistoryRow(tip.seq, tip, Standing.BRANCH, tip.depth - depth)
        depth = number - before
        node = self._line[depth - 1] if depth else None
        return HistoryRow(node.seq if node else 0, node, self._standing(depth))

    def mark(self, mark_id: str, node: Node) -> Mark | None:
        """A mark as it was called when an edit was done, as far as that is known yet."""
        return self._marks.mark(mark_id, node)

    def _standing(self, depth: int) -> Standing:
        at = self._history.at.depth if self._history and self._history.at else 0
        if depth == at:
            return Standing.PRESENT
        return Standing.DONE if depth < at else Standing.UNDONE

    def _row_of(self, depth: int) -> int:
        """Branches that leave an earlier edit stand above."""
        return depth + bisect_left(self._forks, depth, key=lambda fork: fork[0])

    def _begin(self, history: History) -> None:
        self._line = list(history.branch())
        self._marks = HistoryMarks(self._line, self._ask)
        memo: dict[int, int] = {}
        forks = [(self._leaves_at(tip, memo), tip) for tip in history.other_tips()]
        self._forks = sorted(forks, key=lambda fork: (fork[0], fork[1].seq))
        self._places = [depth + 1 + n for n, (depth, _) in enumerate(self._forks)]

    def _leaves_at(self, tip: Node, memo: dict[int, int]) -> int:
        """The depth of the last edit that a branch shares with the line."""
        passed: list[int] = []
        depth = 0
        for node in upwards(tip):
            if node.seq in memo:
                depth = memo[node.seq]
                break
            if node.depth <= len(self._line) and self._line[node.depth - 1] is node:
                depth = node.depth
                break
            passed.append(node.seq)
        memo.update(dict.fromkeys(passed, depth))
        return depth


def _is_amended(before: Node | None, now: Node | None) -> bool:
    """Whether the last edit of the line is another, and all before it is as it was."""
    if before is None or now is None:
        return False
    return now.parent is before.parent and now.seq == before.seq + 1
