"""What a volume is first shown with."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest
from numpy.typing import NDArray

from labeler.imaging.counts import Counts
from labeler.imaging.windows import otsu
from labeler.model.image import Caveat, Image, Window
from tests.support.volumes import opened_bytes


def image_of(values: NDArray[np.float32], shown: tuple[float, float] = (0, 0)) -> Image:
    stored = nibabel.Nifti1Image(values, np.eye(4))
    stored.header["cal_min"], stored.header["cal_max"] = shown
    return opened_bytes("a.nii", stored.to_bytes())[0]


NOISE = np.random.default_rng(1).normal(5, 2, (20, 20, 9)).astype(np.float32)


def test_the_header_decides_where_its_window_shows_something() -> None:
    image = image_of(NOISE, (-20, 40))
    assert image.windows == (Window(center=10, width=60),)
    assert Caveat.WINDOW_ESTIMATED not in image.caveats


@pytest.mark.parametrize("shown", [(3.0, 25500.0), (100.0, 200.0)])
def test_a_window_left_over_from_another_image_comes_second(shown: tuple[float, float]) -> None:
    image = image_of(NOISE, shown)
    assert Caveat.WINDOW_ESTIMATED in image.caveats
    estimate, said = image.windows
    assert said.width == shown[1] - shown[0]
    assert 0 < estimate.center < 10


def test_all_labels_are_shown() -> None:
    labels = np.zeros((20, 20, 9), np.float32)
    labels[:5, :5] = 8
    labels[9, 9] = 1
    assert image_of(labels).windows == (Window(center=4, width=8),)


def test_an_empty_middle_is_passed_over() -> None:
    values = NOISE.copy()
    values[..., 4] = 0
    (window,) = image_of(values).windows
    assert 0 < window.center < 10
    assert image_of(np.zeros((5, 5, 5), np.float32)).windows == (Window(center=1, width=1),)


@pytest.mark.parametrize("ends", [(-1.7e308, 1.7e308), (1.0, 1.0000000000000002), (5.0, 5.0)])
def test_values_that_no_bins_can_part_have_a_threshold(ends: tuple[float, float]) -> None:
    counted = Counts(np.array(ends), np.array([3, 4]))
    assert otsu(counted) == ends[0]
