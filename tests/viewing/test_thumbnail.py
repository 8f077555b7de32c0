"""A slice in small."""

from __future__ import annotations

import numpy as np

from labeler.viewing.thumbnail import thumbnail


def test_it_fits_and_its_greys_run_from_dark_to_bright() -> None:
    ramp = np.tile(np.arange(400, dtype=np.int16), (100, 1))
    small = thumbnail(ramp, 80, 60)
    assert (small.shape, small.dtype) == ((20, 80), np.uint8)
    assert small[0, 0] == 0
    assert small[0, -1] == 255
    assert (np.diff(small[0].astype(int)) >= 0).all()


def test_high_values_are_dark_where_the_file_says_so() -> None:
    ramp = np.tile(np.arange(400, dtype=np.int16), (100, 1))
    assert np.array_equal(thumbnail(ramp, 80, 60, inverted=True), 255 - thumbnail(ramp, 80, 60))
