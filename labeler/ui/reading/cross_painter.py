"""Draws the crosshair, its handles, and the lines where other views' slices lie."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion

from labeler.model.rasters import Place
from labeler.ui.theme import Theme
from labeler.viewing.crosshair import CrossLine, lines, shares_frame
from labeler.viewing.scene import Scene

HANDLE_RADIUS = 4.0
STRAIGHT = 0.01
"""Up to so many pixels aside a line is upright or level."""

AROUND = 4
"""Beside a text no line runs for so many pixels."""

SHADE = QColor(0, 0, 0, 153)


def spare(painter: QPainter, room: QRect, texts: Iterable[QRect]) -> None:
    """What is drawn from here on leaves texts free, and a little room around them."""
    free = QRegion(room)
    for text in texts:
        free -= QRegion(text.adjusted(-AROUND, 0, AROUND, 0))
    painter.setClipRegion(free, Qt.ClipOperation.IntersectClip)


def paint_crosshair(painter: QPainter, scene: Scene, theme: Theme, *, handles: bool) -> None:
    """The planes of the crosshair in their colours, where it lies in this view's coordinates."""
    crosshair = scene.crosshair
    if crosshair is None or not shares_frame(crosshair, scene.image):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for line in lines(crosshair, scene.image, scene.view.index, scene.where):
        color = QColor(theme.planes[line.plane])
        for begin, end in line.pieces(scene.canvas):
            _line(painter, begin, end, color)
        if handles:
            _handles(painter, line, scene, color)


def paint_reference(
    painter: QPainter, scene: Scene, ends: tuple[Place, Place], theme: Theme
) -> None:
    """Where the slice of the active view cuts this one."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    begin, end = (scene.where.to_canvas(one) for one in ends)
    _line(painter, begin, end, theme.color("overlay"))


def _line(painter: QPainter, begin: Place, end: Place, color: QColor) -> None:
    (x, y), (to_x, to_y) = begin, end
    if min(abs(to_x - x), abs(to_y - y)) < STRAIGHT:
        # Filled on whole pixels: smoothing an upright line takes many times as long.
        left, top = math.floor(min(x, to_x)), math.floor(min(y, to_y))
        wide, high = round(abs(to_x - x)), round(abs(to_y - y))
        across = QPoint(1, 0) if high > wide else QPoint(0, 1)
        core = QRect(left, top, max(1, wide), max(1, high))
        painter.fillRect(QRect(core.topLeft() - across, core.bottomRight() + across), SHADE)
        painter.fillRect(core, color)
        return
    for ink, width in ((SHADE, 3.0), (color, 1.0)):
        painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(*begin), QPointF(*end))


def _handles(painter: QPainter, line: CrossLine, scene: Scene, color: QColor) -> None:
    painter.setBrush(color)
    painter.setPen(QPen(QColor(0, 0, 0), 1))
    for at in line.handles(scene.canvas):
        painter.drawEllipse(QPointF(*at), HANDLE_RADIUS, HANDLE_RADIUS)
