"""A reader's hands on the Reading screen: real mouse, wheel and key events."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labeler.app.open_case import OpenCase
from labeler.app.screens import Change
from labeler.model.document import Document
from labeler.model.masks import Mask
from labeler.model.measures import MASKS
from labeler.ui.action_table import PLANS
from labeler.ui.reading.place import ReadingPlace
from labeler.ui.window import Window
from tests.support.reading_in_memory import ReadingInMemory
from tests.support.session_in_memory import SessionInMemory

LEFT, MIDDLE, RIGHT = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
)
NONE = Qt.KeyboardModifier.NoModifier
TURNS = 5
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Reader:
    def __init__(
        self,
        window: Window,
        place: ReadingPlace,
        port: ReadingInMemory,
        session: SessionInMemory,
        qtbot: QtBot,
    ) -> None:
        self.window, self.place, self.port, self.session = window, place, port, session
        self.view, self.desk, self._qtbot = place.view, place.desk, qtbot

    def show(self, case: OpenCase) -> None:
        self.port.show(case)
        self._qtbot.waitUntil(lambda: self.desk.case is case)
        self.view.setFocus()
        self.settle()

    def settle(self) -> None:
        """Let what was told be heard and painted: the relay spreads it over some turns."""
        for _ in range(TURNS):
            QApplication.processEvents()
        while self.place.is_coming:
            QApplication.processEvents()
        self.view.repaint()

    def wait_count(self) -> None:
        """Until the problems are counted anew."""
        self._qtbot.waitUntil(lambda: not self.place.panel._count_later.isActive())

    @property
    def document(self) -> Document:
        return self.port.document()

    def at(self, column: float, row: float) -> QPoint:
        scene = self.desk.scene(self.desk.active)
        assert scene is not None
        x, y = scene.where.to_canvas((column, row))
        return QPoint(round(x), round(y))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.view, key, modifiers)
        self.settle()

    def take(self, tool: str) -> None:
        """By its key, as the table has it."""
        (key,) = next(plan.keys for plan in PLANS if plan.id == f"tool.{tool}")
        self.key(Qt.Key(ord(key[-1])), SHIFT if key.startswith("Shift+") else NONE)
        assert self.desk.tool.name == tool

    def drag(
        self,
        places: Iterable[tuple[float, float]],
        button: Qt.MouseButton = LEFT,
        modifiers: Qt.KeyboardModifier = NONE,
    ) -> None:
        """Through voxel places, on the slice that is shown."""
        self.drag_canvas([self.at(*place) for place in places], button, modifiers)

    def drag_canvas(
        self,
        points: list[QPoint],
        button: Qt.MouseButton = LEFT,
        modifiers: Qt.KeyboardModifier = NONE,
    ) -> None:
        QTest.mousePress(self.view, button, modifiers, points[0])
        for point in points[1:]:
            QTest.mouseMove(self.view, point)
        QTest.mouseRelease(self.view, button, modifiers, points[-1])
        self.settle()

    def click(self, column: float, row: float, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseClick(self.view, button, NONE, self.at(column, row))
        self.settle()

    def wheel(
        self, notches: float, modifiers: Qt.KeyboardModifier = NONE, at: QPoint | None = None
    ) -> None:
        """Positive away from the person."""
        place = QPointF(at or self.view.rect().center())
        turned = QPoint(0, round(120 * notches))
        event = QWheelEvent(
            place,
            self.view.mapToGlobal(place),
            QPoint(),
            turned,
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view, event)
        self.settle()

    def painted(self, number: int = 0) -> Mask:
        """The voxels of a painted mark."""
        mark = self.document.marks[number]
        assert isinstance(mark.shape, MASKS)
        image = self.desk.active.image
        assert image is not None
        mask = self.port.painted.region(mark.shape, image.refs.index(mark.frame))
        assert mask is not None
        return mask

    def finish_form(self) -> None:
        """All required answers, and every slice shown."""
        for question, value in (("side", "left"), ("calcification", "absent"), ("confidence", 3)):
            self.desk.answers.give(question, value)
        assert self.desk.active.image is not None
        for index in range(len(self.desk.active.image.refs)):
            self.port.mark_seen(self.desk.active.tile, index)
        self.session.change(Change.DOCUMENT)
        self.settle()
        self.wait_count()
