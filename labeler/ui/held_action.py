"""A switch that a tap turns and a held key turns for as long as it is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication

from labeler.ui.press_time import REPEAT_MS, PressTime

_GONE = (QEvent.Type.WindowDeactivate, QEvent.Type.ApplicationDeactivate)


class HeldAction(QObject):
    """Does an action once more when the key that did it is let go after a while.

    A key that only repeats does nothing, also where the keyboard says that it was let go between.
    `down_ms` tells of a key when it went down, see `PressTime`.
    """

    def __init__(self, action: QAction, down_ms: Callable[[int], int] = lambda _key: 0) -> None:
        super().__init__()
        self._action, self._key, self._down_ms = action, 0, down_ms
        self._long = False
        self._time = PressTime(self)
        self._up = QTimer(self)
        self._up.setSingleShot(True)
        self._up.setInterval(REPEAT_MS)
        self._up.timeout.connect(self._let_go)
        action.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._action:
            return event.type() == QEvent.Type.Shortcut and not self._begin()
        if isinstance(event, QKeyEvent) and event.key() == self._key:
            self._heard(event)
        elif self._key and event.type() in _GONE:
            self._long = self._time.was_long()
            self._let_go()
        return False

    def _begin(self) -> bool:
        """False where the key only repeats."""
        if self._key:
            self._up.stop()
            return False
        keys: Any = self._action.shortcut()  # its parts are untold in Qt's stubs
        self._key = keys[0].key()
        self._time.begin(self._down_ms(self._key))
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        return True

    def _heard(self, event: QKeyEvent) -> None:
        """Up, or down again at once, which was no release."""
        if event.type() != QEvent.Type.KeyRelease:
            self._up.stop()
            if self._time.is_anew(event.timestamp()):
                self._let_go()
        elif not event.isAutoRepeat() and not self._up.isActive():
            self._long = self._time.was_long(event.timestamp())
            self._up.start()

    def _let_go(self) -> None:
        self._up.stop()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._key = 0
        if self._long:
            self._action.trigger()
