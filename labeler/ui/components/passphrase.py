"""A field for a secret: hidden, can be shown, says when Caps Lock is on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from labeler.ui.components.buttons import IconButton
from labeler.ui.components.surfaces import Row
from labeler.ui.components.text import IconMark, Label
from labeler.ui.components.text_field import TextField
from labeler.ui.look import Look
from labeler.ui.theme import Type
from labeler.ui.translation import tr


class _Secret(TextField):
    """Learns from the letters typed whether Caps Lock is on; Qt cannot be asked.

    `caps` is None until a letter said it; the Caps Lock key turns only what is known.
    """

    learned = Signal()

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setEchoMode(TextField.EchoMode.Password)
        self.setAccessibleName(words)
        self.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData)
        self.caps: bool | None = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            self.learn(None if self.caps is None else not self.caps)
        elif len(typed) == 1 and typed.isalpha() and typed.upper() != typed.lower():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.learn(typed.isupper() != shifted)
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Elsewhere the key may be turned unseen."""
        self.learn(None)
        super().focusOutEvent(event)

    def learn(self, caps: bool | None) -> None:
        if caps is not self.caps:
            self.caps = caps
            self.learned.emit()


class Passphrase(QWidget):
    """One passphrase: its name, the field with its eye, the Caps Lock notice."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        self.field = _Secret(name)
        self._eye = IconButton(look, "show", tr("Show the passphrase"), self._reveal)
        line = Row(gap=4)
        line.cells.addWidget(self.field, 1)
        line.cells.addWidget(self._eye)
        self._caps = Row(gap=4)
        self._caps.cells.addWidget(IconMark(look, "warning", "warning"))
        self._caps.cells.addWidget(Label(tr("Caps Lock is on."), Type.SECONDARY, "warning"), 1)
        self._caps.hide()
        rows.addWidget(Label(name, Type.SECONDARY, "text2"))
        rows.addWidget(line)
        rows.addWidget(self._caps)
        self.setFocusProxy(self.field)
        self.field.learned.connect(lambda: self._caps.setVisible(bool(self.field.caps)))

    def text(self) -> str:
        return self.field.text()

    def clear(self) -> None:
        self.field.clear()
        self.field.learn(None)

    def caps_shown(self) -> bool:
        return not self._caps.isHidden()

    def _reveal(self) -> None:
        hidden = self.field.echoMode() is TextField.EchoMode.Password
        mode = TextField.EchoMode.Normal if hidden else TextField.EchoMode.Password
        self.field.setEchoMode(mode)
        words = tr("Hide the passphrase") if hidden else tr("Show the passphrase")
        self._eye.setIcon(self._look.icons.icon("hide" if hidden else "show", "text2"))
        self._eye.setToolTip(words)
        self._eye.setAccessibleName(words)
        self.field.setFocus()
