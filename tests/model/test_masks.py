from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from labeler.model.masks import (
    Bits,
    Mask,
    dice,
    difference,
    empty_mask,
    mask_of,
    union,
)

frames = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9))
quick = settings(deadline=None, max_examples=150)


@quick
@given(frames)
def test_a_mask_has_the_voxels_it_was_made_of(voxels: Bits) -> None:
    mask = mask_of(voxels)
    assert np.array_equal(mask.voxels(), voxels)
    assert mask.count == voxels.sum()


@quick
@given(st.data())
def test_union_and_difference_are_those_of_sets(data: st.DataObject) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=2, max_dims=2, max_side=9))
    a, b = (data.draw(hnp.arrays(np.bool_, shape)) for _ in range(2))
    assert union(mask_of(a), mask_of(b)) == mask_of(a | b)
    assert difference(mask_of(a), mask_of(b)) == mask_of(a & ~b)
    common, total = (a & b).sum(), a.sum() + b.sum()
    assert dice(mask_of(a), mask_of(b)) == pytest.approx(2 * common / total if total else 1.0)


def test_masks_of_different_frames_do_not_combine() -> None:
    a, b = mask_of(np.ones((2, 3), np.bool_)), mask_of(np.ones((3, 2), np.bool_))
    with pytest.raises(ValueError, match="different frames"):
        union(a, b)


def test_a_small_mark_on_a_large_frame_keeps_only_itself() -> None:
    mask = empty_mask(4000, 3000)
    voxels = np.zeros((4000, 3000), np.bool_)
    voxels[100:110, 200:220] = True
    mask = mask_of(voxels)
    assert (mask.top, mask.left, mask.crop.shape) == (100, 200, (10, 20))
    assert mask.holds(200, 100)
    assert not mask.holds(199, 100)
    assert not mask.holds(220, 100)


def test_a_mask_cannot_be_changed_behind_ones_back() -> None:
    mask = mask_of(np.ones((2, 2), np.bool_))
    with pytest.raises(ValueError, match="read-only"):
        mask.crop[0, 0] = False
    assert hash(mask) == hash(mask_of(np.ones((2, 2), np.bool_)))
    assert mask != Mask(3, 2, 0, 0, mask.crop)
