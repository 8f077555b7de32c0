"""A view of a slide as Qt paints it: asks for the tiles it needs, and shows those that are here."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtGui import QImage, QPainter

from labeler.app.tile_feed import TileFeed
from labeler.kernels.windowing import Screen
from labeler.model.image import Pixels, PyramidLevel
from labeler.viewing.layout import Layout
from labeler.viewing.render import FrameRenderer, Grey
from labeler.viewing.slide_canvas import SlideCanvas, gaps_in, on_whole_pixels
from labeler.viewing.tiles import Field, TileKey, ahead_of, field_in, field_of, grids, level_map
from labeler.viewing.viewport import CanvasMap

_FEW = 64
"""Tiles of the coarsest level: no more are asked for before what is wanted."""


@dataclass(frozen=True)
class Look:
    """What was shown last; `gaps` counts the tiles in it that cannot be decoded."""

    levels: Sequence[PyramidLevel]
    field: Field
    where: CanvasMap
    size: tuple[int, int]
    gaps: int


class SlideView:
    """Keeps its canvas from one look to the next. `viewer` asks the feed, and `arrived` hears of
    tiles that came."""

    def __init__(self, viewer: object, arrived: Callable[[], None]) -> None:
        self._viewer, self._arrived = viewer, arrived
        self._canvas, self._renderer = SlideCanvas(), FrameRenderer()
        self._asked: object = None
        self._ways = 0, 0
        self.look: Look | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing is drawn from what is coarser."""
        return self._canvas.complete

    def forget(self) -> None:
        """Nothing of a slide is shown any more."""
        self.look = self._asked = None

    def paint(
        self,
        painter: QPainter,
        levels: Sequence[PyramidLevel],
        feed: TileFeed,
        where: CanvasMap,
        size: tuple[int, int],
        ratio: float,
        grey: Grey,
        *,
        smooth: bool,
    ) -> bool:
        """At the painter's origin, `size` device pixels of which `ratio` are one canvas pixel;
        `where` counts in device pixels. False where no tile is here yet, or it would take too
        many: nothing is painted then."""
        where = on_whole_pixels(where)
        field = self._field(levels, where, size)
        if field is None:
            self.look = self._asked = None
            return False
        self._ask(feed, levels, field, where, size)
        gaps = len(gaps_in(field, feed.find)) if feed.broken else 0
        self.look = Look(levels, field, where, size, gaps)
        if feed.like is None:
            return False
        canvas, came, like = self._canvas, feed.arrivals, feed.like
        canvas.show(levels, field, where, size, feed.find, like, came, feed, smooth=smooth)
        gray = canvas.pixels.ndim == 2
        there = level_map(field.grid, where) if gray else where
        image = as_image(self._gray(canvas.pixels, there, grey) if gray else canvas.pixels)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(0, 0, image)
        return True

    def _field(
        self, levels: Sequence[PyramidLevel], where: CanvasMap, size: tuple[int, int]
    ) -> Field | None:
        """A view that only moves stays on its grid."""
        before = self.look
        if before is not None and (before.levels, before.size) == (levels, size):
            still = replace(before.where, left=where.left, top=where.top)
            if still == where:
                return field_in(before.field.grid, where, size)
        return field_of(levels, where, size)

    def _ask(
        self,
        feed: TileFeed,
        levels: Sequence[PyramidLevel],
        field: Field,
        where: CanvasMap,
        size: tuple[int, int],
    ) -> None:
        """The coarsest first: it is few tiles, and is drawn while the others come. While the view
        stays on the same tiles nothing else is to be asked for."""
        ways = self._ways = self._towards(field, where)
        asked = feed, field.grid, field.tiles, ways
        if asked == self._asked:
            return
        self._asked = asked
        *_finer, coarsest = (grid for grid in grids(levels) if grid.thin == 1)
        under = field_in(coarsest, where, size)
        first = under.cover() if under is not None else ()
        keys: tuple[TileKey, ...] = (*(first if len(first) <= _FEW else ()), *field.cover())
        ahead = ahead_of(field, ways)
        feed.look(self._viewer, tuple(dict.fromkeys(keys)), ahead, self._arrived)

    def _towards(self, field: Field, where: CanvasMap) -> tuple[int, int]:
        """Which way the view moves over the slide, as it is shown: -1, 0, 1. A view that is painted
        again where it was still goes the way it went."""
        before = self.look
        if before is None or before.field.grid != field.grid:
            return 0, 0
        x, y = before.where.left - where.left, before.where.top - where.top
        return ((x > 0) - (x < 0), (y > 0) - (y < 0)) if x or y else self._ways

    def _gray(self, canvas: Pixels, whole: CanvasMap, grey: Grey) -> Screen:
        """Window the values; beside the slide it stays black."""
        height, width = canvas.shape
        shown_x, shown_y = whole.layout.shown_size
        x0, y0 = max(0, round(whole.left)), max(0, round(whole.top))
        x1 = min(width, math.ceil(whole.left + shown_x * whole.scale_x - 0.5))
        y1 = min(height, math.ceil(whole.top + shown_y * whole.scale_y - 0.5))
        flat = as_it_is(whole.layout, canvas[y0:y1, x0:x1], (x0, y0))
        return self._renderer.paint(canvas[y0:y1, x0:x1], flat, (width, height), grey)


def as_image(canvas: Pixels) -> QImage:
    """Over the same memory: the array must live as long."""
    height, width = canvas.shape[:2]
    return QImage(canvas.data, width, height, canvas.strides[0], QImage.Format.Format_RGB32)


def as_it_is(layout: Layout, pixels: Pixels, at: tuple[int, int]) -> CanvasMap:
    """Where values lie that are turned and scaled already."""
    rows, columns = pixels.shape[:2]
    plain = replace(
        layout, rows=rows, columns=columns, transposed=False, mirrored_x=False, mirrored_y=False
    )
    return CanvasMap(plain, float(at[0]), float(at[1]), 1.0, 1.0)
