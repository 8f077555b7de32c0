"""Settings: found by a word, applied at once; a monitor measured with a card or a ruler."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from labeler.errors import LabelerError
from labeler.model.preferences import DEFAULTS
from labeler.ui.dialogs.calibration import INSET, CalibrationDialog
from labeler.ui.dialogs.own_form_row import OwnFormRow
from labeler.ui.dialogs.settings import SettingsDialog
from labeler.ui.monitors import canvas_pixel_mm, monitor_of
from labeler.ui.window import Window
from labeler.viewing.true_size import CARD_WIDTH_MM
from tests.support.screen_reading import clipped, dialog
from tests.support.session_in_memory import SessionInMemory

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def settings(window: Window) -> SettingsDialog:
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    return dialog(SettingsDialog)


def chip(within: QWidget, words: str) -> QAbstractButton:
    return next(b for b in within.findChildren(QAbstractButton) if b.text() == words)


def test_a_choice_counts_at_once(settings: SettingsDialog, session: SessionInMemory) -> None:
    QTest.mouseClick(chip(settings, "Up is darker"), LEFT)
    assert session.now_preferences == replace(DEFAULTS, darker_up=True)
    QTest.mouseClick(chip(settings, "25"), LEFT)
    QTest.mouseClick(chip(settings, "Squares"), LEFT)
    QTest.mouseClick(chip(settings, "Hidden"), LEFT)
    assert session.now_preferences == replace(
        DEFAULTS, darker_up=True, cine_rate=25, nearest=True, scale_bar=False
    )


def picked(row: OwnFormRow, words: str) -> None:
    actions = row.picker.menu_of_choices().actions()
    next(action for action in actions if action.text().endswith(words)).trigger()


def test_the_form_of_ones_own_cases_is_one_that_ships_or_a_file(
    settings: SettingsDialog, session: SessionInMemory, qtbot: QtBot
) -> None:
    row = settings.own_form
    qtbot.waitUntil(lambda: len(row.picker.menu_of_choices().actions()) == 4)
    assert row.picker.shown == "Nine findings, no questions"
    picked(row, "Chest CT nodules")
    assert session.now_preferences.own_form == "chest-ct-nodule"
    assert row.picker.shown == "Chest CT nodules"
    row._given([Path("/forms/my-study.json")])
    assert session.done[-1] == "form /forms/my-study.json"
    qtbot.waitUntil(lambda: session.now_preferences.own_form != "chest-ct-nodule")
    assert session.now_preferences.own_form == "/forms/my-study.json"
    assert row.picker.shown == "my-study"
    picked(row, "Nine findings, no questions")
    assert session.now_preferences.own_form == ""


def test_a_file_that_is_no_form_is_told_and_not_taken(
    settings: SettingsDialog, session: SessionInMemory, qtbot: QtBot
) -> None:
    session.fails = LabelerError("own-form-unusable", "It cannot be used.", safe="-", do="-")
    settings.own_form._given([Path("/forms/odd.json")])
    qtbot.waitUntil(settings.trouble.isVisible)
    assert session.now_preferences.own_form == ""
    assert settings.own_form.picker.shown == "Nine findings, no questions"


def test_a_setting_is_found_by_a_word(settings: SettingsDialog) -> None:
    QTest.keyClicks(settings.search, "brighter upwards")
    assert not any(section.isVisible() for section in settings.sections)
    settings.search.clear()
    QTest.keyClicks(settings.search, "UPWARDS")
    assert [section.isVisible() for section in settings.sections] == [True, *[False] * 4]
    assert chip(settings, "Up is darker").isVisible()
    assert not chip(settings, "Squares").isVisible()
    settings.search.clear()
    QTest.keyClicks(settings.search, "display")
    assert settings.calibrate.isVisible()
    assert clipped(settings) == []


def test_a_monitor_is_measured_with_a_card(
    settings: SettingsDialog, session: SessionInMemory, window: Window
) -> None:
    assert canvas_pixel_mm(window, session.now_preferences) is None, "never guessed"
    settings.calibrate.click()
    measure = dialog(CalibrationDialog)
    assert clipped(measure) == []
    wide = measure.card.wide
    QTest.keyClick(measure.card, Qt.Key.Key_Right, SHIFT)
    QTest.keyClick(measure.card, Qt.Key.Key_Left)
    assert measure.card.wide == wide + 9
    QTest.mouseClick(measure.card, LEFT, pos=QPoint(INSET + 400, 60))
    assert measure.card.wide == 400
    QTest.mouseClick(measure.keep, LEFT)
    key = monitor_of(window.screen()).key
    assert session.now_preferences.monitors == {key: round(CARD_WIDTH_MM * 1e6 / 400)}
    assert canvas_pixel_mm(window, session.now_preferences) == pytest.approx(0.214)
    assert "0.2140 mm" in settings.true_size.value.text()


def test_a_ruler_does_as_well_and_nonsense_is_not_kept(
    settings: SettingsDialog, session: SessionInMemory
) -> None:
    settings.calibrate.click()
    measure = dialog(CalibrationDialog)
    measure.card.set_wide(400)
    QTest.keyClicks(measure.length, "ten")
    assert not measure.keep.isEnabled()
    measure.length.clear()
    QTest.keyClicks(measure.length, "100,0")
    assert "0.2500 mm" in measure.told.text()
    QTest.keyClick(measure, Qt.Key.Key_Escape)
    assert session.now_preferences == DEFAULTS
