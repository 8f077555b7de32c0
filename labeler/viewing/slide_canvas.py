"""The canvas of a slide, kept from one look to the next: what stays on it is moved, not made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from labeler.errors import LabelerError
from labeler.model.image import Pixels, PyramidLevel
from labeler.viewing.tile_canvas import FindTile, assemble, resampled
from labeler.viewing.tiles import Field, TileKey, field_in, level_map
from labeler.viewing.viewport import CanvasMap

_Rect = tuple[int, int, int, int]
"""Left, top, right, bottom on the canvas."""


def on_whole_pixels(where: CanvasMap) -> CanvasMap:
    """The map with the image's edge on a whole canvas pixel, so that a canvas can be moved."""
    return replace(where, left=float(round(where.left)), top=float(round(where.top)))


class SlideCanvas:
    """Values as the tiles have them, one for each canvas pixel; beside the slide they are 0."""

    def __init__(self) -> None:
        self._key: object = None
        self._where: CanvasMap | None = None
        self._arrivals = 0
        self._lacking: set[TileKey] = set()
        self._canvas = self._spare = np.zeros((0, 0), np.uint8)

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
    ) -> Pixels:
        """The canvas of `size` (width, height), good until it is asked for again.

        `where` lies on whole pixels. `arrivals` counts the tiles that ever came; `of` names the
        slide.
        """
        width, height = size
        scales = where.scale_x, where.scale_y
        key = of, field.grid, scales, where.layout, size, like.dtype, smooth
        draw = _Brush(levels, field, where, find, like, smooth=smooth)
        moved = None if key != self._key or self._where is None else _moved(self._where, where)
        if moved is None or abs(moved[0]) >= width or abs(moved[1]) >= height:
            shape = height, width, *like.shape[2:]
            if self._canvas.shape != shape or self._canvas.dtype != like.dtype:
                self._canvas, self._spare = (np.zeros(shape, like.dtype) for _ in range(2))
            self._lacking = draw(self._canvas, (0, 0, width, height))
        else:
            came = arrivals - self._arrivals
            self._move(*moved, draw)
            self._mend(came, draw, size)
        self._key, self._where, self._arrivals = key, where, arrivals
        return self._canvas

    def _move(self, dx: int, dy: int, draw: _Brush) -> None:
        """What stays is copied, the strips that came in are drawn."""
        if not dx and not dy:
            return
        old, new = self._canvas, self._spare
        height, width = old.shape[:2]
        x0, x1 = max(0, dx), min(width, width + dx)
        y0, y1 = max(0, dy), min(height, height + dy)
        new[y0:y1, x0:x1] = old[y0 - dy : y1 - dy, x0 - dx : x1 - dx]
        self._canvas, self._spare = new, old
        strips = (
            (0, 0, width, y0),
            (0, y1, width, height),
            (0, y0, x0, y1),
            (x1, y0, width, y1),
        )
        for strip in strips:
            self._lacking |= draw(new, strip)

    def _mend(self, came: int, draw: _Brush, size: tuple[int, int]) -> None:
        """Draw again where tiles were missing that are here now; where coarser ones came, too."""
        if not self._lacking or not came:
            return
        here = {key for key in self._lacking if draw.find(key) is not None}
        again = self._lacking if came > len(here) else here
        self._lacking = self._lacking - here
        for key in again:
            if rect := draw.rect_of(key, size):
                self._lacking |= draw(self._canvas, rect)


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
        self._levels, self._field, self._where = levels, field, where
        self.find, self._like = find, like

    def __call__(self, canvas: Pixels, rect: _Rect) -> set[TileKey]:
        """Gives the tiles that it had to draw without."""
        left, top, right, bottom = rect
        if left >= right or top >= bottom:
            return set()
        target = canvas[top:bottom, left:right]
        here = replace(self._where, left=self._where.left - left, top=self._where.top - top)
        size = right - left, bottom - top
        part = field_in(self._field.grid, here, size)
        if part is None:
            target[...] = 0
            return set()
        made = assemble(part, self._levels, self.find, self._like)
        x, y, values = resampled(made.pixels, part, size, smooth=self._smooth)
        if values.shape[:2] != target.shape[:2]:
            target[...] = 0
        target[y : y + values.shape[0], x : x + values.shape[1]] = values
        return set(made.missing)

    def rect_of(self, key: TileKey, size: tuple[int, int]) -> _Rect | None:
        """Where a tile lies on the canvas, with what its edge pixels are mixed into."""
        grid, where = self._field.grid, level_map(self._field.grid, self._where)
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
    return tuple(key for key in field.cover() if isinstance(find(key), LabelerError))
