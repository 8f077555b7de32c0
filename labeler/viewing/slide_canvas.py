"""The canvas of a slide, kept from one look to the next: what stays on it is moved, not made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from labeler.errors import LabelerError
from labeler.model.image import Pixels, PyramidLevel
from labeler.viewing.tile_canvas import FindTile, assemble, is_as_stored, resampled
from labeler.viewing.tiles import Field, TileKey, field_at, level_map
from labeler.viewing.viewport import CanvasMap

_Rect = tuple[int, int, int, int]
"""Left, top, right, bottom on the canvas."""
_TIMES = 2
"""Of the canvas: how much memory it moves through before it must be brought back."""


def on_whole_pixels(where: CanvasMap) -> CanvasMap:
    """The map with the image's edge on a whole canvas pixel, so that a canvas can be moved."""
    return replace(where, left=float(round(where.left)), top=float(round(where.top)))


class SlideCanvas:
    """Values as the tiles have them, one for each canvas pixel; beside the slide they are 0.

    It lies in a longer memory, row after row. What has moved stays where it lies: the canvas is
    taken to begin elsewhere, and what left it at one side makes room for what comes in at the
    other. Where the memory ends, it is brought back.
    """

    def __init__(self) -> None:
        self._key: object = None
        self._where: CanvasMap | None = None
        self._arrivals = 0
        self._lacking: set[TileKey] = set()
        self._room = np.zeros(0, np.uint8)
        self._at = 0
        self.pixels = np.zeros((0, 0), np.uint8)

    @property
    def complete(self) -> bool:
        """Whether no tile of it is still on its way."""
        return self._key is not None and not self._lacking

    def show(
        self,
        levels: Sequence[PyramidLevel],
        field: Field,
        where: CanvasMap,
        size: tuple[int, int],
        find: FindTile,
        like: Pixels,
        arrivals: int,
        of: object,
        *,
        smooth: bool = True,
    ) -> None:
        """Make it show a view of `size` (width, height).

        `where` lies on whole pixels. `arrivals` counts the tiles that ever came; `of` names the
        slide.
        """
        width, height = size
        scales = where.scale_x, where.scale_y
        key = of, field.grid, scales, where.layout, size, like.dtype, smooth
        draw = _Brush(levels, field, where, find, like, smooth=smooth)
        moved = None if key != self._key or self._where is None else _moved(self._where, where)
        if moved is None or abs(moved[0]) >= width or abs(moved[1]) >= height:
            self._fit((height, width, *like.shape[2:]), like.dtype)
            self._lacking = self._draw((0, 0, width, height), draw)
        else:
            self._move(*moved, draw)
            self._mend(arrivals - self._arrivals, draw, size)
        self._key, self._where, self._arrivals = key, where, arrivals

    def _fit(self, shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> None:
        """Memory for a canvas, and as much again."""
        if self.pixels.shape != shape or self.pixels.dtype != dtype:
            self._room = np.empty((_TIMES * shape[0] * shape[1], *shape[2:]), dtype)
            # The system gives pages as they are touched, which is slow: not while the view moves.
            self._room.fill(0)
            self._place(shape, (len(self._room) - shape[0] * shape[1]) // 2)

    def _place(self, shape: tuple[int, ...], at: int) -> None:
        """From now on it begins there."""
        self._at = at
        self.pixels = self._room[at : at + shape[0] * shape[1]].reshape(shape)

    def _draw(self, rect: _Rect, draw: _Brush) -> set[TileKey]:
        """Gives the tiles that it had to draw without."""
        left, top, right, bottom = rect
        if left >= right or top >= bottom:
            return set()
        return draw(self.pixels[top:bottom, left:right], left, top)

    def _move(self, dx: int, dy: int, draw: _Brush) -> None:
        """What stays, stays; the strips that came in are drawn."""
        if not dx and not dy:
            return
        height, width = self.pixels.shape[:2]
        last = len(self._room) - height * width
        at = self._at - dy * width - dx
        if not 0 <= at <= last:
            kept, back = self.pixels, last if at < 0 else 0
            self._place(kept.shape, back)
            self.pixels[...] = kept
            at = back - dy * width - dx
        self._place(self.pixels.shape, at)
        x0, x1 = max(0, dx), min(width, width + dx)
        y0, y1 = max(0, dy), min(height, height + dy)
        for strip in (
            (0, 0, width, y0),
            (0, y1, width, height),
            (0, y0, x0, y1),
            (x1, y0, width, y1),
        ):
            self._lacking |= self._draw(strip, draw)

    def _mend(self, came: int, draw: _Brush, size: tuple[int, int]) -> None:
        """Draw again where tiles were missing that are here now; where coarser ones came, too."""
        if not self._lacking or not came:
            return
        here = {key for key in self._lacking if draw.find(key) is not None}
        again = self._lacking if came > len(here) else here
        self._lacking = self._lacking - here
        for key in again:
            if rect := draw.rect_of(key, size):
                self._lacking |= self._draw(rect, draw)


def _moved(before: CanvasMap, now: CanvasMap) -> tuple[int, int]:
    return round(now.left - before.left), round(now.top - before.top)


class _Brush:
    """Draws any part of the canvas."""

    def __init__(
        self,
        levels: Sequence[PyramidLevel],
        field: Field,
        where: CanvasMap,
        find: FindTile,
        like: Pixels,
        *,
        smooth: bool,
    ) -> None:
        self._smooth = smooth
        self._levels, self._grid = levels, field.grid
        self._there = level_map(field.grid, where)
        self._as_stored = is_as_stored(self._there)
        self.find, self._like = find, like

    def __call__(self, target: Pixels, left: int, top: int) -> set[TileKey]:
        """The part of the canvas that begins there; gives the tiles that it had to do without."""
        if self._as_stored:
            return self._copied(target, left, top)
        size = target.shape[1], target.shape[0]
        part = field_at(self._grid, self._there, (left, top), size)
        if part is None:
            target[...] = 0
            return set()
        made = assemble(part, self._levels, self.find, self._like)
        x, y, values = resampled(made.pixels, part, size, smooth=self._smooth)
        if values.shape[:2] != target.shape[:2]:
            target[...] = 0
        target[y : y + values.shape[0], x : x + values.shape[1]] = values
        return set(made.missing)

    def _copied(self, target: Pixels, left: int, top: int) -> set[TileKey]:
        """As `__call__` does where nothing is to be resampled: from the tiles to their place."""
        grid, there = self._grid, self._there
        x, y = left - round(there.left), top - round(there.top)
        x0, x1 = max(0, x), min(grid.columns, x + target.shape[1])
        y0, y1 = max(0, y), min(grid.rows, y + target.shape[0])
        if x0 >= x1 or y0 >= y1:
            target[...] = 0
            return set()
        inside = target[y0 - y : y1 - y, x0 - x : x1 - x]
        if inside.shape != target.shape:
            target[...] = 0
        part = Field(grid, y0, x0, y1, x1, there)
        made = assemble(part, self._levels, self.find, self._like, inside)
        return set(made.missing)

    def rect_of(self, key: TileKey, size: tuple[int, int]) -> _Rect | None:
        """Where a tile lies on the canvas, with what its edge pixels are mixed into."""
        grid, where = self._grid, self._there
        first = key.column * grid.wide - 0.5, key.row * grid.high - 0.5
        last = first[0] + grid.wide, first[1] + grid.high
        (x0, y0), (x1, y1) = where.to_canvas(first), where.to_canvas(last)
        reach_x, reach_y = where.scale_x + 1, where.scale_y + 1
        left, right = max(0, math.floor(min(x0, x1) - reach_x)), math.ceil(max(x0, x1) + reach_x)
        top, bottom = max(0, math.floor(min(y0, y1) - reach_y)), math.ceil(max(y0, y1) + reach_y)
        right, bottom = min(size[0], right), min(size[1], bottom)
        return (left, top, right, bottom) if left < right and top < bottom else None


def gaps_in(field: Field, find: FindTile) -> tuple[TileKey, ...]:
    """The tiles in view that cannot be decoded."""
    return tuple(key for key in field.each() if isinstance(find(key), LabelerError))
