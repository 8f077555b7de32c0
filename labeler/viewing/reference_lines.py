"""Where the slice of one view cuts the slice of another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.model.affine import Vector, cross
from labeler.model.image import Image
from labeler.model.rasters import Place
from labeler.viewing.crosshair import in_slice

_PARALLEL = 1e-3
"""The sine below which two planes do not cross: their line would be anywhere."""

_TOUCH_MM = 1e-6
"""Rectangles that meet in less only touch: rounding would say now yes, now no."""

_ALONG = 1e-8
"""A line that goes less of a side in a millimetre goes along the other side."""
_BESIDE = 1e-7
"""Such a line lies on an edge when it is so near, as a share of the side."""


@dataclass(frozen=True, eq=False)
class SlicePlane:
    """One slice as a rectangle in the patient, LPS mm: its `corner`, and its two whole sides."""

    corner: Vector
    across: Vector
    down: Vector

    @property
    def normal(self) -> Vector:
        normal = cross(self.across, self.down)
        made: Vector = normal / np.linalg.norm(normal)
        return made


def slice_plane(image: Image, index: int) -> SlicePlane:
    """The outer edges of a slice."""
    _, rows, columns = image.source.shape
    corner = image.to_patient(np.array([-0.5, -0.5, float(index)]))
    sides = image.affine.matrix[:3, :2]
    return SlicePlane(corner, sides[:, 0] * columns, sides[:, 1] * rows)


def crossing(one: SlicePlane, other: SlicePlane) -> tuple[Vector, Vector] | None:
    """The ends of the line in which both rectangles meet, in the patient; None where they do not.

    It lies in both planes and within both rectangles.
    """
    way = cross(one.normal, other.normal)
    length = float(np.linalg.norm(way))
    if length < _PARALLEL:
        return None
    way = way / length
    normals = np.stack([one.normal, other.normal, way])
    told = np.array([one.normal @ one.corner, other.normal @ other.corner, way @ one.corner])
    start = np.linalg.solve(normals, told)
    spans = [_within(plane, start, way) for plane in (one, other)]
    begin, end = max(span[0] for span in spans), min(span[1] for span in spans)
    if not end - begin > _TOUCH_MM:
        return None
    return start + way * begin, start + way * end


def reference_line(
    image: Image, index: int, of: Image, of_index: int
) -> tuple[Place, Place] | None:
    """What a view of `image` draws of the slice that another view shows, in voxel places."""
    found = crossing(slice_plane(image, index), slice_plane(of, of_index))
    if found is None:
        return None
    return in_slice(image, index, found[0]), in_slice(image, index, found[1])


def _within(plane: SlicePlane, start: Vector, way: Vector) -> tuple[float, float]:
    """From where to where a line in the plane lies in its rectangle, in mm; (0, 0) if nowhere."""
    begin, end = -np.inf, np.inf
    sides = np.column_stack([plane.across, plane.down])
    at = np.linalg.lstsq(sides, start - plane.corner, rcond=None)[0]
    step = np.linalg.lstsq(sides, way, rcond=None)[0]
    for place, move in zip(at, step, strict=True):
        if abs(move) < _ALONG:
            if not -_BESIDE <= place <= 1 + _BESIDE:
                return 0.0, 0.0
            continue
        one, other = sorted((-place / move, (1 - place) / move))
        begin, end = max(begin, one), min(end, other)
    return float(begin), float(end)
