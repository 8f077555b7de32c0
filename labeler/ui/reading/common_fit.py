"""Viewports that are fitted together: one scale in millimetres, chest walls at their edges."""

from __future__ import annotations

from dataclasses import replace

from labeler.ui.reading.viewport import Viewport
from labeler.viewing.mammography import Wall, at_scale, common_scale


class CommonFit:
    """Members fit anew together whenever one of them takes another size; one whose lengths are
    unknown is fitted by itself."""

    def __init__(self) -> None:
        self._members: dict[Viewport, Wall | None] = {}

    def join(self, viewport: Viewport, wall: Wall | None) -> None:
        """From now on until it shows another series."""
        self._members[viewport] = wall
        viewport.fitting = self.refit
        viewport.look(replace(viewport.view, fitted=True))
        self.refit()

    def refit(self) -> None:
        """All members that were not zoomed or moved by hand."""
        alive = [one for one in self._members if one.fitting == self.refit]
        together = [
            (one.layout, one.canvas)
            for one in alive
            if one.layout is not None and one.image is not None and one.image.measurable
        ]
        for one in alive:
            if one.layout is None or one.image is None or not one.view.fitted:
                continue
            alone = not one.image.measurable
            scale = common_scale([(one.layout, one.canvas)] if alone else together)
            view = at_scale(one.view, one.layout, one.canvas, scale, self._members[one])
            if view != one.view:
                one.look(view)
