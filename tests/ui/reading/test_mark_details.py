"""What is said of the selected marks, by real hands: label, questions, certainty, flags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from msgspec import UNSET
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from labeler.app.screens import Change
from labeler.model.answer_rules import answers_of
from labeler.model.document import Mark
from labeler.model.edits import AddMark, ReplaceMark, Together
from labeler.model.forms import Answer, Choice, FreeText, Option, Scale
from labeler.model.manifest import Label
from labeler.model.shapes import Box
from labeler.model.steps import Do
from labeler.ui.components.buttons import Link
from labeler.ui.reading.answer_rows import AnswerRow
from labeler.ui.reading.mark_details import MarkDetails
from tests.support.reader import CTRL, LEFT, SHIFT, Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker

NONE = Qt.KeyboardModifier.NoModifier
SHARP = Choice("edge", "Edge", (Option("sharp", "Sharp"), Option("soft", "Soft")))
KIND = Choice(
    "kind",
    "Attenuation of this one",
    tuple(Option(code, f"{code.title()} attenuation") for code in ("solid", "part", "ground")),
    required=False,
)
SURE = Scale("sure", "Conspicuity", 1, 5, required=False)
SIZE = Scale("size", "Largest size in mm", 1, 300, required=False)
WHY = FreeText("why", "Why?", max_length=40)
LABELS = (
    Label("nodule", "Nodule", (SHARP, KIND, SURE, SIZE, WHY)),
    Label("cyst", "Cyst", (SURE,)),
    Label("plain", "Plain"),
)


opens_menu = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def asking(open_reader: ReaderMaker) -> Reader:
    return open_reader(replace(open_case(chest_image()), labels=LABELS))


def draw(reader: Reader, *labels: str) -> None:
    image = reader.desk.active.image
    assert image is not None
    marks = [
        Mark(f"b{n}", label, image.refs[0], Box((n, n), (n + 20_000, n + 9000)))
        for n, label in enumerate(labels)
    ]
    edits = tuple(AddMark(n, mark) for n, mark in enumerate(marks))
    reader.port.apply(Together("paste", edits), {})
    reader.settle()


def details_of(reader: Reader) -> MarkDetails:
    return reader.place.panel.marks.details


def row_of(reader: Reader, code: str) -> AnswerRow:
    return next(row for row in details_of(reader).answers if row.question.code == code)


def said(reader: Reader, mark: int = 0) -> dict[str, str | int]:
    return {each.question: each.value for each in answers_of(reader.document.marks[mark])}


def pick(reader: Reader, key: Qt.Key) -> None:
    """In the list that is open."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, key)
    reader.settle()


def widget_in_focus() -> object:
    return QApplication.focusWidget()


@pytest.fixture(autouse=True)
def no_list_stays_open() -> Iterator[None]:
    yield
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()


@opens_menu
def test_each_kind_of_question_is_answered_by_hand(asking: Reader) -> None:
    draw(asking, "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    steps = len(asking.port.steps)
    QTest.mouseClick(row_of(asking, "edge").options["sharp"], LEFT)
    kind = row_of(asking, "kind").picker
    assert kind is not None
    QTest.mouseClick(kind, LEFT)
    pick(asking, Qt.Key.Key_2)
    assert kind.shown == "Part attenuation"
    QTest.mouseClick(row_of(asking, "sure").options[4], LEFT)
    for code, typed in (("size", "12"), ("why", "it shines")):
        field = row_of(asking, code).field
        assert field is not None
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert said(asking) == {
        "edge": "sharp", "kind": "part", "sure": 4, "size": 12, "why": "it shines"
    }  # fmt: skip
    assert [type(step) for step in asking.port.steps[steps:]] == [Do] * 5
    asking.settle()
    asking.desk.returning.undo()
    asking.settle()
    assert "why" not in said(asking)
    QTest.mouseClick(row_of(asking, "edge").options["sharp"], LEFT)
    assert "edge" not in said(asking), "a second click takes the answer back"


def test_a_new_mark_takes_no_keyboard_and_its_row_says_what_is_missing(asking: Reader) -> None:
    asking.key(Qt.Key.Key_R)
    asking.drag([(60, 60), (70, 70), (90, 80)])
    assert widget_in_focus() is asking.view
    (row,) = asking.place.panel.marks.list.rows()
    assert row.missing
    assert "not answered yet" in row.spoken
    assert row_of(asking, "edge").is_missing
    assert not row_of(asking, "kind").is_missing
    asking.key(Qt.Key.Key_F9)
    assert widget_in_focus() is row_of(asking, "edge").options["sharp"]
    asking.key(Qt.Key.Key_2)
    assert said(asking) == {"edge": "soft"}
    assert asking.desk.label == "nodule", "the digit answered, and chose no label"
    assert not asking.place.panel.marks.list.rows()[0].missing
    asking.key(Qt.Key.Key_Escape)
    assert widget_in_focus() is asking.view


def test_digits_at_the_label_choose_it_and_answer_nothing_else(asking: Reader) -> None:
    draw(asking, "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    details_of(asking).label.setFocus()
    asking.key(Qt.Key.Key_2)
    assert asking.document.marks[0].label == "cyst"
    details_of(asking).hide_them.setFocus()
    asking.key(Qt.Key.Key_2)
    assert asking.document.answers == (), "no question of the form has the keyboard"


def test_enter_leads_to_what_is_missing_and_then_back_to_the_image(asking: Reader) -> None:
    draw(asking, "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    details_of(asking).note.setFocus()
    QTest.keyClicks(details_of(asking).note, "faint")
    asking.key(Qt.Key.Key_Return)
    assert widget_in_focus() is row_of(asking, "edge").options["sharp"]
    asking.key(Qt.Key.Key_1)
    details_of(asking).sure.setFocus()
    QTest.keyClicks(details_of(asking).sure, "70")
    asking.key(Qt.Key.Key_Return)
    assert widget_in_focus() is asking.view


def test_tab_goes_from_above_to_below(asking: Reader) -> None:
    draw(asking, "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    details = details_of(asking)
    details.label.setFocus()
    way = []
    for _ in range(10):
        way.append(widget_in_focus())
        asking.key(Qt.Key.Key_Tab)
    edge, kind = row_of(asking, "edge"), row_of(asking, "kind")
    start = [details.label, details.hide_them, details.lock_them]
    assert way[:6] == [*start, edge.options["sharp"], edge.options["soft"], kind.picker]
    assert row_of(asking, "sure").options[1] in way


def test_f6_stops_at_what_is_said(asking: Reader) -> None:
    draw(asking, "nodule")
    assert details_of(asking).label not in asking.place.panes()
    asking.desk.select_mark("b0")
    asking.settle()
    assert details_of(asking).label in asking.place.panes()


def test_several_marks_are_answered_at_once(asking: Reader) -> None:
    draw(asking, "nodule", "nodule", "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    QTest.mouseClick(row_of(asking, "edge").options["sharp"], LEFT)
    asking.desk.select_mark("b0", frozenset({"b1"}))
    asking.settle()
    details = details_of(asking)
    assert details.label.shown == "Nodule, 2 marks"
    edge = row_of(asking, "edge")
    assert not any(button.isChecked() for button in edge.options.values())
    assert edge.is_missing, "one of them must be answered still"
    steps = len(asking.port.steps)
    QTest.mouseClick(edge.options["soft"], LEFT)
    assert [said(asking, n) for n in range(3)] == [{"edge": "soft"}, {"edge": "soft"}, {}]
    (step,) = asking.port.steps[steps:]
    assert isinstance(step, Do)
    assert isinstance(step.edit, Together)
    asking.desk.returning.undo()
    asking.settle()
    assert [said(asking, n) for n in range(3)] == [{"edge": "sharp"}, {}, {}]


def test_where_marks_differ_it_says_several(asking: Reader) -> None:
    draw(asking, "nodule", "cyst")
    details = details_of(asking)
    asking.desk.select_mark("b0")
    asking.settle()
    QTest.keyClicks(details.sure, "80")
    QTest.keyClick(details.sure, Qt.Key.Key_Return)
    QTest.keyClicks(details.note, "faint")
    QTest.keyClick(details.note, Qt.Key.Key_Return)
    asking.key(Qt.Key.Key_A, CTRL | SHIFT)
    asking.desk.select_mark("b0", frozenset({"b1"}))
    asking.settle()
    assert details.label.shown == "(several), 2 marks"
    assert [row.question for row in details.answers] == [SURE], "what both labels ask"
    for field in (details.note, details.sure):
        assert (field.text(), field.placeholderText()) == ("", "(several)")
    assert details.lock_them.accessibleName().endswith("(several)")
    QTest.keyClicks(details.sure, "50")
    QTest.keyClick(details.sure, Qt.Key.Key_Return)
    assert [mark.confidence for mark in asking.document.marks] == [80, 50], "one is locked"
    assert asking.document.marks[1].note is UNSET, "the note was left as it was"
    QTest.mouseClick(details.lock_them, LEFT)
    assert all(mark.locked for mark in asking.document.marks)


@opens_menu
def test_another_label_drops_what_does_not_fit_and_undo_brings_it_back(asking: Reader) -> None:
    draw(asking, "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    QTest.mouseClick(row_of(asking, "edge").options["sharp"], LEFT)
    QTest.mouseClick(row_of(asking, "sure").options[3], LEFT)
    details = details_of(asking)
    details.label.setFocus()
    asking.key(Qt.Key.Key_Down)
    pick(asking, Qt.Key.Key_2)
    assert asking.document.marks[0].label == "cyst"
    assert said(asking) == {"sure": 3}
    assert [row.question for row in details.answers] == [SURE]
    asking.key(Qt.Key.Key_H, CTRL)
    words = [row.spoken for row in rows_of_history(asking)]
    assert any("is now Cyst, “Edge” dropped" in word for word in words), words
    asking.desk.returning.undo()
    asking.settle()
    assert said(asking) == {"edge": "sharp", "sure": 3}


def test_the_first_label_again_has_its_answers_again(asking: Reader) -> None:
    draw(asking, "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    QTest.mouseClick(row_of(asking, "edge").options["sharp"], LEFT)
    asking.view.setFocus()
    asking.key(Qt.Key.Key_3)
    assert said(asking) == {}
    asking.key(Qt.Key.Key_1)
    assert (asking.document.marks[0].label, said(asking)) == ("nodule", {"edge": "sharp"})
    asking.key(Qt.Key.Key_H, CTRL)
    words = [row.spoken for row in rows_of_history(asking)]
    assert any("is now Nodule, “Edge” as before" in word for word in words), words


@opens_menu
def test_a_label_picked_by_the_mouse_leaves_the_keyboard_at_the_image(asking: Reader) -> None:
    draw(asking, "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    asking.view.setFocus()
    QTest.mouseClick(details_of(asking).label, LEFT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(menu.actions()[1]).center())
    asking.settle()
    assert asking.document.marks[0].label == "cyst"
    assert asking.view.window().focusWidget() is asking.view


def test_where_the_marks_go_the_keyboard_goes_to_the_image(asking: Reader) -> None:
    draw(asking, "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    details_of(asking).label.setFocus()
    asking.key(Qt.Key.Key_Delete)
    assert asking.document.marks == ()
    assert widget_in_focus() is asking.view


def rows_of_history(reader: Reader) -> list[object]:
    listed = reader.place.panel.history.list
    return [listed._model.told(row) for row in range(listed._model.rowCount())]


def test_a_digit_with_select_in_hand_drops_them_too(asking: Reader) -> None:
    draw(asking, "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    QTest.mouseClick(row_of(asking, "edge").options["sharp"], LEFT)
    asking.view.setFocus()
    asking.key(Qt.Key.Key_3)
    (step,) = asking.port.steps[-1:]
    assert isinstance(step, Do)
    assert isinstance(step.edit, ReplaceMark)
    assert (asking.document.marks[0].label, said(asking)) == ("plain", {})


def test_what_is_typed_goes_to_the_marks_it_was_typed_for(asking: Reader) -> None:
    draw(asking, "nodule", "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    field = row_of(asking, "why").field
    assert field is not None
    QTest.keyClicks(field, "first")
    asking.desk.select_mark("b1")
    asking.settle()
    assert [said(asking, n) for n in range(2)] == [{"why": "first"}, {}]
    field = row_of(asking, "why").field
    assert field is not None
    assert field.text() == ""


def test_the_keyboard_stays_at_a_question_that_the_next_mark_asks_too(asking: Reader) -> None:
    draw(asking, "nodule", "cyst")
    asking.desk.select_mark("b0")
    asking.settle()
    row_of(asking, "sure").take_focus()
    asking.key(Qt.Key.Key_Period)
    assert asking.desk.selected == "b1"
    assert row_of(asking, "sure").isAncestorOf(QApplication.focusWidget() or asking.view)


def test_a_missing_answer_keeps_the_case_from_being_signed_and_leads_there(asking: Reader) -> None:
    draw(asking, "cyst", "nodule")
    asking.finish_form()
    asking.key(Qt.Key.Key_Return, CTRL)
    card = asking.place.panel.findings.card
    assert card.isVisible()
    (problem,) = asking.port.problems()
    assert (problem.code, problem.mark, problem.question) == ("mark-unanswered", "b1", "edge")
    (link,) = card.findChildren(Link)
    QTest.mouseClick(link, LEFT)
    asking.settle()
    assert asking.desk.selected == "b1"
    assert widget_in_focus() is row_of(asking, "edge").options["sharp"]
    asking.key(Qt.Key.Key_1)
    asking.wait_count()
    assert said(asking, 1) == {"edge": "sharp"}
    assert not card.isVisible()


def test_a_signed_case_shows_and_changes_nothing(open_reader: ReaderMaker) -> None:
    reader = open_reader(replace(open_case(chest_image()), labels=LABELS))
    draw(reader, "nodule")
    reader.port.show(replace(open_case(chest_image(), signed=True), labels=LABELS))
    reader.settle()
    reader.desk.select_mark("b0")
    reader.settle()
    details = details_of(reader)
    assert details.isVisible()
    assert not details.label.isEnabled()
    assert not any(b.isEnabled() for b in row_of(reader, "edge").options.values())
    why = row_of(reader, "why").field
    assert why is not None
    assert why.isReadOnly()


def test_a_task_without_free_text_shows_no_words_to_fill_in(open_reader: ReaderMaker) -> None:
    case = replace(open_case(chest_image()), labels=LABELS, free_text_allowed=False)
    reader = open_reader(case)
    draw(reader, "nodule")
    reader.desk.select_mark("b0")
    reader.settle()
    details = details_of(reader)
    assert [row.question.code for row in details.answers] == ["edge", "kind", "sure", "size"]
    assert details.note.isHidden()
    assert Answer("edge", "sharp") not in answers_of(reader.document.marks[0])


def test_questions_that_nobody_can_answer_break_nothing(open_reader: ReaderMaker) -> None:
    """A marketplace may send any: no options, no numbers, numbers beyond all bounds."""
    questions = (
        Choice("none", "None at all", ()),
        Scale("empty", "Upside down", 5, 1),
        Scale("vast", "Beyond", -(2**53 - 1), 2**53 - 1),
    )
    labels = (Label("odd", "Odd", questions), Label("plain", "Plain"))
    reader = open_reader(replace(open_case(chest_image()), labels=labels))
    draw(reader, "odd")
    reader.desk.select_mark("b0")
    reader.settle()
    reader.key(Qt.Key.Key_F9)
    reader.key(Qt.Key.Key_1)
    details_of(reader).go_to("empty")
    vast = row_of(reader, "vast").field
    assert vast is not None
    vast.setFocus()
    QTest.keyClicks(vast, "-90000000000")
    QTest.keyClick(vast, Qt.Key.Key_Return)
    assert said(reader) == {"vast": -90_000_000_000}


def test_what_is_typed_is_of_the_case_it_was_typed_in(open_reader: ReaderMaker) -> None:
    """Marks and questions of the next case have the same names."""
    reader = open_reader(replace(open_case(chest_image()), labels=LABELS))
    draw(reader, "nodule")
    reader.desk.select_mark("b0")
    reader.settle()
    QTest.keyClicks(details_of(reader).note, "faint")
    reader.session.change(Change.PUT_DOWN)
    reader.settle()
    assert reader.document.marks[0].note == "faint"
    findings = reader.place.panel.findings
    findings.open_code("note")
    reader.settle()
    field = findings.views[3].field
    assert field is not None
    QTest.keyClicks(field, "so")
    assert reader.document.answers == ()
    reader.session.change(Change.PUT_DOWN)
    reader.settle()
    assert reader.document.answers == (Answer("note", "so"),)


@opens_menu
def test_a_number_in_a_list_is_chosen_by_itself(open_reader: ReaderMaker) -> None:
    """On the row and in its list the same key means the same."""
    words = "Words that go on & on, as no screen is wide enough for, " * 3
    asks = (Scale("pain", "Pain", 0, 10), Choice("long", "Long", (Option("a", words),)))
    labels = (Label("odd", "Odd", asks), Label("plain", "Plain"))
    reader = open_reader(replace(open_case(chest_image()), labels=labels))
    draw(reader, "odd")
    reader.desk.select_mark("b0")
    reader.settle()
    row_of(reader, "pain").take_focus()
    reader.key(Qt.Key.Key_0)
    reader.key(Qt.Key.Key_4)
    assert said(reader) == {"pain": 4}
    reader.key(Qt.Key.Key_Space)
    pick(reader, Qt.Key.Key_3)
    assert said(reader) == {"pain": 3}
    long = row_of(reader, "long").picker
    assert long is not None
    assert long.menu_of_choices().sizeHint().width() < 600


def test_a_label_that_asks_nothing_leaves_no_gap(reader: Reader) -> None:
    draw(reader, "solid")
    reader.desk.select_mark("b0")
    reader.settle()
    shown = details_of(reader)
    assert shown.isVisible()
    assert shown.height() <= shown.label.height() + shown.note.height() + 20


@pytest.mark.parametrize("typed", ["8n", "9.5", "150", "7,5"])
def test_how_sure_one_is_was_typed_whole_or_is_refused(asking: Reader, typed: str) -> None:
    draw(asking, "nodule", "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    sure = details_of(asking).sure
    sure.setFocus()
    QTest.keyClicks(sure, typed)
    asking.key(Qt.Key.Key_Return)
    assert sure.text() == typed
    assert sure.accessibleDescription() == f"“{typed}” is no whole number from 0 to 100."
    assert (asking.desk.selected, asking.document.no_finding) == ("b0", False)
    asking.click(5, 5)
    assert sure.text() == ""
    assert [mark.confidence for mark in asking.document.marks] == [UNSET, UNSET]


def test_what_is_refused_does_not_go_to_the_next_mark(asking: Reader) -> None:
    draw(asking, "nodule", "nodule")
    asking.desk.select_mark("b0")
    asking.settle()
    sure = details_of(asking).sure
    sure.setFocus()
    QTest.keyClicks(sure, "9.")
    asking.desk.select_mark("b1")
    asking.settle()
    assert sure.text() == ""
    assert "It stays as it was." in sure.accessibleDescription()
    assert [mark.confidence for mark in asking.document.marks] == [UNSET, UNSET]
