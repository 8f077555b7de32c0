from __future__ import annotations

import numpy as np
import pytest

from labeler.kernels.painting import capsule, stamp

TILE = (16, 16, 16)


def test_bits_go_where_their_tiles_are() -> None:
    pool = np.zeros((3, 4096), np.uint8)
    slots = np.array([[[2, 0]]], np.int32)
    bits = np.ones((2, 2, 4), np.bool_)
    assert stamp(pool, slots, TILE, bits, (1, 2, 14), on=True) == 16
    assert pool[2].reshape(TILE)[1:3, 2:4, 14:16].all()
    assert pool[0].reshape(TILE)[1:3, 2:4, 0:2].all()
    assert pool.sum() == 16
    assert stamp(pool, slots, TILE, bits, (1, 2, 14), on=True) == 0
    assert stamp(pool, slots, TILE, bits, (1, 2, 14), on=False) == 16


@pytest.mark.parametrize(
    ("slots", "offset", "sides"),
    [
        ([[[0, 3]]], (0, 0, 0), (1, 1, 1)),
        ([[[-1, 0]]], (0, 0, 0), (1, 1, 1)),
        ([[[0, 1]]], (0, 0, 31), (1, 1, 2)),
        ([[[0, 1]]], (-1, 0, 0), (1, 1, 1)),
        ([[[0, 1]]], (16, 0, 0), (1, 1, 1)),
    ],
)
def test_no_byte_outside_is_touched(
    slots: list[list[list[int]]], offset: tuple[int, int, int], sides: tuple[int, int, int]
) -> None:
    pool = np.zeros((3, 4096), np.uint8)
    with pytest.raises(ValueError, match=r"tile|box"):
        stamp(pool, np.array(slots, np.int32), TILE, np.ones(sides, np.bool_), offset, on=True)
    assert not pool.any()


def test_a_box_has_bounds() -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        capsule((1 << 10, 1 << 10, 1 << 10), (1, 1, 1), (0, 0, 0), (0, 0, 0), 1)
    assert capsule((0, 2, 2), (1, 1, 1), (0, 0, 0), (0, 0, 0), 1).size == 0
