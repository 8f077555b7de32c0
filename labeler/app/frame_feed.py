"""Slices of the open series: the wanted one first, then on in the direction of travel."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from labeler.errors import LabelerError
from labeler.model.image import Pixels, PixelSource

FrameAnswer = Pixels | LabelerError
Deliver = Callable[[int, FrameAnswer], None]
RunFetch = Callable[[Callable[[], FrameAnswer], Callable[[FrameAnswer], None]], None]
"""Runs the first on another thread and gives its answer to the second on the main thread."""

AHEAD_FOR_EACH_BEHIND = 3
AT_ONCE = 2


class FrameFeed:
    """Keeps decoded slices in memory up to a budget; lives on the main thread.

    A failed slice is kept as its error, so that it is told and not tried for ever.
    """

    def __init__(self, source: PixelSource, run: RunFetch, budget_bytes: int) -> None:
        self._source = source
        self._run = run
        self._budget = budget_bytes
        self._count = source.shape[0]
        self._frames: dict[int, FrameAnswer] = {}
        self._bytes = 0
        self._largest = 0
        self._waiting: dict[object, tuple[int, Deliver]] = {}
        self._fetching: set[int] = set()
        self._wanted = self._count // 2
        self._step = 1
        self._closed = False

    def close(self) -> None:
        """Drop everything; answers under way are ignored, and nothing more is fetched."""
        self._closed = True
        self._frames.clear()
        self._bytes = 0
        self._waiting.clear()

    def request(self, index: int, deliver: Deliver, viewer: object = None) -> None:
        """Deliver a slice, at once where it is here; then fetch on in its direction.

        Of several requests of one `viewer` the last is answered: the person has scrolled on.
        """
        if self._closed:
            return
        if index != self._wanted:
            self._step = 1 if index > self._wanted else -1
            self._wanted = index
        if index in self._frames:
            self._waiting.pop(viewer, None)
            deliver(index, self._frames[index])
        else:
            self._waiting[viewer] = index, deliver
        self._go_on()

    def _go_on(self) -> None:
        while len(self._fetching) < AT_ONCE and not self._closed:
            index = self._next()
            if index is None:
                return
            self._fetch(index)

    def _next(self) -> int | None:
        for index, _ in reversed(self._waiting.values()):
            if index not in self._frames and index not in self._fetching:
                return index
        room = self._room()
        for place, index in enumerate(travel(self._wanted, self._step, self._count)):
            if place >= room:
                return None
            if index not in self._frames and index not in self._fetching:
                return index
        return None

    def _room(self) -> int:
        """How many slices around the wanted one fit into memory; at least one."""
        if not self._largest:
            return AT_ONCE
        return max(1, self._budget // self._largest)

    def _fetch(self, index: int) -> None:
        self._fetching.add(index)
        self._run(lambda: _read(self._source, index), lambda answer: self._arrived(index, answer))

    def _arrived(self, index: int, answer: FrameAnswer) -> None:
        self._fetching.discard(index)
        if self._closed:
            return
        self._frames[index] = answer
        self._bytes += _size(answer)
        self._largest = max(self._largest, _size(answer))
        self._forget_last()
        for viewer in [one for one, (wanted, _) in self._waiting.items() if wanted == index]:
            _, deliver = self._waiting.pop(viewer)
            deliver(index, answer)
        self._go_on()

    def _forget_last(self) -> None:
        """In the order of travel too: whatever else is forgotten would be fetched for ever."""
        if self._bytes <= self._budget:
            return
        order = [i for i in travel(self._wanted, self._step, self._count) if i in self._frames]
        while self._bytes > self._budget and len(order) > 1:
            self._bytes -= _size(self._frames.pop(order.pop()))


def travel(wanted: int, step: int, count: int) -> Iterator[int]:
    """`wanted`, then outwards: three in the direction of travel for one behind, each index once."""
    yield wanted
    ahead, behind = wanted + step, wanted - step
    while 0 <= ahead < count or 0 <= behind < count:
        for _ in range(AHEAD_FOR_EACH_BEHIND):
            if 0 <= ahead < count:
                yield ahead
                ahead += step
        if 0 <= behind < count:
            yield behind
            behind -= step


def _read(source: PixelSource, index: int) -> FrameAnswer:
    try:
        return source.frame(index)
    except LabelerError as error:
        return error


def _size(answer: FrameAnswer) -> int:
    return 0 if isinstance(answer, Exception) else answer.nbytes
