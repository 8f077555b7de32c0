"""Cycles of objects that only Python's collector finds: looked for on the GUI thread alone.

Left to itself Python searches in whichever thread makes one object too many, and destroys what it
finds there. A Qt object belongs to its thread: a timer that is destroyed in another one is still
counted on by its own, which ends the whole program at its next beat.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

REST_MS = 10_000
BEAT_MS = 50
"""So seldom that it costs nothing, so often that little is young."""
YOUNG = 700
"""Fewer new objects are not worth a search: Python's own limit."""
MANY = 20_000
"""More of them take longer to search than the window may stand still; a full search finds them."""


class YoungSearch(QObject):
    """Searches what is young, as Python would, but on the GUI thread; no other thread searches as
    long as the program lives. What is found alive is looked at again by a full search alone."""

    def __init__(self, owner: QObject, beat_ms: int = BEAT_MS) -> None:
        super().__init__(owner)
        gc.disable()
        self._beat = QTimer(self)
        self._beat.timeout.connect(self._search)
        self._beat.start(beat_ms)

    def _search(self) -> None:
        # More come of an edit of very many marks: they stay young until the next full search.
        if YOUNG < gc.get_count()[0] <= MANY:
            gc.collect(1)


class Leftovers(QObject):
    """Searches fully once nothing was painted for a while: that stops all threads, for a tenth of
    a second once a large study is open."""

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
