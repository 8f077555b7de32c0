"""The viewports of the screen: rows and columns, the active one, what binds them. No widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from labeler.app.open_case import OpenCase
from labeler.model.image import Image
from labeler.ui.reading.planes import Planes
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.layer_sections import Solids
from labeler.viewing.viewport import ViewState

LARGEST = 3
"""Rows and columns of viewports at most."""


class Arrangement:
    """There is a viewport for every place of the largest arrangement; the first `rows * columns`
    are on the screen, and one of them is `active`: keys and panels are about it.

    `has_case` tells whether one is open; `changed` hears after each change of more than one
    viewport's picture, `looked` after that of one.
    """

    def __init__(
        self,
        port: ReadingPort,
        has_case: Callable[[], bool],
        changed: Callable[[], None],
        looked: Callable[[Viewport], None],
    ) -> None:
        self._has_case, self._changed, self._looked = has_case, changed, looked
        self.rows, self.columns = 1, 1
        solids = Solids()
        self.viewports = tuple(
            Viewport(port, looked, self._moved, self._seen_otherwise, solids, self._place)
            for _ in range(LARGEST * LARGEST)
        )
        self.active = self.viewports[0]
        self.alone: Viewport | None = None
        """Fills the screen while it is maximised."""
        self.planes = Planes(port, lambda: self.on_screen, self.look_over)

    # --- the case -----------------------------------------------------------------------------

    def begin(self, case: OpenCase) -> None:
        """The first viewport shows what the case opens with."""
        self.active, self.alone = self.viewports[0], None
        self.active.show(case.tile, case.image, pinned=case.window)

    def clear(self) -> None:
        """No case is there any more, or one of other files: every viewport is empty."""
        for viewport in self.viewports:
            viewport.clear()
            viewport.overlays.hidden = False

    def go_on(self, case: OpenCase) -> None:
        """The same images under their own names: what is seen of them stays."""
        bases = [viewport.base for viewport in self.viewports]
        for viewport in self.viewports:
            viewport.rename(case.tiles_before)
        now = [viewport.base for viewport in self.viewports]
        self.planes.rename([(a, b) for a, b in zip(bases, now, strict=True) if a and b])

    def read_findings(self) -> None:
        """What other files say about a series is known."""
        for viewport in self.viewports:
            viewport.layers.read()

    # --- rows and columns ---------------------------------------------------------------------

    @property
    def on_screen(self) -> tuple[Viewport, ...]:
        if self.alone is not None:
            return (self.alone,)
        return self.viewports[: self.rows * self.columns]

    @property
    def active_first(self) -> tuple[Viewport, ...]:
        return (self.active, *self.on_screen)

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns that are on the screen."""
        return (1, 1) if self.alone is not None else (self.rows, self.columns)

    def arrange(self, rows: int, columns: int) -> None:
        """So many rows and columns of viewports; what each shows stays."""
        before = self.on_screen
        self.rows, self.columns, self.alone = rows, columns, None
        if self.active not in self.on_screen:
            self.active = self.viewports[0]
        if self._has_case():
            for viewport in self.viewports[rows * columns :]:
                viewport.rest()
            for viewport in self.on_screen:
                viewport.wake()
        self.planes.come_back(self.active, before)
        self._changed()

    @property
    def may_maximise(self) -> bool:
        return self._has_case() and self.rows * self.columns > 1

    def maximise(self) -> None:
        """The active viewport alone on the screen; once more, all as they were."""
        if self.may_maximise:
            before = self.on_screen
            self.alone = None if self.alone is not None else self.active
            self.planes.come_back(self.active, before)
            self._changed()

    def activate(self, viewport: Viewport) -> None:
        """Keys and panels are about this viewport from now on."""
        if viewport is not self.active:
            self.active = viewport
            self._changed()

    def go_to_slice(self, tile: str, index: int) -> None:
        """The slice at `index` of any series of the case, in the active viewport."""
        if self._has_case() and tile != self.active.tile:
            self.active.open(tile, index)
        else:
            self.active.go_to(index)

    # --- what binds them ----------------------------------------------------------------------

    def hold(self, viewports: Sequence[Viewport]) -> None:
        """These scroll together: by place, or where that says nothing as they lie now."""
        if self.planes.beside.hold(viewports):
            self._changed()

    def look_over(self) -> None:
        """What lies over all viewports is another."""
        for viewport in self.on_screen:
            self._looked(viewport)

    def _moved(self, viewport: Viewport) -> None:
        """Another slice is wanted in a viewport."""
        if viewport in self.on_screen:
            self.planes.moved(viewport)

    def _seen_otherwise(self, viewport: Viewport, before: ViewState) -> None:
        """The same slice is zoomed, moved or windowed otherwise."""
        if viewport in self.on_screen:
            self.planes.looked(viewport, before)

    def _place(self, viewport: Viewport, image: Image) -> int | None:
        """At which slice a series opens there."""
        if viewport not in self.on_screen:
            return None
        return self.planes.place_for(viewport, image, self.active)
