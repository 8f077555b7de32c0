"""Waiting grows from 5 seconds to 15 minutes and never beyond."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.market.backoff import FIRST_S, JITTER, LONGEST_S, delay_s


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 5), (1, 5), (2, 10), (3, 20), (7, 320), (8, 640), (9, 900), (10**9, 900)],
)
def test_it_doubles_up_to_the_longest(failures: int, seconds: float) -> None:
    assert delay_s(failures, 0.5) == pytest.approx(seconds)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 100), st.floats(0, 1))
def test_it_stays_in_bounds(failures: int, random: float) -> None:
    seconds = delay_s(failures, random)
    assert FIRST_S * (1 - JITTER) <= seconds <= LONGEST_S
    assert seconds <= delay_s(failures, 1.0)
