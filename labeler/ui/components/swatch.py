"""The square of a label's colour in a list."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from labeler.ui.theme import Theme
from labeler.viewing.label_inks import COLORS, FOREIGN

SWATCH = 12
EDGE = 2.0


def paint_swatch(painter: QPainter, room: QRect, theme: Theme, ink: int) -> None:
    """At the left end of a row, amid its height: full for the first twelve labels, hollow for the
    next, which have their colours again, with a core for those after; dashed where the form does
    not have the label."""
    square = QRect(room.left(), room.top() + (room.height() - SWATCH) // 2, SWATCH, SWATCH)
    color = theme.label(ink)
    if 0 <= ink < COLORS:
        painter.fillRect(square, color)
        return
    style = Qt.PenStyle.DotLine if ink == FOREIGN else Qt.PenStyle.SolidLine
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, EDGE, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
    half = EDGE / 2
    painter.drawRect(QRectF(square).adjusted(half, half, -half, -half))
    if ink >= 2 * COLORS:
        painter.fillRect(square.adjusted(4, 4, -4, -4), color)
    painter.restore()
