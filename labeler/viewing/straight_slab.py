"""Slabs that lie along an axis of the voxels: their highest and lowest values are found exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.sampling import Method, Reduction, Sheet, Triple
from labeler.model.image import Pixels

MOST = 256
"""Voxels through a slab; beyond, it is sampled as any other."""

_EVEN = 1e-6
_NARROW = frozenset({"int8", "uint8", "int16", "uint16", "float32"})
"""What float32 holds exactly."""


def exact_sheets(sheet: Sheet, kind: np.dtype[Any]) -> tuple[Sheet, ...]:
    """What to sample so that the highest or lowest value through a slab is exact; () where other
    slabs are no simpler.

    Between two voxels a value is mixed of both, so that the extremes lie on voxels or at the two
    ends of the slab: neither closer samples nor others can find more.
    """
    axis = _axis(sheet)
    extreme = sheet.reduction in (Reduction.HIGHEST, Reduction.LOWEST)
    if axis is None or not extreme or sheet.method is not Method.LINEAR or kind.name not in _NARROW:
        return ()
    begin = sheet.origin[axis]
    low, high = sorted((begin, begin + sheet.deep[axis] * (sheet.samples - 1)))
    first, last = math.ceil(low - _EVEN), math.floor(high + _EVEN)
    if last - first >= MOST:
        return ()
    ends = _along(sheet, axis, low, high - low, 2)
    if last < first:
        return (ends,)
    voxels = _along(sheet, axis, float(first), 1.0, last - first + 1)
    on_voxels = abs(low - first) < _EVEN and abs(high - last) < _EVEN
    return (voxels,) if on_voxels else (voxels, ends)


def reduced(values: Pixels, sheet: Sheet, out: NDArray[np.float32]) -> bool:
    """Fill `out` straight from the array, NaN beside it; False where pixels are no voxels."""
    turned = [_unit(sheet.down), _unit(sheet.across), _unit(sheet.deep)]
    whole = all(place.is_integer() for place in sheet.origin)
    if not whole or sorted(abs(axis) for axis in turned) != [1, 2, 3]:
        return False
    counts = *out.shape, sheet.samples
    lit, taken = [], []
    for axis, count in zip(turned, counts, strict=True):
        size, sign = values.shape[3 - abs(axis)], 1 if axis > 0 else -1
        begin = round(sheet.origin[abs(axis) - 1])
        at = [n for n in range(count) if 0 <= begin + sign * n < size]
        if not at:
            out.fill(np.nan)
            return True
        lit.append(slice(at[0], at[-1] + 1))
        ends = sorted((begin + sign * at[0], begin + sign * at[-1]))
        taken.append((slice(ends[0], ends[1] + 1), sign))
    part = values.transpose([3 - abs(axis) for axis in turned])[tuple(t for t, _ in taken)]
    extreme = np.maximum if sheet.reduction is Reduction.HIGHEST else np.minimum
    found = extreme.reduce(part, axis=2)[:: taken[0][1], :: taken[1][1]]
    out.fill(np.nan)
    out[lit[0], lit[1]] = found
    return True


def _unit(way: Triple) -> int:
    """1 to 3 for a step of one voxel along columns, rows or slices, below 0 backwards; else 0."""
    steps = [axis + 1 for axis in range(3) if way[axis] != 0]
    return (
        steps[0] * int(way[steps[0] - 1]) if len(steps) == 1 and abs(way[steps[0] - 1]) == 1 else 0
    )


def joined(parts: list[NDArray[np.float32]], sheet: Sheet, out: Pixels, padding: float) -> None:
    """The extremes of all parts as they are stored; NaN is nothing."""
    extreme = np.fmax if sheet.reduction is Reduction.HIGHEST else np.fmin
    found = parts[0]
    for part in parts[1:]:
        extreme(found, part, out=found)
    nothing = np.isnan(found)
    if out.dtype.kind != "f":
        # Halves are rounded away from 0, as the kernel does.
        found += np.copysign(np.float32(0.5), found)
    found[nothing] = padding
    np.copyto(out, found, casting="unsafe")


def _axis(sheet: Sheet) -> int | None:
    """The one axis along which a slab is deep and its picture is flat."""
    deep = np.abs(sheet.deep)
    axis = int(deep.argmax())
    flat = max(abs(sheet.across[axis]), abs(sheet.down[axis])) < _EVEN
    others = float(deep.sum() - deep[axis])
    return axis if sheet.samples > 1 and flat and others < _EVEN < deep[axis] else None


def _along(sheet: Sheet, axis: int, begin: float, step: float, samples: int) -> Sheet:
    origin, deep = list(sheet.origin), [0.0, 0.0, 0.0]
    origin[axis], deep[axis] = begin, step
    return replace(
        sheet,
        origin=_snapped(origin),
        across=_snapped(sheet.across),
        down=_snapped(sheet.down),
        deep=(deep[0], deep[1], deep[2]),
        samples=samples,
    )


def _snapped(ways: Sequence[float]) -> Triple:
    """Whole where only rounding keeps it from being so: lines on voxels are read as they are."""
    x, y, z = (float(round(way)) if abs(way - round(way)) < _EVEN else way for way in ways)
    return x, y, z
