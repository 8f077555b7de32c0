"""A frame as Qt paints it: the canvas that the kernels fill is the picture itself."""

from __future__ import annotations

from PySide6.QtGui import QImage, QPainter

from labeler.kernels.windowing import Screen
from labeler.model.image import Pixels
from labeler.viewing.render import FrameRenderer, Grey
from labeler.viewing.viewport import CanvasMap


class FramePicture:
    """Rendered anew only where something of it changed; painting it is one copy to the screen."""

    def __init__(self) -> None:
        self._renderer = FrameRenderer()
        self._key: object = None
        self._canvas: Screen | None = None
        self._image = QImage()

    def paint(
        self,
        painter: QPainter,
        pixels: Pixels,
        where: CanvasMap,
        size: tuple[int, int],
        ratio: float,
        grey: Grey,
        frame: object,
        *,
        smooth: bool,
    ) -> None:
        """At the painter's origin, `size` device pixels of which `ratio` are one canvas pixel;
        `where` counts in device pixels. `frame` names the pixels."""
        key = (frame, where, size, grey, smooth)
        if key != self._key:
            canvas = self._renderer.paint(pixels, where, size, grey, frame, smooth=smooth)
            if canvas is not self._canvas:
                # No bytes are copied: what is rendered into the canvas is in the image.
                self._canvas = canvas
                width, height = size
                form = QImage.Format.Format_RGB32
                self._image = QImage(canvas.data, width, height, canvas.strides[0], form)
            self._key = key
        self._image.setDevicePixelRatio(ratio)
        painter.drawImage(0, 0, self._image)
