"""The files of an open case, in use by several jobs at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from labeler.errors import Cancelled


class CaseUse:
    """Closes a case after the last job that reads it; safe to use from any thread."""

    def __init__(self, close: Callable[[], None]) -> None:
        self._close = close
        self._lock = threading.Lock()
        self._readers = 0
        self._over = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """While inside, the files stay open. Raises Cancelled once the case was put away."""
        with self._lock:
            if self._over:
                raise Cancelled
            self._readers += 1
        try:
            yield
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._lock:
            self._readers -= 1
            last = self._over and not self._readers
        if last:
            self._close()

    def close(self) -> None:
        """No new reader from now on; closing twice is allowed."""
        with self._lock:
            last = not self._over and not self._readers
            self._over = True
        if last:
            self._close()
