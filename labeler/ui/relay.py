"""The one way back to the GUI thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

TURN_SECONDS = 0.004
"""What comes back takes so much of a turn; the hand's events and the picture have the rest."""


class Relay(QObject):
    """Runs what other threads hand over on the thread it was made on, in order.

    A lambda connected to a signal would run in the wrong thread; this object's slot does not.
    Many calls at once are spread over turns of the event loop, each turn with one at least.
    """

    _arrived = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._calls: deque[Callable[[], None]] = deque()
        self._arrived.connect(self._run, Qt.ConnectionType.QueuedConnection)
        # Qt handles all posted events in one turn, also those posted meanwhile; a timer waits.
        self._next_turn = QTimer(self)
        self._next_turn.setSingleShot(True)
        self._next_turn.timeout.connect(self._run)

    def deliver(self, call: Callable[[], None]) -> None:
        """Run `call` on the GUI thread soon; safe from any thread."""
        self._calls.append(call)
        self._arrived.emit()

    @Slot()
    def _run(self) -> None:
        if self._next_turn.isActive():
            return
        began = perf_counter()
        try:
            while self._calls:
                self._calls.popleft()()
                if perf_counter() - began > TURN_SECONDS:
                    break
        finally:  # a call that fails takes none with it
            if self._calls:
                self._next_turn.start(0)
