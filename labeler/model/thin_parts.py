"""What of a mask is a contour drawn on slices, and what a body in space: each reshaped as it is.

A part that goes through fewer slices than what reshapes it reaches over is drawn on slices: what
lies above and below it was not painted, which is not to say that it is outside.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from labeler.model.mask_blocks import Tick, box_around, go_on
from labeler.model.mask_growth import Mm
from labeler.model.mask_islands import filled, islands, kept
from labeler.model.tiled_masks import UNION, TiledMask, combined

_HAIR = 1e-9


class Reshape(Protocol):
    """One of the ways in model/mask_growth.py."""

    def __call__(
        self, mask: TiledMask, by_mm: float, spacing_mm: Mm, /, *, flat: bool, tick: Tick
    ) -> TiledMask: ...


def spanned(reach_mm: float, spacing_mm: Mm) -> int:
    """Over how many slices reaches what goes `reach_mm` each way from the middle of one."""
    return 2 * math.floor(reach_mm / spacing_mm[0] + _HAIR) + 1


def parted(mask: TiledMask, least: int, tick: Tick = go_on) -> tuple[TiledMask, TiledMask]:
    """The islands through fewer than `least` slices, and the others."""
    box = box_around(mask)
    if box is None or least <= 1:
        return TiledMask(mask.grid), mask
    found = islands(mask.crop, box, mask.grid.tile, flat=False, tick=tick)
    thin = found.depths < least
    if not thin.any():
        return TiledMask(mask.grid), mask
    if thin.all():
        return mask, TiledMask(mask.grid)
    return kept(found, thin, mask), kept(found, np.logical_not(thin), mask)


def reshaped(
    mask: TiledMask, how: Reshape, by_mm: float, spacing_mm: Mm, least: int, tick: Tick = go_on
) -> TiledMask:
    """Islands through fewer than `least` slices within their slices, the others through them."""
    thin, thick = parted(mask, least, tick)
    if not thin.tiles:
        return how(thick, by_mm, spacing_mm, flat=False, tick=tick)
    flat = how(thin, by_mm, spacing_mm, flat=True, tick=tick)
    if not thick.tiles:
        return flat
    deep = how(thick, by_mm, spacing_mm, flat=False, tick=tick)
    return combined(flat, deep, UNION)


def closed(mask: TiledMask, tick: Tick = go_on) -> TiledMask:
    """With all that its voxels enclose; of an island on one slice, with what it goes around."""
    thin, thick = parted(mask, 2, tick)
    if not thin.tiles:
        return filled(mask, flat=False, tick=tick)
    flat = filled(thin, flat=True, tick=tick)
    if not thick.tiles:
        return flat
    return combined(flat, filled(mask, flat=False, tick=tick), UNION)
