"""A reader with two monitors; prints what held. Run by test_second_window in its own process."""

from __future__ import annotations

import random
import sys
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.app.open_case import SeriesTile
from labeler.errors import LabelerError
from labeler.model.paths import resources_root
from labeler.ui.look import dress, load_look, prime
from labeler.ui.reading.place import ReadingPlace, reading_place
from labeler.ui.relay import Relay
from labeler.ui.window import Surroundings, Window
from tests.support.reading_in_memory import ReadingInMemory, chest_image, open_case
from tests.support.session_in_memory import NOW, PASSPHRASE, busy


def wait(condition: object) -> None:
    for _ in range(200):
        if callable(condition) and condition():
            return
        QTest.qWait(5)
    raise AssertionError("it never came")


def _refused(error: LabelerError) -> None:
    raise error


def main() -> None:
    program = QApplication(sys.argv)
    look = load_look(resources_root(), reduced_motion=True)
    prime(program, look)
    dress(program, look)
    relay = Relay()
    session = busy(relay.deliver)
    port = ReadingInMemory(session.change)
    around = Surroundings(lambda: NOW, random.Random(1), lambda: "0.1.0")
    window = Window(look, session, reading_place(port), around)
    window.setGeometry(0, 0, 1280, 800)
    window.show()
    window.go_to("reading")
    place = window.places["reading"]
    assert isinstance(place, ReadingPlace)
    tiles = tuple(SeriesTile(str(n), n, "Chest", 24) for n in range(2))
    case = replace(open_case(chest_image()), series=tiles, tile="0")
    port.show(case)
    wait(lambda: place.desk.case is case)
    place.hanger.arrange(1, 2)
    QTest.qWait(10)
    place.desk.arrangement.viewports[1].go_to(7)
    before = [(v.tile, v.view.index, v.view.window) for v in place.desk.arrangement.on_screen]
    one, two = QGuiApplication.screens()

    action = window.commands["view.second-window"]
    assert action.isEnabled()
    action.trigger()
    QTest.qWait(20)
    away = place.home.away
    assert away is not None
    assert away.screen() is two
    assert place.wall.window() is away
    assert place.wall.size().width() == two.availableGeometry().width()
    assert place.home.back.isVisible()
    print("moved")

    away.activateWindow()
    wait(away.isActiveWindow)
    place.view.setFocus()
    QTest.keyClick(place.view, Qt.Key.Key_Down)
    assert place.desk.active.wanted == before[0][1] + 1
    QTest.keyClick(place.view, Qt.Key.Key_Up)
    QTest.keyClick(place.view, Qt.Key.Key_I)
    assert place.desk.active.view.inverted
    QTest.keyClick(place.view, Qt.Key.Key_I)
    print("keys")

    session.lock()
    wait(lambda: away.is_covered)
    print("covered")
    session.unlock(PASSPHRASE, lambda: None, _refused)
    wait(lambda: not away.is_covered)
    print("uncovered")

    program.screenRemoved.emit(two)
    QTest.qWait(20)
    assert place.home.away is None
    assert place.wall.window() is window.window()
    assert place.wall.isVisible()
    print("unplugged")

    action.trigger()
    QTest.qWait(20)
    again = place.home.away
    assert again is not None
    again.close()
    QTest.qWait(20)
    assert place.home.away is None
    assert place.wall.window() is window.window()
    print("closed")

    assert [
        (v.tile, v.view.index, v.view.window) for v in place.desk.arrangement.on_screen
    ] == before
    assert one is window.screen()
    print("kept")
    action.trigger()
    QTest.qWait(20)
    assert place.home.away is not None  # and so the program ends


if __name__ == "__main__":
    main()
