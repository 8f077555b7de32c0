"""Cycles of objects that only Python's collector finds: looked for while the hand rests."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

REST_MS = 10_000
YOUNG, YOUNGER_ROUNDS, RARELY = 700, 10, 1000
"""Python's own limits for what is young; a full search by itself only after millions of objects."""


def search_rarely() -> None:
    """A full search stops all threads, for a tenth of a second once a large study is open: it is
    not to come in the midst of work."""
    gc.set_threshold(YOUNG, YOUNGER_ROUNDS, RARELY)


class Leftovers(QObject):
    """Searches fully once nothing was painted for a while."""

    def __init__(self, owner: QObject, rest_ms: int = REST_MS) -> None:
        super().__init__(owner)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(rest_ms)
        self._rest.timeout.connect(self._search)

    def wait(self) -> None:
        """The hand is at work."""
        self._rest.start()

    def _search(self) -> None:
        gc.collect()
