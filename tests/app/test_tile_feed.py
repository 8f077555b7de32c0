"""Tiles of a slide: what is in view first, old wishes dropped, memory bounded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from labeler.app.haste import Haste
from labeler.app.slice_memory import SliceMemory
from labeler.app.tile_feed import AT_ONCE, MOST_TOGETHER, Fetched, TileFeed
from labeler.errors import LabelerError
from labeler.model.image import Pixels, PyramidLevel
from labeler.viewing.tiles import TileKey

TILE_BYTES = 16 * 16 * 4


class Levels:
    """A pyramid that notes what it is asked for."""

    levels = (PyramidLevel(1600, 1600, 1.0, None, (16, 16)),)

    def __init__(self) -> None:
        self.asked: list[list[tuple[int, int]]] = []
        self.mistaken = False

    def region(self, level: int, row: int, column: int, rows: int, columns: int) -> Pixels:  # noqa: ARG002
        raise AssertionError("tiles are asked for")

    def tiles(
        self,
        level: int,
        places: Sequence[tuple[int, int]],
        take: Callable[[Pixels], Pixels],
    ) -> list[Pixels | LabelerError]:
        assert level == 0
        if self.mistaken:
            raise ZeroDivisionError
        self.asked.append(list(places))
        return [
            LabelerError("undecodable-image", "broken", safe="", do="")
            if place == (9, 9)
            else take(np.full((16, 16, 3), place[1], np.uint8))
            for place in places
        ]


class Desk:
    """Runs what is asked when it is told to."""

    def __init__(
        self,
        budget: int = 1 << 20,
        memory: SliceMemory | None = None,
        haste: Haste | None = None,
    ) -> None:
        self.levels, self.waiting = Levels(), list[Callable[[], None]]()
        room = memory or SliceMemory(1 << 30)
        self.feed, self.came = TileFeed(self.levels, self._run, room, budget, haste), 0

    def _run(
        self,
        fetch: Callable[[], Fetched],
        done: Callable[[Fetched], None],
        lost: Callable[[], None],
    ) -> None:
        def run() -> None:
            try:
                found = fetch()
            except ZeroDivisionError:
                lost()
            else:
                done(found)

        self.waiting.append(run)

    def look(self, *columns: int, ahead: Sequence[int] = (), row: int = 0) -> None:
        self.feed.look(self, keys(columns, row), keys(ahead, row), self._arrived)

    def _arrived(self) -> None:
        self.came += 1

    def work(self, times: int = 1000) -> None:
        while self.waiting and times:
            self.waiting.pop(0)()
            times -= 1

    @property
    def columns(self) -> list[int]:
        return [column for places in self.levels.asked for _row, column in places]


def keys(columns: Sequence[int], row: int = 0) -> tuple[TileKey, ...]:
    return tuple(TileKey(0, 1, row, column) for column in columns)


def test_what_is_in_view_comes_in_its_order_and_what_is_ahead_after_it() -> None:
    desk = Desk()
    desk.look(*range(50, 60), ahead=range(20, 30))
    desk.work()
    assert desk.columns == [*range(50, 60), *range(20, 30)]
    assert max(map(len, desk.levels.asked)) <= MOST_TOGETHER
    found = desk.feed.find(TileKey(0, 1, 0, 55))
    assert isinstance(found, np.ndarray)
    assert found.shape == (16, 16, 4)
    assert (found[..., 0] == 55).all()
    assert desk.came == len(desk.levels.asked)
    assert desk.feed.arrivals == 20


def test_a_view_that_moves_on_is_not_kept_waiting() -> None:
    desk = Desk()
    desk.look(*range(100))
    assert len(desk.waiting) == AT_ONCE
    desk.look(*range(70, 74))
    desk.work()
    asked = AT_ONCE * MOST_TOGETHER
    assert desk.columns == [*range(asked), 70, 71, 72, 73]


def test_a_tile_is_fetched_once_however_many_look_at_it() -> None:
    desk = Desk()
    desk.look(1, 2, 3)
    desk.feed.look("another", keys((2, 3, 4)), (), lambda: None)
    desk.work()
    desk.look(3, 2, 1)
    desk.work()
    assert sorted(desk.columns) == [1, 2, 3, 4]


def test_a_broken_tile_is_an_answer_too() -> None:
    desk = Desk()
    desk.look(8, 9, 10, row=9)
    desk.work()
    desk.look(8, 9, 10, row=9)
    desk.work()
    assert isinstance(desk.feed.find(TileKey(0, 1, 9, 9)), LabelerError)
    assert isinstance(desk.feed.find(TileKey(0, 1, 9, 10)), np.ndarray)
    assert desk.columns == [8, 9, 10]


def test_memory_is_bounded_and_the_longest_unseen_is_forgotten() -> None:
    desk = Desk(10 * TILE_BYTES)
    desk.look(*range(6))
    desk.work()
    desk.look(*range(10, 16))
    desk.work()
    here = [column for column in range(20) if desk.feed.find(TileKey(0, 1, 0, column)) is not None]
    assert len(here) == 10
    assert set(range(10, 16)) <= set(here)


def test_what_does_not_fit_is_not_fetched_again_and_again() -> None:
    desk = Desk(10 * TILE_BYTES)
    for _ in range(3):
        desk.look(*range(6), ahead=range(50, 90))
        desk.work()
    assert len(desk.columns) <= 6 + 40
    desk.look(*range(12), ahead=range(50, 90))
    desk.work()
    assert all(desk.feed.find(TileKey(0, 1, 0, column)) is not None for column in range(12))


def test_a_closed_feed_answers_nobody() -> None:
    desk = Desk()
    desk.look(*range(30))
    desk.feed.close()
    desk.work()
    desk.look(1)
    assert not desk.came
    assert len(desk.levels.asked) == AT_ONCE
    assert desk.feed.find(TileKey(0, 1, 0, 1)) is None


def test_a_slide_off_the_screen_makes_room_for_another() -> None:
    memory = SliceMemory(8 << 10)
    first, second = Desk(8 << 10, memory), Desk(8 << 10, memory)
    first.look(0, 1, 2, 3)
    first.work()
    first.feed.leave(first)
    assert first.feed.find(keys([0])[0]) is not None
    second.look(0, 1)
    assert [first.feed.find(key) for key in keys([0, 1, 2, 3])] == [None] * 4
    assert memory.used_bytes == 8 << 10
    second.feed.close()
    assert memory.used_bytes == 0


def test_what_is_in_view_stays_where_the_memory_is_cut() -> None:
    memory = SliceMemory(1 << 20)
    desk = Desk(8 << 10, memory)
    desk.look(0, 1, 2, 3)
    desk.work()
    desk.look(2, 3)
    memory.set_limit(0)
    here = [desk.feed.find(key) is not None for key in keys([0, 1, 2, 3])]
    assert here == [False, False, True, True]


def test_a_mistake_of_ours_keeps_nobody_from_other_tiles() -> None:
    desk = Desk()
    desk.levels.mistaken = True
    desk.look(*range(30))
    desk.work()
    assert desk.came == 0
    desk.levels.mistaken = False
    desk.look(*range(20, 40))
    desk.work()
    assert desk.columns == list(range(30, 40))
    desk.feed.leave(desk)
    desk.look(*range(3))
    desk.work()
    assert desk.columns == [*range(30, 40), *range(3)]


def test_others_hear_that_a_view_waits_for_tiles() -> None:
    haste = Haste()
    desk = Desk(haste=haste)
    desk.look(1, 2, ahead=range(3, 28))
    assert haste.asks(None)
    desk.work(1)
    assert desk.waiting
    assert not haste.asks(None), "what lies ahead keeps nobody waiting"
    desk.look(30)
    assert haste.asks(None)
    desk.feed.leave(desk)
    assert not haste.asks(None)
