"""How long something still takes is said only when it is known."""

from __future__ import annotations

from labeler.app.time_left import seconds_left


def test_it_is_told_at_the_pace_so_far() -> None:
    assert seconds_left(500, 30.0) == 30
    assert seconds_left(900, 90.0) == 10


def test_the_last_second_is_not_told() -> None:
    assert seconds_left(950, 20.0) == 1
    assert seconds_left(999, 90.0) is None
    assert seconds_left(1000, 90.0) is None


def test_nothing_is_told_while_it_would_be_a_guess() -> None:
    assert seconds_left(None, 30.0) is None
    assert seconds_left(500, 1.0) is None
    assert seconds_left(5, 30.0) is None
