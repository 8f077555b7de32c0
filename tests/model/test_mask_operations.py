from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model import mask_blocks
from labeler.model.affine import Affine
from labeler.model.flood import flood
from labeler.model.mask_copies import mirrored, on_slice
from labeler.model.mask_growth import grown, median, shrunk, smoothed
from labeler.model.mask_islands import filled, largest, without_small
from labeler.model.masks import Bits
from labeler.model.tiled_masks import TiledMask, Triple, of_voxels
from tests.kernels.test_regions import slow_components
from tests.model.test_tiled_masks import voxels

SIZES = st.sampled_from([(1, 9, 13), (3, 17, 16), (20, 18, 17), (1, 70, 66)])
SPACING = (2.5, 0.8, 0.7)
SOME = settings(deadline=None, max_examples=25)

noise = SIZES.flatmap(voxels)


def mask_of(bits: Bits) -> TiledMask:
    return of_voxels(bits.shape, (0, 0, 0), bits)  # type: ignore[arg-type]


def whole(mask: TiledMask) -> Bits:
    return mask.crop((0, 0, 0), mask.size)


def put(islands: list[set[Triple]], size: Triple) -> Bits:
    bits = np.zeros(size, np.bool_)
    for island in islands:
        for at in island:
            bits[at] = True
    return bits


@SOME
@given(noise, st.integers(1, 6), st.booleans())
def test_islands_are_kept_by_their_size(bits: Bits, least: int, flat: bool) -> None:
    found = slow_components(bits, deep=not flat)
    large = [island for island in found if len(island) >= least]
    assert np.array_equal(
        whole(without_small(mask_of(bits), least, flat=flat)), put(large, bits.shape)
    )
    best = []
    for z in range(bits.shape[0]) if flat else [None]:
        here = [i for i in found if z is None or next(iter(i))[0] == z]
        best += [max(here, key=len)] if here else []
    assert np.array_equal(whole(largest(mask_of(bits), flat=flat)), put(best, bits.shape))


@SOME
@given(noise, st.booleans())
def test_holes_are_what_does_not_reach_the_edge(bits: Bits, flat: bool) -> None:
    flat = flat or bits.shape[0] == 1
    holes = []
    for island in slow_components(~bits, deep=not flat):
        ways = (1, 2) if flat else (0, 1, 2)
        sides = bits.shape
        if not any(at[way] in (0, sides[way] - 1) for at in island for way in ways):
            holes.append(island)
    expected = bits | put(holes, bits.shape)
    assert np.array_equal(whole(filled(mask_of(bits), flat=flat)), expected)


def within(bits: Bits, by_mm: float, *, flat: bool) -> Bits:
    inside = np.argwhere(bits) * SPACING
    places = np.argwhere(np.ones_like(bits)) * SPACING
    if not len(inside):
        return np.zeros_like(bits)
    apart = ((places[:, None] - inside) ** 2).sum(axis=2)
    if flat:
        apart[places[:, None, 0] != inside[:, 0]] = np.inf
    near: Bits = (apart.min(axis=1) <= by_mm**2 + 1e-9).reshape(bits.shape)
    return near


@settings(deadline=None, max_examples=20)
@given(
    st.sampled_from([(1, 9, 13), (6, 9, 8), (18, 6, 7)]).flatmap(voxels),
    st.sampled_from([0.5, 0.8, 1.7, 2.5, 4.0]),
    st.booleans(),
)
def test_growing_and_shrinking_are_exact_in_mm(bits: Bits, by_mm: float, flat: bool) -> None:
    mask = mask_of(bits)
    bigger = grown(mask, by_mm, SPACING, flat=flat)
    assert np.array_equal(whole(bigger), within(bits, by_mm, flat=flat))
    smaller = shrunk(mask, by_mm, SPACING, flat=flat)
    assert np.array_equal(whole(smaller), bits & ~within(~bits, by_mm, flat=flat))


@SOME
@given(noise, st.sampled_from([0.5, 0.9, 3.0]), st.booleans())
def test_smoothing_is_a_vote_of_the_neighbours(bits: Bits, by_mm: float, flat: bool) -> None:
    mask, flat = mask_of(bits), flat or bits.shape[0] == 1
    reach = [0 if flat else int(by_mm / SPACING[0]), *(int(by_mm / mm) for mm in SPACING[1:])]
    padded = np.pad(bits, [(r, r) for r in reach], mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, [2 * r + 1 for r in reach])
    share = windows.mean(axis=(3, 4, 5))
    expected = np.where(whole(_around(mask, reach)), share > 0.5, False)
    assert np.array_equal(whole(median(mask, by_mm, SPACING, flat=flat)), expected)


def _around(mask: TiledMask, reach: list[int]) -> TiledMask:
    """Far from the region nothing is asked, and nothing would be in."""
    box = mask_blocks.box_around(mask, (reach[0], reach[1], reach[2]))
    if box is None:
        return mask
    return of_voxels(mask.size, box[0], np.ones(np.subtract(box[1], box[0]), np.bool_))


def test_a_gaussian_takes_corners_off_and_leaves_planes() -> None:
    bits = np.zeros((12, 40, 40), np.bool_)
    bits[:, 10:30, 10:30] = True
    bits[6, 20, 35] = True
    smooth = whole(smoothed(mask_of(bits), 1.5, (1.0, 1.0, 1.0), flat=False))
    assert not smooth[6, 20, 35]
    assert not smooth[6, 10, 10]
    assert smooth[:, 20, 10].all()
    assert smooth[0, 20, 20]
    assert not smooth[6, 20, 9]


def test_the_edge_of_the_image_takes_nothing_away() -> None:
    bits = np.zeros((4, 20, 20), np.bool_)
    bits[:, :10] = True
    for mask in (
        shrunk(mask_of(bits), 2.0, (1, 1, 1), flat=False),
        smoothed(mask_of(bits), 1.0, (1, 1, 1), flat=False),
        median(mask_of(bits), 1.0, (1, 1, 1), flat=False),
    ):
        assert whole(mask)[:, :7].all()


def test_a_slice_is_copied_onto_the_next() -> None:
    bits = np.zeros((3, 20, 20), np.bool_)
    bits[0, 4:9, 5:7] = True
    bits[1, 0, 0] = True
    copied = whole(on_slice(mask_of(bits), 0, 1))
    assert np.array_equal(copied[1], bits[0] | bits[1])
    assert np.array_equal(copied[0], bits[0])
    assert not copied[2].any()
    with pytest.raises(ValueError, match="no slice 3"):
        on_slice(mask_of(bits), 0, 3)


@SOME
@given(noise)
def test_mirroring_twice_is_nothing_and_once_turns_columns(bits: Bits) -> None:
    mask = mask_of(bits)
    axial = Affine(np.diag([0.7, 0.8, 2.5, 1.0]))
    assert np.array_equal(whole(mirrored(mask, axial)), bits[:, :, ::-1])
    assert mirrored(mirrored(mask, axial), axial) == mask
    # Coronal slices run down the patient; sagittal ones are stacked from side to side.
    sagittal = Affine(np.array([[0, 0, 3.0, 0], [1.0, 0, 0, 0], [0, -1.0, 0, 0], [0, 0, 0, 1]]))
    stacked = bits if bits.shape[0] == 1 else bits[::-1]
    assert np.array_equal(whole(mirrored(mask, sagittal)), stacked)


def test_a_slanted_grid_is_mirrored_in_the_patient() -> None:
    angle = np.radians(12)
    turn = np.eye(4)
    turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    affine = Affine(turn @ np.diag([1.0, 1.0, 2.0, 1.0]))
    bits = np.zeros((8, 60, 60), np.bool_)
    bits[2:5, 25:32, 8:16] = True
    there = np.argwhere(whole(mirrored(mask_of(bits), affine)))

    def in_patient(found: np.ndarray) -> np.ndarray:
        middle: np.ndarray = affine.to_patient(np.array([29.5, 29.5, 3.5]))
        mean: np.ndarray = affine.to_patient(found[:, ::-1].astype(float)).mean(axis=0) - middle
        return mean

    assert np.allclose(in_patient(there), in_patient(np.argwhere(bits)) * [-1, 1, 1], atol=0.3)
    assert abs(len(there) - bits.sum()) < 0.1 * bits.sum()


@SOME
@given(noise, st.integers(0, 10**6), st.booleans())
def test_a_flood_fills_what_hangs_together_with_its_seed(bits: Bits, at: int, flat: bool) -> None:
    seed = tuple(int(n) for n in np.unravel_index(at % bits.size, bits.shape))

    def allowed(low: Triple, high: Triple) -> Bits:
        return bits[tuple(map(slice, low, high))]

    islands = slow_components(bits, deep=not flat)
    expected = put([island for island in islands if seed in island], bits.shape)
    found = flood(bits.shape, allowed, seed, flat=flat)  # type: ignore[arg-type]
    assert np.array_equal(whole(found), expected)


def test_work_can_be_given_up_between_blocks() -> None:
    class EnoughError(Exception):
        pass

    def tick(done: int, total: int) -> None:
        assert total == 4
        if done == 2:
            raise EnoughError

    with pytest.raises(EnoughError):
        grown(mask_of(np.ones((64, 4, 4), np.bool_)), 1.0, (1, 1, 1), flat=False, tick=tick)
