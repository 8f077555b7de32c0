"""A slow pulse for what no event tells: a disk that stays slow, a job that takes long, a retry."""

from __future__ import annotations

import threading
from collections.abc import Callable

BEAT_S = 0.25


class Beat:
    """Calls `pulse` through `deliver` four times a second until closed."""

    def __init__(
        self,
        deliver: Callable[[Callable[[], None]], None],
        pulse: Callable[[], None],
        seconds: float = BEAT_S,
    ) -> None:
        self._deliver = deliver
        self._pulse = pulse
        self._seconds = seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, name="beat", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    def _live(self) -> None:
        while not self._over.wait(self._seconds):
            self._deliver(self._pulse)
