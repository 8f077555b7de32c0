"""The lists of labels and marks under hands."""

from __future__ import annotations

from dataclasses import replace

from msgspec import UNSET
from msgspec.structs import replace as replace_struct
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle, QStyleOptionFrame

from labeler.app.screens import Change
from labeler.model.document import Mark
from labeler.model.edits import AddMark, Together
from labeler.model.manifest import Label
from labeler.model.shapes import Box
from labeler.ui.reading.swatch_list import flag_places
from labeler.viewing.label_inks import FOREIGN
from tests.support.reader import CTRL, LEFT, Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.support.scenes import stacked
from tests.ui.reading.conftest import ReaderMaker

NONE = Qt.KeyboardModifier.NoModifier


def draw(reader: Reader, count: int) -> None:
    image = reader.desk.active.image
    assert image is not None
    marks = [
        Mark(f"b{n}", reader.desk.label, image.refs[0], Box((n, n), (n + 20_000, n + 9000)))
        for n in range(count)
    ]
    edits = tuple(AddMark(n, mark) for n, mark in enumerate(marks))
    reader.port.apply(Together("paste", edits), {})
    reader.settle()


def flag_of(reader: Reader, row: int, name: str) -> QPoint:
    shown = reader.place.panel.marks.list
    room = shown.visualRect(shown.model().index(row, 0)).adjusted(12, 0, -12, 0)
    return next(place.center() for place, flag in flag_places(room) if flag == name)


def test_an_eye_and_a_lock_stand_at_the_end_of_each_row(reader: Reader) -> None:
    draw(reader, 2)
    shown = reader.place.panel.marks.list
    QTest.mouseClick(shown.viewport(), LEFT, NONE, flag_of(reader, 1, "hidden"))
    assert [mark.hidden for mark in reader.document.marks] == [False, True]
    assert reader.desk.selected == "", "a click on a flag selects nothing"
    reader.settle()
    assert shown.rows()[1].flags == ("hidden",)
    assert "Hidden" in shown.rows()[1].spoken
    QTest.mouseClick(shown.viewport(), LEFT, NONE, flag_of(reader, 1, "hidden"))
    QTest.mouseClick(shown.viewport(), LEFT, NONE, flag_of(reader, 0, "locked"))
    assert [mark.locked for mark in reader.document.marks] == [True, False]
    assert not any(mark.hidden for mark in reader.document.marks)


def test_several_rows_are_one_selection_and_one_edit(reader: Reader) -> None:
    draw(reader, 3)
    shown = reader.place.panel.marks.list
    for row, keys in ((0, NONE), (2, CTRL)):
        at = shown.visualRect(shown.model().index(row, 0)).center() - QPoint(40, 0)
        QTest.mouseClick(shown.viewport(), LEFT, keys, at)
    assert reader.desk.chosen.names == {"b0", "b2"}
    steps = len(reader.port.steps)
    reader.key(Qt.Key.Key_A, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert [mark.locked for mark in reader.document.marks] == [True, False, True]
    assert len(reader.port.steps) == steps + 1


def test_a_note_and_how_sure_one_is_are_typed_below_the_list(reader: Reader) -> None:
    draw(reader, 1)
    details = reader.place.panel.marks.details
    assert details.isHidden()
    reader.desk.select_mark("b0")
    reader.settle()
    assert details.isVisible()
    for field in (details.note, details.sure):
        asked = field.fontMetrics().horizontalAdvance(field.placeholderText())
        option = QStyleOptionFrame()
        field.initStyleOption(option)
        inside = field.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, field)
        assert asked <= inside.width()
    QTest.keyClicks(details.note, "spiculated")
    QTest.keyClick(details.note, Qt.Key.Key_Return)
    QTest.keyClicks(details.sure, "80")
    QTest.keyClick(details.sure, Qt.Key.Key_Return)
    (mark,) = reader.document.marks
    assert (mark.note, mark.confidence) == ("spiculated", 80)
    reader.settle()
    (row,) = reader.place.panel.marks.list.rows()
    assert row.text.endswith("spiculated")
    assert row.right.startswith("80 %")
    details.note.clear()
    QTest.keyClicks(details.note, " ")
    QTest.keyClick(details.note, Qt.Key.Key_Return)
    assert reader.document.marks[0].note is UNSET


def test_ten_thousand_rows_are_made_only_where_they_are_seen(reader: Reader) -> None:
    draw(reader, 2000)
    panel = reader.place.panel.marks
    panel.list.viewport().repaint()
    assert panel.list.model().rowCount() == 2000
    assert len(panel._made) < 60
    reader.desk.select_mark("b1999")
    reader.settle()
    assert panel.list.visualRect(panel.list.currentIndex()).intersects(panel.list.rect())
    reader.desk.returning.undo()
    reader.settle()
    assert panel.list.model().rowCount() == 0


def test_many_labels_are_found_by_parts_of_their_names(open_reader: ReaderMaker) -> None:
    case = open_case(chest_image())
    labels = tuple(Label(f"l{n}", f"Lobe {n} of the lung") for n in range(30))
    reader = open_reader(replace(case, labels=labels))
    panel = reader.place.panel.labels
    assert panel.search.isVisible()
    QTest.keyClicks(panel.search, "lung 27")
    assert [row.key for row in panel.list.rows()] == ["l27"]
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert reader.desk.label == "l27"
    assert len(panel.list.rows()) == 30


def test_the_slider_and_the_key_change_how_regions_are_filled(reader: Reader) -> None:
    fill = reader.place.panel.labels.fill
    assert fill.value() == 6
    QTest.keyClick(fill, Qt.Key.Key_Right)
    assert reader.session.now_preferences.fill_percent == 35
    fill.setValue(0)
    assert reader.session.now_preferences.outlines_only
    assert reader.session.now_preferences.fill_percent == 35


def test_lines_have_a_slider_beside_that_of_the_fill(reader: Reader) -> None:
    line = reader.place.panel.labels.line
    assert (line.minimum(), line.value(), line.maximum()) == (4, 20, 20)
    QTest.keyClick(line, Qt.Key.Key_Left)
    assert reader.session.now_preferences.line_percent == 95
    assert line.toolTip() == "Lines of marks: 95 %"
    reader.settle()
    assert reader.desk.preferences.line_percent == 95


def test_a_region_through_slices_tells_which(open_reader: ReaderMaker) -> None:
    reader = open_reader(open_case(stacked(chest_image())))
    reader.take("brush")
    for _ in range(3):
        reader.drag([(80, 90), (100, 90)])
        reader.wheel(-1)
    (row,) = reader.place.panel.marks.list.rows()
    assert row.right == "Im 1–3"
    reader.key(Qt.Key.Key_Z, CTRL)
    assert reader.place.panel.marks.list.rows()[0].right == "Im 1–2"


def test_the_label_in_hand_is_there_again_with_its_case(reader: Reader) -> None:
    reader.key(Qt.Key.Key_2)
    code = reader.desk.label
    reader.session.change(Change.PUT_DOWN)
    reader.settle()
    assert reader.port.kept_label == code
    case = reader.desk.case
    assert case is not None
    reader.show(replace(case, id="other", series=(*case.series,)))
    assert reader.desk.label == case.labels[0].code
    reader.show(replace(case, label=code, series=(*case.series, *case.series)))
    assert reader.desk.label == code
    reader.show(replace(case, id="third", label="no longer there"))
    assert reader.desk.label == case.labels[0].code


def two_series(open_reader: ReaderMaker) -> Reader:
    """Series 3 on the screen, series 4 beside it in the strip."""
    first = chest_image()
    refs = tuple(replace_struct(ref, series="1.4") for ref in first.refs)
    info = replace(first.info, uid="1.4", number=4)
    other = replace(first, refs=refs, info=info)
    case = open_case(first)
    tiles = (
        replace(case.series[0], uid=first.refs[0].series, number=3),
        replace(case.series[0], uid="1.4", number=4),
    )
    reader = open_reader()
    reader.port.other_series["1.4"] = other
    image = replace(first, info=replace(first.info, number=3))
    reader.show(replace(case, image=image, series=tiles, tile=tiles[0].uid))
    return reader


def test_the_list_names_the_series_of_marks_that_are_not_on_the_screen(
    open_reader: ReaderMaker,
) -> None:
    reader = two_series(open_reader)
    reader.key(Qt.Key.Key_R)
    reader.drag([(80, 90), (120, 110)])
    shown = reader.place.panel.marks.list
    (row,) = shown.rows()
    size = row.text
    assert size.endswith("mm")
    assert row.right == "Im 1"
    reader.desk.active.open("1.4")
    reader.settle()
    assert [(row.text, row.right) for row in shown.rows()] == [(size, "Se 3, Im 1")]
    reader.drag([(80, 90), (120, 110)])
    assert [row.right for row in shown.rows()] == ["Se 3, Im 1", "Im 1"]
    reader.desk.active.open(reader.desk.case.series[0].uid)  # type: ignore[union-attr]
    reader.settle()
    assert [(row.text, row.right) for row in shown.rows()] == [(size, "Im 1"), (size, "Se 4, Im 1")]


def test_of_a_series_that_was_not_open_yet_the_number_is_told(open_reader: ReaderMaker) -> None:
    reader = two_series(open_reader)
    other = reader.port.other_series["1.4"]
    mark = Mark("far", reader.desk.label, other.refs[1], Box((0, 0), (20_000, 9000)))
    reader.port.apply(AddMark(0, mark), {})
    reader.settle()
    shown = reader.place.panel.marks.list
    assert [(row.text, row.right) for row in shown.rows()] == [("Nodule, solid, box", "Se 4")]
    assert "once its series was in a view" in shown.rows()[0].tip
    reader.desk.active.open("1.4")
    reader.settle()
    (row,) = shown.rows()
    assert row.right == "Im 2"
    assert row.text.endswith("mm")


def test_a_label_that_the_form_does_not_have_has_a_look_and_words_of_its_own(
    reader: Reader,
) -> None:
    image = reader.desk.active.image
    assert image is not None
    mark = Mark("x", "finding-2", image.refs[0], Box((20_000, 20_000), (60_000, 50_000)))
    reader.port.apply(AddMark(0, mark), {})
    reader.settle()
    shown = reader.place.panel.marks.list
    (row,) = shown.rows()
    assert row.ink == FOREIGN
    assert row.text.startswith("finding-2, not in this form, ")
    reader.desk.select_mark("x")
    reader.settle()
    assert reader.place.panel.marks.details.label.shown == "finding-2, not in this form"
