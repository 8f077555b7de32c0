"""Slices arrive: the wanted one first, each once, within the budget, failures as failures."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.app.frame_feed import AT_ONCE, FrameAnswer, FrameFeed, travel
from labeler.errors import LabelerError
from labeler.model.image import Pixels

SIZE = 100
"""Bytes of a slice here."""


class Source:
    """Slices whose values are their index; some cannot be read."""

    def __init__(self, count: int, broken: frozenset[int] = frozenset()) -> None:
        self.shape = (count, 10, 10)
        self.broken = broken
        self.read: list[int] = []

    def frame(self, index: int) -> Pixels:
        self.read.append(index)
        if index in self.broken:
            raise LabelerError("broken", "Broken.", safe="All.", do="Nothing.", number=index)
        return np.full((10, 10), index % 256, np.uint8)


class Pool:
    """Holds jobs until they are let run, in any order."""

    def __init__(self) -> None:
        self.jobs: deque[tuple[Callable[[], FrameAnswer], Callable[[FrameAnswer], None]]] = deque()
        self.most = 0

    def run(self, fetch: Callable[[], FrameAnswer], done: Callable[[FrameAnswer], None]) -> None:
        self.jobs.append((fetch, done))
        self.most = max(self.most, len(self.jobs))

    def one(self, which: int = 0) -> None:
        fetch, done = self.jobs[which]
        del self.jobs[which]
        done(fetch())

    def rest(self, bound: int = 10_000) -> None:
        while self.jobs:
            bound -= 1
            assert bound > 0, "it fetches for ever"
            self.one()


class Got:
    def __init__(self) -> None:
        self.slices: list[tuple[int, FrameAnswer]] = []

    def __call__(self, index: int, answer: FrameAnswer) -> None:
        self.slices.append((index, answer))

    @property
    def indices(self) -> list[int]:
        return [index for index, _ in self.slices]


@given(st.integers(1, 60), st.data(), st.sampled_from([1, -1]))
@settings(deadline=None, max_examples=100)
def test_travel_names_each_index_once_the_wanted_first(
    count: int, data: st.DataObject, step: int
) -> None:
    wanted = data.draw(st.integers(0, count - 1))
    order = list(travel(wanted, step, count))
    assert order[0] == wanted
    assert sorted(order) == list(range(count))
    ahead = [index for index in order if (index - wanted) * step > 0]
    assert ahead == sorted(ahead, key=lambda index: abs(index - wanted))


def test_travel_goes_three_ahead_for_one_behind() -> None:
    assert list(travel(5, 1, 12)) == [5, 6, 7, 8, 4, 9, 10, 11, 3, 2, 1, 0]
    assert list(travel(5, -1, 12))[:5] == [5, 4, 3, 2, 6]


def test_the_wanted_slice_is_fetched_first_and_each_only_once() -> None:
    source, pool, got = Source(30), Pool(), Got()
    feed = FrameFeed(source, pool.run, 30 * SIZE)
    feed.request(20, got)
    assert pool.most == AT_ONCE
    pool.rest()
    assert source.read[0] == 20
    assert sorted(source.read) == list(range(30))
    assert got.indices == [20]
    feed.request(3, got)  # it is here
    assert got.indices == [20, 3]
    assert pool.most == AT_ONCE


def test_older_requests_are_dropped_and_the_newest_goes_next() -> None:
    source, pool, got = Source(100), Pool(), Got()
    feed = FrameFeed(source, pool.run, 100 * SIZE)
    for index in (10, 40, 70):
        feed.request(index, got)
    pool.one()
    pool.one()
    assert pool.jobs[0][0]  # the next job was chosen after 70 was wanted
    pool.one()
    assert source.read[2] == 70
    pool.rest()
    assert got.indices == [70]


def test_a_slice_that_fails_is_delivered_as_its_error_and_not_tried_for_ever() -> None:
    source, pool, got = Source(5, broken=frozenset({2})), Pool(), Got()
    feed = FrameFeed(source, pool.run, 5 * SIZE)
    feed.request(2, got)
    pool.rest()
    feed.request(2, got)
    assert source.read.count(2) == 1
    assert got.indices == [2, 2]
    assert all(isinstance(answer, LabelerError) for _, answer in got.slices)
    feed.request(3, got)
    assert isinstance(got.slices[-1][1], np.ndarray)


def test_a_closed_feed_is_silent() -> None:
    source, pool, got = Source(9), Pool(), Got()
    feed = FrameFeed(source, pool.run, 9 * SIZE)
    feed.request(4, got)
    feed.close()
    under_way = len(pool.jobs)
    pool.rest()
    feed.request(5, got)
    assert pool.jobs == deque()
    assert got.slices == []
    assert len(source.read) == under_way


def test_a_feed_closed_by_whom_it_delivers_to_fetches_nothing_more() -> None:
    source, pool = Source(9), Pool()
    feed = FrameFeed(source, pool.run, 9 * SIZE)
    feed.request(4, lambda _index, _answer: feed.close())
    pool.rest()
    assert len(source.read) <= AT_ONCE


@given(
    st.integers(1, 40),
    st.integers(0, 45),
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 6), st.integers(0, 1)), max_size=12),
)
@settings(deadline=None, max_examples=200)
def test_it_comes_to_rest_within_the_budget_and_holds_what_is_wanted(
    count: int, room: int, walk: list[tuple[int, int, int]]
) -> None:
    """However one scrolls, and whichever of the two jobs under way ends first."""
    source, pool, got = Source(count), Pool(), Got()
    feed = FrameFeed(source, pool.run, room * SIZE)
    wanted = 0
    for index, steps, which in [*walk, (count // 2, 0, 0)]:
        wanted = index % count
        feed.request(wanted, got)
        for _ in range(steps):
            if pool.jobs:
                pool.one(min(which, len(pool.jobs) - 1))
    pool.rest()
    assert got.indices[-1] == wanted
    held = list(feed._frames)
    assert wanted in held
    assert sum(answer.nbytes for answer in feed._frames.values()) <= max(room, 1) * SIZE
    assert len(held) == min(count, max(room, 1))
    before = len(source.read)
    feed.request(wanted, got)
    pool.rest()
    assert len(source.read) == before
