"""The slices of a series in one array, as they arrive."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from labeler.model.image import Pixels, PixelSource

Later = Callable[[], None]
"""What may wait until nobody waits for slices."""


@dataclass(frozen=True)
class SliceKind:
    """What all slices of a series are alike in: (rows, columns), or (rows, columns, 3)."""

    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]

    @property
    def nbytes(self) -> int:
        """Bytes of one slice."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize


@runtime_checkable
class SliceSource(PixelSource, Protocol):
    """A PixelSource that reads slices straight into memory; safe to call from any thread."""

    @property
    def kind(self) -> SliceKind | None:
        """What each slice is; None where they differ, so that no array holds them all."""
        ...

    def read_into(self, index: int, out: Pixels) -> Later | None:
        """What `frame` gives, into contiguous memory of this kind; raises as `frame` does, and
        may then have written a part. What is given back is done later, while `out` is unchanged,
        or never."""
        ...


@dataclass(frozen=True, eq=False)
class Volume:
    """Stored values as Image has them, (slices, rows, columns[, 3]), in the order of its slices.

    What is not `here` (yet, or ever: then it `failed`) is 0 and no image. Rescaled value = stored
    * Image.slopes + Image.intercepts, per slice. The array fills while it is held.
    """

    values: Pixels
    here: NDArray[np.bool_]
    failed: NDArray[np.bool_]

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is to come."""
        return bool((self.here | self.failed).all())

    @property
    def missing(self) -> tuple[int, ...]:
        """Slices that could not be read."""
        return tuple(np.flatnonzero(self.failed).tolist())


class Lent:
    """A volume that somebody else keeps: None once it is let go of, until it is `put` anew."""

    def __init__(self, volume: Volume) -> None:
        self.put(volume)

    def put(self, volume: Volume) -> None:
        """All of the series once more, in an array of its own."""
        self._volume = weakref.ref(volume)

    def __call__(self) -> Volume | None:
        return self._volume()


def empty_volume(slices: int, kind: SliceKind) -> Volume:
    """A volume to be filled; its pages are taken as they are written."""
    return Volume(
        np.zeros((slices, *kind.shape), kind.dtype), np.zeros(slices, bool), np.zeros(slices, bool)
    )
