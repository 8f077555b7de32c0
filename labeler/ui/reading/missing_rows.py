"""Hatches the rows of a slice that are not in its file, and says so amid them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPolygonF

from labeler.ui.reading.phrases import words
from labeler.ui.theme import Theme, Type, font
from labeler.viewing.scene import Scene
from labeler.viewing.stack_text import missing_rows_text

_AROUND = 6.0
"""Pixels kept clear around the words."""


def paint_missing_rows(painter: QPainter, room: QRect, scene: Scene, theme: Theme) -> None:
    """Nothing where the slice is whole."""
    image, index = scene.image, scene.view.index
    _, rows, columns = image.source.shape
    there = image.rows_there(index)
    if there >= rows:
        return
    right, top, bottom = columns - 0.5, there - 0.5, rows - 0.5
    corners = ((-0.5, top), (right, top), (right, bottom), (-0.5, bottom))
    area = QPolygonF([QPointF(*scene.where.to_canvas(corner)) for corner in corners])
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    for brush in (
        QBrush(theme.color("image")),
        QBrush(theme.color("warning"), Qt.BrushStyle.BDiagPattern),
    ):
        painter.setBrush(brush)
        painter.drawPolygon(area)
    seen = area.boundingRect().intersected(QRectF(room))
    if not seen.isEmpty():
        _say(painter, seen, room, words(missing_rows_text(image, index)), theme)
    painter.restore()


def _say(painter: QPainter, seen: QRectF, room: QRect, text: str, theme: Theme) -> None:
    """Amid what is seen of the missing part, whole where the room has the width."""
    painter.setFont(font(Type.BODY))
    painter.setPen(theme.color("warning"))
    center = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    around = QRectF(room.left(), seen.top(), room.width(), seen.height())
    around.adjust(_AROUND, 0, -_AROUND, 0)
    needed = painter.boundingRect(around, center, text)
    painter.fillRect(needed.adjusted(-_AROUND, -2, _AROUND, 2), theme.color("image"))
    painter.drawText(needed, center, text)
