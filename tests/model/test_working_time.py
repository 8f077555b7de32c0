from __future__ import annotations

from labeler.model.steps import Away, Here, Left, LessTime, Redo, Undo
from labeler.model.working_time import WorkingTime, working_time


def test_time_between_signs_of_life_is_work() -> None:
    assert working_time([(100, Here()), (130, Undo()), (170, Left())]) == WorkingTime(70, 0, 0)


def test_silence_is_idle_from_where_it_began() -> None:
    steps = [(0, Here()), (40, Undo()), (140, Away(100)), (500, Here()), (510, Left())]
    assert working_time(steps) == WorkingTime(50, 460, 0)


def test_a_closed_case_costs_no_time_and_a_crash_ends_with_its_last_entry() -> None:
    closed = [(0, Here()), (10, Left()), (9000, Here()), (9010, Left())]
    assert working_time(closed) == WorkingTime(20, 0, 0)
    crashed = [(0, Here()), (10, Undo()), (9000, Here()), (9010, Left())]
    assert working_time(crashed) == WorkingTime(20, 0, 0)


def test_a_crash_that_is_soon_followed_by_work_ends_with_its_last_entry_too() -> None:
    at_once = [(0, Here()), (10, Undo()), (200, Here()), (210, Left())]
    assert working_time(at_once) == WorkingTime(20, 0, 0)
    late = [(0, Here()), (200, Undo()), (500, Here()), (510, Left())]
    assert working_time(late) == WorkingTime(210, 0, 0), "who is at work says so before that"
    again = [(0, Here()), (200, Undo()), (500, Here()), (800, Here()), (810, Left())]
    assert working_time(again) == WorkingTime(510, 0, 0)


def test_a_long_gap_counts_for_a_minute_and_a_clock_set_back_for_nothing() -> None:
    assert working_time([(0, Here()), (1000, Undo())]) == WorkingTime(60, 940, 0)
    assert working_time([(1000, Here()), (0, Undo()), (10, Redo())]) == WorkingTime(10, 0, 0)


def test_who_only_looks_is_at_work_as_long_as_it_is_said_again() -> None:
    looking = [(0, Here()), (350, Here()), (700, Undo()), (1000, Left())]
    assert working_time(looking) == WorkingTime(1000, 0, 0)
    assert working_time([(0, Undo()), (350, Undo())]) == WorkingTime(60, 290, 0), "nobody said so"
    assert working_time([(0, Here()), (361, Undo())]) == WorkingTime(60, 301, 0)


def test_time_is_only_ever_taken_off() -> None:
    told = working_time([(0, Here()), (50, LessTime(30)), (60, LessTime(40)), (60, Left())])
    assert told == WorkingTime(60, 0, 70)
    assert told.told_s == 0
