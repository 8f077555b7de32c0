"""Planes and slabs out of a volume, at any angle."""

from __future__ import annotations

import ctypes
import enum
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.library import POINTER, function

Values = NDArray[Any]
Triple = tuple[float, float, float]
"""Column, row and slice, or in place of the slice a height in mm."""

SLICE = np.dtype(
    [(name, np.float64) for name in ("height", "x", "y", "scale", "offset", "low", "high")]
)
"""One slice at its own place. `height` in mm rises from slice to slice; (`x`, `y`) is its first
voxel in columns and rows; stored * `scale` + `offset` is measured. Up to `low` of the way to the
next slice (0 to 1) it stands alone, from `high` on the next one does, and between them is nothing;
where `low` is 1 (and `high` 0) both are mixed. A slice that is not there has `low` -1, and the one
before it `high` 2."""

_SUFFIXES = {f"{kind}{bits // 8}": f"{kind}{bits}" for kind in "iu" for bits in (8, 16, 32, 64)}
_SUFFIXES |= {"f4": "f32", "f8": "f64"}
LONGEST = 1 << 15
MOST_SAMPLES = 1 << 12


class Reduction(enum.IntEnum):
    """What one picture value is made of."""

    ALONE = 0
    HIGHEST = 1
    LOWEST = 2
    MEAN = 3


class Method(enum.IntEnum):
    LINEAR = 0
    NEAREST = 1


@dataclass(frozen=True)
class Sheet:
    """Where a picture lies in the volume: its first pixel, and the ways to the next ones across
    and down; `deep` leads from one sample of a slab to the next, of `samples` in all."""

    origin: Triple
    across: Triple
    down: Triple
    deep: Triple = (0.0, 0.0, 0.0)
    samples: int = 1
    reduction: Reduction = Reduction.ALONE
    method: Method = Method.LINEAR


class _Cut(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_ssize_t) for name in ("slices", "rows", "columns")),
        *((name, ctypes.c_ssize_t) for name in ("width", "begin", "end")),
        *((name, ctypes.c_ssize_t) for name in ("samples", "reduction", "method", "as_stored")),
        *((name, ctypes.c_double * 3) for name in ("origin", "across", "down", "deep")),
        ("padding", ctypes.c_double),
    )


def can_sample(kind: np.dtype[Any]) -> bool:
    """Whether there is a kernel for voxels of this type."""
    return kind.isnative and kind.str[1:] in _SUFFIXES


def sample(
    values: Values,
    sheet: Sheet,
    out: Values,
    *,
    padding: float,
    places: Values | None = None,
    rows: tuple[int, int] | None = None,
) -> None:
    """Fill `rows` (all by default) of `out`, (rows, columns) of float32 or of the stored type.

    `values` are (slices, rows, columns) of any integer or float. Without `places` slices are equal
    and evenly apart, and their number is the third coordinate; with them (SLICE, one a slice) it
    is a height. The image ends half a voxel beyond its outer voxels; what lies outside, or is NaN,
    becomes `padding`. Several bands of rows may be filled at once.
    """
    begin, end = rows or (0, out.shape[0])
    _check(values, sheet, out, padding, places)
    if not 0 <= begin <= end <= out.shape[0]:
        raise ValueError(f"rows {begin} to {end} are not in {out.shape[0]}")
    cut = _Cut(
        *values.shape,
        *(out.shape[1], begin, end),
        *(sheet.samples, sheet.reduction, sheet.method, out.dtype == values.dtype),
        *(_doubles(way) for way in (sheet.origin, sheet.across, sheet.down, sheet.deep)),
        padding,
    )
    at = None if places is None else places.ctypes.data
    _function(values.dtype.str[1:])(values.ctypes.data, at, ctypes.byref(cut), out.ctypes.data)


def _check(
    values: Values, sheet: Sheet, out: Values, padding: float, places: Values | None
) -> None:
    flags = values.flags
    if values.ndim != 3 or not (flags.c_contiguous and flags.aligned and values.size):
        raise ValueError("a volume is (slices, rows, columns), contiguous and not empty")
    if not can_sample(values.dtype):
        raise ValueError(f"no kernel samples {values.dtype}")
    if out.ndim != 2 or not (out.flags.c_contiguous and out.flags.aligned and out.flags.writeable):
        raise ValueError("a picture is (rows, columns), contiguous and writeable")
    if out.dtype not in (values.dtype, np.dtype(np.float32)):
        raise ValueError(f"{values.dtype} is sampled as itself or float32, not {out.dtype}")
    if max(*values.shape[1:], *out.shape) > LONGEST or not 1 <= sheet.samples <= MOST_SAMPLES:
        raise ValueError("a side of more than 32,768, or a slab of more than 4,096 samples")
    if not np.isfinite((*sheet.origin, *sheet.across, *sheet.down, *sheet.deep)).all():
        raise ValueError("a place in the volume is finite")
    if out.dtype.kind in "iu" and not _fits(padding, out.dtype):
        raise ValueError(f"padding {padding} is no {out.dtype}")
    if places is not None:
        _check_places(values, places)


def _check_places(values: Values, places: Values) -> None:
    if places.dtype != SLICE or not places.flags.c_contiguous:
        raise ValueError("places are a contiguous array of SLICE")
    if places.shape != (len(values),) or len(places) < 2:
        raise ValueError("a place for each of two or more slices")
    if not all(np.isfinite(places[name]).all() for name in SLICE.names or ()):
        raise ValueError("a place is finite")
    if not (np.diff(places["height"]) > 0).all():
        raise ValueError("slices rise")


def _fits(value: float, kind: np.dtype[Any]) -> bool:
    limits = np.iinfo(kind)
    return limits.min <= value <= limits.max


def _doubles(triple: Triple) -> Any:
    return (ctypes.c_double * 3)(*triple)


@functools.cache
def _function(kind: str) -> Callable[..., None]:
    return function(f"labeler_sample_{_SUFFIXES[kind]}", POINTER, POINTER, POINTER, POINTER)
