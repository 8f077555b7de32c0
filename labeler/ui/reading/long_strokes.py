"""Lines of very many points, drawn by the kernel: Qt takes 25 ms for 5,000 of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from weakref import ref

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from labeler.kernels.outlines import CLOSED, OPEN, Affine, OutlinePicture, Paths, Pen
from labeler.viewing.mark_paths import ring_paths
from labeler.viewing.outline import Rings
from labeler.viewing.overlay import Edge, Stroke

LONG = 128
"""Points; a shorter line is Qt's."""

AROUND = 4
"""Pixels beside a line that belong to it."""

SMALL = 12.0
"""Pixels; what is smaller is a thin line without shade."""

MOST_VIEWS = 6
"""Views of pixels that the kept pictures of edges have together at most."""

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
    clip = painter.clipBoundingRect() if painter.hasClipping() else room
    ratio = painter.device().devicePixelRatioF()
    made = _picture(paths, ON_CANVAS, clip, ratio, stroke.width, color, shade, dash)
    if made is not None:
        painter.drawImage(*made)


class _Kept(NamedTuple):
    rings: ref[Rings]
    look: object
    place: QPoint
    image: QImage


class EdgePictures:
    """Pictures of the edges of regions: the pointer moves over them, and none is drawn again while
    it looks the same. Those that the last painting did not show, and edges that are let go of, are
    not held."""

    def __init__(self) -> None:
        self._before: list[_Kept] = []
        self._kept: list[_Kept] = []
        self.drawn = 0
        """How many were drawn since it was made."""

    @property
    def pixels(self) -> int:
        """Of all pictures that are kept for the next painting."""
        return sum(_area(one.image) for one in self._kept)

    @contextmanager
    def painting(self) -> Iterator[None]:
        """All edges of a view are drawn within: what is not drawn again is let go of after."""
        self._before, self._kept = self._kept, []
        try:
            yield
        finally:
            self._before = []

    def draw(
        self,
        painter: QPainter,
        edge: Edge,
        color: int,
        shade: tuple[float, int],
        dash: tuple[float, float],
    ) -> None:
        """All lines around a region, as `draw_long` draws one."""
        room, ratio = QRectF(painter.window()), painter.device().devicePixelRatioF()
        look = edge.where, edge.width, color, shade, dash, room, ratio
        for known in self._before:
            if known.rings() is edge.rings and known.look == look:
                painter.drawImage(known.place, known.image)
                self._kept.append(known)
                return
        paths = ring_paths([edge.rings]).paths
        where, width = edge.where.affine, edge.width
        # Thousands of broad lines around small holes would cover the tissue they are about.
        made = _picture(paths, where, room, ratio, width, color, shade, dash, SMALL)
        if made is not None:
            self.drawn += 1
            painter.drawImage(*made)
            most = MOST_VIEWS * room.width() * room.height() * ratio**2
            if self.pixels + _area(made[1]) <= most:
                self._kept.append(_Kept(ref(edge.rings), look, *made))


def _area(image: QImage) -> int:
    return image.width() * image.height()


def _picture(
    paths: Paths,
    where: Affine,
    room: QRectF,
    ratio: float,
    width: float,
    color: int,
    shade: tuple[float, int],
    dash: tuple[float, float],
    small: float = 0.0,
) -> tuple[QPoint, QImage] | None:
    """The paths as they lie on the canvas by `where`, and the place of the picture; None where
    nothing of them lies in `room`."""
    seen: QRect = _around(paths, where).intersected(room).toAlignedRect()
    if seen.isEmpty():
        return None
    wide, high = max(1, round(seen.width() * ratio)), max(1, round(seen.height() * ratio))
    image = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    picture = OutlinePicture(np.frombuffer(image.bits(), np.uint32).reshape(high, wide))
    pen = Pen(
        width * ratio, shade[0] * ratio, shade[1], detail=1.0, gap=0, arm=0, barb=0,
        angle=0, small=small * ratio,
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
    return seen.topLeft(), image


def _around(paths: Paths, where: Affine) -> QRectF:
    """The rectangle on the canvas that holds the lines."""
    (left, top), (right, bottom) = paths.boxes[:, :2].min(axis=0), paths.boxes[:, 2:].max(axis=0)
    a, b, c, d, e, f = where
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    xs, ys = [a * x + b * y + c for x, y in corners], [d * x + e * y + f for x, y in corners]
    box = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return box.adjusted(-AROUND, -AROUND, AROUND, AROUND)
