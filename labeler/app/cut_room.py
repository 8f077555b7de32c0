"""Frames that are computed: one at a time for each who looks, then the newest that was asked."""

from __future__ import annotations

from collections.abc import Callable

from labeler.errors import LabelerError
from labeler.model.image import Pixels

Work = Callable[[], Pixels | LabelerError]
Done = Callable[[Pixels | LabelerError], None]
Run = Callable[[Work, Done], None]
"""Runs the first on another thread and gives its answer to the second on the main thread."""


class CutRoom:
    """Lives on the main thread. While a frame is computed, requests wait, and only the last of one
    viewer is kept: a drag shows as many pictures as there is time for, and never falls behind."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._busy: set[object] = set()
        self._next: dict[object, tuple[Work, Done]] = {}
        self._closed = False

    def close(self) -> None:
        """Answer nobody from now on."""
        self._closed = True
        self._next.clear()

    def request(self, viewer: object, work: Work, deliver: Done) -> None:
        """Compute a frame; an earlier one of this viewer that has not begun is dropped."""
        if viewer in self._busy:
            self._next[viewer] = work, deliver
        elif not self._closed:
            self._start(viewer, work, deliver)

    def _start(self, viewer: object, work: Work, deliver: Done) -> None:
        self._busy.add(viewer)

        def done(answer: Pixels | LabelerError) -> None:
            self._busy.discard(viewer)
            if self._closed:
                return
            deliver(answer)
            waiting = self._next.pop(viewer, None)
            if waiting is not None:
                self.request(viewer, *waiting)

        self._run(work, done)
