"""How often each value of a slice occurs: large slices are summed up without wide copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.model.image import Pixels

_BLOCK = 1 << 18
_MOST_SORTED = 1 << 24


@dataclass(frozen=True, eq=False)
class Counts:
    """`values` ascend; `counts` says how often each occurs, never zero times."""

    values: NDArray[np.float64]
    counts: NDArray[np.int64]

    def above(self, threshold: float) -> Counts:
        kept = self.values > threshold
        return Counts(self.values[kept], self.counts[kept])

    def outside(self, low: float, high: float) -> Counts:
        """Without the values from `low` to `high`."""
        kept = (self.values < low) | (self.values > high)
        return Counts(self.values[kept], self.counts[kept])

    def rescaled(self, slope: float, intercept: float) -> Counts:
        """What becomes too large for a number is left out."""
        order = slice(None, None, -1 if slope < 0 else 1)
        with np.errstate(over="ignore", invalid="ignore"):
            values = (self.values * slope + intercept)[order]
        finite = np.isfinite(values)
        return Counts(values[finite], self.counts[order][finite])

    def percentile(self, percent: float) -> float:
        """Between the two nearest values, in proportion; raises IndexError where nothing is."""
        ends = np.cumsum(self.counts)
        at = percent / 100 * float(ends[-1] - 1)
        low, high = (
            float(self.values[np.searchsorted(ends, rank, side="right")])
            for rank in (int(at), min(int(at) + 1, int(ends[-1]) - 1))
        )
        return low + (high - low) * (at - int(at))


def count_values(stored: Pixels) -> Counts:
    """Counts of stored values; what is not finite is left out.

    Wide values beyond 16 million are sampled evenly, because they must be sorted.
    """
    flat = stored.reshape(-1)
    if flat.dtype.kind in "iu" and flat.dtype.itemsize <= 2:
        values, counts = _tallied(flat)
    else:
        sample = flat[:: 1 + flat.size // _MOST_SORTED]
        values, counts = np.unique(sample[np.isfinite(sample)], return_counts=True)
    return Counts(values.astype(np.float64), counts)


def _tallied(flat: Pixels) -> tuple[Pixels, NDArray[np.int64]]:
    """In blocks, because counting widens each value to 64 bits."""
    lowest = int(np.iinfo(flat.dtype).min)
    room = 1 << (8 * flat.dtype.itemsize)
    tally = np.zeros(room, np.int64)
    for begin in range(0, flat.size, _BLOCK):
        block = flat[begin : begin + _BLOCK].astype(np.int64)
        tally += np.bincount(block - lowest, minlength=room)
    found = np.flatnonzero(tally)
    return found + lowest, tally[found]
