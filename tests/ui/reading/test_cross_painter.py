"""Lines of the crosshair: their colour on whole pixels, in a shade on both sides."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage, QPainter

from labeler.model.rasters import Place
from labeler.ui.reading.cross_painter import _line


def painted(begin: Place, end: Place) -> QImage:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _line(painter, begin, end, QColor("red"))
    painter.end()
    return image


def test_an_upright_and_a_level_line() -> None:
    upright, level = painted((10.6, 2.0), (10.6, 30.0)), painted((30.0, 10.6), (2.0, 10.6))
    for along in (2, 15, 29):
        for image, at in ((upright, (10, along)), (level, (along, 10))):
            assert image.pixelColor(*at) == QColor("red")
    for off in (9, 11):
        assert upright.pixelColor(off, 15).value() < 200
        assert level.pixelColor(15, off).value() < 200
    assert upright.pixelColor(10, 31) == upright.pixelColor(8, 15) == QColor("white")


def test_a_line_askew_is_smooth() -> None:
    image = painted((2.0, 2.0), (30.0, 31.0))
    assert image.pixelColor(15, 15) != QColor("white")
