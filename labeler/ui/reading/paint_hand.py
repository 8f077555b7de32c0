"""What the hand that paints keeps from view to view: options, sections, and work beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from labeler.app.cut_room import Tick
from labeler.model.masks import Mask
from labeler.ui.reading.phrases import words
from labeler.ui.reading.ports import FrameAnswer, ReadingPort
from labeler.ui.reading.viewport import Viewport
from labeler.ui.reading.work_beside import InHand, Take, WorkBeside
from labeler.viewing.paint_cuts import PaintCuts, Viewer
from labeler.viewing.paint_options import PLAIN, PaintOptions
from labeler.viewing.paint_scale import brush_on
from labeler.viewing.scene import Outcome, Scene
from labeler.viewing.value_scale import ValueScale, carried, scale_of, usual_range

Change = Callable[[PaintOptions], PaintOptions]


class PaintHand:
    """`changed` hears of other options, `seen` that more can be seen of what is painted."""

    def __init__(
        self,
        port: ReadingPort,
        changed: Callable[[], None],
        scene: Callable[[Viewport], Scene | None],
        chosen: Callable[[], InHand],
        seen: Callable[[], None],
    ) -> None:
        self._port, self._changed, self._seen = port, changed, seen
        self.options = PLAIN
        self.cuts = PaintCuts(self._cut)
        self.say: Callable[[str], None] = lambda _words: None
        self.say_of_edit: Callable[[str], None] = lambda _words: None
        self.shown: Callable[[], None] = lambda: None
        """Hears that the active view is another, or shows something else."""
        self._ranged: ValueScale | None = None
        """What the range of the options is of."""
        beside = self._beside = WorkBeside(port, scene, chosen, seen, self._tell)
        self.in_turn, self.ask = beside.in_turn, beside.ask
        self.stop, self.finish, self.leave_out = beside.stop, beside.finish, beside.leave_out

    def begin(self) -> None:
        """Other images are open, or none: what is done to a mark of the last ones is given up."""
        self.stop()
        self.cuts.begin()

    def change(self, change: Change) -> None:
        """Other options from now on."""
        after = change(self.options)
        if after != self.options:
            self.options = after
            self._changed()

    def brush_on(self, brush_mm: float, viewport: Viewport) -> float:
        """How large the brush is on what a viewport shows."""
        base = viewport.base
        return brush_mm if base is None else brush_on(brush_mm, base)

    def options_for(self, viewport: Viewport) -> PaintOptions:
        """The range is of the values of what is shown: kept among images of a kind, else made
        from the window that a series opens in."""
        base, before = viewport.base, self._ranged
        now = before if base is None else scale_of(base)
        if base is not None and now is not None and now != before:
            if before is None or now.kind != before.kind:
                low, high = usual_range(base, viewport.view.window)
            else:
                low, high = carried((self.options.low, self.options.high), before, now)
            self.options = replace(self.options, low=low, high=high)
            self._ranged = now
        return self.options

    def hear(self, outcome: Outcome, viewport: Viewport, take: Take, *, editable: bool) -> None:
        """What an event led to beside an edit: work for later, or why nothing came of it. `take`
        does what that work leads to."""
        if (later := outcome.later) is not None and editable:
            self._beside.add(later, viewport, take)
        if (line := outcome.say) is not None:
            # After an edit that takes long: what is said before one goes with it.
            edits = outcome.of_edit or outcome.edit is not None or outcome.making is not None
            say = self.say_of_edit if edits and editable else self.say
            self._port.in_turn(lambda: say(words(line)))

    def _tell(self, text: str) -> None:
        self.say(text)

    def _cut(
        self, viewer: Viewer, make: Callable[[], Mask], deliver: Callable[[Mask], None]
    ) -> None:
        """A section of a mask, made like the planes of a series."""
        made: list[Mask] = []

        def work(_tick: Tick) -> FrameAnswer:
            made.append(make())
            return _MADE

        def done(_answer: FrameAnswer) -> None:
            deliver(made[-1])
            self._seen()

        self._port.series.compute(("painted", *viewer), work, done)

    @property
    def is_working(self) -> bool:
        """Whether something long is done to a mark beside the hand."""
        return self._beside.is_under_way

    @property
    def under_way(self) -> str:
        """What that is, in words; "" for nothing."""
        return self._beside.under_way


_MADE = np.zeros((0, 0), np.uint8)
"""What is made is a section, and no frame."""
