"""The history under hands: seen, jumped in, taken other ways, counted in time."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.app.far_jump import Going
from labeler.app.open_case import SeriesTile
from labeler.model.document import Mark, empty_document
from labeler.model.edit_rules import single_edits
from labeler.model.edits import AddMark, Edit, PaintMask, SetNoFinding, Together
from labeler.model.frames import FrameRef
from labeler.model.history import History, advance
from labeler.model.manifest import Label
from labeler.model.mask_states import painted, unpainted
from labeler.model.shapes import Box
from labeler.model.steps import Away, Do, Go, Here, Left, LessTime
from labeler.ui.components.beside import Beside
from labeler.ui.dialogs.signing import SigningDialog
from labeler.ui.reading import history_words
from labeler.ui.reading.history_list import HistoryList
from labeler.ui.reading.life_signs import LifeSigns
from labeler.ui.theme import COMPACT, ROW
from labeler.viewing.edit_words import Naming, edit_words
from labeler.viewing.history_rows import Standing
from labeler.viewing.phrase import Phrase
from labeler.viewing.reformat import Reformat
from tests.support.histories import as_restored
from tests.support.reader import CTRL, LEFT, NONE, SHIFT, Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.support.session_in_memory import NOW, summary
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key


def open_history(reader: Reader) -> HistoryList:
    before = QApplication.focusWidget() or reader.view
    stays = before.underMouse()
    reader.key(KEY.Key_H, CTRL)
    listed = reader.place.panel.history.list
    assert listed.isVisible()
    assert listed.hasFocus() is not stays, "it leaves the keyboard with what the pointer is over"
    listed.setFocus()
    return listed


def told(listed: HistoryList) -> list[str]:
    """Sizes depend on the canvas."""
    rows = (listed.told(row).text for row in range(len(listed.rows())))
    return [re.sub(r"[\d.]+( × [\d.]+)? mm", "~ mm", text) for text in rows]


def click_row(reader: Reader, listed: HistoryList, row: int) -> None:
    where = listed.visualRect(listed.model().index(row, 0)).center()
    QTest.mouseClick(listed.viewport(), LEFT, NONE, where)
    reader.settle()


def draw_three(reader: Reader) -> None:
    """A length on slice 1, a box on slice 3, a stroke of the brush on slice 5."""
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (120, 90)])
    reader.desk.active.go_to(2)
    reader.key(KEY.Key_R)
    reader.key(KEY.Key_2)
    reader.drag([(80, 90), (120, 120)])
    reader.desk.active.go_to(4)
    reader.key(KEY.Key_B)
    reader.drag([(80, 150), (120, 150)])


def draw_boxes(reader: Reader, count: int) -> None:
    """One edit each."""
    image, first = reader.desk.active.image, len(reader.document.marks)
    assert image is not None
    for n in range(first, first + count):
        box = Box((n, n), (n + 20_000, n + 9000))
        reader.port.apply(AddMark(n, Mark(f"x{n}", reader.desk.label, image.refs[0], box)), {})
    reader.settle()


def test_every_edit_is_told_and_a_click_goes_there_and_nowhere_else(reader: Reader) -> None:
    draw_three(reader)
    reader.desk.answers.give("calcification", "absent")
    reader.wheel(2, CTRL)
    reader.key(KEY.Key_6, SHIFT)
    listed = open_history(reader)
    assert told(listed) == [
        "Beginning",
        "Nodule, solid: length, Im 1, ~ mm",
        "Nodule, part-solid: box, Im 3, ~ mm",
        "Nodule, part-solid: painted, Im 5",
        "Answer: Calcification = Absent",
    ]
    before = reader.desk.active.view
    click_row(reader, listed, 2)
    after = reader.desk.active.view
    assert (len(reader.document.marks), after.index) == (2, 2)
    assert replace(after, index=before.index) == before, "window, zoom and place stay"
    standings = [listed.told(row).standing for row in range(5)]
    assert standings == [
        Standing.DONE,
        Standing.DONE,
        Standing.PRESENT,
        Standing.UNDONE,
        Standing.UNDONE,
    ]
    click_row(reader, listed, 2)
    assert len(reader.port.steps) == 5, "who is there already goes nowhere"
    click_row(reader, listed, 4)
    assert reader.painted(2).holds(100, 150)
    assert reader.document.answers
    click_row(reader, listed, 0)
    assert not reader.document.marks
    assert [type(step) for step in reader.port.steps[-3:]] == [Go, Go, Go]


def test_a_branch_is_seen_and_gone_back_to(reader: Reader) -> None:
    draw_three(reader)
    reader.key(KEY.Key_Z, CTRL)
    reader.key(KEY.Key_Z, CTRL)
    reader.key(KEY.Key_N)
    listed = open_history(reader)
    assert told(listed) == [
        "Beginning",
        "Nodule, solid: length, Im 1, ~ mm",
        "Branch of 2: Nodule, part-solid: painted, Im 5",
        "No finding",
    ]
    assert listed.told(2).standing is Standing.BRANCH
    click_row(reader, listed, 2)
    assert len(reader.document.marks) == 3
    assert not reader.document.no_finding
    assert told(listed)[2:] == [
        "Branch: No finding",
        "Nodule, part-solid: box, Im 3, ~ mm",
        "Nodule, part-solid: painted, Im 5",
    ]
    click_row(reader, listed, 2)
    assert reader.document.no_finding


def test_all_of_it_by_keyboard(reader: Reader) -> None:
    draw_three(reader)
    listed = open_history(reader)
    assert listed.currentIndex().row() == 3
    reader.key(KEY.Key_Up)
    reader.key(KEY.Key_Up)
    assert len(reader.document.marks) == 3, "looking through the list changes nothing"
    reader.key(KEY.Key_Return)
    assert len(reader.document.marks) == 1
    reader.key(KEY.Key_End)
    reader.key(KEY.Key_Space)
    assert len(reader.document.marks) == 3
    reader.key(KEY.Key_Z, CTRL)
    assert listed.currentIndex().row() == 2, "undo is followed"
    assert listed.hasFocus()
    reader.key(KEY.Key_Escape)
    assert reader.view.hasFocus()
    assert listed in reader.place.panes()
    reader.key(KEY.Key_H, CTRL)
    assert reader.place.panel.findings.isVisible()
    assert listed not in reader.place.panes()


def test_what_leads_to_a_question_leads_away_from_the_history(reader: Reader) -> None:
    open_history(reader)
    reader.key(KEY.Key_Q)
    assert reader.place.panel.findings.isVisible()
    assert not reader.window.commands["history.panel"].isChecked()
    open_history(reader)
    reader.place.panel.check()
    assert reader.place.panel.findings.isVisible()


def test_the_history_of_a_signed_case_is_seen_and_stays(reader: Reader) -> None:
    draw_three(reader)
    case = reader.desk.case
    assert case is not None
    reader.show(replace(case, signed=True))
    listed = open_history(reader)
    assert len(told(listed)) == 4
    steps = len(reader.port.steps)
    click_row(reader, listed, 1)
    assert len(reader.port.steps) == steps
    assert len(reader.document.marks) == 3


def test_ten_thousand_edits_are_told_where_they_are_seen(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = reader.port.history()
    for number in range(10_000):
        was = bool(number % 2)
        history = advance(history, Do(SetNoFinding(was, not was)), reader.port.now)
    reader.port._history = history
    listed = reader.place.panel.history.list
    asked: list[int] = []
    whole = listed._model.told
    monkeypatch.setattr(listed._model, "told", lambda row: asked.append(row) or whole(row))
    open_history(reader)
    reader.settle()
    assert len(listed.rows()) == 10_001
    assert listed.currentIndex().row() == 10_000
    assert 0 < len(set(asked)) < 60, "words are made for the rows on the screen alone"
    asked.clear()
    reader.key(KEY.Key_Z, CTRL)
    assert len(set(asked)) < 60


def test_the_words_of_very_many_marks_are_made_once(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list is painted for each step of the hand."""
    case = reader.desk.case
    assert case is not None
    marks = [
        Mark(f"p{n}", "solid", case.image.refs[0], Box((n, 0), (n + 9, 9))) for n in range(300)
    ]
    reader.port.apply(Together("paste-marks", tuple(AddMark(*m) for m in enumerate(marks))), {})
    made: list[Edit] = []

    def heard(edit: Edit, naming: Naming) -> Phrase:
        made.append(edit)
        return edit_words(edit, naming)

    monkeypatch.setattr(history_words, "edit_words", heard)
    listed = open_history(reader)
    for _ in range(3):
        listed.viewport().repaint()
    assert told(listed) == ["Beginning", "Pasted 300 marks, Im 1"]
    assert [len(single_edits(edit)) for edit in made].count(300) == 1


def test_very_many_marks_from_the_journal_are_unpacked_beside_the_hand(reader: Reader) -> None:
    case = reader.desk.case
    assert case is not None
    frame, grid, delta = case.image.refs[0], (1, 9, 9), "ab" * 32
    marks = [Mark(f"p{n}", "solid", frame, Box((n, 0), (n + 9, 9))) for n in range(900)]
    blank = unpainted(grid)
    marks.append(Mark("m", "solid-2", frame, blank))
    paste = Together("paste-marks", tuple(AddMark(*one) for one in enumerate(marks)))
    stroke = PaintMask("m", blank, painted(blank, grid, delta), delta)
    history = reader.port.history()
    for step in (Do(paste), Do(stroke)):
        history = advance(history, step)
    reader.port._history = as_restored(history)
    reader.port.late = late = []
    listed = open_history(reader)
    for _ in range(3):
        listed.viewport().repaint()
        assert told(listed) == ["Beginning", "…", "Painted"]
    (unpack,) = late
    unpack()
    assert told(listed) == [
        "Beginning",
        "Pasted 901 marks, Im 1",
        "solid-2: painted, Im 1",
    ]
    assert len(late) == 1, "it was unpacked once"


def test_words_that_came_before_the_mark_was_known_are_made_again(reader: Reader) -> None:
    case = reader.desk.case
    assert case is not None
    frame, grid, delta = case.image.refs[0], (1, 9, 9), "ab" * 32
    blank = unpainted(grid)
    marks = [Mark(f"p{n}", "solid", frame, blank) for n in range(900)]
    paste = Together("paste-marks", tuple(AddMark(*one) for one in enumerate(marks)))
    strokes = [PaintMask(one.id, blank, painted(blank, grid, delta), delta) for one in marks]
    history = reader.port.history()
    for step in (Do(paste), Do(Together("paint-over", tuple(strokes)))):
        history = advance(history, step)
    reader.port._history = as_restored(history)
    reader.port.late = late = []
    listed = open_history(reader)
    assert told(listed) == ["Beginning", "…", "…"]
    late[1]()
    before = told(listed)[2]
    late[0]()
    for _ in range(3):
        listed.viewport().repaint()
        for answer in late[2:]:
            answer()
    asked = len(late)
    assert told(listed)[2] != before
    assert "solid" in told(listed)[2]
    listed.viewport().repaint()
    assert len(late) == asked, "they are known from now on"


def test_what_was_being_unpacked_is_asked_for_anew_where_its_case_is_opened_again(
    reader: Reader,
) -> None:
    """Its series were closed meanwhile: what they were asked is never answered."""
    case = reader.desk.case
    assert case is not None
    marks = [
        Mark(f"p{n}", "solid", case.image.refs[0], Box((n, 0), (n + 9, 9))) for n in range(900)
    ]
    paste = Together("paste-marks", tuple(AddMark(*m) for m in enumerate(marks)))
    reader.port._history = as_restored(advance(reader.port.history(), Do(paste)))
    reader.port.late = []
    listed = open_history(reader)
    assert told(listed) == ["Beginning", "…"]
    assert len(reader.port.late) == 1
    reader.port.late = []
    again = replace(case, series=(*case.series,))
    assert not again.has_files_of(case)
    reader.show(again)
    told(listed)
    for answer in reader.port.late:
        answer()
    assert told(listed) == ["Beginning", "Pasted 900 marks, Im 1"]


def test_presence_is_noted_from_the_first_sign_of_a_hand(reader: Reader) -> None:
    port = reader.port
    port.notes.clear()
    signs = reader.place.findChild(LifeSigns)
    assert signs is not None
    signs._rest.setInterval(0)
    port.now += 500
    port.attendance.look()
    port.notes.clear()
    QTest.mouseMove(reader.view, QPoint(50, 50))
    QTest.mouseMove(reader.view, QPoint(60, 60))
    reader.settle()
    assert port.notes == [Here()]
    port.now += 59
    reader.key(KEY.Key_Down)
    port.now += 61
    port.attendance.look()
    assert port.notes == [Here(), Away(61)]
    reader.key(KEY.Key_Down)
    port.attendance.end()
    assert port.notes == [Here(), Away(61), Here(), Left()]
    assert (port.time().active_s, port.time().idle_s) == (59, 61)


def test_time_is_hidden_until_asked_for_and_only_ever_less(reader: Reader) -> None:
    port = reader.port
    reader.port.sign_of_life()
    port.now += 50
    reader.port.sign_of_life()
    for _ in range(20):
        port.now += 50
        port.sign_of_life()
        reader.desk.answers.toggle_no_finding()
        reader.settle()
    open_history(reader)
    panel = reader.place.panel.history.time
    assert not panel.told.isVisible()
    panel._unfold.click()
    assert panel.told.text() == "At work 17 min 30 s, idle 0 s."
    assert panel.counted.text() == "17:30"
    for typed in ("90", "17:31", "12.5", "9:75", "x"):
        panel.counted.setFocus()
        panel.counted.selectAll()
        QTest.keyClicks(panel.counted, typed)
        reader.key(KEY.Key_Return)
        assert panel.counted.text() == typed
        QTest.mouseClick(panel.less, Qt.MouseButton.LeftButton)
        assert LessTime not in [type(note) for note in port.notes], typed
    for taken in (False, True):
        panel.counted.setFocus()
        panel.counted.selectAll()
        QTest.keyClicks(panel.counted, "12:20")
        if taken:
            reader.key(KEY.Key_Return)
        reader.key(KEY.Key_Escape)
        assert (panel.counted.text(), panel.less.text()) == ("17:30", "Count only this")
        assert not panel.once.isVisible()
        assert panel.isAncestorOf(QApplication.focusWidget()), "the second Esc leads to the image"
    reader.key(KEY.Key_Escape)
    assert reader.view.hasFocus()
    panel.counted.setFocus()
    panel.counted.selectAll()
    QTest.keyClicks(panel.counted, "12:20")
    reader.key(KEY.Key_Return)
    assert panel.less.text() == "Count only 12:20"
    assert LessTime not in [type(note) for note in port.notes], "the button says so, not Enter"
    assert QApplication.focusWidget() is panel.less
    reader.key(KEY.Key_Space)
    assert port.notes[-1] == LessTime(310)
    assert panel.told.text() == "At work 17 min 30 s, idle 0 s. You count 12 min 20 s."
    assert panel.counted.text() == "12:20"
    panel.counted.setFocus()
    panel.counted.selectAll()
    QTest.keyClicks(panel.counted, "13")
    reader.key(KEY.Key_Return)
    assert "more than the 12:20 that you count" in panel.counted.accessibleDescription()
    words, footer = Beside.of(panel.counted), reader.place.panel.footer
    assert words.isVisible()
    top = footer.mapTo(words.parentWidget(), QPoint(0, 0)).y()
    assert words.geometry().bottom() < top, "Check and Sign stay free"
    heading = panel._unfold.mapTo(words.parentWidget(), QPoint(0, 0)).y()
    assert words.geometry().bottom() < heading, "and so does what the time is told in"
    panel.counted.setFocus()
    panel.counted.selectAll()
    QTest.keyClicks(panel.counted, "0")
    assert not panel.once.isVisible()
    reader.key(KEY.Key_Return)
    assert panel.once.isVisible(), "before it is taken it is said that there is no way back"
    reader.key(KEY.Key_Space)
    assert port.notes[-1] == LessTime(740)
    assert panel.counted.isVisible(), "what was given stays to be seen"
    assert panel.counted.text() == "0:00"
    assert not panel.once.isVisible()
    assert not panel.less.isEnabled()
    panel._unfold.click()
    assert not panel.told.isVisible()
    assert QApplication.focusWidget() is not None


def test_another_case_begins_its_own_list(reader: Reader) -> None:
    draw_three(reader)
    open_history(reader)
    reader.port._history = History(empty_document("0" * 64))
    reader.show(replace(open_case(chest_image()), id="case-8"))
    assert told(reader.place.panel.history.list) == ["Beginning"]


def test_undo_in_another_series_brings_it_back_as_it_was_looked_at(
    open_reader: ReaderMaker,
) -> None:
    whole = chest_image()
    other = replace(
        chest_image(), refs=tuple(FrameRef("1.9", f"9.{i}", 0) for i in range(len(whole.refs)))
    )
    case = open_case(whole)
    tiles = (case.series[0], SeriesTile("1.9", 4, "Bone", len(other.refs)))
    reader = open_reader(replace(case, series=tiles))
    reader.port.other_series = {"1.9": other}
    reader.desk.active.go_to(3)
    reader.key(KEY.Key_6, SHIFT)
    reader.wheel(2, CTRL)
    reader.key(KEY.Key_R)
    reader.drag([(80, 90), (120, 120)])
    looked = reader.desk.active.view
    reader.desk.active.open("1.9", 5)
    reader.settle()
    reader.drag([(80, 90), (100, 100)])
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.active.image is other
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.active.image is whole
    reader.desk.active.look(looked)
    reader.key(KEY.Key_Z, CTRL | SHIFT)
    reader.key(KEY.Key_Z, CTRL | SHIFT)
    assert reader.desk.active.image is other
    reader.key(KEY.Key_Z, CTRL)
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.active.image is whole
    assert reader.desk.active.view == looked, "window, zoom and place are as they were left"


def test_undo_goes_to_the_plane_through_the_mark_where_only_a_cut_is_shown(reader: Reader) -> None:
    reader.desk.active.go_to(6)
    reader.settle()
    reader.key(KEY.Key_R)
    reader.drag([(80, 90), (120, 120)])
    reader.key(KEY.Key_C, SHIFT)
    reader.settle()
    shown = reader.desk.active
    assert isinstance(shown.image, Reformat)
    cut = shown.image
    reader.key(KEY.Key_Home)
    reader.key(KEY.Key_Z, CTRL)
    assert shown.image is cut, "the plane stays a plane"
    base = shown.base
    assert base is not None
    assert shown.wanted == cut.index_of(base.to_patient(np.array((100.0, 105.0, 6.0))))
    assert shown.wanted > 0


def test_a_far_jump_says_how_far_it_is_and_escape_stops_it(reader: Reader) -> None:
    draw_three(reader)
    listed = open_history(reader)
    reader.port.far = True
    click_row(reader, listed, 1)
    assert len(reader.document.marks) == 3
    assert listed.told(1).time == "0 %, Esc stops"
    assert "Esc" not in listed.told(2).time
    assert reader.port.jump is not None
    reader.port.jump = Going(reader.port.jump[0].seq, 431), *reader.port.jump[1:]
    assert listed.told(1).time == "43 %, Esc stops"
    reader.key(KEY.Key_Escape)
    assert reader.port.going() is None
    assert listed.hasFocus(), "the first Escape stops, the second leads to the image"
    assert "Esc" not in listed.told(1).time
    reader.key(KEY.Key_Escape)
    assert reader.view.hasFocus()
    click_row(reader, listed, 1)
    reader.view.setFocus()
    reader.key(KEY.Key_Escape)
    assert reader.port.going() is None
    assert len(reader.document.marks) == 3


def test_a_far_jump_ends_where_the_edit_was(reader: Reader) -> None:
    draw_three(reader)
    listed = open_history(reader)
    reader.port.far = True
    click_row(reader, listed, 1)
    assert reader.desk.active.wanted == 4
    assert reader.port.jump is not None
    reader.port.jump[1]()
    reader.settle()
    assert len(reader.document.marks) == 1
    assert reader.desk.active.wanted == 0
    assert listed.told(1).standing is Standing.PRESENT


def test_a_stroke_in_the_midst_of_a_jump_stays_and_the_jump_is_given_up(reader: Reader) -> None:
    draw_three(reader)
    listed = open_history(reader)
    said: list[str] = []
    reader.place.panel.history._say = said.append
    reader.port.far = True
    click_row(reader, listed, 1)
    reader.key(KEY.Key_R)
    reader.drag([(80, 90), (120, 120)])
    assert len(reader.document.marks) == 4
    assert reader.port.going() is None
    assert said == ["The jump was given up: you went on working."]
    assert "Esc" not in listed.told(1).time


def test_the_history_has_room_also_where_all_else_is_open(open_reader: ReaderMaker) -> None:
    reader = open_reader(size=(1440, 900))
    draw_three(reader)
    draw_boxes(reader, 9)
    panel = reader.place.panel
    before = panel.labels.height()
    panel.measures.toggle()
    reader.wait_count()
    listed = open_history(reader)
    panel.history.time.unfold()
    reader.settle()
    high = listed.sizeHintForRow(0)
    assert listed.viewport().height() >= 3 * high
    present = listed.model().index(listed.rows().present, 0)
    assert listed.viewport().rect().contains(listed.visualRect(present))
    assert panel.labels.list.viewport().height() >= 2 * ROW
    assert panel.marks.list.viewport().height() >= 2 * ROW
    reader.key(KEY.Key_H, CTRL)
    panel.measures.toggle()
    reader.settle()
    assert panel.labels.height() == before


def test_a_long_history_takes_most_of_the_panel(open_reader: ReaderMaker) -> None:
    reader = open_reader(size=(1440, 900))
    draw_boxes(reader, 30)
    listed = open_history(reader)
    reader.settle()
    panel = reader.place.panel
    assert listed.height() > 0.4 * panel.height()
    assert panel.labels.list.viewport().height() == 3 * ROW, "all labels are there"
    assert panel.marks.list.viewport().height() >= 3 * ROW


def test_a_short_history_leaves_the_room_to_labels_and_marks(open_reader: ReaderMaker) -> None:
    labels = tuple(Label(f"l{n}", f"Finding {n}") for n in range(9))
    reader = open_reader(replace(open_case(chest_image()), labels=labels), size=(1440, 900))
    draw_boxes(reader, 2)
    listed = open_history(reader)
    reader.settle()
    panel = reader.place.panel
    assert panel.labels.list.viewport().height() == 9 * ROW
    assert panel.marks.list.viewport().height() >= 2 * ROW, "with the room of a mark's fields"
    assert listed.viewport().height() >= 3 * COMPACT


@pytest.mark.parametrize("size", [(1440, 900), (1280, 700), (1920, 1080)])
def test_no_row_is_cut(open_reader: ReaderMaker, size: tuple[int, int]) -> None:
    labels = tuple(Label(f"l{n}", f"Finding {n}") for n in range(9))
    reader = open_reader(replace(open_case(chest_image()), labels=labels), size=size)
    panel = reader.place.panel
    for count in (1, 11):
        draw_boxes(reader, count)
        for selected in ("", "x0"):
            reader.desk.select_mark(selected)
            for shown in (True, False):
                reader.key(KEY.Key_H, CTRL)
                reader.settle()
                assert panel.shows_history == shown
                lists = ((panel.labels.list, ROW), (panel.marks.list, ROW))
                lists += ((panel.history.list, COMPACT),) if shown else ()
                for listed, row in lists:
                    assert listed.viewport().height() % row == 0
                    assert listed.viewport().height() >= row
                assert panel.footer.geometry().bottom() < panel.height()
                below = panel.marks.height() - panel.marks.details.geometry().bottom()
                assert not selected or below < ROW, "its fields stand right above its measures"


def test_counting_less_leads_from_the_signature_into_the_field(reader: Reader) -> None:
    """The pointer lies over the image, which takes the keyboard from what keeps no keys."""
    port = reader.port
    port.sign_of_life()
    port.now += 50
    port.sign_of_life()
    reader.key(KEY.Key_R)
    reader.drag([(60, 60), (70, 70), (90, 80)])
    reader.key(KEY.Key_V)
    dialog = SigningDialog(
        reader.window,
        reader.place._stage.look,
        reader.session,
        summary(),
        NOW,
        lambda: None,
        reader.place._stage.actions["history.time"].trigger,
    )
    dialog.open()
    reader.settle()
    label, marks = reader.desk.label, reader.document.marks
    QTest.mouseClick(dialog.less, LEFT)
    reader.settle()
    QTest.mouseMove(reader.view, QPoint(40, 40))
    QApplication.sendEvent(
        reader.view, QEnterEvent(QPointF(40, 40), QPointF(40, 40), QPointF(40, 40))
    )
    field = reader.place.panel.history.time.counted
    reader.window.activateWindow()
    reader._qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    assert QApplication.focusWidget() is field
    field.selectAll()
    reader.key(KEY.Key_2)
    assert field.text() == "2"
    assert (reader.desk.label, reader.document.marks) == (label, marks)


def test_the_time_in_the_field_goes_on_until_somebody_types(reader: Reader) -> None:
    """A field that was only entered would count seconds of long ago."""
    port = reader.port
    port.sign_of_life()
    port.now += 50
    port.sign_of_life()
    open_history(reader)
    panel = reader.place.panel.history.time
    reader.window.commands["history.time"].trigger()
    reader.settle()
    assert panel.counted.hasFocus()
    before = panel.counted.text()
    port.now += 50
    port.sign_of_life()
    panel.refresh()
    assert panel.counted.text() == "1:40" != before
    QTest.keyClicks(panel.counted, "9")
    typed = panel.counted.text()
    port.now += 50
    port.sign_of_life()
    panel.refresh()
    assert panel.counted.text() == typed
