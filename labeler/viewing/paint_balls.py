"""A ball among voxels that are no even blocks: a gantry was tilted, or slices lie unevenly."""

from __future__ import annotations

import math

import numpy as np

from labeler.model.affine import Vector
from labeler.model.image import Image
from labeler.model.mask_strokes import Voxel
from labeler.model.masks import Bits
from labeler.model.tiled_masks import Triple

OFF = 1e-2
"""Of the way from one slice to the next, as far as one may lie beside its place in an even grid."""


def is_even(image: Image) -> bool:
    """Whether its slices lie straight above one another, all as far apart."""
    places = _places(image, 0, image.source.shape[0])
    if len(places) < 2:
        return True
    steps = np.diff(places, axis=0)
    across, down = image.affine.matrix[:3, 0], image.affine.matrix[:3, 1]
    normal = np.cross(across, down) / np.linalg.norm(np.cross(across, down))
    heights = steps @ normal
    straight = steps - heights[:, None] * normal
    mean = float(np.abs(heights.mean()))
    off = max(float(np.linalg.norm(straight, axis=1).max()), float(np.ptp(heights)))
    return off <= OFF * mean


def ball_between(
    image: Image, size: Triple, start: Voxel, end: Voxel, radius_mm: float
) -> tuple[Triple, Bits] | None:
    """The voxels whose centre a ball covers on its straight way in the patient, each slice in its
    own plane: where their box begins, and they. None where it stays outside the grid.
    """
    begin, way = _place(image, start), _place(image, end) - _place(image, start)
    across, down = image.affine.matrix[:3, 0], image.affine.matrix[:3, 1]
    normal = np.cross(across, down) / np.linalg.norm(np.cross(across, down))
    places = _places(image, 0, size[0]) - begin
    heights = places @ normal
    low, high = sorted((0.0, float(way @ normal)))
    near = np.flatnonzero((heights >= low - radius_mm) & (heights <= high + radius_mm))
    if not near.size:
        return None
    first, last = int(near[0]), int(near[-1]) + 1
    places = places[first:last]
    columns = _span(places, across, way, radius_mm, size[2])
    rows = _span(places, down, way, radius_mm, size[1])
    if columns.stop <= columns.start or rows.stop <= rows.start:
        return None
    x = np.arange(columns.start, columns.stop)[:, None] * across
    y = np.arange(rows.start, rows.stop)[:, None] * down
    bits = np.empty((last - first, len(y), len(x)), np.bool_)
    length2 = float(way @ way)
    for n, place in enumerate(places):
        at = place + y[:, None] + x
        if length2 > 0:
            share = np.clip(at @ way / length2, 0.0, 1.0)
            at = at - share[..., None] * way
        bits[n] = np.einsum("rcp,rcp->rc", at, at) <= radius_mm * radius_mm * (1 + 1e-9)
    return (first, rows.start, columns.start), bits


def _span(places: Vector, axis: Vector, way: Vector, radius_mm: float, side: int) -> slice:
    """The columns, or rows, that the ball may reach in any of the slices."""
    pixel = float(np.linalg.norm(axis))
    centers = -(places @ axis) / pixel**2
    ends = np.concatenate((centers, centers + float(way @ axis) / pixel**2))
    reach = radius_mm / pixel
    first = max(0, math.ceil(float(ends.min()) - reach))
    return slice(first, min(side, math.floor(float(ends.max()) + reach) + 1))


def _place(image: Image, at: Voxel) -> Vector:
    index, row, column = at
    return image.to_patient(np.array((column, row, index), np.float64))


def _places(image: Image, first: int, last: int) -> Vector:
    """Where the first pixel of each slice lies."""
    index = np.arange(first, last, dtype=np.float64)
    zero = np.zeros_like(index)
    return image.to_patient(np.stack((zero, zero, index), axis=1))
