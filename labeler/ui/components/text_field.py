"""A line to type into: the one of the program. While it has the keyboard, it has plain keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from labeler.ui.components.menu import keep_keys

_PLAIN = (
    Qt.KeyboardModifier.ShiftModifier
    | Qt.KeyboardModifier.KeypadModifier
    | Qt.KeyboardModifier.GroupSwitchModifier
)
_LEADING = frozenset(
    (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Enter)
)


def is_plain(event: QKeyEvent) -> bool:
    """Whether a key writes or moves in a field: no Ctrl with it, no F key, none that leads out."""
    key = event.key()
    if event.modifiers() & ~_PLAIN or key in _LEADING:
        return False
    return not Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35


class TextField(QLineEdit):
    """No key that is typed here is a shortcut, also one that this field has no use for."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("keeps_keys", True)

    def event(self, event: QEvent) -> bool:
        is_over = event.type() == QEvent.Type.ShortcutOverride
        if is_over and isinstance(event, QKeyEvent) and is_plain(event):
            event.accept()
            return True
        taken = super().event(event)
        is_press = event.type() == QEvent.Type.KeyPress
        if is_press and isinstance(event, QKeyEvent) and is_plain(event):
            event.accept()
            return True
        return taken

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        keep_keys(menu)
        menu.popup(event.globalPos())
