"""A tap turns a switch, a held key turns it for as long as it is held: by the hand's time alone."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from labeler.ui.held_action import HeldAction
from labeler.ui.press_time import HELD_MS, REPEAT_MS

Switch = tuple[QWidget, list[str], Callable[[], None]]


@pytest.fixture
def slow(qtbot: QtBot) -> Switch:
    """A window whose H does work that takes longer than a key counts as held."""
    window, done = QWidget(), list[str]()
    qtbot.addWidget(window)
    action = QAction("Hide", window)
    action.setShortcut(QKeySequence("H"))
    window.addAction(action)

    def work() -> None:
        done.append("turned")
        time.sleep((HELD_MS + 20) / 1000)

    action.triggered.connect(work)
    held = HeldAction(action)
    held.setParent(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    def settle() -> None:
        QTest.qWait(2 * REPEAT_MS)

    return window, done, settle


def test_a_tap_is_a_tap_however_long_the_work_takes(slow: Switch) -> None:
    window, done, settle = slow
    QTest.keyClick(window, Qt.Key.Key_H)
    settle()
    assert done == ["turned"]


def test_a_held_key_turns_it_back(slow: Switch) -> None:
    window, done, settle = slow
    QTest.keyPress(window, Qt.Key.Key_H)
    QTest.qWait(1)
    QTest.qWait(HELD_MS + 20)
    QTest.keyRelease(window, Qt.Key.Key_H)
    settle()
    assert done == ["turned", "turned"]
