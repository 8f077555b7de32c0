"""A tool key that is held gives the tool before it back on release: one rule for all tools."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QShortcutEvent
from PySide6.QtWidgets import QApplication

from labeler.ui.press_time import REPEAT_MS, PressTime

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
    `down_ms` tells of a key when it went down, see `PressTime`.
    """

    def __init__(
        self,
        actions: Mapping[str, QAction],
        hand: Hand,
        down_ms: Callable[[int], int] = lambda _key: 0,
    ) -> None:
        super().__init__()
        self._down_ms = down_ms
        self._hand, self._names = hand, {action: name for name, action in actions.items()}
        self._before: tuple[str, str] | None = None
        self._action: QAction | None = None
        self._key, self._scan = 0, 0
        self._used = self._let_go = self._held = False
        self._time = PressTime(self)
        self._up = QTimer(self)
        self._up.setSingleShot(True)
        self._up.setInterval(REPEAT_MS)
        self._up.timeout.connect(self._released)
        self._all = _Everything(self)
        for action in self._names:
            action.installEventFilter(self)

    @property
    def waits(self) -> bool:
        """Whether a tool is to be given back yet."""
        return self._before is not None

    def begin(self, action: QAction, key: int, scan: int = 0) -> bool:
        """A tool's key goes down; to be called before the action does its work. False where it only
        repeats, and nothing is to be done."""
        if action not in self._names or not action.isEnabled():
            return True
        told = action, key, scan
        if self.waits and not self._let_go and told == (self._action, self._key, self._scan):
            self._up.stop()
            return False
        if self._up.isActive():
            self._released()
        self._end()
        self._before = self._hand.tool_name, self._hand.last_tool
        self._action, self._key, self._scan = told
        self._used = self._let_go = self._held = False
        self._time.begin(self._down_ms(key))
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self._all)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Of the actions themselves: a key that only repeats does nothing."""
        if event.type() != QEvent.Type.Shortcut or not isinstance(event, QShortcutEvent):
            return False
        return isinstance(watched, QAction) and not self.begin(watched, _first(event))

    def hear(self, event: QEvent) -> None:
        """Anything that happens in the program while a tool is held."""
        kind = event.type()
        if not self.waits:
            return
        if isinstance(event, QKeyEvent) and self._is_key(event):
            self._heard(event)
        elif kind in _USES:
            self._used = True
        elif kind in _GONE:
            self._held = self._used or self._time.was_long()
            self._released()
        if self._let_go and kind in _ENDS:
            QTimer.singleShot(0, self._give_back)

    def _is_key(self, event: QKeyEvent) -> bool:
        if self._scan:
            return event.nativeScanCode() == self._scan
        return event.key() == self._key

    def _heard(self, event: QKeyEvent) -> None:
        """The key itself: up, or down again at once, which was no release."""
        if event.type() != QEvent.Type.KeyRelease:
            self._up.stop()
            if self._time.is_anew(event.timestamp()):
                self._released()
        elif not event.isAutoRepeat() and not self._up.isActive() and not self._let_go:
            self._held = self._used or self._time.was_long(event.timestamp())
            self._up.start()

    def _released(self) -> None:
        """What came after the release has no part in whether the key was held."""
        self._up.stop()
        if self._let_go:
            return
        if self._held:
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
        self._up.stop()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self._all)


class _Everything(QObject):
    """The program's filter while a tool is held; apart from that of the actions, which would hear
    of each shortcut twice."""

    def __init__(self, hold: ToolHold) -> None:
        super().__init__(hold)
        self._hold = hold

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self._hold.hear(event)
        return False


def _first(event: QShortcutEvent) -> int:
    keys: Any = event.key()  # PySide's stubs leave out that it has an index
    return int(keys[0].key())
