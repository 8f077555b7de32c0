"""Numbers for a person: rounded as one is taught at school."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.model.measures import RegionMeasure
from labeler.viewing.corner_text import along
from labeler.viewing.measure_text import measure_text
from labeler.viewing.phrase import number


@pytest.mark.parametrize(
    ("value", "digits", "told"),
    [
        (1.25, 1, "1.3"),
        (466.25, 1, "466.3"),
        (453.75, 1, "453.8"),
        (2.675, 2, "2.68"),
        (0.5, 0, "1"),
        (-1.25, 1, "−1.3"),
        (-0.04, 1, "0.0"),
        (1e22, 1, "10000000000000000000000.0"),
        (float("inf"), 1, "inf"),
        (float("nan"), 1, "nan"),
    ],
)
def test_a_half_goes_away_from_zero(value: float, digits: int, told: str) -> None:
    assert number(value, digits) == told


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 4))
def test_the_nearest_as_written_is_told(value: float, digits: int) -> None:
    told = Fraction(number(value, digits).replace("−", "-"))
    step, written = Fraction(1, 10**digits), Fraction(repr(value))
    assert told % step == 0
    assert abs(told - written) <= step / 2
    if abs(told - written) == step / 2:
        assert abs(told) > abs(written)


@given(st.integers(-(10**6), 10**6))
def test_both_sides_of_zero_are_rounded_alike(hundredths: int) -> None:
    value = hundredths / 100
    assert number(-value, 1).removeprefix("−") == number(value, 1).removeprefix("−")


def test_positions_and_areas_forgive_what_arithmetic_leaves() -> None:
    assert along(np.array([0.0, 0.0, 466.25 - 1e-12]), 2) == "S 466.3"
    assert measure_text(RegionMeasure(99.95, None)).text == "1.00 cm²"
