"""Regions as runs of voxels along rows: what hangs together; and exact distances to a region."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.library import INT, POINTER, SIZE, function

Bits = NDArray[np.bool_]
Triple = tuple[int, int, int]
Mm = tuple[float, float, float]
"""Along slices, rows and columns."""

MOST_RUNS = (1 << 31) - 2
LARGEST = 1 << 30
"""Voxels of a box at most."""


@dataclass(frozen=True, eq=False)
class Runs:
    """The voxels of a box (slices, rows, columns): run n takes the columns from `starts[n]` to
    before `ends[n]`; those of row r, slice by slice, are `firsts[r]` to before `firsts[r + 1]`."""

    sides: Triple
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    firsts: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int32]:
        return self.ends - self.starts

    @property
    def rows_of(self) -> NDArray[np.int64]:
        """Of each run, its row; slice by slice."""
        return np.repeat(np.arange(len(self.firsts) - 1), np.diff(self.firsts))


def runs_of(bits: Bits) -> Runs:
    """The runs of a box (slices, rows, columns)."""
    bits = np.ascontiguousarray(bits)
    slices, rows, columns = bits.shape
    counts = np.zeros(slices * rows + 1, np.int64)
    _count()(bits.ctypes.data, slices * rows, columns, counts[1:].ctypes.data)
    firsts = np.cumsum(counts)
    starts, ends = (np.empty(int(firsts[-1]), np.int32) for _ in range(2))
    _find()(bits.ctypes.data, slices * rows, columns, starts.ctypes.data, ends.ctypes.data)
    return Runs((slices, rows, columns), starts, ends, firsts)


def joined(parts: Sequence[Runs], *, by_rows: bool) -> Runs:
    """Boxes one after the other: slices upon slices, or the rows of one slice `by_rows`."""
    columns = {part.sides[2] for part in parts}
    alike = {part.sides[0] if by_rows else part.sides[1] for part in parts}
    if len(columns) != 1 or len(alike) != 1 or (by_rows and alike != {1}):
        raise ValueError("the boxes do not follow one another")
    if sum(len(part.starts) for part in parts) > MOST_RUNS:
        raise ValueError("too many runs to be counted")
    begins = np.cumsum([0, *(part.firsts[-1] for part in parts)])
    firsts = [part.firsts[:-1] + begin for part, begin in zip(parts, begins[:-1], strict=True)]
    total = sum(part.sides[1] if by_rows else part.sides[0] for part in parts)
    (other,), (wide,) = alike, columns
    return Runs(
        (1, total, wide) if by_rows else (total, other, wide),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
        np.append(np.concatenate(firsts), begins[-1]),
    )


def components(runs: Runs, *, deep: bool) -> tuple[NDArray[np.int32], int]:
    """What hangs together by sides of voxels, across slices where `deep`: of each run its number,
    in the order of their first voxels; and how many there are."""
    slices, rows, _ = runs.sides
    _check(runs)
    numbers = np.empty(len(runs.starts), np.int32)
    count: int = _join()(
        runs.starts.ctypes.data, runs.ends.ctypes.data, runs.firsts.ctypes.data, slices, rows,
        numbers.ctypes.data, int(deep),
    )  # fmt: skip
    return numbers, count


def drawn(runs: Runs, numbers: NDArray[np.int32], keep: Bits, begin: int, end: int) -> Bits:
    """The voxels of the rows from `begin` to before `end` that lie in runs whose number is to be
    kept, bool (rows, columns)."""
    _check(runs)
    if not 0 <= begin <= end <= runs.sides[0] * runs.sides[1] or len(numbers) != len(runs.starts):
        raise ValueError("there are no such rows")
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < len(keep)):
        raise ValueError("a number has no answer")
    if keep.dtype != np.bool_ or not keep.flags.c_contiguous or numbers.dtype != np.int32:
        raise ValueError("what is kept is an answer for each number")
    firsts = np.ascontiguousarray(runs.firsts[begin : end + 1])
    bits = np.zeros((end - begin, runs.sides[2]), np.bool_)
    _draw()(
        bits.ctypes.data, end - begin, runs.sides[2], runs.starts.ctypes.data,
        runs.ends.ctypes.data, firsts.ctypes.data, numbers.ctypes.data, keep.ctypes.data,
    )  # fmt: skip
    return bits


def distances(bits: Bits, spacing_mm: Mm) -> NDArray[np.float64]:
    """The squared distance in mm from each voxel's centre to that of the nearest one in `bits`
    (slices, rows, columns); infinite where there is none."""
    if bits.size > LARGEST or min(spacing_mm) <= 0:
        raise ValueError(f"a box of {bits.shape} is out of bounds")
    bits = np.ascontiguousarray(bits)
    out = np.empty(bits.shape, np.float64)
    longest = max(1, *bits.shape)
    room, places = np.empty(2 * longest), np.empty(longest, np.int32)
    sides, spacing = (ctypes.c_ssize_t * 3)(*bits.shape), (ctypes.c_double * 3)(*spacing_mm)
    _distances()(
        out.ctypes.data, bits.ctypes.data, sides, spacing, room.ctypes.data, places.ctypes.data
    )
    return out


def _check(runs: Runs) -> None:
    """What the loops rely on: sorted places inside the box."""
    slices, rows, columns = runs.sides
    arrays = runs.starts, runs.ends, runs.firsts
    kinds = [a.dtype for a in arrays] == [np.int32, np.int32, np.int64]
    if not kinds or not all(a.flags.c_contiguous for a in arrays):
        raise ValueError("runs lie in one piece")
    count = len(runs.starts)
    held = len(runs.firsts) == slices * rows + 1 and len(runs.ends) == count <= MOST_RUNS
    if not held or runs.firsts[0] != 0 or runs.firsts[-1] != count:
        raise ValueError("the rows do not hold the runs")
    if (np.diff(runs.firsts) < 0).any():
        raise ValueError("the rows do not hold the runs")
    if count and not (runs.starts.min() >= 0 and runs.ends.max() <= columns):
        raise ValueError("a run leaves its row")
    if (runs.starts >= runs.ends).any():
        raise ValueError("a run holds a voxel")


@functools.cache
def _count() -> Callable[..., Any]:
    return function("labeler_count_runs", POINTER, SIZE, SIZE, POINTER)


@functools.cache
def _find() -> Callable[..., Any]:
    return function("labeler_find_runs", POINTER, SIZE, SIZE, POINTER, POINTER)


@functools.cache
def _join() -> Callable[..., Any]:
    return function("labeler_join_runs", *(POINTER,) * 3, SIZE, SIZE, POINTER, INT, gives=INT)


@functools.cache
def _draw() -> Callable[..., Any]:
    return function("labeler_draw_runs", POINTER, SIZE, SIZE, *(POINTER,) * 5)


@functools.cache
def _distances() -> Callable[..., Any]:
    return function("labeler_distances", *(POINTER,) * 6)
