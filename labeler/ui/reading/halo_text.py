"""Words over an image, legible on black and on white: each line drawn once, then stamped."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from labeler.ui.reading.halo import Halo
from labeler.ui.theme import Theme, Type, font

KEPT = 64
"""Lines; each is some ten kilobytes, on a fine screen four times as much."""

_PAD = 4
"""Room around a line for its halo."""


@dataclass(frozen=True)
class Stamp:
    """A line as a picture; its baseline begins at `origin` of it."""

    image: QImage
    width: float
    origin: QPoint


class HaloText:
    """To draw a text is what costs, not to copy it. Kept are the lines that were asked for last,
    and however many they are all those of this picture and the one before."""

    def __init__(self, theme: Theme, kind: Type) -> None:
        self._theme, self._font = theme, font(kind)
        self.metrics = QFontMetricsF(self._font)
        self._ratio, self._halo = 1.0, Halo(1.0, theme.color("overlay"))
        self._stamps: OrderedDict[str, tuple[Stamp, int]] = OrderedDict()
        self._picture = 0

    def __len__(self) -> int:
        return len(self._stamps)

    def begin_picture(self) -> None:
        """Lines that are asked for from now on are those of another picture."""
        self._picture += 1

    def write(self, painter: QPainter, at: QPointF, text: str) -> None:
        """In overlay colour; `at` is the left end of its baseline."""
        stamp = self.stamp(text, painter.device().devicePixelRatioF())
        painter.drawImage(at.toPoint() - stamp.origin, stamp.image)

    def stamp(self, text: str, ratio: float) -> Stamp:
        """A line, drawn the first time."""
        if ratio != self._ratio:
            self._ratio, self._halo = ratio, Halo(ratio, self._theme.color("overlay"))
            self._stamps.clear()
        known = self._stamps.pop(text, None)
        stamp = self._made(text, ratio) if known is None else known[0]
        self._stamps[text] = stamp, self._picture
        while len(self._stamps) > KEPT and self._is_past(next(iter(self._stamps.values()))[1]):
            self._stamps.popitem(last=False)
        return stamp

    def _is_past(self, picture: int) -> bool:
        return picture < self._picture - 1

    def _made(self, text: str, ratio: float) -> Stamp:
        metrics = self.metrics
        width = metrics.horizontalAdvance(text)
        height = round(metrics.ascent()) + metrics.descent()
        size = QSizeF(width + 2 * _PAD, height + 2 * _PAD) * ratio
        origin = QPoint(_PAD, _PAD + round(metrics.ascent()))
        image = QImage(size.toSize(), QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        with QPainter(image) as painter:
            painter.setFont(self._font)
            painter.setPen(QColor(255, 255, 255))
            painter.drawText(origin, text)
        pixels = np.frombuffer(image.bits(), np.uint8)
        self._halo.put(pixels.reshape(image.height(), image.width(), 4))
        return Stamp(image, width, origin)
