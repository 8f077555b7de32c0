"""When Shift and a moving pointer mean the crosshair, and when they only happen together."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent

FROM_PX = 8.0
"""So far the pointer goes with Shift held before the crosshair comes along: a hand is never still
while it types."""


class _Moved(Protocol):
    def position(self) -> QPointF: ...
    def buttons(self) -> Qt.MouseButton: ...
    def modifiers(self) -> Qt.KeyboardModifier: ...


class ShiftPointing:
    """One viewport's pointer: from where Shift was held, and whether a key was pressed with it."""

    def __init__(self) -> None:
        self._since: QPointF | None = None
        self._on, self._typed = False, False

    def moved(self, event: _Moved) -> bool:
        """Whether the crosshair is to go where the pointer is now."""
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if not shift or event.buttons() != Qt.MouseButton.NoButton:
            self._begin()
            return False
        if self._since is None:
            self._since = event.position()
        far = (event.position() - self._since).manhattanLength() >= FROM_PX
        self._on = self._on or (far and not self._typed)
        return self._on

    def heard(self, event: QKeyEvent) -> None:
        """A key goes down, be it a shortcut's or not."""
        self._begin()
        self._typed = event.key() != Qt.Key.Key_Shift

    def let_go(self, event: QEvent) -> None:
        """The next Shift begins anew."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Shift:
            self._begin()

    def _begin(self) -> None:
        self._since, self._on, self._typed = None, False, False
