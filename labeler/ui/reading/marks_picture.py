"""The marks of one view as a picture that hover, selection and tools leave alone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from labeler.kernels.outlines import CLOSED, OutlinePicture, Pen
from labeler.model.masks import Mask
from labeler.ui.reading.overlay_painter import PATTERNS, SHADE_EXTRA, SHADE_OPACITY, draw_fill
from labeler.ui.theme import Theme
from labeler.viewing.mark_index import Lying, LyingMarks, common_ends
from labeler.viewing.mark_paths import MarkPaths, ring_paths
from labeler.viewing.outline import KnownOutlines, Loop
from labeler.viewing.overlay import (
    BARB,
    BARB_ANGLE,
    LINE,
    POINT_ARM,
    POINT_GAP,
    Fill,
    canvas_bounds,
    dash_of,
)
from labeler.viewing.scene import Scene
from labeler.viewing.viewport import CanvasMap

DETAIL = 1.0
SMALL = 12.0
"""Canvas pixels: below the first vertices are merged, below the second marks are thin lines."""

MOST_CHANGED = 256
"""So many marks that changed are drawn alone; more of them, and all is drawn."""

INKS = 12


@dataclass(frozen=True)
class _How:
    """All that the whole picture depends on."""

    where: CanvasMap
    size: tuple[int, int]
    ratio: float
    fill: float


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What the picture shows: the marks, which of them are left out, and what is painted."""

    here: LyingMarks
    gone: frozenset[str]
    regions: dict[str, Mask | None]


class MarksPicture:
    """Drawn anew where marks changed, and as a whole only when the view did."""

    def __init__(self, theme: Theme) -> None:
        self._colors = [theme.label(n).rgb() | 0xFF000000 for n in range(INKS)]
        self._theme, self._edges = theme, KnownOutlines()
        self._how: _How | None = None
        self._drawn: _Drawn | None = None
        self._image, self._raster = QImage(), OutlinePicture(np.zeros((1, 1), np.uint32))
        self._dashes, self._pen = _dashes(1.0), _pen(1.0)
        self.redrawn = 0
        """Pixels that were drawn anew since it was made."""

    def paint(
        self,
        painter: QPainter,
        scene: Scene,
        room: QRect,
        ratio: float,
        gone: frozenset[str],
        fill: float,
    ) -> None:
        """The marks of the slice but those that are `gone`; regions are filled by `fill` of 1."""
        size = max(1, round(room.width() * ratio)), max(1, round(room.height() * ratio))
        how = _How(scene.where, size, ratio, fill)
        here = scene.here
        if not here.all:
            return  # a picture of nothing would be made anew for each view
        regions = {one.mark.id: scene.region(one.shape) for one in here.masks}
        drawn = _Drawn(here, gone & here.by_id.keys() if gone else gone, regions)
        if how != self._how:
            self._begin(how)
            self._draw(scene, how, drawn, QRect(0, 0, *size))
        elif self._drawn is not None:
            dirty = self._dirty(how, self._drawn, drawn)
            if not dirty.isEmpty():
                self._draw(scene, how, drawn, dirty)
        self._how, self._drawn = how, drawn
        if len(here.all) > len(drawn.gone):
            painter.drawImage(room, self._image)

    def _begin(self, how: _How) -> None:
        if self._how is None or self._how.ratio != how.ratio:
            self._dashes, self._pen = _dashes(how.ratio), _pen(how.ratio)
        if self._how is None or self._how.size != how.size:
            self._image = QImage(*how.size, QImage.Format.Format_ARGB32_Premultiplied)
            pixels = np.frombuffer(self._image.bits(), np.uint32)
            self._raster = OutlinePicture(pixels.reshape(how.size[1], how.size[0]))

    def _dirty(self, how: _How, before: _Drawn, now: _Drawn) -> QRect:
        """Where the picture is to be drawn anew, in its pixels."""
        whole, dirty = QRect(0, 0, *how.size), QRect()
        others = _others(before, now)
        if len(others) > MOST_CHANGED:
            return whole
        for one, region in others:
            around = canvas_bounds(how.where, one.shape, region)
            if around is not None:
                dirty = dirty.united(_pixels(around, how.ratio))
        return dirty.intersected(whole)

    def _draw(self, scene: Scene, how: _How, drawn: _Drawn, clip: QRect) -> None:
        self.redrawn += clip.width() * clip.height()
        area = self._raster.pixels[clip.top() : clip.bottom() + 1, clip.left() : clip.right() + 1]
        area[:] = 0
        shown = [
            (one, region)
            for one in drawn.here.masks
            if (region := drawn.regions[one.mark.id]) is not None
            and region.count
            and one.mark.id not in drawn.gone
        ]
        if shown and how.fill > 0:
            self._fill(scene, how, shown, clip)
        here = drawn.here
        which = np.arange(len(here.outlines.marks), dtype=np.int32)
        if drawn.gone:
            out = [n for n, one in enumerate(here.all) if one.mark.id in drawn.gone]
            which = which[~np.isin(here.outlines.marks, out)]
        box = clip.left(), clip.top(), clip.right() + 1, clip.bottom() + 1
        each = [self._regions(scene, shown)] if shown else []
        for paths, inks, some in (*each, (here.outlines, here.inks[here.outlines.marks], which)):
            self._raster.draw(
                paths.paths, some, inks, _affine(how), self._colors, self._dashes, self._pen, box
            )

    def _fill(
        self, scene: Scene, how: _How, shown: Iterable[tuple[Lying, Mask]], clip: QRect
    ) -> None:
        painter = QPainter(self._image)
        painter.setClipRect(clip)
        painter.scale(how.ratio, how.ratio)
        for one, region in shown:
            fill = Fill(region, how.where, scene.ink(one.mark.label), opacity=how.fill)
            draw_fill(painter, fill, self._theme)
        painter.end()

    def _regions(
        self, scene: Scene, shown: Iterable[tuple[Lying, Mask]]
    ) -> tuple[MarkPaths, np.ndarray, np.ndarray]:
        """The edges of painted regions as paths."""
        loops: list[Loop] = []
        inks: list[int] = []
        for one, region in shown:
            found = self._edges.of(region)
            loops += found
            inks += [scene.ink(one.mark.label) % INKS] * len(found)
        paths = ring_paths(loops)
        which = np.arange(len(loops), dtype=np.int32)
        assert bool((paths.paths.kinds == CLOSED).all())
        return paths, np.array(inks, np.uint8), which


def _others(before: _Drawn, now: _Drawn) -> list[tuple[Lying, Mask | None]]:
    """The marks that are not drawn as they were, each as it was and as it is."""
    others: list[tuple[Lying, Mask | None]] = []
    if before.here is not now.here:
        keep, rest = common_ends(before.here.all, now.here.all)
        for drawn in (before, now):
            changed = drawn.here.all[keep : len(drawn.here.all) - rest]
            others += [(one, drawn.regions.get(one.mark.id)) for one in changed]
    repainted = {
        name
        for name in before.regions.keys() & now.regions.keys()
        if before.regions[name] is not now.regions[name]
    }
    for name in (before.gone ^ now.gone) | repainted:
        for drawn in (before, now):
            if name in drawn.here.by_id:
                others.append((drawn.here.by_id[name], drawn.regions.get(name)))
    return others


def _pixels(around: tuple[float, float, float, float], ratio: float) -> QRect:
    left, top, right, bottom = (edge * ratio for edge in around)
    pad = math.ceil((BARB + LINE + SHADE_EXTRA) * ratio) + 1
    return (
        QRectF(left, top, right - left, bottom - top).toAlignedRect().adjusted(-pad, -pad, pad, pad)
    )


def _affine(how: _How) -> tuple[float, float, float, float, float, float]:
    a, b, c, d, e, f = (part * how.ratio for part in how.where.affine)
    return a, b, c, d, e, f


def _dashes(ratio: float) -> list[tuple[float, float]]:
    """Of each colour what is drawn and how long until it is drawn again, in pixels."""
    scale = LINE * ratio
    found = []
    for n in range(INKS):
        on, off = PATTERNS.get(dash_of(n), (0.0, 0.0))
        found.append((on * scale, (on + off) * scale))
    return found


def _pen(ratio: float) -> Pen:
    return Pen(
        width=LINE * ratio,
        shade=(LINE + SHADE_EXTRA) * ratio,
        opacity=round(255 * SHADE_OPACITY),
        detail=DETAIL,
        small=SMALL * ratio,
        gap=POINT_GAP * ratio,
        arm=POINT_ARM * ratio,
        barb=BARB * ratio,
        angle=BARB_ANGLE,
    )
