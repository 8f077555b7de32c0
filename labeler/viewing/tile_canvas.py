"""Tiles to the pixels of a view: put together, what is missing from coarser ones, resampled."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from labeler.errors import LabelerError
from labeler.model.image import Pixels, PyramidLevel
from labeler.viewing.render import NEAREST_FROM
from labeler.viewing.tiles import Field, Grid, TileKey, grids
from labeler.viewing.viewport import CanvasMap

FindTile = Callable[[TileKey], Pixels | LabelerError | None]
"""A tile as `tile_picture` makes it, why there is none, or None while it is on its way."""

GAP = 96
"""The gray of a tile that cannot be decoded."""

_KEPT = {"i1": "i2", "u4": "f8", "i4": "f8", "u8": "f8", "i8": "f8", "f2": "f4"}
"""Types that OpenCV does not mix, and what holds their values."""


@dataclass(frozen=True, eq=False)
class Assembled:
    """The pixels of a field. `missing` are still drawn from what is coarser, `gaps` cannot be
    decoded."""

    pixels: Pixels
    missing: tuple[TileKey, ...]
    gaps: tuple[TileKey, ...]


def tile_picture(values: Pixels, thin: int) -> Pixels:
    """A tile as it is kept: averaged, and colours as a screen has them: BGRA, (rows, columns, 4).

    Averages at the lower and right edge are of what is there.
    """
    import cv2

    values = values.astype(_KEPT.get(values.dtype.str[1:], values.dtype), copy=False)
    if thin > 1:
        rows, columns = values.shape[:2]
        down, across = -rows % thin, -columns % thin
        if down or across:
            values = cv2.copyMakeBorder(values, 0, down, 0, across, cv2.BORDER_REPLICATE)
        size = values.shape[1] // thin, values.shape[0] // thin
        values = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA))
    if values.ndim == 3:
        return np.asarray(cv2.cvtColor(values, cv2.COLOR_RGB2BGRA))
    # A copy: what was decoded together lies in one block, which one tile would keep.
    return np.array(values, order="C")


def assemble(
    field: Field,
    levels: Sequence[PyramidLevel],
    find: FindTile,
    like: Pixels,
    into: Pixels | None = None,
) -> Assembled:
    """`like` is any array of the tiles' type and channels; it gives both to what is made, where
    there is nothing to put it `into`."""
    pixels = np.empty((*field.size, *like.shape[2:]), like.dtype) if into is None else into
    missing, gaps = [], []
    for key in field.each():
        top, left, bottom, right = field.tile_rect(key)
        found, target = find(key), pixels[top:bottom, left:right]
        if isinstance(found, LabelerError):
            gaps.append(key)
            _cross_out(target)
        elif found is None:
            missing.append(key)
            _from_coarser(target, field, (top, left, bottom, right), levels, find)
        else:
            y, x = field.top + top - key.row * field.grid.high, field.left + left
            x -= key.column * field.grid.wide
            target[...] = found[y : y + bottom - top, x : x + right - left]
    return Assembled(pixels, tuple(missing), tuple(gaps))


def coarser(levels: Sequence[PyramidLevel], grid: Grid) -> Iterable[Grid]:
    """The grids with less detail, the finest of them first."""
    return (one for one in grids(levels) if (one.level, one.thin) > (grid.level, grid.thin))


def _from_coarser(
    target: Pixels,
    field: Field,
    rect: tuple[int, int, int, int],
    levels: Sequence[PyramidLevel],
    find: FindTile,
) -> None:
    """Fill in what the finest coarser grid has of it whole; else make it black."""
    import cv2

    target[...] = 0
    for grid in coarser(levels, field.grid):
        down, across = grid.rows / field.grid.rows, grid.columns / field.grid.columns
        top, bottom = (field.top + rect[0]) * down, (field.top + rect[2]) * down
        left, right = (field.left + rect[1]) * across, (field.left + rect[3]) * across
        r0, c0 = math.floor(top), math.floor(left)
        r1, c1 = min(grid.rows, math.ceil(bottom)), min(grid.columns, math.ceil(right))
        part = _whole(grid, (r0, c0, max(r1, r0 + 1), max(c1, c0 + 1)), find)
        if part is None:
            continue
        height, width = target.shape[:2]
        step_x, step_y = (right - left) / width, (bottom - top) / height
        inverse = np.array(
            [
                [step_x, 0, left - c0 + 0.5 * step_x - 0.5],
                [0, step_y, top - r0 + 0.5 * step_y - 0.5],
            ]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        target[...] = cv2.warpAffine(
            part, inverse, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        return


def _whole(grid: Grid, rect: tuple[int, int, int, int], find: FindTile) -> Pixels | None:
    """That part of a grid, if all its tiles are here."""
    top, left, bottom, right = rect
    found: Pixels | None = None
    for row in range(top // grid.high, -(-bottom // grid.high)):
        for column in range(left // grid.wide, -(-right // grid.wide)):
            tile = find(TileKey(grid.level, grid.thin, row, column))
            if tile is None or isinstance(tile, LabelerError):
                return None
            if found is None:
                found = np.zeros((bottom - top, right - left, *tile.shape[2:]), tile.dtype)
            y, x = row * grid.high, column * grid.wide
            inside = tile[max(top - y, 0) : bottom - y, max(left - x, 0) : right - x]
            y, x = max(y - top, 0), max(x - left, 0)
            found[y : y + inside.shape[0], x : x + inside.shape[1]] = inside
    return found


def _cross_out(target: Pixels) -> None:
    """Gray with stripes, so that nobody takes it for tissue."""
    rows, columns = target.shape[:2]
    stripes = (np.add.outer(np.arange(rows), np.arange(columns)) // 8) % 2 == 0
    target[...] = GAP
    target[stripes] = GAP // 2
    if target.ndim == 3:
        target[..., 3] = 255


def resampled(
    pixels: Pixels, field: Field, size: tuple[int, int], *, smooth: bool = True
) -> tuple[int, int, Pixels]:
    """A field on a canvas of `size` (width, height): the canvas pixel where it begins (x, y), and
    its values from there on. Linear to 8 canvas pixels a pixel, the pixels themselves beyond, or
    from 1:1 on where not `smooth`."""
    import cv2

    where = field.where
    shown = where.layout.arrange(pixels)
    x0, x1 = _span(where.left, where.scale_x, shown.shape[1], size[0])
    y0, y1 = _span(where.top, where.scale_y, shown.shape[0], size[1])
    if x0 >= x1 or y0 >= y1:
        return x0, y0, shown[:0, :0]
    if _is_whole(where.left, where.scale_x) and _is_whole(where.top, where.scale_y):
        x, y = x0 - round(where.left), y0 - round(where.top)
        return x0, y0, shown[y : y + y1 - y0, x : x + x1 - x0]
    if min(where.scale_x, where.scale_y) > (NEAREST_FROM if smooth else 1.0):
        down = _nearest(y0, y1, where.top, where.scale_y, shown.shape[0])
        across = _nearest(x0, x1, where.left, where.scale_x, shown.shape[1])
        return x0, y0, shown[np.ix_(down, across)]
    left, top = (0.5 + x0 - where.left) / where.scale_x, (0.5 + y0 - where.top) / where.scale_y
    inverse = np.array([[1 / where.scale_x, 0, left - 0.5], [0, 1 / where.scale_y, top - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    made = cv2.warpAffine(
        np.ascontiguousarray(shown),
        inverse,
        (x1 - x0, y1 - y0),
        flags=flags,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return x0, y0, np.asarray(made)


def is_as_stored(where: CanvasMap) -> bool:
    """Whether each pixel of a grid is one pixel of the canvas, and none is turned."""
    turned = where.layout.transposed or where.layout.mirrored_x or where.layout.mirrored_y
    whole = _is_whole(where.left, where.scale_x) and _is_whole(where.top, where.scale_y)
    return whole and not turned


def _is_whole(edge: float, scale: float) -> bool:
    return abs(scale - 1) < 1e-6 and abs(edge - round(edge)) < 1e-3


def _span(edge: float, scale: float, count: int, limit: int) -> tuple[int, int]:
    """Canvas pixels whose middle lies on the field."""
    return max(0, math.ceil(edge - 0.5)), min(limit, math.ceil(edge + scale * count - 0.5))


def _nearest(begin: int, end: int, edge: float, scale: float, count: int) -> Pixels:
    places: Pixels = np.floor((np.arange(begin, end) + 0.5 - edge) / scale).astype(np.int64)
    return places.clip(0, count - 1)
