"""The long and the short axis of a painted region, as RECIST 1.1 wants them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from labeler.model.affine import Affine, Vector
from labeler.model.image import Image
from labeler.model.mask_measures import Tick
from labeler.model.masks import Mask
from labeler.model.shapes import Bidirectional, Point
from labeler.model.tiled_masks import TiledMask


@dataclass(frozen=True)
class Diameters:
    """The longest diameter of a region on the slice where it is longest, and the longest one at
    right angles to it (RECIST 1.1)."""

    index: int
    shape: Bidirectional
    long_mm: float
    short_mm: float


def longest_diameters(
    image: Image, mask: TiledMask, slices: range, tick: Tick = lambda _done, _total: None
) -> Diameters | None:
    """Over the acquired slices; None for a region of nothing."""
    best: tuple[int, Mask, float] | None = None
    plane = plane_mm(image.affine)
    for done, (index, region) in enumerate(mask.regions(slices)):
        tick(done, len(slices))
        if best is not None and _across_mm(region, plane) <= best[2]:
            continue
        ends = _longest(region, plane)
        long_mm = float(np.linalg.norm(ends[0, 1] - ends[0, 0])) if len(ends) else 0.0
        if long_mm > (0.0 if best is None else best[2]):
            best = index, region, long_mm
    found = None if best is None else diameters(best[1], plane)
    return None if best is None or found is None else Diameters(best[0], *found)


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

    The outline runs midway between voxels that are in and neighbours that are out, so that ten
    voxels in a row are ten voxels long. The short axis is as long as the outline is wide, at right
    angles to the long one, where it is widest. Of long axes that are equally long, the one with the
    longest short one counts.
    """
    lines = _outline(region) @ plane.T
    found = [_with_short(start, end, lines) for start, end in _longest(region, plane)]
    if not found:
        return None
    long_mm, short_mm, places = max(found, key=lambda one: one[1])
    p, q, r, s = map(_stored, np.linalg.solve(plane, places.T).T)
    return Bidirectional((p, q), (r, s)), long_mm, short_mm


def _with_short(start: Vector, end: Vector, lines: Vector) -> tuple[float, float, Vector]:
    """How long both axes are, and their four ends (4, 2), in mm."""
    way = end - start
    long_mm = float(np.linalg.norm(way))
    along, beside = way / long_mm, np.array((-way[1], way[0])) / long_mm
    height, low, high = _widest((lines - start) @ np.column_stack((along, beside)))
    a, b = (start + along * height + beside * side for side in (low, high))
    return long_mm, high - low, np.array((start, end, a, b))


def _longest(region: Mask, plane: Vector) -> Vector:
    """(n, 2, 2) the pairs of places of the outline that lie farthest apart, in mm; none of
    nothing."""
    edge = _edge(region)
    return _farthest(edge @ plane.T) if len(edge) else np.empty((0, 2, 2))


def _edge(region: Mask) -> Vector:
    """(n, 2) column and row of the middles of all sides between in and out."""
    bits = np.pad(region.crop, 1)
    found = []
    for axis, offset in ((0, (0.0, 0.5)), (1, (0.5, 0.0))):
        row, column = np.nonzero(np.diff(bits.astype(np.int8), axis=axis))
        found.append(np.column_stack((column + offset[0], row + offset[1])))
    sides: Vector = np.vstack(found) - 1 + np.array((region.left, region.top))
    return sides


_TOP, _RIGHT, _BOTTOM, _LEFT = (0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)
_LINES = {
    (1, 0, 0, 0): ((_TOP, _LEFT),),
    (0, 1, 0, 0): ((_TOP, _RIGHT),),
    (0, 0, 1, 0): ((_LEFT, _BOTTOM),),
    (0, 0, 0, 1): ((_RIGHT, _BOTTOM),),
    (1, 1, 0, 0): ((_LEFT, _RIGHT),),
    (1, 0, 1, 0): ((_TOP, _BOTTOM),),
    (1, 0, 0, 1): ((_TOP, _LEFT), (_RIGHT, _BOTTOM)),
    (0, 1, 1, 0): ((_TOP, _RIGHT), (_LEFT, _BOTTOM)),
}
"""What of the outline lies between four voxels: of the upper two, then the lower two, those that
are in. The same lies there where the others are."""


def _outline(region: Mask) -> Vector:
    """(n, 2, 2) the lines of the outline, each from column and row to column and row."""
    bits = np.pad(region.crop, 1).astype(np.int8)
    cells = 8 * bits[:-1, :-1] + 4 * bits[:-1, 1:] + 2 * bits[1:, :-1] + bits[1:, 1:]
    found = []
    for corners, lines in _LINES.items():
        code = int("".join(map(str, corners)), 2)
        # Voxels that touch at a corner only are apart.
        same = (code,) if len(lines) == 2 else (code, 15 - code)
        row, column = np.nonzero(np.isin(cells, same))
        at = np.column_stack((column, row)) - 1.0 + np.array((region.left, region.top))
        found += [at[:, None] + np.array(line) for line in lines]
    return np.concatenate(found)


def _farthest(places: Vector) -> Vector:
    """(n, 2, 2) the pairs of places that lie farthest apart; of very many equal ones some."""
    hull = _hull(places)
    apart = np.linalg.norm(hull[:, None] - hull[None], axis=2)
    one, other = np.nonzero(np.triu(apart >= apart.max() * (1 - 1e-9)))
    pairs: Vector = np.stack((hull[one], hull[other]), axis=1)[:MANY_PAIRS]
    return pairs


def _hull(places: Vector) -> Vector:
    """The corners of the convex hull, by Andrew's monotone chains over each row's ends."""
    ordered = places[np.lexsort((places[:, 0], places[:, 1]))]
    first = np.flatnonzero(np.r_[True, np.diff(ordered[:, 1]) != 0])
    last = np.r_[first[1:], len(ordered)] - 1
    kept = np.unique(ordered[np.concatenate((first, last))], axis=0)
    if len(kept) < 3:
        return kept
    lower, upper = _chain(kept), _chain(kept[::-1])
    return np.concatenate((lower[:-1], upper[:-1]))


def _chain(sorted_places: Vector) -> Vector:
    """What is left of places in their order once none lies within the line around its neighbours:
    whatever does is no corner, so that all of these go at once."""
    chain = sorted_places
    while len(chain) > 2:
        before, here, after = chain[:-2], chain[1:-1], chain[2:]
        way, back = here - before, after - before
        outside = way[:, 0] * back[:, 1] - way[:, 1] * back[:, 0] > 0
        if outside.all():
            break
        chain = chain[np.r_[True, outside, True]]
    return chain


MANY_PAIRS = 64
"""A disc of voxels has about so many diameters."""

MANY_CORNERS = 1 << 14
"""No lesion has so many."""


def _heights(corners: Vector) -> Vector:
    """Of all corners; of the outermost ones in narrow strips where there are too many, as in a
    mask of noise."""
    heights: Vector = np.unique(corners[:, 0])
    if len(heights) <= MANY_CORNERS:
        return heights
    low, high = heights[0], heights[-1]
    strip = np.floor((corners[:, 0] - low) * (MANY_CORNERS / 4 / (high - low)))
    order = np.lexsort((corners[:, 1], strip))
    first = np.flatnonzero(np.r_[True, np.diff(strip[order]) != 0])
    outermost = np.concatenate((first, np.r_[first[1:], len(order)] - 1))
    found: Vector = np.unique(corners[order[outermost], 0])
    return found


def _widest(lines: Vector) -> tuple[float, float, float]:
    """Where an outline is widest: at which height, from which side to which. `lines` (n, 2, 2)
    have heights and sides of their ends.

    Between two corners both sides run straight, so that it is widest at the height of a corner.
    """
    # What lies at one height does so in spite of how it was turned.
    lines = np.stack((lines[..., 0].round(9), lines[..., 1]), axis=-1)
    heights = _heights(lines.reshape(-1, 2))
    low, high = np.full(len(heights), math.inf), np.full(len(heights), -math.inf)
    lines = np.take_along_axis(lines, lines[..., :1].argsort(axis=1), axis=1)
    (h0, s0), (h1, s1) = lines[:, 0].T, lines[:, 1].T
    first, last = np.searchsorted(heights, h0), np.searchsorted(heights, h1, side="right")
    crossed = last - first
    line = np.repeat(np.arange(len(lines)), crossed)
    at = np.arange(len(line)) - np.repeat(np.cumsum(crossed) - crossed, crossed) + first[line]
    rise = np.where(h1 > h0, h1 - h0, 1.0)
    side = s0[line] + (heights[at] - h0[line]) / rise[line] * (s1 - s0)[line]
    np.maximum.at(high, at, side)
    np.minimum.at(low, at, side)
    # A line along one height has a side at either end.
    level = np.flatnonzero((h1 == h0) & (crossed > 0))
    np.maximum.at(high, first[level], s1[level])
    np.minimum.at(low, first[level], s1[level])
    widest = int((high - low).argmax())
    return float(heights[widest]), float(low[widest]), float(high[widest])


def _stored(p_voxel: Vector) -> Point:
    x, y = p_voxel.tolist()
    return round(x * 1000), round(y * 1000)
