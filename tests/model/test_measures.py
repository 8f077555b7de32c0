from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.affine import Affine
from labeler.model.image import Caveat
from labeler.model.masks import mask_of
from labeler.model.measures import (
    IN_MM,
    AngleMeasure,
    AxesMeasure,
    Crossed,
    LengthMeasure,
    RegionMeasure,
    Unmeasured,
    measure_flat,
    measure_shape,
    place,
    stored,
    voxel_area_mm2,
)
from labeler.model.outlines import contour
from labeler.model.shapes import (
    Angle,
    Arrow,
    Bidirectional,
    Box,
    CobbAngle,
    Ellipse,
    FlatShape,
    Length,
    MaskRef,
    PointMark,
    Polygon,
    RotatedBox,
)
from tests.support.images import axial, image_of
from tests.support.shapes import flat_shapes

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


def test_points_are_thousandths_of_a_voxel() -> None:
    assert stored((1.2345, -0.0006)) == (1234, -1)
    assert place((1234, -1)) == (1.234, -0.001)
    assert voxel_area_mm2(Affine(axial((0.5, 2.0, 5.0)))) == pytest.approx(1.0)


@settings(deadline=None, max_examples=60)
@given(flat_shapes())
def test_areas_and_outlines_are_those_of_another_hand(shape: FlatShape) -> None:
    """shapely's, to a thousandth; what it finds no valid polygon has no area."""
    measure = measure_flat(IN_MM, shape)
    outline = contour(shape)
    if outline is None:
        return
    other = shapely.Polygon(outline)
    if isinstance(measure, Crossed):
        assert not other.is_valid
    elif isinstance(measure, AxesMeasure):
        assert measure.area_mm2 == pytest.approx(other.area, rel=1e-3)
    else:
        assert isinstance(measure, RegionMeasure)
        assert measure.area_mm2 == pytest.approx(other.area, rel=1e-3)
        assert measure.perimeter_mm == pytest.approx(other.length, rel=1e-3)


def test_angles() -> None:
    right = Angle((1000, 0), (0, 0), (0, 250))
    assert measure_shape(IMAGE, right) == AngleMeasure(pytest.approx(90.0))
    obtuse = Angle((1000, 0), (0, 0), (-1000, 250))
    assert measure_shape(IMAGE, obtuse) == AngleMeasure(pytest.approx(135.0))
    plates = CobbAngle(((0, 0), (1000, 0)), ((0, 5000), (-1000, 5250)))
    assert measure_shape(IMAGE, plates) == AngleMeasure(pytest.approx(45.0))


def test_two_axes_an_ellipse_and_a_turned_box() -> None:
    axes = Bidirectional(((0, 0), (10_000, 0)), ((5000, 0), (5000, 1000)))
    assert measure_shape(IMAGE, axes) == AxesMeasure(5.0, 2.0)
    ellipse = measure_shape(IMAGE, Ellipse((0, 0), (10_000, 0), (0, 1000)))
    assert ellipse == AxesMeasure(10.0, 4.0, pytest.approx(math.pi * 10))
    box = measure_shape(IMAGE, RotatedBox((0, 0), (2000, 500), (-2000, 500)))
    side = 2 * math.hypot(1.0, 1.0)
    assert box == AxesMeasure(*(pytest.approx(side),) * 2, pytest.approx(side**2))
    assert measure_shape(IMAGE, PointMark((0, 0))) is None
    assert measure_shape(IMAGE, Arrow((0, 0), (9, 9))) is None
