"""Which way a plane cuts the patient, and how thick a slab it is."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass, replace

import numpy as np

from labeler.kernels.sampling import Reduction
from labeler.model.affine import Vector
from labeler.model.stack import Point3

SLABS_MM = (0.0, 2.0, 5.0, 10.0, 20.0, 30.0, 50.0, 100.0)
"""What the keys step through; 0 is a plane."""


class Projection(enum.StrEnum):
    """What a slab shows of all values along its depth."""

    MIP = "mip"
    MINIP = "minip"
    MEAN = "mean"


REDUCTIONS = {
    Projection.MIP: Reduction.HIGHEST,
    Projection.MINIP: Reduction.LOWEST,
    Projection.MEAN: Reduction.MEAN,
}


@dataclass(frozen=True)
class Cut:
    """Unit directions in LPS, at right angles: to the viewer's `right`, `down`, and `along` the
    stack of planes, from the first to the last."""

    right: Point3
    down: Point3
    along: Point3
    slab_mm: float = 0.0
    projection: Projection = Projection.MIP

    @property
    def normal(self) -> Vector:
        return np.array(self.along)

    def is_parallel(self, other: Cut) -> bool:
        return abs(float(self.normal @ other.normal)) > 1 - 1e-9


AXIAL = Cut((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0))
CORONAL = Cut((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0))
SAGITTAL = Cut((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0))
CUTS = {"axial": AXIAL, "sagittal": SAGITTAL, "coronal": CORONAL}
"""By the names that protocols use. Axial runs head to feet, coronal front to back, sagittal right
to left; each is seen as radiologists see it."""


def turned(cut: Cut, about: Vector, radians: float) -> Cut:
    """The cut turned about a direction, right-handed."""
    turn = rotation(about, radians)
    moved = np.column_stack([cut.right, cut.down, cut.along])
    right, down, along = _square(turn @ moved).T
    return replace(cut, right=_point(right), down=_point(down), along=_point(along))


def rotation(about: Vector, radians: float) -> Vector:
    """The matrix of a turn about a direction (Rodrigues)."""
    x, y, z = about / np.linalg.norm(about)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    sine, rest = math.sin(radians), 1 - math.cos(radians)
    made: Vector = np.eye(3) + sine * cross + rest * (cross @ cross)
    return made


def thicker(cut: Cut, steps: int) -> Cut:
    """The next slab of the list, or the one before it."""
    nearest = min(range(len(SLABS_MM)), key=lambda n: abs(SLABS_MM[n] - cut.slab_mm))
    at = max(0, min(len(SLABS_MM) - 1, nearest + steps))
    return replace(cut, slab_mm=SLABS_MM[at])


def next_projection(cut: Cut) -> Cut:
    order = tuple(Projection)
    return replace(cut, projection=order[(order.index(cut.projection) + 1) % len(order)])


def _square(directions: Vector) -> Vector:
    """Columns at right angles and of length 1 again: many small turns add up their rounding."""
    left, _, right = np.linalg.svd(directions)
    squared: Vector = left @ right
    return squared


def _point(vector: Vector) -> Point3:
    x, y, z = (float(part) for part in vector)
    return x, y, z
