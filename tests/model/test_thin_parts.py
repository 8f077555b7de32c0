from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.mask_growth import grown, shrunk
from labeler.model.masks import Bits
from labeler.model.thin_parts import parted, reshaped, spanned
from tests.kernels.test_regions import slow_components
from tests.model.test_mask_operations import mask_of, put, whole
from tests.model.test_tiled_masks import voxels


@settings(deadline=None, max_examples=25)
@given(st.sampled_from([(3, 17, 16), (20, 9, 8)]).flatmap(voxels), st.integers(1, 5))
def test_islands_are_parted_by_how_many_slices_they_go_through(bits: Bits, least: int) -> None:
    thin: list[set[tuple[int, int, int]]] = []
    thick: list[set[tuple[int, int, int]]] = []
    for island in slow_components(bits, deep=True):
        slices = {at[0] for at in island}
        (thick if len(slices) >= least else thin).append(island)
    flat, deep = parted(mask_of(bits), least)
    assert np.array_equal(whole(flat), put(thin, bits.shape))
    assert np.array_equal(whole(deep), put(thick, bits.shape))


def test_how_many_slices_are_reached_follows_their_distance() -> None:
    assert [spanned(2.0, (mm, 1.0, 1.0)) for mm in (0.5, 1.0, 2.0, 2.5)] == [9, 5, 3, 1]


@pytest.mark.parametrize("slices", [1, 2, 3, 7])
def test_what_grows_and_shrinks_again_is_as_it_was(slices: int) -> None:
    bits = np.zeros((20, 30, 30), np.bool_)
    bits[6 : 6 + slices, 8:22, 8:22] = True
    spacing = 1.0, 1.0, 1.0
    least = spanned(2.0, spacing)
    bigger = reshaped(mask_of(bits), grown, 2.0, spacing, min(2, least))
    assert np.array_equal(whole(reshaped(bigger, shrunk, 2.0, spacing, least)), bits)
