"""Slabs along an axis of the voxels: their extremes are exact, whatever lies between samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import Cancelled
from labeler.model.image import Pixels
from labeler.viewing.cuts import AXIAL, CORONAL, CUTS, SAGITTAL, Projection, turned
from labeler.viewing.reformat import ReformatSource, reformat
from tests.support.images import axial, image_of
from tests.support.volumes_in_memory import volume_of


def with_values(source: ReformatSource, values: Pixels) -> ReformatSource:
    volume = source.held()
    assert volume is not None
    other = replace(volume, values=values)
    return replace(source, held=lambda: other)


def source(
    cut: str, mm: float, projection: Projection, spacing: float = 5.0, kind: type = np.int16
) -> tuple[np.ndarray, ReformatSource]:
    values = np.random.default_rng(7).integers(-900, 900, (9, 24, 26)).astype(kind)
    base = image_of(values, matrix=axial((0.7, 0.7, spacing)))
    made = reformat(base, volume_of(base), replace(CUTS[cut], slab_mm=mm, projection=projection))
    assert isinstance(made.source, ReformatSource)
    return values, made.source


def through(values: np.ndarray, source: ReformatSource, index: int, fine: int = 40) -> np.ndarray:
    """By looking at forty times as many samples, plane by plane."""
    slab = source.plane(index)
    thick = slab.deep * (slab.samples - 1)
    count = fine * (slab.samples - 1) + 1
    dense = replace(slab, deep=thick / (count - 1), samples=count)
    one = with_values(source, values.astype(np.float64))
    one = replace(one, first=dense, step=np.zeros(3), count=1, kind=np.dtype(np.float64))
    return np.asarray(one.frame(0))


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(sorted(CUTS)),
    st.floats(1.0, 30.0),
    st.sampled_from([Projection.MIP, Projection.MINIP]),
)
def test_no_finer_sampling_finds_more(cut: str, mm: float, projection: Projection) -> None:
    values, made = source(cut, mm, projection)
    index = made.count // 2
    ours, fine = made.frame(index).astype(float), through(values, made, index)
    more = fine - ours if projection is Projection.MIP else ours - fine
    # One half is the rounding to what is stored.
    assert more.max() <= 0.51


def test_a_bright_slice_is_never_stepped_over() -> None:
    values = np.zeros((9, 24, 26), np.int16)
    values[4] = 1000
    base = image_of(values, matrix=axial((0.7, 0.7, 5.0)))
    made = reformat(base, volume_of(base), replace(AXIAL, slab_mm=20.0)).source
    shown = [int(made.frame(index).max()) for index in range(made.shape[0])]
    # Ten mm to each side of the slice, in planes of 0.7 mm.
    assert shown.count(1000) >= 28


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("projection", [Projection.MIP, Projection.MINIP])
def test_whole_slices_give_the_extreme_of_the_array(kind: type, projection: Projection) -> None:
    values = np.random.default_rng(3).integers(0, 250, (9, 24, 26)).astype(kind)
    base = image_of(values, matrix=axial((1.0, 1.0, 1.0)))
    cut = replace(AXIAL, slab_mm=4.0, projection=projection)
    made = reformat(base, volume_of(base), cut).source
    extreme = values[2:7].max(axis=0) if projection is Projection.MIP else values[2:7].min(axis=0)
    assert np.array_equal(made.frame(4), extreme)


def test_beside_the_volume_is_padding() -> None:
    _, made = source("axial", 20.0, Projection.MIP)
    beside = replace(
        made, first=replace(made.first, origin=made.first.origin + np.array([5e3, 0, 0]))
    )
    assert (beside.frame(3) == made.padding).all()


@pytest.mark.parametrize("name", CUTS)
@pytest.mark.parametrize("projection", [Projection.MIP, Projection.MINIP])
def test_whole_voxels_are_as_the_kernel_has_them(name: str, projection: Projection) -> None:
    """Straight from the array, also where a picture begins beside it and ends before its end."""
    values = np.random.default_rng(5).integers(-900, 900, (9, 24, 26)).astype(np.int16)
    base = image_of(values, matrix=axial((1.0, 1.0, 1.0)))
    cut = replace(CUTS[name], slab_mm=4.0, projection=projection)
    made = reformat(base, volume_of(base), cut).source
    assert isinstance(made, ReformatSource)
    moved = made.first.origin - 2 * made.first.across + 3 * made.first.down
    made = replace(made, first=replace(made.first, origin=moved))
    floats = with_values(made, values.astype(np.float32))
    floats = replace(floats, kind=np.dtype(np.float32))
    for index in range(made.count):
        assert np.array_equal(made.frame(index), floats.frame(index))


def test_askew_one_sample_a_voxel() -> None:
    values, _ = source("axial", 20.0, Projection.MIP)
    base = image_of(values, matrix=axial((0.7, 0.7, 5.0)))
    askew = replace(turned(CORONAL, np.array([1.0, 0, 0]), 0.4), slab_mm=20.0)
    made = reformat(base, volume_of(base), askew).source
    assert isinstance(made, ReformatSource)
    steps = np.abs(np.linalg.solve(base.affine.matrix[:3, :3], made.first.deep))
    assert 0.5 < steps.max() <= 1.0 + 1e-9


def test_a_frame_nobody_waits_for_ends_between_bands() -> None:
    values, askew = np.zeros((40, 300, 300), np.int16), turned(SAGITTAL, np.ones(3), 0.3)
    base = image_of(values, matrix=axial((0.7, 0.7, 0.7)))
    made = reformat(base, volume_of(base), replace(askew, slab_mm=100.0)).source
    assert isinstance(made, ReformatSource)
    told = []

    def tick(done: int, total: int) -> None:
        told.append((done, total))
        if len(told) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        made.frame(3, tick)
    assert told[0][0] == 0 < told[1][0] < told[1][1]
