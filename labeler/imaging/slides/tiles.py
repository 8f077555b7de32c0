"""One picture in tiles (or strips), put together as far as it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import numpy as np

from labeler.imaging.decoding.stored import stored_type
from labeler.imaging.frame_stores import DecodeError, Decoders, Piece
from labeler.imaging.layout import PixelLayout
from labeler.model.image import Pixels

_MOST_AT_ONCE, _BYTES_AT_ONCE = 64, 1 << 26
"""What is asked for together: more only takes memory, and keeps others waiting."""
GAP = 128
"""The gray of a tile that is not there."""


T = TypeVar("T")


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

    def piece(self, row: int, column: int) -> Piece | Pixels:
        """What a worker makes the tile of, cut to the picture; or its values, where nothing needs
        to be decoded. Raises DecodeError, OSError."""
        ...

    def shown(self, values: Pixels, row: int, column: int) -> Pixels:
        """What came of the piece as it is shown: gray as it is stored, colours as 8-bit RGB.

        `values` lie where a worker can write: whoever does more than copy them copies them first.
        """
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


def read_tiles(
    tiles: Tiles,
    places: Sequence[tuple[int, int]],
    decoders: Decoders,
    take: Callable[[tuple[int, int], Pixels], T],
) -> list[T | DecodeError]:
    """Of the tiles of those rows and columns of the grid, cut to the picture, what `take` makes of
    place and values, all workers together; one that cannot be read or decoded gives its error.

    The values are others right after: `take` must copy what it wants to keep.
    """

    def shown(place: tuple[int, int], made: Pixels) -> T | DecodeError:
        values, size = tiles.shown(made, *place), cut_size(tiles, *place)
        if values.shape[:2] != size:
            said = f"tile {place[0]}, {place[1]} is {values.shape[:2]}"
            return DecodeError("undecodable-image", said)
        return take(place, values)

    found: dict[int, T | DecodeError] = {}
    pieces: dict[int, Piece] = {}
    for n, place in enumerate(places):
        one = _piece(tiles, *place)
        if isinstance(one, Piece):
            pieces[n] = one
        else:
            found[n] = one if isinstance(one, DecodeError) else shown(place, one)
    at = list(pieces)
    made = decoders.decode_all(
        list(pieces.values()), lambda number, values: shown(places[at[number]], values)
    )
    found |= dict(zip(at, made, strict=True))
    return [found[n] for n in range(len(places))]


def _piece(tiles: Tiles, row: int, column: int) -> Piece | Pixels | DecodeError:
    try:
        return tiles.piece(row, column)
    except DecodeError as error:
        return error
    except OSError as error:
        return DecodeError("unreadable-image", error.strerror or type(error).__name__)


def at_once(tiles: Tiles) -> int:
    """How many tiles are best asked for together."""
    high, wide = tiles.tile_size
    size = high * wide * tiles.layout.samples * stored_type(tiles.layout).itemsize
    return max(1, min(_MOST_AT_ONCE, _BYTES_AT_ONCE // size))


def region(
    tiles: Tiles, corner: tuple[int, int], size: tuple[int, int], decoders: Decoders
) -> Pixels:
    """`size` rows and columns from `corner`, which must lie inside. Raises DecodeError."""
    top, left = corner
    high, wide = tiles.tile_size
    bottom, right = top + size[0], left + size[1]
    found = empty(tiles.layout, *size)

    def put(place: tuple[int, int], values: Pixels) -> None:
        y, x = place[0] * high, place[1] * wide
        inside = values[max(top - y, 0) : bottom - y, max(left - x, 0) : right - x]
        y, x = max(y - top, 0), max(x - left, 0)
        found[y : y + inside.shape[0], x : x + inside.shape[1]] = inside

    down, across = range(top // high, -(-bottom // high)), range(left // wide, -(-right // wide))
    places = [(row, column) for row in down for column in across]
    step = at_once(tiles)
    for begin in range(0, len(places), step):
        for made in read_tiles(tiles, places[begin : begin + step], decoders, put):
            if isinstance(made, DecodeError):
                raise made
    return found


def whole(tiles: Tiles, decoders: Decoders) -> Pixels:
    """All of it. Raises DecodeError."""
    layout = tiles.layout
    return region(tiles, (0, 0), (layout.rows, layout.columns), decoders)
