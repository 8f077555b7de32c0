"""Slices arrive: the wanted one first, each once, within the budget, failures as failures."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import count as numbers

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.app.frame_feed import UNKNOWN_VOXEL_BYTES, FrameAnswer, FrameFeed
from labeler.app.haste import Haste
from labeler.app.reading_plan import ReadingPlan, travel
from labeler.app.slice_memory import SliceMemory
from labeler.errors import LabelerError
from labeler.model.image import Pixels, PixelSource
from labeler.model.volume import Later, SliceKind

SIZE = 100 * UNKNOWN_VOXEL_BYTES
"""Bytes of a slice here."""
AT_ONCE = 2


Fetch = Callable[[], None]


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
        return np.full((10, 10), index % 256, np.uint64)


class Alike(Source):
    """The same, read straight into memory."""

    kind = SliceKind((10, 10), np.dtype(np.uint64))

    def read_into(self, index: int, out: Pixels) -> None:
        out[...] = 255  # a part was written already
        out[...] = self.frame(index)


class Leaving(Alike):
    """Leaves something for later with each slice."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.done: list[int] = []
        self.fails = False

    def read_into(self, index: int, out: Pixels) -> Later:
        super().read_into(index, out)

        def later() -> None:
            assert not (out - index).any()
            self.done.append(index)
            if self.fails:
                raise ZeroDivisionError

        return later


class Pool:
    """Holds jobs until they are let run, in any order."""

    def __init__(self) -> None:
        self.jobs: deque[tuple[Fetch, Callable[[None], None], Fetch]] = deque()
        self.most = self.crashes = 0

    def run(self, fetch: Fetch, done: Callable[[None], None], lost: Fetch) -> None:
        self.jobs.append((fetch, done, lost))
        self.most = max(self.most, len(self.jobs))

    def one(self, which: int = 0) -> None:
        fetch, done, lost = self.jobs[which]
        del self.jobs[which]
        try:
            fetch()
        except ZeroDivisionError:
            self.crashes += 1
            lost()
        else:
            done(None)

    def rest(self, bound: int = 10_000) -> None:
        while self.jobs:
            bound -= 1
            assert bound > 0, "it fetches for ever"
            self.one()


def feed_of(source: PixelSource, pool: Pool, room: int, *, batches: bool = False) -> FrameFeed:
    """With room for so many slices; without `batches` each look at the clock finds it late."""
    clock = (lambda: 0.0) if batches else numbers().__next__
    return FrameFeed(
        source, pool.run, SliceMemory(room * SIZE), Haste(), at_once=AT_ONCE, clock=clock
    )


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
    feed = feed_of(source, pool, 30)
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
    feed = feed_of(source, pool, 100)
    for index in (10, 40, 70):
        feed.request(index, got)
    pool.rest()
    assert source.read[0] == 70  # each job chooses when its turn comes
    assert got.indices == [70]


def test_each_viewer_waits_for_its_own_slice() -> None:
    pool, left, right = Pool(), Got(), Got()
    feed = feed_of(Source(100), pool, 2)
    feed.request(10, left, "left")
    feed.request(90, right, "right")
    feed.request(50, left, "left")
    pool.rest()
    assert left.indices == [50]
    assert right.indices == [90]


def test_a_slice_that_fails_is_delivered_as_its_error_and_not_tried_for_ever() -> None:
    source, pool, got = Source(5, broken=frozenset({2})), Pool(), Got()
    feed = feed_of(source, pool, 5)
    feed.request(2, got)
    pool.rest()
    feed.request(2, got)
    assert source.read.count(2) == 1
    assert got.indices == [2, 2]
    assert all(isinstance(answer, LabelerError) for _, answer in got.slices)
    feed.request(3, got)
    assert isinstance(got.slices[-1][1], np.ndarray)


@pytest.mark.parametrize("batches", [True, False])
def test_a_mistake_of_ours_costs_one_slice_until_it_is_asked_for_again(batches: bool) -> None:
    class Mistaken(Alike):
        mends = False

        def frame(self, index: int) -> Pixels:
            if index == 4 and not self.mends:
                self.read.append(index)
                raise ZeroDivisionError
            return super().frame(index)

    source, pool, got, other = Mistaken(12), Pool(), Got(), Got()
    feed = feed_of(source, pool, 12, batches=batches)
    feed.request(9, other, "other")
    feed.request(4, got, "one")
    pool.rest()
    assert pool.crashes == 1  # and not one for each slice that would be read ahead
    assert (got.indices, other.indices) == ([], [9])
    feed.on_screen = False
    assert not feed.is_shown  # nobody waits any more
    feed.on_screen = True
    feed.request(10, other, "other")
    pool.rest()
    assert other.indices == [9, 10]
    assert [at for at in range(12) if feed.get(at) is None] == [4]
    feed.request(4, got, "one")
    pool.rest()
    assert (pool.crashes, got.indices) == (2, [])
    source.mends = True
    feed.request(4, got, "one")
    pool.rest()
    assert got.indices == [4]


def test_a_closed_feed_is_silent() -> None:
    source, pool, got = Source(9), Pool(), Got()
    feed = feed_of(source, pool, 9)
    feed.request(4, got)
    feed.close()
    pool.rest()
    feed.request(5, got)
    assert pool.jobs == deque()
    assert got.slices == []
    assert source.read == []


def test_a_feed_closed_by_whom_it_delivers_to_fetches_nothing_more() -> None:
    source, pool = Source(9), Pool()
    feed = feed_of(source, pool, 9)
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
    feed = feed_of(source, pool, room)
    wanted = 0
    for index, steps, which in [*walk, (count // 2, 0, 0)]:
        wanted = index % count
        feed.request(wanted, got)
        for _ in range(steps):
            if pool.jobs:
                pool.one(min(which, len(pool.jobs) - 1))
    pool.rest()
    assert got.indices[-1] == wanted
    held = [index for index in range(count) if feed.get(index) is not None]
    assert wanted in held
    assert len(held) == min(count, max(room, 1))
    before = len(source.read)
    feed.request(wanted, got)
    pool.rest()
    assert len(source.read) == before


@pytest.mark.parametrize("batches", [False, True])
def test_what_can_wait_is_done_once_all_is_read(batches: bool) -> None:
    source, pool, got = Leaving(12), Pool(), Got()
    feed = feed_of(source, pool, 12, batches=batches)
    volume = feed.volume()
    assert volume is not None
    feed.request(4, got)
    while not volume.is_complete:
        assert source.done == []
        pool.one()
    assert source.done != source.read
    pool.rest()
    assert source.done == source.read
    feed.request(9, got)
    pool.rest()
    assert len(source.done) == 12, "once and no more"


def test_what_can_wait_is_dropped_with_the_slices() -> None:
    source, pool = Leaving(12), Pool()
    feed = feed_of(source, pool, 12)
    volume = feed.volume()
    assert volume is not None
    feed.request(4, Got())
    while not volume.is_complete:
        pool.one()
    feed.close()
    pool.rest()
    assert source.done == []


def test_a_mistake_in_what_can_wait_stops_it_and_no_slice() -> None:
    source, pool, got = Leaving(12), Pool(), Got()
    source.fails = True
    feed = feed_of(source, pool, 12)
    feed.volume()
    feed.request(4, got)
    pool.rest()
    assert (pool.crashes, got.indices) == (1, [4])
    feed.request(9, got)
    assert got.indices == [4, 9]


def test_slices_of_one_kind_come_into_one_volume_and_are_views_of_it() -> None:
    source, pool, got = Alike(30, broken=frozenset({7})), Pool(), Got()
    feed = feed_of(source, pool, 30)
    volume = feed.volume()
    assert volume is not None
    feed.request(20, got)
    pool.one()
    assert volume.here[20]
    assert not volume.is_complete
    pool.rest()
    assert volume.is_complete
    assert volume.missing == (7,)
    assert [int(plane[0, 0]) for plane in volume.values] == [*range(7), 0, *range(8, 30)]
    (shown,) = (answer for _, answer in got.slices)
    assert isinstance(shown, np.ndarray)
    assert np.shares_memory(shown, volume.values)
    feed.request(7, got)
    assert isinstance(got.slices[-1][1], LabelerError)


def test_a_series_larger_than_its_room_has_no_volume() -> None:
    feed = feed_of(Alike(30), Pool(), 29)
    assert feed.volume() is None
    assert feed_of(Source(3), Pool(), 29).volume() is None


def test_the_wanted_slice_is_told_alone_and_the_rest_in_batches() -> None:
    source, pool, told = Alike(30), Pool(), list[list[int]]()
    feed = feed_of(source, pool, 30, batches=True)
    feed.listen("test", lambda indices: told.append(list(indices)))
    feed.request(20, Got())
    pool.rest()
    assert told[0] == [20]
    assert sorted(told[1]) == [index for index in range(30) if index != 20]
    assert len(told) == 2


def test_what_is_wanted_while_a_batch_is_read_is_read_next() -> None:
    source, pool, got = Alike(30), Pool(), Got()
    feed = feed_of(source, pool, 30, batches=True)

    class Scrolls(Alike):
        def frame(self, index: int) -> Pixels:
            if len(self.read) == 5:
                feed.request(2, got)
            return super().frame(index)

    feed = feed_of(scrolling := Scrolls(30), pool, 30, batches=True)
    feed.request(20, got)
    pool.rest()
    assert scrolling.read[6] == 2
    assert got.indices == [20, 2]


@given(
    st.integers(1, 30),
    st.integers(1, 30),
    st.lists(st.tuples(st.integers(0, 29), st.integers(0, 3)), max_size=8),
    st.sampled_from([Source, Alike]),
)
@settings(deadline=None, max_examples=100)
def test_no_more_is_ever_held_than_there_is_room_for(
    count: int, room: int, walk: list[tuple[int, int]], kind: type[Source]
) -> None:
    """Counted while a slice is read: those that are kept, and those on their way."""
    pool, got = Pool(), Got()

    class Counting(kind):  # type: ignore[misc, valid-type]
        most = 0

        def frame(self, index: int) -> Pixels:
            kept = sum(feed.get(at) is not None for at in range(count)) + 1
            self.most = max(self.most, kept)
            pixels: Pixels = super().frame(index)
            return pixels

    source = Counting(count)
    feed = feed_of(source, pool, room)
    for index, steps in walk:
        feed.request(index % count, got)
        for _ in range(min(steps, len(pool.jobs))):
            pool.one()
    pool.rest()
    assert source.most <= max(room, 1) + AT_ONCE - 1


@given(st.integers(1, 60), st.data())
def test_a_plan_takes_what_is_wanted_and_waited_for_then_travels(
    count: int, data: st.DataObject
) -> None:
    wanted, *also = data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=3))
    plan = ReadingPlan(count, count, lambda _index: None)
    plan.want(wanted, tuple(also))
    taken = []
    while (index := plan.take()) is not None:
        taken.append(index)
        if len(taken) % 2:
            plan.arrived(index)
    first = list(dict.fromkeys((wanted, *also)))
    step = 1 if wanted >= count // 2 else -1
    assert taken == [*first, *(one for one in travel(wanted, step, count) if one not in first)]
    assert not plan.has_left()
