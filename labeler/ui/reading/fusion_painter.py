"""Paints the second series over the first, and tells which it is."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from labeler.model.image import Pixels
from labeler.ui.reading.fused import Fused
from labeler.viewing.corner_text import window_words
from labeler.viewing.fusion import FusionLook, colored
from labeler.viewing.grey import Grey
from labeler.viewing.phrase import Phrase, number, phrase
from labeler.viewing.render import FrameRenderer
from labeler.viewing.viewport import CanvasMap


class FusionPainter:
    """Keeps what it last made, so that a moving pointer costs one blit."""

    def __init__(self) -> None:
        self._renderer = FrameRenderer()
        self._key: object = None
        self._image: QImage | None = None

    def paint(
        self,
        painter: QPainter,
        room: QRect,
        fused: Fused,
        pixels: Pixels,
        where: CanvasMap,
        size: tuple[int, int],
    ) -> None:
        look = fused.look
        if look is None:
            return
        key = fused.arrivals, where, size, look
        if self._key != key or self._image is None:
            self._key, self._image = key, self._made(pixels, where, size, look, fused.arrivals)
        painter.drawImage(room, self._image)

    def _made(
        self,
        pixels: Pixels,
        where: CanvasMap,
        size: tuple[int, int],
        look: FusionLook,
        frame: int,
    ) -> QImage:
        grey = Grey(1.0, 0.0, look.window, inverted=False)
        shades = self._renderer.paint(pixels, where, size, grey, frame)
        made = colored(shades, look)
        form = QImage.Format.Format_ARGB32_Premultiplied
        return QImage(made.tobytes(), size[0], size[1], size[0] * 4, form)


def fusion_words(fused: Fused) -> tuple[Phrase, ...]:
    """The second series, its window and how much of it is seen; what of it is missing yet."""
    if fused.over is None:
        return ()
    image, look = fused.over.image, fused.look
    name = image.info.description or image.info.modality
    lines = [phrase("Over it: {name}", name=name)]
    if fused.refused:
        lines.append(phrase("Not shown: no room in memory"))
    elif fused.loading is not None:
        here, count = fused.loading
        lines.append(phrase("Loading {here} / {count} …", here=here, count=count))
    if look is not None:
        percent, window = number(look.opacity * 100), window_words(image, look.window)
        lines.append(phrase("{window} · {percent} %", window=window, percent=percent))
    return tuple(lines)
