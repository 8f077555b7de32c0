"""Which voxels of a frame lie inside an outline: a voxel is in when its centre is in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from labeler.model.masks import Bits, Mask, cropped, empty_mask

AT_ONCE = 1 << 16
"""Crossings of edges and rows that are found together."""

Place = tuple[float, float]
"""Column and row in voxels; whole numbers are voxel centres."""


def disc(rows: int, columns: int, p_voxel: Place, diameter_mm: float, spacing_mm: Place) -> Mask:
    """A round stamp, round in mm also where voxels are not square. Spacing is (column, row)."""
    return capsule(rows, columns, p_voxel, p_voxel, diameter_mm, spacing_mm)


def capsule(
    rows: int,
    columns: int,
    start: Place,
    end: Place,
    diameter_mm: float,
    spacing_mm: Place,
) -> Mask:
    """What a disc covers on its straight way from `start` to `end`."""
    radius = diameter_mm / 2
    reach = radius / spacing_mm[0], radius / spacing_mm[1]
    left, right = _reached(start[0], end[0], reach[0], columns)
    top, bottom = _reached(start[1], end[1], reach[1], rows)
    if right <= left or bottom <= top:
        return empty_mask(rows, columns)
    x = (np.arange(left, right) - start[0]) * spacing_mm[0]
    y = ((np.arange(top, bottom) - start[1]) * spacing_mm[1])[:, None]
    along_x = (end[0] - start[0]) * spacing_mm[0]
    along_y = (end[1] - start[1]) * spacing_mm[1]
    squared = along_x**2 + along_y**2
    if squared > 0:
        share = np.clip((x * along_x + y * along_y) / squared, 0.0, 1.0)
        inside = (x - share * along_x) ** 2 + (y - share * along_y) ** 2 <= radius**2
    else:
        inside = x**2 + y**2 <= radius**2
    return cropped(rows, columns, top, left, inside)


def _reached(a: float, b: float, reach: float, limit: int) -> tuple[int, int]:
    return max(0, math.ceil(min(a, b) - reach)), min(limit, math.floor(max(a, b) + reach) + 1)


def polygon_mask(rows: int, columns: int, points: Sequence[Place]) -> Mask:
    """The inside of a closed polygon, even-odd; edges are half-open, so tiles never overlap."""
    outline = np.asarray(points, dtype=np.float64)
    left, right = _reached(outline[:, 0].min(), outline[:, 0].max(), 0.0, columns)
    top, bottom = _reached(outline[:, 1].min(), outline[:, 1].max(), 0.0, rows)
    if right <= left or bottom <= top:
        return empty_mask(rows, columns)
    odd = np.zeros((bottom - top, right - left + 1), dtype=np.uint8)
    for edge, row in _edges_on_rows(outline, top, bottom):
        (x0, y0), (x1, y1) = outline[edge].T, np.roll(outline, -1, axis=0)[edge].T
        x = x0 + (row - y0) * (x1 - x0) / (y1 - y0)
        column = np.clip(np.ceil(x).astype(np.int64) - left, 0, right - left)
        np.bitwise_xor.at(odd, (row - top, column), 1)
    inside: Bits = np.bitwise_xor.accumulate(odd[:, :-1], axis=1) == 1
    return cropped(rows, columns, top, left, inside)


def _edges_on_rows(
    outline: NDArray[np.float64], top: int, bottom: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Each edge of a polygon with each row of voxel centres it crosses, many at a time."""
    y0, y1 = outline[:, 1], np.roll(outline[:, 1], -1)
    first = np.maximum(top, np.ceil(np.minimum(y0, y1)))
    counts = np.maximum(0, np.minimum(bottom, np.ceil(np.maximum(y0, y1))) - first)
    crossed = np.flatnonzero(counts)
    first, counts = first[crossed].astype(np.int64), counts[crossed].astype(np.int64)
    behind = np.cumsum(counts)
    begin = 0
    while begin < crossed.size:
        done = behind[begin] - counts[begin]
        end = max(begin + 1, int(np.searchsorted(behind, done + AT_ONCE, side="right")))
        these = slice(begin, end)
        edge = np.repeat(crossed[these], counts[these])
        within = np.arange(edge.size) - np.repeat(
            behind[these] - counts[these] - done, counts[these]
        )
        yield edge, np.repeat(first[these], counts[these]) + within
        begin = end


def box_mask(rows: int, columns: int, low: Place, high: Place) -> Mask:
    """The voxels whose centres lie in an axis-aligned box, its edges included."""
    left, right = _reached(low[0], high[0], 0.0, columns)
    top, bottom = _reached(low[1], high[1], 0.0, rows)
    if right <= left or bottom <= top:
        return empty_mask(rows, columns)
    filled = np.ones((bottom - top, right - left), dtype=np.bool_)
    return cropped(rows, columns, top, left, filled)


def ellipse_mask(rows: int, columns: int, center: Place, across: Place, down: Place) -> Mask:
    """The voxels whose centres lie in an ellipse, its edge included; `across` and `down` are half
    its axes, or any two conjugate ones."""
    reach = math.hypot(across[0], down[0]), math.hypot(across[1], down[1])
    left, right = _reached(center[0], center[0], reach[0], columns)
    top, bottom = _reached(center[1], center[1], reach[1], rows)
    area = across[0] * down[1] - across[1] * down[0]
    if right <= left or bottom <= top or area == 0:
        return empty_mask(rows, columns)
    x = np.arange(left, right) - center[0]
    y = (np.arange(top, bottom) - center[1])[:, None]
    # What is on the edge is in: an ellipse of whole voxels has the voxels at the ends of its axes.
    inside = (x * down[1] - y * down[0]) ** 2 + (y * across[0] - x * across[1]) ** 2
    return cropped(rows, columns, top, left, inside <= area**2 * (1 + 1e-12))
