"""A pen over one viewport: pressure sizes the brush, the other end erases, and as many events as a
tablet sends are one turn of work a frame."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QWidget

from labeler.ui.reading.desk import Desk
from labeler.ui.reading.pointing import Pointing
from labeler.viewing.pens import PenPoint, brush_share, on_the_way

FRAME_MS = 16


@dataclass(frozen=True)
class PenEvent:
    """What is kept of a tablet's event: Qt's own ends with the handler."""

    place: QPointF
    on_screen: QPointF
    which: Qt.MouseButton
    down: Qt.MouseButton
    keys: Qt.KeyboardModifier

    def position(self) -> QPointF:
        return self.place

    def globalPosition(self) -> QPointF:
        return self.on_screen

    def button(self) -> Qt.MouseButton:
        return self.which

    def buttons(self) -> Qt.MouseButton:
        return self.down

    def modifiers(self) -> Qt.KeyboardModifier:
        return self.keys


class Pen:
    """Waits with what moves until the frame is due; a press or release goes through at once,
    after all that came before it."""

    def __init__(self, owner: QWidget, desk: Desk, pointing: Pointing) -> None:
        self._owner, self._desk, self._pointing = owner, desk, pointing
        self._points: list[PenPoint] = []
        self._last: PenEvent | None = None
        self._frame = QTimer(owner)
        self._frame.setSingleShot(True)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self.catch_up)
        self.turns = 0
        """How often moves were worked off."""

    def hear(self, event: QTabletEvent) -> None:
        """Takes the event: no mouse event is made of it."""
        event.accept()
        kept = _kept(event)
        if event.type() == QEvent.Type.TabletPress:
            self.catch_up()
            self._press(event, kept)
        elif event.type() == QEvent.Type.TabletRelease:
            self.catch_up()
            self._pointing.release(kept, pen=True)
            if self._pointing.held is None:
                self._desk.pen_share = 1.0
        else:
            at = event.position()
            self._points.append(PenPoint(at.x(), at.y(), event.pressure()))
            self._last = kept
            if not self._frame.isActive():
                self._frame.start(FRAME_MS)

    def catch_up(self) -> None:
        """Go the whole way that the pen went since the last frame."""
        self._frame.stop()
        points, last = self._points, self._last
        self._points, self._last = [], None
        if last is None:
            return
        self.turns += 1
        held = self._pointing.held is not None and not self._pointing.is_mouse
        for point in on_the_way(points) if held else points[-1:]:
            if held:
                self._desk.pen_share = brush_share(point.pressure)
            self._pointing.move(_moved(last, QPointF(point.x, point.y)), pen=True)

    def _press(self, event: QTabletEvent, kept: PenEvent) -> None:
        # What a pen touches has the keyboard, as what a mouse clicks.
        self._owner.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._pointing.is_mouse:
            return
        self._desk.pen_share = brush_share(event.pressure())
        other_end = event.pointerType() == QPointingDevice.PointerType.Eraser
        eraser = self._desk.tools["eraser"] if other_end else None
        self._pointing.press(kept, clicks=1, pen=True, instead=eraser)
        if self._pointing.held is None:
            self._desk.pen_share = 1.0


def _kept(event: QTabletEvent) -> PenEvent:
    return PenEvent(
        QPointF(event.position()),
        QPointF(event.globalPosition()),
        event.button(),
        event.buttons(),
        event.modifiers(),
    )


def _moved(event: PenEvent, place: QPointF) -> PenEvent:
    return PenEvent(place, event.on_screen, event.which, event.down, event.keys)
