"""A frame as Qt paints it: the canvas that the kernels fill is the picture itself."""

from __future__ import annotations

from PySide6.QtGui import QImage, QPainter

from labeler.kernels.windowing import Screen
from labeler.model.image import Pixels
from labeler.viewing.air import blacken, on_canvas
from labeler.viewing.air_search import Mask
from labeler.viewing.render import FrameRenderer, Grey
from labeler.viewing.viewport import CanvasMap


class FramePicture:
    """Rendered anew only where something of it changed; painting it is one copy to the screen."""

    def __init__(self) -> None:
        self._renderer = FrameRenderer()
        self._key: object = None
        self._canvas: Screen | None = None
        self._image = QImage()
        self._air: tuple[Mask, CanvasMap, tuple[int, int], Mask] | None = None

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
        air: Mask | None = None,
    ) -> None:
        """At the painter's origin, `size` device pixels of which `ratio` are one canvas pixel;
        `where` counts in device pixels. `frame` names the pixels, whose `air` is black."""
        key = (frame, where, size, grey, smooth, id(air))
        if key != self._key:
            canvas = self._renderer.paint(pixels, where, size, grey, frame, smooth=smooth)
            if air is not None:
                blacken(canvas, self._dark(air, pixels, where, size))
            if canvas is not self._canvas:
                # No bytes are copied: what is rendered into the canvas is in the image.
                self._canvas = canvas
                width, height = size
                form = QImage.Format.Format_RGB32
                self._image = QImage(canvas.data, width, height, canvas.strides[0], form)
            self._key = key
        self._image.setDevicePixelRatio(ratio)
        painter.drawImage(0, 0, self._image)

    def _dark(self, air: Mask, pixels: Pixels, where: CanvasMap, size: tuple[int, int]) -> Mask:
        """Where air is seen; a moving window does not change that."""
        key = air, where, size
        if self._air is None or self._air[0] is not air or self._air[1:3] != key[1:]:
            rows, columns = pixels.shape[:2]
            self._air = *key, on_canvas(air, (rows, columns), where, size)
        return self._air[3]
