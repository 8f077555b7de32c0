"""Values counted in a slice say what the values themselves say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from labeler.imaging.counts import count_values

WHOLE = st.sampled_from((np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32))
FLOATS = st.floats(-1e6, 1e6, width=32) | st.sampled_from((np.nan, np.inf, -np.inf))
SLICES = WHOLE.flatmap(lambda kind: hnp.arrays(kind, (4, 9))) | hnp.arrays(
    np.float32, (4, 9), elements=FLOATS
)


@settings(deadline=None, max_examples=100)
@given(
    stored=SLICES,
    slope=st.sampled_from((1.0, 0.25, -2.0)),
    percent=st.integers(0, 100),
)
def test_counts_hold_every_finite_value(stored: np.ndarray, slope: float, percent: int) -> None:
    values = np.sort(stored[np.isfinite(stored)].astype(np.float64).ravel() * slope - 7)
    counted = count_values(stored).rescaled(slope, -7)
    assert np.array_equal(np.repeat(counted.values, counted.counts), values)
    assert np.all(counted.counts > 0)
    if values.size:
        wanted = np.percentile(values, percent)
        assert counted.percentile(percent) == pytest.approx(wanted, rel=1e-9, abs=1e-4)
        kept = counted.above(wanted)
        assert kept.counts.sum() == np.count_nonzero(values > wanted)


def test_a_slice_of_more_than_one_block_is_counted_whole() -> None:
    stored = np.arange(3 << 20, dtype=np.uint32).astype(np.uint8).reshape(3, -1)
    counted = count_values(stored)
    assert counted.values.tolist() == list(range(256))
    assert set(counted.counts.tolist()) == {3 << 12}


def test_very_many_wide_values_are_sampled() -> None:
    counted = count_values(np.full(((1 << 24) + 8, 1), 2.5, np.float32))
    assert counted.values.tolist() == [2.5]
    assert counted.counts.sum() == (1 << 23) + 4
