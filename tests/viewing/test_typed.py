"""What is typed is taken as a whole or refused; nothing in between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.typed import (
    clock,
    decimal_number,
    free_words,
    room_left,
    time_span,
    whole_number,
)


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_a_whole_number_is_taken_exactly_within_its_bounds(value: int, one: int, two: int) -> None:
    low, high = min(one, two), max(one, two)
    taken = whole_number(str(value), low, high)
    assert taken == value if low <= value <= high else isinstance(taken, Phrase)


@given(st.text(max_size=8))
def test_whatever_is_typed_is_a_number_of_these_characters_or_refused(text: str) -> None:
    taken = whole_number(text, -(10**9), 10**9)
    if isinstance(taken, int):
        assert int(text.strip().replace("−", "-")) == taken
    elif taken is None:
        assert not text.strip()


@pytest.mark.parametrize(("text", "value"), [(" 80 ", 80), ("−3", -3), ("+3", 3), ("007", 7)])
def test_signs_and_blanks_around_do_not_matter(text: str, value: int) -> None:
    assert whole_number(text, -10, 100) == value


@pytest.mark.parametrize("text", ["9.5", "7,5", "8n", "1 2", "٣", "1_0", "--1", "9" * 30, "1e1"])
def test_nothing_else_is_a_whole_number(text: str) -> None:
    assert isinstance(whole_number(text, 0, 100), Phrase)


@pytest.mark.parametrize(
    ("text", "value"),
    [("2.5", 2.5), ("2,5", 2.5), ("-5.5", -5.5), ("−5,5", -5.5), (".5", 0.5), ("3.", 3.0)],
)
def test_points_and_commas_are_both_decimal(text: str, value: float) -> None:
    assert decimal_number(text) == value


@pytest.mark.parametrize("text", ["", "1.2.3", "1,2.3", "nan", "inf", "1e3", "2.5 SUV", "9" * 17])
def test_nothing_else_is_a_number(text: str) -> None:
    assert isinstance(decimal_number(text), Phrase)


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_a_time_is_read_as_it_is_written_and_never_more_than_there_is(time: int, most: int) -> None:
    taken = time_span(clock(time), most)
    assert taken == time if time <= most else isinstance(taken, Phrase)


@pytest.mark.parametrize(
    ("text", "seconds"), [("12", 720), ("12:30", 750), ("0:45", 45), ("1:05:00", 3900)]
)
def test_times_are_minutes_or_more_exact(text: str, seconds: int) -> None:
    assert time_span(text, 10_000) == seconds


@pytest.mark.parametrize("text", ["", "9.5", "1:5", "1:75", "1:99:00", ":30", "-1", "12 min"])
def test_nothing_else_is_a_time(text: str) -> None:
    assert isinstance(time_span(text, 10_000), Phrase)


def test_words_are_counted_and_never_cut() -> None:
    assert free_words("  so ", 2) == "so"
    assert free_words("   ", 2) is None
    assert isinstance(free_words("abc", 2), Phrase)
    assert free_words("abcd", 2) == phrase(
        "{over} characters too long: at most {longest} are taken.", over=2, longest=2
    )


def test_room_is_told_once_it_is_little() -> None:
    assert [room_left("x" * n, 300) for n in (0, 269, 270, 300, 321)] == [None, None, 30, 0, -21]
    assert [room_left("x" * n, 20) for n in (9, 10, 20)] == [None, 10, 0]
    assert room_left("", 5) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("9" * 20, "“{typed}” is too large."),
        ("-" + "9" * 20, "“{typed}” is too far below zero."),
        ("1e3", "“{typed}” is no number as 12 or 1.5."),
    ],
)
def test_a_number_that_is_too_large_is_called_so(text: str, why: str) -> None:
    assert decimal_number(text) == phrase(why, typed=text)


def test_a_long_fraction_is_a_number() -> None:
    assert decimal_number("0.1234567890123456789012") == pytest.approx(0.1234567890123457)


def test_what_is_told_again_is_a_line() -> None:
    taken = whole_number("9" * 400, 0, 100)
    assert isinstance(taken, Phrase)
    assert len(taken.text) < 100
