"""What a plane through a volume shows of the masks that are painted in it."""

from __future__ import annotations

from collections import OrderedDict
from itertools import product

import numpy as np

from labeler.model.mask_states import state_of
from labeler.model.masks import Bits, Mask, cropped, empty_mask
from labeler.model.shapes import MaskShape
from labeler.model.tiled_masks import TiledMask, Triple
from labeler.viewing.label_cuts import Patch, Solid, cut_labels
from labeler.viewing.lattice import Lattice, PatientPlane
from labeler.viewing.reformat import Reformat, ReformatSource

KEPT = 32
"""Sections that are kept ready to be drawn."""

OUT, IN = 1, 2
"""Labels of voxels in a part of a mask; 0 is what a plane shows beyond the part."""


class PaintCuts:
    """Sections of masks, made when they are first asked for."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int, int], tuple[Reformat, Mask]] = OrderedDict()

    def region(
        self, image: Reformat, index: int, shape: MaskShape, content: TiledMask | None
    ) -> Mask | None:
        """The pixels of a plane that show a voxel of the mask; None while it is not known."""
        if content is None:
            return None
        key = state_of(shape), id(image), index
        known = self._known.get(key)
        if known is not None and known[0] is image:
            self._known.move_to_end(key)
            return known[1]
        made = section(image, index, content)
        self._known[key] = image, made
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return made


def section(image: Reformat, index: int, mask: TiledMask) -> Mask:
    """A plane's pixels that show a voxel of the mask."""
    source = image.source
    assert isinstance(source, ReformatSource)
    plane = source.plane(index)
    box = _passed(source.lattice, plane, mask)
    patch = None
    if box is not None:
        patch = cut_box(source.lattice, plane, box[0], mask.crop(*box))
    if patch is None:
        return empty_mask(plane.rows, plane.columns)
    return cropped(plane.rows, plane.columns, patch.top, patch.left, patch.labels == IN)


def cut_box(lattice: Lattice, plane: PatientPlane, low: Triple, bits: Bits) -> Patch | None:
    """Where a plane shows a part of a volume: IN and OUT of a mask, 0 beyond the part."""
    labels = np.where(bits, np.uint8(IN), np.uint8(OUT))
    return cut_labels(Solid(lattice, low, labels), plane)


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
    for along, a, b in zip((index, y - slant[1], x - slant[0]), *mask.tile_bounds, strict=True):
        low.append(max(a, int(np.floor(along.min())) - 1))
        high.append(min(b, int(np.ceil(along.max())) + 2))
    if any(a >= b for a, b in zip(low, high, strict=True)):
        return None
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])
