"""What a painted region measures in the patient: volume, surface, and its longest diameters."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.model.affine import Affine, Vector
from labeler.model.image import Image
from labeler.model.masks import Bits, Mask
from labeler.model.measures import VolumeMeasure, voxel_area_mm2
from labeler.model.shapes import Bidirectional, Point
from labeler.model.tiled_masks import TiledMask

Weights = NDArray[np.float64]

Tick = Callable[[int, int], None]
"""Told (done, total); raises Cancelled once nobody wants the answer."""

LEANING = 1e-3
"""The cosine between two axes from which on they are not at right angles."""

_AXIS, _SIDE, _CORNER = 0.09155578240952, 0.07396125575216, 0.07039127956464
"""Share of the sphere that is nearest to each of the 13 lines through a voxel's neighbours."""


@dataclass(frozen=True)
class Diameters:
    """The longest diameter of a region on the slice where it is longest, and the longest one at
    right angles to it (RECIST 1.1)."""

    index: int
    shape: Bidirectional
    long_mm: float
    short_mm: float


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


def longest_diameters(
    image: Image, mask: TiledMask, slices: range, tick: Tick = lambda _done, _total: None
) -> Diameters | None:
    """Over the acquired slices; None for a region of nothing."""
    best: Diameters | None = None
    plane = plane_mm(image.affine)
    for done, index in enumerate(slices):
        tick(done, len(slices))
        region = mask.region(index if mask.size[0] > 1 else 0)
        if best is not None and _across_mm(region, plane) <= best.long_mm:
            continue
        found = diameters(region, plane)
        if found is not None and (best is None or found[1] > best.long_mm):
            best = Diameters(index, *found)
    return best


def _across_mm(region: Mask, plane: Vector) -> float:
    """No diameter is longer than that of the box around a region."""
    height, width = region.crop.shape
    corners = np.array(((width, height), (width, -height))) @ plane.T
    return float(np.linalg.norm(corners, axis=1).max())


def plane_mm(affine: Affine) -> Vector:
    """(2, 2): from columns and rows to mm in the plane of a slice, with any lean of its axes."""
    plane: Vector = np.linalg.qr(affine.matrix[:3, :2])[1]
    return plane


def diameters(region: Mask, plane: Vector) -> tuple[Bidirectional, float, float] | None:
    """Long and short axis of a region on one frame; `plane` leads from voxels to mm.

    Ends lie midway between voxels that are in and neighbours that are out, so that ten voxels in a
    row are ten voxels long.
    """
    edge = _edge(region)
    if not len(edge):
        return None
    places = edge @ plane.T
    start, end = _farthest(places)
    way = end - start
    long_mm = float(np.linalg.norm(way))
    along, beside = way / long_mm, np.array((-way[1], way[0])) / long_mm
    step = float(np.linalg.norm(plane, axis=0).min())
    a, b = _widest(places, start, along, beside, step)
    ends = np.linalg.solve(plane, np.column_stack((start, end, a, b))).T
    p, q, r, s = map(_stored, ends)
    return Bidirectional((p, q), (r, s)), long_mm, float(np.linalg.norm(b - a))


def _edge(region: Mask) -> Vector:
    """(n, 2) column and row of the middles of all sides between in and out."""
    bits = np.pad(region.crop, 1)
    found = []
    for axis, offset in ((0, (0.0, 0.5)), (1, (0.5, 0.0))):
        row, column = np.nonzero(np.diff(bits.astype(np.int8), axis=axis))
        found.append(np.column_stack((column + offset[0], row + offset[1])))
    sides: Vector = np.vstack(found) - 1 + np.array((region.left, region.top))
    return sides


def _farthest(places: Vector) -> tuple[Vector, Vector]:
    """The two places that lie farthest apart."""
    hull = _hull(places)
    apart = np.linalg.norm(hull[:, None] - hull[None], axis=2)
    one, other = np.unravel_index(int(apart.argmax()), apart.shape)
    return hull[one], hull[other]


def _hull(places: Vector) -> Vector:
    """The corners of the convex hull, by Andrew's monotone chains over each row's ends."""
    ordered = places[np.lexsort((places[:, 0], places[:, 1]))]
    first = np.flatnonzero(np.r_[True, np.diff(ordered[:, 1]) != 0])
    last = np.r_[first[1:], len(ordered)] - 1
    kept = sorted(set(map(tuple, ordered[np.concatenate((first, last))].tolist())))

    def chain(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        found: list[tuple[float, float]] = []
        for p in points:
            while len(found) > 1 and _turn(found[-2], found[-1], p) <= 0:
                found.pop()
            found.append(p)
        return found

    return np.array([*chain(kept)[:-1], *chain(kept[::-1])[:-1]] or kept)


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _widest(
    places: Vector, start: Vector, along: Vector, beside: Vector, step_mm: float
) -> tuple[Vector, Vector]:
    """The ends of the longest way across, among those at the same height of the long axis."""
    height, side = (places - start) @ along, (places - start) @ beside
    bins = np.floor(height / step_mm + 0.5).astype(np.int64)
    bins -= bins.min()
    high = np.full(bins.max() + 1, -math.inf)
    low = np.full(bins.max() + 1, math.inf)
    np.maximum.at(high, bins, side)
    np.minimum.at(low, bins, side)
    widest = int((high - low).argmax())
    at = start + along * (height[bins == widest].mean())
    return at + beside * low[widest], at + beside * high[widest]


def _stored(p_voxel: Vector) -> Point:
    x, y = p_voxel.tolist()
    return round(x * 1000), round(y * 1000)
