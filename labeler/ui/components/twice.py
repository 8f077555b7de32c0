"""A button for what cannot be taken back."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication

from labeler.ui.components.buttons import Large


class Twice(Large):
    """Acts at the second press; the first one asks. To turn to something else takes it back."""

    def __init__(self, text: str, question: str, pressed: Callable[[], None]) -> None:
        super().__init__(text, self._pressed)
        self._text, self._question, self._act = text, question, pressed
        self._asked_at: float | None = None

    def disarm(self) -> None:
        self._asked_at = None
        self.setText(self._text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.disarm()
        super().focusOutEvent(event)

    def _pressed(self) -> None:
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
            self.setText(self._question)
        elif now - self._asked_at > QApplication.doubleClickInterval() / 1000:
            # A double click is one press of a hand that was too quick.
            self.disarm()
            self._act()
