"""Hands on the Reading screen: keys held, keys by place, side buttons, a pen; real events all."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPointingDevice, QShortcutEvent, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from labeler.model.shapes import Freehand, Length, Polygon
from labeler.ui.action_table import PLANS
from labeler.ui.press_time import HELD_MS, REPEAT_MS
from tests.support.reader import CTRL, LEFT, MIDDLE, NONE, RIGHT, SHIFT, Reader

KEY = Qt.Key
BACK, FORWARD = Qt.MouseButton.BackButton, Qt.MouseButton.ForwardButton


def prefer(reader: Reader, **changes: object) -> None:
    now = reader.session.now_preferences
    reader.session.prefer(replace(now, **changes))  # type: ignore[arg-type]  by name
    reader.settle()


def down(reader: Reader, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyPress(reader.view, key, modifiers)
    reader.settle()


def up(reader: Reader, key: Qt.Key) -> None:
    QTest.keyRelease(reader.view, key)
    QTest.qWait(REPEAT_MS + 10)
    reader.settle()


def happened(reader: Reader, kind: QEvent.Type, at_ms: int) -> None:
    """Z, by the window system's clock."""
    event = QKeyEvent(kind, KEY.Key_Z, NONE)
    event.setTimestamp(at_ms)
    event.ignore()
    QApplication.sendEvent(reader.view, event)


class TestAHeldTool:
    @pytest.mark.parametrize("name", ["window", "scroll", "zoom", "length", "box", "eraser"])
    def test_gives_the_tool_before_it_back(self, reader: Reader, name: str) -> None:
        reader.key(KEY.Key_B)
        reader.desk.last_tool = "crosshair"
        key = Qt.Key(ord(reader.window.commands.bindings[f"tool.{name}"][0]))
        down(reader, key)
        assert reader.desk.tool.name == name
        reader.drag([(80, 90), (100, 100)])
        up(reader, key)
        assert reader.desk.tool.name == "brush"
        assert reader.desk.last_tool == "crosshair", "as if it had not been in hand"
        assert not reader.place.hands.hold.waits

    def test_a_short_press_keeps_it(self, reader: Reader) -> None:
        reader.key(KEY.Key_B)
        reader.key(KEY.Key_Z)
        QTest.qWait(REPEAT_MS + 10)
        assert reader.desk.tool.name == "zoom"
        assert not reader.place.hands.hold.waits

    def test_a_stroke_right_after_a_short_press_does_not_make_it_a_long_one(
        self, reader: Reader
    ) -> None:
        reader.key(KEY.Key_L)
        reader.drag([(80, 90), (100, 100)])
        QTest.qWait(REPEAT_MS + 10)
        assert reader.desk.tool.name == "length"

    def test_a_long_press_gives_it_back_unused(self, reader: Reader) -> None:
        down(reader, KEY.Key_B)
        QTest.qWait(HELD_MS + 20)
        up(reader, KEY.Key_B)
        assert reader.desk.tool.name == "select"

    @pytest.mark.parametrize(
        ("down_ms", "up_ms", "tool"),
        [(5000, 5060, "zoom"), (5000, 5000 + HELD_MS + 20, "select"), (0, 60, "select")],
    )
    def test_a_tap_is_one_however_late_a_busy_window_hears_of_it(
        self, reader: Reader, qtbot: QtBot, down_ms: int, up_ms: int, tool: str
    ) -> None:
        """By the window system's own clock; a press without a time is timed as it is heard."""
        happened(reader, QEvent.Type.ShortcutOverride, down_ms)
        zoom = reader.window.commands["tool.zoom"]
        QApplication.sendEvent(zoom, QShortcutEvent(QKeySequence("Z"), 0))
        reader.settle()
        QTest.qWait(HELD_MS + 20)
        happened(reader, QEvent.Type.KeyRelease, up_ms)
        qtbot.waitUntil(lambda: not reader.place.hands.hold.waits)
        assert reader.desk.tool.name == tool

    def test_two_taps_that_are_heard_at_once_are_no_repeat(
        self, reader: Reader, qtbot: QtBot
    ) -> None:
        zoom = reader.window.commands["tool.zoom"]
        for down_ms in (5000, 5000 + HELD_MS + 20):
            happened(reader, QEvent.Type.ShortcutOverride, down_ms)
            QApplication.sendEvent(zoom, QShortcutEvent(QKeySequence("Z"), 0))
            if down_ms > 5000:
                reader.settle()
                QTest.qWait(HELD_MS + 20)
            happened(reader, QEvent.Type.KeyRelease, down_ms + 60)
        qtbot.waitUntil(lambda: not reader.place.hands.hold.waits)
        assert reader.desk.tool.name == "zoom"

    def test_space_held_is_the_last_tool_for_a_while(self, reader: Reader) -> None:
        reader.key(KEY.Key_L)
        reader.key(KEY.Key_B)
        down(reader, KEY.Key_Space)
        assert reader.desk.tool.name == "length"
        reader.drag([(80, 90), (100, 100)])
        up(reader, KEY.Key_Space)
        assert reader.desk.tool.name == "brush"
        reader.key(KEY.Key_Space)
        assert reader.desk.tool.name == "length"

    @pytest.mark.parametrize("name", ["tool.brush", "tool.last"])
    def test_a_keyboard_that_repeats_holds_it(self, reader: Reader, name: str) -> None:
        """As X11 has it: release and press, and no word that they are repeats."""
        reader.key(KEY.Key_B)
        reader.key(KEY.Key_V)
        key = KEY.Key_B if name == "tool.brush" else KEY.Key_Space
        down(reader, key)
        QTest.qWait(HELD_MS + 20)
        for _ in range(5):
            QTest.keyRelease(reader.view, key)
            down(reader, key)
            QTest.qWait(10)
            assert reader.desk.tool.name == "brush"
        up(reader, key)
        assert reader.desk.tool.name == "select"

    def test_a_stroke_outlives_the_key(self, reader: Reader) -> None:
        down(reader, KEY.Key_B)
        QTest.mousePress(reader.view, LEFT, NONE, reader.at(80, 90))
        QTest.mouseMove(reader.view, reader.at(90, 90))
        up(reader, KEY.Key_B)
        assert reader.desk.tool.name == "brush", "the stroke is not done yet"
        QTest.mouseMove(reader.view, reader.at(110, 90))
        QTest.mouseRelease(reader.view, LEFT, NONE, reader.at(110, 90))
        QTest.qWait(1)
        reader.settle()
        assert reader.desk.tool.name == "select"
        assert len(reader.document.marks) == 1
        assert reader.painted().count

    def test_a_polygon_outlives_the_key(self, reader: Reader) -> None:
        down(reader, KEY.Key_P)
        for place in ((80, 90), (120, 90)):
            reader.click(*place)
        up(reader, KEY.Key_P)
        reader.click(120, 130)
        assert reader.desk.tool.name == "polygon"
        reader.key(KEY.Key_Return)
        QTest.qWait(1)
        (mark,) = reader.document.marks
        assert isinstance(mark.shape, Polygon)
        assert reader.desk.tool.name == "select"

    def test_what_is_under_way_when_the_window_goes_is_not_held_for_ever(
        self, reader: Reader
    ) -> None:
        down(reader, KEY.Key_Z)
        QTest.qWait(HELD_MS + 20)
        QApplication.sendEvent(reader.window.window(), QEvent(QEvent.Type.WindowDeactivate))
        assert reader.desk.tool.name == "select"


def pressed(reader: Reader, scan: int, key: Qt.Key, text: str, *, shift: bool = False) -> None:
    """As X11 says it: what the layout makes of a key, and where it lies."""
    held = SHIFT if shift else NONE
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, held, scan, 0, 0, text)
        event.ignore()
        QApplication.sendEvent(QApplication.focusWidget() or reader.view, event)
    reader.settle()


@pytest.fixture
def on_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")


@pytest.mark.usefixtures("on_x11")
class TestKeysByPlace:
    def test_a_french_digit_is_a_label(self, reader: Reader) -> None:
        pressed(reader, 11, KEY.Key_Eacute, "é")
        assert reader.desk.label == "part"

    def test_with_shift_it_is_a_preset(self, reader: Reader) -> None:
        before = reader.desk.active.view.window
        pressed(reader, 12, KEY.Key_3, "3", shift=True)
        assert reader.desk.label != "part"
        assert reader.desk.active.view.window != before

    def test_german_umlauts_size_the_brush(self, reader: Reader) -> None:
        before = reader.desk.brush_mm
        pressed(reader, 35, KEY.Key_Plus, "+")
        assert reader.desk.brush_mm == pytest.approx(before * 1.2)
        pressed(reader, 34, KEY.Key_Udiaeresis, "ü")
        assert reader.desk.brush_mm == pytest.approx(before)

    def test_a_digit_answers_where_a_question_has_the_keyboard(self, reader: Reader) -> None:
        reader.key(KEY.Key_Q)
        pressed(reader, 11, KEY.Key_Eacute, "é")
        assert reader.document.answers
        assert reader.desk.label != "part"

    def test_who_types_keeps_their_digits(self, reader: Reader) -> None:
        field = QLineEdit(reader.place.panel.findings)
        field.show()
        field.setFocus()
        pressed(reader, 11, KEY.Key_Eacute, "é")
        assert field.text() == "é"
        assert reader.document.answers == ()


class TestTheFocusBesideTheImage:
    def test_in_a_list_keys_do_what_they_do_over_the_image(self, reader: Reader) -> None:
        panel, desk = reader.place.panel, reader.desk
        for listed in panel.choosing:
            reader.take("select")
            desk.choose_label(1)
            size = desk.brush_mm
            listed.setFocus()
            QTest.keyClick(listed, KEY.Key_B)
            assert desk.tool.name == "brush"
            listed.setFocus()  # the pointer lies over a view and may have taken it
            QTest.keyClick(listed, KEY.Key_2)
            assert desk.label == desk.case.labels[1].code
            listed.setFocus()
            QTest.keyClick(listed, KEY.Key_BracketRight)
            assert desk.brush_mm == pytest.approx(size * 1.2)
            desk.resize_brush(-1)
            listed.setFocus()
            pressed(reader, 12, KEY.Key_QuoteDbl, '"')
            assert desk.label == desk.case.labels[2].code, "the third by its place"
            listed.setFocus()
            QTest.keyPress(listed, KEY.Key_H)
            assert desk.marks_hidden
            QTest.qWait(350)
            QTest.keyRelease(listed, KEY.Key_H)
            QTest.qWait(2 * REPEAT_MS)
            assert not desk.marks_hidden

    def test_a_digit_in_the_list_of_marks_gives_the_selected_ones_another_label(
        self, reader: Reader
    ) -> None:
        reader.key(KEY.Key_R)
        reader.drag([(80, 90), (120, 100)])
        reader.key(KEY.Key_V)
        reader.place.panel.marks.list.setFocus()
        QTest.keyClick(reader.place.panel.marks.list, KEY.Key_3)
        assert reader.desk.case is not None
        assert reader.document.marks[0].label == reader.desk.case.labels[2].code

    def test_the_history_opened_by_its_key_leaves_the_keyboard_with_the_view_under_the_pointer(
        self, reader: Reader
    ) -> None:
        QTest.mouseMove(reader.view, reader.at(90, 90))
        reader.settle()
        reader.key(KEY.Key_H, CTRL)
        assert reader.place.panel.shows_history
        reader.key(KEY.Key_2)
        assert reader.desk.case is not None
        assert reader.desk.label == reader.desk.case.labels[1].code
        reader.key(KEY.Key_End)
        assert reader.desk.active.image is not None
        assert reader.desk.active.view.index == len(reader.desk.active.image.refs) - 1

    def test_a_pointer_that_moves_in_a_view_gives_the_keyboard_back_to_it(
        self, reader: Reader
    ) -> None:
        QTest.mouseMove(reader.view, reader.at(90, 90))
        for beside in (*reader.place.panel.choosing, reader.place.strip):
            beside.setFocus()
            QTest.mouseMove(reader.view, reader.at(95, 95))
            QTest.mouseMove(reader.view, reader.at(90, 90))
            assert reader.view.hasFocus()

    def test_digits_choose_labels_wherever_nothing_is_asked(self, reader: Reader) -> None:
        panel, desk = reader.place.panel, reader.desk
        reader.take("box")
        reader.drag([(80, 90), (120, 100)])
        reader.take("select")
        panel.toggle_history()
        panel.measures.unfold(unfolded=True)
        panel.history.time.unfold()
        assert desk.case is not None
        parts = (panel.labels, panel.marks, panel.history, panel.measures, panel.layers)
        tried = 0
        for part in (*parts, reader.place.strip, panel.footer, panel.paint):
            for inside in (part, *part.findChildren(QWidget)):
                typed = isinstance(inside, QLineEdit) or inside.property("keeps_keys")
                asked = any(asks.isAncestorOf(inside) for asks in panel.asking)
                here = inside.isVisible() and inside.focusPolicy() is not Qt.FocusPolicy.NoFocus
                if typed or asked or not here:
                    continue
                inside.setFocus()
                if not inside.hasFocus():
                    continue
                tried += 1
                desk.choose_label(1)
                QTest.keyClick(inside, KEY.Key_2)
                where = inside, inside.accessibleName(), inside.parent()
                assert desk.label == desk.case.labels[1].code, where
                pressed(reader, 12, KEY.Key_QuoteDbl, '"')
                assert desk.label == desk.case.labels[2].code, where
        assert tried > 8

    def test_in_a_field_letters_and_digits_are_letters_and_digits(self, reader: Reader) -> None:
        field = QLineEdit(reader.place.panel)
        field.setProperty("keeps_keys", True)
        field.show()
        field.setFocus()
        before = reader.desk.tool.name, reader.desk.label
        QTest.keyClicks(field, "b2h[v ")
        assert field.text() == "b2h[v "
        assert (reader.desk.tool.name, reader.desk.label) == before
        assert not reader.desk.marks_hidden


class TestALabelAfterATool:
    def test_what_a_held_tool_drew_keeps_its_label(self, reader: Reader) -> None:
        """Select came back by itself: the digit is for what is drawn next."""
        reader.key(KEY.Key_2)
        down(reader, KEY.Key_B)
        reader.drag([(80, 90), (100, 90)])
        up(reader, KEY.Key_B)
        assert reader.desk.tool.name == "select"
        reader.key(KEY.Key_3)
        assert reader.desk.case is not None
        second, third = (label.code for label in reader.desk.case.labels[1:3])
        assert [mark.label for mark in reader.document.marks] == [second]
        assert reader.desk.label == third
        down(reader, KEY.Key_B)
        reader.drag([(80, 130), (100, 130)])
        up(reader, KEY.Key_B)
        assert [mark.label for mark in reader.document.marks] == [second, third]

    def test_nor_what_it_went_on_with(self, reader: Reader) -> None:
        reader.key(KEY.Key_B)
        reader.drag([(80, 90), (120, 90)])
        reader.take("select")
        reader.click(100, 90)
        assert reader.desk.chosen.by_hand
        down(reader, KEY.Key_B)
        reader.drag([(80, 95), (120, 95)])
        up(reader, KEY.Key_B)
        before = [mark.label for mark in reader.document.marks]
        reader.key(KEY.Key_3)
        assert [mark.label for mark in reader.document.marks] == before

    @pytest.mark.parametrize("pick", ["click", "list", "key"])
    def test_who_picks_it_by_hand_gives_it_another(self, reader: Reader, pick: str) -> None:
        down(reader, KEY.Key_B)
        reader.drag([(80, 90), (120, 90)])
        up(reader, KEY.Key_B)
        if pick == "click":
            reader.click(100, 90)
        elif pick == "list":
            reader.desk.select_mark(reader.document.marks[0].id)
        else:
            reader.key(KEY.Key_V)
        reader.key(KEY.Key_3)
        assert reader.desk.case is not None
        assert reader.document.marks[0].label == reader.desk.case.labels[2].code


class TestKeysUnderAStroke:
    def test_what_changes_marks_does_nothing(self, reader: Reader) -> None:
        reader.take("brush")
        reader.drag([(80, 90), (120, 90)])
        reader.desk.chosen.copy()
        reader.drag([(80, 150), (120, 150)])
        before, selected = reader.document, reader.desk.selected
        for name in [plan.id for plan in PLANS if plan.at_rest]:
            QTest.mousePress(reader.view, LEFT, NONE, reader.at(80, 92))
            QTest.mouseMove(reader.view, reader.at(100, 92))
            reader.window.commands[name].trigger()
            assert reader.document == before, name
            assert reader.desk.selected == selected, name
            QTest.mouseMove(reader.view, reader.at(120, 92))
            QTest.mouseRelease(reader.view, LEFT, NONE, reader.at(120, 92))
            reader.settle()
            assert len(reader.document.marks) == len(before.marks), name
            assert reader.document != before, name
            reader.desk.undo()
            reader.settle()
            reader.desk.select_mark(selected)

    def test_what_only_looks_is_done_at_once(self, reader: Reader) -> None:
        """And its tick says what is."""
        reader.take("brush")
        reader.drag([(80, 90), (120, 90)])
        measures, panel = reader.window.commands["mark.measures"], reader.place.panel.measures
        before = panel.unfolded
        QTest.mousePress(reader.view, LEFT, NONE, reader.at(80, 92))
        QTest.mouseMove(reader.view, reader.at(100, 92))
        measures.trigger()
        assert (panel.unfolded, measures.isChecked()) == (not before, not before)
        QApplication.clipboard().clear()
        reader.window.commands["mark.copy-measures"].trigger()
        assert QApplication.clipboard().text()
        QTest.mouseRelease(reader.view, LEFT, NONE, reader.at(120, 92))
        reader.settle()
        assert len(reader.document.marks) == 1

    def test_no_tick_can_be_refused(self) -> None:
        """It would be set by Qt all the same."""
        assert [plan.id for plan in PLANS if plan.at_rest and plan.toggles] == []

    def test_delete_does_not_cut_the_stroke(self, reader: Reader) -> None:
        reader.take("brush")
        reader.drag([(80, 90), (120, 90)])
        QTest.mousePress(reader.view, LEFT, NONE, reader.at(80, 92))
        QTest.mouseMove(reader.view, reader.at(100, 92))
        reader.key(KEY.Key_Delete)
        QTest.mouseMove(reader.view, reader.at(120, 92))
        QTest.mouseRelease(reader.view, LEFT, NONE, reader.at(120, 92))
        reader.settle()
        assert len(reader.document.marks) == 1
        assert reader.painted().holds(100, 90)


class TestTheMouse:
    def test_side_buttons_undo_and_redo_also_fast(self, reader: Reader) -> None:
        reader.key(KEY.Key_L)
        reader.drag([(80, 90), (100, 95)])
        reader.drag([(80, 120), (100, 125)])
        QTest.mouseClick(reader.view, BACK, NONE, QPoint(200, 200))
        QTest.mouseDClick(reader.view, BACK, NONE, QPoint(200, 200))
        reader.settle()
        assert reader.document.marks == ()
        QTest.mouseClick(reader.view, FORWARD, NONE, QPoint(200, 200))
        reader.settle()
        assert len(reader.document.marks) == 1

    def test_a_side_button_does_what_it_is_given(self, reader: Reader) -> None:
        prefer(reader, buttons={"back": "view.invert", "forward": "zoom"})
        QTest.mouseClick(reader.view, BACK, NONE, QPoint(200, 200))
        assert reader.desk.active.view.inverted
        before = reader.desk.active.view.zoom
        reader.drag_canvas([QPoint(200, 200), QPoint(200, 120)], FORWARD)
        assert reader.desk.active.view.zoom != before

    def test_left_handed_draws_with_the_right_button(self, reader: Reader) -> None:
        prefer(reader, left_handed=True)
        reader.desk.choose_tool("length")
        reader.drag([(80, 90), (120, 100)], RIGHT)
        assert len(reader.document.marks) == 1
        window = reader.desk.active.view.window
        reader.drag([(80, 90), (120, 90)], LEFT)
        assert reader.desk.active.view.window != window
        assert len(reader.document.marks) == 1
        reader.key(KEY.Key_N)
        assert reader.desk.tool.name == "brush", "B lies across from N"

    def test_hands_that_know_slicer_zoom_with_the_right(self, reader: Reader) -> None:
        prefer(reader, viewer="slicer")
        before = reader.desk.active.view
        reader.drag_canvas([QPoint(200, 200), QPoint(200, 120)], RIGHT)
        assert reader.desk.active.view.zoom != before.zoom
        assert reader.desk.active.view.window == before.window

    def test_hands_that_know_horos_begin_with_the_window(self, reader: Reader) -> None:
        prefer(reader, viewer="osirix")
        assert reader.desk.tool.name == "window"

    def test_the_middle_button_may_draw_and_the_left_one_pan(self, reader: Reader) -> None:
        prefer(reader, buttons={"left": "pan", "middle": "tool"})
        reader.key(KEY.Key_L)
        reader.drag([(80, 90), (120, 100)], MIDDLE)
        assert len(reader.document.marks) == 1
        before = reader.desk.active.view.center
        reader.drag_canvas([QPoint(200, 200), QPoint(230, 220)])
        assert reader.desk.active.view.center != before

    def test_a_wheel_with_shift_sizes_the_brush_by_a_fifth(self, reader: Reader) -> None:
        before = reader.desk.brush_mm
        reader.wheel(1, SHIFT)
        assert reader.desk.brush_mm == pytest.approx(before * 1.2)
        reader.wheel(-1, SHIFT)
        assert reader.desk.brush_mm == pytest.approx(before)


def test_a_key_of_ones_own_counts_at_once(reader: Reader) -> None:
    prefer(reader, keys={"tool.brush": ("Ctrl+F12",), "tool.box": ()})
    reader.key(KEY.Key_B)
    assert reader.desk.tool.name == "select"
    reader.key(KEY.Key_R)
    assert reader.desk.tool.name == "select"
    reader.key(KEY.Key_F12, CTRL)
    assert reader.desk.tool.name == "brush"
    assert "Ctrl+F12" in reader.window.commands["tool.brush"].toolTip()
    prefer(reader, keys={})
    reader.key(KEY.Key_R)
    assert reader.desk.tool.name == "box"


class TestThePen:
    @pytest.fixture(autouse=True)
    def _pens(self) -> None:
        kind, ends = QPointingDevice.PointerType, QPointingDevice.DeviceType.Stylus
        can = QPointingDevice.Capability.Pressure | QPointingDevice.Capability.Position
        self.ends = {
            end: QPointingDevice("a pen", 7 + end.value, ends, end, can, 1, 2)
            for end in (kind.Pen, kind.Eraser)
        }

    def send(
        self,
        reader: Reader,
        kind: QEvent.Type,
        at: QPointF,
        pressure: float,
        end: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen,
    ) -> None:
        tip = Qt.MouseButton.LeftButton
        lets_go = kind == QEvent.Type.TabletRelease
        event = QTabletEvent(
            kind,
            self.ends[end],
            at,
            QPointF(reader.view.mapToGlobal(at.toPoint())),
            pressure,
            *(0.0, 0.0, 0.0, 0.0, 0.0),
            NONE,
            Qt.MouseButton.NoButton if kind == QEvent.Type.TabletMove else tip,
            Qt.MouseButton.NoButton if lets_go else tip,
        )
        QApplication.sendEvent(reader.view, event)

    def stroke(
        self,
        reader: Reader,
        start: tuple[float, float],
        stop: tuple[float, float],
        pressure: float,
        events: int = 20,
        end: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen,
    ) -> None:
        first, last = QPointF(reader.at(*start)), QPointF(reader.at(*stop))
        self.send(reader, QEvent.Type.TabletPress, first, pressure, end)
        for n in range(1, events + 1):
            at = first + (last - first) * (n / events)
            self.send(reader, QEvent.Type.TabletMove, at, pressure, end)
        self.send(reader, QEvent.Type.TabletRelease, last, 0.0, end)
        reader.settle()

    def test_pressure_sizes_the_brush(self, reader: Reader) -> None:
        reader.key(KEY.Key_B)
        reader.desk.brush_mm = 30.0
        self.stroke(reader, (60, 60), (160, 60), 1.0)
        full = reader.painted().crop.shape[0]
        reader.key(KEY.Key_Z, CTRL)
        self.stroke(reader, (60, 60), (160, 60), 0.0)
        light = reader.painted().crop.shape[0]
        assert light == pytest.approx(0.3 * full, abs=2)
        assert reader.desk.pen_share == 1.0
        assert len(reader.document.marks) == 1, "a stroke is one edit"

    def test_the_other_end_erases_whatever_is_in_hand(self, reader: Reader) -> None:
        reader.key(KEY.Key_B)
        reader.desk.brush_mm = 30.0
        self.stroke(reader, (60, 60), (160, 60), 1.0)
        before = reader.painted().count
        reader.desk.choose_tool("select")
        eraser = QPointingDevice.PointerType.Eraser
        self.stroke(reader, (60, 60), (110, 60), 1.0, end=eraser)
        assert 0 < reader.painted().count < before
        assert reader.desk.tool.name == "select"

    def test_a_thousand_events_a_second_are_a_turn_a_frame_and_lose_no_way(
        self, reader: Reader
    ) -> None:
        reader.key(KEY.Key_B)
        reader.desk.brush_mm = 6.0
        corners = [(60, 60), (160, 60), (160, 120), (60, 120)]
        places = [QPointF(reader.at(*corner)) for corner in corners]
        turns = reader.view._pen.turns
        self.send(reader, QEvent.Type.TabletPress, places[0], 1.0)
        for start, stop in pairwise(places):
            for n in range(1, 334):
                at = start + (stop - start) * (n / 333)
                self.send(reader, QEvent.Type.TabletMove, at, 1.0)
        self.send(reader, QEvent.Type.TabletRelease, places[-1], 0.0)
        reader.settle()
        assert reader.view._pen.turns == turns + 1, "no frame was due between"
        mask = reader.painted()
        for column, row in ((110, 60), (159, 90), (110, 120), (160, 60)):
            assert mask.holds(column, row), (column, row)

    def test_moves_are_worked_off_when_the_frame_is_due(self, reader: Reader) -> None:
        reader.key(KEY.Key_B)
        self.send(reader, QEvent.Type.TabletPress, QPointF(200, 200), 1.0)
        self.send(reader, QEvent.Type.TabletMove, QPointF(260, 200), 1.0)
        QTest.qWait(60)
        preview = reader.desk.tool.preview(reader.desk.scene(reader.desk.active))  # type: ignore[arg-type]
        assert preview.ghosts
        self.send(reader, QEvent.Type.TabletRelease, QPointF(260, 200), 0.0)
        reader.settle()

    @pytest.mark.parametrize("tool", ["freehand", "length", "brush"])
    def test_a_mouse_beside_the_pen_has_no_part_in_its_stroke(
        self, reader: Reader, tool: str
    ) -> None:
        reader.take(tool)
        places = [QPointF(reader.at(*at)) for at in ((80, 90), (100, 90), (120, 110))]
        self.send(reader, QEvent.Type.TabletPress, places[0], 1.0)
        self.send(reader, QEvent.Type.TabletMove, places[1], 1.0)
        QTest.mousePress(reader.view, LEFT, NONE, reader.at(200, 200))
        QTest.mouseMove(reader.view, reader.at(210, 40))
        QTest.mouseRelease(reader.view, LEFT, NONE, reader.at(210, 40))
        assert reader.document.marks == ()
        self.send(reader, QEvent.Type.TabletMove, places[2], 1.0)
        self.send(reader, QEvent.Type.TabletRelease, places[2], 0.0)
        reader.settle()
        (mark,) = reader.document.marks
        if isinstance(mark.shape, Length):
            assert mark.shape.end == pytest.approx((120_000, 110_000), abs=400)
        elif isinstance(mark.shape, Freehand):
            assert max(x for x, _ in mark.shape.points) < 121_000
        else:
            assert not reader.painted().holds(200, 100)
        assert not reader.desk.tool.busy

    def test_a_pen_beside_the_mouse_has_no_part_in_its_drag(self, reader: Reader) -> None:
        reader.take("length")
        QTest.mousePress(reader.view, LEFT, NONE, reader.at(80, 90))
        QTest.mouseMove(reader.view, reader.at(100, 90))
        self.stroke(reader, (150, 40), (200, 200), 0.0)
        assert reader.document.marks == ()
        assert reader.desk.pen_share == 1.0
        QTest.mouseMove(reader.view, reader.at(120, 110))
        QTest.mouseRelease(reader.view, LEFT, NONE, reader.at(120, 110))
        reader.settle()
        (mark,) = reader.document.marks
        assert isinstance(mark.shape, Length)
        assert mark.shape.end == pytest.approx((120_000, 110_000), abs=400)

    def test_a_pen_draws_a_length_and_is_no_mouse_besides(self, reader: Reader) -> None:
        reader.key(KEY.Key_L)
        prefer(reader, left_handed=True)
        self.stroke(reader, (80, 90), (120, 90), 0.2)
        assert len(reader.document.marks) == 1


def test_a_key_and_then_its_shift_are_two_tools(reader: Reader) -> None:
    """As fast as fingers go: it is no keyboard that repeats."""
    QTest.keyPress(reader.view, KEY.Key_P)
    QTest.keyRelease(reader.view, KEY.Key_P)
    QTest.keyPress(reader.view, KEY.Key_P, SHIFT)
    assert reader.desk.tool.name == "freehand"
