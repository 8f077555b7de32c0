"""Paints what the brush has done so far, as much of it as is to be painted anew."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from labeler.ui.theme import Theme
from labeler.viewing.overlay import Wet
from labeler.viewing.viewport import CanvasMap
from labeler.viewing.wet_paint import Box

SHADE_OPACITY, SHADE_EXTRA = 0.60, 1.5


def paint_wet(painter: QPainter, wet: Wet, theme: Theme, room: QRectF) -> None:
    """Within the painter's clip, else within `room`."""
    clip = painter.clipBoundingRect() if painter.hasClipping() else room
    box = voxels_in(wet.where, clip, wet.paint.box)
    if box is None:
        return
    top, left, bottom, right = box
    bits = wet.paint.crop(box)
    color = _color(theme, wet)
    if bits.any():
        fill = QColor(color)
        fill.setAlphaF(wet.opacity)
        shown = np.ascontiguousarray(wet.where.layout.arrange(bits), dtype=np.uint8)
        height, width = shown.shape
        image = QImage(shown.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable([0, fill.rgba()])
        a = QPointF(*wet.where.to_canvas((left - 0.5, top - 0.5)))
        b = QPointF(*wet.where.to_canvas((right - 0.5, bottom - 0.5)))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(QRectF(a, b).normalized(), image)
    to_canvas = wet.where.to_canvas
    lines = [
        QLineF(QPointF(*to_canvas(a)), QPointF(*to_canvas(b))) for a, b in wet.paint.edges(box)
    ]
    shade = QColor(0, 0, 0)
    shade.setAlphaF(SHADE_OPACITY)
    # Without smoothing: each voxel's side is a straight line, and many of them are quick so.
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for ink, width in ((shade, wet.width + SHADE_EXTRA), (color, wet.width)):
        painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
        painter.drawLines(lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def voxels_in(where: CanvasMap, clip: QRectF, bounds: Box) -> Box | None:
    """The voxels of `bounds` that lie under a part of the canvas, lines beside them included."""
    a = where.to_voxel((clip.left() - 4, clip.top() - 4))
    b = where.to_voxel((clip.right() + 4, clip.bottom() + 4))
    top, left, bottom, right = bounds
    box = (
        max(top, math.floor(min(a[1], b[1]))),
        max(left, math.floor(min(a[0], b[0]))),
        min(bottom, math.ceil(max(a[1], b[1])) + 1),
        min(right, math.ceil(max(a[0], b[0])) + 1),
    )
    return box if box[0] < box[2] and box[1] < box[3] else None


def _color(theme: Theme, wet: Wet) -> QColor:
    return theme.label(wet.ink) if isinstance(wet.ink, int) else QColor(*wet.ink)
