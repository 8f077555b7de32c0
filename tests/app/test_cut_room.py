"""Computed frames: one at a time for each viewer, then the newest that was asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from labeler.app.cut_room import Answer, CutRoom, Tick, Work

Held = tuple[Callable[[], Answer | None], Callable[[Answer | None], None], Callable[[], None]]


class Later:
    """Work waits here until a test lets it run."""

    def __init__(self) -> None:
        self.waiting: list[Held] = []

    def run(
        self,
        work: Callable[[], Answer | None],
        done: Callable[[Answer | None], None],
        lost: Callable[[], None],
    ) -> None:
        self.waiting.append((work, done, lost))

    def let_one(self) -> None:
        work, done, lost = self.waiting.pop(0)
        try:
            answer = work()
        except ZeroDivisionError:
            lost()
        else:
            done(answer)


def frame(value: int) -> Work:
    return lambda _tick: np.full((1, 1), value)


def asked(
    room: CutRoom, viewer: str, value: int, told: list[int], first: Work | None = None
) -> None:
    def deliver(answer: Answer) -> None:
        told.append(int(np.asarray(answer)[0, 0]))

    room.request(viewer, frame(value), deliver, first)


def test_a_drag_shows_what_there_is_time_for_and_then_the_last() -> None:
    later, told = Later(), list[int]()
    room = CutRoom(later.run)
    for value in range(5):
        asked(room, "one", value, told)
    assert len(later.waiting) == 1
    later.let_one()
    assert told == [0]
    later.let_one()
    assert told == [0, 4]
    assert later.waiting == []


def test_a_quick_frame_comes_before_the_sharp_one() -> None:
    later, told = Later(), list[int]()
    room = CutRoom(later.run)
    asked(room, "one", 10, told, frame(1))
    later.let_one()
    later.let_one()
    assert told == [1, 10]
    assert later.waiting == []


def test_a_drag_shows_quick_frames_and_one_sharp_frame_at_its_end() -> None:
    later, told = Later(), list[int]()
    room = CutRoom(later.run)
    for value in range(1, 4):
        asked(room, "one", 10 * value, told, frame(value))
        asked(room, "one", 10 * value + 5, told, frame(value))
        later.let_one()
    while later.waiting:
        later.let_one()
    assert told == [1, 1, 2, 3, 35]


def test_a_sharp_frame_under_way_is_given_up_for_a_newer_one() -> None:
    later, told, bands = Later(), list[int](), list[int]()
    room = CutRoom(later.run)

    def sharp(tick: Tick) -> Answer:
        for band in range(4):
            tick(band, 4)
            bands.append(band)
            if band == 1:
                asked(room, "one", 20, told, frame(2))
        return np.full((1, 1), 10)

    room.request("one", sharp, lambda answer: told.append(int(np.asarray(answer)[0, 0])), frame(1))
    while later.waiting:
        later.let_one()
    assert bands == [0, 1]
    assert told == [1, 2, 20]


def test_a_quick_frame_is_never_given_up() -> None:
    """Else a hand that is faster than the processor would see nothing."""
    later, told = Later(), list[int]()
    room = CutRoom(later.run)

    def quick(tick: Tick) -> Answer:
        asked(room, "one", 20, told, frame(2))
        tick(1, 2)
        return np.full((1, 1), 1)

    asked(room, "one", 10, told, quick)
    while later.waiting:
        later.let_one()
    assert told == [1, 2, 20]


def test_what_is_delivered_may_ask_for_more() -> None:
    later, told = Later(), list[int]()
    room = CutRoom(later.run)
    room.request("one", frame(1), lambda _answer: asked(room, "one", 2, told), frame(0))
    while later.waiting:
        later.let_one()
    assert told == [2]


def test_viewers_do_not_wait_for_each_other() -> None:
    later, told = Later(), list[int]()
    room = CutRoom(later.run)
    asked(room, "one", 1, told)
    asked(room, "other", 2, told)
    assert len(later.waiting) == 2


def test_once_closed_nobody_is_answered() -> None:
    later, told = Later(), list[int]()
    room = CutRoom(later.run)
    asked(room, "one", 1, told)
    asked(room, "one", 2, told)
    room.close()
    later.let_one()
    asked(room, "other", 3, told)
    assert told == []
    assert later.waiting == []


def mistaken(_tick: Tick) -> Answer:
    raise ZeroDivisionError


def test_a_mistake_of_ours_frees_its_place_for_what_is_wanted_next() -> None:
    later, told = Later(), list[int]()
    room = CutRoom(later.run)
    room.request("one", mistaken, lambda _answer: None)
    asked(room, "one", 2, told)
    later.let_one()
    later.let_one()
    asked(room, "one", 3, told)
    later.let_one()
    assert told == [2, 3]
    assert later.waiting == []


def test_where_the_quick_frame_fails_the_sharp_one_still_comes() -> None:
    later, told = Later(), list[int]()
    room = CutRoom(later.run)
    asked(room, "one", 10, told, mistaken)
    while later.waiting:
        later.let_one()
    assert told == [10]


def test_who_cannot_show_a_frame_gets_the_next_one_all_the_same() -> None:
    later, told = Later(), list[int]()
    room = CutRoom(later.run)

    def clumsy(_answer: Answer) -> None:
        raise ZeroDivisionError

    room.request("one", frame(1), clumsy)
    asked(room, "one", 2, told)
    with pytest.raises(ZeroDivisionError):
        later.let_one()
    later.let_one()
    assert told == [2]
