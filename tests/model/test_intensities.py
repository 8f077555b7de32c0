from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.image import Image
from labeler.model.intensities import histogram, intensity, values_inside
from labeler.model.measures import region_of
from labeler.model.rasters import box_mask
from labeler.model.shapes import Box, Length, Polygon
from labeler.model.tiled_masks import of_voxels
from tests.support.images import image_of

STORED = np.arange(1800, dtype=np.int16).reshape(3, 20, 30)
IMAGE = image_of(STORED, slope=2.0, intercept=-1000.0)


def test_values_inside_are_rescaled() -> None:
    region = region_of(Box((0, 0), (1_000, 1_000)), 20, 30)
    assert region is not None
    values = intensity([values_inside(IMAGE, 0, STORED[0], region)])
    assert values is not None
    expected = np.array([0, 1, 30, 31]) * 2.0 - 1000.0
    assert values.mean == pytest.approx(expected.mean())
    assert values.sd == pytest.approx(expected.std())
    assert (values.low, values.high, values.count) == (-1000.0, -938.0, 4)


def test_there_may_be_nothing_to_count() -> None:
    region = region_of(Box((100, 100), (200, 200)), 20, 30)
    assert region is not None
    assert intensity([values_inside(IMAGE, 0, STORED[0], region)]) is None
    assert region_of(Length((0, 0), (1, 1)), 20, 30) is None
    square = region_of(Polygon(((0, 0), (9_000, 0), (9_000, 9_000))), 20, 30)
    assert square is not None
    assert not values_inside(IMAGE, 0, np.zeros((20, 30, 3)), square).size
    assert intensity([]) is None


def plain(image: Image) -> Image:
    return replace(image, slopes=(1.0,) * 3, intercepts=(0.0,) * 3)


def test_padding_does_not_count() -> None:
    pixels = np.full((20, 30), -2000, np.int16)
    pixels[0:2, 0:2] = [[10, 20], [30, -1999]]
    region = box_mask(20, 30, (-0.5, -0.5), (2.5, 2.5))
    padded = replace(plain(IMAGE), padding=(-2000.0, -1990.0))
    assert sorted(values_inside(padded, 0, pixels, region)) == [10, 20, 30]
    hidden = replace(plain(IMAGE), padding=(-3000.0, 3000.0))
    assert not values_inside(hidden, 0, pixels, region).size


def test_rows_that_are_not_there_have_no_values() -> None:
    pixels = np.full((20, 30), 40)
    pixels[10:] = 0
    region = box_mask(20, 30, (4, 4), (10, 16))
    cut = replace(plain(IMAGE), cut_short={0: 10, 1: 3})
    values = intensity([values_inside(cut, 0, pixels, region)])
    assert values is not None
    assert (values.low, values.high) == (40, 40)
    assert not values_inside(cut, 1, pixels, region).size


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.floats(-2000, 2000))
def test_a_region_through_slices_has_the_statistics_that_itk_finds(
    seed: int, offset: float
) -> None:
    rng = np.random.default_rng(seed)
    values = (rng.normal(offset, 120, STORED.shape)).astype(np.float32)
    bits = rng.random(STORED.shape) < 0.3
    image, mask = plain(image_of(values)), of_voxels(STORED.shape, (0, 0, 0), bits)
    parts = [values_inside(image, n, values[n], mask.region(n)) for n in range(3)]
    found = intensity(parts)
    other = SimpleITK.LabelStatisticsImageFilter()
    other.Execute(
        SimpleITK.GetImageFromArray(values), SimpleITK.GetImageFromArray(bits.astype(np.uint8))
    )
    assert found is not None
    assert found.mean == pytest.approx(other.GetMean(1), rel=1e-3, abs=0.05)
    # ITK divides by one less, for a sample; a region is all there is.
    population = other.GetSigma(1) * np.sqrt((found.count - 1) / found.count)
    assert found.sd == pytest.approx(population, rel=1e-3)
    assert (found.low, found.high) == (other.GetMinimum(1), other.GetMaximum(1))
    told = histogram(parts, found.low, found.high, 40)
    assert told.counts.sum() == found.count == bits.sum()
