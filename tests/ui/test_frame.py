"""The window before the program is loaded: what it shows stays, and it can be left at any time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from labeler.ui.action_table import Group
from labeler.ui.dialogs.shortcuts import COLUMNS, ShortcutSheet
from labeler.ui.frame import Frame
from labeler.ui.look import Look
from labeler.ui.turns import Turns
from labeler.ui.window import Window
from tests.support.screen_reading import dialog

SIZE = (1280, 800)

GROWING = """
from PySide6.QtCore import QRect, QTimer
from PySide6.QtGui import QImage
from labeler.model.paths import resources_root
from labeler.ui.crashes import CrashHook
from labeler.ui.furnishing import Furnishing
from labeler.ui.start import make_application, make_frame
from labeler.ui.theme import RAIL, TOP
from labeler.ui.turns import Turns
from tests.support.bare_reading import BareReading
from tests.support.session_in_memory import busy

def picture():
    return frame.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)

def meet(window):
    QTimer.singleShot(50, compare)

def compare():
    after, low = picture(), frame.height()
    rooms = {"rail": (0, 0, RAIL, low), "title": (RAIL, 0, 140, TOP), "rest": (RAIL, TOP, 999, low)}
    for name, room in rooms.items():
        print(f"{name}: {before.copy(*room) == after.copy(*room)}")
    frame.close()

def failed(error):
    raise error

application = make_application(())
frame = make_frame(application, resources_root())
frame.show()
application.processEvents()
before = picture()
build = lambda deliver: (busy(deliver), BareReading)
inside = Furnishing(application, frame, CrashHook(), build, resources_root(), lambda: "", meet)
turns = Turns(inside.steps(), failed)
turns.begin()
application.exec()
"""


def shown(frame: Frame, qtbot: QtBot) -> Frame:
    qtbot.addWidget(frame)
    frame.resize(*SIZE)
    frame.show()
    qtbot.waitExposed(frame)
    return frame


def test_what_is_shown_first_stays_as_it_is() -> None:
    """In a process of its own: here the style sheet is on already."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME")}
    ended = subprocess.run(
        [sys.executable, "-c", GROWING],
        cwd=Path(__file__).parents[2],
        env=environment | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.stdout, ended.stderr) == ("rail: True\ntitle: True\nrest: False\n", "")


def test_before_a_passphrase_is_asked_for_it_shows_nothing(look: Look, qtbot: QtBot) -> None:
    frame = shown(Frame(look.theme, look.icons, blank=True), qtbot)
    found = frame.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    empty = QImage(found.size(), found.format())
    empty.fill(look.theme.color("app"))
    assert found == empty


def test_it_tells_once_that_it_was_seen(look: Look, qtbot: QtBot) -> None:
    told: list[bool] = []
    frame = Frame(look.theme, look.icons)
    frame.when_seen(lambda: told.append(frame.isVisible()))
    assert told == []
    shown(frame, qtbot)
    qtbot.waitUntil(lambda: bool(told))
    frame.repaint()
    QTest.qWait(5)
    assert told == [True]


def test_furniture_takes_the_place_of_the_outline(look: Look, qtbot: QtBot) -> None:
    frame = shown(Frame(look.theme, look.icons), qtbot)
    inside = QWidget()
    frame.furnish(inside)
    inside.show()
    QTest.qWait(1)
    assert frame.childAt(5, 5) is inside
    assert inside.size() == frame.size()


def test_closing_it_closes_the_dialog_over_it(window: Window) -> None:
    window.commands["app.shortcuts"].trigger()
    sheet = dialog(ShortcutSheet)
    window.window().close()
    assert not sheet.isVisible()
    assert QApplication.activeModalWidget() is None


def test_the_sheet_tells_what_the_pointer_does_with_shift(window: Window) -> None:
    window.commands["app.shortcuts"].trigger()
    chapters = dialog(ShortcutSheet).chapters
    told = {line.how for chapter in chapters for line in chapter.lines.told}
    assert {"Shift+drag, with Window", "Shift+move"} <= told


def test_steps_are_taken_one_a_turn(qtbot: QtBot) -> None:
    taken: list[int] = []

    def steps() -> Iterator[int]:
        for number in range(3):
            taken.append(number)
            yield 0

    failures: list[BaseException] = []
    turns = Turns(steps(), failures.append)
    turns.begin()
    assert taken == [0]
    qtbot.waitUntil(lambda: taken == [0, 1, 2])
    QTest.qWait(1)
    assert failures == []


def test_a_step_that_fails_is_told_and_is_the_last(qtbot: QtBot) -> None:
    def steps() -> Iterator[int]:
        yield 0
        raise LookupError("no such thing")

    failures: list[BaseException] = []
    turns = Turns(steps(), failures.append)
    turns.begin()
    qtbot.waitUntil(lambda: bool(failures))
    assert [type(error) for error in failures] == [LookupError]


@pytest.mark.parametrize(
    ("screen", "size"),
    [((2560, 1440), (1440, 900)), ((1280, 760), (1264, 712)), ((1024, 600), (1024, 640))],
    ids=str,
)
def test_it_is_no_larger_than_the_screen(
    look: Look, qtbot: QtBot, screen: tuple[int, int], size: tuple[int, int]
) -> None:
    frame = Frame(look.theme, look.icons)
    qtbot.addWidget(frame)
    frame._fit(QRect(0, 0, *screen))
    assert (frame.width(), frame.height()) == size


def test_borders_wider_than_thought_push_nothing_off_the_screen(look: Look, qtbot: QtBot) -> None:
    frame = shown(Frame(look.theme, look.icons), qtbot)
    room = QRect(0, 40, 1280, 760)
    frame.setGeometry(200, 100, 1400, 900)
    frame.stay_inside(room)
    QTest.qWait(1)
    assert room.contains(frame.frameGeometry())
    kept = frame.geometry()
    frame.stay_inside(room)
    assert frame.geometry() == kept


def test_the_sheet_of_shortcuts_has_every_chapter() -> None:
    assert sorted(group.name for groups in COLUMNS for group in groups) == sorted(
        group.name for group in Group
    )
