"""The first screen of a new profile: what the mouse does, and two ways to begin."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from labeler.ui.components.buttons import Large, Primary
from labeler.ui.components.text import Label
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.look import Look
from labeler.ui.theme import Type
from labeler.ui.translation import tr


class Mouse(QWidget):
    """A mouse drawn in outline, its right button in accent: the one that surprises."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedSize(120, 168)

    def paintEvent(self, _event: QPaintEvent) -> None:
        color = self._look.theme.color
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QPainterPath()
        body.addRoundedRect(QRectF(20, 4, 80, 156), 40, 44)
        right = QPainterPath()
        right.addRect(QRectF(60, 4, 40, 64))
        painter.fillPath(body.intersected(right), color("selected"))
        painter.setPen(QPen(color("outline"), 1.5))
        painter.drawPath(body)
        painter.drawLine(QPointF(60, 4), QPointF(60, 68))
        painter.drawLine(QPointF(20, 68), QPointF(100, 68))
        painter.setBrush(color("panel"))
        painter.setPen(QPen(color("accent"), 1.5))
        painter.drawRoundedRect(QRectF(54, 24, 12, 28), 6, 6)
        painter.end()


class FirstRun(Dialog):
    """Thin on purpose: no key and no account before there is something to sign."""

    def __init__(
        self, window: QWidget, look: Look, sample: Callable[[], None], connect: Callable[[], None]
    ) -> None:
        super().__init__(window, look, tr("Welcome to Labeler"))
        self._next: Callable[[], None] | None = None
        words = tr("Read offline, sign every case, and prove what you are owed.")
        self.body.addWidget(Label(words, ink="text2", wrap=True))
        self.body.addLayout(self._mouse())
        self.sample = Primary(tr("Try a sample case"), lambda: self._leave(sample))
        self.connect_ = Large(tr("Connect"), lambda: self._leave(connect))
        self.set_buttons(self.sample, self.connect_, Large(tr("Later"), self.reject))
        self.sample.setFocus()

    def _mouse(self) -> QHBoxLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (button, does) in enumerate(
            (
                (tr("Left"), tr("the tool you chose")),
                (tr("Middle"), tr("moves the image")),
                (tr("Right, drag"), tr("window: right is wider, up is brighter")),
                (tr("Right, click"), tr("menu")),
                (tr("Wheel"), tr("slices; towards you is the next one")),
                (tr("Ctrl and wheel"), tr("zooms at the pointer")),
            )
        ):
            grid.addWidget(Label(button, Type.STRONG), row, 0)
            grid.addWidget(Label(does, ink="text2"), row, 1)
        line = QHBoxLayout()
        line.setSpacing(24)
        line.addWidget(Mouse(self.look), 0, Qt.AlignmentFlag.AlignVCenter)
        line.addLayout(grid, 1)
        return line

    def _leave(self, then: Callable[[], None]) -> None:
        self.accept()
        then()
