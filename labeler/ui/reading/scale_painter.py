"""The scale bar and its ruler at a view's left edge."""

from __future__ import annotations

from weakref import ref

from PySide6.QtCore import QPoint, QRect, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter

from labeler.model.image import Image
from labeler.ui.reading.halo_text import HaloText
from labeler.ui.reading.phrases import words
from labeler.ui.theme import Theme
from labeler.viewing.scale_bar import ScaleBar, scale_bar
from labeler.viewing.scene import Scene

LEFT = 3
"""From the view's edge: letters and words begin further in."""

SHORT, LONG, WIDTH = 3, 6, 11
TEXT_LEFT, TEXT_BESIDE = 12, 4


class ScalePainter:
    """Measures and draws anew only where zoom, place or series changed: not for a slice or a
    window, for which strokes would be too slow."""

    def __init__(self, theme: Theme, text: HaloText) -> None:
        self._theme, self._text = theme, text
        self._key: object = None
        self._of: ref[Image] | None = None
        """Not held: a cut of it holds its whole volume."""
        self._bar: ScaleBar | None = None
        self._drawn: object = None
        self._still = QImage()
        self._beside: object = None
        self._words: tuple[QPoint, QImage, QRect] | None = None

    @property
    def taken(self) -> tuple[QRect, ...]:
        """Where the bar's length stands."""
        return () if self._words is None else (self._words[2],)

    def place(self, room: QRect, scene: Scene, ratio: float, taken: tuple[QRect, ...] = ()) -> None:
        """An upright bar with long ticks at its ends, its length below, or above it where below is
        `taken`; ticks along the image."""
        view = scene.view
        key = scene.layout, view.zoom, view.center, scene.canvas, ratio
        if key != self._key or self._of is None or self._of() is not scene.image:
            self._key, self._of = key, ref(scene.image)
            self._bar = scale_bar(scene.image, scene.layout, view, scene.canvas)
        if self._bar is None:
            self._words = None
            return
        drawn = self._bar, room.height(), ratio
        if drawn != self._drawn:
            self._drawn, self._still = drawn, _drawn(self._bar, room.height(), ratio, self._theme)
        beside = self._bar, room, taken, ratio
        if beside != self._beside:
            self._beside, self._words = beside, self._written(self._bar, room, taken, ratio)

    def _written(
        self, bar: ScaleBar, room: QRect, taken: tuple[QRect, ...], ratio: float
    ) -> tuple[QPoint, QImage, QRect] | None:
        """The length, and where it stands; None where it has no room."""
        stamp = self._text.stamp(words(bar.text), ratio)
        high = round(self._text.metrics.ascent())
        below, above = round(bar.bottom) + TEXT_BESIDE, round(bar.top) - TEXT_BESIDE
        for top in (below, above - high):
            words_room = QRect(TEXT_LEFT, top, round(stamp.width), high).translated(room.topLeft())
            if not any(words_room.intersects(other) for other in taken):
                at = words_room.topLeft() + QPoint(0, high) - stamp.origin
                return at, stamp.image, words_room
        return None

    def leave(self) -> None:
        """It is not shown."""
        self._bar = self._words = self._key = self._beside = None

    def paint(self, painter: QPainter, room: QRect) -> None:
        if self._bar is not None:
            painter.drawImage(room.topLeft(), self._still)
        if self._words is not None:
            painter.drawImage(*self._words[:2])


def _drawn(bar: ScaleBar, height: int, ratio: float, theme: Theme) -> QImage:
    """The strip at the edge: ticks, and the bar with its ends, on whole pixels."""
    size = QSizeF(WIDTH, height) * ratio
    still = QImage(size.toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    still.setDevicePixelRatio(ratio)
    still.fill(QColor(0, 0, 0, 0))
    parts = [QRect(LEFT, round(t.y), LONG if t.long else SHORT, 1) for t in bar.ticks]
    ends = [QRect(LEFT, round(y), LONG, 1) for y in (bar.top, bar.bottom)]
    upright = QRect(LEFT, round(bar.top), 1, round(bar.bottom) - round(bar.top) + 1)
    with QPainter(still) as painter:
        black = QColor(0, 0, 0)
        for part in (*parts, *ends, upright):
            painter.fillRect(part.adjusted(-1, -1, 1, 1), black)
        for token, some in (("text3", parts), ("overlay", [*ends, upright])):
            color = theme.color(token)
            for part in some:
                painter.fillRect(part, color)
    return still
