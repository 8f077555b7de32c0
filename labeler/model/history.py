"""Undo without limit: a document, and the tree of all edits that were ever made to it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from labeler.model.document import Document
from labeler.model.drafts import DocumentDraft
from labeler.model.edit_rules import apply_edit, goes_on, inverse, single_edits
from labeler.model.edits import Edit, PaintMask, Together
from labeler.model.steps import Amend, Do, Go, Redo, Step, Undo, edit_of_entry
from labeler.model.working_time import NO_TIME, WorkingTime, passed

AN_EDIT = 256
"""Bytes of the smallest change of a mark in a journal's entry."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Node:
    """One edit in the tree: `seq` is the number of the journal's entry that did it, `parent` the
    edit that stood before it (None: the untouched document), `depth` how many edits lead here,
    `at` the UTC second it was done.

    `kept` is the edit, or the journal's entry that holds it: of a hundred thousand few are ever
    looked at.
    """

    seq: int
    kept: Edit | bytes
    parent: Node | None
    depth: int
    at: int = 0

    @property
    def edit(self) -> Edit:
        return edit_of_entry(self.kept) if isinstance(self.kept, bytes) else self.kept

    @property
    def is_packed(self) -> bool:
        """Whether its edit is decoded each time it is asked for."""
        return isinstance(self.kept, bytes)

    @property
    def weight(self) -> int:
        """About how many marks it changes: an entry is not decoded for it."""
        if isinstance(self.kept, bytes):
            return 1 + len(self.kept) // AN_EDIT
        return len(single_edits(self.kept))

    @property
    def paints(self) -> bool:
        """Whether it may change what painted marks hold; as quickly told."""
        if isinstance(self.kept, bytes):
            return b'"paint-mask"' in self.kept
        return any(isinstance(one, PaintMask) for one in single_edits(self.kept))


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class _Stack:
    """A persistent stack: pushing and popping share everything below."""

    top: Node
    below: _Stack | None


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """A document where it stands in its tree of edits; every step gives a new value.

    `at` is the last edit that stands. `tip` is the end of the branch that redo leads along; `other
    branches` end elsewhere. `taken` counts all steps, as the journal numbers them; `walked` is the
    last of them that changed the document: what was signed there or later still stands as signed.
    """

    document: Document
    at: Node | None = None
    tip: Node | None = None
    _ahead: _Stack | None = None
    _others: _Stack | None = None
    taken: int = 0
    walked: int = 0
    time: WorkingTime = NO_TIME

    @property
    def can_undo(self) -> bool:
        return self.at is not None

    @property
    def can_redo(self) -> bool:
        return self._ahead is not None

    @property
    def undo_edit(self) -> Edit | None:
        """The edit that Undo would take back."""
        return self.at.edit if self.at else None

    @property
    def redo_edit(self) -> Edit | None:
        """The edit that Redo would do again."""
        return self._ahead.top.edit if self._ahead else None

    @property
    def undo_name(self) -> str | None:
        """Stable name ("add-mark" ...) of what Undo would take back."""
        return edit_name(self.at.edit) if self.at else None

    @property
    def redo_name(self) -> str | None:
        """Stable name of what Redo would do again."""
        return edit_name(self._ahead.top.edit) if self._ahead else None

    def ahead(self) -> Iterator[Node]:
        """The edits that Redo would do again, one after the other."""
        return _unfold(self._ahead)

    def branch(self) -> tuple[Node, ...]:
        """The edits from the first to the tip, those that are undone included."""
        return tuple(reversed(tuple(upwards(self.tip))))

    def other_tips(self) -> tuple[Node, ...]:
        """The ends of the other branches, the one left last first."""
        return tuple(_unfold(self._others))


def point_of(history: History) -> int:
    """The number of the entry whose edit stands last; 0 where the document is untouched."""
    return history.at.seq if history.at else 0


def upwards(node: Node | None) -> Iterator[Node]:
    """The node, what stood before it, and so on to the first edit."""
    while node is not None:
        yield node
        node = node.parent


def advance(history: History, step: Step, at: int = 0, known: Document | None = None) -> History:
    """The history after one step, taken at a UTC second; ValueError where it is impossible here.

    `known` is the document after it, where somebody has worked that out already.
    """
    taken = history.taken + 1
    time = passed(history.time, at, step)
    match step:
        case Do(edit):
            place = _do(history, edit, taken, at, known)
        case Amend(edit):
            place = _amend(history, edit, taken, at, known)
        case Undo():
            if history.at is None:
                raise ValueError("nothing to undo")
            place = _undo(history, history.at, known)
        case Redo():
            if history._ahead is None:  # noqa: SLF001  same module
                raise ValueError("nothing to redo")
            place = _redo(history, history._ahead, known)  # noqa: SLF001
        case Go(to):
            way_there = route(history, to)
            document = history.document
            for edit in way_there.edits():
                document = apply_edit(document, edit)
            return gone(history, way_there, document, at)
        case _:
            return replace(history, taken=taken, time=time)
    return History(*place, taken=taken, walked=taken, time=time)


def replay(document: Document, entries: Iterable[tuple[int, Step]]) -> History:
    """The history of a journal, from the document before its first step; `entries` are pairs of a
    UTC second and the step taken then."""
    taken = Replay(History(document))
    for at, step in entries:
        taken.take(step, at)
    return taken.history


class Replay:
    """A history in which many steps are taken: the documents between them are never made."""

    def __init__(self, history: History) -> None:
        self._history, self._draft = history, DocumentDraft(history.document)

    @property
    def history(self) -> History:
        """As it stands now; each time a document is made."""
        return replace(self._history, document=self._draft.document)

    def take(self, step: Step, at: int = 0) -> None:
        """As `advance`; where that is impossible here all stays as it is."""
        before = self._history
        if isinstance(step, Go):
            by = route(before, step.to)
            after, edits = gone(before, by, before.document, at), by.edits()
        else:
            after = advance(before, step, at, before.document)
            edits = iter(_done_by(before, step))
        self._draft.apply(one for edit in edits for one in single_edits(edit))
        self._history = after


def _done_by(history: History, step: Step) -> tuple[Edit, ...]:
    """What a step that is possible does to the document, one after the other."""
    last = history.undo_edit
    match step:
        case Do(edit):
            return (edit,)
        case Amend(edit) if last is not None:
            if not goes_on(last, edit):
                raise ValueError("the last edit moved nothing that could be moved further")
            return inverse(last), edit
        case Undo() if last is not None:
            return (inverse(last),)
        case Redo() if history.redo_edit is not None:
            return (history.redo_edit,)
        case _:
            return ()


def walked(history: History, step: Step) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The edits that an undo, a redo or a jump takes back, and those it does; none of other steps.
    ValueError where it is impossible here."""
    match step:
        case Undo() if history.at is not None:
            return (history.at,), ()
        case Redo() if history._ahead is not None:  # noqa: SLF001  same module
            return (), (history._ahead.top,)  # noqa: SLF001
        case Go(to):
            there = route(history, to)
            return there.back, there.forth
        case _:
            return (), ()


def way(start: Node | None, end: Node | None) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The edits to take back, in order, and then those to do, to come from one node to another."""
    back: list[Node] = []
    forth: list[Node] = []
    while start is not end:
        if end is None or (start is not None and start.depth >= end.depth):
            assert start is not None
            back.append(start)
            start = start.parent
        else:
            forth.append(end)
            end = end.parent
    return tuple(back), tuple(reversed(forth))


@dataclass(frozen=True, eq=False)
class Route:
    """The way to a point: the edits to take back, in order, and then those to do. `tip` ends the
    branch on which the point lies."""

    target: Node | None
    tip: Node | None
    back: tuple[Node, ...]
    forth: tuple[Node, ...]

    def __len__(self) -> int:
        return len(self.back) + len(self.forth)

    def edits(self, first: int = 0, past: int | None = None) -> Iterator[Edit]:
        """What has to be done on the way, from one place to before another."""
        for place in range(first, len(self) if past is None else min(past, len(self))):
            ahead = place - len(self.back)
            yield self.forth[ahead].edit if ahead >= 0 else inverse(self.back[place].edit)


def route(history: History, to: int) -> Route:
    """To the point after the edit that entry `to` did; ValueError where it did none."""
    target, tip = _find(history, to)
    return Route(target, tip, *way(history.at, target))


def near_route(history: History, to: int, most: int) -> Route | None:
    """The same where so many undos or redos lead there at most; else None, found as quickly."""
    before = itertools.islice(upwards(history.at), most + 1)
    ahead = itertools.islice(history.ahead(), most)
    for node in (*before, *ahead):
        if node.seq == to:
            return Route(node, history.tip, *way(history.at, node))
    if to == 0 and (history.at is None or history.at.depth <= most):
        return Route(None, history.tip, *way(history.at, None))
    return None


def gone(history: History, by: Route, document: Document, at: int = 0) -> History:
    """The history after a Go along `by`, to a document that the edits on it lead to."""
    others, tip = history._others, by.tip  # noqa: SLF001  same module
    if tip is not history.tip and tip is not None:
        kept = [node for node in _unfold(others) if node is not tip]
        others = stacked([history.tip, *kept] if history.tip else kept)
    ahead = stacked(list(way(by.target, tip)[1]))
    there = History(document, by.target, tip, ahead, others)
    return arrived(history, there, point_of(there), at)


def arrived(history: History, there: History, to: int, at: int) -> History:
    """A Go that was worked out beforehand, taken now: since then only presence was noted."""
    taken = history.taken + 1
    return replace(there, taken=taken, walked=taken, time=passed(history.time, at, Go(to)))


def edit_name(edit: Edit) -> str:
    """The stable name of a kind of edit, as the journal writes it; of several what they were."""
    if isinstance(edit, Together):
        return edit.name
    return str(type(edit).__struct_config__.tag)


_Place = tuple[Document, Node | None, Node | None, _Stack | None, _Stack | None]
"""What a History has of its first fields."""


def _do(history: History, edit: Edit, seq: int, second: int, known: Document | None) -> _Place:
    at = history.at
    node = Node(seq, edit, at, at.depth + 1 if at else 1, second)
    others = history._others  # noqa: SLF001
    if history.can_redo and history.tip is not None:
        others = _Stack(history.tip, others)
    return known or apply_edit(history.document, edit), node, node, None, others


def _amend(history: History, edit: Edit, seq: int, second: int, known: Document | None) -> _Place:
    """The last edit of its branch is another now: nothing was ever done behind it."""
    last = history.at
    if last is None or last is not history.tip:
        raise ValueError("the last edit does not stand alone")
    if known is None:
        if not goes_on(last.edit, edit):
            raise ValueError("the last edit moved nothing that could be moved further")
        known = apply_edit(apply_edit(history.document, inverse(last.edit)), edit)
    document = known
    node = Node(seq, edit, last.parent, last.depth, second)
    return document, node, node, None, history._others  # noqa: SLF001


def _undo(history: History, at: Node, known: Document | None) -> _Place:
    document = known or apply_edit(history.document, inverse(at.edit))
    ahead = _Stack(at, history._ahead)  # noqa: SLF001
    return document, at.parent, history.tip, ahead, history._others  # noqa: SLF001


def _redo(history: History, ahead: _Stack, known: Document | None) -> _Place:
    document = known or apply_edit(history.document, ahead.top.edit)
    return document, ahead.top, history.tip, ahead.below, history._others  # noqa: SLF001


def _find(history: History, seq: int) -> tuple[Node | None, Node | None]:
    """The node of that entry and the tip of the branch it is reached by, the present one first."""
    if seq == 0:
        return None, history.tip
    passed: set[int] = set()
    for tip in (history.tip, *history.other_tips()):
        for node in upwards(tip):
            if node.seq == seq:
                return node, tip
            if node.seq < seq or node.seq in passed:
                break
            passed.add(node.seq)
    raise ValueError(f"entry {seq} did no edit")


def _unfold(stack: _Stack | None) -> Iterator[Node]:
    while stack is not None:
        yield stack.top
        stack = stack.below


def stacked(nodes: list[Node]) -> _Stack | None:
    """A stack with the first of the nodes on top."""
    stack = None
    for node in reversed(nodes):
        stack = _Stack(node, stack)
    return stack
