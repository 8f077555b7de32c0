"""One picture in tiles (or strips), put together as far as it is asked for."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from labeler.imaging.decoding.stored import stored_type
from labeler.imaging.frame_stores import DecodeError, Decoders
from labeler.imaging.layout import PixelLayout
from labeler.model.image import Pixels

GAP = 128
"""The gray of a tile that is not there."""


class Tiles(Protocol):
    """A grid of tiles; those at the right and lower edge are cut to the picture."""

    @property
    def layout(self) -> PixelLayout:
        """Of the whole picture, as its pixels come out."""
        ...

    @property
    def tile_size(self) -> tuple[int, int]:
        """Rows, columns."""
        ...

    def has(self, row: int, column: int) -> bool:
        """Whether the file holds the tile in this row and column of the grid."""
        ...

    def tile(self, row: int, column: int, decoders: Decoders) -> Pixels:
        """Its values, cut to the picture. Raises DecodeError, OSError."""
        ...


def grid(tiles: Tiles) -> tuple[int, int]:
    """How many rows and columns of tiles there are."""
    high, wide = tiles.tile_size
    return -(-tiles.layout.rows // high), -(-tiles.layout.columns // wide)


def cut_size(tiles: Tiles, row: int, column: int) -> tuple[int, int]:
    """Rows and columns of a tile inside the picture."""
    high, wide = tiles.tile_size
    layout = tiles.layout
    return min(high, layout.rows - row * high), min(wide, layout.columns - column * wide)


def empty(layout: PixelLayout, rows: int, columns: int) -> Pixels:
    """Pixels that nobody has filled yet."""
    shape = (rows, columns, layout.samples)[: 3 if layout.samples > 1 else 2]
    return np.empty(shape, stored_type(layout))


def region(
    tiles: Tiles, corner: tuple[int, int], size: tuple[int, int], decoders: Decoders
) -> Pixels:
    """`size` rows and columns from `corner`, which must lie inside. Raises DecodeError, OSError."""
    top, left = corner
    high, wide = tiles.tile_size
    bottom, right = top + size[0], left + size[1]
    found = empty(tiles.layout, *size)
    for row in range(top // high, -(-bottom // high)):
        for column in range(left // wide, -(-right // wide)):
            values = tiles.tile(row, column, decoders)
            y, x = row * high, column * wide
            inside = values[max(top - y, 0) : bottom - y, max(left - x, 0) : right - x]
            y, x = max(y - top, 0), max(x - left, 0)
            found[y : y + inside.shape[0], x : x + inside.shape[1]] = inside
    return found


def whole(tiles: Tiles, decoders: Decoders) -> Pixels:
    """All of it. Raises DecodeError, OSError."""
    layout = tiles.layout
    return region(tiles, (0, 0), (layout.rows, layout.columns), decoders)


def check_tile(values: Pixels, tiles: Tiles, row: int, column: int) -> Pixels:
    """Raises DecodeError where a tile is smaller than its part of the picture."""
    rows, columns = cut_size(tiles, row, column)
    if values.shape[0] < rows or values.shape[1] < columns:
        raise DecodeError("undecodable-image", f"tile {row}, {column} is {values.shape[:2]}")
    return values[:rows, :columns]
