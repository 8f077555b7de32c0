"""Words over an image: as bright as their colour says, black around them, and nothing beyond."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter

from labeler.ui.look import Look
from labeler.ui.reading.halo import Halo
from labeler.ui.reading.halo_text import KEPT, HaloText
from labeler.ui.theme import Type

WORDS = "Im 143 / 512  I 120.5 mm"


def over(look: Look, background: int, ratio: float) -> NDArray[np.int16]:
    """The words over an even grey, as brightness."""
    canvas = QImage(round(200 * ratio), round(32 * ratio), QImage.Format.Format_RGB32)
    canvas.setDevicePixelRatio(ratio)
    canvas.fill(QColor(background, background, background))
    painter = QPainter(canvas)
    stamp = HaloText(look.theme, Type.SECONDARY).stamp(WORDS, ratio)
    painter.drawImage(QPoint(10, 20) - stamp.origin, stamp.image)
    painter.end()
    pixels = np.frombuffer(canvas.constBits(), np.uint8)
    return pixels.reshape(canvas.height(), canvas.width(), 4)[:, :, 1].astype(np.int16)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_ink_is_as_bright_on_white_as_on_black(look: Look, ratio: float) -> None:
    ink = look.theme.color("overlay").green()
    white, black = over(look, 255, ratio), over(look, 0, ratio)
    letters = black >= ink - 12
    assert letters.sum() > 150 * ratio
    assert np.abs(white - black)[letters].max() <= 12


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_around_ink_on_white_it_is_black_and_beyond_it_is_white(look: Look, ratio: float) -> None:
    white, black = over(look, 255, ratio), over(look, 0, ratio)
    letters = black > 150
    near, far = grown(letters, 1), grown(black > 0, round(4 * ratio))
    assert np.percentile(white[near & (black <= 40)], 98) < 60
    assert (white[~far] == 255).all()


def test_on_white_words_lie_on_dark_and_not_amid_white_gaps(look: Look) -> None:
    """A rim of one pixel is a second writing around the first: both are as loud."""
    white, black = over(look, 255, 1.0), over(look, 0, 1.0)
    beside = grown(black > 150, 2) & (black <= 40)
    assert np.percentile(white[beside], 90) < 110


def grown(mask: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    around, (rows, columns) = np.pad(mask, by), mask.shape
    found = np.zeros_like(mask)
    for down in range(2 * by + 1):
        for across in range(2 * by + 1):
            found |= around[down : down + rows, across : across + columns]
    return found


def test_faint_ink_on_both_sides_does_not_add_up() -> None:
    """Letters stay apart: the room between them is as dark as the nearer one makes it."""
    ink = np.zeros((9, 9), np.uint8)
    ink[:, 2] = ink[:, 6] = 100
    alone = ink.copy()
    alone[:, 6] = 0
    halo = Halo(1.0, QColor("white"))
    assert 0 < halo.around(ink)[4, 4] == halo.around(alone)[4, 4] < 150


def test_a_line_is_stamped_once(look: Look) -> None:
    text = HaloText(look.theme, Type.SECONDARY)
    assert text.stamp(WORDS, 1.0) is text.stamp(WORDS, 1.0)
    first = text.stamp(WORDS, 1.0)
    assert text.stamp(WORDS, 2.0) is not first


def test_lines_of_many_pictures_are_not_kept(look: Look) -> None:
    """What is scrolled and measured for hours never says the same twice."""
    text = HaloText(look.theme, Type.SECONDARY)
    for number in range(3 * KEPT):
        text.begin_picture()
        text.stamp(f"Im {number}", 1.0)
    assert len(text) == KEPT
    last = 3 * KEPT - 1
    assert text.stamp(f"Im {last}", 1.0) is text.stamp(f"Im {last}", 1.0)


def test_a_picture_of_many_lines_draws_them_once(look: Look) -> None:
    text = HaloText(look.theme, Type.SECONDARY)
    lines = [f"Mark {n}" for n in range(2 * KEPT)]
    pictures = []
    for n in range(3):
        text.begin_picture()
        pictures.append([text.stamp(line, 1.0) for line in (f"one more, {n}", *lines)][1:])
    assert all(a is b for a, b in zip(pictures[0], pictures[2], strict=True))
    for _ in range(3):
        text.begin_picture()
    text.stamp("all others are gone", 1.0)
    assert len(text) == KEPT
