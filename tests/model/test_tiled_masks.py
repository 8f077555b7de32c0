from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.masks import Bits, mask_of
from labeler.model.tiled_masks import (
    EXCLUSIVE,
    FULL,
    INTERSECTION,
    UNION,
    Grid,
    TiledMask,
    Triple,
    combined,
    dice,
    difference,
    empty,
    of_voxels,
)

SIZES = st.sampled_from([(1, 5, 7), (1, 70, 130), (3, 17, 16), (20, 33, 18), (16, 16, 16)])


@st.composite
def voxels(draw: st.DrawFn, size: Triple) -> Bits:
    """Noise, a solid box, or nothing."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    bits = rng.random(size) < draw(st.sampled_from([0.0, 0.02, 0.5, 1.0]))
    low = [draw(st.integers(0, side - 1)) for side in size]
    bits[low[0] :, low[1] :, low[2] :] |= draw(st.booleans())
    return bits


@settings(deadline=None, max_examples=40)
@given(SIZES.flatmap(lambda size: st.tuples(voxels(size), voxels(size))))
def test_masks_combine_as_their_voxels_do(both: tuple[Bits, Bits]) -> None:
    size = both[0].shape
    a, b = (of_voxels(size, (0, 0, 0), bits) for bits in both)
    x, y = both

    def whole(mask: TiledMask) -> Bits:
        return mask.crop((0, 0, 0), size)

    assert np.array_equal(whole(a), x)
    assert a.count == x.sum()
    assert np.array_equal(whole(combined(a, b, UNION)), x | y)
    assert np.array_equal(whole(combined(a, b, INTERSECTION)), x & y)
    assert np.array_equal(whole(combined(a, b, EXCLUSIVE)), x ^ y)
    assert np.array_equal(whole(difference(a, b)), x & ~y)
    assert combined(combined(a, b, EXCLUSIVE), b, EXCLUSIVE) == a
    total = int(x.sum() + y.sum())
    assert dice(a, b) == pytest.approx(2 * int((x & y).sum()) / total if total else 1.0)
    for index in range(size[0]):
        assert a.region(index) == mask_of(x[index])


@settings(deadline=None, max_examples=40)
@given(SIZES.flatmap(lambda size: st.tuples(voxels(size), st.data())))
def test_any_part_can_be_cut_out(drawn: tuple[Bits, st.DataObject]) -> None:
    bits, data = drawn
    mask = of_voxels(bits.shape, (0, 0, 0), bits)
    low = [data.draw(st.integers(0, side - 1)) for side in bits.shape]
    high = [data.draw(st.integers(a + 1, side)) for a, side in zip(low, bits.shape, strict=True)]
    part = mask.crop((low[0], low[1], low[2]), (high[0], high[1], high[2]))
    assert np.array_equal(part, bits[low[0] : high[0], low[1] : high[1], low[2] : high[2]])
    z, y, x = low
    assert mask.holds(x, y, z) == bits[z, y, x]
    assert not mask.holds(-1, y, z)
    assert not mask.holds(bits.shape[2], y, z)
    moved = of_voxels(bits.shape, (z, y, x), part)
    assert np.array_equal(moved.crop((z, y, x), (high[0], high[1], high[2])), part)


def test_nothing_costs_nothing_and_the_inside_is_shared() -> None:
    assert empty((500, 512, 512)).tiles == {}
    assert empty((5, 5, 5)).tile_bounds is None
    solid = of_voxels((64, 64, 64), (0, 0, 0), np.ones((64, 64, 64), np.bool_))
    assert all(tile is FULL for tile in solid.tiles.values())
    assert len(solid.tiles) == 64
    assert solid.tile_bounds == ((0, 0, 0), (64, 64, 64))


@pytest.mark.parametrize("size", [(0, 5, 5), (1, 2**20 + 1, 1), (2**15, 2**15, 2**15)])
def test_a_grid_has_bounds(size: Triple) -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        Grid(size)


def test_what_lies_outside_or_on_another_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="inside its grid"):
        of_voxels((4, 4, 4), (2, 0, 0), np.ones((3, 1, 1), np.bool_))
    with pytest.raises(ValueError, match="do not combine"):
        combined(empty((4, 4, 4)), empty((4, 4, 5)), UNION)
