"""Hears whether a hand is at work in the reading room, and tells it a little later at most."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QInputEvent
from PySide6.QtWidgets import QApplication, QWidget

AGAIN_MS = 2000
"""One sign in this time is enough, so that no event after it is looked at."""

SIGNS = frozenset(
    (
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.KeyPress,
        QEvent.Type.ShortcutOverride,
        QEvent.Type.TabletMove,
        QEvent.Type.TabletPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
    )
)


class LifeSigns(QObject):
    """Watches the program's events until one comes from a hand while `room` is on the screen;
    then looks away for a while. `tell` hears of it."""

    def __init__(self, room: QWidget, tell: Callable[[], None], again_ms: int = AGAIN_MS) -> None:
        super().__init__(room)
        self._room, self._tell = room, tell
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(again_ms)
        self._rest.timeout.connect(self._watch)
        self._watch()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        # All events of the program come by: to ask each for its type would be felt.
        if isinstance(event, QInputEvent) and event.type() in SIGNS and self._is_in_room():
            self.look_away()
            self._tell()
        return False

    def look_away(self) -> None:
        """For a while: no event is looked at. A case that comes makes thousands."""
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._rest.start()

    def _is_in_room(self) -> bool:
        """A dialog over the room is about something else."""
        return self._room.isVisible() and QApplication.activeModalWidget() is None

    def _watch(self) -> None:
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
