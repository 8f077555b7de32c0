from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
import SimpleITK

from labeler.errors import Cancelled, LabelerError
from labeler.imaging.inside_regions import InsideRegions
from labeler.model.document import Mark
from labeler.model.image import Caveat, Image, Pixels
from labeler.model.intensities import Values
from labeler.model.mark_measures import MarkMeasures, measure_all
from labeler.model.masks import Mask
from labeler.model.regions import Region
from labeler.model.shapes import (
    Box,
    Cuboid,
    Ellipse,
    Landmark,
    Length,
    PaintedMask,
    Polygon,
    Shape,
)
from labeler.model.stack import Stack
from labeler.model.tiled_masks import TiledMask, of_voxels
from tests.support.images import axial, image_of

SIZE = (12, 40, 50)
SPACING = (0.7, 0.9, 2.5)
RNG = np.random.default_rng(5)
STORED: Pixels = RNG.integers(-200, 1800, SIZE).astype(np.int16)
MATRIX = axial(SPACING)
ORIGINS = tuple(tuple((MATRIX[:3, 3] + n * MATRIX[:3, 2]).tolist()) for n in range(SIZE[0]))
IMAGE = replace(image_of(STORED, matrix=MATRIX), stack=Stack(origins=ORIGINS))  # type: ignore[arg-type]
BALL = (
    np.linalg.norm(
        (np.indices(SIZE).T - np.array((6, 20, 25))) * np.array(SPACING[::-1]), axis=-1
    ).T
    < 11
)
"""Touches several slices."""


def painted(through: bool, size: tuple[int, int, int] = SIZE) -> PaintedMask:
    if through:
        return PaintedMask("1" * 64, size, IMAGE.frame_list)
    return PaintedMask("1" * 64, size)


def measured(shape: Shape, image: Image = IMAGE, content: TiledMask | None = None) -> MarkMeasures:
    mark = Mark("m1", "nodule", image.refs[2], shape)
    return measure_all(image, mark, content, InsideRegions(image), lambda _done, _total: None)


def test_a_region_through_slices_agrees_with_itk() -> None:
    found = measured(painted(through=True), content=of_voxels(SIZE, (0, 0, 0), BALL))
    label = SimpleITK.GetImageFromArray(BALL.astype(np.uint8))
    values = SimpleITK.GetImageFromArray(STORED.astype(np.float64) - 1024)
    for picture in (label, values):
        picture.SetSpacing(SPACING)
    shape = SimpleITK.LabelShapeStatisticsImageFilter()
    shape.ComputePerimeterOn()
    shape.Execute(label)
    inside = SimpleITK.LabelStatisticsImageFilter()
    inside.Execute(values, label)
    assert found.sizes["volume_mm3"] == pytest.approx(shape.GetPhysicalSize(1), rel=1e-3)
    assert found.sizes["surface_mm2"] == pytest.approx(shape.GetPerimeter(1), rel=1e-3)
    assert found.values is not None
    assert found.histogram is not None
    assert found.values.mean == pytest.approx(inside.GetMean(1), rel=1e-3)
    sample = BALL.sum() / (BALL.sum() - 1)
    assert found.values.sd**2 * sample == pytest.approx(inside.GetVariance(1), rel=1e-3)
    assert (found.values.low, found.values.high) == (inside.GetMinimum(1), inside.GetMaximum(1))
    assert found.values.count == found.histogram.counts.sum() == inside.GetCount(1)
    assert (found.slices, found.index) == (BALL.any(axis=(1, 2)).sum(), 6)
    assert found.sizes["long_mm"] == pytest.approx(22, abs=1.5)
    assert found.why_not == ()


def test_outlines_agree_with_shapely() -> None:
    points = ((2_000, 3_000), (30_000, 5_000), (25_000, 30_000), (9_000, 22_000))
    found = measured(Polygon(points))
    other = shapely.Polygon([(x * 0.7 / 1000, y * 0.9 / 1000) for x, y in points])
    assert found.sizes["area_mm2"] == pytest.approx(other.area, rel=1e-3)
    assert found.sizes["perimeter_mm"] == pytest.approx(other.length, rel=1e-3)
    round_ = measured(Ellipse((20_000, 20_000), (10_000, 0), (0, 10_000)))
    way = shapely.Polygon(
        [(7 * math.cos(t), 9 * math.sin(t)) for t in np.linspace(0, 2 * math.pi, 4000)]
    )
    assert round_.sizes["perimeter_mm"] == pytest.approx(way.length, rel=1e-3)
    assert round_.sizes["area_mm2"] == pytest.approx(way.area, rel=1e-3)
    box = measured(Box((0, 0), (10_000, 20_000)))
    assert box.sizes == pytest.approx(
        {"long_mm": 18, "short_mm": 7, "area_mm2": 126, "perimeter_mm": 50}
    )


def test_a_box_and_a_place_in_the_patient() -> None:
    box = Cuboid("1.2", (0, 0, 0), (5_000, 0, 0), (0, 10_000, 0), (0, 0, 2_500))
    assert measured(box).sizes == {
        "long_mm": 20.0, "middle_mm": 10.0, "short_mm": 5.0, "volume_mm3": 1000.0
    }  # fmt: skip
    at = measured(Landmark("1.2", (-1_500, 2_000, 3_250)))
    assert at.sizes == {"x_mm": -1.5, "y_mm": 2.0, "z_mm": 3.25}
    assert measured(box).why_not == ("in-box",), "values are told a slice at a time, beside it"
    blind = measured(box, blocked(Caveat.SPACING_UNKNOWN))
    assert blind.why_not == ("spacing-unknown", "in-box")


def blocked(caveat: Caveat) -> Image:
    return replace(IMAGE, caveats=(caveat,))


@pytest.mark.parametrize("caveat", [one for one in Caveat if one.blocks_measuring_across])
def test_what_blocks_is_said_and_values_are_told_all_the_same(caveat: Caveat) -> None:
    found = measured(painted(through=True), blocked(caveat), of_voxels(SIZE, (0, 0, 0), BALL))
    assert found.sizes == {}
    assert found.why_not == (caveat.value,)
    assert found.values is not None


def test_inside_the_scaled_region_of_an_ultrasound_image_sizes_are_its_own() -> None:
    region = Region(0, 0, 29, 39, (0.2, 0.1))
    image = replace(blocked(Caveat.SPACING_REGIONAL), regions=(region,))
    bits = np.zeros((1, 40, 50), np.bool_)
    bits[0, 10:20, 5:25] = True
    content = of_voxels((1, 40, 50), (0, 0, 0), bits)
    found = measured(painted(through=False, size=(1, 40, 50)), image, content)
    assert found.sizes["area_mm2"] == pytest.approx(200 * 0.02)
    assert found.sizes["long_mm"] == pytest.approx(math.hypot(19 * 0.2, 10 * 0.1), rel=0.05)
    outside = measured(Length((5_000, 5_000), (45_000, 5_000)), image)
    assert (outside.sizes, outside.why_not) == ({}, ("spacing-regional",))


def test_sizes_of_a_projection_are_at_the_detector() -> None:
    assert measured(Length((0, 0), (9_000, 0)), blocked(Caveat.SPACING_PROJECTED)).at_detector


def test_an_outline_that_crosses_itself_says_so() -> None:
    bow = Polygon(((0, 0), (10_000, 10_000), (10_000, 0), (0, 10_000)))
    found = measured(bow)
    assert found.why_not == ("crosses-itself",)
    assert (found.values, found.histogram) == (None, None), "inside is not known either"
    unsized = measured(bow, blocked(Caveat.SPACING_UNKNOWN))
    assert (unsized.why_not, unsized.values) == (("spacing-unknown", "crosses-itself"), None)


def test_a_slice_that_cannot_be_read_takes_the_values_alone() -> None:
    def broken(_index: int, _region: Mask) -> Values:
        raise LabelerError("broken", "broken", safe="", do="")

    mark = Mark("m1", "nodule", IMAGE.refs[2], painted(through=True))
    content = of_voxels(SIZE, (0, 0, 0), BALL)
    found = measure_all(IMAGE, mark, content, broken, lambda _done, _total: None)
    assert found.values is None
    assert found.why_not == ("slice-unreadable",)
    assert found.sizes["volume_mm3"] > 0


def test_nobody_waits_any_more() -> None:
    def tick(_done: int, _total: int) -> None:
        raise Cancelled

    mark = Mark("m1", "nodule", IMAGE.refs[2], painted(through=True))
    content = of_voxels(SIZE, (0, 0, 0), BALL)
    with pytest.raises(Cancelled):
        measure_all(IMAGE, mark, content, InsideRegions(IMAGE), tick)


def test_values_all_alike_are_one_bar() -> None:
    image = image_of(np.full(SIZE, 7, np.int16), matrix=axial(SPACING))
    found = measured(Box((2_000, 2_000), (9_000, 9_000)), image)
    assert found.histogram is not None
    assert found.histogram.counts.tolist() == [64]
