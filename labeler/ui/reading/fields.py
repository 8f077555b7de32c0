"""Fields an answer is typed into: free words, or a whole number."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator
from PySide6.QtWidgets import QLineEdit

from labeler.ui.theme import CONTROL, Type, font
from labeler.ui.translation import tr

TYPING_PAUSE_MS = 800
_LETTERS = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier

Typed = Callable[[str | int | None], None]


class TextAnswer(QLineEdit):
    """Free words; kept when the typing pauses, by Enter, and when the field is left.

    `answered` hears each answer once; `entered` hears Enter.
    """

    def __init__(self, longest: int, answered: Typed, entered: Callable[[], None]) -> None:
        super().__init__()
        self.setMaxLength(longest)
        self.setFont(font(Type.BODY))
        self.setFixedHeight(CONTROL)
        self.setProperty("keeps_keys", True)
        self._answered, self._entered = answered, entered
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        self._typing = False
        self.textEdited.connect(self._type)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.keep()
            self._entered()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.keep()
        super().focusOutEvent(event)

    def show_text(self, text: str) -> None:
        """What the document says, unless the person is typing."""
        if text != self.text() and not self._typing:
            self.setText(text)

    def keep(self) -> None:
        """Give the answer that stands here; nobody who only looks changes one."""
        self._pause.stop()
        if self._typing:
            self._typing = False
            self._answered(self.value())

    def value(self) -> str | int | None:
        """The answer as it stands; None where there is none."""
        return self.text().strip() or None

    def _type(self, _text: str) -> None:
        self._typing = True
        self._pause.start()


class _Within(QValidator):
    """Whole numbers, however large the question's bounds are. Takes no digit that makes a number
    too large; one too small may still grow."""

    def __init__(self, low: int, high: int, parent: QObject) -> None:
        super().__init__(parent)
        self._low, self._high = low, high

    def validate(self, text: str, place: int) -> object:
        return self._state(text), text, place

    def _state(self, text: str) -> QValidator.State:
        digits = text.removeprefix("-")
        if text != digits and self._low >= 0:
            return QValidator.State.Invalid
        if not digits:
            return QValidator.State.Intermediate
        if not (digits.isascii() and digits.isdecimal()):
            return QValidator.State.Invalid
        if int(digits) > max(abs(self._low), abs(self._high)):
            return QValidator.State.Invalid
        within = self._low <= int(text) <= self._high
        return QValidator.State.Acceptable if within else QValidator.State.Intermediate


class NumberAnswer(TextAnswer):
    """A whole number from `low` to `high`. Letters are left to the shortcuts, as at buttons."""

    def __init__(self, low: int, high: int, answered: Typed, entered: Callable[[], None]) -> None:
        longest = max(len(str(low)), len(str(high)))
        super().__init__(longest, answered, entered)
        self._low, self._high = low, high
        self.setValidator(_Within(low, high, self))
        self.setPlaceholderText(tr("{low} to {high}", low=low, high=high))

    def event(self, event: QEvent) -> bool:
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and isinstance(event, QKeyEvent) and not self._writes(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._writes(event):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.value() is None:
            self.clear()

    def value(self) -> str | int | None:
        """None also for what is no number yet, such as one too small."""
        return int(self.text()) if self.hasAcceptableInput() else None

    def _writes(self, event: QKeyEvent) -> bool:
        """Digits, a sign where there are negative numbers, and every key that is no letter."""
        text = event.text()
        if event.modifiers() not in _LETTERS or not text.isprintable() or not text:
            return True
        return text.isdecimal() or (text == "-" and self._low < 0)
