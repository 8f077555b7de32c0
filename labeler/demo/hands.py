"""Hands for a window: real pointer and key events, at what can be seen, with a deadline."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QPoint,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QCursor, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from labeler.ui.dialogs.crash import CrashDialog
from labeler.ui.pictures import grab
from labeler.ui.translation import notice_words
from labeler.ui.window import Window

T = TypeVar("T")
D = TypeVar("D", bound=QDialog)
Aside = Callable[[], AbstractContextManager[object]]

PATIENCE_S = 30.0
NOTCH = 120
LEFT = Qt.MouseButton.LeftButton
BARE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Stuck(Exception):  # noqa: N818  not a mistake of the hands: of the window
    """What the hands waited for did not come, or cannot be reached."""


def quiet_platform() -> None:
    """Leave out what a platform without a screen says of every window; the rest is told."""

    def hear(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if not message.startswith("This plugin does not support"):
            print(message, file=sys.stderr)

    qInstallMessageHandler(hear)


class Gallery:
    """Numbered pictures of the screen in one folder. `aside` surrounds the hands' own writing."""

    def __init__(self, folder: Path, aside: Aside = nullcontext) -> None:
        self._folder, self._aside = folder, aside
        self._count = 0
        with aside():
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.glob("[0-9][0-9]-*.png"):
                old.unlink()

    def keep(self, window: QWidget, name: str) -> None:
        """The window with the dialog over it, as it looks now."""
        self._count += 1
        picture = grab(window)
        with self._aside():
            (self._folder / f"{self._count:02d}-{name}.png").write_bytes(picture)


class Hands:
    """Press, move, type: through the window system's door, so that what covers also hides."""

    def __init__(self, window: Window, gallery: Gallery) -> None:
        self.window, self._gallery = window, gallery

    # --- waiting and looking ------------------------------------------------------------------

    def until(
        self,
        holds: Callable[[], T | None],
        what: str,
        seconds: float = PATIENCE_S,
        nudge: Callable[[], None] | None = None,
    ) -> T:
        """Let the window live until `holds` gives something true; `nudge` helps now and then."""
        end, again = time.monotonic() + seconds, time.monotonic() + 0.5
        while not (found := holds()):
            self.complain()
            if time.monotonic() > end:
                raise Stuck(f"waited {seconds:.0f} s for {what}")
            if nudge is not None and time.monotonic() > again:
                nudge()
                again = time.monotonic() + 0.5
            _live(5)
        return found

    def complain(self) -> None:
        """An error that the window tells is one too many here."""
        if isinstance(QApplication.activeModalWidget(), CrashDialog):
            raise Stuck("the program met a fault; its report is above")
        for notice in self.window.tidings.all():
            if notice.is_error:
                raise Stuck("the window says: " + " ".join(notice_words(notice)))

    def rest(self, milliseconds: int = 30) -> None:
        """Let what was asked for be painted."""
        _live(milliseconds)

    def dialog(self, kind: type[D], seconds: float = PATIENCE_S) -> D:
        """The dialog of that kind, once it stands in front."""

        def front() -> D | None:
            shown = QApplication.activeModalWidget()
            return shown if isinstance(shown, kind) and shown.isVisible() else None

        return self.until(front, f"the dialog {kind.__name__}", seconds)

    def until_closed(self, dialog: QWidget, seconds: float = PATIENCE_S) -> None:
        """Wait for a dialog that does its work to go."""
        self.until(
            lambda: QApplication.activeModalWidget() is not dialog, "the dialog to close", seconds
        )

    def shot(self, name: str) -> None:
        """A picture for the gallery."""
        self.rest()
        self._gallery.keep(self.window, name)

    # --- pointer ------------------------------------------------------------------------------

    def click(self, widget: QWidget, seconds: float = PATIENCE_S) -> None:
        """Click the middle of a widget, once it can be clicked."""
        self.until(lambda: widget.isVisible() and widget.isEnabled(), _name(widget), seconds)
        at = widget.rect().center()
        self._reach(widget, at)
        self.hover(widget, at)
        QTest.mouseClick(_handle(widget), LEFT, BARE, _in_window(widget, at))

    def drag(
        self,
        widget: QWidget,
        way: tuple[QPoint, ...],
        button: Qt.MouseButton = LEFT,
    ) -> None:
        """Press at the first place, go through the others, let go at the last."""
        self._reach(widget, way[0])
        handle, places = _handle(widget), [_in_window(widget, at) for at in way]
        self.hover(widget, way[0])
        QTest.mousePress(handle, button, BARE, places[0])
        for place in places[1:]:
            QTest.mouseMove(handle, place)
        QTest.mouseRelease(handle, button, BARE, places[-1])

    def hover(self, widget: QWidget, at: QPoint) -> None:
        """Bring the pointer there; the system's own too, which says what lies under it."""
        QCursor.setPos(widget.mapToGlobal(at))
        QTest.mouseMove(_handle(widget), _in_window(widget, at))

    def wheel(
        self,
        widget: QWidget,
        at: QPoint,
        notches: int,
        keys: Qt.KeyboardModifier = BARE,
    ) -> None:
        """Turn the wheel over a place; positive is towards the person."""
        turn, place = QPoint(0, -NOTCH * notches), _in_window(widget, at)
        self.hover(widget, at)
        QTest.wheelEvent(_handle(widget), place, turn, QPoint(0, 0), keys)

    def _reach(self, widget: QWidget, at: QPoint) -> None:
        """Whether a pointer at that place would touch that widget."""
        window, front = widget.window(), QApplication.activeModalWidget()
        if front is not None and front is not window:
            raise Stuck(f"{_name(widget)} is behind {_name(front)}")
        under = window.childAt(widget.mapTo(window, at))
        if under is not widget and not (under is not None and widget.isAncestorOf(under)):
            raise Stuck(f"{_name(widget)} is covered by {_name(under)}")

    # --- keys ---------------------------------------------------------------------------------

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = BARE) -> None:
        """One key for whatever has the keyboard."""
        QTest.keyClick(self._front(), key, keys)

    def type(self, text: str) -> None:
        """Letter by letter."""
        for letter in text:
            QTest.keyClick(self._front(), letter)  # type: ignore[call-overload]  # a letter too

    def type_into(self, field: QWidget, text: str) -> None:
        """Click a field and fill it anew."""
        self.click(field)
        self.key(Qt.Key.Key_A, CTRL)
        self.type(text)

    def _front(self) -> QWindow:
        """Who has the keyboard; a window manager gives it back when a dialog is gone."""
        front = QApplication.activeModalWidget() or self.window
        if not front.isActiveWindow():
            front.activateWindow()
            self.until(front.isActiveWindow, "the keyboard")
        return _handle(front)


def _live(milliseconds: int) -> None:
    """Let the program run; unlike QTest.qWait this lets its other threads run too."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _handle(widget: QWidget) -> QWindow:
    handle = widget.window().windowHandle()
    if handle is None:
        raise Stuck(f"{_name(widget)} is in no window")
    return handle


def _in_window(widget: QWidget, at: QPoint) -> QPoint:
    return widget.mapTo(widget.window(), at)


def _name(widget: QWidget | None) -> str:
    if widget is None:
        return "nothing"
    text = getattr(widget, "text", None)
    words = str(text()) if callable(text) else widget.accessibleName()
    return f"{type(widget).__name__} “{words}”" if words else type(widget).__name__
