"""One table: no key means two things, every action does one, each says why it cannot."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from labeler.ui.action_table import PLANS, Group, Need, Scope
from labeler.ui.actions import Actions
from labeler.ui.key_bindings import LIVE_TOGETHER
from labeler.ui.look import Look
from labeler.ui.positions import Positions, key_at
from labeler.ui.window import Window

# What the reading habits ask for, as far as there are such tools.
HABITS = {
    "V": "tool.select", "W": "tool.window", "S": "tool.scroll", "Z": "tool.zoom",
    "L": "tool.length", "D": "tool.axes", "A": "tool.angle", "O": "tool.ellipse",
    "R": "tool.box", "P": "tool.polygon", "B": "tool.brush",
    "E": "tool.eraser", "[": "brush.smaller", "]": "brush.larger", "H": "view.hide-marks",
    "I": "view.invert", "N": "case.no-finding", "Q": "question.next", ",": "mark.previous",
    ".": "mark.next", "Space": "tool.last", "Ctrl+0": "view.fit", "Ctrl+Z": "edit.undo",
    "Ctrl+Shift+Z": "edit.redo", "Ctrl+Return": "case.sign", "Ctrl+K": "app.commands",
    "PgUp": "slice.back-ten", "PgDown": "slice.on-ten", "Ctrl+Right": "case.next",
    "F1": "app.shortcuts", "F6": "app.next-pane", "Ctrl+L": "app.lock",
    "Ctrl+O": "work.open-folder", "Ctrl+1": "place.work", "Ctrl+4": "place.earnings",
    "3": "label.3", "Shift+3": "preset.3",
}  # fmt: skip


@pytest.fixture
def stand(qtbot: QtBot, look: Look) -> tuple[QWidget, Actions]:
    """A widget with a field in it, and all actions bound to the widget's scopes."""
    widget = QWidget()
    qtbot.addWidget(widget)
    rows = QVBoxLayout(widget)
    rows.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
    rows.addWidget(QLineEdit())
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    actions = Actions(look, widget)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    return widget, actions


@pytest.mark.parametrize("scopes", LIVE_TOGETHER, ids=["in the view", "in a question"])
def test_no_key_means_two_things(scopes: frozenset[Scope]) -> None:
    keys = Counter(
        QKeySequence(key).toString() for plan in PLANS if plan.scope in scopes for key in plan.keys
    )
    assert [key for key, times in keys.items() if times > 1] == []


def test_ids_and_words_are_unique() -> None:
    assert max(Counter(plan.id for plan in PLANS).values()) == 1
    words = [(plan.text, plan.id.rpartition(".")[2]) for plan in PLANS]
    assert max(Counter(words).values()) == 1


def test_every_action_has_a_key_that_qt_understands() -> None:
    for plan in PLANS:
        assert plan.keys, plan.id
        for key in plan.keys:
            assert QKeySequence(key).toString(), (plan.id, key)
            assert "Alt" not in key, "Linux desktops take Alt"


def test_the_habits_of_the_reading_room_are_kept() -> None:
    by_key = {
        key: plan.id for plan in PLANS for key in plan.keys if plan.scope is not Scope.QUESTION
    }
    assert {key: by_key.get(key) for key in HABITS} == HABITS


def test_every_icon_named_exists(look: Look) -> None:
    assert {plan.icon for plan in PLANS if plan.icon} <= set(look.icons.names())


def test_everything_is_bound_in_the_window(window: Window) -> None:
    assert all(window.places.values())
    assert window.commands.unbound() == ()


def test_a_second_binding_is_refused(stand: tuple[QWidget, Actions]) -> None:
    _, actions = stand
    actions.bind("app.quit", lambda: None)
    with pytest.raises(ValueError, match=r"app\.quit"):
        actions.bind("app.quit", lambda: None)


def test_keys_act_and_fields_keep_their_letters(stand: tuple[QWidget, Actions]) -> None:
    widget, actions = stand
    heard: list[str] = []
    actions.bind("tool.brush", lambda: heard.append("brush"))
    actions.attach(widget, Scope.READING)
    actions.allow(Need.CASE, True)
    actions.allow(Need.UNSIGNED, True)
    QTest.keyClick(widget, Qt.Key.Key_B)
    assert heard == ["brush"]
    field = widget.findChild(QLineEdit)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_B)
    assert heard == ["brush"]
    assert field.text() == "b"


def test_nine_numbers_at_once(stand: tuple[QWidget, Actions]) -> None:
    widget, actions = stand
    heard: list[int] = []
    actions.bind_numbers("label", heard.append)
    actions.bind_numbers("preset", lambda n: heard.append(-n))
    actions.attach(widget, Scope.VIEW)
    actions.attach(widget, Scope.READING)
    actions.allow(Need.CASE, True)
    actions.allow(Need.UNSIGNED, True)
    QTest.keyClick(widget, Qt.Key.Key_3)
    QTest.keyClick(widget, Qt.Key.Key_9)
    QTest.keyClick(widget, Qt.Key.Key_2, Qt.KeyboardModifier.ShiftModifier)
    assert heard == [3, 9, -2]


def test_what_is_not_allowed_says_why(stand: tuple[QWidget, Actions]) -> None:
    widget, actions = stand
    heard: list[str] = []
    actions.bind("tool.box", lambda: heard.append("box"))
    actions.attach(widget, Scope.READING)
    QTest.keyClick(widget, Qt.Key.Key_R)
    assert heard == []
    assert actions["tool.box"].toolTip() == "Box   R\nOpen a case that is not signed yet."
    actions.allow(Need.CASE, True)
    actions.allow(Need.UNSIGNED, True)
    assert actions["tool.box"].toolTip() == "Box   R"


def test_nothing_but_leaving_works_while_blocked(stand: tuple[QWidget, Actions]) -> None:
    _, actions = stand
    actions.allow(Need.CASE, True)
    actions.allow(Need.UNSIGNED, True)
    actions.block(True)
    assert [plan.id for plan in PLANS if actions[plan.id].isEnabled()] == ["app.quit"]
    actions.block(False)
    assert actions["tool.box"].isEnabled()
    assert not actions["mark.delete"].isEnabled()


def test_a_menu_holds_the_same_actions(stand: tuple[QWidget, Actions]) -> None:
    widget, actions = stand
    menu = actions.menu(widget, ("edit.undo", "", "mark.delete"))
    assert [action.isSeparator() for action in menu.actions()] == [False, True, False]
    assert menu.actions()[0] is actions["edit.undo"]


def test_toolbar_groups_stand_in_their_order(stand: tuple[QWidget, Actions]) -> None:
    _, actions = stand
    names = [action.objectName() for action in actions.in_group(Group.SHAPE)]
    assert names[:3] == ["tool.box", "tool.ellipse", "tool.polygon"]


NO_KEY = Qt.KeyboardModifier.NoModifier


def _french(scan: int, virtual: int, key: Qt.Key, text: str) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, NO_KEY, scan, virtual, 0, text)


@pytest.mark.parametrize(
    ("platform", "scan", "virtual", "found"),
    [
        ("linux", 10, 0, "1"),
        ("linux", 18, 0, "9"),
        ("linux", 19, 0, "0"),
        ("linux", 34, 0, "["),
        ("win32", 2, 0, "1"),
        ("darwin", 0, 18, "1"),
        ("darwin", 0, 30, "]"),
        ("linux", 99, 0, ""),
    ],
)
def test_places_on_the_keyboard(platform: str, scan: int, virtual: int, found: str) -> None:
    assert key_at(_french(scan, virtual, Qt.Key.Key_Ampersand, "&"), platform) == found


def test_a_french_keyboard_chooses_labels_without_shift(
    stand: tuple[QWidget, Actions], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    widget, actions = stand
    heard: list[int] = []
    actions.bind_numbers("label", heard.append)
    actions.attach(widget, Scope.VIEW)
    actions.allow(Need.CASE, True)
    actions.allow(Need.UNSIGNED, True)
    Positions(widget, actions, (Scope.VIEW,))
    QApplication.sendEvent(widget, _french(10, 0, Qt.Key.Key_Ampersand, "&"))
    QTest.keyClick(widget, Qt.Key.Key_4)
    assert heard == [1, 4]
