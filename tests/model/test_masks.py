from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from labeler.model.masks import (
    Bits,
    Mask,
    decode_mask,
    dice,
    difference,
    empty_mask,
    encode_mask,
    mask_of,
    union,
)

frames = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9))
quick = settings(deadline=None, max_examples=150)


def slow_blob(voxels: Bits) -> bytes:
    """The format as its page says it, voxel by voxel."""
    runs, inside = [0], False
    for voxel in voxels.ravel():
        if bool(voxel) != inside:
            runs.append(0)
            inside = bool(voxel)
        runs[-1] += 1
    return struct.pack(f"<4sIII{len(runs)}I", b"LBM1", *voxels.shape, len(runs), *runs)


def blob(rows: int, columns: int, *runs: int, magic: bytes = b"LBM1") -> bytes:
    return struct.pack(f"<4sIII{len(runs)}I", magic, rows, columns, len(runs), *runs)


@quick
@given(frames)
def test_the_blob_is_the_documented_one_and_comes_back(voxels: Bits) -> None:
    mask = mask_of(voxels)
    assert encode_mask(mask) == slow_blob(voxels)
    assert decode_mask(encode_mask(mask)) == mask
    assert np.array_equal(mask.voxels(), voxels)
    assert mask.count == voxels.sum()


def test_the_example_of_the_formats_page() -> None:
    voxels = np.array([[0, 0, 1], [1, 0, 0]], dtype=np.bool_)
    assert encode_mask(mask_of(voxels)) == blob(2, 3, 2, 2, 2)


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


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"LBM1" + bytes(11),
        blob(2, 3, 6, magic=b"LBM2"),
        blob(0, 3, 0),
        blob(2, 3, 5),
        blob(2, 3, 7),
        blob(2, 3, 6, 0),
        blob(2, 3, 1, 0, 5),
        blob(2, 3),
        blob(2, 3, 6) + b"\0",
        blob(2, 3, 6)[:-1],
        blob(65_536, 65_536, 0xFFFFFFFF, 1),
        blob(70_000, 1, 70_000),
    ],
)
def test_a_blob_that_was_not_written_so_is_refused(bad: bytes) -> None:
    with pytest.raises(ValueError, match="mask"):
        decode_mask(bad)


@quick
@given(st.binary(max_size=40), frames)
def test_no_other_bytes_give_a_mask(noise: bytes, voxels: Bits) -> None:
    good = encode_mask(mask_of(voxels))
    for candidate in (noise, b"LBM1" + noise, good + noise, good[: len(good) - len(noise)]):
        try:
            mask = decode_mask(candidate)
        except ValueError:
            continue
        assert encode_mask(mask) == candidate


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
