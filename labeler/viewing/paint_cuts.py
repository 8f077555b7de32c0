"""What a plane through a volume shows of the masks that are painted in it."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from itertools import product

import numpy as np

from labeler.model.mask_blocks import blocks
from labeler.model.mask_states import state_of
from labeler.model.masks import Bits, Mask, cropped, empty_mask
from labeler.model.shapes import MaskShape
from labeler.model.tiled_masks import TiledMask, Triple
from labeler.viewing.label_cuts import Patch, Solid, cut_labels, with_neighbours
from labeler.viewing.lattice import Lattice, PatientPlane
from labeler.viewing.reformat import Reformat, ReformatSource

KEPT = 32
"""Sections that are kept ready to be drawn, unless more are in the views."""

MOST_KEPT = 1024
"""Also then: memory has an end."""

AT_ONCE = 1 << 20
"""Voxels of a part of a mask that are cut while the hand waits: some milliseconds."""

OUT, IN = 1, 2
"""Labels of voxels in a part of a mask; 0 is what a plane shows beyond the part."""


Key = tuple[str, int, int]
"""A mask's state, the image that cuts it, and which plane."""
Viewer = tuple[str, int]
"""A mask's state and the image that cuts it."""
Compute = Callable[[Viewer, Callable[[], Mask], Callable[[Mask], None]], None]
"""Does the second on another thread and gives what it made to the third; of several for one viewer
the newest is answered."""


class _Shelf:
    """Sections, those that were asked for last. It holds more from the moment that one is asked for
    again which it let go of: else many marks in several views would drive out one another, and be
    made without end."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, tuple[Reformat, Mask]] = OrderedDict()
        self._gone: OrderedDict[Key, None] = OrderedDict()
        self._most = KEPT

    def find(self, key: Key, image: Reformat) -> Mask | None:
        known = self._known.get(key)
        if known is None and key in self._gone:
            del self._gone[key]
            self._most = min(MOST_KEPT, self._most + 1)
        if known is None or known[0] is not image:
            return None
        self._known.move_to_end(key)
        return known[1]

    def keep(self, key: Key, image: Reformat, found: Mask) -> Mask:
        self._known[key] = image, found
        while len(self._known) > self._most:
            self._gone[self._known.popitem(last=False)[0]] = None
        while len(self._gone) > MOST_KEPT:
            self._gone.popitem(last=False)
        return found

    def clear(self) -> None:
        self._known.clear()
        self._gone.clear()
        self._most = KEPT


class PaintCuts:
    """Sections of masks, made when they are first asked for: at once where that is a few
    milliseconds, else by `compute`, without which all are made at once."""

    def __init__(self, compute: Compute | None = None) -> None:
        self._compute = compute
        self._known, self._lent = _Shelf(), _Shelf()
        self._asked: dict[Viewer, int] = {}

    def begin(self) -> None:
        """Other images are open: those that were are let go of."""
        for kept in (self._known, self._lent, self._asked):
            kept.clear()

    def region(
        self, image: Reformat, index: int, shape: MaskShape, content: TiledMask | None
    ) -> Mask | None:
        """The pixels of a plane that show a voxel of the mask; None while it is not known."""
        if content is None:
            return None
        key = state_of(shape), id(image), index
        known = self._known.find(key, image)
        if known is not None:
            return known
        if self._compute is None or _is_quick(image, index, content):
            return self._known.keep(key, image, section(image, index, content))
        viewer = key[:2]
        if self._asked.get(viewer) != index:
            self._asked[viewer] = index
            self._compute(
                viewer,
                lambda: section(image, index, content),
                lambda found: self._take(image, key, found),
            )
        return self._lent.find(key, image)

    def lend(self, image: Reformat, index: int, shape: MaskShape, region: Mask) -> None:
        """What a stroke showed of a mask is seen until its section is made."""
        self._lent.keep((state_of(shape), id(image), index), image, region)

    def _take(self, image: Reformat, key: Key, found: Mask) -> None:
        self._known.keep(key, image, found)
        if self._asked.get(key[:2]) == key[2]:
            del self._asked[key[:2]]


def _is_quick(image: Reformat, index: int, mask: TiledMask) -> bool:
    source = image.source
    assert isinstance(source, ReformatSource)
    box = _passed(source.lattice, source.plane(index), mask)
    return box is None or math.prod(b - a for a, b in zip(*box, strict=True)) <= AT_ONCE


def section(image: Reformat, index: int, mask: TiledMask) -> Mask:
    """A plane's pixels that show a voxel of the mask; made slices by slices, so that memory does
    not follow the volume."""
    source = image.source
    assert isinstance(source, ReformatSource)
    plane = source.plane(index)
    box = _passed(source.lattice, plane, mask)
    if box is None:
        return empty_mask(plane.rows, plane.columns)
    shown = np.zeros((plane.rows, plane.columns), np.bool_)
    for low, high in blocks(box, mask.grid.tile):
        bits = mask.crop(low, high)
        patch = cut_box(source.lattice, plane, low, bits) if bits.any() else None
        if patch is not None:
            height, width = patch.labels.shape
            part = shown[patch.top : patch.top + height, patch.left : patch.left + width]
            part |= patch.labels == IN
    return cropped(plane.rows, plane.columns, 0, 0, shown)


def cut_box(lattice: Lattice, plane: PatientPlane, low: Triple, bits: Bits) -> Patch | None:
    """Where a plane shows a part of a volume: IN and OUT of a mask, 0 beyond the part."""
    labels = np.where(bits, np.uint8(IN), np.uint8(OUT))
    solid = Solid(lattice, low, labels)
    return cut_labels(solid if lattice.step is not None else with_neighbours(solid), plane)


def _passed(lattice: Lattice, plane: PatientPlane, mask: TiledMask) -> tuple[Triple, Triple] | None:
    """The box of voxels around what a plane, or a slab, can show of a mask."""
    if mask.tile_bounds is None:
        return None
    across, down = plane.across * (plane.columns - 1), plane.down * (plane.rows - 1)
    half = plane.deep * ((plane.samples - 1) / 2)
    corners = np.array(
        [
            plane.origin + a * across + b * down + c * half
            for a, b, c in product((0, 1), (0, 1), (-1, 1))
        ]
    )
    x, y, height = np.linalg.solve(lattice.basis, (corners - lattice.origin).T)
    places = lattice.places
    index = np.interp(height, places["height"], np.arange(len(places)))
    slant = (
        np.interp(index, np.arange(len(places)), places["x"]),
        np.interp(index, np.arange(len(places)), places["y"]),
    )
    low, high = [], []
    ways = index, y - slant[1], x - slant[0]
    for along, a, b, side in zip(ways, *mask.tile_bounds, mask.size, strict=True):
        low.append(max(a, int(np.floor(along.min())) - 1))
        # The outermost tiles may go on beyond the grid.
        high.append(min(b, side, int(np.ceil(along.max())) + 2))
    if any(a >= b for a, b in zip(low, high, strict=True)):
        return None
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])
