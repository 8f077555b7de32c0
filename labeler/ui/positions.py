"""Digits and brackets by where they lie: on a French keyboard "1" needs no Shift here."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from labeler.ui.actions import Actions

# X11 and Wayland number keys as evdev does, plus 8; Windows by the set 1 scan codes.
_LINUX = {10 + n: str(n + 1) for n in range(9)} | {34: "[", 35: "]"}
_WINDOWS = {2 + n: str(n + 1) for n in range(9)} | {26: "[", 27: "]"}
_MAC = dict(zip((18, 19, 20, 21, 23, 22, 26, 28, 25, 33, 30), "123456789[]", strict=True))


def key_at(event: QKeyEvent, platform: str) -> str:
    """What an American keyboard has at the pressed place; empty for any other place."""
    if platform == "darwin":
        return _MAC.get(event.nativeVirtualKey(), "")
    table = _WINDOWS if platform == "win32" else _LINUX
    return table.get(event.nativeScanCode(), "")


class Positions(QObject):
    """Acts on keys of `widget` that no shortcut took, by their place on the keyboard.

    `digits` names what plain digits do: "label" in the view, "answer" in a question.
    """

    def __init__(self, widget: QWidget, actions: Actions, digits: str) -> None:
        super().__init__(widget)
        self._actions, self._digits = actions, digits
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            name = self._name(event)
            if name:
                self._actions[name].trigger()
                return True
        return False

    def _name(self, event: QKeyEvent) -> str:
        key, modifiers = key_at(event, sys.platform), event.modifiers()
        shift = modifiers == Qt.KeyboardModifier.ShiftModifier
        if not key or not (shift or modifiers == Qt.KeyboardModifier.NoModifier):
            return ""
        if key.isdigit():
            return f"preset.{key}" if shift else f"{self._digits}.{key}"
        return "" if shift else {"[": "brush.smaller", "]": "brush.larger"}[key]
