"""The edge of a painted region, along the sides of its voxels; of a large one what is seen."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.edges import loops
from labeler.model.masks import Mask
from labeler.model.rasters import Place
from labeler.viewing.region_part import Part, part_on, seen_on
from labeler.viewing.viewport import Canvas, CanvasMap

Loop = tuple[Place, ...]

KEPT = 256
"""Regions whose outlines are kept."""
MOST_CORNERS = 300_000
"""So many corners are kept of all of them: a region painted by a threshold may have many."""


@dataclass(frozen=True, eq=False)
class Rings:
    """Closed lines: `corners` float32 (n, 2) in voxels, and where each line ends among them."""

    corners: NDArray[np.float32]
    ends: NDArray[np.int64]


def outline(mask: Mask) -> tuple[Loop, ...]:
    """Closed loops of corner points in voxels; the region lies at the right hand, holes too.

    Voxels that touch only at a corner get loops of their own.
    """
    height, width = mask.crop.shape
    rings = rings_of(mask, Part(1, 0, 0, height, width))
    places = list(map(tuple, rings.corners.tolist()))
    begins = [0, *rings.ends[:-1].tolist()]
    return tuple(
        tuple(places[begin:end]) for begin, end in zip(begins, rings.ends.tolist(), strict=False)
    )


def rings_of(mask: Mask, part: Part) -> Rings:
    """The edge of a part of a region, and of what is cut off around it."""
    corners, ends = loops(part.bits(mask))
    height, width = mask.crop.shape
    # The last squares may reach beyond the region.
    inside = np.minimum(corners * part.step + (part.left, part.top), (width, height))
    offset = np.array([mask.left - 0.5, mask.top - 0.5])
    return Rings((inside + offset).astype(np.float32), ends)


@dataclass(frozen=True, eq=False)
class _Known:
    """Of a region that is held by others, the edge of a part of it."""

    region: ref[Mask]
    part: Part
    rings: Rings


class KnownOutlines:
    """Keeps the outlines of regions that were met and are held by others, as far as there is room:
    of a large region of what lies on the canvas and around it, as finely as it is shown."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._corners = 0

    def of(self, mask: Mask, where: CanvasMap, canvas: Canvas, ratio: float = 1.0) -> Rings:
        """`ratio` tells how many pixels a canvas pixel has."""
        known = self._known.get(id(mask))
        seen = seen_on(mask, where, canvas, ratio)
        if known is None or known.region() is not mask or not known.part.holds(seen):
            known = self._take(mask, part_on(mask, where, canvas, ratio))
        self._known.move_to_end(id(mask))
        while len(self._known) > KEPT or (self._corners > MOST_CORNERS and len(self._known) > 1):
            self._drop(next(iter(self._known)))
        return known.rings

    def _take(self, mask: Mask, part: Part) -> _Known:
        for key in [key for key, known in self._known.items() if known.region() is None]:
            self._drop(key)
        self._drop(id(mask))
        known = self._known[id(mask)] = _Known(ref(mask), part, rings_of(mask, part))
        self._corners += len(known.rings.corners)
        return known

    def _drop(self, key: int) -> None:
        gone = self._known.pop(key, None)
        self._corners -= 0 if gone is None else len(gone.rings.corners)
