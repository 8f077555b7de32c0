"""Planes and slabs of a stack: where they lie, what they hold, and what cannot be cut."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.model.image import Caveat, Image
from labeler.model.stack import Gap, Stack
from labeler.model.volume import Volume
from labeler.viewing.cuts import (
    AXIAL,
    CORONAL,
    CUTS,
    SAGITTAL,
    Cut,
    Projection,
    next_projection,
    thicker,
    turned,
)
from labeler.viewing.lattice import refuse_unheld
from labeler.viewing.reformat import Reformat, ReformatSource, reformat
from tests.support.images import axial, image_of
from tests.support.volumes_in_memory import placed, places_of, ramp, truth, volume_of


def source_of(image: Image) -> ReformatSource:
    assert isinstance(image.source, ReformatSource)
    return image.source


def inside(base: Image, made: Image, index: int, margin: float = 0.5) -> np.ndarray:
    """Which pixels of a reformat lie amid the voxels of an even stack."""
    at = base.affine.to_voxel(places_of(made, index))
    high = np.array(base.source.shape[::-1]) - 1
    return ((at > margin) & (at < high - margin)).all(axis=-1)


def assert_true(base: Image, made: Image) -> None:
    seen = 0
    for index in range(0, len(made.refs), 3):
        sure = inside(base, made, index)
        wrong = np.abs(made.source.frame(index) - truth(places_of(made, index)))[sure]
        assert wrong.max(initial=0) < 0.01
        seen += int(sure.sum())
    assert seen > 100


@pytest.mark.parametrize("name", CUTS)
def test_each_pixel_holds_what_lies_at_its_place(name: str) -> None:
    base, volume = ramp()
    assert_true(base, reformat(base, volume, CUTS[name]))


angles = st.floats(-math.pi, math.pi)


@settings(max_examples=25, deadline=None)
@given(angles, angles, st.sampled_from([AXIAL, CORONAL, SAGITTAL]))
def test_however_it_is_turned(one: float, other: float, begin: Cut) -> None:
    cut = turned(turned(begin, np.array([0.0, 0.0, 1.0]), one), np.array([1.0, 0.3, 0.0]), other)
    assert_square(cut)
    base, volume = ramp()
    assert_true(base, reformat(base, volume, cut))


def test_an_oblique_and_sheared_stack_is_cut_where_it_lies() -> None:
    matrix = np.eye(4)
    matrix[:3, 0] = np.array([0.9, 0.1, 0.2])
    matrix[:3, 1] = np.array([-0.1, 0.8, 0.15])
    matrix[:3, 2] = np.array([0.4, 0.3, -1.9])
    matrix[:3, 3] = (10.0, -4.0, 7.0)
    base, volume = ramp(matrix=matrix)
    for cut in CUTS.values():
        assert_true(base, reformat(base, volume, cut))


def assert_square(cut: Cut) -> None:
    sides = np.column_stack([cut.right, cut.down, cut.along])
    assert np.abs(sides.T @ sides - np.eye(3)).max() < 1e-9


def test_the_voxels_of_the_stack_come_back_exactly() -> None:
    base, volume = ramp()
    made = reformat(base, volume, AXIAL)
    # Slices lie 2 mm apart, the grid 1 mm: half of the planes are slices.
    assert made.source.shape == (24, 20, 30)
    assert np.allclose(places_of(made, 0)[0, 0], places_of(base, 0)[0, 0] + [0, 0, 0.5])
    sagittal = reformat(base, volume, SAGITTAL)
    assert sagittal.source.shape == (30, 24, 20)
    assert np.allclose(places_of(sagittal, 4)[:, :, 0], places_of(base, 0)[0, 4, 0])


def test_stacks_open_as_radiologists_read_them() -> None:
    """Head to feet, front to back, right to left; LPS grows leftwards, backwards, upwards."""
    base, volume = ramp()
    for name, axis, sign in (("axial", 2, -1), ("coronal", 1, 1), ("sagittal", 0, 1)):
        made = reformat(base, volume, CUTS[name])
        assert np.sign(places_of(made, 1)[0, 0, axis] - places_of(made, 0)[0, 0, axis]) == sign


def test_one_plane_goes_through_the_place_that_is_wanted() -> None:
    base, volume = ramp()
    cut = turned(CORONAL, np.array([0.0, 0.0, 1.0]), 0.3)
    point = (-47.3, -71.77, 110.2)
    made = reformat(base, volume, cut, point)
    index = made.index_of(np.array(point))
    assert abs(made.affine.to_voxel(np.array(point))[2] - index) < 1e-9


# --- slabs --------------------------------------------------------------------------------------


def slab(base: Image, volume: Volume, projection: Projection) -> np.ndarray:
    made = reformat(base, volume, replace(CORONAL, slab_mm=6.0, projection=projection))
    return np.asarray(made.source.frame(10)), np.asarray(
        reformat(base, volume, CORONAL).source.frame(10)
    )


def test_slabs_reach_half_their_thickness_to_both_sides() -> None:
    base, volume = ramp()
    for projection, off in (
        (Projection.MIP, 9.0),
        (Projection.MINIP, -9.0),
        (Projection.MEAN, 0.0),
    ):
        thick, plane = slab(base, volume, projection)
        assert np.allclose(thick - plane, off, atol=0.01)


def test_the_keys_step_through_slabs_and_projections() -> None:
    assert thicker(CORONAL, 1).slab_mm == 2.0
    assert thicker(CORONAL, -1).slab_mm == 0.0
    assert thicker(replace(CORONAL, slab_mm=100.0), 1).slab_mm == 100.0
    assert thicker(replace(CORONAL, slab_mm=9.0), 1).slab_mm == 20.0
    turns = [CORONAL]
    for _ in range(3):
        turns.append(next_projection(turns[-1]))
    assert [cut.projection.value for cut in turns] == ["mip", "minip", "mean", "mip"]


# --- what a reformat is -------------------------------------------------------------------------


def test_a_reformats_frames_are_no_acquired_ones() -> None:
    base, volume = ramp()
    made = reformat(base, volume, CORONAL)
    assert not set(made.refs) & set(base.refs)
    assert len(set(made.refs)) == len(made.refs)
    assert made.info.frame_of_reference == base.info.frame_of_reference


def test_stored_values_keep_their_rescale() -> None:
    base = image_of(np.full((4, 8, 9), 7, np.int16), matrix=axial((1.0, 1.0, 1.0)))
    made = reformat(base, volume_of(base), CORONAL)
    assert made.source.frame(3).dtype == np.int16
    assert (made.slopes[0], made.intercepts[0], made.unit) == (1.0, -1024.0, "HU")


def test_a_value_that_voxels_have_is_never_called_padding() -> None:
    stored = np.zeros((4, 8, 9), np.uint16)
    made = reformat(image_of(stored), volume_of(image_of(stored)), CORONAL)
    assert made.padding is None
    signed = image_of(stored.astype(np.int16))
    assert reformat(signed, volume_of(signed), CORONAL).padding == (-32768, -32768)
    told = replace(image_of(stored), padding=(7.0, 9.0))
    assert reformat(told, volume_of(told), CORONAL).padding == (7, 7)


def test_each_slices_own_slope_counts() -> None:
    """PET: stored values of two slices are not comparable, measured ones are."""
    base = image_of(np.full((4, 8, 9), 10, np.int16), matrix=axial((1.0, 1.0, 1.0)))
    base = replace(base, slopes=(1.0, 2.0, 3.0, 4.0), intercepts=(0.0,) * 4)
    made = reformat(base, volume_of(base), CORONAL)
    assert set(made.slopes) == {1.0}
    # From the head down, as the stack runs.
    assert made.source.frame(3)[:, 4].tolist() == [10.0, 20.0, 30.0, 40.0]


def test_while_dragging_a_frame_of_the_same_size_comes_from_a_quarter_of_the_samples() -> None:
    base, volume = ramp((12, 21, 31))
    made = reformat(base, volume, AXIAL)
    sharp, coarse = made.source.frame(11), source_of(made).coarse(11)
    assert sharp.shape == coarse.shape
    # Half a pixel and half a slice off at most. The outer half pixel of an odd side is nobody's.
    assert np.abs(sharp - coarse)[:-1, :-1].max() <= 7.6
    thick = reformat(base, volume, replace(AXIAL, slab_mm=6.0))
    assert source_of(thick).coarse(11).shape == sharp.shape


def test_a_grid_never_grows_beyond_what_can_be_shown() -> None:
    base = image_of(np.zeros((2, 40, 40), np.int16), matrix=axial((0.01, 0.01, 30.0)))
    made = reformat(base, volume_of(base), CORONAL)
    assert max(made.source.shape) <= 1024


# --- slices that are missing --------------------------------------------------------------------


def heights(*told: float) -> list[tuple[float, float, float]]:
    return [(-60.0, -80.0, 120.0 - height) for height in told]


def test_uneven_slices_are_cut_where_they_really_lie() -> None:
    matrix = axial((1.0, 1.0, 3.0))
    base, volume = placed(matrix, heights(0, 1, 2, 9, 10, 15), (6, 20, 30))
    made = reformat(base, volume, CORONAL)
    frame = made.source.frame(9)
    at = places_of(made, 9)
    sure = (at[..., 2] > 105.6) & (at[..., 2] < 119.5)
    wrong = np.abs(frame - truth(at))[:, 1:-1][sure[:, 1:-1]]
    assert wrong.size > 100
    assert wrong.max() < 0.01


def test_a_gap_stays_empty() -> None:
    base, volume = placed(
        axial((1.0, 1.0, 3.0)), heights(0, 1, 2, 9, 10, 11), (6, 20, 30), (Gap(2, 6, 7.0),)
    )
    made = reformat(base, volume, CORONAL)
    column = made.source.frame(9)[:, 15]
    depth = 120.0 - places_of(made, 9)[:, 15, 2]
    empty = (depth > 2.51) & (depth < 8.49)
    assert (column[empty] == 0).all()
    assert (column[(depth > 0) & ~empty & (depth < 10.9)] != 0).all()


def test_what_has_not_arrived_is_empty_and_then_is_there() -> None:
    base, volume = ramp()
    volume.here[5:] = False
    made = reformat(base, volume, CORONAL)
    early = made.source.frame(9).copy()
    depth = 120.0 - places_of(made, 9)[:, 15, 2]
    assert (early[depth > 9.1] == 0).all()
    known = (depth > 0) & (depth < 8)
    assert np.allclose(early[known], truth(places_of(made, 9))[known], atol=0.01)
    volume.here[:] = True
    assert (made.source.frame(9)[depth > 9.1] != 0).all()


@pytest.mark.parametrize("slab_mm", [0.0, 2.0])
def test_a_slice_whose_rows_are_not_all_there_is_empty_and_no_air(slab_mm: float) -> None:
    base, volume = ramp()
    volume.values[5, 8:] = 0
    whole = reformat(base, volume, replace(CORONAL, slab_mm=slab_mm))
    made = reformat(replace(base, cut_short={5: 8}), volume, replace(CORONAL, slab_mm=slab_mm))
    depth = 120.0 - places_of(made, 9)[:, 15, 2]
    own = (depth > 9.1) & (depth < 10.9)
    assert own.any()
    assert np.isfinite(whole.source.frame(9)[own]).all()
    assert (made.source.frame(9)[own] == made.source.padding).all()
    away = (depth > 0) & (depth < 7.9)
    assert np.array_equal(made.source.frame(9)[away], whole.source.frame(9)[away])


# --- what cannot be cut -------------------------------------------------------------------------


def refused(base: Image, volume: Volume | None = None) -> str:
    with pytest.raises(LabelerError) as told:
        reformat(base, volume or volume_of(base), CORONAL)
    assert told.value.do
    return told.value.code


def test_series_that_cannot_be_cut_say_why() -> None:
    stored = np.zeros((3, 8, 9), np.int16)
    plain = image_of(stored)
    assert refused(image_of(np.zeros((3, 8, 9, 3), np.uint8), photometric="RGB")) == "cut-color"
    assert refused(image_of(stored[:1])) == "cut-one-slice"
    assert refused(replace(plain, oriented=False)) == "cut-sides"
    assert refused(replace(plain, caveats=(Caveat.SPACING_UNKNOWN,))) == "cut-unplaced"
    assert refused(replace(plain, frame_times_ms=(0.0, 1.0, 2.0))) == "cut-unplaced"
    assert refused(replace(plain, stack=Stack(origins=((0.0, 0.0, 0.0),) * 3))) == "cut-unplaced"
    folded = Stack(origins=((0.0, 0.0, 0.0), (0.0, 0.0, -5.0), (0.0, 0.0, -3.0)))
    assert refused(replace(plain, stack=folded)) == "cut-unplaced"
    volume = volume_of(plain)
    assert refused(plain, replace(volume, values=volume.values.astype(">i2"))) == "cut-values"


def test_a_reformat_knows_what_it_was_cut_from() -> None:
    base, volume = ramp()
    made = reformat(base, volume, CORONAL)
    assert isinstance(made, Reformat)
    assert made.base is base
    assert made.cut == CORONAL


class _Mixed:
    """Slices of several kinds, as a series of two matrices has."""

    kind = None
    shape = (4, 6, 8)

    def frame(self, _index: int) -> np.ndarray:
        raise AssertionError

    def read_into(self, _index: int, _out: np.ndarray) -> None:
        raise AssertionError


def test_what_does_not_lie_in_memory_says_why() -> None:
    base, _ = ramp()
    too_large, unlike = refuse_unheld(base), refuse_unheld(replace(base, source=_Mixed()))
    assert (too_large.code, unlike.code) == ("cut-unheld", "cut-unlike")
    assert f"all {base.source.shape[0]} slices do not fit" in too_large.happened
    assert "not of one size" in unlike.happened
