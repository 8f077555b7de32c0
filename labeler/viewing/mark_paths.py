"""The outlines of many marks in a few arrays, as they are drawn and found under the pointer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.outlines import ARROW, CLOSED, CROSS, OPEN, Paths
from labeler.model.measures import MASKS
from labeler.model.outlines import paths
from labeler.model.shapes import Arrow, FlatShape, Freehand, MaskShape, Point, Polygon, Polyline
from labeler.viewing.outline import Rings

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class MarkPaths:
    """Path n belongs to the mark `marks[n]`; mark k has the paths `first[k]` up to `first[k + 1]`.

    A painted mark has none: its voxels say where it is.
    """

    paths: Paths
    marks: Ints
    first: Ints

    def of(self, marks: Ints) -> Ints:
        """The paths of these marks, in their order."""
        if len(self.marks) == len(self.first) - 1 and len(self.marks) == int(self.first[-1]):
            counts = np.diff(self.first)
            if bool((counts == 1).all()):
                return marks
        found = [np.arange(self.first[k], self.first[k + 1], dtype=np.int32) for k in marks]
        return np.concatenate(found) if found else np.zeros(0, np.int32)

    def spliced(self, keep: int, gone: int, come: MarkPaths) -> MarkPaths:
        """The same with `gone` marks after the first `keep` replaced by those that come."""
        low, high = int(self.first[keep]), int(self.first[keep + gone])
        old, new = self.paths, come.paths
        lengths = np.concatenate(
            (np.diff(old.starts[: low + 1]), np.diff(new.starts), np.diff(old.starts[high:]))
        )
        begin, end = int(old.starts[low]), int(old.starts[high])
        counts = np.concatenate(
            (
                np.diff(self.first[: keep + 1]),
                np.diff(come.first),
                np.diff(self.first[keep + gone :]),
            )
        )
        return _table(
            np.concatenate((old.places[:begin], new.places, old.places[end:])),
            lengths,
            np.concatenate((old.kinds[:low], new.kinds, old.kinds[high:])),
            counts,
            np.concatenate((old.boxes[:low], new.boxes, old.boxes[high:])),
        )


def mark_paths(shapes: Sequence[FlatShape | MaskShape]) -> MarkPaths:
    """The paths of shapes that lie on one frame, in voxels."""
    kinds: list[int] = []
    lengths: list[int] = []
    counts: list[int] = []
    pieces: list[NDArray[np.float64]] = []
    plain: list[tuple[Point, ...]] = []
    for shape in shapes:
        if isinstance(shape, Polygon | Freehand | Polyline):
            # Most of the vertices there are: they become numbers all at once.
            plain.append(shape.points)
            lengths.append(len(shape.points))
            kinds.append(OPEN if isinstance(shape, Polyline) else CLOSED)
            counts.append(1)
            continue
        found = () if isinstance(shape, MASKS) else paths(shape)
        if found:
            _take(plain, pieces)
        for path in found:
            pieces.append(path.places)
            lengths.append(len(path.places))
            kinds.append(_kind(shape, len(path.places), closed=path.closed))
        counts.append(len(found))
    _take(plain, pieces)
    places = np.concatenate(pieces) if pieces else np.zeros((0, 2))
    return _table(places, np.array(lengths), np.array(kinds, np.uint8), np.array(counts))


def ring_paths(rings: Sequence[Rings]) -> MarkPaths:
    """The edges of regions, each line as a mark."""
    places = np.concatenate([np.zeros((0, 2)), *(one.corners for one in rings)])
    lengths = [np.diff(one.ends, prepend=0) for one in rings]
    counts = np.concatenate([np.zeros(0, np.int64), *lengths])
    return _table(
        places, counts, np.full(len(counts), CLOSED, np.uint8), np.ones(len(counts), np.intp)
    )


def _kind(shape: FlatShape | MaskShape, places: int, *, closed: bool) -> int:
    if places == 1:
        return CROSS
    if isinstance(shape, Arrow):
        return ARROW
    return CLOSED if closed else OPEN


def _take(plain: list[tuple[Point, ...]], pieces: list[NDArray[np.float64]]) -> None:
    """Stored points become an array of places."""
    if plain:
        numbers = chain.from_iterable(chain.from_iterable(plain))
        pieces.append(np.fromiter(numbers, np.float64).reshape(-1, 2) / 1000)
        plain.clear()


def _table(
    places: NDArray[np.float64],
    lengths: NDArray[np.int_],
    kinds: NDArray[np.uint8],
    counts: NDArray[np.int_],
    boxes: NDArray[np.float64] | None = None,
) -> MarkPaths:
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    if boxes is None:
        boxes = np.empty((len(kinds), 4))
        if len(kinds):
            np.minimum.reduceat(places, starts[:-1], out=boxes[:, :2])
            np.maximum.reduceat(places, starts[:-1], out=boxes[:, 2:])
    first = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    marks = np.repeat(np.arange(len(counts), dtype=np.int32), counts.astype(np.intp))
    return MarkPaths(Paths(places, starts, kinds, boxes), marks, first)
