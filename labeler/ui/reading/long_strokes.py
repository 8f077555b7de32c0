"""A line of very many points, drawn by the kernel: Qt takes 25 ms for 5,000 of them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from labeler.kernels.outlines import CLOSED, OPEN, OutlinePicture, Paths, Pen
from labeler.viewing.overlay import Stroke

LONG = 128
"""Points; a shorter line is Qt's."""

AROUND = 4
"""Pixels beside a line that belong to it."""


def draw_long(
    painter: QPainter,
    stroke: Stroke,
    room: QRectF,
    color: int,
    shade: tuple[float, int],
    dash: tuple[float, float],
) -> None:
    """Where the painter draws now, else within `room`. `color` is opaque, 0xffRRGGBB; `shade` its
    width and its opacity of 255; `dash` how long it is drawn and until it is drawn again."""
    places = np.array(stroke.points, np.float64)
    (left, top), (right, bottom) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
    around = QRectF(left, top, right - left, bottom - top).adjusted(
        -AROUND, -AROUND, AROUND, AROUND
    )
    clip = painter.clipBoundingRect() if painter.hasClipping() else room
    seen: QRect = around.intersected(clip).toAlignedRect()
    if seen.isEmpty():
        return
    ratio = painter.device().devicePixelRatioF()
    wide, high = max(1, round(seen.width() * ratio)), max(1, round(seen.height() * ratio))
    image = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    picture = OutlinePicture(np.frombuffer(image.bits(), np.uint32).reshape(high, wide))
    paths = Paths(
        places,
        np.array([0, len(places)], np.int32),
        np.array([CLOSED if stroke.closed else OPEN], np.uint8),
        np.array([[left, top, right, bottom]]),
    )
    pen = Pen(
        stroke.width * ratio, shade[0] * ratio, shade[1], detail=1.0, gap=0, arm=0, barb=0,
        angle=0, small=0,
    )  # fmt: skip
    where = ratio, 0.0, -seen.left() * ratio, 0.0, ratio, -seen.top() * ratio
    one = np.zeros(1, np.int32)
    dashes = dash[0] * ratio, dash[1] * ratio
    picture.draw(paths, one, one.astype(np.uint8), where, [color], [dashes], pen)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(seen.topLeft(), image)
