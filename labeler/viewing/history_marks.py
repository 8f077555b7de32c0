"""What a mark was called when an edit was done, found when it is asked for: paint names an id."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from labeler.model.document import Mark
from labeler.model.edit_rules import single_edits
from labeler.model.edits import (
    AddMark,
    Edit,
    PaintMask,
    RemoveMark,
    ReplaceMark,
    SetAnswer,
    SetNoFinding,
)
from labeler.model.history import Node, upwards

KEPT = 512
"""Answers about single edits: those of the rows on the screen, and of some that were."""
READ = 4096
"""What edits tell of single marks. More than very long edits lie on a way: what had to be unpacked
for one answer is there until it is given."""


Ask = Callable[[Node, str, Callable[[Edit], None]], None]
"""Of a node, what for, who reads its edit: at once, or once it was unpacked."""


def at_once(node: Node, _what: str, read: Callable[[Edit], None]) -> None:
    """Each edit is unpacked here and now."""
    read(node.edit)


class _PackedError(Exception):
    """An edit on the way is still to be unpacked."""


@dataclass(frozen=True)
class _Span:
    """From the edit at depth `low` of the line to the one at `high` the mark is as `mark`."""

    low: int
    high: int
    mark: Mark


class HistoryMarks:
    """Marks of a history as its edits found them; `line` is its edits by depth, which may grow.

    An edit is walked away from once: what was found for it is known for all on the way. Where an
    edit on it is still to be unpacked a mark is not known yet.
    """

    def __init__(self, line: Sequence[Node], ask: Ask = at_once) -> None:
        self._line, self._ask = line, ask
        self._read: dict[tuple[str, int], Mark | None] = {}
        """What edits that were unpacked tell of a mark."""
        self._spans: dict[str, list[_Span]] = {}
        self._asked: dict[tuple[str, int], Mark | None] = {}

    def mark(self, mark_id: str, node: Node) -> Mark | None:
        """The mark as it was called when the edit of `node` was done; None where none was, or it
        is not known yet."""
        key = mark_id, node.seq
        if key not in self._asked:
            if len(self._asked) >= KEPT:
                self._asked.clear()
            try:
                self._asked[key] = self._find(mark_id, node)
            except _PackedError:
                return None
        return self._asked[key]

    def _find(self, mark_id: str, node: Node) -> Mark | None:
        """Raises _PackedError."""
        spans = self._spans.setdefault(mark_id, [])
        named = b'"id":' + msgspec.json.encode(mark_id)
        for before in upwards(node):
            depth = before.depth
            at = bisect_right(spans, depth, key=lambda span: span.low) - 1
            if at >= 0 and depth <= spans[at].high and self._is_on_line(before):
                if self._is_on_line(node):
                    spans[at] = _Span(spans[at].low, node.depth, spans[at].mark)
                return spans[at].mark
            mark = self._told(before, mark_id) if _may_tell(before, named) else None
            if mark is not None:
                if self._is_on_line(node):
                    spans.insert(at + 1, _Span(depth, node.depth, mark))
                return mark
        return None

    def _told(self, node: Node, mark_id: str) -> Mark | None:
        """The mark as an edit leaves it, where it tells of it. Raises _PackedError."""
        key = mark_id, node.seq
        if key not in self._read:
            self._ask(node, mark_id, partial(self._keep, key))
        if key not in self._read:
            raise _PackedError
        mark = self._read[key]
        if mark is not None:
            del self._read[key]  # known by its span from now on
        return mark

    def _keep(self, key: tuple[str, int], edit: Edit) -> None:
        if len(self._read) >= READ:
            self._read.clear()
        self._read[key] = _left_by(edit, key[0])

    def _is_on_line(self, node: Node) -> bool:
        return node.depth <= len(self._line) and self._line[node.depth - 1] is node


_SILENT = frozenset((PaintMask, SetAnswer, SetNoFinding))
"""Edits that tell no mark."""


def _may_tell(node: Node, named: bytes) -> bool:
    """Whether an edit has to be looked into; one that is packed is not unpacked for that."""
    if isinstance(node.kept, bytes):
        return named in node.kept
    return type(node.kept) not in _SILENT


def _left_by(edit: Edit, mark_id: str) -> Mark | None:
    """The mark as an edit leaves it, where it tells of it."""
    for one in reversed(single_edits(edit)):
        match one:
            case AddMark(_, mark) | RemoveMark(_, mark) | ReplaceMark(_, mark) if (
                mark.id == mark_id
            ):
                return mark
            case _:
                pass
    return None
