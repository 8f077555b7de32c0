"""Loops around regions, and regions seen from afar, against slow ones in numpy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from labeler.kernels.edges import Bits, loops, pooled

SMALL = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=9))


@settings(deadline=None, max_examples=200)
@given(SMALL)
def test_loops_take_each_side_once_with_the_region_at_the_right(bits: Bits) -> None:
    padded = np.pad(bits, 1)
    wanted = set()
    for y, x in zip(*np.nonzero(bits), strict=True):
        if not padded[y, x + 1]:
            wanted.add(((x, y), (x + 1, y)))
        if not padded[y + 1, x + 2]:
            wanted.add(((x + 1, y), (x + 1, y + 1)))
        if not padded[y + 2, x + 1]:
            wanted.add(((x + 1, y + 1), (x, y + 1)))
        if not padded[y + 1, x]:
            wanted.add(((x, y + 1), (x, y)))
    corners, ends = loops(bits)
    assert len(corners) == (ends[-1] if len(ends) else 0)
    found = []
    for loop in np.split(corners, ends[:-1]) if len(ends) else []:
        places = [(int(x), int(y)) for x, y in loop]
        for (ax, ay), (bx, by) in pairwise([*places, places[0]]):
            count = max(abs(bx - ax), abs(by - ay))
            sx, sy = (bx - ax) // count, (by - ay) // count
            for n in range(count):
                here = ax + n * sx, ay + n * sy
                found.append((here, (here[0] + sx, here[1] + sy)))
    assert len(found) == len(set(found))
    assert set(found) == wanted


@settings(deadline=None, max_examples=200)
@given(SMALL, st.integers(1, 11))
def test_a_square_is_in_where_one_of_its_voxels_is(bits: Bits, step: int) -> None:
    rows, columns = bits.shape
    wanted = [
        [bits[y : y + step, x : x + step].any() for x in range(0, columns, step)]
        for y in range(0, rows, step)
    ]
    found = pooled(bits, step)
    assert found.shape == (-(-rows // step), -(-columns // step))
    assert found.tolist() == wanted
    apart = np.pad(bits, ((0, 0), (2, 3)))[:, 2 : 2 + columns]
    assert np.array_equal(pooled(apart, step), found)


def test_other_arrays_are_refused() -> None:
    bits = np.ones((4, 6), np.bool_)
    for wrong, step in ((bits[:, ::2], 2), (bits.T, 2), (bits, 0), (bits.astype(np.uint8), 2)):
        with pytest.raises(ValueError, match=r"out of bounds|in one piece"):
            pooled(wrong, step)
    with pytest.raises(ValueError, match="out of bounds"):
        loops(bits.astype(np.uint8))
    with pytest.raises(ValueError, match="out of bounds"):
        loops(bits[None])
