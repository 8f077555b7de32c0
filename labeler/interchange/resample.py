"""Planes of another grid, looked up for the voxels of one slice: the nearest value of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labeler.interchange.slices import Slices
from labeler.model.affine import Vector
from labeler.model.image import Pixels


@dataclass(frozen=True, eq=False)
class Grid:
    """One plane of voxels: where its first voxel lies, and the ways to the next column and row."""

    origin: Vector
    right: Vector
    down: Vector
    rows: int
    columns: int

    @property
    def normal(self) -> Vector:
        crossed = np.cross(self.right, self.down)
        return np.asarray(crossed / np.linalg.norm(crossed), dtype=np.float64)

    def parallel(self, other: Grid) -> bool:
        """Whether both have the same directions, spacing and size."""
        same = (self.rows, self.columns) == (other.rows, other.columns)
        ways = ((self.right, other.right), (self.down, other.down))
        return same and all(float(np.abs(a - b).max()) < 1e-3 for a, b in ways)


def step_mm(grids: Sequence[Grid], said: float | None) -> float | None:
    """How thick each of parallel planes is: the least gap between them, else as the file says."""
    normal = grids[0].normal
    along = np.unique(np.round([float(grid.origin @ normal) for grid in grids], 3))
    if said is not None and said > 0:
        return said
    return float(np.diff(along).min()) if along.size > 1 else None


@dataclass(frozen=True, eq=False)
class Patch:
    """Values of a part of a slice: its first voxel is at row `top`, column `left`."""

    top: int
    left: int
    values: Pixels


class Planes:
    """Parallel planes with their values (n, rows, columns), each `thick_mm` thick."""

    def __init__(self, grids: Sequence[Grid], values: Pixels, thick_mm: float) -> None:
        self._normal, self._right, self._down = grids[0].normal, grids[0].right, grids[0].down
        along = np.array([float(grid.origin @ self._normal) for grid in grids])
        order = np.argsort(along, kind="stable")
        top, left, filled = _filled(values[order])
        shift = top * self._down + left * self._right
        self._along, self._values = along[order], filled
        self._origins = np.array([grids[n].origin + shift for n in order])
        self._half = thick_mm / 2 * (1 + 1e-6)

    def on(self, slices: Slices, k: int) -> Patch | None:
        """The nearest value for each voxel of slice `k`, 0 outside; None where all are outside."""
        region = self._reached(slices, k)
        if region is None:
            return None
        left, right, top, bottom = region
        column = np.arange(left, right, dtype=np.float64)[None, :]
        row = np.arange(top, bottom, dtype=np.float64)[:, None]

        def along(way: Vector) -> Vector:
            """The dot product of every voxel's place with a direction."""
            across, down = column * (slices.right @ way), row * (slices.down @ way)
            return np.asarray(slices.origins[k] @ way + across + down, dtype=np.float64)

        height = along(self._normal)
        middles = (self._along[1:] + self._along[:-1]) / 2
        plane = np.searchsorted(middles, height)
        inside = np.abs(height - self._along[plane]) <= self._half
        c, in_columns = self._index(along(self._right), plane, self._right, self._values.shape[2])
        r, in_rows = self._index(along(self._down), plane, self._down, self._values.shape[1])
        inside &= in_columns & in_rows
        found = self._values[plane, r, c]
        return Patch(top, left, np.where(inside, found, np.zeros((), dtype=found.dtype)))

    def _reached(self, slices: Slices, k: int) -> tuple[int, int, int, int] | None:
        """Columns and rows of the slice that the planes can reach; None where there are none."""
        _, rows, columns = self._values.shape
        ends = [self._origins[n] + s * self._half * self._normal for n, s in ((0, -1), (-1, 1))]
        corners = np.array(
            [
                end + c * self._right + r * self._down
                for end in ends
                for c in (-1, columns)
                for r in (-1, rows)
            ]
        )
        height = corners @ slices.normal
        if not rows or not columns or not height.min() <= slices.along[k] <= height.max():
            return None
        p_voxel = slices.to_voxel(k, corners)
        low, high = np.floor(p_voxel.min(axis=0)), np.ceil(p_voxel.max(axis=0)) + 1
        left, right = max(0, int(low[0])), min(slices.columns, int(high[0]))
        top, bottom = max(0, int(low[1])), min(slices.rows, int(high[1]))
        return (left, right, top, bottom) if left < right and top < bottom else None

    def _index(
        self, along: Vector, plane: Pixels, way: Vector, count: int
    ) -> tuple[Pixels, Pixels]:
        """The nearest column or row, held inside, and whether it is inside."""
        exact = (along - (self._origins @ way)[plane]) / float(way @ way)
        nearest = np.floor(exact + 0.5).astype(np.int64)
        return np.clip(nearest, 0, count - 1), (nearest >= 0) & (nearest < count)


def _filled(values: Pixels) -> tuple[int, int, Pixels]:
    """Values (n, rows, columns) cut to the rows and columns that are not all 0, and the first."""
    rows = np.flatnonzero(values.any(axis=(0, 2)))
    columns = np.flatnonzero(values.any(axis=(0, 1)))
    if not rows.size:
        return 0, 0, values[:, :0, :0]
    top, left = int(rows[0]), int(columns[0])
    return (
        top,
        left,
        np.ascontiguousarray(values[:, top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]),
    )
