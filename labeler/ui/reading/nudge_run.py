"""Arrow keys on marks: a run of nudges of the same marks is one edit. No widget."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from labeler.model.edits import Edit
from labeler.model.frames import FrameRef
from labeler.model.steps import Amend, Do, Undo, Walk
from labeler.ui.reading.ports import ReadingPort
from labeler.viewing.grips import CROWD
from labeler.viewing.locks import unmoved
from labeler.viewing.mark_edits import move, nudge
from labeler.viewing.scene import Outcome, Scene

RUN_S = 1.0
"""A nudge that comes within this time after the last one goes on from it."""


@dataclass(frozen=True)
class _Last:
    """The last nudge: which step that was, of what, where and when."""

    step: int
    names: frozenset[str]
    frame: FrameRef
    at_s: float


@dataclass(eq=False)
class _Waiting:
    """Presses that are done as one: about what was seen and selected at the first of them."""

    scene: Scene
    way: tuple[int, int]


class NudgeRun:
    """Each nudge is in the journal at once, and takes the place of the one before it in the
    history. Of very many marks those that come while one is worked out are one. `hear` is told why
    some do not move, for as long as the run goes on."""

    def __init__(
        self,
        port: ReadingPort,
        scene: Callable[[], Scene | None],
        hear: Callable[[Outcome], None],
    ) -> None:
        self._port, self._scene, self._hear = port, scene, hear
        self.clock: Callable[[], float] = time.monotonic
        self._last: _Last | None = None
        self._waiting: list[_Waiting] = []

    def begin(self) -> None:
        """Another case: what waited for the last one is not done to this."""
        self._last = None
        self._waiting.clear()

    def take(self, right: int, down: int) -> None:
        """By so many pixels of the image as it is shown."""
        scene = self._scene()
        if scene is None:
            return
        last = self._waiting[-1] if self._waiting else None
        if last is not None and _is_same(last.scene, scene):
            last.way = last.way[0] + right, last.way[1] + down
            return
        asked = _Waiting(scene, (right, down))
        self._waiting.append(asked)
        self._port.in_turn(partial(self._go, asked))

    def _go(self, asked: _Waiting) -> None:
        if asked not in self._waiting:
            return  # it was of another case
        self._waiting.remove(asked)
        scene = replace(asked.scene, document=self._port.document())
        marks, by = nudge(scene, *asked.way)
        why = Outcome(say=unmoved([lying.mark for lying in scene.chosen_here()]))
        if not marks:
            self._hear(why)
            return
        make = partial(move, scene, marks, by, self._before(scene))
        if len(marks) >= CROWD:
            self._port.work_out(make)
        else:
            self._take(make())
        # Behind each edit: what was said before one is over with it, once that is heard of.
        self._hear(replace(why, of_edit=True))
        self._port.in_turn(partial(self._done, scene.chosen, scene.frame))

    def _before(self, scene: Scene) -> Edit | None:
        """The edit that this nudge goes on from, if it does."""
        last, history = self._last, self._port.history()
        if last is None or self.clock() - last.at_s > RUN_S or history.can_redo:
            return None
        now = history.walked, scene.chosen, scene.frame
        return history.undo_edit if now == (last.step, last.names, last.frame) else None

    def _take(self, step: Walk | None) -> None:
        match step:
            case Do(edit):
                self._port.apply(edit, {})
            case Amend(edit):
                self._port.amend(edit)
            case Undo():
                self._port.undo()
            case _:
                pass

    def _done(self, names: frozenset[str], frame: FrameRef) -> None:
        """Where it led back to its beginning, the edit before it is another's."""
        history = self._port.history()
        self._last = None
        if not history.can_redo:
            self._last = _Last(history.walked, names, frame, self.clock())


def _is_same(one: Scene, other: Scene) -> bool:
    """Whether both are of the same marks on the same frame, seen in the same way."""
    seen = one.frame, one.view, one.layout
    return one.chosen == other.chosen and seen == (other.frame, other.view, other.layout)
