"""All series together keep to one budget: what is not on the screen makes room first."""

from __future__ import annotations

import gc
import weakref
from collections import deque
from collections.abc import Callable
from itertools import count as numbers

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.app.frame_feed import FrameAnswer, FrameFeed
from labeler.app.haste import Haste
from labeler.app.ram import ram_bytes
from labeler.app.slice_memory import SliceMemory, allowed_bytes
from labeler.app.viewers import Viewers
from labeler.model.image import Pixels
from labeler.model.preferences import Preferences
from labeler.model.volume import SliceKind, Volume

SLICE = 100


class Counted:
    """Bytes of slices that are really in memory."""

    def __init__(self) -> None:
        self.alive = 0

    def add(self, slice_: Pixels) -> None:
        self.alive += slice_.nbytes
        weakref.finalize(slice_, self._gone, slice_.nbytes)

    def _gone(self, size: int) -> None:
        self.alive -= size


class Source:
    kind = SliceKind((10, 10), np.dtype(np.uint8))

    def __init__(self, slices: int, counted: Counted) -> None:
        self.shape = (slices, 10, 10)
        self.counted = counted

    def frame(self, index: int) -> Pixels:
        made = np.full((10, 10), index % 256, np.uint8)
        self.counted.add(made)
        return made

    def read_into(self, index: int, out: Pixels) -> None:
        out[...] = index % 256


class Room:
    """Several series over one memory; jobs wait until they are let run."""

    def __init__(self, limit: int, slices: tuple[int, ...]) -> None:
        self.counted, self.memory, self.haste = Counted(), SliceMemory(limit), Haste()
        self.jobs: deque[tuple[Callable[[], None], Callable[[None], None]]] = deque()
        self.volumes: weakref.WeakSet[Volume] = weakref.WeakSet()
        self.got: list[tuple[int, int]] = []
        self.feeds = [
            FrameFeed(
                Source(each, self.counted),
                self.run,
                self.memory,
                self.haste,
                clock=numbers().__next__,
            )
            for each in slices
        ]
        for feed in self.feeds:
            feed.on_screen = False

    def run(
        self,
        fetch: Callable[[], None],
        done: Callable[[None], None],
        lost: Callable[[], None],  # noqa: ARG002  nothing breaks off here
    ) -> None:
        self.jobs.append((fetch, done))

    def one(self) -> None:
        fetch, done = self.jobs.popleft()
        fetch()
        done(None)

    def rest(self) -> None:
        for _ in range(2000):
            if not self.jobs:
                return
            self.one()
        raise AssertionError("it reads for ever")

    def see(self, which: int, index: int) -> None:
        feed = self.feeds[which]

        def deliver(at: int, answer: FrameAnswer) -> None:
            assert isinstance(answer, np.ndarray)
            self.got.append((at, int(answer[0, 0])))

        feed.request(index, deliver)
        volume = feed.volume()
        if volume is not None:
            self.volumes.add(volume)

    def kept(self) -> int:
        return self.counted.alive + sum(volume.values.nbytes for volume in self.volumes)


@given(
    st.integers(0, 60),
    st.lists(
        st.tuples(
            st.integers(0, 2), st.integers(0, 39), st.integers(0, 4), st.booleans(),
            st.one_of(st.none(), st.integers(0, 60)),
        ),
        max_size=12,
    ),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_never_more_than_the_budget_and_a_slice_for_each_that_is_shown(
    room: int, walk: list[tuple[int, int, int, bool, int | None]]
) -> None:
    sizes = (40, 10, 25)
    case = Room(room * SLICE, sizes)
    for which, index, steps, shown, limit in walk:
        case.feeds[which].on_screen = shown
        if limit is not None:
            room = limit
            case.memory.set_limit(room * SLICE)
        case.see(which, index % sizes[which])
        for _ in range(min(steps, len(case.jobs))):
            case.one()
        assert case.kept() <= (room + 2 * len(sizes)) * SLICE
    case.rest()
    assert case.memory.used_bytes <= (room + len(sizes)) * SLICE
    assert case.kept() <= case.memory.used_bytes
    assert all(index == value for index, value in case.got)
    assert not any(feed._waiting for feed in case.feeds)
    if walk and case.feeds[walk[-1][0]].on_screen:
        which, index, *_ = walk[-1]
        assert case.feeds[which].get(index % sizes[which]) is not None


def test_what_is_off_the_screen_makes_room_the_oldest_first() -> None:
    case = Room(100 * SLICE, (40, 40, 40))
    for which in (0, 1):
        case.see(which, 0)
        case.rest()
    case.see(0, 1)  # used again
    case.feeds[2].on_screen = True
    case.see(2, 0)
    case.rest()
    assert [feed.is_whole for feed in case.feeds] == [True, False, True]


def test_what_is_on_the_screen_stays_whole_and_the_next_gets_what_is_left() -> None:
    case = Room(100 * SLICE, (60, 60, 60))
    for feed in case.feeds:
        feed.on_screen = True
    for which in (0, 1, 2):
        case.see(which, 30)
    case.rest()
    assert [feed.is_whole for feed in case.feeds] == [True, False, False]
    held = [sum(feed.get(at) is not None for at in range(60)) for feed in case.feeds]
    assert held == [60, 20, 20]


def test_a_part_becomes_whole_once_there_is_room() -> None:
    case = Room(100 * SLICE, (60, 60))
    for which in (0, 1):
        case.feeds[which].on_screen = True
        case.see(which, 30)
    case.rest()
    assert not case.feeds[1].is_whole
    case.feeds[0].on_screen = False
    case.see(1, 31)
    case.rest()
    assert [feed.is_whole for feed in case.feeds] == [False, True]


def test_a_lower_limit_counts_at_once_and_who_waits_is_still_served() -> None:
    case = Room(100 * SLICE, (60,))
    case.feeds[0].on_screen = True
    case.see(0, 30)
    case.memory.set_limit(10 * SLICE)
    case.rest()
    assert case.got == [(30, 30)]
    assert sum(case.feeds[0].get(at) is not None for at in range(60)) == 10


def test_reading_for_the_eye_goes_before_all_other_reading() -> None:
    case = Room(200 * SLICE, (60, 60))
    for feed in case.feeds:
        feed.on_screen = True
        feed._clock = lambda: 0.0  # batches as large as may be
    case.see(0, 30)
    case.one()
    assert case.got == [(30, 30)]
    case.see(1, 5)
    case.one()  # the first series': one slice, then it gives way
    assert sum(case.feeds[0].get(at) is not None for at in range(60)) == 2
    case.rest()
    assert case.got == [(30, 30), (5, 5)]


def test_a_viewer_that_is_gone_looks_at_nothing() -> None:
    class Viewer:
        pass

    viewers, one, other = Viewers(), Viewer(), Viewer()
    assert viewers.look(one, "a")
    assert viewers.look(other, "b")
    assert not viewers.look(other, "b")
    assert viewers.tiles() == {"a", "b"}
    del one
    gc.collect()
    assert viewers.tiles() == {"b"}
    viewers.leave(other)
    assert viewers.tiles() == frozenset()


def test_the_preference_is_a_share_of_this_computers_memory() -> None:
    assert allowed_bytes(Preferences(memory_percent=50)) == ram_bytes() // 2
    assert ram_bytes() > 1 << 28
