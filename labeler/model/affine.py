"""The one map from voxels to the patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Affine:
    """Voxel (column, row, slice) to patient LPS millimetres, as a 4 x 4 float64 matrix.

    Voxel centres sit at whole numbers (DICOM PS3.3 C.7.6.2.1.1).
    """

    matrix: Vector

    def __post_init__(self) -> None:
        if self.matrix.shape != (4, 4):
            raise ValueError(f"an affine is 4 x 4, not {self.matrix.shape}")
        if not np.isfinite(self.matrix).all() or abs(np.linalg.det(self.matrix)) < 1e-12:
            raise ValueError("an affine must be finite and invertible")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Affine) and bool(np.array_equal(self.matrix, other.matrix))

    def __hash__(self) -> int:
        return hash(self.matrix.tobytes())

    def to_patient(self, p_voxel: Vector) -> Vector:
        """Patient LPS mm of voxel coordinates, shape (..., 3)."""
        moved: Vector = p_voxel @ self.matrix[:3, :3].T + self.matrix[:3, 3]
        return moved

    def to_voxel(self, p_patient: Vector) -> Vector:
        """Voxel coordinates of patient LPS mm, shape (..., 3)."""
        inverse = np.asarray(np.linalg.inv(self.matrix[:3, :3]), dtype=np.float64)
        back: Vector = (p_patient - self.matrix[:3, 3]) @ inverse.T
        return back

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance between neighbouring voxel centres along column, row and slice index."""
        i, j, k = np.linalg.norm(self.matrix[:3, :3], axis=0)
        return float(i), float(j), float(k)


def cross(one: Vector, other: Vector) -> Vector:
    """The cross product of two vectors of three; NumPy's takes ten times as long for so few."""
    (ax, ay, az), (bx, by, bz) = one.tolist(), other.tolist()
    return np.array((ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx))
