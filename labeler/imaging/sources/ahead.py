"""First bytes of files, many read at a time where each is waited for: disks that have to fetch
them, shares in a network. Where the system has them in its memory one thread is quickest."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable
from queue import SimpleQueue

from labeler.imaging.sources.files import FileBytes

_THREADS = 8
"""What a disk can sort, and no more than one person should ask of a hospital's share."""
_TOGETHER = 4
_AHEAD = 2 * _THREADS
_SLOW_SECONDS = 0.0001
"""Ten times what a file takes that the system has in its memory."""
_SLOW_FILES = 4
"""One after another; a single one may be slow because another program had the processor."""


Head = tuple[bytes, int, int]
"""A file's first bytes, its size, and how many bytes were asked for."""


class _Flight:
    """Files that are read together by another thread."""

    def __init__(self, files: list[FileBytes], asked: int) -> None:
        self.files, self.asked = files, asked
        self.landed: SimpleQueue[list[Head | None]] = SimpleQueue()

    def read(self) -> None:
        self.landed.put([_head_of(file, self.asked) for file in self.files])


def _head_of(file: FileBytes, asked: int) -> Head | None:
    """None for one that fails: who reads it alone learns why."""
    try:
        return *file.read_sized(0, asked), asked
    except Exception:  # noqa: BLE001  raised anew where it is read alone
        return None


class HeadsAhead:
    """Reads the heads of `files` in their order; for one thread, which must close it."""

    def __init__(self, files: Iterable[FileBytes]) -> None:
        self._left = deque(files)
        self._flights: deque[_Flight] = deque()
        self._here: deque[tuple[FileBytes, Head | None]] = deque()
        self._orders: SimpleQueue[_Flight | None] = SimpleQueue()
        self._slow = 0
        self._flying = False

    def read(self, file: FileBytes, enough: int) -> Head:
        """`enough` bytes are read of each that is not on its way yet. Raises OSError."""
        if self._flying:
            return self._landed(file, enough) or (*file.read_sized(0, enough), enough)
        began = time.perf_counter()
        head, size = file.read_sized(0, enough)
        self._slow = self._slow + 1 if time.perf_counter() - began > _SLOW_SECONDS else 0
        if self._left and self._left[0] is file:
            self._left.popleft()
        if self._slow == _SLOW_FILES and len(self._left) > _TOGETHER:
            self._fly()
        return head, size, enough

    def close(self) -> None:
        """Read no more; what is on its way is not waited for."""
        self._left.clear()
        if self._flying:
            for _ in range(_THREADS):
                self._orders.put(None)

    def _fly(self) -> None:
        self._flying = True
        for _ in range(_THREADS):
            # Where a share no longer answers, the end of the program must not wait for it.
            threading.Thread(target=self._work, name="heads", daemon=True).start()

    def _work(self) -> None:
        while (flight := self._orders.get()) is not None:
            flight.read()

    def _landed(self, file: FileBytes, enough: int) -> Head | None:
        if not self._here:
            self._send(enough)
            if not self._flights or self._flights[0].files[0] is not file:
                return None
            flight = self._flights.popleft()
            self._here.extend(zip(flight.files, flight.landed.get(), strict=True))
        if self._here[0][0] is not file:
            return None  # it was put before its turn: out of an archive
        return self._here.popleft()[1]

    def _send(self, enough: int) -> None:
        while self._left and len(self._flights) < _AHEAD:
            files = [self._left.popleft() for _ in range(min(_TOGETHER, len(self._left)))]
            self._flights.append(_Flight(files, enough))
            self._orders.put(self._flights[-1])
