"""The victim at a real window: it draws with mouse and keys, as a person does."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.app.opening import utc_now
from labeler.app.screens import Change
from labeler.model.paths import resources_root
from labeler.ui.look import dress, load_look, prime
from labeler.ui.reading.place import ReadingPlace, reading_place
from labeler.ui.relay import Relay
from labeler.ui.start import make_application
from labeler.ui.window import Surroundings, Window
from tests.kill_test.victim import Victim

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
DRAWN_WITH = {Qt.Key.Key_B: 8, Qt.Key.Key_E: 3, Qt.Key.Key_L: 1, Qt.Key.Key_R: 1}
"""Brush, eraser, length and box, by how often."""


class EventLoop:
    """Qt's, with the relay that the program has."""

    def __init__(self) -> None:
        self._relay = Relay()

    def deliver(self, call: Callable[[], None]) -> None:
        self._relay.deliver(call)

    def take(self, wait_s: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * min(wait_s, 0.005)), loop.quit)
        loop.exec()


class Painter(Victim):
    """Draws through the widgets; whatever it says was saved, the journal has from there."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self._application = make_application(())
        look = load_look(resources_root(), reduced_motion=True)
        prime(self._application, look)
        dress(self._application, look)
        super().__init__(root, chance, EventLoop())
        around = Surroundings(utc_now, random.Random(1), lambda: "0.1.0")
        self._window = Window(look, self.session, reading_place(self.session.reading), around)
        self.session.listen(self._hear_both)
        self._window.resize(1000, 700)
        self._window.show()
        self._window.begin()
        self._window.go_to("reading")
        place = self._window.place()
        assert isinstance(place, ReadingPlace), "it was gone to"
        self._place = place

    def _hear_both(self, change: Change) -> None:
        """The window first: what is said was shown."""
        self._window._hear(change)
        self._hear(change)

    def show(self, item: str) -> None:
        super().show(item)
        self.until(lambda: self._place.desk.active.pixels is not None)
        self.until(lambda: not self._place.is_coming)
        self._place.view.setFocus()

    def step(self) -> None:
        """One stroke with a tool, or now and then undo or redo; all by events."""
        dice = self._chance.random()
        if dice < 0.1 and len(self.session.reading.document().marks) > 1:
            self._press(Qt.Key.Key_Z, CTRL)
        elif dice < 0.2:
            self._press(Qt.Key.Key_Z, CTRL | SHIFT)
        else:
            (key,) = self._chance.choices(list(DRAWN_WITH), list(DRAWN_WITH.values()))
            self._press(key)
            self._drag()
        self.live(0.001)

    def _press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or self._place.view, key, modifiers)

    def _drag(self) -> None:
        view = self._place.view
        x, y = (self._chance.randrange(side) for side in (view.width(), view.height()))
        QTest.mousePress(view, LEFT, NONE, QPoint(x, y))
        for _ in range(self._chance.randint(2, 12)):
            x += self._chance.randint(-30, 30)
            y += self._chance.randint(-30, 30)
            QTest.mouseMove(view, QPoint(x, y))
            if self._chance.random() < 0.3:
                self.live(0.001)
        QTest.mouseRelease(view, LEFT, NONE, QPoint(x, y))
