"""A form of one's own at a real window: marks are drawn, answered, corrected, checked."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.demo.hands import CTRL, SHIFT, Gallery, Hands
from labeler.model.answer_rules import answers_of
from labeler.model.paths import resources_root
from labeler.ui.dialogs.first_run import FirstRun
from labeler.ui.dialogs.settings import SettingsDialog
from labeler.ui.reading.place import ReadingPlace
from labeler.ui.window import Window
from tests.support.dicom_files import write_stack
from tests.support.guard import Guard

KEY = Qt.Key


@pytest.fixture
def own_form(tmp_path: Path) -> Path:
    """The general form, where a lesion's margin must be told."""
    shipped = resources_root() / "forms" / "general-findings.json"
    template = msgspec.json.decode(shipped.read_bytes())
    template["labels"][0]["questions"][0]["required"] = True
    path = tmp_path / "own.json"
    path.write_bytes(msgspec.json.encode(template))
    return path


def said(reading: ReadingPlace) -> list[list[str | int]]:
    return [[each.value for each in answers_of(m)] for m in reading.desk.document().marks]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_marks_are_answered_as_they_are_drawn(
    practice: Window, guard: Guard, tmp_path: Path, own_form: Path
) -> None:
    write_stack(tmp_path / "images", [(0.0, 0.0, z) for z in (0.0, 2.5, 5.0)])
    greeting = QApplication.activeModalWidget()
    assert isinstance(greeting, FirstRun)
    greeting.reject()
    hands = Hands(practice, Gallery(tmp_path / "pictures", guard.aside))
    with guard.gui():
        hands.key(KEY.Key_Comma, CTRL)
        settings = hands.dialog(SettingsDialog)
        settings.own_form._given([own_form])
        hands.until(lambda: settings.own_form.picker.shown == "own", "the form that was given")
        hands.key(KEY.Key_Escape)
        hands.until_closed(settings)
        practice.go_to("reading")
        reading = practice.place()
        assert isinstance(reading, ReadingPlace)
        practice._open_paths([tmp_path / "images"])
        desk = reading.desk
        hands.until(lambda: desk.active.pixels is not None and not reading.is_coming, "the case")
        details = reading.panel.marks.details

        for shift in (0, 60):
            hands.key(KEY.Key_R)
            middle = reading.view.rect().center() + QPoint(shift, shift)
            hands.drag(reading.view, tuple(middle + QPoint(n * 8, n * 8) for n in range(5)))
        hands.until(lambda: len(desk.document().marks) == 2, "two boxes")
        assert QApplication.focusWidget() is reading.view, "drawing keeps the keyboard"
        assert [row.missing for row in reading.panel.marks.list.rows()] == [True, True]

        hands.key(KEY.Key_A, CTRL)
        hands.key(KEY.Key_F9)
        hands.type("2")
        hands.until(lambda: said(reading) == [["blurred"], ["blurred"]], "both answered at once")
        hands.shot("answered-at-once")
        hands.key(KEY.Key_Z, CTRL)
        hands.until(lambda: said(reading) == [[], []], "both taken back by one key")
        hands.key(KEY.Key_Z, CTRL | SHIFT)
        hands.until(lambda: said(reading) == [["blurred"], ["blurred"]], "and put again")

        hands.key(KEY.Key_Escape)
        hands.key(KEY.Key_V)
        hands.key(KEY.Key_3)
        hands.until(lambda: said(reading) == [[], []], "another label drops what it does not ask")
        assert {mark.label for mark in desk.document().marks} == {"artefact"}
        hands.key(KEY.Key_Z, CTRL)
        hands.until(lambda: said(reading) == [["blurred"], ["blurred"]], "with what was answered")

        details.label.setFocus()
        hands.key(KEY.Key_Tab)
        assert QApplication.focusWidget() is details.hide_them
        hands.key(KEY.Key_Z, CTRL)
        hands.until(lambda: said(reading) == [[], []], "back before the answers")
        hands.click(reading.panel.footer.check)
        card = reading.panel.findings.card
        hands.until(card.isVisible, "what is missing")
        hands.shot("what-is-missing")
        problem = reading._port.problems()[0]
        assert (problem.code, problem.blocks) == ("marks-unanswered", True)
        reading.panel._go_to_problem(problem)
        assert details.isAncestorOf(QApplication.focusWidget() or reading.view)
        assert len(desk.chosen.names) == 1
        QTest.qWait(1)
    assert len(list((tmp_path / "pictures").glob("*.png"))) == 2
