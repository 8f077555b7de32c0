"""A mask grown or shrunk by mm, and smoothed: exact where voxels are oblong."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.regions import distances
from labeler.model.mask_blocks import Tick, by_blocks, go_on
from labeler.model.masks import Bits
from labeler.model.tiled_masks import TiledMask, Triple

Mm = tuple[float, float, float]
"""Along slices, rows and columns."""

MOST_MM = 50.0
_HAIR = 1e-9
"""Of a squared distance: what is left to rounding counts as within."""


def grown(
    mask: TiledMask, by_mm: float, spacing_mm: Mm, *, flat: bool, tick: Tick = go_on
) -> TiledMask:
    """With every voxel whose centre is within `by_mm` of that of one inside; `flat` of its own
    slice alone."""
    _check(by_mm, spacing_mm)
    reach = _reach(by_mm, spacing_mm, flat=flat or mask.size[0] == 1)

    def near(bits: Bits) -> Bits:
        return _within(bits, by_mm, spacing_mm, flat=reach[0] == 0)

    return by_blocks(mask, reach, near, tick)


def shrunk(
    mask: TiledMask, by_mm: float, spacing_mm: Mm, *, flat: bool, tick: Tick = go_on
) -> TiledMask:
    """Without every voxel whose centre is within `by_mm` of that of one outside. Beyond the grid
    nothing is outside: what the edge of the image cuts off does not draw back from it."""
    _check(by_mm, spacing_mm)
    reach = _reach(by_mm, spacing_mm, flat=flat or mask.size[0] == 1)

    def far(bits: Bits) -> Bits:
        return ~_within(~bits, by_mm, spacing_mm, flat=reach[0] == 0)

    return by_blocks(mask, reach, far, tick)


def smoothed(
    mask: TiledMask, by_mm: float, spacing_mm: Mm, *, flat: bool, tick: Tick = go_on
) -> TiledMask:
    """Voxels of which more than half is inside, weighed by a gaussian of sigma `by_mm` that ends
    at three sigma."""
    _check(by_mm, spacing_mm)
    reach = _reach(3 * by_mm, spacing_mm, flat=flat or mask.size[0] == 1)
    taps = [_taps(by_mm, mm, far) for mm, far in zip(spacing_mm, reach, strict=True)]

    def more_than_half(bits: Bits) -> Bits:
        share = bits.astype(np.float32)
        for axis, weights in enumerate(taps):
            if len(weights) > 1:
                share = _spread(share, weights, axis)
        inside: Bits = share > 0.5
        return inside

    return by_blocks(mask, reach, more_than_half, tick)


def median(
    mask: TiledMask, radius_mm: float, spacing_mm: Mm, *, flat: bool, tick: Tick = go_on
) -> TiledMask:
    """Voxels for which more than half of a box around them is inside; its sides reach `radius_mm`
    each way, in whole voxels."""
    _check(radius_mm, spacing_mm)
    reach = _reach(radius_mm, spacing_mm, flat=flat or mask.size[0] == 1)
    total = math.prod(2 * far + 1 for far in reach)

    def most(bits: Bits) -> Bits:
        count = bits.astype(np.int32)
        for axis, far in enumerate(reach):
            if far:
                count = _sums(count, far, axis)
        inside: Bits = 2 * count > total
        return inside

    return by_blocks(mask, reach, most, tick)


def _check(by_mm: float, spacing_mm: Mm) -> None:
    if not (0 < by_mm <= MOST_MM and min(spacing_mm) > 0):
        raise ValueError(f"{by_mm} mm is out of bounds")


def _reach(by_mm: float, spacing_mm: Mm, *, flat: bool) -> Triple:
    """Voxels that lie within, along each way."""
    z, y, x = (math.floor(by_mm / mm + _HAIR) for mm in spacing_mm)
    return (0 if flat else z), y, x


def _within(bits: Bits, by_mm: float, spacing_mm: Mm, *, flat: bool) -> Bits:
    most = by_mm * by_mm * (1 + _HAIR)
    if flat:
        slices = [distances(one[None], spacing_mm)[0] <= most for one in bits]
        return np.stack(slices)
    near: Bits = distances(bits, spacing_mm) <= most
    return near


def _taps(sigma_mm: float, spacing_mm: float, reach: int) -> NDArray[np.float32]:
    at = np.arange(-reach, reach + 1) * spacing_mm
    weights = np.exp(-0.5 * (at / sigma_mm) ** 2)
    found: NDArray[np.float32] = (weights / weights.sum()).astype(np.float32)
    return found


def _spread(
    share: NDArray[np.float32], weights: NDArray[np.float32], axis: int
) -> NDArray[np.float32]:
    """Sums around each place; at the ends, where a part is missing, of no use and cut off."""
    far = len(weights) // 2
    moved = np.moveaxis(share, axis, 0)
    out = np.zeros_like(moved)
    inner = out[far : len(moved) - far]
    for n, weight in enumerate(weights):
        inner += weight * moved[n : n + len(inner)]
    return np.moveaxis(out, 0, axis)


def _sums(count: NDArray[np.int32], far: int, axis: int) -> NDArray[np.int32]:
    moved = np.moveaxis(count, axis, 0)
    total = np.concatenate((np.zeros_like(moved[:1]), np.cumsum(moved, axis=0, dtype=np.int32)))
    out = np.zeros_like(moved)
    out[far : len(moved) - far] = total[2 * far + 1 :] - total[: -2 * far - 1]
    return np.moveaxis(out, 0, axis)
