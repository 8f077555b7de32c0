"""A damaged case is asked about: nothing is given up by opening it, by Enter, or by Escape."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labeler.app.screens import Change, DamagedCase
from labeler.errors import LabelerError
from labeler.ui.components.text import Label
from labeler.ui.dialogs.damage import DamageDialog
from labeler.ui.window import Window
from tests.support.screen_reading import clipped, opened
from tests.support.session_in_memory import NOW, SessionInMemory

LEFT = Qt.MouseButton.LeftButton
KEPT = "/home/reader/.local/share/labeler/aside/20261101T140211Z"
DAMAGED = DamagedCase("case-4", "Case 4", 5, 3, 2, 1, NOW - 600, KEPT)


@pytest.fixture
def damage(window: Window, session: SessionInMemory, qtbot: QtBot) -> DamageDialog:  # noqa: ARG001  it is shown in it
    session.now_damaged = DAMAGED
    session.change(Change.DAMAGE)
    return opened(qtbot, DamageDialog)


def said(damage: DamageDialog) -> str:
    return "\n".join(label.text() for label in damage.findChildren(Label) if label.isVisible())


def test_it_says_what_is_lost_and_what_is_safe(damage: DamageDialog) -> None:
    words = said(damage)
    for told in ("Saved work of “Case 4” is damaged", "3 of 5", "1 Nov 13:52", KEPT, "backup"):
        assert told in words
    QTest.qWait(1)
    assert clipped(damage) == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_a_key_alone_goes_back(
    damage: DamageDialog, session: SessionInMemory, qtbot: QtBot, key: Qt.Key
) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus is not damage.go_on
    QTest.keyClick(focus, key)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert session.done == []


def test_the_button_goes_on_once(
    damage: DamageDialog, session: SessionInMemory, qtbot: QtBot
) -> None:
    QTest.mouseClick(damage.go_on, LEFT)
    QTest.mouseClick(damage.go_on, LEFT)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert session.done == ["go on case-4"]


def test_a_refusal_is_said_here(
    damage: DamageDialog, session: SessionInMemory, qtbot: QtBot
) -> None:
    session.fails = LabelerError(
        "disk-full", "The disk is full.", safe="Nothing was changed.", do="Free 200 MB."
    )
    QTest.mouseClick(damage.go_on, LEFT)
    qtbot.waitUntil(damage.trouble.isVisible)
    QTest.qWait(1)
    assert clipped(damage) == []
    assert damage.go_on.isEnabled()


def test_where_nothing_was_copied_yet_it_says_so(
    window: Window, session: SessionInMemory, qtbot: QtBot
) -> None:
    assert window.isVisible()
    session.now_damaged = replace(DAMAGED, good=0, marks=0, answers=0, at=None, kept="")
    session.change(Change.DAMAGE)
    assert "copied before anything is changed" in said(opened(qtbot, DamageDialog))


def test_a_long_folder_is_not_cut(window: Window, session: SessionInMemory, qtbot: QtBot) -> None:
    assert window.isVisible()
    session.now_damaged = replace(DAMAGED, kept="/home/a.reader/departments/radiology" + KEPT)
    session.change(Change.DAMAGE)
    assert clipped(opened(qtbot, DamageDialog)) == []


def test_a_locked_screen_names_no_case(window: Window, session: SessionInMemory) -> None:
    session.now_standing = replace(session.now_standing, locked=True)
    session.now_damaged = DAMAGED
    session.change(Change.LOCK, Change.DAMAGE)
    QTest.qWait(1)
    assert window.locked.isVisible()
    assert QApplication.activeModalWidget() is None
