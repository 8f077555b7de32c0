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


class Planes:
    """Parallel planes with their values (n, rows, columns), each `thick_mm` thick."""

    def __init__(self, grids: Sequence[Grid], values: Pixels, thick_mm: float) -> None:
        self._normal = grids[0].normal
        along = np.array([float(grid.origin @ self._normal) for grid in grids])
        order = np.argsort(along, kind="stable")
        self._along, self._values = along[order], values[order]
        self._origins = np.array([grids[n].origin for n in order])
        self._right, self._down = grids[0].right, grids[0].down
        self._half = thick_mm / 2 * (1 + 1e-6)

    def on(self, stack: Slices, k: int) -> Pixels | None:
        """The nearest value for each voxel of slice `k`, 0 outside; None where all are outside."""
        column = np.arange(stack.columns, dtype=np.float64)[None, :]
        row = np.arange(stack.rows, dtype=np.float64)[:, None]

        def along(way: Vector) -> Vector:
            """The dot product of every voxel's place with a direction."""
            return np.asarray(
                stack.origins[k] @ way + column * (stack.right @ way) + row * (stack.down @ way),
                dtype=np.float64,
            )

        height = along(self._normal)
        if (
            height.min() > self._along[-1] + self._half
            or height.max() < self._along[0] - self._half
        ):
            return None
        middles = (self._along[1:] + self._along[:-1]) / 2
        plane = np.searchsorted(middles, height)
        inside = np.abs(height - self._along[plane]) <= self._half
        c, in_columns = self._index(along(self._right), plane, self._right, self._values.shape[2])
        r, in_rows = self._index(along(self._down), plane, self._down, self._values.shape[1])
        inside &= in_columns & in_rows
        if not inside.any():
            return None
        found = self._values[plane, r, c]
        return np.where(inside, found, np.zeros((), dtype=found.dtype))

    def _index(
        self, along: Vector, plane: Pixels, way: Vector, count: int
    ) -> tuple[Pixels, Pixels]:
        """The nearest column or row, held inside, and whether it is inside."""
        exact = (along - (self._origins @ way)[plane]) / float(way @ way)
        nearest = np.floor(exact + 0.5).astype(np.int64)
        return np.clip(nearest, 0, count - 1), (nearest >= 0) & (nearest < count)
