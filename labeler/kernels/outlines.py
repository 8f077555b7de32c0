"""Many outlines drawn into a picture at once, and which of them lie near a place."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.library import POINTER, SIZE, function

OPEN, CLOSED, CROSS, ARROW = range(4)
"""Kinds of paths. Of a cross and an arrow's barbs the size is told in pixels."""

Affine = tuple[float, float, float, float, float, float]
"""x = a column + b row + c; y = d column + e row + f."""


@dataclass(frozen=True, eq=False)
class Paths:
    """Paths one after the other: path n is `places[starts[n]:starts[n + 1]]`.

    `places` (n, 2) float64 columns and rows; `starts` int32; `kinds` uint8; `boxes` (paths, 4)
    float64 left, top, right, bottom.
    """

    places: NDArray[np.float64]
    starts: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    boxes: NDArray[np.float64]

    def __post_init__(self) -> None:
        count, starts = len(self.kinds), self.starts
        for array, wanted in (
            (self.places, np.float64), (starts, np.int32), (self.kinds, np.uint8),
            (self.boxes, np.float64),
        ):  # fmt: skip
            if array.dtype != wanted or not array.flags.c_contiguous:
                raise ValueError("paths are told in other types")
        if self.places.shape[1:] != (2,) or self.boxes.shape != (count, 4):
            raise ValueError("paths have two coordinates and a box each")
        if starts.shape != (count + 1,) or starts[0] != 0 or starts[-1] != len(self.places):
            raise ValueError("paths begin and end elsewhere")
        if count and int(np.diff(starts).min()) < 1:
            raise ValueError("a path has no place")


@dataclass(frozen=True)
class Pen:
    """Widths in pixels: of a line, of the black below it, whose `opacity` goes to 255.

    A place nearer than `detail` to the one before is passed over; a path smaller than `small` is a
    line of one pixel without shade. `gap` and `arm` are of a cross, `barb` and `angle` (radians) of
    an arrow's tip.
    """

    width: float
    shade: float
    opacity: int
    detail: float
    small: float
    gap: float
    arm: float
    barb: float
    angle: float


class OutlinePicture:
    """A picture (rows, columns) of premultiplied ARGB, and what drawing into it needs."""

    def __init__(self, pixels: NDArray[np.uint32]) -> None:
        if pixels.dtype != np.uint32 or pixels.ndim != 2 or not pixels.flags.c_contiguous:
            raise ValueError("a picture is rows of uint32 in one piece")
        self.pixels = pixels
        self._touched = np.zeros(pixels.size, np.uint16)
        self._list = np.empty(pixels.size, np.int32)

    def draw(
        self,
        paths: Paths,
        which: NDArray[np.int32],
        inks: NDArray[np.uint8],
        where: Affine,
        colors: Sequence[int],
        dashes: Sequence[tuple[float, float]],
        pen: Pen,
        clip: tuple[int, int, int, int] | None = None,
    ) -> None:
        """Draw the paths `which`, in this order, each in the colour that `inks` tells of it.

        `colors` are opaque, 0xffRRGGBB; `dashes` of each colour what is drawn and how long until
        it is drawn again, (0, 0) for all of it. Nothing changes outside `clip` (left, top, right,
        bottom).
        """
        rows, columns = self.pixels.shape
        left, top, right, bottom = clip or (0, 0, columns, rows)
        sizes = columns, max(0, left), max(0, top), min(columns, right), min(rows, bottom)
        _check(paths, which)
        if inks.dtype != np.uint8 or inks.shape != paths.kinds.shape:
            raise ValueError("each path has one colour")
        if len(inks) and int(inks.max()) >= min(len(colors), len(dashes)):
            raise ValueError("there is no such colour")
        if sizes[1] >= sizes[3] or sizes[2] >= sizes[4] or not np.all(np.isfinite(where)):
            return
        style = (
            pen.width / 2, pen.shade / 2, pen.opacity, pen.detail, pen.gap, pen.arm, pen.barb,
            pen.angle, pen.small,
        )  # fmt: skip
        ink_of_path = np.ascontiguousarray(inks)
        _draw()(
            self.pixels.ctypes.data, self._touched.ctypes.data, self._list.ctypes.data,
            (ctypes.c_ssize_t * 5)(*sizes), paths.places.ctypes.data, paths.starts.ctypes.data,
            paths.kinds.ctypes.data, paths.boxes.ctypes.data, (ctypes.c_double * 6)(*where),
            which.ctypes.data, len(which), ink_of_path.ctypes.data,
            (ctypes.c_uint32 * len(colors))(*colors),
            (ctypes.c_float * (2 * len(dashes)))(*(part for dash in dashes for part in dash)),
            (ctypes.c_float * 9)(*style),
        )  # fmt: skip


def paths_in(
    paths: Paths, left: float, top: float, right: float, bottom: float
) -> NDArray[np.int32]:
    """The paths whose boxes reach into a rectangle in voxels."""
    which = np.empty(len(paths.kinds), np.int32)
    count = _paths_in()(
        paths.boxes.ctypes.data, len(which),
        (ctypes.c_double * 4)(left, top, right, bottom), which.ctypes.data,
    )  # fmt: skip
    return which[:count]


def near(
    paths: Paths, which: NDArray[np.int32], where: Affine, at: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Of each path its distance from a place on the canvas, and whether it is closed around it."""
    _check(paths, which)
    distances, around = np.empty(len(which)), np.empty(len(which), np.bool_)
    _near()(
        paths.places.ctypes.data, paths.starts.ctypes.data, paths.kinds.ctypes.data,
        (ctypes.c_double * 6)(*where), which.ctypes.data, len(which),
        (ctypes.c_double * 2)(*at), distances.ctypes.data, around.ctypes.data,
    )  # fmt: skip
    return distances, around


def _check(paths: Paths, which: NDArray[np.int32]) -> None:
    if which.dtype != np.int32 or which.ndim != 1 or not which.flags.c_contiguous:
        raise ValueError("paths are named by int32")
    if len(which) and not (which.min() >= 0 and which.max() < len(paths.kinds)):
        raise ValueError("there is no such path")


@functools.cache
def _draw() -> Callable[..., Any]:
    return function("labeler_draw_outlines", *(POINTER,) * 10, SIZE, *(POINTER,) * 4)


@functools.cache
def _paths_in() -> Callable[..., Any]:
    return function("labeler_paths_in", POINTER, SIZE, POINTER, POINTER, gives=SIZE)


@functools.cache
def _near() -> Callable[..., Any]:
    return function("labeler_near_outlines", *(POINTER,) * 5, SIZE, *(POINTER,) * 3)
