"""The first screen of a new profile: what the mouse does, and two ways to begin."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from labeler.ui.actions import Actions
from labeler.ui.components.buttons import ChipRow, Large, Primary
from labeler.ui.components.surfaces import Row
from labeler.ui.components.text import Label
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.dialogs.input_words import menu_lines, use_words
from labeler.ui.look import Look
from labeler.ui.mouse_table import (
    BUTTON_WORDS,
    DRAGGING,
    GESTURES,
    VIEWERS,
    Button,
    uses_of,
    viewer_of,
)
from labeler.ui.ports import SessionPort
from labeler.ui.theme import Type
from labeler.ui.translation import tr

HOW = 112
"""Wide enough for how something is done."""


class Mouse(QWidget):
    """A mouse drawn in outline; the buttons in question are in accent."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._lit: frozenset[Button] = frozenset()
        self.setFixedSize(120, 168)

    def tell(self, lit: Collection[Button]) -> None:
        """These do something else than with Labeler's own hands."""
        self._lit = frozenset(lit)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        color = self._look.theme.color
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            body = QPainterPath()
            body.addRoundedRect(QRectF(20, 4, 80, 156), 40, 44)
            for button, left in ((Button.LEFT, 20), (Button.RIGHT, 60)):
                if button in self._lit:
                    side = QPainterPath()
                    side.addRect(QRectF(left, 4, 40, 64))
                    painter.fillPath(body.intersected(side), color("selected"))
            painter.setPen(QPen(color("outline"), 1.5))
            painter.drawPath(body)
            painter.drawLine(QPointF(60, 4), QPointF(60, 68))
            painter.drawLine(QPointF(20, 68), QPointF(100, 68))
            middle = Button.MIDDLE in self._lit
            painter.setBrush(color("selected" if middle else "panel"))
            painter.setPen(QPen(color("accent" if middle else "outline"), 1.5))
            painter.drawRoundedRect(QRectF(54, 24, 12, 28), 6, 6)


class FirstRun(Dialog):
    """Thin on purpose: no key and no account before there is something to sign."""

    def __init__(
        self,
        window: QWidget,
        look: Look,
        session: SessionPort,
        actions: Actions,
        sample: Callable[[], None],
        connect: Callable[[], None],
    ) -> None:
        super().__init__(window, look, tr("Welcome to Labeler"))
        self._session, self._actions = session, actions
        words = tr("Read offline, sign every case, and prove what you are owed.")
        self.body.addWidget(Label(words, ink="text2", wrap=True))
        self.body.addWidget(Label(tr("Which viewer do your hands know?"), Type.SECTION))
        self.viewers = ChipRow(tuple(tr(viewer.words) for viewer in VIEWERS), self._know)
        self.viewers.choose(VIEWERS.index(viewer_of(session.preferences())))
        chips = Row()
        chips.cells.addWidget(self.viewers)
        chips.cells.addStretch()
        self.body.addWidget(chips)
        self.mouse = Mouse(look)
        self._does: dict[Button, Label] = {}
        self.body.addLayout(self._diagram())
        self.sample = Primary(tr("Try a sample case"), lambda: self._leave(sample))
        self.connect_ = Large(tr("Connect"), lambda: self._leave(connect))
        self.set_buttons(self.sample, self.connect_, Large(tr("Later"), self.reject))
        self.sample.setFocus()

    def _know(self, number: int) -> None:
        """The mouse is that viewer's from now on; the diagram shows what that changes."""
        now = replace(self._session.preferences(), viewer=VIEWERS[number].name)
        self._session.prefer(now)
        usual, uses = uses_of(replace(now, viewer=VIEWERS[0].name)), uses_of(now)
        self.mouse.tell({button for button in uses if uses[button] != usual[button]})
        for button, does in self._does.items():
            does.setText(use_words(uses[button], self._actions, now))

    def _diagram(self) -> QHBoxLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        now = self._session.preferences()
        for button in DRAGGING:
            words = use_words(uses_of(now)[button], self._actions, now)
            self._does[button] = Label(words, ink="text2", wrap=True)
            self._line(grid, tr(BUTTON_WORDS[button]), self._does[button])
        wheel = [(tr(how), tr(does)) for how, does in GESTURES[:2]]
        for how, does in (*menu_lines(now), *wheel):
            self._line(grid, how, Label(does, ink="text2", wrap=True))
        line = QHBoxLayout()
        line.setSpacing(24)
        line.addWidget(self.mouse, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addLayout(grid, 1)
        return line

    def _line(self, grid: QGridLayout, how: str, does: Label) -> None:
        row = grid.rowCount()
        words = Label(how, Type.STRONG, wrap=True)
        words.setFixedWidth(HOW)
        grid.addWidget(words, row, 0)
        grid.addWidget(does, row, 1)

    def _leave(self, then: Callable[[], None]) -> None:
        self.accept()
        then()
