"""How viewers paint with Qt alone, numpy and OpenCV: `view_qt.py WAY`."""

import sys

import cv2
import numpy as np
import painting
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget


def scale_of(center, width):
    """Gain and offset of PS3.3 C.11.2.1.2.1 onto 0..255."""
    gain = 255 / (width - 1)
    return gain, 127.5 - (center - 0.5) * gain


def table_of(center, width, first=0):
    gain, offset = scale_of(center, width)
    return np.clip(np.rint(np.arange(first, first + 65536) * gain + offset), 0, 255).astype(
        np.uint8
    )


def fitted(size, rows, columns):
    width, height = size
    scale = min(width / columns, height / rows)
    wide, high = columns * scale, rows * scale
    return QRectF((width - wide) / 2, (height - high) / 2, wide, high)


class View(QWidget):
    """`paint(painter)` paints it all."""

    def __init__(self, size, paint):
        super().__init__()
        self._paint = paint
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.resize(*size)
        self.show()

    def paintEvent(self, _event):  # noqa: N802
        painter = QPainter(self)
        self._paint(painter)
        painter.end()


def drag_of(picture):
    """`picture(pixels, center, width)` is what is drawn, scaled by Qt."""

    def made():
        pixels = painting.mammogram()
        where = fitted(painting.DRAG_VIEW, *pixels.shape)
        now = [painting.window(0)]

        def paint(painter):
            painter.fillRect(0, 0, *painting.DRAG_VIEW, Qt.GlobalColor.black)
            shown = picture(pixels, *now[0])
            draw = painter.drawPixmap if isinstance(shown, QPixmap) else painter.drawImage
            draw(where, shown, QRectF(0, 0, pixels.shape[1], pixels.shape[0]))

        view = View(painting.DRAG_VIEW, paint)

        def step(frame):
            now[0] = painting.window(frame)
            view.update()

        return [view], step

    return made


def whole_pixmap(pixels, center, width):
    """All pixels through a table to 8 bits and into a pixmap."""
    grey = np.take(table_of(center, width), pixels, mode="clip")
    rows, columns = grey.shape
    image = QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
    return QPixmap.fromImage(image)


KEPT = [None]


def grey_16(pixels, center, width):
    """All pixels scaled to 16 bits; Qt makes the rest of it."""
    gain, offset = scale_of(center, width)
    KEPT[0] = cv2.addWeighted(pixels, gain * 257, pixels, 0, offset * 257, dtype=cv2.CV_16U)
    rows, columns = KEPT[0].shape
    return QImage(KEPT[0].data, columns, rows, 2 * columns, QImage.Format.Format_Grayscale16)


def scroll_opencv():
    """Windowed and enlarged by OpenCV into one buffer, drawn 1:1."""
    stack = painting.ct_slices()
    gain, offset = scale_of(painting.CT_CENTER, painting.CT_WIDTH)
    side = painting.SCROLL_VIEW[0]
    grey = np.empty(stack.shape[1:], np.uint8)
    large = np.empty((side, side), np.uint8)
    now = [painting.slice_at(0)]

    def paint(painter):
        pixels = stack[now[0]]
        cv2.addWeighted(pixels, gain, pixels, 0, offset, dst=grey, dtype=cv2.CV_8U)
        cv2.resize(grey, (side, side), dst=large, interpolation=cv2.INTER_LINEAR)
        image = QImage(large.data, side, side, side, QImage.Format.Format_Grayscale8)
        painter.drawImage(0, 0, image)

    view = View(painting.SCROLL_VIEW, paint)

    def step(frame):
        now[0] = painting.slice_at(frame)
        view.update()

    return [view], step


def scroll_scene():
    """Windowed by a table into the pixmap of a graphics view, which scales it."""
    stack = painting.ct_slices()
    table = table_of(painting.CT_CENTER, painting.CT_WIDTH)
    side = painting.SIDE
    scene = QGraphicsScene()
    item = QGraphicsPixmapItem(QPixmap(side, side))
    scene.addItem(item)
    view = QGraphicsView(scene)
    KEPT[0] = scene, view
    for turn in (view.setHorizontalScrollBarPolicy, view.setVerticalScrollBarPolicy):
        turn(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.resize(*painting.SCROLL_VIEW)
    view.show()
    view.fitInView(item, Qt.AspectRatioMode.KeepAspectRatio)

    def step(frame):
        grey = np.take(table, stack[painting.slice_at(frame)], mode="clip")
        image = QImage(grey.data, side, side, side, QImage.Format.Format_Grayscale8)
        item.setPixmap(QPixmap.fromImage(image))

    return [view.viewport()], step


painting.application()
painting.perform(
    {
        "pixmap": {"window-drag": drag_of(whole_pixmap)},
        "grey16": {"window-drag": drag_of(grey_16)},
        "opencv": {"scroll": scroll_opencv},
        "scene": {"scroll": scroll_scene},
    }[sys.argv[1]]
)
