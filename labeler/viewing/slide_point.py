"""The pixel of a slide under a place: which tile has it, and its value from what is here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.model.image import Image, Pixels, PyramidLevel
from labeler.model.rasters import Place
from labeler.viewing.tile_canvas import FindTile
from labeler.viewing.tiles import Grid, TileKey, grid_of


@dataclass(frozen=True, eq=False)
class PointValue:
    """As the tile has it: a gray value, or R, G, B. `level` counts from 1 where it is no pixel of
    the finest level, but a mean that level shows there; else it is 0."""

    value: Pixels
    level: int


def finest_tile(image: Image, p_voxel: Place) -> TileKey | None:
    """The tile of the finest level that lies there; None beside the slide, or where it is none."""
    levels = image.pyramid.levels if image.pyramid is not None else ()
    return _spot(image, grid_of(levels, 0), p_voxel)[0] if levels and _on(image, p_voxel) else None


def value_at(image: Image, p_voxel: Place, shown: Grid | None, find: FindTile) -> PointValue | None:
    """The finest pixel where its tile is here, else what is `shown` of it, or None."""
    levels: Sequence[PyramidLevel] = image.pyramid.levels if image.pyramid is not None else ()
    if not levels or not _on(image, p_voxel):
        return None
    for grid in (grid_of(levels, 0), shown):
        if grid is None:
            continue
        key, (row, column) = _spot(image, grid, p_voxel)
        tile = find(key)
        if tile is not None and not isinstance(tile, LabelerError):
            finest = (grid.level, grid.thin) == (0, 1)
            # Colours are kept as screens have them: B, G, R, A.
            value = tile[row, column, 2::-1] if tile.ndim == 3 else tile[row, column]
            return PointValue(value, 0 if finest else grid.level + 1)
    return None


def _on(image: Image, p_voxel: Place) -> bool:
    _, rows, columns = image.source.shape
    return -0.5 <= p_voxel[0] < columns - 0.5 and -0.5 <= p_voxel[1] < rows - 0.5


def _spot(image: Image, grid: Grid, p_voxel: Place) -> tuple[TileKey, tuple[int, int]]:
    """The tile, and the row and column in it."""
    _, rows, columns = image.source.shape
    column = min(grid.columns - 1, int((p_voxel[0] + 0.5) * grid.across / columns))
    row = min(grid.rows - 1, int((p_voxel[1] + 0.5) * grid.down / rows))
    key = TileKey(grid.level, grid.thin, row // grid.high, column // grid.wide)
    return key, (row % grid.high, column % grid.wide)
