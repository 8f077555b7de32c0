"""The magnifier's lens and the box of an automatic window, over a view."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from labeler.model.image import Pixels
from labeler.model.rasters import Place
from labeler.ui.reading.frame_picture import FramePicture
from labeler.ui.theme import Theme
from labeler.viewing.air_search import Mask
from labeler.viewing.magnifier import lens_at
from labeler.viewing.render import Grey
from labeler.viewing.scene import Scene
from labeler.viewing.viewport import CanvasMap


class LensPainter:
    """Renders the stored values under the lens anew: nothing of the screen is blown up."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._frame = FramePicture()

    def paint(
        self,
        painter: QPainter,
        scene: Scene,
        pixels: Pixels,
        at: Place,
        ratio: float,
        grey: Grey,
        frame: object,
        air: Mask | None = None,
    ) -> None:
        """The lens of a pointer at `at`, in the view's own window; nothing beside the image.
        `frame` names the pixels, whose `air` is black."""
        lens = lens_at(scene.where, scene.canvas, at)
        if lens is None:
            return
        side = max(1, round(lens.side * ratio))
        where = CanvasMap(
            lens.where.layout,
            lens.where.left * ratio,
            lens.where.top * ratio,
            lens.where.scale_x * ratio,
            lens.where.scale_y * ratio,
        )
        circle = QRectF(0, 0, lens.side, lens.side)
        path = QPainterPath()
        path.addEllipse(circle)
        painter.save()
        painter.translate(lens.left, lens.top)
        painter.setClipPath(path)
        smooth = scene.view.smooth
        self._frame.paint(
            painter, pixels, where, (side, side), ratio, grey, frame, smooth=smooth, air=air
        )
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0), 3))
        painter.drawEllipse(circle.adjusted(1, 1, -1, -1))
        painter.setPen(QPen(self._theme.color("overlay"), 1))
        painter.drawEllipse(circle.adjusted(1, 1, -1, -1))
        painter.restore()


def paint_area(painter: QPainter, area: tuple[Place, Place], theme: Theme) -> None:
    """A box by two of its corners, as it is dragged."""
    box = QRectF(QPointF(*area[0]), QPointF(*area[1])).normalized()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0), 3))
    painter.drawRect(box)
    painter.setPen(QPen(theme.color("overlay"), 1, Qt.PenStyle.DashLine))
    painter.drawRect(box)
