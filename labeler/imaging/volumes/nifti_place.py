"""Where a NIfTI volume lies: sform, else qform, else only its size (nifti1.h, methods 1 to 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.imaging.volumes.grids import LPS_OF_RAS, usable_affine, usable_length, usable_spacing
from labeler.imaging.volumes.nifti_header import NiftiHeader
from labeler.model.affine import Vector

_UNITS_MM = {1: 1000.0, 2: 1.0, 3: 1e-3}
_ROUNDING = 3e-7


@dataclass(frozen=True, eq=False)
class Placed:
    """`affine` is in LPS mm, None where no orientation is given. `spacing` is in mm.

    `sized` is False where the affine's directions are given, but not how large a pixel is.
    """

    affine: Vector | None
    spacing: tuple[float, float, float] | None
    sized: bool
    unit_assumed: bool
    forms_disagree: bool


def placed(header: NiftiHeader) -> Placed:
    """As nibabel and ITK choose: the sform where its code is set, else the qform.

    A form that is no map (zeros, not finite) counts as not given.
    """
    scale = _UNITS_MM.get(header.unit)
    mm = scale or 1.0
    to_lps = LPS_OF_RAS @ np.diag([mm, mm, mm, 1.0])
    sform = _usable(to_lps @ _sform(header)) if header.sform_code > 0 else None
    turned = _qform(header) if header.qform_code > 0 else None
    qform = None if turned is None else _usable(to_lps @ turned)
    known = sform is not None or qform is not None
    spacing = usable_spacing(_sizes(header, mm))
    return Placed(
        affine=sform if sform is not None else qform,
        spacing=spacing,
        sized=sform is not None or spacing is not None,
        unit_assumed=scale is None and (known or spacing is not None),
        forms_disagree=sform is not None and qform is not None and _sides(sform) != _sides(qform),
    )


def _sizes(header: NiftiHeader, mm: float) -> tuple[float, ...]:
    """Pixels' sizes in mm; an axis that has one place needs none."""
    counts = (*header.shape, 1, 1)
    said = zip(header.pixdim[1:4], counts, strict=False)
    return tuple(abs(size) * mm or (1.0 if count == 1 else 0.0) for size, count in said)


def _usable(matrix: Vector) -> Vector | None:
    return matrix if usable_affine(matrix) else None


def _sform(header: NiftiHeader) -> Vector:
    return np.array([*header.sform, (0.0, 0.0, 0.0, 1.0)])


def _qform(header: NiftiHeader) -> Vector | None:
    """Rotation by a unit quaternion whose first part is left out; None where it is none."""
    b, c, d = header.quaternion
    rest = 1.0 - (b * b + c * c + d * d)
    if not np.isfinite(rest) or rest < -1e-3:
        return None
    # Stored in 32 bits: nearly nothing left over is a half turn.
    a = float(np.sqrt(rest)) if rest > _ROUNDING else 0.0
    a, b, c, d = np.array((a, b, c, d)) / np.sqrt(a * a + b * b + c * c + d * d)
    turn = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    # A size of zero says nothing: the directions stand all the same.
    sizes = np.array(
        [abs(size) if usable_length(abs(size)) else 1.0 for size in header.pixdim[1:4]]
    )
    if header.pixdim[0] < 0:
        sizes[2] = -sizes[2]
    matrix = np.eye(4)
    matrix[:3, :3] = turn * sizes
    matrix[:3, 3] = header.qoffset
    return matrix


def _sides(matrix: Vector) -> tuple[tuple[int, bool], ...]:
    """The side of the body each axis points to most."""
    columns = matrix[:3, :3].T
    return tuple(
        (int(np.abs(column).argmax()), bool(column[np.abs(column).argmax()] > 0))
        for column in columns
    )
