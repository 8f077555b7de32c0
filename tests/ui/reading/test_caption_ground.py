"""Words beside marks are read over any image."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from labeler.ui.look import Look
from labeler.ui.reading.halo_text import HaloText
from labeler.ui.reading.overlay_painter import draw
from labeler.ui.theme import Type
from labeler.viewing.caption_place import CaptionPlaces
from labeler.viewing.mark_words import Caption
from labeler.viewing.phrase import phrase


def test_no_edge_of_the_image_shines_between_the_letters(look: Look) -> None:
    """An edge of bone is as thin and as bright as a stroke of a letter."""
    image = QImage(200, 60, QImage.Format.Format_RGB32)
    image.fill(QColor(255, 255, 255))
    caption = Caption("7", (phrase("110.8 mm"),), (20.0, 20.0, 30.0, 30.0))
    with QPainter(image) as painter:
        text = HaloText(look.theme, Type.SECONDARY)
        room = QRectF(0, 0, 200, 60)
        (words,) = draw(painter, [caption], look.theme, text, room, CaptionPlaces())
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(60, 200, 4)[..., :3]
    ink = look.theme.color("overlay").blue()

    def brightest(rect: QRect) -> int:
        rows = slice(rect.top(), rect.bottom() + 1)
        return int(pixels[rows, rect.left() : rect.right() + 1].max())

    assert brightest(words) <= ink, "no brighter than what is written"
    gap = QRect(words.left() + 8, words.top(), 4, words.height())
    assert brightest(gap) < ink // 2, "between digit and size"
    assert pixels[30, 190].min() == 255, "elsewhere the image is as it was"
    assert pixels[20:30, 20:30].min() == 255, "the mark is not covered"
