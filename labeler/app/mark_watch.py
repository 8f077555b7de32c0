"""Has the frames remembered that marks are put on, beside the hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from weakref import ref

from labeler.app.marked_frames import (
    CasePixels,
    Step,
    pixels_of,
    puts_marks,
    remember_frames,
    step_of,
)
from labeler.app.open_case import Opened
from labeler.app.painted_masks import PaintedMasks
from labeler.app.services import Services, Tick
from labeler.errors import LabelerError
from labeler.model.history import History


class Run(Protocol):
    """Does work on another thread, and calls one of these."""

    def __call__(
        self,
        work: Callable[[Services, Tick], None],
        done: Callable[[None], None],
        refused: Callable[[LabelerError], None],
        *,
        dropped: Callable[[], None],
    ) -> None: ...


class MarkWatch:
    """Lives on the main thread; one job at a time, in the order of the edits."""

    def __init__(self, run: Run, tell: Callable[[LabelerError], None]) -> None:
        self._run, self._tell = run, tell
        self._pixels: CasePixels | None = None
        self._of: ref[Opened] | None = None
        """What they are the pixels of: they go with it."""
        self._waiting: list[tuple[CasePixels, Step]] = []
        self._runs = False

    def look(self, opened: Opened, history: History, painted: PaintedMasks, at: Services) -> None:
        """After each edit."""
        case, node = opened.case, history.at
        if case.assignment is not None or case.name is not None or node is None:
            return
        is_new = node.seq == history.walked  # what is undone or redone was looked at when it was
        if not is_new or not puts_marks(node.edit):
            return
        if self._pixels is None or self._pixels.case is not case:
            self._pixels = pixels_of(at, case, opened.image)
            self._of = ref(opened, self._forget)
        self._waiting.append((self._pixels, step_of(node.edit, history.document, painted)))
        self._go_on()

    def _forget(self, _gone: object) -> None:
        self._pixels = None

    def _go_on(self) -> None:
        if self._runs or not self._waiting:
            return
        waiting, self._waiting, self._runs = self._waiting, [], True

        def work(services: Services, tick: Tick) -> None:
            for pixels, step in waiting:
                remember_frames(services, pixels, step, tick)

        def refused(error: LabelerError) -> None:
            self._tell(error)
            self._over()

        self._run(work, lambda _none: self._over(), refused, dropped=self._over)

    def _over(self) -> None:
        self._runs = False
        self._go_on()
