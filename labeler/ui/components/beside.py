"""Words beside a field about what was typed into it; they move nothing and give way to hands."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QCursor, QEnterEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from labeler.ui.components.clicks_through import hand_on
from labeler.ui.components.text import Label
from labeler.ui.theme import Type

WIDEST, GAP, EDGE = 300, 4, 8
ABOVE = "words_above"
"""A property of fields below which lies what is pressed next: the heading; words stand above it."""
STAY_MS = 10_000
"""How long they are read after the keyboard went elsewhere."""
READ_MS = 2_500
"""How long at least, where the field has gone or shows something else by now."""

_MOVED = (QEvent.Type.Move, QEvent.Type.Resize)


class Beside(Label):
    """One in a window: below a field, above it where there is no room, over what lies there. It
    follows the field, and is read on for a while after the keyboard went elsewhere. What has the
    keyboard or the pointer is never below it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__("", Type.SECONDARY, "danger", wrap=True)
        self.setParent(window)
        self.setObjectName("beside")
        self.setProperty("kind", "beside")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._field: QWidget | None = None
        self._watched: list[QWidget] = []
        self._stay = QTimer(self)
        self._stay.setSingleShot(True)
        self._stay.setInterval(STAY_MS)
        self._stay.timeout.connect(self.end)
        self._told = QElapsedTimer()
        self._left = False
        self._under: QWidget | None = None
        """What a press here was handed on to, until the release."""
        QApplication.instance().focusChanged.connect(self._give_way)  # type: ignore[union-attr]
        self.hide()

    @staticmethod
    def of(field: QWidget) -> Beside:
        """That of the field's window."""
        return Beside.there(field) or Beside(field.window())

    @staticmethod
    def there(field: QWidget) -> Beside | None:
        """That of the field's window, where anything was told there."""
        window = field.window()
        return window.findChild(Beside, "beside", Qt.FindChildOption.FindDirectChildrenOnly)

    def tell(self, field: QWidget, words: str, *, left: bool = False) -> None:
        """Say `words` beside a field; `left` where the keyboard is going elsewhere."""
        self._let_go()
        self._field = field
        self._left = left
        self.setText(words)
        self.ensurePolished()
        field.setAccessibleDescription(words)
        self._told.start()
        self._place()
        self.show()
        self.raise_()
        self._watch()
        if left:
            self._stay.start(STAY_MS)
        else:
            self._stay.stop()

    def end(self, field: QWidget | None = None) -> None:
        """No more of it; of `field`, where it is about that one."""
        if field is not None and field is not self._field:
            return
        if self._field is not None and isValid(self._field):
            self._field.setAccessibleDescription("")
        self._let_go()
        self._field = None
        self._stay.stop()
        self.hide()

    def fade(self, field: QWidget) -> None:
        """It is about something that `field` shows no more: read to its end, then gone."""
        if field is not self._field:
            return
        rest_ms = READ_MS - self._told.elapsed()
        if rest_ms > 0:
            self._stay.start(rest_ms)
        else:
            self.end()

    def enterEvent(self, _event: QEnterEvent) -> None:
        """The pointer came for what lies below."""
        self._yield()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A finger, or a pen, that comes without hover means what lies below: no click is lost."""
        self._yield()
        window = self.parentWidget()
        at = self.mapTo(window, event.position().toPoint()) if window is not None else None
        self._under = None if window is None or at is None else window.childAt(at)
        hand_on(event, self._under)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hand_on(event, self._under)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        hand_on(event, self._under)
        self._under = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVED:
            self._place()
        elif event.type() == QEvent.Type.Hide and watched is self._field:
            self.fade(self._field)
        return False

    def _give_way(self, _before: QWidget | None, now: QWidget | None) -> None:
        """The keyboard went to another control, maybe below it."""
        if now is None or not self.isVisible():
            return
        self._place()
        if now is not self._field and self._covers(now):
            self._yield()

    def _yield(self) -> None:
        """Seen no more; who typed and is still there is told again at the next Enter."""
        if self._left:
            self.end()
        else:
            self.hide()

    def _covers(self, control: QWidget) -> bool:
        window = self.parentWidget()
        if window is None or not window.isAncestorOf(control):
            return False
        return self.geometry().intersects(_seen_of(control, window))

    def _watch(self) -> None:
        """Whatever the field lies in moves it."""
        inside = self._field
        while inside is not None and inside is not self.parentWidget():
            inside.installEventFilter(self)
            self._watched.append(inside)
            inside = inside.parentWidget()

    def _let_go(self) -> None:
        for widget in self._watched:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._watched = []

    def _place(self) -> None:
        field, window = self._field, self.parentWidget()
        if field is None or window is None or not isValid(field) or not field.isVisible():
            return
        width = min(WIDEST, max(self._one_line(), 1), window.width() - 2 * EDGE)
        self.resize(width, max(self.heightForWidth(width), self.minimumHeight()))
        heading = field.property(ABOVE) or field
        high = field.mapTo(window, QPoint(0, 0)).y() - heading.mapTo(window, QPoint(0, 0)).y()
        above, below = -GAP - self.height() - high, field.height() + GAP
        farthest = window.width() - EDGE - width
        at = [field.mapTo(window, QPoint(0, y)) for y in (below, above)]
        focus = QApplication.focusWidget()
        if focus is not None and focus is not field and window.isAncestorOf(focus):
            at.append(focus.mapTo(window, QPoint(0, focus.height() + GAP)))
        at = [QPoint(max(EDGE, min(one.x(), farthest)), max(EDGE, one.y())) for one in at]
        if heading is not field:
            del at[0]
        elif at[0].y() + self.height() > window.height() - EDGE:
            at[:2] = at[1], at[0]
        free = [one for one in at if self._is_free(QRect(one, self.size()), window)]
        self.move((free or at)[0])

    def _is_free(self, room: QRect, window: QWidget) -> bool:
        """Whether neither the keyboard nor the pointer are there."""
        focus = QApplication.focusWidget()
        is_other = focus is not None and focus is not self._field and window.isAncestorOf(focus)
        if focus is not None and is_other and room.intersects(_seen_of(focus, window)):
            return False
        return not room.contains(window.mapFromGlobal(QCursor.pos()))

    def _one_line(self) -> int:
        return self.fontMetrics().horizontalAdvance(self.text()) + 2 * EDGE + 4


def _seen_of(control: QWidget, window: QWidget) -> QRect:
    """Where it lies in the window, as far as what it lies in shows it."""
    seen = control.visibleRegion().boundingRect()
    return QRect(control.mapTo(window, seen.topLeft()), seen.size())
