"""Words over an image, each line drawn once and stamped from then on."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from labeler.ui.reading.overlay_painter import write
from labeler.ui.theme import Theme, Type, font

KEPT = 256
"""Lines; each is some ten kilobytes."""

_PAD = 2
"""Room around a line for its halo."""


@dataclass(frozen=True)
class _Stamp:
    image: QImage
    width: float
    ascent: float


class HaloText:
    """A halo is nine texts on top of another: too slow to be drawn for every slice."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._stamps: OrderedDict[tuple[str, Type, float, float], _Stamp] = OrderedDict()
        self._metrics: dict[Type, QFontMetricsF] = {}

    def metrics(self, kind: Type) -> QFontMetricsF:
        if kind not in self._metrics:
            self._metrics[kind] = QFontMetricsF(font(kind))
        return self._metrics[kind]

    def write(
        self,
        painter: QPainter,
        x: float,
        base: float,
        text: str,
        kind: Type,
        *,
        widest: float = 0.0,
        right: bool = False,
    ) -> None:
        """Text on the baseline `base`, its left end at `x`, or its right end where `right`.

        Wider than `widest`, where that is told, it is cut with an ellipsis.
        """
        if not text:
            return
        stamp = self._stamp(painter, text, kind, widest)
        left = x - stamp.width if right else x
        at = QPointF(round(left) - _PAD, round(base) - round(stamp.ascent) - _PAD)
        painter.drawImage(at, stamp.image)

    def _stamp(self, painter: QPainter, text: str, kind: Type, widest: float) -> _Stamp:
        ratio = painter.device().devicePixelRatioF()
        key = text, kind, widest, ratio
        found = self._stamps.get(key)
        if found is None:
            found = self._stamps[key] = self._made(text, kind, widest, ratio)
            if len(self._stamps) > KEPT:
                self._stamps.popitem(last=False)
        else:
            self._stamps.move_to_end(key)
        return found

    def _made(self, text: str, kind: Type, widest: float, ratio: float) -> _Stamp:
        metrics = self.metrics(kind)
        if widest:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, widest)
        width = metrics.horizontalAdvance(text)
        height = round(metrics.ascent()) + metrics.descent()
        size = QSizeF(width + 2 * _PAD + 2, height + 2 * _PAD + 2) * ratio
        form = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(size.toSize(), form)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setFont(font(kind))
        write(painter, QPointF(_PAD, _PAD + round(metrics.ascent())), text, self._theme)
        painter.end()
        return _Stamp(image, width, metrics.ascent())
