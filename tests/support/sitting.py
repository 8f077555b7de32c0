"""The program at a real window over a real profile, and a person before it: mouse, wheel, keys."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from labeler.app.session import Session
from labeler.app.session_core import Surroundings as SessionSurroundings
from labeler.model.document import Mark
from labeler.model.edits import AddMark, ReplaceMark
from labeler.model.history import History, advance
from labeler.model.paths import resources_root
from labeler.model.shapes import Box
from labeler.model.steps import Do, Step
from labeler.store.store import Store
from labeler.ui.dialogs.first_run import FirstRun
from labeler.ui.look import Look
from labeler.ui.reading.history_list import HistoryList
from labeler.ui.reading.place import ReadingPlace, reading_place
from labeler.ui.relay import Relay
from labeler.ui.window import Surroundings, Window

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
PATIENCE_S = 30.0


class Sitting:
    """One start of the program, from the window to its end; `clock` gives UTC seconds. Images that
    were `named` at the start are there before the window is."""

    def __init__(
        self,
        root: Path,
        look: Look,
        relay: Relay,
        clock: Callable[[], int],
        named: tuple[Path, ...] = (),
    ) -> None:
        self.events = 0
        """Of mouse, wheel and keys, as many as were sent."""
        around = SessionSurroundings(root, resources_root(), relay.deliver, _no_sample, clock)
        self.session = Session(around)
        if named:
            self.session.open_paths(named)
            self.until(lambda: self.session.reading.case() is not None)
        self.window = Window(
            look,
            self.session,
            reading_place(self.session.reading),
            Surroundings(clock, random.Random(1), lambda: "0.1.0"),
            "reading" if named else "work",
        )
        self.window.resize(1440, 900)
        self.window.show()
        self.window.begin(at_images=bool(named))
        greeting = QApplication.activeModalWidget()
        if isinstance(greeting, FirstRun):
            greeting.reject()
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)

    @property
    def place(self) -> ReadingPlace:
        place = self.window.place()
        assert isinstance(place, ReadingPlace)
        return place

    @property
    def history(self) -> History:
        return self.session.reading.history()

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self.session.reading.document().marks

    def until(self, true: Callable[[], bool]) -> None:
        """Live on until something is true."""
        late = time.monotonic() + PATIENCE_S
        while not true():
            QTest.qWait(1)
            if time.monotonic() > late:
                raise TimeoutError(f"waited in vain; told: {self.session.notices()}")

    def show(self, study: Path) -> None:
        """Open a folder, and have its first slice before one."""
        self.window._open_paths([study])
        self.until(lambda: self.place.desk.case is not None)
        self.until(self.is_seen)
        self.place.view.setFocus()

    def is_seen(self) -> bool:
        """Whether what is wanted stands on the screen."""
        return self.place.desk.active.pixels is not None and not self.place.is_coming

    # --- the hand -----------------------------------------------------------------------------

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.events += 2
        QTest.keyClick(QApplication.focusWidget() or self.place.view, key, modifiers)
        QApplication.processEvents()

    def drag(self, *places: tuple[float, float]) -> None:
        """Over the active view, by parts of its sides."""
        view = self.place.view
        points = [QPoint(round(x * view.width()), round(y * view.height())) for x, y in places]
        self.events += 1 + len(points)
        QTest.mousePress(view, LEFT, NONE, points[0])
        for point in points[1:]:
            QTest.mouseMove(view, point)
        QTest.mouseRelease(view, LEFT, NONE, points[-1])
        QApplication.processEvents()

    def click_at(self, *places: tuple[float, float]) -> None:
        """One click after the other, as a polygon is set."""
        view = self.place.view
        self.events += 3 * len(places)
        for x, y in places:
            at = QPoint(round(x * view.width()), round(y * view.height()))
            QTest.mouseMove(view, at)
            QTest.mouseClick(view, LEFT, NONE, at)
        QApplication.processEvents()

    def wheel(self, notches: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.events += 1
        view = self.place.view
        middle = QPointF(view.width() / 2, view.height() / 2)
        event = QWheelEvent(
            middle,
            QPointF(view.mapToGlobal(middle.toPoint())),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, event)
        QApplication.processEvents()

    # --- the history --------------------------------------------------------------------------

    def open_history(self) -> HistoryList:
        self.key(Qt.Key.Key_H, CTRL)
        listed = self.place.panel.history.list
        assert listed.isVisible()
        return listed

    def click(self, listed: HistoryList, row: int) -> None:
        """A row of the history."""
        listed.scrollTo(listed.model().index(row, 0))
        where = listed.visualRect(listed.model().index(row, 0)).center()
        self.events += 2
        QTest.mouseClick(listed.viewport(), LEFT, NONE, where)

    def write(self, steps: Sequence[Step], at: int) -> None:
        """Put steps behind what the journal of the open case has, as if they had been taken in an
        earlier sitting; they are there at the next one."""
        reading, bench = self.session.reading, self.session._bench
        case, head = reading.case(), reading.head
        assert case is not None
        assert head is not None
        assert bench is not None

        def append(store: Store) -> None:
            store.journal.append(case.id, steps, after=head.seq, at=at)

        bench.services.store.call(append)

    def close(self) -> None:
        """Close the window; every edit is durable then."""
        self.until(lambda: self.session.reading.is_settled)
        self.window.close()
        QTest.qWait(1)
        assert self.session.close() == 0
        delete(self.window)  # as the program ends: nothing runs between the two


def changed_boxes(sitting: Sitting, count: int, marks: int = 50) -> list[Step]:
    """So many edits of the open case: boxes on all slices, then changed one after the other."""
    case, history = sitting.session.reading.case(), sitting.history
    assert case is not None
    steps: list[Step] = []
    for number in range(count):
        there = history.document.marks
        frame, box = case.image.refs[number % len(case.image.refs)], Box((0, 0), (900, 1 + number))
        if len(there) < marks:
            label = case.labels[number % len(case.labels)].code
            step = Do(AddMark(len(there), Mark(f"old{number}", label, frame, box)))
        else:
            old = there[number % marks]
            step = Do(ReplaceMark(old, Mark(old.id, old.label, old.frame, box)))
        history = advance(history, step)
        steps.append(step)
    return steps


def _no_sample(_folder: Path) -> None:
    raise AssertionError("nobody asked for the practice case")
