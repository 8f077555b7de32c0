"""The whole program on the profile in the folder given, with the series in the other one.

A hand drops the series on the window, scrolls, drags the window, zooms and waits until all slices
are here. Told as JSON: for each part of that how long the thread of the window was busy at most, in
milliseconds, and the memory before and after in MB.
"""

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from labeler.__main__ import open_window

STEP_MS = 12
SETTLE_S, PATIENCE_S = 1.5, 60.0
BARE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
NONE, RIGHT = Qt.MouseButton.NoButton, Qt.MouseButton.RightButton
PRESS, MOVE = QMouseEvent.Type.MouseButtonPress, QMouseEvent.Type.MouseMove
RELEASE = QMouseEvent.Type.MouseButtonRelease


def precise(owner, milliseconds, tick):
    timer = QTimer(owner)
    timer.setInterval(milliseconds)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start()
    return timer


class Turns:
    """How late a timer of a millisecond is: so long something else kept the thread."""

    def __init__(self, window):
        self.longest = {}
        self.part = "start"
        self._last = time.perf_counter()
        self._timer = precise(window, 1, self._tick)

    def _tick(self):
        now = time.perf_counter()
        late = (now - self._last) * 1000 - 1
        self.longest[self.part] = max(late, self.longest.get(self.part, 0.0))
        self._last = now


class Hand:
    """What a person does, a step at a time."""

    def __init__(self, window):
        self._window, self._turns = window, Turns(window)
        self._steps = self._script()
        self._began = self._since = time.perf_counter()
        self._awaited = next(self._steps)
        self._timer = precise(window, STEP_MS, self._go_on)

    def _go_on(self):
        now = time.perf_counter()
        if now - self._began > PATIENCE_S:
            print(f"stuck in {self._turns.part}", file=sys.stderr)
            self._window.window().close()
            return
        awaited = self._awaited
        if awaited() if callable(awaited) else now - self._since >= awaited:
            self._awaited, self._since = next(self._steps, PATIENCE_S), now

    def _script(self):
        """What is waited for (a test), or how long (seconds)."""
        turns = self._turns
        yield SETTLE_S
        empty = proportional_mb()
        yield 0  # what this took is not the program's
        turns.part = "load"
        self._drop()
        yield self._is_shown
        turns.part = "scroll"
        for step in range(160):
            self._wheel(-1 if step < 110 else 1)
            yield 0
        turns.part = "window"
        self._mouse(PRESS, 0, RIGHT, RIGHT)
        for step in range(60):
            self._mouse(MOVE, step, NONE, RIGHT)
            yield 0
        self._mouse(RELEASE, 60, RIGHT, NONE)
        turns.part = "zoom"
        for step in range(40):
            self._wheel(1 if step < 20 else -1, CTRL)
            yield 0
        turns.part = "rest"
        yield lambda: self._volume().is_complete
        yield SETTLE_S
        told = {"empty": empty, "full": proportional_mb()}
        told |= {"volume": self._volume().values.nbytes / 1e6, "turns": turns.longest}
        print(json.dumps(told), flush=True)
        self._window.window().close()

    def _reading(self):
        return self._window.places["reading"]

    def _is_shown(self):
        return self._reading().desk.active.pixels is not None

    def _volume(self):
        place = self._reading()
        return place._port.series.request_volume(place.desk.active.tile)

    def _drop(self):
        paths = QMimeData()
        paths.setUrls([QUrl.fromLocalFile(sys.argv[2])])
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        self._window.dropEvent(QDropEvent(QPointF(500, 400), copy, paths, left, BARE))

    def _wheel(self, notches, keys=BARE):
        view = self._reading().view
        at = QPointF(view.rect().center())
        turn, phase = QPoint(0, 120 * notches), Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(at, view.mapToGlobal(at), QPoint(), turn, NONE, keys, phase, False)
        QApplication.sendEvent(view, event)

    def _mouse(self, kind, across, button, held):
        view = self._reading().view
        at = QPointF(view.rect().center()) + QPointF(across, across / 3)
        event = QMouseEvent(kind, at, view.mapToGlobal(at), button, held, BARE)
        QApplication.sendEvent(view, event)


def proportional_mb():
    """This process's own pages, and its share of those that others have as well."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6


HANDS = []
sys.exit(open_window(Path(sys.argv[1]), lambda window: HANDS.append(Hand(window))))
