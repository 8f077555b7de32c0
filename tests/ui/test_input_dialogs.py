"""Settings, Input: hands, buttons and every key; the sheet and the palette say what holds now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QWidget

from labeler.model.preferences import DEFAULTS
from labeler.ui.action_table import PLANS, Group, Scope
from labeler.ui.dialogs.first_run import FirstRun
from labeler.ui.dialogs.key_field import written
from labeler.ui.dialogs.keys import KeysDialog
from labeler.ui.dialogs.palette import CommandPalette
from labeler.ui.dialogs.settings import SettingsDialog
from labeler.ui.dialogs.shortcuts import ShortcutSheet
from labeler.ui.key_bindings import bound_keys, holders, preset_keys, spelled, with_key
from labeler.ui.mouse_table import Button, Drag, uses_of
from labeler.ui.window import Window
from tests.support.screen_reading import clipped, dialog
from tests.support.session_in_memory import SessionInMemory

opens_menu = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def settings(window: Window) -> SettingsDialog:
    window.commands["app.settings"].trigger()
    return dialog(SettingsDialog)


@pytest.fixture
def keys(settings: SettingsDialog) -> KeysDialog:
    QTest.mouseClick(settings.input.change_keys, LEFT)
    return dialog(KeysDialog)


NONE = Qt.KeyboardModifier.NoModifier
MICRO = 0xB5
NAMED = [key for key in sorted(Qt.Key) if key != MICRO]
"""All that Qt has a name for, but for one that has two, of which Qt warns."""


def key_event(key: Qt.Key, held: Qt.KeyboardModifier) -> QKeyEvent:
    """Without its place, as a keyboard that Qt has no table of."""
    text = chr(key) if key < 0x7F else ""
    return QKeyEvent(QEvent.Type.KeyPress, key, held, text)


def chip(within: QWidget, words: str) -> QAbstractButton:
    return next(b for b in within.findChildren(QAbstractButton) if b.text() == words)


def give(keys: KeysDialog, name: str, key: Qt.Key, *held: Qt.KeyboardModifier) -> None:
    keys.search.clear()
    keys.table.select(name)
    QTest.mouseClick(keys.field, LEFT)
    QTest.keyClick(keys.field, key, *held)


class TestKeys:
    def test_free_keys_count_at_once(
        self, keys: KeysDialog, window: Window, session: SessionInMemory
    ) -> None:
        give(keys, "tool.brush", KEY.Key_F12, CTRL)
        assert session.now_preferences.keys == {"tool.brush": ("Ctrl+F12",)}
        assert window.commands.keys("tool.brush") == "Ctrl+F12"
        assert clipped(keys) == []

    def test_keys_in_use_are_taken_only_when_that_is_said(
        self, keys: KeysDialog, session: SessionInMemory
    ) -> None:
        give(keys, "tool.brush", KEY.Key_P)
        assert session.now_preferences.keys == {}
        assert "Polygon" in keys.told.text()
        assert keys.take.isVisible()
        assert clipped(keys) == []
        QTest.keyClick(keys.take, KEY.Key_Return)
        assert session.now_preferences.keys == {"tool.brush": ("P",), "tool.polygon": ()}
        assert not keys.take.isVisible()

    def test_one_is_put_back_and_then_all(self, keys: KeysDialog, session: SessionInMemory) -> None:
        give(keys, "tool.brush", KEY.Key_P)
        QTest.mouseClick(keys.take, LEFT)
        give(keys, "tool.zoom", KEY.Key_F12, CTRL)
        keys.table.select("tool.polygon")
        QTest.mouseClick(keys.usual, LEFT)
        assert session.now_preferences.keys == {"tool.brush": (), "tool.zoom": ("Ctrl+F12",)}
        QTest.mouseClick(keys.all_usual, LEFT)
        assert session.now_preferences.keys == {}
        assert not keys.all_usual.isEnabled()

    def test_what_was_offered_is_offered_no_more_once_other_keys_are_asked_for(
        self, keys: KeysDialog, session: SessionInMemory
    ) -> None:
        give(keys, "tool.ellipse", KEY.Key_Comma)
        for key, held in (
            (KEY.Key_Q, Qt.KeyboardModifier.AltModifier),
            (KEY.Key_Tab, Qt.KeyboardModifier.NoModifier),
            (KEY.Key_Return, Qt.KeyboardModifier.NoModifier),
            (KEY.Key_Escape, Qt.KeyboardModifier.NoModifier),
        ):
            give(keys, "tool.ellipse", KEY.Key_Comma)
            assert keys.take.isVisible()
            QTest.mouseClick(keys.field, LEFT)
            QTest.keyClick(keys.field, key, held)
            assert not keys.take.isVisible()
            keys.field.stop()
        assert session.now_preferences.keys == {}

    def test_nothing_is_asked_where_no_action_is_found(self, keys: KeysDialog) -> None:
        give(keys, "tool.ellipse", KEY.Key_Comma)
        QTest.keyClicks(keys.search, "nothing that is there")
        assert not any(b.isEnabled() for b in (keys.field, keys.none, keys.usual))
        assert not keys.take.isVisible()
        keys.search.clear()
        assert keys.field.isEnabled()

    def test_every_key_of_the_table_is_known_when_it_is_pressed(self) -> None:
        """Whatever Qt calls it: one that is in use is asked about before it is given away. Presets
        lie by their place, which is tried elsewhere."""
        now = preset_keys(left_handed=False)
        for plan in PLANS:
            other = "tool.zoom" if plan.id == "tool.ellipse" else "tool.ellipse"
            tried = plan.scope is not Scope.QUESTION and plan.group is not Group.PRESETS
            for key in plan.keys if tried else ():
                together: Any = QKeySequence(key)  # its parts are untold in Qt's stubs
                for held in (NONE, Qt.KeyboardModifier.KeypadModifier):
                    modifiers = together[0].keyboardModifiers() | held
                    event = key_event(together[0].key(), modifiers)
                    assert plan.id in holders(now, written(event, "linux"), other)

    @given(key=st.sampled_from(NAMED), held=st.sampled_from([NONE, CTRL, SHIFT]))
    def test_whatever_key_is_pressed_is_written_in_one_way(
        self, key: Qt.Key, held: Qt.KeyboardModifier
    ) -> None:
        key_text = written(key_event(key, held), "linux")
        if key_text:
            assert spelled(key_text) == key_text

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Delete", "Del"),
            ("Insert", "Ins"),
            ("Escape", "Esc"),
            ("Ctrl+Page Up", "Ctrl+PgUp"),
            ("Ctrl+Page Down", "Ctrl+PgDown"),
            ("Ctrl+Enter", "Ctrl+Return"),
            ("ctrl+shift+x", "Ctrl+Shift+X"),
        ],
    )
    def test_a_key_by_any_of_its_names_is_the_same_key(self, one: str, other: str) -> None:
        now = bound_keys({"tool.ellipse": (one,)}, left_handed=False)
        assert "tool.ellipse" in holders(now, other, "tool.zoom")
        after = with_key({"tool.ellipse": (one,)}, "tool.zoom", other, left_handed=False)
        assert after["tool.ellipse"] == ()

    def test_delete_is_asked_for_before_it_is_given_away(
        self, keys: KeysDialog, session: SessionInMemory
    ) -> None:
        give(keys, "tool.ellipse", KEY.Key_Delete)
        assert "Delete mark" in keys.told.text()
        assert session.now_preferences.keys == {}
        QTest.mouseClick(keys.take, LEFT)
        kept = session.now_preferences.keys
        assert kept == {"tool.ellipse": ("Del",), "mark.delete": ("Backspace",)}

    def test_an_action_may_have_none(self, keys: KeysDialog, session: SessionInMemory) -> None:
        keys.table.select("case.no-finding")
        QTest.mouseClick(keys.none, LEFT)
        assert session.now_preferences.keys == {"case.no-finding": ()}

    def test_another_hand_tells_what_is_left_without_a_key(
        self, settings: SettingsDialog, session: SessionInMemory
    ) -> None:
        session.prefer(replace(DEFAULTS, keys={"tool.length": ("B",), "tool.brush": ()}))
        taken = settings.input.taken
        assert not taken.isVisible()
        QTest.mouseClick(chip(settings, "Left hand"), LEFT)
        assert taken.isVisible()
        assert taken.told.text() == "“No finding”: B is “Length” by your choice."
        QTest.mouseClick(chip(settings, "Right hand"), LEFT)
        assert not taken.isVisible()

    @pytest.mark.parametrize(
        ("key", "held"),
        [
            (KEY.Key_J, Qt.KeyboardModifier.AltModifier),
            (KEY.Key_Return, Qt.KeyboardModifier.NoModifier),
        ],
    )
    def test_some_are_refused(
        self,
        keys: KeysDialog,
        session: SessionInMemory,
        key: Qt.Key,
        held: Qt.KeyboardModifier,
    ) -> None:
        give(keys, "tool.brush", key, held)
        assert "Choose" in keys.told.text()
        assert keys.field.listening
        QTest.keyClick(keys.field, KEY.Key_Escape)
        assert not keys.field.listening
        assert keys.isVisible(), "Esc left the keys as they were, and the dialog open"
        assert session.now_preferences == DEFAULTS

    def test_they_are_found_by_a_word_or_by_the_key(self, keys: KeysDialog) -> None:
        QTest.keyClicks(keys.search, "ctrl+k")
        assert "app.commands" in keys.table.rows.keys
        keys.search.clear()
        QTest.keyClicks(keys.search, "eraser")
        assert keys.table.rows.keys == ("tool.eraser",)

    def test_a_question_mark_is_written_as_it_is_typed(
        self, keys: KeysDialog, session: SessionInMemory
    ) -> None:
        give(keys, "view.fit", KEY.Key_Exclam, SHIFT)
        assert session.now_preferences.keys["view.fit"] == ("!",)


class TestButtons:
    def test_hands_that_know_slicer(
        self, settings: SettingsDialog, session: SessionInMemory
    ) -> None:
        QTest.mouseClick(chip(settings, "3D Slicer"), LEFT)
        assert session.now_preferences.viewer == "slicer"
        assert settings.input.buttons[Button.RIGHT].text() == "Zooms"
        QTest.mouseClick(chip(settings, "Left hand"), LEFT)
        assert settings.input.buttons[Button.LEFT].text() == "Zooms"
        assert clipped(settings) == []

    @opens_menu
    def test_a_button_is_given_an_action(
        self, settings: SettingsDialog, session: SessionInMemory
    ) -> None:
        QTest.mouseClick(settings.input.buttons[Button.BACK], LEFT)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        other = menu.actions()[-1]
        menu.close()
        other.trigger()
        palette = dialog(CommandPalette)
        QTest.keyClicks(palette.search, "invert")
        QTest.keyClick(palette.search, KEY.Key_Return)
        assert uses_of(session.now_preferences)[Button.BACK] == "view.invert"
        assert settings.input.buttons[Button.BACK].text() == "Invert grey"
        QTest.mouseClick(settings.input.usual, LEFT)
        assert session.now_preferences.buttons == {}

    @opens_menu
    def test_who_takes_the_tool_from_the_left_finds_it_elsewhere(
        self, settings: SettingsDialog, session: SessionInMemory
    ) -> None:
        QTest.mouseClick(settings.input.buttons[Button.LEFT], LEFT)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        pan = next(action for action in menu.actions() if action.text() == "Moves the image")
        menu.close()
        pan.trigger()
        uses = uses_of(session.now_preferences)
        assert (uses[Button.LEFT], uses[Button.MIDDLE]) == (Drag.PAN, Drag.TOOL)

    def test_input_is_found_in_the_settings(self, settings: SettingsDialog) -> None:
        QTest.keyClicks(settings.search, "side button")
        assert settings.input.buttons[Button.BACK].isVisible()
        assert not settings.calibrate.isVisible()


def told(sheet: ShortcutSheet) -> dict[str, str]:
    """What the sheet shows of actions and gestures, with their keys."""
    shown = [chapter.lines for chapter in sheet.chapters if chapter.isVisible()]
    return {line.words: line.how for lines in shown for line in lines.told}


class TestTheSheet:
    def test_it_says_the_keys_of_now_and_finds_them(
        self, window: Window, session: SessionInMemory
    ) -> None:
        give_brush = {"tool.brush": ("Ctrl+F12",)}
        session.prefer(session.now_preferences.__class__(keys=give_brush, viewer="slicer"))
        window.commands["app.shortcuts"].trigger()
        sheet = dialog(ShortcutSheet)
        assert clipped(sheet) == []
        QTest.keyClicks(sheet.search, "ctrl+f12")
        assert told(sheet) == {"Brush": "Ctrl+F12"}
        sheet.search.clear()
        QTest.keyClicks(sheet.search, "mouse")
        assert "Zooms" in told(sheet)
        sheet.search.clear()
        QTest.keyClicks(sheet.search, "no such thing")
        shown = [label.text() for label in sheet.findChildren(QLabel) if label.isVisible()]
        assert "No shortcut has these words." in shown
        assert told(sheet) == {}

    def test_all_words_and_keys_have_room(self, window: Window) -> None:
        window.commands["app.shortcuts"].trigger()
        sheet = dialog(ShortcutSheet)
        for chapter in sheet.chapters:
            lines = chapter.lines
            assert lines.height() == lines.heightForWidth(lines.width())
            for line, (words, keys) in zip(lines.told, lines._places(lines.width()), strict=True):
                assert words.right() < keys.left()
                for n, (text, room) in enumerate(((line.words, words), (line.how, keys))):
                    metrics = QFontMetrics(lines._fonts[n])
                    flags = int(Qt.TextFlag.TextWordWrap)
                    assert room.contains(metrics.boundingRect(room, flags, text)), text
            assert len(lines.accessibleDescription().splitlines()) == len(lines.told)

    def test_a_question_mark_opens_it(self, window: Window) -> None:
        QTest.keyClick(window, KEY.Key_Question)
        dialog(ShortcutSheet)


def test_the_first_screen_asks_which_viewer_the_hands_know(
    window: Window, session: SessionInMemory
) -> None:
    window.dialogs.greet(window.commands, lambda: None, lambda: None)
    greeting = dialog(FirstRun)
    QTest.mouseClick(greeting.viewers.chips()[2], LEFT)
    assert session.now_preferences.viewer == "osirix"
    assert window.commands.keys("tool.select") == "S", "as it is there"
    assert window.commands.keys("tool.scroll") == "V"
    assert clipped(greeting) == []
