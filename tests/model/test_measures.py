from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.affine import Affine
from labeler.model.image import Caveat
from labeler.model.masks import mask_of
from labeler.model.measures import (
    AxesMeasure,
    LengthMeasure,
    RegionMeasure,
    Unmeasured,
    intensity,
    measure_shape,
    place,
    region_of,
    stored,
    voxel_area_mm2,
)
from labeler.model.rasters import box_mask
from labeler.model.shapes import Box, Length, MaskRef, Polygon
from tests.support.images import axial, image_of

STORED = np.zeros((2, 20, 30), np.int16)
IMAGE = image_of(STORED, matrix=axial((0.5, 2.0, 5.0)))


def test_a_length_is_in_the_patient_where_voxels_are_oblong() -> None:
    along_columns = measure_shape(IMAGE, Length((0, 0), (10_000, 0)))
    along_rows = measure_shape(IMAGE, Length((0, 0), (0, 10_000)))
    across = measure_shape(IMAGE, Length((0, 0), (6_000, 2_000)))
    assert along_columns == LengthMeasure(5.0)
    assert along_rows == LengthMeasure(20.0)
    assert isinstance(across, LengthMeasure)
    assert across.length_mm == pytest.approx(math.hypot(3.0, 4.0))


def test_a_box_has_its_sides_and_area() -> None:
    measure = measure_shape(IMAGE, Box((1_000, 1_000), (11_000, 5_000)))
    assert measure == AxesMeasure(5.0, 8.0, 40.0)


def test_a_polygon_has_area_and_outline() -> None:
    triangle = Polygon(((0, 0), (6_000, 0), (0, 2_000)))
    measure = measure_shape(IMAGE, triangle)
    assert isinstance(measure, RegionMeasure)
    assert measure.area_mm2 == pytest.approx(6.0)
    assert measure.perimeter_mm == pytest.approx(3 + 4 + 5)


def test_a_painted_region_counts_voxels() -> None:
    voxels = np.zeros((20, 30), np.bool_)
    voxels[3:5, 4:9] = True
    measure = measure_shape(IMAGE, MaskRef("0" * 64), mask_of(voxels))
    assert measure == RegionMeasure(10.0, None)
    with pytest.raises(ValueError, match="with its mask"):
        measure_shape(IMAGE, MaskRef("0" * 64))


def test_no_millimetres_without_spacing_and_the_reason_is_told() -> None:
    image = image_of(STORED, caveats=(Caveat.LOSSY, Caveat.SPACING_UNKNOWN))
    assert measure_shape(image, Length((0, 0), (1, 1))) == Unmeasured(Caveat.SPACING_UNKNOWN)


@settings(deadline=None, max_examples=60)
@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-3, 3), st.integers(0, 2**31 - 1))
def test_turning_the_patient_changes_no_measure(a: float, b: float, c: float, seed: int) -> None:
    rotation = np.eye(4)
    for axis, angle in enumerate((a, b, c)):
        turn = np.eye(4)
        u, v = [k for k in range(3) if k != axis]
        turn[u, u] = turn[v, v] = math.cos(angle)
        turn[u, v], turn[v, u] = -math.sin(angle), math.sin(angle)
        rotation = rotation @ turn
    turned = image_of(STORED, matrix=rotation @ axial((0.5, 2.0, 5.0)))
    points = np.random.default_rng(seed).integers(0, 20_000, (5, 2))
    around = np.argsort(np.arctan2(*(points - points.mean(axis=0)).T))
    polygon = Polygon(tuple((x, y) for x, y in points[around].tolist()))
    plain, moved = measure_shape(IMAGE, polygon), measure_shape(turned, polygon)
    assert isinstance(plain, RegionMeasure)
    assert isinstance(moved, RegionMeasure)
    assert moved.area_mm2 == pytest.approx(plain.area_mm2, abs=1e-6)
    assert moved.perimeter_mm == pytest.approx(plain.perimeter_mm)


def test_values_inside_are_rescaled() -> None:
    pixels = np.arange(600, dtype=np.int16).reshape(20, 30)
    region = region_of(Box((0, 0), (1_000, 1_000)), 20, 30)
    assert region is not None
    values = intensity(pixels, region, 2.0, -1000.0)
    assert values is not None
    expected = np.array([0, 1, 30, 31]) * 2.0 - 1000.0
    assert values.mean == pytest.approx(expected.mean())
    assert values.sd == pytest.approx(expected.std())
    assert (values.low, values.high, values.count) == (-1000.0, -938.0, 4)


def test_values_are_none_where_there_is_nothing_to_count() -> None:
    region = region_of(Box((100, 100), (200, 200)), 20, 30)
    assert region is not None
    assert intensity(np.zeros((20, 30)), region, 1, 0) is None
    assert region_of(Length((0, 0), (1, 1)), 20, 30) is None
    square = region_of(Polygon(((0, 0), (9_000, 0), (9_000, 9_000))), 20, 30)
    assert square is not None
    assert intensity(np.zeros((20, 30, 3)), square, 1, 0) is None


def test_points_are_thousandths_of_a_voxel() -> None:
    assert stored((1.2345, -0.0006)) == (1234, -1)
    assert place((1234, -1)) == (1.234, -0.001)
    assert voxel_area_mm2(Affine(axial((0.5, 2.0, 5.0)))) == pytest.approx(1.0)


def test_padding_does_not_count() -> None:
    pixels = np.full((20, 30), -2000, np.int16)
    pixels[0:2, 0:2] = [[10, 20], [30, -1999]]
    region = box_mask(20, 30, (-0.5, -0.5), (2.5, 2.5))
    values = intensity(pixels, region, 1.0, 0.0, (-2000, -1990))
    assert values is not None
    assert (values.mean, values.low, values.high, values.count) == (20, 10, 30, 3)
    assert intensity(pixels, region, 1.0, 0.0, (-3000, 3000)) is None


def test_rows_that_are_not_there_have_no_values() -> None:
    pixels = np.full((20, 30), 40)
    pixels[10:] = 0
    region = box_mask(20, 30, (4, 4), (10, 16))
    values = intensity(pixels, region, 1.0, 0.0, rows_there=10)
    assert values is not None
    assert (values.low, values.high) == (40, 40)
    assert intensity(pixels, region, 1.0, 0.0, rows_there=3) is None
