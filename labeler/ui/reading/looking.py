"""What a reader does inside one viewport beside the tools: cine, true size, how it is preferred."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from labeler.app.screens import Change
from labeler.ui.monitors import canvas_pixel_mm
from labeler.ui.places.place import Stage
from labeler.ui.reading.cine_bar import CineBar
from labeler.ui.reading.cine_player import CinePlayer
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.viewport import Viewport
from labeler.ui.reading.wall import Wall
from labeler.ui.translation import tr
from labeler.viewing.cine import (
    Repeat,
    from_here,
    turned_round,
    up_to_here,
    with_speed,
    without_range,
)
from labeler.viewing.true_size import at_true_size, mm_per_pixel, pixel_for_pixel


class Looking:
    """Binds its actions to the viewport that is active when they are called."""

    def __init__(self, stage: Stage, desk: Desk, wall: Wall) -> None:
        self._stage, self._desk, self._wall = stage, desk, wall
        self.player = CinePlayer(wall, desk, self._on_screen, self._default_rate, self.refresh)
        self.bar = CineBar(wall, stage.actions, self.player)
        self._prefer()
        player = self.player
        bound: dict[str, Callable[[], None]] = {
            "cine.play": player.toggle,
            "cine.faster": partial(player.change, partial(with_speed, steps=1)),
            "cine.slower": partial(player.change, partial(with_speed, steps=-1)),
            "cine.repeat": partial(player.change, turned_round),
            "cine.begin": partial(player.change_here, from_here),
            "cine.end": partial(player.change_here, up_to_here),
            "cine.whole": partial(player.change, without_range),
            "view.true-size": self._true_size,
            "view.pixel-size": self._pixel_size,
            "view.scale-bar": self._toggle_scale,
            "view.outlines": self._toggle_fill,
            "view.caveats": self._explain,
        }
        for name, do in bound.items():
            stage.actions.bind(name, do)

    def hear(self, change: Change) -> None:
        if change is Change.PREFERENCES:
            self._prefer()
        elif change is Change.LOCK:
            self.player.pause()

    def refresh(self) -> None:
        """The active viewport, or what it plays, is another."""
        self.bar.refresh(self._wall.active)
        actions, cine = self._stage.actions, self.player.cine()
        actions["cine.play"].setChecked(self.player.playing)
        back = cine is not None and cine.repeat is Repeat.BACK_AND_FORTH
        actions["cine.repeat"].setChecked(back)
        actions["view.scale-bar"].setChecked(self._desk.preferences.scale_bar)
        actions["view.outlines"].setChecked(self._desk.preferences.outlines_only)

    def _explain(self) -> None:
        self._wall.active.explain()

    def _on_screen(self, viewport: Viewport) -> bool:
        found = self._wall.widget_of(viewport)
        return found is not None and found.isVisible()

    def _default_rate(self) -> float:
        return float(self._desk.preferences.cine_rate)

    def _prefer(self) -> None:
        """Take what is preferred now; views that are open follow."""
        wanted, before = self._stage.preferences(), self._desk.preferences
        self._desk.preferences = wanted
        for viewport in self._desk.arrangement.viewports:
            viewport.smooth = not wanted.nearest
            if wanted.nearest != before.nearest:
                viewport.view = replace(viewport.view, smooth=viewport.smooth)
        planes = self._desk.planes
        if wanted.link_scrolling != before.link_scrolling:
            planes.beside.linked = wanted.link_scrolling
        if wanted.reference_lines != before.reference_lines:
            planes.reference_lines = wanted.reference_lines
        self._wall.refresh()
        self.refresh()

    def _toggle_scale(self) -> None:
        now = self._stage.preferences()
        self._stage.prefer(replace(now, scale_bar=not now.scale_bar))

    def _toggle_fill(self) -> None:
        now = self._stage.preferences()
        self._stage.prefer(replace(now, outlines_only=not now.outlines_only))

    def _true_size(self) -> None:
        """As large as the thing is; the monitor must have been measured."""
        viewport, view = self._desk.active, self._desk.active.view
        if viewport.image is None or viewport.layout is None:
            return
        voxel_mm = mm_per_pixel(viewport.image, viewport.layout, view)
        pixel_mm = canvas_pixel_mm(self._wall.active, self._stage.preferences())
        if voxel_mm is None:
            self._stage.say(tr("How large this is, is not known: the file has no size of a pixel."))
        elif pixel_mm is None:
            self._stage.say(tr("Measure this monitor first: Settings, Display, Calibrate."))
        else:
            viewport.look(at_true_size(view, viewport.layout, voxel_mm, pixel_mm))

    def _pixel_size(self) -> None:
        viewport = self._desk.active
        if viewport.layout is not None:
            ratio = self._wall.active.devicePixelRatioF()
            viewport.look(pixel_for_pixel(viewport.view, viewport.layout, ratio))
