"""Answers that are typed, and the keys that lead into a question and out of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labeler.model.edit_rules import find_answer
from labeler.model.forms import Choice, Form, FreeText, Option, Scale
from labeler.ui.components.beside import Beside
from labeler.ui.components.focus import REACH
from labeler.ui.reading.fields import TYPING_PAUSE_MS, NumberAnswer, TextAnswer
from tests.support.reader import LEFT, Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key
COUNT = Scale("count", "How many nodules", 0, 50)
SIDE = Choice("side", "Side", (Option("right", "Right"), Option("left", "Left")))
SIZE = Scale("size", "Percent", 10, 90)
FORM = Form("typed", "Typed", (COUNT, SIDE, SIZE, FreeText("note", "Note", max_length=40)))


@pytest.fixture
def reader(open_reader: ReaderMaker) -> Reader:
    """A case whose first question asks for a number."""
    return open_reader(replace(open_case(chest_image()), form=FORM))


@pytest.fixture
def field(reader: Reader) -> NumberAnswer:
    reader.place.panel.findings.open_question(0)
    found = reader.place.panel.findings.views[0].field
    assert isinstance(found, NumberAnswer)
    assert QApplication.focusWidget() is found
    return found


def value(reader: Reader, question: str) -> str | int | None:
    answer = find_answer(reader.document, question)
    return None if answer is None else answer.value


def current(reader: Reader) -> int:
    (number,) = [n for n, v in enumerate(reader.place.panel.findings.views) if v.body.isVisible()]
    return number


def beside(reader: Reader) -> str:
    """The words beside the field, where any are seen."""
    (found,) = reader.window.window().findChildren(Beside) or (None,)
    return found.text() if found is not None and found.isVisible() else ""


@pytest.mark.parametrize("leave", [KEY.Key_Return, KEY.Key_Enter])
def test_a_number_is_one_edit_and_leads_on(
    reader: Reader, field: NumberAnswer, leave: Qt.Key
) -> None:
    reader.key(KEY.Key_1)
    reader.key(KEY.Key_2)
    assert reader.port.steps == []
    reader.key(leave)
    assert value(reader, "count") == 12
    assert len(reader.port.steps) == 1
    assert field.text() == "12"
    assert current(reader) == 1
    reader.key(KEY.Key_2)
    assert value(reader, "side") == "left"


def test_no_key_in_a_field_is_a_shortcut(reader: Reader, field: NumberAnswer) -> None:
    tool, index = reader.desk.tool.name, reader.desk.active.view.index
    for typed in "3nb.,vq?[]":
        QTest.keyClick(field, typed)
    for key in (KEY.Key_Space, KEY.Key_Down, KEY.Key_Up, KEY.Key_PageDown, KEY.Key_Home):
        reader.key(key)
    reader.settle()
    assert field.text() == "3nb.,vq?[] "
    assert QApplication.focusWidget() is field
    assert not reader.document.no_finding
    assert (reader.desk.tool.name, reader.desk.active.view.index) == (tool, index)
    assert reader.port.steps == []


@pytest.mark.parametrize("typed", ["3n", "1.5", "1,5", "51", "-1", "1 2", "0x1", "1e1"])
def test_what_is_no_answer_stays_as_typed_and_is_refused_in_words(
    reader: Reader, field: NumberAnswer, typed: str
) -> None:
    QTest.keyClicks(field, typed)
    reader.key(KEY.Key_Return)
    assert field.text() == typed
    assert QApplication.focusWidget() is field
    assert beside(reader) == f"“{typed}” is no whole number from 0 to 50."
    assert field.accessibleDescription() == beside(reader)
    assert (value(reader, "count"), current(reader)) == (None, 0)
    reader.key(KEY.Key_Backspace)
    assert beside(reader) == "", "who mends it is not told again"
    field.clear()
    QTest.keyClicks(field, "7")
    reader.key(KEY.Key_Return)
    assert value(reader, "count") == 7


@pytest.mark.parametrize("leave", ["escape", "tab", "click"])
def test_who_leaves_what_is_refused_keeps_the_old_value_and_is_told(
    reader: Reader, field: NumberAnswer, leave: str
) -> None:
    QTest.keyClicks(field, "12")
    reader.key(KEY.Key_Return)
    reader.place.panel.findings.open_question(0)
    field.selectAll()
    QTest.keyClicks(field, "9.5")
    if leave == "escape":
        reader.key(KEY.Key_Escape)
    elif leave == "tab":
        reader.key(KEY.Key_Tab)
    else:
        reader.click(5, 5)
    assert QApplication.focusWidget() is not field
    assert (field.text(), value(reader, "count")) == ("12", 12)
    assert beside(reader) == "“9.5” is no whole number from 0 to 50. It stays 12."
    assert len([s for s in reader.port.steps if "SetAnswer" in repr(s)]) == 1


@pytest.mark.usefixtures("field")
def test_a_rest_takes_no_half_number(reader: Reader, qtbot: QtBot) -> None:
    reader.key(KEY.Key_1)
    qtbot.wait(TYPING_PAUSE_MS + 100)
    assert value(reader, "count") is None
    reader.key(KEY.Key_5)
    reader.key(KEY.Key_Return)
    assert value(reader, "count") == 15
    assert len(reader.port.steps) == 1


def test_what_is_refused_keeps_the_case_from_being_signed(
    reader: Reader, field: NumberAnswer
) -> None:
    QTest.keyClicks(field, "25x")
    reader.key(KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert beside(reader).startswith("“25x”")
    assert not reader.place.panel.findings.card.isVisible()
    assert (field.text(), QApplication.focusWidget()) == ("25x", field)


def test_words_that_are_too_many_are_not_cut(reader: Reader) -> None:
    reader.place.panel.findings.open_question(3)
    field = reader.place.panel.findings.views[3].field
    assert isinstance(field, TextAnswer)
    QApplication.clipboard().setText("x" * 41)
    reader.key(KEY.Key_V, Qt.KeyboardModifier.ControlModifier)
    reader.key(KEY.Key_Return)
    assert beside(reader) == "1 character too long: at most 40 are taken."
    assert value(reader, "note") is None
    reader.key(KEY.Key_Backspace)
    reader.key(KEY.Key_Return)
    assert value(reader, "note") == "x" * 40


def test_escape_gives_the_keyboard_back_to_the_view(reader: Reader, field: NumberAnswer) -> None:
    reader.key(KEY.Key_4)
    reader.key(KEY.Key_Escape)
    assert QApplication.focusWidget() is reader.view
    assert value(reader, "count") == 4
    reader.key(KEY.Key_2)
    assert field.text() == "4"
    assert reader.desk.label == "part"


def test_tab_keeps_the_number(reader: Reader, field: NumberAnswer) -> None:
    reader.key(KEY.Key_8)
    QTest.keyClick(field, KEY.Key_Tab)
    assert value(reader, "count") == 8
    assert len(reader.port.steps) == 1


def test_words_are_kept_when_the_typing_rests(reader: Reader, qtbot: QtBot) -> None:
    reader.place.panel.findings.open_question(3)
    reader.key(KEY.Key_N)
    qtbot.waitUntil(lambda: value(reader, "note") == "n")


def test_only_looking_changes_nothing(reader: Reader, field: NumberAnswer) -> None:
    reader.key(KEY.Key_3)
    for _ in range(len(FORM.questions)):
        reader.key(KEY.Key_Return)
        reader.place.panel.findings.open_question(0)
    assert field.text() == "3"
    assert len(reader.port.steps) == 1


def test_after_a_choice_escape_gives_the_digits_back(reader: Reader) -> None:
    reader.place.panel.findings.open_question(1)
    reader.key(KEY.Key_2)
    assert value(reader, "side") == "left"
    reader.key(KEY.Key_Escape)
    QTest.mouseMove(reader.view, reader.view.rect().center())
    reader.key(KEY.Key_1)
    assert value(reader, "side") == "left"
    assert reader.desk.label == "solid"
    assert QApplication.focusWidget() is reader.view


def test_the_ring_sits_on_the_chosen_option_when_a_question_opens(reader: Reader) -> None:
    reader.desk.answers.give("side", "left")
    reader.settle()
    view = reader.place.panel.findings.views[1]
    QTest.mouseClick(view.head, LEFT)
    QTest.qWait(20)
    option = view.options["left"]
    assert QApplication.focusWidget() is option
    ring = reader.window._ring
    assert ring.isVisible()
    corner = option.mapTo(reader.window, QPoint(0, 0)) - QPoint(REACH, REACH)
    assert ring.geometry().topLeft() == corner


def test_escape_in_a_list_gives_the_keyboard_back(reader: Reader) -> None:
    reader.place.panel.labels.list.setFocus()
    reader.key(KEY.Key_Escape)
    assert QApplication.focusWidget() is reader.view
