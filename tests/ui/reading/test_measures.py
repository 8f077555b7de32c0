"""What a mark measures, asked for with real keys: the panel, its text, and axes of a region."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from labeler.app.screens import Change
from labeler.model.image import Caveat
from labeler.model.measures import AxesMeasure, measure_shape
from labeler.model.shapes import Bidirectional
from labeler.ui.components.filing import FileDialog
from labeler.ui.reading.region_axes import RegionAxes
from tests.support.reader import CTRL, Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key


def paint(reader: Reader) -> None:
    reader.key(KEY.Key_B)
    reader.drag([(80, 90), (100, 90), (120, 90)])


def axes(reader: Reader) -> None:
    reader.window.commands["mark.axes"].trigger()
    reader.settle()


def panel_told(reader: Reader) -> dict[str, str]:
    reader.wait_count()
    return dict(reader.place.panel.measures.told)


def test_axes_of_a_region_are_one_edit_of_its_label(reader: Reader) -> None:
    reader.key(KEY.Key_2)
    paint(reader)
    reader.key(KEY.Key_S, CTRL)
    painted, drawn = reader.document.marks
    assert isinstance(drawn.shape, Bidirectional)
    assert (drawn.label, drawn.frame) == (painted.label, painted.frame)
    assert reader.desk.selected == drawn.id
    image = reader.desk.active.image
    assert image is not None
    measure = measure_shape(image, drawn.shape)
    assert isinstance(measure, AxesMeasure)
    column, _, _ = image.affine.spacing_mm
    assert measure.across_mm == pytest.approx(40 * column + 8, abs=2)
    assert measure.down_mm == pytest.approx(8, abs=2)
    assert len(reader.port.steps) == 2
    reader.key(KEY.Key_Z, CTRL)
    assert reader.document.marks == (painted,)


def test_axes_lead_to_the_slice_where_the_region_is_longest(reader: Reader) -> None:
    paint(reader)
    reader.key(KEY.Key_PageDown)
    axes(reader)
    drawn = reader.document.marks[-1]
    assert isinstance(drawn.shape, Bidirectional)
    image = reader.desk.active.image
    assert image is not None
    assert reader.desk.active.view.index == image.refs.index(drawn.frame)


def test_axes_want_a_painted_mark(reader: Reader) -> None:
    action = reader.window.commands["mark.axes"]
    assert not action.isEnabled()
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (120, 100)])
    assert not action.isEnabled()
    paint(reader)
    assert action.isEnabled()


def test_without_pixel_spacing_there_are_no_axes_and_it_is_said(open_reader: ReaderMaker) -> None:
    image = replace(chest_image(), caveats=(Caveat.SPACING_UNKNOWN,))
    reader = open_reader(open_case(image))
    paint(reader)
    axes(reader)
    assert len(reader.document.marks) == 1
    lines = [notice.happened for notice in reader.window.tidings.all()]
    assert any("no pixel spacing" in line for line in lines)


def test_axes_of_a_projection_are_said_to_hold_at_the_detector(open_reader: ReaderMaker) -> None:
    reader = open_reader(open_case(replace(chest_image(), caveats=(Caveat.SPACING_PROJECTED,))))
    paint(reader)
    said: list[str] = []
    RegionAxes(reader.desk, reader.port, said.append).make()
    assert len(reader.document.marks) == 2
    assert said[0].endswith(" mm at detector")


def test_an_answer_for_a_region_that_is_another_now_is_dropped(reader: Reader) -> None:
    paint(reader)
    late = reader.port.late = []
    axes(reader)
    reader.key(KEY.Key_Z, CTRL)
    reader.port.late = None
    for answer in late:
        answer()
    assert reader.document.marks == ()


def test_the_panel_is_folded_and_tells_all_when_it_is_not(reader: Reader) -> None:
    panel = reader.place.panel.measures
    assert panel.isHidden()
    reader.key(KEY.Key_R)
    reader.drag([(80, 90), (120, 130)])
    reader.wait_count()
    assert not panel.isHidden()
    assert panel.body.isHidden()
    reader.key(KEY.Key_N, CTRL)
    told = panel_told(reader)
    assert set(told) == {
        "Long × short axis", "Area", "Perimeter", "Mean ± SD", "Minimum to maximum", "Voxels"
    }  # fmt: skip
    assert told["Mean ± SD"].endswith(" HU")
    assert not panel.bars.isHidden()
    reader.key(KEY.Key_Escape)
    reader.wait_count()
    assert panel.isHidden()


def test_numbers_under_way_are_three_dots_and_old_answers_are_dropped(reader: Reader) -> None:
    reader.key(KEY.Key_N, CTRL)
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (120, 90)])
    first = panel_told(reader)["Length"]
    late = reader.port.late = []
    reader.drag([(80, 100), (180, 100)])
    assert panel_told(reader) == {"…": ""}
    reader.drag([(80, 110), (100, 110)])
    reader.wait_count()
    reader.port.late = None
    for answer in late[:1]:
        answer()
    assert panel_told(reader) == {"…": ""}
    for answer in late[1:]:
        answer()
    last = panel_told(reader)["Length"]
    assert float(last.split()[0]) == pytest.approx(float(first.split()[0]) / 2, abs=0.5)


def test_the_text_of_it_can_be_copied_while_it_is_folded(reader: Reader) -> None:
    paint(reader)
    reader.window.commands["mark.copy-measures"].trigger()
    reader.wait_count()
    text = QGuiApplication.clipboard().text()
    assert "RECIST 1.1\t" in text
    assert "Mean ± SD\t" in text


def test_why_there_are_no_millimetres_is_told(open_reader: ReaderMaker) -> None:
    image = replace(chest_image(), caveats=(Caveat.SPACING_UNKNOWN,))
    reader = open_reader(open_case(image))
    reader.key(KEY.Key_N, CTRL)
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (120, 100)])
    assert panel_told(reader) == {}
    assert reader.place.panel.measures.reasons.text()


def test_measures_are_exported_with_a_point_or_a_comma(reader: Reader) -> None:
    for wanted, told in ((0, "measures all.csv"), (1, "measures all.csv 1,5")):
        reader.window.commands["work.measures"].trigger()
        chooser = QApplication.activeModalWidget()
        assert isinstance(chooser, FileDialog)
        chooser.selectNameFilter(chooser.nameFilters()[wanted])
        chooser.fileSelected.emit("/mnt/all.csv")
        chooser.reject()
        reader.settle()
        assert reader.session.done[-1] == told
    lines = [notice.happened for notice in reader.window.tidings.all()]
    assert "The measures are saved." in lines


def test_unfolded_measures_stay_so_from_one_start_to_the_next(reader: Reader) -> None:
    panel = reader.place.panel.measures
    reader.window.commands["mark.measures"].trigger()
    reader.settle()
    assert reader.session.now_preferences.measures_open
    reader.session.now_preferences = replace(reader.session.now_preferences, measures_open=False)
    reader.session.change(Change.PREFERENCES)
    reader.settle()
    assert not panel.unfolded
    reader.session.now_preferences = replace(reader.session.now_preferences, measures_open=True)
    reader.session.change(Change.PREFERENCES)
    reader.settle()
    assert panel.unfolded
