"""10,000 polygons in this program's own viewport: loaded, drawn anew, and under the pointer."""

from dataclasses import replace
from time import perf_counter

import msgspec
import numpy as np
import polygons
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu
from stage import perform

from labeler.model.document import Mark
from labeler.model.edits import AddMark, Together
from labeler.model.paths import resources_root
from labeler.model.shapes import Polygon
from labeler.ui.look import dress, load_look, prime
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.viewport_widget import ViewportWidget
from labeler.ui.reading.wall import Wall
from labeler.viewing.viewport import pan
from tests.support.images import axial, image_of
from tests.support.reading_in_memory import ReadingInMemory, open_case

NONE = Qt.MouseButton.NoButton


def main():  # noqa: C901  one job after the other
    application = QApplication([])
    look = load_look(resources_root(), reduced_motion=True)
    prime(application, look)
    dress(application, look)
    port = ReadingInMemory(lambda _change: None)
    desk = Desk(port, lambda: None, lambda _viewport: None)
    unheard = [lambda _told: None] * 3
    wall = Wall(look, desk, lambda one: ViewportWidget(look, desk, one, QMenu, *unheard))
    column = np.arange(polygons.SIDE, dtype=np.int16)
    pixels = (column[:, None] // 16 + column[None, :] // 16)[None].astype(np.int16)
    case = open_case(image_of(pixels, matrix=axial((0.5, 0.5, 1.0))))
    port.show(case)
    desk.opened()
    wall.refresh()
    wall.resize(*polygons.VIEW)
    wall.show()
    for _ in range(10):
        application.processEvents()
    view, viewport = wall.active, desk.active
    labels = [label.code for label in case.labels]
    edits = tuple(
        AddMark(
            n,
            Mark(
                f"m{n}",
                labels[n % len(labels)],
                case.image.refs[0],
                Polygon(tuple((round(1000 * x), round(1000 * y)) for x, y in points)),
            ),
        )
        for n, points in enumerate(polygons.outlines().tolist())
    )
    stored = msgspec.json.encode(Together("paste", edits))

    def load():
        assert not port.document().marks, "each job is done by a contender of its own"
        port.apply(msgspec.json.decode(stored, type=Together), {})
        wall.refresh()
        view.repaint()

    def unload(_made):
        told = len(port.document().marks)
        port.undo()
        wall.refresh()
        view.repaint()
        return str(told).encode()

    def repaint():
        """All marks anew, by another opacity: nothing that was drawn of them can be used again."""
        repaint.fill = 61 - repaint.fill
        desk.preferences = replace(desk.preferences, fill_percent=repaint.fill)
        before = view._painter.marks.redrawn
        view.repaint()
        assert view._painter.marks.redrawn - before == view.width() * view.height()

    def move_image():
        """A pixel aside: neither the image nor the marks can be used again."""
        move_image.way = -move_image.way
        viewport.look(pan(viewport.view, viewport.layout, (move_image.way, 0)))
        view.repaint()

    def hover():
        return [move() for _ in range(polygons.MOVES)]

    def move():
        began = perf_counter()
        at = QPointF(*next(pointer))
        view.mouseMoveEvent(
            QMouseEvent(
                QEvent.Type.MouseMove, at, view.mapToGlobal(at), NONE, NONE,
                Qt.KeyboardModifier.NoModifier,
            )
        )  # fmt: skip
        application.processEvents()
        return (perf_counter() - began) * 1000

    repaint.fill, move_image.way, pointer = 30, 1, polygons.places()

    def with_all(work, *many):
        def done():
            if not port.document().marks:
                load()
            return work()

        return done, polygons.done, *many

    jobs = {
        "polygons-load": (load, unload),
        "polygons-repaint": with_all(repaint),
        "polygons-pan": with_all(move_image),
        "polygons-hover": with_all(hover, True),
    }
    perform(jobs)


main()
