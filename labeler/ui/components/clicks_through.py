"""What lies over other things without being in their way."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid


def hand_on(event: QMouseEvent, below: QWidget | None) -> None:
    """What a hand did goes to what lies below, in its own coordinates, from the same mouse or pen;
    for whom it was sent to it is done with."""
    at = event.globalPosition()
    if below is not None and isValid(below):
        handed = QMouseEvent(
            event.type(),
            below.mapFromGlobal(at),
            at,
            event.button(),
            event.buttons(),
            event.modifiers(),
            event.pointingDevice(),
        )
        QApplication.sendEvent(below, handed)
    event.accept()


class ClicksThrough(QWidget):
    """Clicks, drags and turns of the wheel beside its buttons go to what lies below it in its
    window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._has_drag: QWidget | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._has_drag is None:
            self._has_drag = self._below(event.globalPosition())
        hand_on(event, self._has_drag)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hand_on(event, self._has_drag)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        hand_on(event, self._has_drag)
        if event.buttons() == Qt.MouseButton.NoButton:
            self._has_drag = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        below, at = self._below(event.globalPosition()), event.globalPosition()
        if below is not None:
            turned = QWheelEvent(
                below.mapFromGlobal(at),
                at,
                event.pixelDelta(),
                event.angleDelta(),
                event.buttons(),
                event.modifiers(),
                event.phase(),
                event.inverted(),
            )
            QApplication.sendEvent(below, turned)

    def _below(self, at: QPointF) -> QWidget | None:
        """What would be there without it."""
        window = self.window()
        seen = Qt.WidgetAttribute.WA_TransparentForMouseEvents
        self.setAttribute(seen)
        below = window.childAt(window.mapFromGlobal(at.toPoint()))
        self.setAttribute(seen, False)
        return below
