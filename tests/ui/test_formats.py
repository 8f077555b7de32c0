"""Money is cut, never rounded; times are as near as needed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.app.screens import Amount
from labeler.ui import formats
from tests.support.session_in_memory import ADDRESS, DAY, NOW


@pytest.mark.parametrize(
    ("minor", "decimals", "written"),
    [
        (25_000_000, 6, "25.00"),
        (25_999_999, 6, "25.99"),
        (9_999, 6, "0.00"),
        (-1_180_000, 6, "−1.18"),
        (7, 0, "7.00"),
        (75, 1, "7.50"),
        (10**30, 18, "1000000000000.00"),
    ],
)
def test_two_decimals_cut(minor: int, decimals: int, written: str) -> None:
    assert formats.number(Amount(minor, "USDC", decimals)) == written


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**40), st.integers(0, 30))
def test_what_is_shown_is_never_more_than_there_is(minor: int, decimals: int) -> None:
    whole, _, cents = formats.number(Amount(minor, "X", decimals)).partition(".")
    shown = int(whole) * 100 + int(cents)
    assert shown * 10**decimals <= minor * 100 < (shown + 1) * 10**decimals


def test_currency_comes_after() -> None:
    assert formats.money(Amount(125, "EUR", 2)) == "1.25 EUR"


def test_a_moment_is_a_time_today_and_a_day_before() -> None:
    assert formats.moment(NOW, NOW) == formats.clock(NOW)
    assert formats.moment(NOW - DAY, NOW) == formats.day(NOW - DAY, NOW)
    assert formats.day(NOW - 400 * DAY, NOW).endswith("2025")


@pytest.mark.parametrize(
    ("seconds", "written"), [(59, "59 s"), (300, "5 min"), (7200, "2 h"), (14 * DAY, "14 days")]
)
def test_spans_in_their_largest_unit(seconds: int, written: str) -> None:
    assert formats.span(seconds) == written


@pytest.mark.parametrize(("points", "written"), [(200, "2 %"), (250, "2.5 %"), (5, "0.05 %")])
def test_basis_points_as_per_cent(points: int, written: str) -> None:
    assert formats.percent(points) == written


def test_addresses_stay_folded() -> None:
    assert formats.folded(ADDRESS) == "0x529084…9EE7"
    assert formats.folded("short") == "short"


def test_fingerprints_in_groups() -> None:
    assert formats.grouped("0x" + "ab" * 8) == "abababab abababab"


def test_periods_begin_at_local_midnight() -> None:
    today, month, year = (formats.start_of(name, NOW) for name in ("today", "month", "year"))
    assert year <= month <= today <= NOW
    assert formats.clock(today) == formats.clock(month) == formats.clock(year) == "00:00"
    assert formats.start_of("all", NOW) == 0
