"""Shapes out of the places that a hand gives, one after another; None where nothing comes of it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from labeler.model.handles import Spacing, across_from
from labeler.model.outlines import Places
from labeler.model.shapes import (
    MOST_POINTS,
    Bidirectional,
    Ellipse,
    Freehand,
    Point,
    RotatedBox,
    Segment,
)

Ints = NDArray[np.int_]
Floats = NDArray[np.float64]

PIECE = 256
"""Points of a stroke whose ends are kept."""

SHORT_SHARE = 0.5
"""Of a long axis: the short one while nobody has drawn it."""

LEAST_WIDTH = 500
"""In 1/1000 voxels: an axis that is shorter tells how a hand trembled."""


def ellipse_between(a: Point, b: Point) -> Ellipse | None:
    """The ellipse in the box of two opposite corners."""
    half = abs(b[0] - a[0]) // 2, abs(b[1] - a[1]) // 2
    if 0 in half:
        return None
    return Ellipse(_middle(a, b), (half[0], 0), (0, half[1]))


def rotated_box_on(a: Point, b: Point, c: Point, spacing: Spacing) -> RotatedBox | None:
    """The box with one side from `a` to `b` and the opposite one through `c`."""
    along = b[0] - a[0], b[1] - a[1]
    across = round(along[0] / 2), round(along[1] / 2)
    down = _over(along, (c[0] - a[0], c[1] - a[1]), spacing, share=0.5)
    if across[0] * down[1] == across[1] * down[0]:
        return None
    middle = _middle(a, b)
    return RotatedBox((middle[0] + down[0], middle[1] + down[1]), across, down)


def axes_from(long: Segment, c: Point, d: Point, spacing: Spacing) -> Bidirectional | None:
    """A long axis, and the short one from `c` at right angles to it as far as `d`; None where that
    way runs along the long one."""
    (a, b) = long
    way = _over((b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1]), spacing)
    if a == b or max(abs(way[0]), abs(way[1])) < LEAST_WIDTH:
        return None
    return Bidirectional(long, (c, (c[0] + way[0], c[1] + way[1])))


def axes_on(long: Segment, spacing: Spacing) -> Bidirectional | None:
    """A long axis with a short one amid it, to be dragged to its size."""
    (a, b) = long
    turn = across_from((b[0] - a[0], b[1] - a[1]), spacing)
    length = math.hypot((b[0] - a[0]) * spacing[0], (b[1] - a[1]) * spacing[1])
    half = SHORT_SHARE * length / 2
    x, y = round(turn[0] * half / spacing[0]), round(turn[1] * half / spacing[1])
    if a == b or (x, y) == (0, 0):
        return None
    middle = _middle(a, b)
    return Bidirectional(long, ((middle[0] - x, middle[1] - y), (middle[0] + x, middle[1] + y)))


def outline_of(stroke: list[Point], tolerance: float) -> Freehand | None:
    """A closed outline along a stroke, in as few points as are within `tolerance` (in 1/1000
    voxels) of it."""
    points = tuple(dict.fromkeys(stroke))
    points = points[:: math.ceil(len(points) / MOST_POINTS) or 1]
    kept = _thinned(points, tolerance) if len(points) > 3 else points
    if len(kept) < 3:
        kept = points  # there and back again
    return Freehand(kept) if len(kept) >= 3 else None


def _thinned(points: tuple[Point, ...], tolerance: float) -> tuple[Point, ...]:
    """Douglas and Peucker's way: what lies near the straight line between two kept ones goes. All
    pieces of the way are looked at in one pass, then their halves; a long way begins as many."""
    places = np.array(points, np.float64)
    kept = np.zeros(len(points), bool)
    firsts = np.arange(0, len(points) - 1, PIECE)
    lasts = np.append(firsts[1:], len(points) - 1)
    kept[firsts] = kept[-1] = True
    while len(firsts):
        furthest, off = _furthest(places, firsts, lasts)
        splits = off > tolerance
        firsts, at, lasts = firsts[splits], furthest[splits], lasts[splits]
        kept[at] = True
        firsts, lasts = np.concatenate((firsts, at)), np.concatenate((at, lasts))
        long = lasts - firsts >= 2
        firsts, lasts = firsts[long], lasts[long]
    return tuple(point for point, stays in zip(points, kept.tolist(), strict=True) if stays)


def _furthest(places: Places, firsts: Ints, lasts: Ints) -> tuple[Ints, Floats]:
    """Of each piece the place between its ends that lies furthest off its line, and how far."""
    counts = lasts - firsts - 1
    begins = np.cumsum(counts) - counts
    piece = np.repeat(np.arange(len(firsts)), counts)
    number = np.arange(len(piece)) - begins[piece] + firsts[piece] + 1
    off = _off_lines(places[number], places[firsts][piece], places[lasts][piece])
    most = np.maximum.reduceat(off, begins)
    (there,) = np.nonzero(off == most[piece])
    _, which = np.unique(piece[there], return_index=True)
    return number[there[which]], most


def _off_lines(places: Places, starts: Places, ends: Places) -> Floats:
    """How far places lie from pieces of lines, each from its own."""
    along, way = ends - starts, places - starts
    squared = (along * along).sum(axis=1)
    reached = (way * along).sum(axis=1)
    share = np.clip(
        np.divide(reached, squared, out=np.zeros_like(reached), where=squared > 0), 0, 1
    )
    off: Floats = np.linalg.norm(way - share[:, None] * along, axis=1)
    return off


def _middle(a: Point, b: Point) -> Point:
    return round((a[0] + b[0]) / 2), round((a[1] + b[1]) / 2)


def _over(along: Point, way: Point, spacing: Spacing, share: float = 1.0) -> Point:
    """The part of a way that is at right angles to `along` in the patient."""
    turn = across_from(along, spacing)
    far = share * (way[0] * spacing[0] * turn[0] + way[1] * spacing[1] * turn[1])
    return round(far * turn[0] / spacing[0]), round(far * turn[1] / spacing[1])
