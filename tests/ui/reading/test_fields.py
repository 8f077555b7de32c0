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
from labeler.ui.components.focus import REACH
from labeler.ui.reading.fields import NumberAnswer
from tests.support.reader import LEFT, Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key
COUNT = Scale("count", "How many nodules", 0, 50)
SIDE = Choice("side", "Side", (Option("right", "Right"), Option("left", "Left")))
SIZE = Scale("size", "Percent", 10, 90)
FORM = Form("typed", "Typed", (COUNT, SIDE, SIZE, FreeText("note", "Note")))


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


@pytest.mark.parametrize("leave", [KEY.Key_Return, KEY.Key_Enter, KEY.Key_Q])
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


def test_letters_are_shortcuts_or_nothing_but_never_typed(
    reader: Reader, field: NumberAnswer
) -> None:
    reader.key(KEY.Key_4)
    for letter in "xyj!":
        QTest.keyClick(field, letter)
    assert field.text() == "4"
    assert QApplication.focusWidget() is field
    QTest.keyClick(field, "b")
    reader.settle()
    assert reader.desk.tool.name == "brush"
    assert field.text() == "4"


def test_escape_gives_the_keyboard_back_to_the_view(reader: Reader, field: NumberAnswer) -> None:
    reader.key(KEY.Key_4)
    reader.key(KEY.Key_Escape)
    assert QApplication.focusWidget() is reader.view
    assert value(reader, "count") == 4
    reader.key(KEY.Key_2)
    assert field.text() == "4"
    assert reader.desk.label == "part"


def test_tab_and_a_pause_keep_the_number(reader: Reader, field: NumberAnswer, qtbot: QtBot) -> None:
    reader.key(KEY.Key_7)
    qtbot.waitUntil(lambda: value(reader, "count") == 7)
    reader.key(KEY.Key_Backspace)
    reader.key(KEY.Key_8)
    QTest.keyClick(field, KEY.Key_Tab)
    assert value(reader, "count") == 8
    assert len(reader.port.steps) == 2


def test_only_looking_changes_nothing(reader: Reader, field: NumberAnswer) -> None:
    reader.key(KEY.Key_3)
    for _ in range(len(FORM.questions)):
        reader.key(KEY.Key_Return)
        reader.place.panel.findings.open_question(0)
    assert field.text() == "3"
    assert len(reader.port.steps) == 1


def test_a_number_out_of_range_is_no_answer(reader: Reader) -> None:
    reader.place.panel.findings.open_question(2)
    field = reader.place.panel.findings.views[2].field
    assert isinstance(field, NumberAnswer)
    reader.key(KEY.Key_9)
    reader.key(KEY.Key_5)
    assert field.text() == "9", "95 is more than 90"
    reader.key(KEY.Key_Escape)
    assert value(reader, "size") is None
    assert field.text() == ""


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
    reader.desk.answer("side", "left")
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
