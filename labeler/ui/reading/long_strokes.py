"""Lines of very many points, drawn by the kernel: Qt takes 25 ms for 5,000 of them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from labeler.kernels.outlines import CLOSED, OPEN, Affine, OutlinePicture, Paths, Pen
from labeler.viewing.mark_paths import ring_paths
from labeler.viewing.overlay import Edge, Stroke

LONG = 128
"""Points; a shorter line is Qt's."""

AROUND = 4
"""Pixels beside a line that belong to it."""

ON_CANVAS = 1.0, 0.0, 0.0, 0.0, 1.0, 0.0


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
    box = np.concatenate((places.min(axis=0), places.max(axis=0)))[None]
    kinds = np.array([CLOSED if stroke.closed else OPEN], np.uint8)
    paths = Paths(places, np.array([0, len(places)], np.int32), kinds, box)
    _draw(painter, paths, ON_CANVAS, room, stroke.width, color, shade, dash)


def draw_edge(
    painter: QPainter,
    edge: Edge,
    room: QRectF,
    color: int,
    shade: tuple[float, int],
    dash: tuple[float, float],
) -> None:
    """All lines around a region in one picture; the rest is as of a long line."""
    paths = ring_paths([edge.rings]).paths
    _draw(painter, paths, edge.where.affine, room, edge.width, color, shade, dash)


def _draw(
    painter: QPainter,
    paths: Paths,
    where: Affine,
    room: QRectF,
    width: float,
    color: int,
    shade: tuple[float, int],
    dash: tuple[float, float],
) -> None:
    """`where` the paths lie on the canvas."""
    clip = painter.clipBoundingRect() if painter.hasClipping() else room
    seen: QRect = _around(paths, where).intersected(clip).toAlignedRect()
    if seen.isEmpty():
        return
    ratio = painter.device().devicePixelRatioF()
    wide, high = max(1, round(seen.width() * ratio)), max(1, round(seen.height() * ratio))
    image = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    picture = OutlinePicture(np.frombuffer(image.bits(), np.uint32).reshape(high, wide))
    pen = Pen(
        width * ratio, shade[0] * ratio, shade[1], detail=1.0, gap=0, arm=0, barb=0,
        angle=0, small=0,
    )  # fmt: skip
    a, b, c, d, e, f = where
    onto = (
        a * ratio, b * ratio, (c - seen.left()) * ratio,
        d * ratio, e * ratio, (f - seen.top()) * ratio,
    )  # fmt: skip
    every = np.arange(len(paths.kinds), dtype=np.int32)
    inks = np.zeros(len(every), np.uint8)
    dashes = dash[0] * ratio, dash[1] * ratio
    picture.draw(paths, every, inks, onto, [color], [dashes], pen)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(seen.topLeft(), image)


def _around(paths: Paths, where: Affine) -> QRectF:
    """The rectangle on the canvas that holds the lines."""
    (left, top), (right, bottom) = paths.boxes[:, :2].min(axis=0), paths.boxes[:, 2:].max(axis=0)
    a, b, c, d, e, f = where
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    xs, ys = [a * x + b * y + c for x, y in corners], [d * x + e * y + f for x, y in corners]
    box = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return box.adjusted(-AROUND, -AROUND, AROUND, AROUND)
