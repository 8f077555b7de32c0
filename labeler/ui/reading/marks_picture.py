"""The marks of one view as a picture that hover, selection and tools leave alone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from labeler.kernels.outlines import OutlinePicture, Pen
from labeler.model.masks import Mask
from labeler.ui.reading.long_strokes import SMALL
from labeler.ui.reading.overlay_painter import PATTERNS, SHADE_EXTRA, SHADE_OPACITY, draw_fill
from labeler.ui.theme import Theme
from labeler.viewing.label_inks import FOREIGN, INKS, dash_of, slot_of
from labeler.viewing.mark_index import Lying, LyingMarks, common_ends
from labeler.viewing.mark_paths import MarkPaths, ring_paths
from labeler.viewing.outline import KnownOutlines, Rings
from labeler.viewing.overlay import (
    BARB,
    BARB_ANGLE,
    LINE,
    POINT_ARM,
    POINT_GAP,
    SELECTED_LINE,
    Fill,
    canvas_bounds,
    very_many,
)
from labeler.viewing.scene import Scene
from labeler.viewing.viewport import CanvasMap

DETAIL = 1.0
"""Canvas pixels below which vertices are merged."""

MOST_CHANGED = 256
"""So many marks that changed are drawn alone; more of them, and all is drawn."""


Which = NDArray[np.int32]


@dataclass(frozen=True)
class _How:
    """All that the whole picture depends on."""

    where: CanvasMap
    size: tuple[int, int]
    ratio: float
    fill: float
    line: float

    @property
    def is_apart(self) -> bool:
        """Whether lines are fainter than they are drawn, and fills have a picture of their own."""
        return self.line < 1 and self.fill > 0


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What the picture shows: the marks, which of them are left out or drawn stronger, and what is
    painted."""

    here: LyingMarks
    gone: frozenset[str]
    regions: dict[str, Mask | None]
    strong: frozenset[str]


class _Bold:
    """A picture of the marks that are drawn stronger, where other lines are fainter than these."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        self.raster = _raster_of(self.image)


class MarksPicture:
    """Drawn anew where marks changed, and as a whole only when the view did."""

    def __init__(self, theme: Theme) -> None:
        self._colors = [theme.label(n).rgb() | 0xFF000000 for n in (*range(INKS), FOREIGN)]
        # A small mark is a thin line whether it is selected or not: its colour tells.
        self._lighter = [_mixed(color, 0xFFFFFFFF) for color in self._colors]
        self._theme, self._edges = theme, KnownOutlines()
        self._how: _How | None = None
        self._drawn: _Drawn | None = None
        self._image, self._raster = QImage(), OutlinePicture(np.zeros((1, 1), np.uint32))
        self._fills: QImage | None = None
        self._bold: _Bold | None = None
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
        line: float = 1.0,
    ) -> None:
        """The marks of the slice but those that are `gone`; regions are filled by `fill` of 1, and
        lines drawn by `line`."""
        size = max(1, round(room.width() * ratio)), max(1, round(room.height() * ratio))
        how = _How(scene.where, size, ratio, fill, line)
        here = scene.here
        if not here.all:
            return  # a picture of nothing would be made anew for each view
        regions = {one.mark.id: scene.region(one.shape) for one in here.masks}
        out = gone & here.by_id.keys() if gone else gone
        drawn = _Drawn(here, out, regions, very_many(scene))
        self._part(how, drawn)
        if how != self._how:
            self._begin(how)
            self._draw(scene, how, drawn, QRect(0, 0, *size))
        elif self._drawn is not None:
            dirty = self._dirty(how, self._drawn, drawn)
            if not dirty.isEmpty():
                self._draw(scene, how, drawn, dirty)
        self._how, self._drawn = how, drawn
        if len(here.all) > len(drawn.gone):
            if self._fills is not None:
                painter.drawImage(room, self._fills)
            painter.setOpacity(line)
            painter.drawImage(room, self._image)
            painter.setOpacity(1.0)
            if self._bold is not None:
                painter.drawImage(room, self._bold.image)

    def _begin(self, how: _How) -> None:
        if self._how is None or self._how.ratio != how.ratio:
            self._dashes, self._pen = _dashes(how.ratio), _pen(how.ratio)
        if self._how is None or self._how.size != how.size:
            self._image = QImage(*how.size, QImage.Format.Format_ARGB32_Premultiplied)
            self._raster = _raster_of(self._image)
        if not how.is_apart:
            self._fills = None
        elif self._fills is None or self._fills.size() != self._image.size():
            self._fills = QImage(*how.size, QImage.Format.Format_ARGB32_Premultiplied)

    def _part(self, how: _How, drawn: _Drawn) -> None:
        """Marks that are drawn stronger have a picture of their own where the others are faint:
        all is drawn anew when they are others, and so when this one comes or goes."""
        if how.line == 1 or not drawn.strong:
            self._bold = None
        elif self._bold is None or self._bold.image.size().toTuple() != how.size:
            self._bold = _Bold(how.size)

    def _dirty(self, how: _How, before: _Drawn, now: _Drawn) -> QRect:
        """Where the picture is to be drawn anew, in its pixels."""
        whole, dirty = QRect(0, 0, *how.size), QRect()
        if before.strong is not now.strong and before.strong != now.strong:
            return whole
        others = _others(before, now)
        if others is None or len(others) > MOST_CHANGED:
            return whole
        for one, region in others:
            around = canvas_bounds(how.where, one.shape, region)
            if around is not None:
                dirty = dirty.united(_pixels(around, how.ratio))
        return dirty.intersected(whole)

    def _draw(self, scene: Scene, how: _How, drawn: _Drawn, clip: QRect) -> None:
        self.redrawn += clip.width() * clip.height()
        bold = self._raster if self._bold is None else self._bold.raster
        for raster in (self._raster, bold):
            raster.pixels[clip.top() : clip.bottom() + 1, clip.left() : clip.right() + 1] = 0
        shown = [
            (one, region)
            for one in drawn.here.masks
            if (region := drawn.regions[one.mark.id]) is not None
            and region.count
            and one.mark.id not in drawn.gone
        ]
        if how.fill > 0 and (shown or self._fills is not None):
            self._fill(scene, how, shown, clip)
        here, every = drawn.here, drawn.here.inks[drawn.here.outlines.marks]
        plain, strong = _plain_and_strong(drawn)
        box = clip.left(), clip.top(), clip.right() + 1, clip.bottom() + 1
        faint, full = shown, []
        if self._bold is not None:
            full = [one for one in shown if one[0].mark.id in drawn.strong]
            faint = [one for one in shown if one[0].mark.id not in drawn.strong]
        each = [
            (onto, *self._regions(scene, how, some))
            for onto, some in ((self._raster, faint), (bold, full))
            if some
        ]
        for onto, paths, inks, some in (*each, (self._raster, here.outlines, every, plain)):
            onto.draw(
                paths.paths, some, inks, _affine(how), self._colors, self._dashes, self._pen, box
            )
        if len(strong):
            dashes, pen = _dashes(how.ratio, SELECTED_LINE), _pen(how.ratio, SELECTED_LINE)
            bold.draw(
                here.outlines.paths, strong, every, _affine(how), self._lighter, dashes, pen, box
            )

    def _fill(
        self, scene: Scene, how: _How, shown: Iterable[tuple[Lying, Mask]], clip: QRect
    ) -> None:
        onto = self._image if self._fills is None else self._fills
        with QPainter(onto) as painter:
            painter.setClipRect(clip)
            if self._fills is not None:
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
                painter.fillRect(clip, Qt.GlobalColor.transparent)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            painter.scale(how.ratio, how.ratio)
            for one, region in shown:
                fill = Fill(
                    region, how.where, scene.canvas, scene.ink(one.mark.label), opacity=how.fill
                )
                draw_fill(painter, fill, self._theme)

    def _regions(
        self, scene: Scene, how: _How, shown: Iterable[tuple[Lying, Mask]]
    ) -> tuple[MarkPaths, np.ndarray, np.ndarray]:
        """The edges of painted regions as paths."""
        rings: list[Rings] = []
        inks: list[int] = []
        for one, region in shown:
            rings.append(self._edges.of(region, how.where, scene.canvas, how.ratio))
            inks.append(slot_of(scene.ink(one.mark.label)))
        paths = ring_paths(rings)
        every = np.repeat(np.array(inks, np.uint8), [len(one.ends) for one in rings])
        return paths, every, np.arange(len(every), dtype=np.int32)


def _raster_of(image: QImage) -> OutlinePicture:
    """The same pixels, for the kernel that draws outlines."""
    pixels = np.frombuffer(image.bits(), np.uint32)
    return OutlinePicture(pixels.reshape(image.height(), image.width()))


def _plain_and_strong(drawn: _Drawn) -> tuple[Which, Which]:
    """The outlines to draw as they are, and those to draw stronger."""
    marks, places = drawn.here.outlines.marks, drawn.here.places
    plain, strong = np.ones(len(places), bool), np.zeros(len(places), bool)
    strong[[places[name] for name in drawn.strong if name in places]] = True
    plain[[places[name] for name in drawn.gone if name in places]] = False
    which = np.arange(len(marks), dtype=np.int32)
    return which[(plain & ~strong)[marks]], which[(plain & strong)[marks]]


def _others(before: _Drawn, now: _Drawn) -> list[tuple[Lying, Mask | None]] | None:
    """The marks that are not drawn as they were, each as it was and as it is; None of very many."""
    others: list[tuple[Lying, Mask | None]] = []
    if before.here is not now.here:
        keep, rest = common_ends(before.here.all, now.here.all)
        if len(before.here.all) + len(now.here.all) - 2 * (keep + rest) > MOST_CHANGED:
            return None
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


def _mixed(one: int, other: int) -> int:
    """The colour amid two, 0xAARRGGBB."""
    return sum((((one >> at & 255) + (other >> at & 255)) // 2) << at for at in (0, 8, 16, 24))


def _pixels(around: tuple[float, float, float, float], ratio: float) -> QRect:
    left, top, right, bottom = (edge * ratio for edge in around)
    pad = math.ceil((BARB + SELECTED_LINE + SHADE_EXTRA) * ratio) + 1
    return (
        QRectF(left, top, right - left, bottom - top).toAlignedRect().adjusted(-pad, -pad, pad, pad)
    )


def _affine(how: _How) -> tuple[float, float, float, float, float, float]:
    a, b, c, d, e, f = (part * how.ratio for part in how.where.affine)
    return a, b, c, d, e, f


def _dashes(ratio: float, line: float = LINE) -> list[tuple[float, float]]:
    """Of each colour what is drawn and how long until it is drawn again, in pixels."""
    scale = line * ratio
    found = []
    for n in (*range(INKS), FOREIGN):
        on, off = PATTERNS.get(dash_of(n), (0.0, 0.0))
        found.append((on * scale, (on + off) * scale))
    return found


def _pen(ratio: float, line: float = LINE) -> Pen:
    return Pen(
        width=line * ratio,
        shade=(line + SHADE_EXTRA) * ratio,
        opacity=round(255 * SHADE_OPACITY),
        detail=DETAIL,
        small=SMALL * ratio,
        gap=POINT_GAP * ratio,
        arm=POINT_ARM * ratio,
        barb=BARB * ratio,
        angle=BARB_ANGLE,
    )
