"""Digits and brackets by where they lie: on a French keyboard "1" needs no Shift here."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from labeler.ui.action_table import Scope
from labeler.ui.actions import Actions

# X11 and Wayland number keys as evdev does, plus 8; Windows by the set 1 scan codes.
_LINUX = {10 + n: str((n + 1) % 10) for n in range(10)} | {34: "[", 35: "]"}
_WINDOWS = {2 + n: str((n + 1) % 10) for n in range(10)} | {26: "[", 27: "]"}
_MAC = dict(zip((18, 19, 20, 21, 23, 22, 26, 28, 25, 29, 33, 30), "1234567890[]", strict=True))

_MODIFIERS = (
    (Qt.KeyboardModifier.ControlModifier, "Ctrl+"),
    (Qt.KeyboardModifier.ShiftModifier, "Shift+"),
)
_OTHERS = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_DOWN = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)


def key_at(event: QKeyEvent, platform: str) -> str:
    """What an American keyboard has at the pressed place; empty for any other place."""
    if platform == "darwin":
        return _MAC.get(event.nativeVirtualKey(), "")
    table = _WINDOWS if platform == "win32" else _LINUX
    return table.get(event.nativeScanCode(), "")


def place_of(event: QKeyEvent, platform: str) -> str:
    """The place with its modifiers, as the table writes keys; empty for any other."""
    key, held = key_at(event, platform), event.modifiers()
    if not key or held & (_OTHERS | _KEYPAD):
        return ""
    return "".join(words for flag, words in _MODIFIERS if held & flag) + key


class Positions(QObject):
    """Acts on keys in `widget` by their place on the keyboard, before shortcuts see them.

    A field that someone types into has accepted them already, and they never come here. `begun`
    hears of an action, the key and its scan code before the action is done, and may say no.
    """

    def __init__(
        self,
        widget: QWidget,
        actions: Actions,
        scopes: tuple[Scope, ...],
        begun: Callable[[str, int, int], bool] = lambda _name, _key, _scan: True,
    ) -> None:
        super().__init__(widget)
        self._actions, self._scopes, self._begun = actions, scopes, begun
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() not in _DOWN or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            self._actions.key_went_down(event.key(), event.timestamp())
        key = place_of(event, sys.platform)
        name = self._actions.with_key(key, self._scopes) if key else ""
        if not name:
            return False
        if event.type() == QEvent.Type.KeyPress:
            self._press(name, event)
        event.accept()
        return True

    def _press(self, name: str, event: QKeyEvent) -> None:
        action = self._actions[name]
        if event.isAutoRepeat() and not action.autoRepeat():
            return
        if self._begun(name, event.key(), event.nativeScanCode()):
            action.trigger()
