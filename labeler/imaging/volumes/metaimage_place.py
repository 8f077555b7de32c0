"""Where a MetaImage lies: its matrix, else the sides it names, in LPS mm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.imaging.volumes.grids import usable_affine, usable_spacing
from labeler.imaging.volumes.metaimage_header import MetaHeader
from labeler.model.affine import Vector

_FROM = {
    "R": (1.0, 0.0, 0.0),
    "L": (-1.0, 0.0, 0.0),
    "A": (0.0, 1.0, 0.0),
    "P": (0.0, -1.0, 0.0),
    "I": (0.0, 0.0, 1.0),
    "S": (0.0, 0.0, -1.0),
}
"""A letter of AnatomicalOrientation names the side where the axis begins."""


@dataclass(frozen=True, eq=False)
class Placed:
    """`affine` is None where no side is named; `spacing` is then all there is."""

    affine: Vector | None
    spacing: tuple[float, float, float] | None


def placed(header: MetaHeader) -> Placed:
    """As ITK places it: columns of the map are the matrix' rows times the spacing. ITK takes no
    notice of the center of rotation, and of the named sides only where there is no matrix."""
    axes = min(len(header.sizes), 3)
    sizes = np.abs([*header.spacings[:axes], *(1.0,) * (3 - axes)]) if header.spacings else None
    spacing = None if sizes is None else usable_spacing(tuple(float(size) for size in sizes))
    rows = _directions(header, axes)
    if rows is None or spacing is None:
        return Placed(None, spacing)
    matrix = np.eye(4)
    matrix[:3, :3] = rows.T * np.array(spacing)
    if header.origin:
        matrix[:axes, 3] = header.origin[:axes]
    return Placed(matrix if usable_affine(matrix) else None, spacing)


def _directions(header: MetaHeader, axes: int) -> Vector | None:
    """The direction of each axis, one a row. Two axes lie in the plane of the first two."""
    if header.rows:
        rows = np.eye(3)
        rows[:axes, :axes] = [row[:axes] for row in header.rows[:axes]]
        return rows
    named = [_FROM.get(letter) for letter in header.anatomical[:3]]
    given = [side for side in named if side is not None]
    return np.array(given) if len(given) == 3 else None
