"""Stored values of one frame to the pixels of a canvas, in C: where they lie, and their grey.

All kernels take a frame of shape (rows, columns) or (rows, columns, 3) in any layout; what `down`
and `across` name counts along its first and second axis.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.library import INT, POINTER, SIZE, function

Screen = NDArray[np.uint32]
"""Pixels as the screen has them, 0xffRRGGBB, of shape (height, width)."""

Values = NDArray[np.float32] | NDArray[np.float64]
"""Single precision, where it tells all stored values apart."""

_KINDS = {np.dtype(t): n for n, t in enumerate(("u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"))}
_BLACK, _WHITE = 0xFF000000, 0xFFFFFFFF
_paint = function("labeler_paint", *[POINTER] * 5, SIZE, POINTER, INT)
_paint_color = function("labeler_paint_color", *[POINTER] * 4, SIZE, POINTER)
_sample = function("labeler_sample", *[POINTER] * 5, INT)
_shrink = function("labeler_shrink", *[POINTER] * 4, SIZE, SIZE, POINTER, INT)


class _Frame(ctypes.Structure):
    _fields_ = (
        ("pixels", POINTER),
        *((name, SIZE) for name in ("kind", "row", "column", "channels")),
    )


class _Axis(ctypes.Structure):
    _fields_ = (("at", POINTER), ("part", POINTER), ("count", SIZE), ("voxels", SIZE))


class _Shares(ctypes.Structure):
    _fields_ = (
        *((name, POINTER) for name in ("first", "weights")),
        *((name, SIZE) for name in ("count", "most", "from", "to")),
    )


class _Tone(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_double) for name in ("base", "gain", "offset", "top")),
        ("colors", POINTER),
        ("dark", SIZE),
    )


@dataclass(frozen=True, eq=False)
class Axis:
    """Along one axis of `voxels` each canvas pixel shows the voxel `at` (int32), or where there is
    a `part` (float32, 0 to 1) that much of the way on to the next one."""

    voxels: int
    at: NDArray[np.int32]
    part: NDArray[np.float32] | None = None
    in_c: _Axis = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check(self.at, np.int32, len(self.at))
        furthest = self.at
        if self.part is not None:
            _check(self.part, np.float32, len(self.at))
            furthest = self.at + (self.part > 0)
        _check_places(self.at, furthest, self.voxels)
        part = None if self.part is None else self.part.ctypes.data
        held = _Axis(self.at.ctypes.data, part, len(self.at), self.voxels)
        object.__setattr__(self, "in_c", held)


@dataclass(frozen=True, eq=False)
class Shares:
    """Along one axis of `voxels` each canvas pixel is a sum of voxels from `first` (int32) on, with
    `weights` (float64, of shape (most, pixels)), 0 where fewer count."""

    voxels: int
    first: NDArray[np.int32]
    weights: NDArray[np.float64]

    def __post_init__(self) -> None:
        most, count = self.weights.shape
        _check(self.first, np.int32, count)
        if not self.weights.flags.c_contiguous:  # flattened it would be a copy that is
            raise ValueError("weights do not lie side by side")
        _check(self.weights.reshape(-1), np.float64, most * count)
        furthest = self.first + np.where(self.weights > 0, np.arange(most)[:, None], 0)
        _check_places(self.first, furthest, self.voxels)


@dataclass(frozen=True, eq=False)
class Tone:
    """What a stored value looks like: (value - base) * gain + offset, rounded, is a place in
    `colors` (uint32, as on the screen); without them a grey 0..255, turned round if `inverted`.

    Places beyond either end take the end's; what is no number takes the first's.
    """

    base: float
    gain: float
    offset: float
    inverted: bool = False
    colors: Screen | None = None

    def __post_init__(self) -> None:
        if self.colors is not None:
            _check(self.colors, np.uint32, max(1, len(self.colors)))


def paint(pixels: NDArray[Any], across: Axis, down: Axis, tone: Tone, out: Screen) -> None:
    """Fill `out`, whose rows must lie side by side; it may be a part of a larger canvas."""
    frame, real = _frame(pixels, across, down, 1)
    where = _canvas(out, across, down)
    if not out.size:
        return
    scratch = np.empty(2 * len(across.at) + across.voxels + 1, real)
    colors = tone.colors
    held = _Tone(
        *(tone.base, tone.gain, tone.offset),
        *((255.0, None) if colors is None else (len(colors) - 1.0, colors.ctypes.data)),
        _WHITE if tone.inverted else _BLACK,
    )
    axes = _at(across.in_c), _at(down.in_c)
    _paint(
        _at(frame),
        *axes,
        _at(held),
        *where,
        _data(scratch),
        real is np.float64,
    )


def paint_color(pixels: NDArray[Any], across: Axis, down: Axis, out: Screen) -> None:
    """Fill `out` with RGB as it is stored."""
    frame, real = _frame(pixels, across, down, 3)
    if real is not np.float32:
        raise TypeError(f"no colour has {pixels.dtype}")
    where = _canvas(out, across, down)
    if not out.size:
        return
    scratch = np.empty(3 * (2 * len(across.at) + across.voxels + 1), real)
    _paint_color(_at(frame), _at(across.in_c), _at(down.in_c), *where, _data(scratch))


def sample(pixels: NDArray[Any], across: Axis, down: Axis) -> Values:
    """The values that `paint` gives a grey."""
    frame, real = _frame(pixels, across, down, 1)
    scratch = np.empty(2 * len(across.at) + across.voxels + 1, real)
    made = np.empty((len(down.at), len(across.at)), real)
    if not made.size:
        return made
    _sample(
        *(_at(frame), _at(across.in_c), _at(down.in_c)),
        *(_data(made), _data(scratch), real is np.float64),
    )
    return made


def shrink(pixels: NDArray[Any], across: Shares, down: Shares) -> Values:
    """Weighed sums over rectangles."""
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    made_shape = (len(down.first), len(across.first), *pixels.shape[2:])
    turned = abs(pixels.strides[0]) < abs(pixels.strides[1])
    if turned:  # rows must run along memory
        pixels, across, down = pixels.swapaxes(0, 1), down, across
    frame, real = _frame(pixels, across, down, channels)
    made: Values = np.empty(made_shape, real)
    steps = made.strides[1 if turned else 0], made.strides[0 if turned else 1]
    if not made.size:
        return made
    most, count = across.weights.shape
    begin, end = int(across.first.min()), min(across.voxels, int(across.first.max()) + most)
    scratch = np.empty((end - begin + most) * channels + most * count, real)
    _shrink(
        _at(frame),
        _shares(across, begin, end),
        _shares(down, 0, down.voxels),
        _data(made),
        *(step // made.itemsize for step in steps),
        _data(scratch),
        real is np.float64,
    )
    return made


def _frame(
    pixels: NDArray[Any], across: Axis | Shares, down: Axis | Shares, channels: int
) -> tuple[_Frame, type[Any]]:
    """The frame for C, and the precision in which it is worked."""
    kind = _KINDS.get(pixels.dtype)
    if kind is None or not pixels.flags.aligned:
        raise TypeError(f"no kernel for {pixels.dtype.str}")
    if pixels.shape != (down.voxels, across.voxels, *((3,) if channels == 3 else ())):
        raise ValueError(f"a frame of {pixels.shape} is not {down.voxels} x {across.voxels}")
    size = pixels.itemsize
    row, row_left = divmod(pixels.strides[0], size)
    column, column_left = divmod(pixels.strides[1], size)
    beside = channels != 3 or not pixels.size or pixels.strides[2] == size
    if row_left or column_left or not beside:
        raise ValueError(f"strides {pixels.strides} are not those of whole voxels")
    real = np.float64 if size > (4 if pixels.dtype.kind == "f" else 2) else np.float32
    return _Frame(_data(pixels), kind, row, column, channels), real


def _at(structure: ctypes.Structure) -> Any:
    """A pointer that keeps it alive."""
    return ctypes.byref(structure)


def _shares(shares: Shares, begin: int, end: int) -> Any:
    most, count = shares.weights.shape
    return _at(_Shares(_data(shares.first), _data(shares.weights), count, most, begin, end))


def _canvas(out: Screen, across: Axis, down: Axis) -> tuple[int, int]:
    """Where it begins, and from row to row."""
    if out.dtype != np.uint32 or out.shape != (len(down.at), len(across.at)):
        raise ValueError(f"a canvas of {out.shape} {out.dtype} is not what is painted")
    if not out.flags.writeable or (out.shape[1] > 1 and out.strides[1] != 4) or out.strides[0] % 4:
        raise ValueError("the pixels of a canvas's row must lie side by side")
    return _data(out), out.strides[0] // 4


def _data(array: NDArray[Any]) -> int:
    """Where its values lie. `ctypes.data` says the same and takes six times as long."""
    address: int = array.__array_interface__["data"][0]
    return address


def _check(array: NDArray[Any], dtype: type[np.generic], count: int) -> None:
    if array.dtype != dtype or array.shape != (count,) or not array.flags.c_contiguous:
        raise ValueError(f"not {count} of {dtype.__name__} side by side")


def _check_places(first: NDArray[np.int32], last: NDArray[Any], voxels: int) -> None:
    if len(first) and not (
        int(first.min()) >= 0 and int(last.max()) < voxels and bool((first <= last).all())
    ):
        raise ValueError(f"places beyond {voxels} voxels")
