"""The focus ring: 2 px, 2 px outside whatever has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from labeler.ui.look import Look

REACH = 4
"""Ring plus gap."""

OWN_SIGN = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractItemView)
"""Fields show it by their outline, lists by the ring around the current row."""


class FocusRing(QWidget):
    """Lies over one window and follows the focus inside it; the mouse never brings it."""

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("focus-ring")
        self._look, self._window = look, window
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._moved)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        elif event.type() == QEvent.Type.Hide:
            self.hide()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._look.theme.color("focus"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if not isValid(self._window):
            return  # the program is ending, and another window has the keyboard for a moment
        self._watch(None)
        by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        inside = new is not None and self._window.isAncestorOf(new)
        self._target = new if inside and not by_mouse and not isinstance(new, OWN_SIGN) else None
        if self._target is None:
            self.hide()
            return
        self._watch(self._target)
        self._place()

    def _watch(self, target: QWidget | None) -> None:
        """Hear of the target and of everything it lies in: whichever moves, moves the ring."""
        for widget in self._watched:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._watched = []
        while target is not None and target is not self._window:
            target.installEventFilter(self)
            self._watched.append(target)
            target = target.parentWidget()

    def _place(self) -> None:
        target = self._target
        if target is None or not isValid(target) or not target.isVisible():
            self.hide()
            return
        seen = target.visibleRegion().boundingRect()
        rect = QRect(target.mapTo(self._window, QPoint(0, 0)), target.size())
        if not seen.isEmpty():
            rect = QRect(target.mapTo(self._window, seen.topLeft()), seen.size())
        ring = rect.adjusted(-REACH, -REACH, REACH, REACH).intersected(self._window.rect())
        self.setGeometry(ring)
        self.raise_()
        self.show()
