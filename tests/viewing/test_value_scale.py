"""Values are told and typed in the unit of the probe; ends of a range count as they are told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.model.frames import Window
from labeler.model.image import Image
from labeler.viewing.phrase import Phrase
from labeler.viewing.value_scale import carried, scale_of, usual_range
from tests.support.reading_in_memory import chest_image


def pet(factor: float) -> Image:
    return replace(chest_image(), unit="Bq/mL", suv_factor=factor)


@given(
    st.floats(1e-7, 1e-2),
    st.decimals(-50, 5000, places=3, allow_nan=False, allow_infinity=False),
)
def test_what_is_typed_is_told_again(factor: float, typed: object) -> None:
    scale = scale_of(pet(factor))
    rescaled = scale.read(str(typed))
    assert not isinstance(rescaled, Phrase)
    assert float(scale.text(rescaled).replace("−", "-")) == float(str(typed))


def test_units_are_those_of_the_probe() -> None:
    assert scale_of(pet(1e-4)).unit == "SUV"
    assert scale_of(chest_image()).unit == "HU"
    assert scale_of(pet(1 / 4000)).words(10_000).text == "2.5 SUV"


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(-600, 1500), (-600, 900)),
        (Window(40, 80), (40, 120)),
        (Window(1.1396, 0.2299), (1.14, 1.37)),
        (Window(0.000012, 0.000004), (0.000012, 0.000016)),
    ],
)
def test_the_usual_range_is_as_fine_as_the_window(
    window: Window, expected: tuple[float, float]
) -> None:
    low, high = usual_range(chest_image(), window)
    assert (low, high) == pytest.approx(expected)
    assert low < high


def test_the_usual_range_of_pet_is_round_in_suv() -> None:
    image = pet(1 / 4132.7)
    low, high = usual_range(image, Window(3.0 * 4132.7, 6.0 * 4132.7))
    assert (scale_of(image).text(low), scale_of(image).text(high)) == ("3", "9")


def test_a_range_goes_along_as_it_is_told() -> None:
    low, high = carried((10_000, 30_000), scale_of(pet(1 / 4000)), scale_of(pet(1 / 2000)))
    assert (low, high) == (5_000, 15_000)
