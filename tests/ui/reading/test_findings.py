"""The form by keyboard, the check, the way to the signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from labeler.app.case_checks import as_problem
from labeler.app.screens import Change, Problem
from labeler.model.document_size import NEARLY, Weighed, size_checks
from labeler.model.edit_rules import find_answer
from labeler.ui.components.text import IconMark
from labeler.ui.dialogs.instructions import InstructionsDialog
from tests.support.reader import CTRL, LEFT, SHIFT, Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.support.screen_reading import clipped, dialog

KEY = Qt.Key
ReaderMaker = Callable[..., Reader]


def value(reader: Reader, question: str) -> str | int | None:
    answer = find_answer(reader.document, question)
    return None if answer is None else answer.value


def test_the_whole_form_without_a_mouse(reader: Reader) -> None:
    findings = reader.place.panel.findings
    for _, digit in (("side", KEY.Key_2), ("calcification", KEY.Key_3), ("confidence", KEY.Key_4)):
        reader.view.setFocus()
        reader.key(KEY.Key_Q)
        reader.key(digit)
    assert value(reader, "side") == "left"
    assert value(reader, "calcification") == "diffuse"
    assert value(reader, "confidence") == 4
    assert findings.count.text() == "3 of 4 answered"
    assert reader.desk.label == "solid", "the digits went to the questions"


def test_one_question_is_open_and_unanswered_ones_carry_a_dot(reader: Reader) -> None:
    views = reader.place.panel.findings.views
    assert [view.body.isVisible() for view in views] == [True, False, False, False]
    assert [view.head.is_missing for view in views] == [True, True, True, False]
    QTest.mouseClick(views[2].head, LEFT)
    assert [view.body.isVisible() for view in views] == [False, False, True, False]
    QTest.mouseClick(views[2].options[5], LEFT)
    reader.settle()
    assert not views[2].head.is_missing
    assert value(reader, "confidence") == 5


@pytest.mark.parametrize("warns", [True, False])
def test_what_warns_is_no_hint(reader: Reader, warns: bool) -> None:
    card = reader.place.panel.findings.card
    card.show_problems((Problem("other-images", "Other images.", blocks=False, warns=warns),))
    (mark,) = card.findChildren(IconMark)
    assert mark._name == ("warning" if warns else "info")


def test_an_answer_is_taken_back_by_its_own_button_and_by_undo(reader: Reader) -> None:
    option = reader.place.panel.findings.views[0].options["left"]
    QTest.mouseClick(option, LEFT)
    assert option.isChecked()
    QTest.mouseClick(option, LEFT)
    assert value(reader, "side") is None
    reader.settle()
    reader.key(KEY.Key_Z, CTRL)
    assert value(reader, "side") == "left"
    assert option.isChecked()


def test_words_are_typed_and_kept_when_the_typing_pauses(reader: Reader, qtbot: QtBot) -> None:
    reader.place.panel.findings.open_question(3)
    field = reader.place.panel.findings.views[3].field
    assert field is not None
    assert QApplication.focusWidget() is field
    QTest.keyClicks(field, "small 2 b")
    assert reader.port.steps == []
    qtbot.waitUntil(lambda: value(reader, "note") == "small 2 b")
    QTest.keyClicks(field, "x")
    reader.view.setFocus()
    assert value(reader, "note") == "small 2 bx"
    assert reader.desk.tool.name == "select", "letters in a field choose no tool"


def test_pointer_over_the_view_leaves_the_keys_to_a_question(reader: Reader) -> None:
    reader.place.panel.findings.open_question(0)
    focus = QApplication.focusWidget()
    QTest.mouseMove(reader.window, reader.window.rect().topLeft())
    QTest.mouseMove(reader.view, reader.view.rect().center())
    reader.settle()
    assert QApplication.focusWidget() is focus


def test_check_lists_what_is_missing_and_leads_there(reader: Reader) -> None:
    reader.wait_count()
    assert reader.place.panel.footer.check.text() == "Check · 5"
    card = reader.place.panel.findings.card
    assert not card.isVisible()
    wanted = reader.place.panel.findings.part(1).wanted
    QTest.mouseClick(reader.place.panel.footer.check, LEFT)
    assert card.isVisible()
    assert reader.place.panel.findings.part(1).wanted > wanted
    problems = reader.port.problems()
    reader.place.panel._go_to_problem(problems[2])
    assert reader.place.panel.findings.views[1].body.isVisible()
    reader.place.panel._go_to_problem(problems[-1])
    assert reader.desk.active.view.index == 1
    longest = reader.place.panel.findings.part(1).wanted
    card.show_problems(())
    reader.settle()
    assert reader.place.panel.findings.part(1).wanted < longest, "its room is free again"


def test_a_case_with_gaps_is_not_signed(reader: Reader) -> None:
    reader.key(KEY.Key_Return, CTRL)
    assert reader.place.panel.findings.card.isVisible()
    assert reader.session.done == []


@pytest.mark.parametrize("by_key", [True, False])
def test_a_complete_case_goes_to_the_signature(reader: Reader, by_key: bool, qtbot: QtBot) -> None:
    reader.key(KEY.Key_N)
    reader.finish_form()
    assert reader.place.panel.footer.check.text() == "Check"
    if by_key:
        reader.key(KEY.Key_Return, CTRL)
    else:
        QTest.mouseClick(reader.place.panel.footer.sign, LEFT)
    qtbot.waitUntil(lambda: "propose" in reader.session.done)


def test_slices_never_shown_are_told_once_then_the_reader_decides(
    reader: Reader, qtbot: QtBot
) -> None:
    reader.key(KEY.Key_N)
    reader.finish_form()
    reader.port._seen = {reader.desk.active.tile: {0}}
    reader.key(KEY.Key_Return, CTRL)
    assert reader.place.panel.findings.card.isVisible()
    assert reader.session.done == []
    reader.key(KEY.Key_Return, CTRL)
    qtbot.waitUntil(lambda: "propose" in reader.session.done)


def test_check_says_when_nothing_is_missing(reader: Reader) -> None:
    reader.key(KEY.Key_N)
    reader.finish_form()
    QTest.mouseClick(reader.place.panel.footer.check, LEFT)
    assert "Nothing is missing" in reader.window.tidings.all()[-1].happened


def test_what_was_said_of_a_case_goes_with_it(reader: Reader) -> None:
    reader.key(KEY.Key_N)
    reader.finish_form()
    QTest.mouseClick(reader.place.panel.footer.check, LEFT)
    reader.settle()
    notices = reader.window.notices
    assert notices.isVisible()
    foot = reader.window.height() - notices.geometry().bottom()
    assert foot > 56, "the words in the view's corner stay free"
    strip = reader.place.strip
    edge = strip.mapTo(reader.window, strip.rect().topRight()).x()
    assert notices.geometry().left() > edge, "the series stay free"
    reader.window.go_to("work")
    assert not notices.isVisible()
    reader.window.go_to("reading")
    QTest.mouseClick(reader.place.panel.footer.check, LEFT)
    assert notices.isVisible()
    reader.show(replace(open_case(chest_image()), signed=True))
    assert not notices.isVisible()


def test_an_empty_screen_offers_the_last_case(reader: Reader) -> None:
    reader.port.show(None)
    reader.session.now_work = replace(reader.session.now_work, last_case="case-7")
    reader.session.change(Change.WORK)
    reader.settle()
    offer = reader.place.no_case.go_on
    assert offer.text() == "Continue Case 7"
    reader.window.go_to("work")
    reader.window.go_to("reading")
    reader.key(KEY.Key_Return)
    assert reader.session.done == ["open case-7"]


def test_f6_walks_the_panes(reader: Reader) -> None:
    reached = []
    for _ in range(6):
        reader.key(KEY.Key_F6)
        reached.append(QApplication.focusWidget())
    panes = {reader.view, reader.place.panel.labels.list, reader.place.panel.footer.sign}
    assert panes <= set(reached)


def test_the_keys_go_along_to_the_option_a_digit_chose(reader: Reader) -> None:
    options = reader.place.panel.findings.views[0].options
    reader.place.panel.findings.open_question(0)
    assert options["right"].hasFocus()
    reader.key(KEY.Key_2)
    assert options["left"].hasFocus()
    reader.key(KEY.Key_Tab)
    now = QApplication.focusWidget()
    reader.session.change(Change.DOCUMENT)
    reader.settle()
    assert QApplication.focusWidget() is now, "only a new answer moves the keyboard"


def test_enter_in_a_field_leads_on_to_what_is_missing(reader: Reader) -> None:
    findings = reader.place.panel.findings
    findings.open_question(3)
    QTest.keyClicks(findings.views[3].field, "small")
    reader.key(KEY.Key_Return)
    assert value(reader, "note") == "small"
    assert findings.views[0].body.isVisible()
    reader.finish_form()
    findings.open_question(3)
    reader.key(KEY.Key_Return)
    assert findings.views[3].head.hasFocus(), "letters are commands again"


def test_a_folded_question_has_its_ring_around_the_whole_line(reader: Reader) -> None:
    head = reader.place.panel.findings.views[3].head
    head.setFocus(Qt.FocusReason.TabFocusReason)
    reader.settle()
    ring = reader.window.window().findChildren(QWidget, "focus-ring")[0]
    assert ring.isVisible()
    assert ring.width() >= head.width()
    assert ring.height() >= head.height()


def test_a_task_without_free_text_asks_for_none(open_reader: ReaderMaker) -> None:
    reader = open_reader(replace(open_case(chest_image()), free_text_allowed=False))
    findings = reader.place.panel.findings
    assert [view.question.code for view in findings.views] == [
        "side",
        "calcification",
        "confidence",
    ]
    assert findings.count.text() == "0 of 3 answered"
    reader.show(open_case(chest_image()))
    assert len(findings.views) == 4


def test_a_signed_case_says_so_and_leads_on(open_reader: ReaderMaker) -> None:
    reader = open_reader(open_case(chest_image(), signed=True))
    reader.wait_count()
    place, commands = reader.place, reader.window.commands
    assert place.case_title.badge.isVisible()
    assert place.panel.footer.signed.isVisible()
    assert clipped(place) == []
    for name in ("tool.brush", "tool.length", "case.no-finding", "case.sign"):
        assert not commands[name].isEnabled()
        assert "not signed" in commands[name].toolTip()
    assert commands["tool.window"].isEnabled()
    QTest.mouseClick(place.panel.footer.following, LEFT)
    assert reader.session.done == ["next case"]
    reader.show(replace(open_case(chest_image(), signed=True), number=1, count=1))
    reader.wait_count()
    assert not place.panel.footer.following.isVisible()
    QTest.mouseClick(place.panel.footer.outbox, LEFT)
    assert reader.window.places["outbox"].isVisible()


def test_a_case_signed_with_a_brush_in_hand_puts_the_brush_away(reader: Reader) -> None:
    reader.key(KEY.Key_B)
    assert reader.desk.tool.name == "brush"
    assert reader.desk.case is not None
    reader.show(replace(reader.desk.case, signed=True))
    assert reader.desk.tool.name == "select"
    assert reader.place.panel.footer.signed.isVisible()
    assert not reader.place.panel.footer.sign.isVisible()
    assert not reader.place.case_title.badge.isHidden()


def test_the_instructions_are_a_key_away(open_reader: ReaderMaker) -> None:
    words = "# Nodules\n\nMark **every** one."
    reader = open_reader(replace(open_case(chest_image()), instructions=words))
    reader.key(KEY.Key_I, CTRL)
    shown = dialog(InstructionsDialog)
    assert shown.words.toPlainText() == "Nodules\nMark every one."
    assert shown.words.hasFocus()
    assert clipped(shown) == []
    QTest.keyClick(shown, KEY.Key_Escape)
    assert reader.desk.active.view.inverted is False


def test_rows_are_as_wide_with_a_scroll_bar_as_without(reader: Reader) -> None:
    marks = reader.place.panel.marks.list
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (120, 90)])
    before = marks.viewport().width()
    for row in range(1, 14):
        reader.drag([(80, 90 + 4 * row), (120, 90 + 4 * row)])
    assert marks.verticalScrollBar().isVisible()
    assert marks.viewport().width() == before
    assert marks.viewport().width() == reader.place.panel.labels.list.viewport().width()


def test_f6_leads_from_inside_the_form_to_the_way_on(reader: Reader) -> None:
    reader.place.panel.findings.open_question(1)
    reader.key(KEY.Key_F6)
    assert reader.place.panel.footer.sign.hasFocus()
    reader.key(KEY.Key_F6, SHIFT)
    assert reader.place.panel.findings.views[1].head.hasFocus()


def said(reader: Reader) -> list[str]:
    return [notice.happened for notice in reader.window.tidings.all()]


def test_that_a_case_grows_too_large_is_said_when_it_first_does(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without being asked: putting it right at the end would take hours."""
    large = tuple(as_problem(check) for check in size_checks(Weighed((), NEARLY + 1)))
    reader.key(Qt.Key.Key_R)
    reader.drag([(80, 90), (120, 120)])
    reader.wait_count()
    assert said(reader) == []
    monkeypatch.setattr(reader.port, "problems", lambda: large)
    reader.drag([(20, 30), (40, 50)])
    reader.wait_count()
    words = ["The 0 marks take about 49 of the 64 MB that a signed case may hold."]
    assert said(reader) == words
    assert reader.place.panel.footer.check.text() == "Check · 1"
    reader.window.notices.dismiss_newest()
    reader.drag([(20, 60), (40, 80)])
    reader.wait_count()
    assert said(reader) == [], "and not again at each mark"
