"""Marks under hands: drawn, painted, chosen, changed, undone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QImage
from PySide6.QtTest import QTest

from labeler.app.open_case import SeriesTile
from labeler.app.painted_masks import PaintedMasks
from labeler.app.screens import Change, Problem
from labeler.model.frames import FrameRef
from labeler.model.masks import Mask
from labeler.model.shapes import Box, Length, MaskShape, PaintedMask, Polygon
from labeler.model.steps import Do
from labeler.ui.reading.viewport_widget import ViewportWidget
from labeler.ui.theme import Type, font
from labeler.viewing.mark_words import canvas_bounds
from tests.support.images import axial, image_of
from tests.support.reader import CTRL, LEFT, SHIFT, Reader
from tests.support.reading_in_memory import chest, chest_image, open_case
from tests.support.scenes import stacked
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key
NEAR = 8
"""Pixels around an outline that its handles take; words stand farther off."""


def test_a_length_by_key_and_mouse_is_one_edit(reader: Reader) -> None:
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (100, 95), (120, 100)])
    assert len(reader.port.steps) == 1
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, Length)
    assert mark.shape.start == pytest.approx((80_000, 90_000), abs=300)
    assert mark.shape.end == pytest.approx((120_000, 100_000), abs=300)
    (row,) = reader.place.panel.marks.list.rows()
    assert row.text.endswith(" mm")
    assert row.right == "Im 1"
    assert reader.place.panel.labels.list.rows()[0].right == "1"


def test_a_box_takes_the_label_of_the_digit(reader: Reader) -> None:
    reader.key(KEY.Key_R)
    reader.key(KEY.Key_2)
    reader.drag([(80, 90), (120, 100)])
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, Box)
    assert mark.label == "part"
    reader.key(KEY.Key_9)
    assert reader.desk.label == "part", "there is no ninth label"


@pytest.mark.parametrize("how", ["double-click", "enter"])
def test_a_polygon_by_clicks(reader: Reader, how: str) -> None:
    reader.key(KEY.Key_P)
    for place in ((80, 90), (120, 90), (120, 130)):
        reader.click(*place)
    reader.click(70, 70)
    reader.key(KEY.Key_Backspace)
    if how == "enter":
        reader.key(KEY.Key_Return)
    else:
        QTest.mouseDClick(reader.view, LEFT, Qt.KeyboardModifier.NoModifier, reader.at(120, 130))
        reader.settle()
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, Polygon)
    assert len(mark.shape.points) == 3


def test_escape_gives_up_what_is_drawn_then_what_is_chosen(reader: Reader) -> None:
    reader.key(KEY.Key_P)
    reader.click(80, 90)
    assert reader.desk.tool.busy
    reader.key(KEY.Key_Escape)
    assert not reader.desk.tool.busy
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (120, 100)])
    assert reader.desk.selected
    reader.key(KEY.Key_Escape)
    assert reader.desk.selected == ""


def test_a_stroke_is_one_edit_and_control_erases(reader: Reader) -> None:
    reader.key(KEY.Key_B)
    reader.drag([(80, 90), (100, 90), (120, 90)])
    assert len(reader.port.steps) == 1
    assert reader.painted().holds(110, 90)
    reader.drag([(100, 80), (100, 100)], modifiers=CTRL)
    assert len(reader.port.steps) == 2
    assert not reader.painted().holds(100, 90)
    assert reader.painted().holds(80, 90)
    reader.key(KEY.Key_E)
    reader.drag([(80, 90), (120, 90)])
    assert reader.document.marks == ()


def test_the_brush_grows_by_wheel_and_by_keys(reader: Reader) -> None:
    reader.wheel(1, SHIFT)
    assert reader.desk.brush_mm == pytest.approx(9.6)
    reader.key(KEY.Key_BracketLeft)
    reader.key(KEY.Key_BracketLeft)
    assert reader.desk.brush_mm == pytest.approx(8 / 1.2)
    reader.key(KEY.Key_BracketRight)
    assert reader.desk.active.view.index == 0


def test_the_brush_says_how_a_new_mark_begins(reader: Reader) -> None:
    probe = reader.window.status.probe
    reader.key(KEY.Key_B)
    assert "Esc" not in probe.text()
    reader.drag([(80, 90), (120, 90)])
    assert probe.text().startswith("Esc: new mark")
    reader.key(KEY.Key_Escape)
    assert "Esc" not in probe.text()
    reader.drag([(80, 150), (120, 150)])
    assert len(reader.document.marks) == 2
    reader.key(KEY.Key_V)
    assert "new mark" not in probe.text()


def test_undo_goes_where_the_edit_was_and_never_touches_the_view(reader: Reader) -> None:
    undo, redo = reader.window.commands["edit.undo"], reader.window.commands["edit.redo"]
    assert not undo.isEnabled()
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (120, 100)])
    reader.key(KEY.Key_6, SHIFT)
    reader.key(KEY.Key_PageDown)
    view = reader.desk.active.view
    reader.key(KEY.Key_Z, CTRL)
    assert reader.document.marks == ()
    assert reader.desk.active.view == replace(view, index=0)
    assert redo.isEnabled()
    assert not undo.isEnabled()
    reader.key(KEY.Key_Z, CTRL | SHIFT)
    assert len(reader.document.marks) == 1


def test_select_moves_a_mark_and_a_digit_gives_it_another_label(reader: Reader) -> None:
    reader.key(KEY.Key_R)
    reader.drag([(80, 90), (120, 130)])
    before = reader.document.marks[0]
    reader.key(KEY.Key_V)
    reader.drag([(100, 110), (104, 112), (110, 115)])
    after = reader.document.marks[0]
    assert isinstance(before.shape, Box)
    assert isinstance(after.shape, Box)
    assert after.shape.low[0] - before.shape.low[0] == pytest.approx(10_000, abs=600)
    reader.key(KEY.Key_3)
    assert reader.document.marks[0].label == "effusion"
    assert len(reader.port.steps) == 3


def test_delete_removes_the_chosen_mark_only(reader: Reader) -> None:
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (120, 100)])
    reader.drag([(80, 120), (120, 140)])
    reader.key(KEY.Key_Delete)
    assert len(reader.document.marks) == 1
    assert not reader.window.commands["mark.delete"].isEnabled()
    reader.key(KEY.Key_Delete)
    assert len(reader.document.marks) == 1


def test_marks_are_walked_in_the_order_of_slices(reader: Reader) -> None:
    reader.key(KEY.Key_L)
    for index in (5, 2):
        reader.desk.active.go_to(index)
        reader.settle()
        reader.drag([(80, 90), (120, 100)])
    reader.key(KEY.Key_Escape)
    for key, index in ((KEY.Key_Period, 2), (KEY.Key_Period, 5), (KEY.Key_Comma, 2)):
        reader.key(key)
        assert reader.desk.active.view.index == index
    row = reader.place.panel.marks.list
    row.setFocus()
    reader.key(KEY.Key_Up)
    assert reader.desk.active.view.index == 5
    assert reader.place.panel.marks.list.currentIndex().row() == 0


def test_hidden_marks_are_not_painted(reader: Reader) -> None:
    reader.key(KEY.Key_R)
    reader.drag([(80, 90), (120, 130)])
    reader.key(KEY.Key_Escape)
    edge = reader.at(100, 90)
    shown = reader.view.grab().toImage().pixelColor(edge)
    reader.key(KEY.Key_H)
    hidden = reader.view.grab().toImage().pixelColor(edge)
    assert shown.saturation() > 100
    assert hidden.saturation() == 0


def test_labels_are_chosen_by_mouse(reader: Reader) -> None:
    labels = reader.place.panel.labels.list
    place = labels.visualRect(labels.model().index(1, 0)).center()
    QTest.mouseClick(labels.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    assert reader.desk.label == "part"


def test_no_finding_is_one_key(reader: Reader) -> None:
    reader.key(KEY.Key_N)
    assert reader.document.no_finding
    assert reader.place.panel.marks.no_finding.isChecked()
    QTest.mouseClick(reader.place.panel.marks.no_finding, LEFT)
    assert not reader.document.no_finding


def test_a_signed_case_is_looked_at_only(open_reader: ReaderMaker) -> None:
    reader = open_reader(open_case(chest_image(), signed=True))
    for key in (KEY.Key_L, KEY.Key_B, KEY.Key_P):
        reader.key(key)
        reader.drag([(80, 90), (120, 100)])
    reader.key(KEY.Key_N)
    assert reader.port.steps == []
    reader.wheel(-1)
    assert reader.desk.active.view.index == 1
    reader.wait_count()
    assert reader.place.panel.footer.signed.isVisible()
    assert not reader.place.panel.footer.sign.isVisible()


def test_the_check_leads_to_a_slice_of_another_series(open_reader: ReaderMaker) -> None:
    images = {uid: chest_image() for uid in ("1.1/0", "1.2/0")}
    tiles = tuple(SeriesTile(uid, n, "Chest", 24) for n, uid in enumerate(images))
    reader = open_reader(replace(open_case(images["1.1/0"]), series=tiles, tile="1.1/0"))
    reader.port.other_series = images
    facts = (("ranges", "6"), ("count", 1), ("series", "2 Chest"), ("tile", "1.2/0"), ("index", 5))
    reader.place.panel._go_to_problem(Problem("slices-never-shown", "", blocks=False, facts=facts))
    reader.settle()
    assert (reader.desk.active.image, reader.desk.active.view.index) == (images["1.2/0"], 5)
    reader.desk.active.open("1.1/0")
    reader.settle()
    assert (reader.desk.active.image, reader.desk.active.view.index) == (images["1.1/0"], 0)


def test_undo_of_paint_goes_to_the_slice_that_was_painted(open_reader: ReaderMaker) -> None:
    """A mark that goes through slices was begun on one of them, and painted on another."""
    reader = open_reader(open_case(stacked(chest_image())))
    reader.key(KEY.Key_B)
    reader.drag([(80, 90), (120, 90)])
    reader.desk.active.go_to(4)
    reader.settle()
    reader.drag([(80, 90), (120, 90)])
    reader.desk.active.go_to(7)
    reader.settle()
    assert len(reader.document.marks) == 1
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.active.wanted == 4
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.active.wanted == 0
    reader.key(KEY.Key_Z, CTRL | SHIFT)
    reader.key(KEY.Key_Z, CTRL | SHIFT)
    assert reader.desk.active.wanted == 4


def test_undo_of_a_ball_stays_on_a_slice_that_it_changed(open_reader: ReaderMaker) -> None:
    reader = open_reader(open_case(stacked(chest_image())))
    reader.key(KEY.Key_B)
    reader.key(KEY.Key_G, SHIFT)
    reader.desk.active.go_to(4)
    reader.settle()
    reader.drag([(80, 90), (120, 90)])
    reader.drag([(80, 130), (120, 130)])
    reader.desk.active.go_to(3)
    reader.settle()
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.active.wanted == 3


def test_undo_finds_the_edit_in_another_part_of_the_series(open_reader: ReaderMaker) -> None:
    """A series may come in parts, and a frame only names the series."""
    whole = chest_image()
    parts = {
        f"1.2.3/{n}": replace(
            image_of(chest()[:, :, : 200 + n], matrix=axial((1.2, 1.2, 2.0))),
            refs=tuple(FrameRef("1.2.3", f"{n}.{i}", 0) for i in range(len(whole.refs))),
        )
        for n in range(3)
    }
    tiles = tuple(SeriesTile(uid, 3, "Chest", len(whole.refs)) for uid in parts)
    reader = open_reader(replace(open_case(parts["1.2.3/2"]), series=tiles, tile="1.2.3/2"))
    reader.port.other_series = parts
    reader.desk.active.go_to(3)
    reader.settle()
    reader.key(KEY.Key_B)
    reader.drag([(80, 90), (120, 90)])
    QTest.mouseClick(reader.place.strip.tiles[0], LEFT)
    reader.settle()
    assert reader.desk.active.image is parts["1.2.3/0"]
    assert reader.desk.active.view.index == 0
    assert reader.place.strip.tiles[0].isChecked()
    assert isinstance(reader.document.marks[0].shape, PaintedMask)
    reader.view.setFocus()
    reader.key(KEY.Key_Z, CTRL)
    for _ in parts:
        reader.settle()
    assert [tile.isChecked() for tile in reader.place.strip.tiles] == [False, False, True]
    assert reader.desk.active.image is parts["1.2.3/2"]
    assert reader.desk.active.view.index == 3


def test_escape_restores_what_a_drag_changed(reader: Reader) -> None:
    none = Qt.KeyboardModifier.NoModifier
    before = reader.desk.active.view
    QTest.mousePress(reader.view, Qt.MouseButton.RightButton, none, QPoint(300, 300))
    QTest.mouseMove(reader.view, QPoint(360, 300))
    assert reader.desk.active.view != before
    reader.key(KEY.Key_Escape)
    assert reader.desk.active.view == before
    QTest.mouseMove(reader.view, QPoint(400, 300))
    QTest.mouseRelease(reader.view, Qt.MouseButton.RightButton, none, QPoint(400, 300))
    assert reader.desk.active.view == before
    reader.key(KEY.Key_R)
    QTest.mousePress(reader.view, LEFT, none, QPoint(300, 300))
    QTest.mouseMove(reader.view, QPoint(360, 360))
    reader.key(KEY.Key_Escape)
    QTest.mouseRelease(reader.view, LEFT, none, QPoint(360, 360))
    assert reader.port.steps == []


def test_keys_act_in_the_view_under_the_pointer(reader: Reader) -> None:
    reader.place.panel.labels.list.setFocus()
    QTest.mouseMove(reader.window, QPoint(5, 5))
    QTest.mouseMove(reader.view, QPoint(300, 300))
    reader.settle()
    assert reader.view.hasFocus()


def test_every_step_can_be_replayed(reader: Reader) -> None:
    reader.key(KEY.Key_B)
    reader.drag([(80, 90), (120, 90)])
    reader.key(KEY.Key_Z, CTRL)
    reader.key(KEY.Key_Y, CTRL)
    assert [type(step).__name__ for step in reader.port.steps] == ["Do", "Undo", "Redo"]
    assert isinstance(reader.port.steps[0], Do)


class Faulty(PaintedMasks):
    """What a mistake in the program would be."""

    def region(self, shape: MaskShape, index: int) -> Mask | None:  # noqa: ARG002
        raise ZeroDivisionError


def test_a_fault_while_painting_is_told_and_the_next_picture_comes(reader: Reader) -> None:
    """Qt dies of a painter that outlives its event."""
    reader.key(KEY.Key_B)
    reader.drag([(80, 90), (120, 90)])
    whole = reader.port.painted
    before = reader.view.grab().toImage()
    reader.port.painted = Faulty()
    with pytest.raises(ZeroDivisionError):
        reader.view.repaint()
    reader.port.painted = whole
    reader.session.change(Change.DOCUMENT)
    reader.settle()
    assert reader.view.grab().toImage() == before


def lines_beside(reader: Reader, widget: ViewportWidget) -> int:
    """How many lines the words beside the one mark of a view have: they are what is painted of it
    away from its outline."""
    (mark,) = reader.document.marks
    scene = reader.desk.scene(widget.viewport)
    assert scene is not None
    around = canvas_bounds(scene.where, mark.shape, None)
    assert around is not None
    with_mark = pixels_of(widget)
    reader.desk.hide_marks()
    painted = (with_mark != pixels_of(widget)).any(axis=2)
    reader.desk.hide_marks()
    left, top, right, bottom = (round(edge) for edge in around)
    painted[top - NEAR : bottom + NEAR, left - NEAR : right + NEAR] = False
    rows = np.flatnonzero(painted.any(axis=1))
    high = QFontMetrics(font(Type.SECONDARY)).lineSpacing()
    return round((rows[-1] - rows[0] + 1) / high)


def pixels_of(widget: ViewportWidget) -> NDArray[np.uint8]:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    values = np.frombuffer(image.constBits(), np.uint8)
    return values.reshape(image.height(), image.width(), 4).copy()


def test_in_small_views_and_beside_others_a_mark_has_one_line(reader: Reader) -> None:
    """The selected one tells all it knows where there is room, in the view that is read."""
    reader.take("box")
    reader.drag([(80, 90), (120, 130)])

    def lines() -> list[int]:
        """How many stand beside the mark in each view."""
        reader.settle()
        found = []
        for viewport in reader.desk.arrangement.on_screen:
            widget = reader.place.wall.widget_of(viewport)
            assert widget is not None
            found.append(lines_beside(reader, widget))
        return found

    assert lines() == [2]
    tile = reader.desk.active.tile
    reader.desk.arrangement.arrange(2, 2)
    for viewport in reader.desk.arrangement.on_screen[1:]:
        viewport.open(tile, 0)
    assert lines() == [1] * 4  # 340 pixels high
    reader.desk.arrangement.arrange(1, 2)
    assert lines() == [2, 1]
