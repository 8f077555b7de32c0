"""A jump over many edits: worked out beside the hand, which may stop it or just go on working."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labeler.app.checkpointing import read_strokes, strokes_around
from labeler.app.jobs import JobPool, Tick
from labeler.app.long_steps import LONG, Ahead, Land
from labeler.app.painted_masks import PaintedMasks
from labeler.model.document import Document
from labeler.model.edit_rules import apply_edit
from labeler.model.edits import Edit
from labeler.model.history import History, Route, gone, near_route, route

if TYPE_CHECKING:
    from labeler.app.store_worker import StoreWorker
    from labeler.errors import LabelerError
    from labeler.store.store import Store

NEAR = 32
"""So many edits are taken back or done at once, unless they change very many marks."""
STRETCH = 256
"""Edits whose strokes are fetched together."""


@dataclass(frozen=True)
class Going:
    """A jump that is under way: to the edit of entry `seq`, so far that `permille` is done."""

    seq: int
    permille: int


@dataclass(frozen=True, eq=False)
class There:
    """Where a jump led: the history as it will be, what its painted marks hold, and the edit that
    stands last there; `land` is done once it is so."""

    history: History
    painted: PaintedMasks
    edit: Edit | None
    land: Land


@dataclass(eq=False)
class _Way:
    """How far it is: `done` edits of the route led to `document`; `lacking` are the strokes of the
    next ones. Used by one thread at a time."""

    before: History
    painted: PaintedMasks
    seq: int
    route: Route
    document: Document
    look: Callable[[Document], Land]
    done: int = 0
    lacking: tuple[str, ...] = ()
    there: There | None = None

    def go_on(self, strokes: Mapping[str, bytes], tick: Tick) -> None:
        """The next stretch, for which the strokes are at hand; then see what the one after lacks.

        At the end those are kept that undo and redo need next.
        """
        self.painted.lend(strokes)
        if self.there is not None:
            return  # these were for the steps after it
        past = min(self.done + STRETCH, len(self.route))
        for edit in self.route.edits(self.done, past):
            tick(self.done, len(self.route))
            self.document = apply_edit(self.document, edit)
            self.painted.follow(edit)
            self.done += 1
        if self.done < len(self.route):
            self.look_ahead()
        else:
            self._end()

    def look_ahead(self) -> None:
        ahead = self.route.edits(self.done, self.done + STRETCH)
        self.lacking = self.painted.lacking(ahead)

    def _end(self) -> None:
        history, target = gone(self.before, self.route, self.document), self.route.target
        wanted = strokes_around(history)
        self.painted.give_back(wanted)
        self.lacking = self.painted.not_kept(wanted)
        edit, land = target.edit if target else None, self.look(self.document)
        self.there = There(history, self.painted, edit, land)


class FarJump:
    """Lives on the main thread."""

    def __init__(
        self,
        pool: JobPool,
        worker: StoreWorker[Store],
        before: History,
        painted: PaintedMasks,
        seq: int,
        look_ahead: Ahead,
    ) -> None:
        """`look_ahead` is asked now, and told how the document will be."""
        self._pool, self._worker = pool, worker
        self._before, self._painted, self._seq = before, painted.copy(), seq
        self._look = look_ahead()
        self._permille = 0
        self._job: int | None = None
        self._over = False
        self._arrive: Callable[[There], None] = lambda _there: None
        self._failed: Callable[[LabelerError], None] = lambda _error: None
        self._lost: Callable[[], None] = lambda: None

    @property
    def going(self) -> Going:
        return Going(self._seq, self._permille)

    def begin(
        self,
        arrive: Callable[[There], None],
        failed: Callable[[LabelerError], None],
        lost: Callable[[], None],
    ) -> None:
        """Set out; one of the three is called on the main thread, unless it is stopped before:
        `lost` where a mistake ended it, which was told."""
        self._arrive, self._failed, self._lost = arrive, failed, lost
        before, painted, seq, look = self._before, self._painted, self._seq, self._look

        def plan(_tick: Tick) -> _Way:
            way = _Way(before, painted, seq, route(before, seq), before.document, look)
            way.look_ahead()
            return way

        self._work(plan)

    def stop(self) -> None:
        """Nobody wants to get there any more; the document is as it was."""
        self._over = True
        if self._job is not None:
            self._pool.cancel(self._job)

    def _next(self, way: _Way) -> None:
        if self._over:
            return
        self._permille = 1000 * way.done // max(1, len(way.route))
        if way.lacking:
            names, way.lacking = way.lacking, ()
            self._worker.submit(
                lambda store: read_strokes(store, names),
                lambda strokes: self._go_on(way, strokes),
                self._fail,
                dropped=self._drop,
            )
        elif way.there is not None:
            self._over = True
            self._arrive(way.there)
        else:
            self._go_on(way, {})

    def _go_on(self, way: _Way, strokes: Mapping[str, bytes]) -> None:
        if self._over:
            return

        def work(tick: Tick) -> _Way:
            way.go_on(strokes, tick)
            return way

        self._work(work)

    def _work(self, work: Callable[[Tick], _Way]) -> None:
        self._job = self._pool.start(work, self._next, self._fail, dropped=self._drop)

    def _fail(self, error: LabelerError) -> None:
        if not self._over:
            self._over = True
            self._failed(error)

    def _drop(self) -> None:
        if not self._over:
            self._over = True
            self._lost()


def at_hand(history: History, painted: PaintedMasks, seq: int) -> bool:
    """Whether a point is so near that one just goes there: few edits, and few marks in them and in
    the one that stands there, which is looked at."""
    found = near_route(history, seq, NEAR)
    if found is None:
        return False
    target = found.target
    changes = target.weight if target is not None and target.is_packed else 0
    if changes >= LONG:
        return False
    for node in (*found.back, *found.forth):
        changes += node.weight
        if changes >= LONG:
            return False
    return not painted.lacking(found.edits())
