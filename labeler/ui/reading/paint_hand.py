"""What the hand that paints keeps from view to view: options, sections, and work beside it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from labeler.app.cut_room import Tick
from labeler.model.masks import Mask
from labeler.ui.reading.phrases import words
from labeler.ui.reading.ports import FrameAnswer, ReadingPort
from labeler.ui.reading.viewport import Viewport
from labeler.ui.translation import tr
from labeler.viewing.paint_cuts import PaintCuts, Viewer
from labeler.viewing.paint_options import PLAIN, PaintOptions
from labeler.viewing.paint_scale import brush_on
from labeler.viewing.phrase import Phrase
from labeler.viewing.scene import Later, Outcome, Scene
from labeler.viewing.value_scale import ValueScale, carried, scale_of, usual_range

Change = Callable[[PaintOptions], PaintOptions]
Take = Callable[[Outcome, Viewport], None]


class PaintHand:
    """`changed` hears of other options, `seen` that more can be seen of what is painted."""

    def __init__(
        self,
        port: ReadingPort,
        changed: Callable[[], None],
        scene: Callable[[Viewport], Scene | None],
        seen: Callable[[], None],
    ) -> None:
        self._port, self._changed, self._scene = port, changed, scene
        self._seen = seen
        self.options = PLAIN
        self.cuts = PaintCuts(self._cut)
        self.say: Callable[[str], None] = lambda _words: None
        self.say_of_edit: Callable[[str], None] = lambda _words: None
        self.shown: Callable[[], None] = lambda: None
        """Hears that the active view is another, or shows something else."""
        self._ranged: ValueScale | None = None
        """What the range of the options is of."""
        self._stop: Callable[[], None] | None = None
        self._under_way: object = None
        self._text: Phrase | None = None
        self._waiting: deque[Callable[[], None]] = deque()

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
            # A flood that goes on takes the other's place.
            if later.text == self._text:
                self._do_later(later, viewport, take)
            else:
                self.in_turn(partial(self._do_later, later, viewport, take))
        if (line := outcome.say) is not None:
            # After an edit that takes long: what is said before one goes with it.
            edits = outcome.of_edit or outcome.edit is not None or outcome.making is not None
            say = self.say_of_edit if edits and editable else self.say
            self._port.in_turn(lambda: say(words(line)))

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

    def _do_later(self, later: Later[Any], viewport: Viewport, take: Take) -> None:
        """Work on another thread; what comes of it is done if the viewport shows the same still."""
        base = viewport.base
        under_way = object()

        def over() -> None:
            if self._under_way is under_way:
                self._stop = self._under_way = None
                self._seen()
                self._go_on()

        def done(found: Any) -> None:
            scene = self._scene(viewport)
            if scene is not None and viewport.base is base:
                take(later.then(scene, found), viewport)
            else:
                self.say(tr("Given up: {what}. The view shows other images.", what=what))

        what = words(later.text)
        text = tr("{what}. Esc stops it", what=what)
        self._under_way, self._text = under_way, later.text
        stop = self._port.series.work(text, later.work, done, over)
        if self._under_way is under_way:  # it may be over already
            self._stop = stop
            self._seen()

    @property
    def is_working(self) -> bool:
        """Whether something long is done to a mark beside the hand."""
        return self._stop is not None

    def in_turn(self, act: Callable[[], None]) -> None:
        """Do something once nothing is done to marks beside the hand, so that each of several
        presses of a key counts; nothing comes of it in another case."""
        case = self._port.case()
        name = None if case is None else case.id

        def there() -> None:
            now = self._port.case()
            if now is not None and now.id == name:
                act()

        if self._under_way is None:
            act()
        else:
            self._waiting.append(there)

    def _go_on(self) -> None:
        while self._waiting and self._under_way is None:
            self._waiting.popleft()()

    def stop(self) -> bool:
        """Give up what is done beside the hand, and what waits for it; whether anything was."""
        self._waiting.clear()
        stop, self._stop, self._under_way = self._stop, None, None
        if stop is not None:
            stop()
            self._seen()
        return stop is not None


_MADE = np.zeros((0, 0), np.uint8)
"""What is made is a section, and no frame."""
