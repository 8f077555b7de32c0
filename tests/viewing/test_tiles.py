"""The tiles of a view: they cover it exactly, and show what the pyramid holds, pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.model.image import Pixels, PyramidLevel
from labeler.viewing.layout import Layout, Plane
from labeler.viewing.render import NEAREST_FROM
from labeler.viewing.tile_canvas import assemble, resampled, tile_picture
from labeler.viewing.tiles import (
    Field,
    Grid,
    TileKey,
    ahead_of,
    field_of,
    grid_of,
    grids,
)
from labeler.viewing.viewport import CanvasMap

RANDOM = np.random.default_rng(2)


@dataclass(frozen=True)
class Slide:
    """Its levels as arrays, each with tiles of its own size."""

    pictures: tuple[Pixels, ...]
    tiles: tuple[tuple[int, int], ...]

    @property
    def levels(self) -> tuple[PyramidLevel, ...]:
        first = self.pictures[0]
        return tuple(
            PyramidLevel(*one.shape[:2], first.shape[1] / one.shape[1], None, tile)
            for one, tile in zip(self.pictures, self.tiles, strict=True)
        )

    def find(self, key: TileKey) -> Pixels | LabelerError | None:
        high, wide = self.tiles[key.level]
        picture = self.pictures[key.level]
        tile = picture[key.row * high :, key.column * wide :][:high, :wide]
        return tile_picture(tile, key.thin)


def slide(rows: int, columns: int, *tiles: tuple[int, int]) -> Slide:
    whole = RANDOM.integers(0, 256, (rows, columns, 3), dtype=np.uint8)
    return Slide(tuple(whole[:: 4**n, :: 4**n] for n in range(len(tiles))), tiles)


SLIDE = slide(300, 421, (64, 48), (32, 32))


@st.composite
def maps(draw: st.DrawFn, least: float = 0.05, most: float = 30.0) -> CanvasMap:
    """The coarser level is what is shown; it lies anywhere."""
    rows, columns = SLIDE.pictures[1].shape[:2]
    layout = Layout(
        rows=rows,
        columns=columns,
        spacing_mm=(1.0, 1.0),
        transposed=draw(st.booleans()),
        mirrored_x=draw(st.booleans()),
        mirrored_y=draw(st.booleans()),
        plane=Plane.UNKNOWN,
        letters=("", "", "", ""),
    )
    scale = draw(st.floats(least, most))
    place = st.floats(-scale * 110, 90)
    return CanvasMap(layout, draw(place), draw(place), scale, scale)


SIZES = st.tuples(st.integers(1, 90), st.integers(1, 70))


@given(maps(), SIZES)
def test_the_tiles_of_a_view_cover_it_exactly_once(where: CanvasMap, size: tuple[int, int]) -> None:
    field = field_of(SLIDE.levels, where, size)
    if field is None:
        return
    times = np.zeros(field.size, int)
    for key in field.cover():
        top, left, bottom, right = field.tile_rect(key)
        times[top:bottom, left:right] += 1
    assert (times == 1).all()


@given(maps(), SIZES)
def test_a_view_takes_the_coarsest_level_that_shows_every_detail(
    where: CanvasMap, size: tuple[int, int]
) -> None:
    field = field_of(SLIDE.levels, where, size)
    if field is None:
        return
    every = list(grids(SLIDE.levels))
    at = every.index(field.grid)
    assert field.where.scale_x <= 1.0006 or at == 0
    if at + 1 < len(every):
        coarser = every[at + 1]
        assert field.where.scale_x * field.grid.across / coarser.across > 1.0


def slowly(where: CanvasMap, size: tuple[int, int], field: Field) -> tuple[Pixels, Pixels]:
    """Where the middle of each canvas pixel lies in the field's whole grid: rows, columns; NaN
    beside the image."""
    width, height = size
    rows, columns = np.full((height, width), np.nan), np.full((height, width), np.nan)
    shown = where.layout
    for y in range(height):
        for x in range(width):
            column, row = where.to_voxel((x + 0.5, y + 0.5))
            u, v = (column + 0.5) / shown.columns, (row + 0.5) / shown.rows
            if 0 <= u < 1 and 0 <= v < 1:
                rows[y, x] = v * field.grid.down - 0.5
                columns[y, x] = u * field.grid.across - 0.5
    return rows, columns


def whole_grid(grid: Grid) -> Pixels:
    """All of a grid's pixels by another way: averages of the level itself."""
    told = SLIDE.pictures[grid.level].astype(np.float64)
    rows, columns = grid.rows * grid.thin, grid.columns * grid.thin
    padded = np.pad(
        told, ((0, rows - told.shape[0]), (0, columns - told.shape[1]), (0, 0)), mode="edge"
    )
    parts = padded.reshape(grid.rows, grid.thin, grid.columns, grid.thin, 3)
    return parts.mean(axis=(1, 3))


@settings(max_examples=60)
@given(maps(), SIZES)
def test_a_view_shows_what_the_pyramid_holds(where: CanvasMap, size: tuple[int, int]) -> None:
    field = field_of(SLIDE.levels, where, size)
    if field is None:
        return
    made = assemble(field, SLIDE.levels, SLIDE.find, np.empty((1, 1, 4), np.uint8))
    assert not made.missing
    assert not made.gaps
    x0, y0, values = resampled(made.pixels, field, size)
    rows, columns = slowly(where, size, field)
    picture = whole_grid(field.grid)
    nearest = field.where.scale_x > NEAREST_FROM
    for y in range(values.shape[0]):
        for x in range(values.shape[1]):
            row, column = rows[y0 + y, x0 + x], columns[y0 + y, x0 + x]
            if np.isnan(row) or (nearest and _between(row, column)):
                continue
            wanted = _at(picture, row, column, nearest=nearest)
            assert np.abs(values[y, x, 2::-1].astype(float) - wanted).max() <= (1 if nearest else 9)


def _between(row: float, column: float) -> bool:
    """Within rounding of the border of two pixels."""
    return any(abs((value % 1) - 0.5) < 1e-6 for value in (row, column))


def _at(picture: Pixels, row: float, column: float, *, nearest: bool) -> Pixels:
    most_row, most_column = picture.shape[0] - 1, picture.shape[1] - 1
    if nearest:
        row, column = np.floor(row + 0.5), np.floor(column + 0.5)
    r, c = int(np.floor(row)), int(np.floor(column))
    down, across = row - r, column - c
    r0, r1 = np.clip((r, r + 1), 0, most_row)
    c0, c1 = np.clip((c, c + 1), 0, most_column)
    upper = picture[r0, c0] * (1 - across) + picture[r0, c1] * across
    lower = picture[r1, c0] * (1 - across) + picture[r1, c1] * across
    return np.asarray(upper * (1 - down) + lower * down)


PLAIN = Layout(75, 106, (1.0, 1.0), False, False, False, Plane.UNKNOWN, ("", "", "", ""))


def test_one_to_one_is_the_stored_pixels() -> None:
    """The scale is that of the finest level: 421 columns on as many canvas pixels."""
    where = CanvasMap(PLAIN, -40.0, -30.0, 421 / 106, 300 / 75)
    field = field_of(SLIDE.levels, where, (80, 60))
    assert field is not None
    assert field.grid == grid_of(SLIDE.levels, 0)
    made = assemble(field, SLIDE.levels, SLIDE.find, np.empty((1, 1, 4), np.uint8))
    x0, y0, values = resampled(made.pixels, field, (80, 60))
    assert (x0, y0) == (0, 0)
    assert np.array_equal(values[..., 2::-1], SLIDE.pictures[0][30:90, 40:120])


def test_what_is_on_its_way_is_drawn_from_what_is_coarser() -> None:
    whole = np.full((256, 256, 3), 40, np.uint8)
    whole[:, 128:] = 200
    two = Slide((whole, whole[::4, ::4]), ((64, 64), (64, 64)))
    where = CanvasMap(replace(PLAIN, rows=64, columns=64), 0.0, 0.0, 4.0, 4.0)
    field = field_of(two.levels, where, (256, 256))
    assert field is not None
    missing = TileKey(0, 1, 1, 3)

    def find(key: TileKey) -> Pixels | LabelerError | None:
        if key == TileKey(0, 1, 0, 0):
            return LabelerError("undecodable-image", "broken", safe="", do="")
        return None if key == missing else two.find(key)

    made = assemble(field, two.levels, find, np.empty((1, 1, 4), np.uint8))
    assert made.missing == (missing,)
    assert made.gaps == (TileKey(0, 1, 0, 0),)
    assert (made.pixels[64:128, 192:, 0] == 200).all()
    assert len(np.unique(made.pixels[:64, :64, 0])) == 2
    assert (made.pixels[64:, 64:128, 0] == 40).all()


@pytest.mark.parametrize(("x", "y"), [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1)])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("transposed", [False, True])
def test_tiles_ahead_lie_where_the_view_goes(
    x: int, y: int, *, mirrored: bool, transposed: bool
) -> None:
    layout = replace(PLAIN, transposed=transposed, mirrored_x=mirrored, mirrored_y=mirrored)
    where = CanvasMap(layout, -150.0, -120.0, 4.0, 4.0)
    field = field_of(SLIDE.levels, where, (80, 60))
    moved = field_of(
        SLIDE.levels, replace(where, left=where.left - 40 * x, top=where.top - 30 * y), (80, 60)
    )
    assert field is not None
    assert moved is not None
    assert set(moved.cover()) <= {*field.cover(), *ahead_of(field, (x, y))}


def test_the_middle_comes_first() -> None:
    where = CanvasMap(PLAIN, -150.0, -120.0, 4.0, 4.0)
    field = field_of(SLIDE.levels, where, (200, 200))
    assert field is not None
    first = field.tile_rect(field.cover()[0])
    rows, columns = field.size
    assert first[0] <= rows / 2 <= first[2]
    assert first[1] <= columns / 2 <= first[3]
