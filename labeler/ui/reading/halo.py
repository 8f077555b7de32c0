"""What is drawn with a halo: legible on black and on white."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

FIRMER, BOLDER = 1.4, 2.0
"""Thin strokes that lie between pixels are as bright as their colour, not half of it, and the halo
around them as black as around others."""

RIM = 1.5
"""Pixels of black around the ink, corners as well."""

SHADES = (0.7, 0.35)
"""How dark the pixels are that lie around that, from the inside out: on white a rim that ends at
once is as loud as the letter that it holds."""

Cover = NDArray[np.uint8]
"""How much of each pixel is covered, of 255."""


class Halo:
    """Of one colour, on a screen with `ratio` device pixels a pixel."""

    def __init__(self, ratio: float, color: QColor) -> None:
        ratio = max(1.0, ratio)
        parts = color.blue(), color.green(), color.red()
        self._parts = [_table(part * FIRMER, part) for part in parts]
        self._rings = [(_disc(RIM * ratio), _table(255 * BOLDER, 255))]
        for shade in SHADES:
            table = _table(255 * BOLDER * shade, 255 * shade)
            self._rings.append((_disc(ratio), table))

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
        dark, near = np.zeros_like(cover), cover
        for disc, table in self._rings:
            near = _grown(near, disc)
            np.maximum(dark, _looked_up(table, near), out=dark)
        return dark


def _disc(radius: float) -> tuple[int, ...]:
    """How many columns to each side lie in a disc, for each row from its middle on."""
    return tuple(
        math.floor(math.sqrt(radius * radius - row * row)) for row in range(math.floor(radius) + 1)
    )


def _grown(cover: Cover, disc: tuple[int, ...]) -> Cover:
    """By a disc to all sides; beyond the picture there is nothing."""
    rows, columns = cover.shape
    reach = len(disc) - 1
    wide = np.zeros((rows + 2 * reach, columns + 2 * reach), np.uint8)
    wide[reach : reach + rows, reach : reach + columns] = cover
    runs = [wide[:, reach : reach + columns]]
    for by in range(1, reach + 1):
        sides = wide[:, reach - by :][:, :columns], wide[:, reach + by :][:, :columns]
        runs.append(np.maximum(np.maximum(*sides), runs[-1]))
    grown = runs[disc[0]][reach : reach + rows].copy()
    for by in range(1, reach + 1):
        run = runs[disc[by]]
        np.maximum(grown, run[reach - by :][:rows], out=grown)
        np.maximum(grown, run[reach + by :][:rows], out=grown)
    return grown


def _table(at_full: float, most: float) -> bytes:
    """By how much of a pixel is covered: up to `most`, of what would be `at_full`."""
    return np.rint(np.minimum(np.arange(256) / 255 * at_full, most)).astype(np.uint8).tobytes()


def _looked_up(table: bytes, cover: Cover) -> Cover:
    """What the table says of each; ten times as fast as by an array of indices."""
    return np.frombuffer(cover.tobytes().translate(table), np.uint8).reshape(cover.shape)
