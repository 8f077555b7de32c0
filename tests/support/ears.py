"""Stands where the window would: hears results and failures of other threads."""

from __future__ import annotations

import queue
from collections.abc import Callable

from labeler.app.answers import Answers


class Screen:
    """Stands where the window would: runs what is delivered, on this thread, when asked."""

    def __init__(self) -> None:
        self.delivered: queue.Queue[Callable[[], None]] = queue.Queue()
        self.errors: list[str] = []
        self.crashes: list[str] = []
        self.answers = Answers(
            self.delivered.put,
            lambda error: self.errors.append(error.code),
            lambda error: self.crashes.append(repr(error)),
        )

    def run_one(self) -> None:
        self.delivered.get(timeout=10)()

    def run_all(self) -> None:
        while not self.delivered.empty():
            self.run_one()


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds
