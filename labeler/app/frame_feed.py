"""Slices of an open series: the wanted one first, then on in the direction of travel."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from labeler.app.reading_plan import ReadingPlan
from labeler.app.slice_shelves import FrameAnswer as FrameAnswer  # noqa: PLC0414  named here too
from labeler.app.slice_shelves import LooseShelf, Shelf, WholeShelf
from labeler.model.image import PixelSource
from labeler.model.volume import SliceSource, Volume

Deliver = Callable[[int, FrameAnswer], None]
Batch = list[tuple[int, FrameAnswer]]
RunFetch = Callable[[Callable[[], Any], Callable[[Any], None]], None]
"""Runs the first on another thread and gives its answer to the second on the main thread."""

AT_ONCE = 2
BATCH_SECONDS = 0.02
"""A batch ends after so long: slices come in such steps, and others wait for a thread so long."""


class FrameFeed:
    """Keeps the slices of a series in memory up to a budget; lives on the main thread.

    Where all fit they lie in one volume. A failed slice is kept as its error, so that it is told
    and not tried for ever.
    """

    def __init__(
        self,
        source: PixelSource,
        run: RunFetch,
        budget_bytes: int,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._source, self._run, self._budget, self._clock = source, run, budget_bytes, clock
        self._shelf: Shelf
        self._shelf, room = _shelf(source, budget_bytes)
        self._plan = ReadingPlan(source.shape[0], room, self._drop)
        self._waiting: dict[object, tuple[int, Deliver]] = {}
        self._listeners: list[Callable[[Sequence[int]], None]] = []
        self._busy = 0
        self._closed = False

    def close(self) -> None:
        """Drop everything; answers under way are ignored, and nothing more is fetched."""
        self._closed = True
        self._plan.close()
        self._shelf = LooseShelf(self._source)
        self._waiting.clear()
        self._listeners.clear()

    def volume(self) -> Volume | None:
        """All slices in one array, which fills; None where they do not fit, or are not alike."""
        return self._shelf.volume if isinstance(self._shelf, WholeShelf) else None

    def listen(self, arrived: Callable[[Sequence[int]], None]) -> None:
        """Be told which slices have arrived or failed, some at a time."""
        self._listeners.append(arrived)

    def get(self, index: int) -> FrameAnswer | None:
        """A slice that is here, or how it failed."""
        return self._shelf.get(index)

    def request(self, index: int, deliver: Deliver, viewer: object = None) -> None:
        """Deliver a slice, at once where it is here; then fetch on in its direction.

        Of several requests of one `viewer` the last is answered: the person has scrolled on.
        """
        if self._closed:
            return
        answer = self._shelf.get(index)
        self._waiting.pop(viewer, None)
        self._plan.want(index, tuple(wanted for wanted, _ in self._waiting.values()))
        if answer is not None:
            deliver(index, answer)
        else:
            self._waiting[viewer] = index, deliver
        self._go_on()

    def _drop(self, index: int) -> None:
        self._shelf.drop(index)

    def _go_on(self) -> None:
        while self._busy < AT_ONCE and self._plan.has_left():
            self._busy += 1
            self._run(self._batch, self._arrived)

    def _batch(self) -> Batch:
        """On a thread that reads: some slices, or the wanted one alone to have it there at once."""
        shelf, began = self._shelf, self._clock()
        read: Batch = []
        while (index := self._plan.take()) is not None:
            read.append((index, shelf.read(index)))
            if index == self._plan.wanted or self._clock() - began > BATCH_SECONDS:
                break
        return read

    def _arrived(self, read: Batch) -> None:
        self._busy -= 1
        if self._closed:
            return
        for index, answer in read:
            self._shelf.put(index, answer)
            self._plan.arrived(index)
        if isinstance(self._shelf, LooseShelf) and self._shelf.largest:
            self._plan.hold(self._budget // self._shelf.largest)
        for index, answer in read:
            for viewer in [one for one, (wanted, _) in self._waiting.items() if wanted == index]:
                _, deliver = self._waiting.pop(viewer)
                deliver(index, answer)
        for told in self._listeners if read else ():
            told([index for index, _ in read])
        self._go_on()


def _shelf(source: PixelSource, budget_bytes: int) -> tuple[Shelf, int]:
    """Where the slices go, and how many may be held."""
    kind = source.kind if isinstance(source, SliceSource) else None
    if not isinstance(source, SliceSource) or kind is None:
        return LooseShelf(source), AT_ONCE
    count = source.shape[0]
    if count * kind.nbytes <= budget_bytes:
        return WholeShelf(source, kind), count
    return LooseShelf(source), budget_bytes // kind.nbytes
