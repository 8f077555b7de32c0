"""A wait for the network that can be given up at any moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from labeler.errors import Cancelled

T = TypeVar("T")
Tick = Callable[[int, int], None]
"""Told (done, total) now and then; raises Cancelled once nobody wants the answer."""
GLANCE_S = 0.1
FAREWELL_S = 0.6
"""After a cancel the line is closed in good order, if that takes no longer."""


class Progress:
    """How far it is; counted by the thread that works, read by the one that watches."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self.missing: int | None = None
        """Of what was asked for; None before the archive told what there is."""
        self.of_study: int | None = None
        """How many images the whole study has; None where the archive does not tell."""
        self.stopped = threading.Event()

    def check(self) -> None:
        """Raises Cancelled once the work was given up."""
        if self.stopped.is_set():
            raise Cancelled


class _Errand(threading.Thread, Generic[T]):
    """The part that blocks; a daemon, so that a dead line never holds the program's end."""

    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__(daemon=True, name="archive")
        self._work = work
        self.result: list[T] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            self.result.append(self._work())
        except BaseException as error:  # noqa: BLE001  raised again by who waits
            self.failure = error


def watched(work: Callable[[], T], stop: Callable[[], None], progress: Progress, tick: Tick) -> T:
    """`work` in a thread of its own, and its answer; `stop` must make it end soon.

    Raises what `work` raises, or Cancelled within a second of the tick that says so.
    """
    errand = _Errand(work)
    errand.start()
    try:
        while errand.is_alive():
            errand.join(GLANCE_S)
            tick(progress.done, progress.total)
    except BaseException:
        progress.stopped.set()
        stop()
        errand.join(FAREWELL_S)
        raise
    if errand.failure is not None:
        raise errand.failure
    return errand.result[0]
