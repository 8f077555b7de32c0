"""Frames that are computed: one at a time for each who looks, then the newest that was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from labeler.errors import Cancelled, LabelerError
from labeler.model.image import Pixels

Tick = Callable[[int, int], None]
"""Told (done, total) between parts of a frame; raises Cancelled once nobody waits for it."""
Answer = Pixels | LabelerError
Work = Callable[[Tick], Answer]
Done = Callable[[Answer], None]
Run = Callable[
    [Callable[[], Answer | None], Callable[[Answer | None], None], Callable[[], None]], None
]
"""Runs the first on another thread and gives its answer to the second on the main thread; where it
came to none, the third is called there."""


@dataclass(frozen=True, eq=False)
class _Request:
    work: Work
    deliver: Done
    first: Work | None


@dataclass(eq=False)
class _UnderWay:
    """A frame that is computed; one that only sharpens another is given up for a newer one."""

    sharpens: bool
    unwanted: threading.Event = field(default_factory=threading.Event)

    def tick(self, _done: int, _total: int) -> None:
        if self.unwanted.is_set():
            raise Cancelled


class CutRoom:
    """Lives on the main thread. While a frame is computed, requests wait, and only the last of one
    viewer is kept: a drag shows as many pictures as there is time for, and never falls behind."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._busy: dict[object, _UnderWay] = {}
        self._next: dict[object, _Request] = {}
        self._closed = False

    def close(self) -> None:
        """Answer nobody from now on."""
        self._closed = True
        self._next.clear()
        for under_way in self._busy.values():
            under_way.unwanted.set()

    def request(self, viewer: object, work: Work, deliver: Done, first: Work | None = None) -> None:
        """Compute a frame; an earlier one of this viewer that has not begun is dropped.

        `first` is a quick one like it, delivered before: it is always shown, so that a drag is
        seen to move, and the sharp one is begun only while nothing newer is wanted.
        """
        request = _Request(work, deliver, first)
        if self._closed:
            return
        under_way = self._busy.get(viewer)
        if under_way is None:
            self._start(viewer, request)
            return
        self._next[viewer] = request
        if under_way.sharpens:
            under_way.unwanted.set()

    def _start(self, viewer: object, request: _Request, *, sharpens: bool = False) -> None:
        under_way = self._busy[viewer] = _UnderWay(sharpens)
        work = request.first or request.work

        def wanted() -> Answer | None:
            try:
                under_way.tick(0, 1)
                return work(under_way.tick)
            except Cancelled:
                return None

        def done(answer: Answer | None) -> None:
            del self._busy[viewer]
            if self._closed:
                return
            try:
                if answer is not None and not under_way.unwanted.is_set():
                    request.deliver(answer)
            finally:  # a mistake of whoever shows it is no reason to show no other
                self._go_on(viewer, request)

        self._run(wanted, done, lambda: done(None))

    def _go_on(self, viewer: object, request: _Request) -> None:
        """Delivering may have asked for more already."""
        waiting = self._next.pop(viewer, None)
        if viewer in self._busy:
            self._next |= {} if waiting is None else {viewer: waiting}
        elif waiting is not None:
            self._start(viewer, waiting)
        elif request.first is not None and not self._closed:
            sharp = _Request(request.work, request.deliver, None)
            self._start(viewer, sharp, sharpens=True)
