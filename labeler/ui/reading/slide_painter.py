"""Paints a slide from its tiles, with its overview map, and tells its level."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from labeler.model.image import Pixels
from labeler.ui.reading.slide_view import SlideView, as_image, as_it_is
from labeler.ui.reading.viewport import Viewport
from labeler.ui.theme import Theme
from labeler.viewing.layout import Layout
from labeler.viewing.overview import Overview, overview
from labeler.viewing.phrase import Phrase
from labeler.viewing.render import FrameRenderer, Grey
from labeler.viewing.scene import Scene
from labeler.viewing.slide_text import slide_lines
from labeler.viewing.tile_canvas import tile_picture
from labeler.viewing.tiles import Grid
from labeler.viewing.viewport import CanvasMap

_MAP_PIXELS = 512
"""The longer side of what the overview map is made from."""
_LEAST = 6.0
"""The smallest side of the field on the map: it is to be found however small it is."""


class SlidePainter:
    """For one viewport. What is in view is asked for when it is painted."""

    def __init__(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self._view = SlideView(viewport, viewport.tiles_came)
        self._small: tuple[Pixels, object, QImage] | None = None

    def forget(self) -> None:
        """What is shown is no slide."""
        self._view.forget()

    def paint(
        self,
        painter: QPainter,
        scene: Scene,
        where: CanvasMap,
        size: tuple[int, int],
        ratio: float,
        grey: Grey,
    ) -> bool:
        """Over the whole view; False where it is no slide, or no tile of it is here yet."""
        feed, pyramid = self._viewport.tiles, scene.image.pyramid
        if feed is None or pyramid is None:
            self._view.forget()
            return False
        levels, smooth = pyramid.levels, scene.view.smooth
        return self._view.paint(painter, levels, feed, where, size, ratio, grey, smooth=smooth)

    @property
    def grid(self) -> Grid | None:
        """Which pixels it was painted from last."""
        return None if self._view.look is None else self._view.look.field.grid

    def lines(self) -> tuple[Phrase, ...] | None:
        """What the corner says of the slide as it was painted last; None where it is none."""
        look = self._view.look
        return None if look is None else slide_lines(look.levels, look.field, look.gaps)

    def overview(self, scene: Scene) -> Overview | None:
        """Where the map lies on the view."""
        shown = self._view.look is not None
        return overview(scene.layout, scene.view, scene.canvas) if shown else None

    def taken(self, scene: Scene) -> list[QRect]:
        """Where the map covers what is written."""
        there = self.overview(scene)
        if there is None:
            return []
        return [QRectF(there.left, there.top, there.width, there.height).toAlignedRect()]

    def paint_overview(self, painter: QPainter, scene: Scene, grey: Grey, theme: Theme) -> None:
        there, pixels = self.overview(scene), self._viewport.pixels
        if there is None or pixels is None:
            return
        frame = QRectF(there.left, there.top, there.width, there.height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(frame, self._whole(scene.layout, pixels, grey))
        painter.setPen(QPen(theme.color("outline"), 1))
        painter.drawRect(frame)
        field = _visible(QRectF(*there.field))
        painter.setPen(QPen(QColor(0, 0, 0), 3))
        painter.drawRect(field)
        painter.setPen(QPen(theme.color("accent"), 1.5))
        painter.drawRect(field)
        painter.restore()

    def _whole(self, layout: Layout, pixels: Pixels, grey: Grey) -> QImage:
        """The whole slide, small."""
        known, key = self._small, (layout, grey)
        if known is None or known[0] is not pixels or known[1] != key:
            step = max(1, max(pixels.shape[:2]) // (2 * _MAP_PIXELS))
            small = tile_picture(np.ascontiguousarray(pixels[::step, ::step]), 2)
            small = np.ascontiguousarray(layout.arrange(small))
            if small.ndim == 2:
                size = small.shape[1], small.shape[0]
                small = FrameRenderer().paint(small, as_it_is(layout, small, (0, 0)), size, grey)
            known = self._small = pixels, key, as_image(small).copy()
        return known[2]


def _visible(field: QRectF) -> QRectF:
    short, narrow = max(0.0, _LEAST - field.height()) / 2, max(0.0, _LEAST - field.width()) / 2
    return field.adjusted(-narrow, -short, narrow, short)
