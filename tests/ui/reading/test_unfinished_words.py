"""Words that are too many stay where they were typed, until the person makes fewer of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labeler.model.document import Mark
from labeler.model.edit_rules import find_answer
from labeler.model.edits import AddMark, RemoveMark, Together
from labeler.model.forms import Choice, Form, FreeText, Option
from labeler.model.manifest import Label
from labeler.model.shapes import Box
from labeler.ui.components.beside import Beside
from labeler.ui.components.checked_field import CheckedField
from labeler.ui.reading.fields import TYPING_PAUSE_MS, TextAnswer
from tests.support.reader import CTRL, LEFT, Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key
SIDE = Choice("side", "Side", (Option("right", "Right"), Option("left", "Left")))
FORM = Form("typed", "Typed", (FreeText("note", "Remark", max_length=40), SIDE))
LABELS = (Label("nodule", "Nodule", (FreeText("why", "Why?", max_length=20),)),)
LONG = "y" * 61
TOO_LONG = "21 characters too long: at most 40 are taken."


@pytest.fixture
def reader(open_reader: ReaderMaker) -> Reader:
    return open_reader(replace(open_case(chest_image()), form=FORM, labels=LABELS))


@pytest.fixture
def remark(reader: Reader) -> TextAnswer:
    reader.place.panel.findings.open_question(0)
    found = reader.place.panel.findings.views[0].field
    assert isinstance(found, TextAnswer)
    return found


def beside(reader: Reader) -> str:
    (found,) = reader.window.window().findChildren(Beside) or (None,)
    return found.text() if found is not None and found.isVisible() else ""


def paste(reader: Reader, text: str) -> None:
    QApplication.clipboard().setText(text)
    reader.key(KEY.Key_V, CTRL)


def answer(reader: Reader) -> str | int | None:
    found = find_answer(reader.document, "note")
    return None if found is None else found.value


def is_refused(field: CheckedField) -> bool:
    return bool(field.property("refused"))


@pytest.mark.parametrize("leave", ["tab", "escape", "click"])
def test_it_stays_when_the_field_is_left(reader: Reader, remark: TextAnswer, leave: str) -> None:
    paste(reader, LONG)
    if leave == "click":
        reader.click(5, 5)
    else:
        reader.key(KEY.Key_Tab if leave == "tab" else KEY.Key_Escape)
    assert QApplication.focusWidget() is not remark
    assert (remark.text(), answer(reader), is_refused(remark)) == (LONG, None, True)
    assert beside(reader) == TOO_LONG
    assert reader.port.steps == []


def test_it_is_told_again_to_who_comes_back_and_taken_once_it_is_short_enough(
    reader: Reader, remark: TextAnswer
) -> None:
    paste(reader, LONG)
    reader.place.panel.findings.open_question(1)
    head = reader.place.panel.findings.views[0].head
    assert "21 characters too long" in head.accessibleName()
    QTest.mouseClick(head, LEFT)
    assert (remark.text(), remark.hasFocus(), beside(reader)) == (LONG, True, TOO_LONG)
    remark.setSelection(40, 21)
    reader.key(KEY.Key_Delete)
    assert (beside(reader), is_refused(remark)) == ("", False)
    reader.key(KEY.Key_Return)
    assert answer(reader) == "y" * 40


@pytest.mark.parametrize("how", ["check", "sign"])
def test_neither_check_nor_sign_go_past_it(reader: Reader, remark: TextAnswer, how: str) -> None:
    paste(reader, LONG)
    reader.place.panel.findings.open_question(1)
    panel = reader.place.panel
    QTest.mouseClick(panel.footer.check if how == "check" else panel.footer.sign, LEFT)
    reader.settle()
    assert not panel.findings.card.isVisible()
    assert (remark.isVisible(), remark.text(), beside(reader)) == (True, LONG, TOO_LONG)


def test_a_rest_takes_nothing_of_it(reader: Reader, remark: TextAnswer, qtbot: QtBot) -> None:
    paste(reader, LONG)
    qtbot.wait(TYPING_PAUSE_MS + 100)
    assert (remark.text(), answer(reader)) == (LONG, None)


def test_what_is_left_is_told_near_the_limit(reader: Reader, remark: TextAnswer) -> None:
    paste(reader, "y" * 20)
    assert remark.room_words == ""
    paste(reader, "y" * 12)
    assert remark.room_words == "8 left"
    paste(reader, "y" * 9)
    assert remark.room_words == "1 too long"
    reader.key(KEY.Key_Backspace)
    assert remark.room_words == "0 left"


def test_another_case_has_it_not_and_its_own_has_it_again(
    reader: Reader, remark: TextAnswer
) -> None:
    first = reader.desk.case
    assert first is not None
    paste(reader, LONG)
    reader.show(replace(first, id="another"))
    assert (remark.text(), is_refused(remark)) == ("", False)
    reader.show(first)
    assert (remark.text(), is_refused(remark), answer(reader)) == (LONG, True, None)


def test_what_is_being_typed_is_never_taken_of_another_case(
    reader: Reader, remark: TextAnswer
) -> None:
    first = reader.desk.case
    assert first is not None
    paste(reader, "of the first")
    reader.show(replace(first, id="another"))
    assert (remark.text(), answer(reader), reader.port.steps) == ("", None, [])
    reader.show(first)
    assert (remark.text(), is_refused(remark)) == ("of the first", False)


# --- of a mark --------------------------------------------------------------------------------


@pytest.fixture
def why(reader: Reader) -> TextAnswer:
    """The question of the first of two marks."""
    image = reader.desk.active.image
    assert image is not None
    marks = [
        Mark(f"b{n}", "nodule", image.refs[0], Box((n, n), (n + 20_000, n + 9000)))
        for n in range(2)
    ]
    edits = tuple(AddMark(n, mark) for n, mark in enumerate(marks))
    reader.port.apply(Together("paste", edits), {})
    reader.settle()
    reader.desk.select_mark("b0")
    reader.settle()
    return why_of(reader)


def why_of(reader: Reader) -> TextAnswer:
    (row,) = reader.place.panel.marks.details.answers
    assert isinstance(row.field, TextAnswer)
    return row.field


def test_it_stays_with_its_mark(reader: Reader, why: TextAnswer) -> None:
    why.setFocus()
    paste(reader, "z" * 30)
    reader.key(KEY.Key_Tab)
    assert (why.text(), beside(reader)[:10]) == ("z" * 30, "10 charact")
    reader.desk.select_mark("b1")
    reader.settle()
    assert (why_of(reader).text(), is_refused(why_of(reader))) == ("", False)
    reader.desk.select_mark("")
    reader.settle()
    reader.desk.select_mark("b0")
    reader.settle()
    assert (why_of(reader).text(), is_refused(why_of(reader))) == ("z" * 30, True)


def test_check_leads_to_the_mark_that_has_it(reader: Reader, why: TextAnswer) -> None:
    why.setFocus()
    paste(reader, "z" * 30)
    reader.desk.select_mark("")
    reader.settle()
    QTest.mouseClick(reader.place.panel.footer.check, LEFT)
    reader.settle()
    assert reader.desk.selected == "b0"
    assert (why_of(reader).text(), beside(reader)[:10]) == ("z" * 30, "10 charact")
    assert not reader.place.panel.findings.card.isVisible()


def test_a_mark_that_is_gone_stops_nothing(reader: Reader, why: TextAnswer) -> None:
    why.setFocus()
    paste(reader, "z" * 30)
    reader.desk.select_mark("")
    reader.settle()
    reader.port.apply(RemoveMark(0, reader.document.marks[0]), {})
    reader.settle()
    QTest.mouseClick(reader.place.panel.footer.check, LEFT)
    reader.settle()
    assert reader.place.panel.findings.card.isVisible()


@pytest.mark.parametrize("own", [False, True])
def test_check_leads_to_those_that_are_left_of_the_marks_that_have_it(
    reader: Reader, why: TextAnswer, own: bool
) -> None:
    """Where what is left has words of its own that are refused too, to one after the other."""
    why.setFocus()
    own_words = ["a" * 30] if own else []
    for text in own_words:
        paste(reader, text)
    reader.desk.select_mark("b0", frozenset({"b1"}))
    reader.settle()
    why_of(reader).setFocus()
    paste(reader, "z" * 30)
    reader.desk.select_mark("")
    reader.settle()
    reader.port.apply(RemoveMark(1, reader.document.marks[1]), {})
    reader.settle()
    for text in [*own_words, "z" * 30]:
        QTest.mouseClick(reader.place.panel.footer.check, LEFT)
        reader.settle()
        assert (reader.desk.selected, why_of(reader).text()) == ("b0", text)
        assert not reader.place.panel.findings.card.isVisible()
        why_of(reader).setFocus()
        why_of(reader).selectAll()
        paste(reader, text[:20])
        reader.key(KEY.Key_Return)
    QTest.mouseClick(reader.place.panel.footer.check, LEFT)
    reader.settle()
    assert reader.place.panel.findings.card.isVisible()
