"""Which tiles of which level a view of a slide shows, and where they lie on the canvas."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from labeler.model.image import PyramidLevel
from labeler.viewing.layout import Layout
from labeler.viewing.viewport import CanvasMap

SLACK = 1.0005
"""A level may be enlarged by so little where sizes were rounded, before a finer one is taken."""
MOST_TILES = 2048
"""A view that would need more than these of a level shows what is coarser."""
_MARGIN = 2
"""Pixels around the field that its edges are mixed with."""
_AHEAD = 0.5
"""Of its width or height: how far ahead of a moving field tiles are fetched."""


class TileKey(NamedTuple):
    """One tile of a level's grid; `thin` times `thin` of its pixels are averaged to one."""

    level: int
    thin: int
    row: int
    column: int


@dataclass(frozen=True)
class Grid:
    """The tiles of a level of which `thin` x `thin` pixels are averaged to one: `rows` and
    `columns` count those averages, `high` and `wide` are of a tile in them. The last ones may reach
    beyond the level, which ends at `down` and `across`."""

    level: int
    thin: int
    rows: int
    columns: int
    high: int
    wide: int
    down: float
    across: float


@dataclass(frozen=True)
class Field:
    """What of a grid a view shows: pixels [top, bottom) x [left, right).

    `where` maps them, counted from the field's own corner, to the canvas.
    """

    grid: Grid
    top: int
    left: int
    bottom: int
    right: int
    where: CanvasMap

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.bottom - self.top, self.right - self.left

    @property
    def tiles(self) -> tuple[range, range]:
        """The rows and columns of the tiles that cover it."""
        return _covering(self.grid, self.top, self.left, self.bottom, self.right)

    def each(self) -> Iterator[TileKey]:
        """The tiles that cover it, row by row."""
        level, thin = self.grid.level, self.grid.thin
        rows, columns = self.tiles
        return (TileKey(level, thin, row, column) for row in rows for column in columns)

    def cover(self) -> tuple[TileKey, ...]:
        """The tiles that cover it, from its middle outwards."""
        return _outwards(self.grid, self.top, self.left, self.bottom, self.right)

    def tile_rect(self, key: TileKey) -> tuple[int, int, int, int]:
        """Top, left, bottom, right of a tile inside the field, counted from the field's corner."""
        top, left = key.row * self.grid.high - self.top, key.column * self.grid.wide - self.left
        rows, columns = self.size
        bottom, right = min(rows, top + self.grid.high), min(columns, left + self.grid.wide)
        return max(0, top), max(0, left), bottom, right


def grid_of(levels: Sequence[PyramidLevel], level: int, thin: int = 1) -> Grid:
    """Raises ValueError where the averages would run across tiles."""
    told = levels[level]
    high, wide = told.tile
    if high % thin or wide % thin:
        raise ValueError(f"tiles of {wide} x {high} pixels are not thinned by {thin}")
    rows, columns = -(-told.rows // thin), -(-told.columns // thin)
    ends = told.rows / thin, told.columns / thin
    return Grid(level, thin, rows, columns, high // thin, wide // thin, *ends)


def grids(levels: Sequence[PyramidLevel]) -> Iterator[Grid]:
    """All there are, from the finest on: between two levels averages of the finer one."""
    for number, told in enumerate(levels):
        coarser = levels[number + 1] if number + 1 < len(levels) else None
        thin = 1
        while thin == 1 or _lies_between(told, coarser, thin):
            yield grid_of(levels, number, thin)
            thin *= 2
            if told.tile[0] % thin or told.tile[1] % thin:
                break


def _lies_between(told: PyramidLevel, coarser: PyramidLevel | None, thin: int) -> bool:
    """Whether averages are finer than the next level; of the last one a few steps help too."""
    if coarser is None:
        return min(told.rows, told.columns) >= thin * 256
    return told.columns / thin > coarser.columns * 1.2


def level_map(grid: Grid, where: CanvasMap) -> CanvasMap:
    """Where a grid's pixels lie on the canvas, if the shown frame lies as `where` says."""
    layout = replace(where.layout, rows=grid.rows, columns=grid.columns)
    (width, height), turned = where.layout.shown_size, where.layout.transposed
    across, down = (grid.down, grid.across) if turned else (grid.across, grid.down)
    scale_x, scale_y = where.scale_x * width / across, where.scale_y * height / down
    whole_x, whole_y = layout.shown_size
    left = where.left - (whole_x - across) * scale_x * layout.mirrored_x
    top = where.top - (whole_y - down) * scale_y * layout.mirrored_y
    return CanvasMap(layout, left, top, scale_x, scale_y)


def field_of(
    levels: Sequence[PyramidLevel], where: CanvasMap, size: tuple[int, int]
) -> Field | None:
    """The coarsest grid that shows all the detail a canvas of `size` (width, height) has room for,
    as far as it lies on the canvas; None where nothing does, or it would take too many tiles."""
    best: Field | None = None
    for grid in grids(levels):
        found = field_in(grid, where, size)
        if found is None:
            return None
        enlarged = max(found.where.scale_x, found.where.scale_y) > SLACK
        if best is not None and enlarged and _count(best) <= MOST_TILES:
            return best
        best = found
    return best if best is not None and _count(best) <= MOST_TILES else None


def _count(field: Field) -> int:
    rows, columns = field.size
    return (rows // field.grid.high + 1) * (columns // field.grid.wide + 1)


def field_in(grid: Grid, where: CanvasMap, size: tuple[int, int]) -> Field | None:
    """What of one grid lies on the canvas."""
    return field_at(grid, level_map(grid, where), (0, 0), size)


def field_at(
    grid: Grid, there: CanvasMap, corner: tuple[int, int], size: tuple[int, int]
) -> Field | None:
    """What of a grid, which lies as `level_map` says, lies on a part of the canvas: `size` (width,
    height) from `corner` (x, y) on, which the field's own map then counts from."""
    edge_x, edge_y = there.left - corner[0], there.top - corner[1]
    width, height = there.layout.shown_size
    across = _visible(edge_x, there.scale_x, width, size[0])
    down = _visible(edge_y, there.scale_y, height, size[1])
    if across is None or down is None:
        return None
    columns, rows = _stored(there.layout, across, down)
    layout = replace(there.layout, rows=rows[1] - rows[0], columns=columns[1] - columns[0])
    left, top = edge_x + across[0] * there.scale_x, edge_y + down[0] * there.scale_y
    local = CanvasMap(layout, left, top, there.scale_x, there.scale_y)
    return Field(grid, rows[0], columns[0], rows[1], columns[1], local)


def _visible(edge: float, scale: float, count: int, limit: int) -> tuple[int, int] | None:
    """Pixels of which something lies on the canvas, and a margin."""
    begin, end = -edge / scale, (limit - edge) / scale
    if end <= 0 or begin >= count:
        return None
    return max(0, math.floor(begin) - _MARGIN), min(count, math.ceil(end) + _MARGIN)


def _stored(
    layout: Layout, across: tuple[int, int], down: tuple[int, int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Columns and rows as they are stored, of pixels as they are shown."""
    first = layout.to_voxel((across[0], down[0]))
    last = layout.to_voxel((across[1] - 1, down[1] - 1))
    columns, rows = (sorted((int(a), int(b))) for a, b in zip(first, last, strict=True))
    return (columns[0], columns[1] + 1), (rows[0], rows[1] + 1)


def ahead_of(field: Field, towards: tuple[float, float]) -> tuple[TileKey, ...]:
    """Tiles that come into view next where the field moves on by `towards` (x, y as it is shown):
    half a field further, the nearest first."""
    grid, layout = field.grid, field.where.layout
    x, y = towards
    if layout.transposed:
        x, y = y, x
    x, y = (-x if _flips_columns(layout) else x), (-y if _flips_rows(layout) else y)
    rows, columns = field.size
    right, left = (round(columns * _AHEAD * (sign * x > 0)) for sign in (1, -1))
    bottom, top = (round(rows * _AHEAD * (sign * y > 0)) for sign in (1, -1))
    wider = _outwards(
        grid,
        max(0, field.top - top),
        max(0, field.left - left),
        min(grid.rows, field.bottom + bottom),
        min(grid.columns, field.right + right),
    )
    middle = (field.top + field.bottom) / 2, (field.left + field.right) / 2
    mine = set(field.cover())
    return tuple(sorted((key for key in wider if key not in mine), key=_distance(grid, middle)))


def _flips_columns(layout: Layout) -> bool:
    return layout.mirrored_y if layout.transposed else layout.mirrored_x


def _flips_rows(layout: Layout) -> bool:
    return layout.mirrored_x if layout.transposed else layout.mirrored_y


def _distance(grid: Grid, middle: tuple[float, float]) -> Callable[[TileKey], float]:
    """How far tiles are from a place (row, column), squared."""

    def away(key: TileKey) -> float:
        down = (key.row + 0.5) * grid.high - middle[0]
        across = (key.column + 0.5) * grid.wide - middle[1]
        return down * down + across * across

    return away


def _covering(grid: Grid, top: int, left: int, bottom: int, right: int) -> tuple[range, range]:
    rows = range(top // grid.high, -(-bottom // grid.high))
    return rows, range(left // grid.wide, -(-right // grid.wide))


def _outwards(grid: Grid, top: int, left: int, bottom: int, right: int) -> tuple[TileKey, ...]:
    rows, columns = _covering(grid, top, left, bottom, right)
    keys = [TileKey(grid.level, grid.thin, row, column) for row in rows for column in columns]
    return tuple(sorted(keys, key=_distance(grid, ((top + bottom) / 2, (left + right) / 2))))
