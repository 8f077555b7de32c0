"""What a painted region measures in the patient: volume and surface."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from labeler.model.affine import Vector
from labeler.model.image import Image
from labeler.model.masks import Bits
from labeler.model.measures import VolumeMeasure, voxel_area_mm2
from labeler.model.tiled_masks import TiledMask

Weights = NDArray[np.float64]

Tick = Callable[[int, int], None]
"""Told (done, total); raises Cancelled once nobody wants the answer."""

LEANING = 1e-3
"""The cosine between two axes from which on they are not at right angles."""

_AXIS, _SIDE, _CORNER = 0.09155578240952, 0.07396125575216, 0.07039127956464
"""Share of the sphere that is nearest to each of the 13 lines through a voxel's neighbours."""


def slice_thickness_mm(image: Image) -> Weights:
    """What each slice stands for: half the way to either neighbour, a whole one at the ends."""
    slices = image.source.shape[0]
    origins = np.array(image.stack.origins, np.float64)
    if len(origins) != slices or slices < 2:
        return np.full(slices, step_mm(image))
    ways = np.abs(np.diff(origins, axis=0) @ _normal(image))
    around = np.concatenate((ways[:1], ways, ways[-1:]))
    thick: Weights = (around[:-1] + around[1:]) / 2
    return thick


def step_mm(image: Image) -> float:
    """From one slice to the next along their normal: a leaning stack is no thicker for it."""
    return abs(float(image.affine.matrix[:3, 2] @ _normal(image)))


def _normal(image: Image) -> Vector:
    across, down = image.affine.matrix[:3, 0], image.affine.matrix[:3, 1]
    normal = np.cross(across, down)
    unit: Vector = normal / np.linalg.norm(normal)
    return unit


def measure_volume(image: Image, mask: TiledMask) -> VolumeMeasure:
    """Volume of a region through the slices of an image that may be measured across."""
    counts = mask.slice_counts
    area = voxel_area_mm2(image.affine)
    volume = float(area * (counts @ slice_thickness_mm(image)))
    return VolumeMeasure(volume, int(np.count_nonzero(counts)))


def surface_in(
    image: Image, mask: TiledMask, tick: Tick = lambda _done, _total: None
) -> float | None:
    """Surface of a region through slices; None where the axes of the voxels lean."""
    ways = image.affine.matrix[:3, :3] / np.array(image.affine.spacing_mm)
    if np.abs(ways.T @ ways - np.eye(3)).max() > LEANING:
        return None
    column_mm, row_mm, slice_mm = image.affine.spacing_mm
    return surface_mm2(mask, (slice_mm, row_mm, column_mm), tick)


def surface_mm2(
    mask: TiledMask,
    spacing_mm: tuple[float, float, float],
    tick: Tick = lambda _done, _total: None,
) -> float:
    """Surface of a region, by counting where lines in 13 directions enter or leave it.

    Cauchy and Crofton's formula with each direction's share of the sphere (Legland, Kieu and
    Devaux 2007), as ITK's label shape statistics have it. `spacing_mm` is of slices, rows and
    columns, whose axes must be at right angles.
    """
    bounds = mask.tile_bounds
    if bounds is None:
        return 0.0
    bits = np.pad(mask.crop(*bounds), 1)
    voxel = math.prod(spacing_mm)
    found, ways = 0.0, tuple(_directions())
    for done, way in enumerate(ways):
        tick(done, len(ways))
        step = math.hypot(*(a * mm for a, mm in zip(way, spacing_mm, strict=True)))
        weight = (_AXIS, _SIDE, _CORNER)[sum(map(abs, way)) - 1]
        found += voxel / step * _crossings(bits, way) / 2 * weight
    return 4 * found


def _directions() -> Iterator[tuple[int, ...]]:
    """One of each pair of opposite ways to the 26 neighbours."""
    nothing = (0, 0, 0)
    return (way for way in itertools.product((-1, 0, 1), repeat=3) if way > nothing)


def _crossings(bits: Bits, way: tuple[int, ...]) -> int:
    """Neighbours along a way of which one is in and the other out."""
    here = tuple(
        slice(max(0, -a), side - max(0, a)) for a, side in zip(way, bits.shape, strict=True)
    )
    there = tuple(
        slice(max(0, a), side - max(0, -a)) for a, side in zip(way, bits.shape, strict=True)
    )
    return int(np.count_nonzero(bits[here] != bits[there]))
