"""What a mark was called when an edit was done, found when it is asked for: paint names an id."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from labeler.model.document import Mark
from labeler.model.edit_rules import single_edits
from labeler.model.edits import AddMark, PaintMask, RemoveMark, ReplaceMark, SetAnswer, SetNoFinding
from labeler.model.history import Node, upwards

KEPT = 512
"""Answers about single edits: those of the rows on the screen, and of some that were."""


@dataclass(frozen=True)
class _Span:
    """From the edit at depth `low` of the line to the one at `high` the mark is as `mark`."""

    low: int
    high: int
    mark: Mark


class HistoryMarks:
    """Marks of a history as its edits found them; `line` is its edits by depth, which may grow.

    An edit is walked away from once: what was found for it is known for all on the way.
    """

    def __init__(self, line: Sequence[Node]) -> None:
        self._line = line
        self._spans: dict[str, list[_Span]] = {}
        self._asked: dict[tuple[str, int], Mark | None] = {}

    def mark(self, mark_id: str, node: Node) -> Mark | None:
        """The mark as it was called when the edit of `node` was done; None where none was."""
        key = mark_id, node.seq
        if key not in self._asked:
            if len(self._asked) >= KEPT:
                self._asked.clear()
            self._asked[key] = self._find(mark_id, node)
        return self._asked[key]

    def _find(self, mark_id: str, node: Node) -> Mark | None:
        spans = self._spans.setdefault(mark_id, [])
        named = b'"id":' + msgspec.json.encode(mark_id)
        for before in upwards(node):
            depth = before.depth
            at = bisect_right(spans, depth, key=lambda span: span.low) - 1
            if at >= 0 and depth <= spans[at].high and self._is_on_line(before):
                if self._is_on_line(node):
                    spans[at] = _Span(spans[at].low, node.depth, spans[at].mark)
                return spans[at].mark
            mark = _told(before, mark_id) if _may_tell(before, named) else None
            if mark is not None:
                if self._is_on_line(node):
                    spans.insert(at + 1, _Span(depth, node.depth, mark))
                return mark
        return None

    def _is_on_line(self, node: Node) -> bool:
        return node.depth <= len(self._line) and self._line[node.depth - 1] is node


_SILENT = frozenset((PaintMask, SetAnswer, SetNoFinding))
"""Edits that tell no mark."""


def _may_tell(node: Node, named: bytes) -> bool:
    """Whether an edit has to be looked into; one that is packed is not unpacked for that."""
    if isinstance(node.kept, bytes):
        return named in node.kept
    return type(node.kept) not in _SILENT


def _told(node: Node, mark_id: str) -> Mark | None:
    """The mark as an edit leaves it, where it tells of it."""
    for one in reversed(single_edits(node.edit)):
        match one:
            case AddMark(_, mark) | RemoveMark(_, mark) | ReplaceMark(_, mark) if (
                mark.id == mark_id
            ):
                return mark
            case _:
                pass
    return None
