"""How long a key was down, as the hand had it and not as a busy window came to hear of it."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

HELD_MS = 300
"""A key down for longer than this was held, whether or not the tool was used meanwhile."""

REPEAT_MS = 40
"""A release that a press of the same key follows within this time is the keyboard repeating: X11
does not always say so."""


class PressTime(QObject):
    """Of one key. Times in ms are those of the window system, 0 where it tells none: then, and
    where it tells only when it was asked, it counts when the key was heard."""

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self._down_ms = self._up_ms = 0
        self._since = QElapsedTimer()

    def begin(self, down_ms: int) -> None:
        """The key goes down; to be called before its action does its work."""
        self._down_ms, self._up_ms = down_ms, 0
        self._since.invalidate()
        QTimer.singleShot(0, self, self._count)

    def was_long(self, up_ms: int = 0) -> bool:
        """Whether it was held, where it goes up now."""
        self._up_ms = up_ms
        if not self._since.isValid() or self._since.elapsed() <= HELD_MS:
            return False
        return not 0 < self._down_ms <= up_ms <= self._down_ms + HELD_MS

    def is_anew(self, down_ms: int) -> bool:
        """Whether it goes down too long after it went up for the keyboard to repeat it."""
        return 0 < self._up_ms < down_ms - REPEAT_MS

    def _count(self) -> None:
        """The time that the action itself took is not the hand's."""
        if not self._since.isValid():
            self._since.start()
