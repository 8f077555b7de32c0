"""The window of a series whose header names none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labeler.model.frames import Window
from labeler.model.image import Image
from labeler.viewing.presets import estimated_window, is_refined, otsu, window_of_series
from tests.support.images import image_of


def head(slices: int = 20, *, vertex: int = 4) -> Image:
    """Air of about 20 and tissue of 400 to 600, of which the first slices hold little."""
    noise = np.random.default_rng(2)
    stack = noise.normal(20, 8, (slices, 96, 96)).clip(0)
    for index in range(slices):
        side = 4 if index < vertex else 60
        stack[index, 10 : 10 + side, 10 : 10 + side] = noise.uniform(400, 600, (side, side))
    return image_of(
        stack.astype(np.int16), modality="MR", unit="", slope=1.0, intercept=0.0, windows=()
    )


def test_the_air_around_does_not_count_in_mr() -> None:
    image = head()
    window = estimated_window(image, image.source.frame(10), 10)
    assert window.center == pytest.approx(500, abs=5)
    assert window.width == pytest.approx(196, abs=8)
    other = replace(image, info=replace(image.info, modality="CT"))
    assert estimated_window(other, other.source.frame(10), 10).center < 350


def test_the_whole_series_says_the_window_in_its_own_units() -> None:
    image = head()
    stored = np.stack([image.source.frame(k) for k in range(20)])
    plain = window_of_series(image, stored)
    assert plain.center == pytest.approx(500, abs=8)
    scaled = replace(image, slopes=(2.0,) * 20, intercepts=(-10.0,) * 20)
    twice = window_of_series(scaled, stored)
    assert twice.center == pytest.approx(2 * plain.center - 10)
    assert twice.width == pytest.approx(2 * plain.width)


@pytest.mark.parametrize("modality", ["MR", "CT"])
def test_rows_that_are_not_in_the_file_and_padding_do_not_count(modality: str) -> None:
    stack = np.random.default_rng(4).integers(400, 600, (20, 96, 96)).astype(np.int16)
    whole = replace(
        image_of(stack, modality=modality, unit="", intercept=0.0, windows=()),
        padding=(-3000.0, -2000.0),
    )
    short = stack.copy()
    short[5:, 30:] = 0
    short[:, :, 80:] = -2500
    image = replace(whole, cut_short=dict.fromkeys(range(5, 20), 30))
    for found, expected in (
        (estimated_window(image, short[7], 7), estimated_window(whole, stack[7], 7)),
        (window_of_series(image, short), window_of_series(whole, stack)),
    ):
        assert found.center == pytest.approx(expected.center, abs=12)
        assert found.width == pytest.approx(expected.width, abs=14)


def test_otsu_parts_two_groups() -> None:
    values = np.concatenate([np.full(900, 10.0), np.full(100, 200.0)])
    assert 10 < otsu(values) < 200
    assert otsu(np.full(5, 7.0)) == 7.0


def test_nothing_is_estimated_from_no_numbers() -> None:
    image = replace(head(), slopes=(1.0,) * 20)
    empty = np.full((8, 8), np.nan, np.float32)
    assert estimated_window(image, empty, 0) == Window(0.0, 1.0)
    assert estimated_window(image, np.zeros((8, 8), np.int16), 0) == Window(1.0, 1.0)


def test_a_header_window_or_a_scale_of_units_needs_no_refining() -> None:
    assert is_refined(head())
    assert not is_refined(replace(head(), windows=(Window(1, 2),)))
    assert not is_refined(image_of(np.zeros((2, 4, 4), np.int16), windows=()))
