"""Computed frames: one at a time for each viewer, then the newest that was asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from labeler.app.cut_room import CutRoom, Done, Work


class Later:
    """Work waits here until a test lets it run."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def run(self, work: Work, done: Done) -> None:
        self.waiting.append(lambda: done(work()))

    def let_one(self) -> None:
        self.waiting.pop(0)()


def frame(value: int) -> Work:
    return lambda: np.full((1, 1), value)


def asked(room: CutRoom, viewer: str, value: int, told: list[int]) -> None:
    room.request(viewer, frame(value), lambda answer: told.append(int(np.asarray(answer)[0, 0])))


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
