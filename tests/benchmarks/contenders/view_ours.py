"""This program's viewport, turned and windowed by the events of a hand: `view_ours.py [SLICES]`."""

import sys
from dataclasses import replace

import numpy as np
import painting
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu

from labeler.model.frames import FrameRef, Window
from labeler.model.paths import resources_root
from labeler.ui.look import dress, load_look, prime
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.viewport_widget import ViewportWidget
from labeler.ui.reading.wall import Wall
from tests.support.images import axial, image_of
from tests.support.reading_in_memory import ReadingInMemory, open_case

BARE = Qt.KeyboardModifier.NoModifier
NONE, RIGHT = Qt.MouseButton.NoButton, Qt.MouseButton.RightButton
KEPT = []
"""What Qt itself does not hold."""


class Turning:
    """More slices than there are pixels in memory: only their number may cost something."""

    def __init__(self, stack, slices):
        self._stack, self.shape = stack, (slices, *stack.shape[1:])

    def frame(self, index):
        return self._stack[index % len(self._stack)]


def of_slices(stack, slices, **told):
    image = image_of(stack[:1], matrix=axial((0.7, 0.7, 1.0)), **told)
    return replace(
        image,
        source=Turning(stack, slices),
        refs=tuple(FrameRef("1.2.3", f"1.2.3.{i}", 0) for i in range(slices)),
        instance_numbers=tuple(range(1, slices + 1)),
        slopes=image.slopes * slices,
        intercepts=image.intercepts * slices,
    )


def shown(image, size, rows=1, columns=1):
    """A wall with the image in each of its viewports, on an off-screen screen."""
    look = load_look(resources_root(), reduced_motion=True)
    prime(painting.application(), look)
    dress(painting.application(), look)
    port = ReadingInMemory(lambda _change: None)
    changed = []
    desk = Desk(port, lambda: None, lambda viewport: changed and changed[0](viewport))

    def widget(viewport):
        unheard = [lambda _told: None] * 3
        return ViewportWidget(look, desk, viewport, QMenu, *unheard)

    wall = Wall(look, desk, widget)
    changed.append(wall.looked)
    case = open_case(image)
    port.show(case)
    desk.opened()
    desk.arrangement.arrange(rows, columns)
    for viewport in desk.arrangement.on_screen[1:]:
        viewport.show(case.tile, image)
    wall.refresh()
    wall.resize(*size)
    wall.show()
    KEPT[:] = [wall, desk, port]
    for _ in range(10):
        QApplication.processEvents()
    return [wall.widget_of(viewport) for viewport in desk.arrangement.on_screen]


def mouse(view, kind, at, button, held):
    event = QMouseEvent(kind, at, view.mapToGlobal(at), button, held, BARE)
    QApplication.sendEvent(view, event)


def window_drag():
    pixels = painting.mammogram()[np.newaxis]
    window = Window(painting.CENTER, painting.WIDTH)
    image = image_of(
        pixels, intercept=0.0, unit="", modality="MG", oriented=False, windows=(window,)
    )
    (view,) = shown(image, painting.DRAG_VIEW)
    press = QPointF(view.rect().center())
    mouse(view, QEvent.Type.MouseButtonPress, press, RIGHT, RIGHT)

    def step(frame):
        to = press + QPointF(*painting.drag(frame))
        mouse(view, QEvent.Type.MouseMove, to, NONE, RIGHT)

    return [view], step


def wheel(view, notches):
    at = QPointF(view.rect().center())
    turned = QPoint(0, 120 * notches)
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, view.mapToGlobal(at), QPoint(), turned, NONE, BARE, phase, False)
    QApplication.sendEvent(view, event)


def scroll_of(slices, size=painting.SCROLL_VIEW, rows=1, columns=1):
    def made():
        window = Window(painting.CT_CENTER - 1024, painting.CT_WIDTH)
        image = of_slices(painting.ct_slices(), slices, windows=(window,))
        views = shown(image, size, rows, columns)
        # In a long series the same pixels, and as many new words in the corners.
        first = slices // 2 // painting.SLICES * painting.SLICES

        def step(frame):
            for view in views:
                now = view.viewport.wanted
                wheel(view, now - first - painting.slice_at(frame))

        return views, step

    return made


painting.perform(
    {
        "window-drag": window_drag,
        "scroll": scroll_of(int((sys.argv[1:] or [painting.SLICES])[0])),
        "four-4k": scroll_of(painting.SLICES, (3840, 2160), 2, 2),
    }
)
sys.exit(0)
