"""Studies that are coming in: one job at a time for each, which whoever wipes it ends first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from labeler.errors import Cancelled

Tick = Callable[[int, int], None]
Study = tuple[str, str]
"""The archive's id and the Study Instance UID."""
GLANCE_S = 0.1
PATIENCE_S = 5.0
"""A job that is given up leaves within a second; a disk may hold it longer."""


class Arrivals:
    """Jobs by their study, in the order in which they asked."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._jobs: dict[Study, list[threading.Event]] = {}

    @contextmanager
    def turn(self, study: Study, tick: Tick) -> Iterator[Tick]:
        """Wait until no earlier job brings this study; gives the tick to go on with.

        It raises Cancelled where `tick` does, and once the study is given up.
        """
        given_up = threading.Event()

        def still_wanted(done: int, total: int) -> None:
            if given_up.is_set():
                raise Cancelled
            tick(done, total)

        with self._changed:
            self._jobs.setdefault(study, []).append(given_up)
        try:
            self._wait(study, given_up, still_wanted)
            yield still_wanted
        finally:
            self._leave(study, given_up)

    def give_up(self, study: Study) -> None:
        """Nobody wants this study any more; returns when no job brings it, or after a while."""
        with self._changed:
            jobs = tuple(self._jobs.get(study, ()))
            for job in jobs:
                job.set()
            self._changed.wait_for(
                lambda: not any(job in self._jobs.get(study, ()) for job in jobs), PATIENCE_S
            )

    def _wait(self, study: Study, job: threading.Event, tick: Tick) -> None:
        while True:
            tick(0, 0)
            with self._changed:
                if self._jobs[study][0] is job:
                    return
                self._changed.wait(GLANCE_S)

    def _leave(self, study: Study, job: threading.Event) -> None:
        with self._changed:
            self._jobs[study].remove(job)
            if not self._jobs[study]:
                del self._jobs[study]
            self._changed.notify_all()
