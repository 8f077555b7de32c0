"""Where the results of work on other threads go, and its failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labeler.errors import Cancelled, LabelerError

Deliver = Callable[[Callable[[], None]], None]
"""Runs a callback later on the thread that owns the screens, in the order given."""


@dataclass(frozen=True)
class Answers:
    """Where results and failures go; a job's own `failed` comes before `on_error`."""

    deliver: Deliver
    on_error: Callable[[LabelerError], None]
    on_crash: Callable[[BaseException], None]

    def fail(
        self, error: BaseException, failed: Callable[[LabelerError], None] | None = None
    ) -> None:
        """Three kinds of failure, and no others."""
        if isinstance(error, Cancelled):
            return
        if isinstance(error, LabelerError):
            told, tell = error, failed or self.on_error
            self.deliver(lambda: tell(told))
        else:
            self.deliver(lambda: self.on_crash(error))
