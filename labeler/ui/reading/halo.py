"""What is drawn with a halo: legible on black and on white."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

FIRMER, BOLDER = 1.4, 2.0
"""Thin strokes that lie between pixels are as bright as their colour, not half of it, and the halo
around them as black as around others."""

SHADE = 0.6
"""A pixel of black lies around the ink, and one of so dark a shade around that: on white a rim
alone is as loud as what it holds."""

Cover = NDArray[np.uint8]
"""How much of each pixel is covered, of 255."""


class Halo:
    """Of one colour, on a screen with `ratio` device pixels a pixel."""

    def __init__(self, ratio: float, color: QColor) -> None:
        ratio = max(1.0, ratio)
        self._reach = math.floor(ratio)
        steps, middle = range(2 * self._reach + 1), self._reach
        self._disc = [
            (y, x) for y in steps for x in steps if math.hypot(y - middle, x - middle) <= ratio
        ]
        parts = color.blue(), color.green(), color.red()
        self._parts = [_table(part * FIRMER, part) for part in parts]
        self._black = _table(255 * BOLDER, 255)
        self._shade = _table(255 * BOLDER * SHADE, 255 * SHADE)

    def put(self, pixels: Cover) -> None:
        """Instead of ink alone its colour over its halo, in premultiplied BGRA (rows, columns, 4),
        of which the last says where ink is."""
        cover = pixels[:, :, 3].copy()
        for channel, table in enumerate(self._parts):
            pixels[:, :, channel] = _looked_up(table, cover)
        pixels[:, :, 3] = self.around(cover)

    def around(self, cover: Cover) -> Cover:
        """How dark it is on and around ink: as the nearest of it says, never the sum of all that is
        near, which would fill the room between letters."""
        (rows, columns), reach = cover.shape, self._reach
        wide = np.zeros((rows + 4 * reach, columns + 4 * reach), np.uint8)
        wide[2 * reach : 2 * reach + rows, 2 * reach : 2 * reach + columns] = cover
        near = self._grown(wide)
        shade = _looked_up(self._shade, self._grown(near))
        black = _looked_up(self._black, near[reach : reach + rows, reach : reach + columns])
        return np.maximum(black, shade)

    def _grown(self, wide: Cover) -> Cover:
        """By one pixel to all sides, into as much of the room around it."""
        rows, columns = (length - 2 * self._reach for length in wide.shape)
        grown = np.zeros((rows, columns), np.uint8)
        for y, x in self._disc:
            np.maximum(grown, wide[y : y + rows, x : x + columns], out=grown)
        return grown


def _table(at_full: float, most: float) -> bytes:
    """By how much of a pixel is covered: up to `most`, of what would be `at_full`."""
    return np.rint(np.minimum(np.arange(256) / 255 * at_full, most)).astype(np.uint8).tobytes()


def _looked_up(table: bytes, cover: Cover) -> Cover:
    """What the table says of each; ten times as fast as by an array of indices."""
    return np.frombuffer(cover.tobytes().translate(table), np.uint8).reshape(cover.shape)
