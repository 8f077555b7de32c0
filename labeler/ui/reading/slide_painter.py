"""Paints a slide from its tiles, and its overview map."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from labeler.app.tile_feed import TileFeed
from labeler.kernels.windowing import Screen
from labeler.model.image import Pixels, PyramidLevel
from labeler.ui.reading.viewport import Viewport
from labeler.ui.theme import Theme
from labeler.viewing.layout import Layout
from labeler.viewing.overview import Overview, overview
from labeler.viewing.phrase import Phrase
from labeler.viewing.render import FrameRenderer, Grey
from labeler.viewing.scene import Scene
from labeler.viewing.slide_canvas import SlideCanvas, gaps_in, on_whole_pixels
from labeler.viewing.slide_text import slide_lines
from labeler.viewing.tile_canvas import tile_picture
from labeler.viewing.tiles import Field, TileKey, ahead_of, field_in, field_of, grids, level_map
from labeler.viewing.viewport import CanvasMap

_MAP_PIXELS = 512
"""The longer side of what the overview map is made from."""
_FEW = 64
_LEAST = 6.0


@dataclass(frozen=True)
class _Look:
    """What was painted last."""

    levels: tuple[PyramidLevel, ...]
    field: Field
    where: CanvasMap
    gaps: int


class SlidePainter:
    """For one viewport. What is in view is asked for when it is painted."""

    def __init__(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self._canvas, self._renderer = SlideCanvas(), FrameRenderer()
        self._look: _Look | None = None
        self._small: tuple[object, QImage] | None = None

    def picture(
        self, scene: Scene, where: CanvasMap, size: tuple[int, int], grey: Grey
    ) -> QImage | None:
        """The view in device pixels; None where it is no slide, or no tile of it is here yet."""
        feed, pyramid = self._viewport.tiles, scene.image.pyramid
        if feed is None or pyramid is None:
            self._look = None
            return None
        where, levels = on_whole_pixels(where), pyramid.levels
        field = field_of(levels, where, size)
        if field is None:
            self._look = None
            return None
        self._ask(feed, levels, field, where, size)
        self._look = _Look(levels, field, where, len(gaps_in(field, feed.find)))
        if feed.like is None:
            return None
        canvas = self._canvas.show(
            levels,
            field,
            where,
            size,
            feed.find,
            feed.like,
            feed.arrivals,
            feed,
            smooth=scene.view.smooth,
        )
        if canvas.ndim == 3:
            return _as_image(canvas)
        return _as_image(self._gray(canvas, level_map(field.grid, where), grey))

    def _ask(
        self,
        feed: TileFeed,
        levels: tuple[PyramidLevel, ...],
        field: Field,
        where: CanvasMap,
        size: tuple[int, int],
    ) -> None:
        """The coarsest first: it is few tiles, and is drawn while the others come."""
        *_finer, coarsest = (grid for grid in grids(levels) if grid.thin == 1)
        under = field_in(coarsest, where, size)
        first = under.cover() if under is not None else ()
        keys: tuple[TileKey, ...] = (*(first if len(first) <= _FEW else ()), *field.cover())
        ahead = ahead_of(field, self._towards(field, where))
        feed.look(self._viewport, tuple(dict.fromkeys(keys)), ahead, self._viewport.tiles_came)

    def _towards(self, field: Field, where: CanvasMap) -> tuple[float, float]:
        """Which way the view has moved over the slide since it was painted last."""
        before = self._look
        if before is None or before.field.grid != field.grid:
            return 0.0, 0.0
        return before.where.left - where.left, before.where.top - where.top

    def _gray(self, canvas: Pixels, whole: CanvasMap, grey: Grey) -> Screen:
        """Window the values; beside the slide it stays black."""
        height, width = canvas.shape
        shown_x, shown_y = whole.layout.shown_size
        x0, y0 = max(0, round(whole.left)), max(0, round(whole.top))
        x1 = min(width, math.ceil(whole.left + shown_x * whole.scale_x - 0.5))
        y1 = min(height, math.ceil(whole.top + shown_y * whole.scale_y - 0.5))
        flat = _flat(whole.layout, canvas[y0:y1, x0:x1], (x0, y0))
        return self._renderer.paint(canvas[y0:y1, x0:x1], flat, (width, height), grey)

    # --- words and the map --------------------------------------------------------------------

    def lines(self) -> tuple[Phrase, ...] | None:
        """What the corner says of the slide as it was painted last; None where it is none."""
        look = self._look
        return None if look is None else slide_lines(look.levels, look.field, look.gaps)

    def overview(self, scene: Scene) -> Overview | None:
        """Where the map lies on the view."""
        return overview(scene.layout, scene.view, scene.canvas) if self._look is not None else None

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
        key = id(pixels), layout, grey
        if self._small is None or self._small[0] != key:
            step = max(1, max(pixels.shape[:2]) // (2 * _MAP_PIXELS))
            small = tile_picture(np.ascontiguousarray(pixels[::step, ::step]), 2)
            small = np.ascontiguousarray(layout.arrange(small))
            if small.ndim == 2:
                size = small.shape[1], small.shape[0]
                small = FrameRenderer().paint(small, _flat(layout, small, (0, 0)), size, grey)
            self._small = key, _as_image(small).copy()
        return self._small[1]


def _visible(field: QRectF) -> QRectF:
    """As small as the field may be, it is found on the map."""
    short, narrow = max(0.0, _LEAST - field.height()) / 2, max(0.0, _LEAST - field.width()) / 2
    return field.adjusted(-narrow, -short, narrow, short)


def _as_image(canvas: Pixels) -> QImage:
    """Over the same memory: the array must live as long."""
    height, width = canvas.shape[:2]
    return QImage(canvas.data, width, height, canvas.strides[0], QImage.Format.Format_RGB32)


def _flat(layout: Layout, pixels: Pixels, at: tuple[int, int]) -> CanvasMap:
    """Where values lie that are turned and scaled already."""
    rows, columns = pixels.shape[:2]
    plain = replace(
        layout, rows=rows, columns=columns, transposed=False, mirrored_x=False, mirrored_y=False
    )
    return CanvasMap(plain, float(at[0]), float(at[1]), 1.0, 1.0)
