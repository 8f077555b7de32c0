"""What every dialog is: 560 wide, outlined, over a scrim; Esc cancels."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPainterPath, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from labeler.errors import LabelerError
from labeler.ui.components.focus import FocusRing
from labeler.ui.components.surfaces import Column
from labeler.ui.components.text import Label
from labeler.ui.look import Look
from labeler.ui.theme import DIALOG_WIDTH, Type
from labeler.ui.translation import error_words

P = ParamSpec("P")
MARGIN = 24
SCRIM = QColor(0, 0, 0, 153)


class Scrim(QWidget):
    """60 % black over the window behind a dialog."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setGeometry(window.rect())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), SCRIM)


class Dialog(QDialog):
    """A window-modal panel: title, body, one row of buttons. Opened with `open()`."""

    def __init__(
        self, window: QWidget, look: Look, title: str, *, width: int = DIALOG_WIDTH
    ) -> None:
        super().__init__(window, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.look = look
        self._window = window
        self._scrim: Scrim | None = None
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._width = width
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(12)
        self.trouble = Trouble()
        self.heading = Label(title, Type.PAGE, wrap=True)
        rows = self._rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        rows.setSpacing(16)
        rows.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        rows.addWidget(self.heading)
        rows.addLayout(self.body, 1)
        rows.addWidget(self.trouble)
        rows.addLayout(self.buttons)
        self._ring = FocusRing(look, self)

    def set_buttons(self, *buttons: QWidget) -> None:
        """The row at the foot: what it is for first, the way back last."""
        for button in buttons:
            self.buttons.addWidget(button)
        self.buttons.addStretch()

    def refuse(self, error: LabelerError) -> None:
        """Say here why it did not work; the dialog stays."""
        self.trouble.show_error(error)
        self.settle()

    def while_open(self, call: Callable[P, None]) -> Callable[P, None]:
        """For answers that may come when the dialog is gone: then nobody is told."""

        def told(*args: P.args, **named: P.kwargs) -> None:
            if isValid(self):
                call(*args, **named)

        return told

    def settle(self) -> None:
        """Take the height the words need, and the middle of the window."""
        self._rows.invalidate()
        self.resize(self._width, self._rows.totalHeightForWidth(self._width))
        middle = self._window.rect().center() - QPoint(self.width() // 2, self.height() // 2)
        self.move(self._window.mapToGlobal(middle))

    def event(self, event: QEvent) -> bool:
        """Words came or went inside: the height follows."""
        taken = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._rows.invalidate()
            if self._rows.totalHeightForWidth(self._width) != self.height():
                self.settle()
        return taken

    def showEvent(self, event: QShowEvent) -> None:
        if self._scrim is None:
            self._scrim = Scrim(self._window)
            self._window.installEventFilter(self)
        self._scrim.show()
        self._scrim.raise_()
        self.settle()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        if self._scrim is not None:
            self._scrim.hide()
            self._scrim.deleteLater()
            self._scrim = None
            self._window.removeEventFilter(self)
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window took another size: stay in its middle."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.settle()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            edge = QPainterPath()
            edge.addRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
            painter.fillPath(edge, self.look.theme.color("panel"))
            painter.setPen(QPen(self.look.theme.color("outline"), 1))
            painter.drawPath(edge)


class Trouble(Column):
    """What went wrong, where it went wrong: happened, safe, do."""

    def __init__(self) -> None:
        super().__init__("tint-danger", margin=12, gap=4)
        self._happened = Label("", Type.STRONG, "danger", wrap=True)
        self._rest = Label("", Type.BODY, "text", wrap=True)
        self.rows.addWidget(self._happened)
        self.rows.addWidget(self._rest)
        self.hide()

    def show_error(self, error: LabelerError) -> None:
        happened, safe, do = error_words(error)
        self._happened.setText(happened)
        self._rest.setText(" ".join(words for words in (safe, do) if words))
        self.show()
