"""The edge of a painted region, along the sides of its voxels."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from labeler.model.masks import Bits, Mask
from labeler.model.rasters import Place

Corner = tuple[int, int]
Loop = tuple[Place, ...]
Corners = NDArray[np.float32]

KEPT = 256
"""Regions whose outlines are kept."""
MOST_CORNERS = 300_000
"""So many corners are kept of all of them: a region painted by a threshold may have many."""


def outline(mask: Mask) -> tuple[Loop, ...]:
    """Closed loops of corner points in voxels; the region lies at the right hand, holes too.

    Voxels that touch only at a corner get loops of their own.
    """
    following = _edges(mask.crop)
    offset = mask.left - 0.5, mask.top - 0.5
    loops = []
    while following:
        start = next(iter(following))
        corners = _walk(following, start)
        loops.append(tuple((x + offset[0], y + offset[1]) for x, y in corners))
    return tuple(loops)


@dataclass(frozen=True, eq=False)
class _Known:
    """Of a region that is held by others: the corners of all its loops, and where each ends but
    the last."""

    region: ref[Mask]
    corners: Corners
    ends: NDArray[np.intp]


class KnownOutlines:
    """Keeps the outlines of regions that were met and are held by others, each loop as float32
    (corners, 2), as far as there is room."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._corners = 0

    def of(self, mask: Mask) -> list[Corners]:
        known = self._known.get(id(mask))
        if known is None or known.region() is not mask:  # another came to have the id
            known = self._take(mask)
        self._known.move_to_end(id(mask))
        while len(self._known) > KEPT or (self._corners > MOST_CORNERS and len(self._known) > 1):
            self._drop(next(iter(self._known)))
        return np.split(known.corners, known.ends) if len(known.corners) else []

    def _take(self, mask: Mask) -> _Known:
        for key in [key for key, known in self._known.items() if known.region() is None]:
            self._drop(key)
        loops = outline(mask)
        places = np.array([corner for loop in loops for corner in loop], np.float32)
        ends = np.cumsum([len(loop) for loop in loops[:-1]], dtype=np.intp)
        known = self._known[id(mask)] = _Known(ref(mask), places.reshape(-1, 2), ends)
        self._corners += len(known.corners)
        return known

    def _drop(self, key: int) -> None:
        gone = self._known.pop(key, None)
        self._corners -= 0 if gone is None else len(gone.corners)


def _edges(crop: Bits) -> dict[Corner, list[Corner]]:
    """From each corner to the next, clockwise round the region (y runs down)."""
    padded = np.pad(crop, 1)
    inside = padded[1:-1, 1:-1]
    sides: tuple[tuple[NDArray[np.bool_], Corner, Corner], ...] = (
        (padded[:-2, 1:-1], (0, 0), (1, 0)),
        (padded[1:-1, 2:], (1, 0), (1, 1)),
        (padded[2:, 1:-1], (1, 1), (0, 1)),
        (padded[1:-1, :-2], (0, 1), (0, 0)),
    )
    following: dict[Corner, list[Corner]] = {}
    for neighbour, (ax, ay), (bx, by) in sides:
        rows, columns = np.nonzero(inside & ~neighbour)
        for y, x in zip(rows.tolist(), columns.tolist(), strict=True):
            following.setdefault((x + ax, y + ay), []).append((x + bx, y + by))
    return following


def _walk(following: dict[Corner, list[Corner]], start: Corner) -> list[Corner]:
    """One loop, its edges taken out of `following`; straight runs have no points inside."""
    corners: list[Corner] = []
    here, direction = start, (0, 0)
    while True:
        there = _turn(following, here, direction)
        ahead = there[0] - here[0], there[1] - here[1]
        if ahead != direction:
            corners.append(here)
        here, direction = there, ahead
        if here == start:
            break
    first = corners[1][0] - corners[0][0], corners[1][1] - corners[0][1]
    straight = (first[0] == 0) == (direction[0] == 0)
    return corners[1:] if straight else corners


def _turn(following: dict[Corner, list[Corner]], here: Corner, direction: Corner) -> Corner:
    """The next corner; where two voxels touch at a corner, the one that keeps to its voxel."""
    choices = following[here]
    right = here[0] - direction[1], here[1] + direction[0]
    there = right if right in choices else choices[0]
    choices.remove(there)
    if not choices:
        del following[here]
    return there
