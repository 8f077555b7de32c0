"""A tool key that is held gives the tool before it back on release: one rule for all tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QShortcutEvent
from PySide6.QtWidgets import QApplication

HELD_MS = 300
"""A key down for longer than this was held, whether or not the tool was used meanwhile."""

_USES = (QEvent.Type.MouseButtonPress, QEvent.Type.TabletPress, QEvent.Type.Wheel)
_ENDS = (
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.TabletRelease,
    QEvent.Type.KeyPress,
)
_GONE = (QEvent.Type.WindowDeactivate, QEvent.Type.ApplicationDeactivate)


class Hand(Protocol):
    """What has a tool in hand."""

    last_tool: str

    @property
    def tool_name(self) -> str: ...
    @property
    def tool_busy(self) -> bool: ...
    def choose_tool(self, name: str) -> None: ...


class ToolHold(QObject):
    """Hears its actions' shortcuts, and between a tool key's press and release all else.

    What is being drawn at the release is finished first: nothing is lost by letting a key go.
    """

    def __init__(self, actions: Mapping[str, QAction], hand: Hand) -> None:
        super().__init__()
        self._hand, self._names = hand, {action: name for name, action in actions.items()}
        self._before: tuple[str, str] | None = None
        self._key, self._scan = 0, 0
        self._used = self._let_go = False
        self._since = QElapsedTimer()
        for action in self._names:
            action.installEventFilter(self)

    @property
    def waits(self) -> bool:
        """Whether a tool is to be given back yet."""
        return self._before is not None

    def begin(self, action: QAction, key: int, scan: int = 0) -> None:
        """A tool's key goes down; to be called before the action does its work."""
        if action not in self._names or not action.isEnabled():
            return
        if self.waits and not self._let_go and (key, scan) == (self._key, self._scan):
            return  # the same key, repeating
        self._end()
        self._before = self._hand.tool_name, self._hand.last_tool
        self._key, self._scan = key, scan
        self._used = self._let_go = False
        self._since.start()
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Shortcut:
            if isinstance(watched, QAction) and isinstance(event, QShortcutEvent):
                self.begin(watched, _first(event))
        elif not self.waits:
            return False
        elif kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            if self._is_key(event) and not event.isAutoRepeat():
                self._released()
        elif kind in _USES:
            self._used = True
        elif kind in _GONE:
            self._released()
        if self._let_go and kind in _ENDS:
            QTimer.singleShot(0, self._give_back)
        return False

    def _is_key(self, event: QKeyEvent) -> bool:
        if self._scan:
            return event.nativeScanCode() == self._scan
        return event.key() == self._key

    def _released(self) -> None:
        if self._let_go:
            return
        if self._used or self._since.elapsed() > HELD_MS:
            self._let_go = True
            self._give_back()
        else:
            self._end()

    def _give_back(self) -> None:
        """Unless something is being drawn: then at its end."""
        if self._before is None or self._hand.tool_busy:
            return
        name, last = self._before
        self._end()
        self._hand.choose_tool(name)
        self._hand.last_tool = last

    def _end(self) -> None:
        self._before = None
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)


def _first(event: QShortcutEvent) -> int:
    keys: Any = event.key()  # PySide's stubs leave out that it has an index
    return int(keys[0].key())
