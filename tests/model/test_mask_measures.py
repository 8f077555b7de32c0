from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.affine import Affine
from labeler.model.mask_diameters import diameters, longest_diameters, plane_mm
from labeler.model.mask_measures import measure_volume, surface_in, surface_mm2
from labeler.model.masks import Bits, mask_of
from labeler.model.measures import AxesMeasure, measure_flat
from labeler.model.stack import Stack
from labeler.model.tiled_masks import empty, of_voxels
from tests.support.images import axial, image_of

SIZE = (24, 30, 34)
SPACING = (2.5, 0.8, 0.7)


def ball(radius_mm: float = 9.0, spacing: tuple[float, float, float] = SPACING) -> Bits:
    z, y, x = np.ogrid[: SIZE[0], : SIZE[1], : SIZE[2]]
    places = [(a - n / 2) * mm for a, n, mm in zip((z, y, x), SIZE, spacing, strict=True)]
    inside: Bits = sum(p**2 for p in places) < radius_mm**2
    return inside


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_volume_and_surface_are_those_that_itk_finds(seed: int, solid: bool) -> None:
    rng = np.random.default_rng(seed)
    spacing = tuple(rng.uniform(0.3, 4.0, 3).tolist())
    bits = ball() if solid else rng.random(SIZE) < rng.uniform(0.01, 0.9)
    mask = of_voxels(SIZE, (0, 0, 0), bits)
    picture = SimpleITK.GetImageFromArray(bits.astype(np.uint8))
    picture.SetSpacing(spacing[::-1])
    other = SimpleITK.LabelShapeStatisticsImageFilter()
    other.ComputePerimeterOn()
    other.Execute(picture)
    image = image_of(np.zeros(SIZE, np.int16), matrix=axial(spacing[::-1]))
    measure = measure_volume(image, mask)
    assert measure.volume_mm3 == pytest.approx(other.GetPhysicalSize(1), rel=1e-3)
    assert measure.slices == bits.any(axis=(1, 2)).sum()
    assert surface_mm2(mask, spacing) == pytest.approx(other.GetPerimeter(1), rel=1e-3)
    assert np.array_equal(mask.slice_counts, bits.sum(axis=(1, 2)))
    held = np.flatnonzero(mask.slice_counts).tolist()
    assert mask.ends == ((held[0], held[-1]) if held else None)


def test_a_ball_has_about_the_surface_of_a_ball() -> None:
    mask = of_voxels(SIZE, (0, 0, 0), ball(9.0, (0.8, 0.8, 0.8)))
    assert surface_mm2(mask, (0.8, 0.8, 0.8)) == pytest.approx(4 * math.pi * 81, rel=0.02)
    assert surface_mm2(empty(SIZE), SPACING) == 0.0


def test_slices_that_lie_unevenly_stand_for_what_is_around_them() -> None:
    stored = np.zeros((4, 5, 5), np.int16)
    heights = (0.0, 1.0, 4.0, 5.0)
    matrix = axial((1.0, 1.0, 5 / 3))
    origin, normal = matrix[:3, 3], matrix[:3, 2] / (5 / 3)
    origins = tuple(tuple((origin + normal * h).tolist()) for h in heights)
    image = replace(image_of(stored, matrix=matrix), stack=Stack(origins=origins))  # type: ignore[arg-type]
    bits = np.zeros(stored.shape, np.bool_)
    bits[:, 2, 2] = True
    measure = measure_volume(image, of_voxels(stored.shape, (0, 0, 0), bits))
    assert measure.volume_mm3 == pytest.approx(1.0 + 2.0 + 2.0 + 1.0)


def test_ten_voxels_in_a_row_are_ten_voxels_long() -> None:
    bits = np.zeros((9, 20), np.bool_)
    bits[4, 3:13] = True
    found = diameters(mask_of(bits), np.diag((0.5, 2.0)))
    assert found is not None
    shape, long_mm, short_mm = found
    assert (long_mm, short_mm) == (pytest.approx(5.0), pytest.approx(2.0))
    assert shape.long == ((2500, 4000), (12_500, 4000))
    assert diameters(mask_of(np.zeros((4, 4), np.bool_)), np.eye(2)) is None


@settings(deadline=None, max_examples=40)
@given(st.floats(12, 40), st.floats(0.4, 0.95), st.floats(-3, 3))
def test_an_ellipse_has_its_axes(half: float, share: float, turn: float) -> None:
    y, x = np.mgrid[:100, :100] - 49.5
    along, beside = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
    found = diameters(mask_of((along / half) ** 2 + (beside / (half * share)) ** 2 < 1), np.eye(2))
    assert found is not None
    _, long_mm, short_mm = found
    assert long_mm == pytest.approx(2 * half, abs=1.2)
    assert short_mm == pytest.approx(2 * half * share, abs=1.2)
    assert short_mm <= long_mm


def test_the_longest_slice_is_found() -> None:
    image = image_of(np.zeros(SIZE, np.int16), matrix=axial(SPACING[::-1]))
    mask = of_voxels(SIZE, (0, 0, 0), ball())
    found = longest_diameters(image, mask, range(SIZE[0]))
    assert found is not None
    assert found.index == 12
    assert found.long_mm == pytest.approx(18.0, abs=0.8)
    assert longest_diameters(image, empty(SIZE), range(SIZE[0])) is None


def test_a_leaning_stack_is_no_thicker_for_it() -> None:
    stored = np.zeros((4, 6, 7), np.int16)
    matrix = axial((0.5, 0.7, 2.0))
    matrix[1, 2] += 1.5  # a gantry that is tilted: the slices shift on their way up
    bits = np.ones(stored.shape, np.bool_)
    mask = of_voxels(stored.shape, (0, 0, 0), bits)
    voxel = abs(float(np.linalg.det(matrix[:3, :3])))
    image = image_of(stored, matrix=matrix)
    assert measure_volume(image, mask).volume_mm3 == pytest.approx(voxel * bits.size)
    assert surface_in(image, mask) is None
    steps = np.column_stack((np.zeros((4, 2)), np.arange(4.0), np.ones(4)))
    origins = tuple(tuple(place) for place in (matrix @ steps.T).T[:, :3].tolist())
    placed = replace(image, stack=Stack(origins=origins))  # type: ignore[arg-type]
    assert measure_volume(placed, mask).volume_mm3 == pytest.approx(voxel * bits.size)
    upright = image_of(stored, matrix=axial((0.5, 0.7, 2.0)))
    assert surface_in(upright, mask) == pytest.approx(surface_mm2(mask, (2.0, 0.7, 0.5)))


def test_diameters_hold_where_rows_and_columns_lean() -> None:
    bits = np.zeros((30, 40), np.bool_)
    bits[5:25, 8] = True
    bits[5, 8:30] = True
    matrix = axial((0.6, 0.6, 2.0))
    matrix[:3, 1] += 0.3 * matrix[:3, 0]
    found = diameters(mask_of(bits), plane_mm(Affine(matrix)))
    assert found is not None
    shape, long_mm, short_mm = found
    drawn = measure_flat(Affine(matrix), shape)
    assert isinstance(drawn, AxesMeasure)
    assert (drawn.across_mm, drawn.down_mm) == pytest.approx((long_mm, short_mm), rel=1e-3)
    long, short = (np.diff(np.array(ends), axis=0)[0] for ends in (shape.long, shape.short))
    ways = [matrix[:3, :2] @ way for way in (long, short)]
    share = ways[0] @ ways[1] / np.linalg.norm(ways[0]) / np.linalg.norm(ways[1])
    assert share == pytest.approx(0.0, abs=1e-3)


def test_of_long_axes_that_are_equal_the_one_with_the_longest_short_one_counts() -> None:
    """So a region and its mirror image measure the same."""
    bits = np.zeros((12, 12), np.bool_)
    bits[2:10, 3:9] = True
    bits[2, 3] = bits[2, 8] = bits[9, 3] = bits[9, 8] = False
    bits[8, 9] = True
    plane = np.diag((0.3, 1.8))
    ways = (bits, bits[:, ::-1], bits[::-1], bits[::-1, ::-1])
    found = [diameters(mask_of(way), plane) for way in ways]
    sizes = {(round(one[1], 9), round(one[2], 9)) for one in found if one is not None}
    assert len(sizes) == 1
