"""Words beside a field about what was typed into it; they move nothing and take no pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from labeler.ui.components.text import Label
from labeler.ui.theme import Type

WIDEST, GAP, EDGE = 300, 4, 8
STAY_MS = 10_000
"""How long they are read after the keyboard went elsewhere."""

_MOVED = (QEvent.Type.Move, QEvent.Type.Resize)


class Beside(Label):
    """One in a window: below a field, above it where there is no room, over what lies there. It
    follows the field while that has the keyboard, and is read on for a while after."""

    def __init__(self, window: QWidget) -> None:
        super().__init__("", Type.SECONDARY, "danger", wrap=True)
        self.setParent(window)
        self.setObjectName("beside")
        self.setProperty("kind", "beside")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._field: QWidget | None = None
        self._watched: list[QWidget] = []
        self._stay = QTimer(self)
        self._stay.setSingleShot(True)
        self._stay.setInterval(STAY_MS)
        self._stay.timeout.connect(self.end)
        self.hide()

    @staticmethod
    def of(field: QWidget) -> Beside:
        """That of the field's window."""
        window = field.window()
        found = window.findChild(Beside, "beside", Qt.FindChildOption.FindDirectChildrenOnly)
        return Beside(window) if found is None else found

    def tell(self, field: QWidget, words: str, *, left: bool = False) -> None:
        """Say `words` beside a field; `left` where the keyboard is going elsewhere."""
        self._let_go()
        self._field = field
        self.setText(words)
        self.ensurePolished()
        field.setAccessibleDescription(words)
        self._place()
        self.show()
        self.raise_()
        if left:
            self._stay.start()
            self._let_go()
        else:
            self._stay.stop()
            self._watch()

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

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVED:
            self._place()
        return False

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
        if field is None or window is None:
            return
        width = min(WIDEST, max(self._one_line(), 1), window.width() - 2 * EDGE)
        self.resize(width, max(self.heightForWidth(width), self.minimumHeight()))
        at = field.mapTo(window, QPoint(0, field.height() + GAP))
        if at.y() + self.height() > window.height() - EDGE:
            at = field.mapTo(window, QPoint(0, -GAP - self.height()))
        farthest = window.width() - EDGE - width
        self.move(max(EDGE, min(at.x(), farthest)), max(EDGE, at.y()))

    def _one_line(self) -> int:
        return self.fontMetrics().horizontalAdvance(self.text()) + 2 * EDGE + 4
