"""A switch that a tap turns and a held key turns for as long as it is held."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer, QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication

from labeler.ui.tool_hold import HELD_MS


class HeldAction(QObject):
    """Does an action once more when the key that did it is let go after a while."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self._action, self._key = action, 0
        self._since = QElapsedTimer()
        action.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._action and event.type() == QEvent.Type.Shortcut:
            self._begin()
        elif (
            event.type() == QEvent.Type.KeyRelease
            and isinstance(event, QKeyEvent)
            and event.key() == self._key
            and not event.isAutoRepeat()
        ):
            self._let_go()
        return False

    def _begin(self) -> None:
        keys: Any = self._action.shortcut()  # its parts are untold in Qt's stubs
        self._key = keys[0].key()
        self._since.start()
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def _let_go(self) -> None:
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._key = 0
        if self._since.elapsed() > HELD_MS:
            self._action.trigger()
