"""Hangs the open case: arrangements, protocols, and what each viewport gets by them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from labeler.ui.reading.common_fit import CommonFit
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.planes import refusal_of
from labeler.ui.reading.viewport import Viewport
from labeler.ui.translation import error_words
from labeler.viewing.hanging import Hanging, ViewRule
from labeler.viewing.mammography import hung_layout
from labeler.viewing.presets import presets_for
from labeler.viewing.viewport import with_window


class Hanger:
    """Fills a desk's viewports; `current` is the protocol they hang by, None where by hand."""

    def __init__(self, desk: Desk, say: Callable[[str], None]) -> None:
        self._desk, self._say = desk, say
        self._views = desk.arrangement
        self.current: Hanging | None = None

    def choices(self) -> tuple[Hanging, ...]:
        """The protocols that fit the open case, the best first."""
        return self._desk.case.hangings if self._desk.case is not None else ()

    def begin(self) -> None:
        """Another case, or other files of it: hung as it should be, unless the task pins how it
        opens."""
        self.current = None
        case = self._desk.case
        best = next((one for one in self.choices() if one.protocol.opens), None)
        if case is None:
            return
        if best is None or case.pinned:
            self._views.arrange(1, 1)
        else:
            self.hang(best)

    def go_on(self) -> None:
        """The same case, its series called otherwise: it hangs as it hung."""
        hung = self.current.protocol if self.current is not None else None
        self.current = next((one for one in self.choices() if one.protocol is hung), None)

    def again(self) -> None:
        """As at the opening, or by the protocol that was chosen since."""
        if self.current is not None:
            self.hang(self.current)
        else:
            self.begin()

    def arrange(self, rows: int, columns: int) -> None:
        """So many viewports; empty ones take the next series that are not on the screen yet."""
        self.current = None
        desk = self._desk
        self._views.arrange(rows, columns)
        shown = {viewport.tile for viewport in self._views.on_screen}
        tiles = (tile.uid for tile in (desk.case.series if desk.case else ()))
        free = (tile for tile in tiles if tile not in shown)
        for viewport in self._views.on_screen:
            if not viewport.tile and (tile := next(free, None)) is not None:
                viewport.open(tile)

    def hang(self, hanging: Hanging) -> None:
        """Every viewport gets what the protocol found for it, or nothing."""
        self.current = hanging
        desk, protocol = self._desk, hanging.protocol
        together = CommonFit() if protocol.fit == "same-scale" else None
        filled = [n for n, view in enumerate(hanging.views) if view.tile]
        for number, viewport in enumerate(self._views.viewports):
            if number not in filled:
                viewport.clear()
        beside = desk.planes.beside
        beside.begin()
        beside.linked = beside.linked or bool(protocol.links)
        self._views.arrange(protocol.rows, protocol.columns)
        if filled:
            self._views.activate(self._views.viewports[filled[0]])
        for number in filled:
            view = hanging.views[number]
            then = partial(self._dressed, hanging, number, together)
            first = 0 if number == filled[0] else None
            self._views.viewports[number].open(view.tile, first, then=then)

    def _dressed(
        self, hanging: Hanging, number: int, together: CommonFit | None, viewport: Viewport
    ) -> None:
        """A series has arrived in its viewport: as the rule wants it, held to its neighbours."""
        self._dress(hanging.views[number].rule, together, viewport)
        for group in hanging.protocol.links:
            if number in group:
                held = [at for at in group if hanging.views[at].tile]
                views = self._views.viewports
                if all(views[at].tile == hanging.views[at].tile for at in held):
                    self._views.hold([views[at] for at in held])

    def _dress(self, rule: ViewRule, together: CommonFit | None, viewport: Viewport) -> None:
        """One that cannot be cut is shown as acquired."""
        if rule.plane:
            kind, slab_mm = rule.slab, rule.slab_mm or 0.0
            show = partial(self._desk.planes.show_slab, viewport, rule.plane, kind, slab_mm)
            refused = refusal_of(show)
            if refused is not None:
                self._say(" ".join(error_words(refused)))
        _dress(rule, together, viewport)


def _dress(rule: ViewRule, together: CommonFit | None, viewport: Viewport) -> None:
    """Show it as the rule wants it."""
    image = viewport.image
    if image is None or viewport.layout is None:
        return
    preset = next((one for one in presets_for(image) if one.code == rule.preset), None)
    if preset is not None and preset.window is not None:
        viewport.look(with_window(viewport.view, preset.window, preset.lut))
    if rule.wall:
        info = image.info
        viewport.lay(
            hung_layout(viewport.layout, image.sides, rule.wall, info.view, info.laterality)
        )
    if together is not None:
        together.join(viewport, rule.wall or None)
