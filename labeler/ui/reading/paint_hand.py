"""What the hand that paints keeps from view to view: options, sections, and work beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from labeler.model.image import Image
from labeler.model.tiled_masks import TiledMask
from labeler.ui.reading.phrases import words
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.paint_cuts import PaintCuts
from labeler.viewing.paint_options import PLAIN, PaintOptions
from labeler.viewing.scene import Later, Outcome, Scene

Change = Callable[[PaintOptions], PaintOptions]


class PaintHand:
    """`changed` hears of other options; `take` does what work beside the hand led to."""

    def __init__(
        self,
        port: ReadingPort,
        changed: Callable[[], None],
        scene: Callable[[Viewport], Scene | None],
        take: Callable[[Outcome, Viewport], None],
    ) -> None:
        self._port, self._changed, self._scene, self._take = port, changed, scene, take
        self.options = PLAIN
        self.cuts = PaintCuts()
        self.say: Callable[[str], None] = lambda _words: None
        self.shown: Callable[[], None] = lambda: None
        """Hears that the active view is another, or shows something else."""
        self._ranged: Image | None = None

    def change(self, change: Change) -> None:
        """Other options from now on."""
        after = change(self.options)
        if after != self.options:
            self.options = after
            self._changed()

    def options_for(self, viewport: Viewport) -> PaintOptions:
        """A range that nobody set is the brighter half of the window that a series opens in."""
        base = viewport.base
        if base is not None and (self._ranged is None or self._ranged is not base):
            if self._ranged is None or self._ranged.unit != base.unit:
                window = viewport.view.window
                self.options = replace(
                    self.options, low=round(window.center), high=round(window.center + window.width)
                )
            self._ranged = base
        return self.options

    def hear(self, outcome: Outcome, viewport: Viewport, *, editable: bool) -> None:
        """What an event led to beside an edit: work for later, or why nothing came of it."""
        if outcome.later is not None and editable:
            self._do_later(outcome.later, viewport)
        if outcome.say is not None:
            self.say(words(outcome.say))

    def _do_later(self, later: Later, viewport: Viewport) -> None:
        """Work on another thread; what comes of it is done if the viewport shows the same still."""
        base = viewport.base

        def done(found: TiledMask) -> None:
            scene = self._scene(viewport)
            if scene is not None and viewport.base is base:
                self._take(later.then(scene, found), viewport)

        self._port.series.work(words(later.text), later.work, done)
