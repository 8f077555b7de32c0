"""What a reader does inside one viewport, with real keys and mouse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labeler.app.screens import Change
from labeler.model.frames import Window
from labeler.model.image import Caveat, Image
from labeler.model.preferences import DEFAULTS
from labeler.model.shapes import Length
from labeler.model.stack import Gap, Stack
from labeler.ui.monitors import monitor_of
from labeler.ui.press_time import REPEAT_MS
from labeler.ui.reading.caveat_card import CaveatCard
from labeler.ui.reading.caveat_chip import fitted
from labeler.ui.reading.caveats import BY_DANGER
from labeler.ui.reading.toolbar import LAST
from labeler.viewing.auto_window import window_of_box
from labeler.viewing.magnifier import FACTOR, lens_at
from labeler.viewing.turns import CLOCKWISE, FLIP_ACROSS, UPRIGHT
from labeler.viewing.viewport import canvas_map, fit
from tests.support.images import axial, image_of
from tests.support.reader import CTRL, LEFT, NONE, RIGHT, SHIFT, Reader
from tests.support.reading_in_memory import SLICES, chest_image, open_case
from tests.support.screen_reading import clipped
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key


def grabbed(reader: Reader) -> NDArray[np.uint8]:
    """The view as grey values (rows, columns)."""
    shown = reader.view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    lines = np.frombuffer(shown.constBits(), np.uint8).reshape(-1, shown.bytesPerLine())
    return lines[:, : shown.width()].copy()


class TestTurns:
    def test_letters_marks_and_probe_follow_a_turn(self, reader: Reader) -> None:
        active = reader.desk.active
        assert active.layout is not None
        assert active.layout.letters == ("R", "L", "A", "P")
        before = grabbed(reader)
        reader.key(KEY.Key_R, SHIFT)
        assert active.layout.letters == ("P", "A", "R", "L")
        assert active.view.fitted
        assert not np.array_equal(grabbed(reader), before)
        reader.key(KEY.Key_L)
        reader.drag([(60, 60), (120, 90)])
        (mark,) = reader.document.marks
        assert isinstance(mark.shape, Length)
        for found, meant in zip(
            (mark.shape.start, mark.shape.end), ((60, 60), (120, 90)), strict=True
        ):
            assert found == pytest.approx((1000 * meant[0], 1000 * meant[1]), abs=500)
        reader.key(KEY.Key_L, SHIFT)
        assert active.layout.turn == UPRIGHT

    def test_a_turned_view_shows_the_same_pixels_elsewhere(self, reader: Reader) -> None:
        """Against a slow reference: the grey of each voxel's middle, found through the map."""
        active = reader.desk.active
        for keys in ((KEY.Key_R,), (KEY.Key_F,), (KEY.Key_V,), (KEY.Key_L,)):
            for key in keys:
                reader.key(key, SHIFT)
            shown, image = grabbed(reader), active.image
            assert image is not None
            assert active.layout is not None
            assert active.pixels is not None
            where = canvas_map(active.layout, active.view, active.canvas)
            low = active.view.window.center - 0.5 - (active.view.window.width - 1) / 2
            for column, row in ((70, 100), (128, 64), (90, 140), (150, 170)):
                x, y = where.to_canvas((column, row))
                value = float(active.pixels[row, column]) * image.slopes[0] + image.intercepts[0]
                near = active.pixels[row - 1 : row + 2, column - 1 : column + 2]
                spread = np.ptp(near.astype(float)) / (active.view.window.width - 1) * 255
                grey = (value - low) / (active.view.window.width - 1) * 255
                assert abs(float(shown[int(y), int(x)]) - min(255, max(0, grey))) <= spread + 2

    def test_a_mirror_image_says_so_and_reset_takes_it_back(self, reader: Reader) -> None:
        active = reader.desk.active
        reader.key(KEY.Key_F, SHIFT)
        assert active.layout is not None
        assert active.layout.turn == FLIP_ACROSS
        assert active.layout.letters == ("L", "R", "A", "P")
        assert active.layout.flipped
        reader.key(KEY.Key_F, SHIFT)
        assert not active.layout.flipped

    def test_reset_is_as_at_opening(self, reader: Reader) -> None:
        active = reader.desk.active
        opened = active.view
        reader.wheel(-3)
        reader.wheel(2, CTRL)
        reader.key(KEY.Key_R, SHIFT)
        reader.key(KEY.Key_I)
        reader.drag_canvas([QPoint(200, 200), QPoint(260, 240)], RIGHT)
        assert active.view.window != opened.window
        reader.key(KEY.Key_R, CTRL)
        assert active.view == replace(opened, index=3)
        assert active.layout is not None
        assert active.layout.turn == UPRIGHT


class TestMagnifier:
    def test_the_lens_shows_what_lies_under_it_twice_as_large(self, reader: Reader) -> None:
        active = reader.desk.active
        reader.key(KEY.Key_M)
        assert reader.window.commands["tool.magnifier"].isChecked()
        at = reader.at(100, 120)
        plain = grabbed(reader)
        QTest.mouseMove(reader.view, at)
        reader.settle()
        shown = grabbed(reader)
        assert active.layout is not None
        assert active.pixels is not None
        where = canvas_map(active.layout, active.view, active.canvas)
        lens = lens_at(where, active.canvas, (at.x(), at.y()))
        assert lens is not None
        assert lens.where.scale_x == FACTOR * where.scale_x
        # Beyond its circle nothing is covered.
        left, top, side = round(lens.left), round(lens.top), round(lens.side)
        y, x = np.mgrid[: shown.shape[0], : shown.shape[1]]
        away = np.hypot(x - left - side / 2, y - top - side / 2) > side / 2 + 2
        assert np.array_equal(shown[away], plain[away])
        # Inside, at the middles of voxels, stored values in the view's window.
        low = active.view.window.center - 0.5 - (active.view.window.width - 1) / 2
        for column, row in ((98, 118), (100, 120), (103, 123)):
            cx, cy = lens.where.to_canvas((column, row))
            value = float(active.pixels[row, column]) - 1024
            grey = min(255, max(0, (value - low) / (active.view.window.width - 1) * 255))
            near = active.pixels[row - 1 : row + 2, column - 1 : column + 2].astype(float)
            spread = np.ptp(near) / (active.view.window.width - 1) * 255 * 0.6
            assert abs(float(shown[int(top + cy), int(left + cx)]) - grey) <= spread + 2

    def test_it_goes_with_the_pointer_and_off_the_image(self, reader: Reader) -> None:
        plain = grabbed(reader)
        reader.key(KEY.Key_M)
        QTest.mouseMove(reader.view, reader.at(60, 60))
        reader.settle()
        assert not np.array_equal(grabbed(reader), plain)
        QTest.mouseMove(reader.view, QPoint(2, reader.view.height() // 2))
        reader.settle()
        assert np.array_equal(grabbed(reader), plain)

    def test_a_held_key_gives_the_tool_back(self, reader: Reader) -> None:
        QTest.keyPress(reader.view, KEY.Key_M)
        assert reader.desk.tool.name == "magnifier"
        QTest.qWait(350)
        QTest.keyRelease(reader.view, KEY.Key_M)
        QTest.qWait(2 * REPEAT_MS)
        assert reader.desk.tool.name == "select"


class TestWindow:
    @pytest.mark.parametrize("button", [LEFT, RIGHT])
    def test_shift_and_a_box_set_the_window_from_its_values(
        self, reader: Reader, button: Qt.MouseButton
    ) -> None:
        active = reader.desk.active
        reader.key(KEY.Key_W)
        before = active.view
        points = [reader.at(60, 60), reader.at(90, 80), reader.at(120, 100)]
        QTest.mousePress(reader.view, button, SHIFT, points[0])
        QTest.mouseMove(reader.view, points[1])
        reader.settle()
        assert active.view == before, "nothing changes while the box is drawn"
        QTest.mouseRelease(reader.view, button, SHIFT, points[2])
        reader.settle()
        assert active.image is not None
        assert active.pixels is not None
        assert active.layout is not None
        where = canvas_map(active.layout, active.view, active.canvas)
        ends = [where.to_voxel((point.x(), point.y())) for point in (points[0], points[2])]
        assert active.view.window == window_of_box(active.image, 0, active.pixels, *ends)

    def test_the_drag_goes_the_way_it_is_preferred(self, reader: Reader) -> None:
        active = reader.desk.active
        points = [QPoint(200, 300), QPoint(200, 260)]
        reader.drag_canvas(points, RIGHT)
        assert active.view.window.center < -600
        reader.key(KEY.Key_R, CTRL)
        reader.session.prefer(replace(DEFAULTS, darker_up=True))
        reader.drag_canvas(points, RIGHT)
        assert active.view.window.center > -600

    def test_squares_are_chosen_for_all_views_at_once(self, reader: Reader) -> None:
        assert reader.desk.active.view.smooth
        reader.session.prefer(replace(DEFAULTS, nearest=True))
        assert not reader.desk.active.view.smooth


class TestScale:
    def test_the_bar_is_there_and_can_be_hidden(self, reader: Reader) -> None:
        edge = np.s_[:, 3:9]
        shown = grabbed(reader)[edge]
        assert (shown > 200).any()
        reader.key(KEY.Key_B, CTRL | SHIFT)
        assert not reader.session.now_preferences.scale_bar
        assert not (grabbed(reader)[edge] > 200).any()
        assert not reader.window.commands["view.scale-bar"].isChecked()

    def test_true_size_needs_a_measured_monitor(self, reader: Reader) -> None:
        active = reader.desk.active
        reader.key(KEY.Key_T, CTRL | SHIFT)
        assert active.view.fitted
        assert "Measure this monitor" in reader.window.tidings.all()[-1].happened
        key = monitor_of(reader.view.screen()).key
        reader.session.prefer(replace(DEFAULTS, monitors={key: 250_000}))
        reader.key(KEY.Key_T, CTRL | SHIFT)
        assert active.layout is not None
        where = canvas_map(active.layout, active.view, active.canvas)
        assert where.pixels_per_mm * 0.25 == pytest.approx(1.0)

    def test_pixel_for_pixel(self, reader: Reader) -> None:
        reader.key(KEY.Key_P, CTRL | SHIFT)
        assert reader.desk.active.view.zoom == 1.0

    def test_what_has_no_size_has_no_true_size(self, open_reader: ReaderMaker) -> None:
        image = replace(chest_image(), caveats=(Caveat.SPACING_UNKNOWN,))
        reader = open_reader(open_case(image))
        reader.key(KEY.Key_T, CTRL | SHIFT)
        assert "no size of a pixel" in reader.window.tidings.all()[-1].happened


class TestSeenBar:
    def test_a_press_jumps_and_a_drag_goes_along(self, reader: Reader) -> None:
        active = reader.desk.active
        right, height = reader.view.width() - 3, reader.view.height()
        QTest.mousePress(reader.view, LEFT, NONE, QPoint(right, height // 2))
        reader.settle()
        middle = active.view.index
        assert middle in (SLICES // 2 - 1, SLICES // 2)
        QTest.mouseMove(reader.view, QPoint(right - 40, height - 2))
        reader.settle()
        assert active.view.index == SLICES - 1
        QTest.mouseRelease(reader.view, LEFT, NONE, QPoint(right - 40, height - 2))
        assert reader.port.seen(active.tile) == {0, middle, SLICES - 1}
        assert not reader.document.marks

    def test_other_views_of_the_series_tell_it_too(self, reader: Reader) -> None:
        tile, desk = reader.desk.active.tile, reader.desk
        desk.arrangement.arrange(1, 2)
        desk.arrangement.viewports[1].open(tile, 5)
        reader.settle()
        reader.wheel(-1)
        QTest.qWait(20)
        assert (
            desk.arrangement.viewports[0].seen()
            == desk.arrangement.viewports[1].seen()
            >= {0, 1, 5}
        )


class TestCaveats:
    def case(self) -> Image:
        stack = Stack(gaps=(Gap(3, 2, 6.0),))
        caveats = (Caveat.MISSING_SLICES, Caveat.LOSSY, Caveat.FACE)
        return replace(chest_image(), caveats=caveats, stack=stack)

    def test_the_card_is_reached_and_left_by_keys(self, open_reader: ReaderMaker) -> None:
        reader = open_reader(open_case(self.case()))
        reader.key(KEY.Key_W, CTRL | SHIFT)
        (card,) = reader.window.findChildren(CaveatCard)
        assert card.isVisible()
        assert clipped(card) == []
        QTest.keyClick(QApplication.focusWidget(), KEY.Key_Escape)
        assert not card.isVisible()
        assert QApplication.focusWidget() is reader.view.chip

    def test_the_most_dangerous_stand_first(self, open_reader: ReaderMaker) -> None:
        assert sorted(BY_DANGER) == sorted(Caveat)
        caveats = (Caveat.FACE, Caveat.LOSSY, Caveat.CUT_SHORT, Caveat.SPACING_UNKNOWN)
        reader = open_reader(open_case(replace(chest_image(), caveats=caveats)))
        chip = reader.view.chip
        assert chip.accessibleName() == (
            "▲ No pixel spacing · File cut short · Lossy compression · Shows a face"
        )
        first, *_, last = chip.toolTip().split("\n")
        assert first.startswith("The file does not say how large")
        assert last.startswith("This is a head")

    def test_what_has_no_room_is_counted(self, open_reader: ReaderMaker) -> None:
        reader = open_reader(open_case(self.case()))
        metrics = QFontMetrics(reader.view.chip.font())
        names = ("File cut short", "Lossy compression", "Shows a face")
        told = {fitted(names, room, metrics) for room in range(90, 600)}
        assert told >= {
            "▲ File cut short · Lossy compression · Shows a face",
            "▲ File cut short · Lossy compression · +1",
            "▲ File cut short · +2",
        }
        assert all(text.endswith(("+1", "+2", "face")) for text in told)
        for room in range(90, 600, 7):
            assert metrics.horizontalAdvance(fitted(names, room, metrics)) <= room
        assert fitted((), 80, metrics) == "▲ "

    def test_a_press_on_the_image_closes_it(self, open_reader: ReaderMaker) -> None:
        reader = open_reader(open_case(self.case()))
        QTest.mouseClick(reader.view.chip, LEFT)
        (card,) = reader.window.findChildren(CaveatCard)
        QTest.mouseClick(reader.view, LEFT, NONE, QPoint(300, 80))
        assert not card.isVisible()


class TestCine:
    def test_in_a_small_view_the_bar_is_shorter(self, open_reader: ReaderMaker) -> None:
        reader = self.play(open_reader, frame_rate=50.0)
        wide = reader.place.looking.bar.width()
        reader.desk.arrangement.arrange(3, 3)
        QTest.qWait(20)
        bar = reader.place.looking.bar
        assert bar.width() < wide
        assert bar.width() <= reader.place.view.width()

    def play(self, open_reader: ReaderMaker, **facts: object) -> Reader:
        stored = np.zeros((8, 40, 60), np.uint8)
        image = image_of(stored, matrix=axial(), modality="US", unit="", intercept=0.0,
                         windows=(Window(128, 256),))  # fmt: skip
        return open_reader(open_case(replace(image, **facts)))  # type: ignore[arg-type]

    def test_it_starts_paused_and_plays_and_pauses(
        self, open_reader: ReaderMaker, qtbot: QtBot
    ) -> None:
        reader = self.play(open_reader, frame_rate=50.0)
        looking, active = reader.place.looking, reader.desk.active
        assert looking.bar.isVisible()
        assert not looking.player.playing
        assert looking.bar.told.text() == "50.0/s · 1×"
        reader.key(KEY.Key_C)
        assert looking.player.playing
        qtbot.waitUntil(lambda: active.view.index >= 3)
        qtbot.waitUntil(lambda: looking.player.rate() is not None)
        assert reader.window.commands["cine.play"].isChecked()
        reader.key(KEY.Key_C)
        still = active.view.index
        QTest.qWait(60)
        assert (looking.player.playing, active.view.index) == (False, still)
        assert len(reader.port.seen(active.tile)) >= 3

    def test_the_person_who_scrolls_has_the_last_word(
        self, open_reader: ReaderMaker, qtbot: QtBot
    ) -> None:
        reader = self.play(open_reader, frame_rate=20.0)
        reader.key(KEY.Key_C)
        reader.wheel(-1)
        qtbot.waitUntil(lambda: not reader.place.looking.player.playing)

    @pytest.mark.parametrize("tool", ["polygon", "angle", "point", "brush", "fill"])
    def test_who_draws_has_the_last_word_with_a_click_as_well(
        self, open_reader: ReaderMaker, qtbot: QtBot, tool: str
    ) -> None:
        """The picture stands from the first press on, and the mark is on what was seen then."""
        reader = self.play(open_reader, frame_rate=50.0)
        player, active = reader.place.looking.player, reader.desk.active
        reader.key(KEY.Key_C)
        qtbot.waitUntil(lambda: active.view.index >= 2)
        reader.desk.choose_tool(tool)
        assert player.playing
        places = ((10, 10), (30, 10), (30, 25))
        seen = []
        for place in places:
            reader.click(*place)
            seen.append(active.view.index)
            QTest.qWait(60)
        assert not player.playing
        assert len(set(seen)) == 1
        assert active.image is not None
        reader.key(KEY.Key_Return)
        assert reader.document.marks[0].frame == active.image.refs[seen[0]]

    def test_it_stops_where_it_is_not_seen_and_when_locked(self, open_reader: ReaderMaker) -> None:
        reader = self.play(open_reader, frame_rate=50.0)
        player = reader.place.looking.player
        reader.key(KEY.Key_C)
        reader.window.go_to("work")
        QTest.qWait(50)
        assert not player.playing
        reader.window.go_to("reading")
        reader.key(KEY.Key_C)
        assert player.playing
        reader.session.change(Change.LOCK)
        QApplication.processEvents()
        assert not player.playing

    def test_a_frame_on_its_way_is_waited_for_and_asked_once(
        self, open_reader: ReaderMaker
    ) -> None:
        reader = self.play(open_reader, frame_rate=100.0)
        reader.port.late = []
        reader.key(KEY.Key_C)
        QTest.qWait(80)
        assert len(reader.port.late) == 1, "it never piles up"
        reader.port.late.pop()()
        assert reader.desk.active.view.index in range(8)
        assert reader.place.looking.player.playing

    def test_speed_range_and_order_by_keys(self, open_reader: ReaderMaker) -> None:
        reader = self.play(open_reader)
        looking = reader.place.looking
        assert not looking.bar.isVisible(), "nothing says these are images over time"
        reader.key(KEY.Key_PageUp, CTRL)
        reader.wheel(-2)
        reader.key(KEY.Key_Home, SHIFT)
        reader.wheel(-3)
        reader.key(KEY.Key_End, SHIFT)
        reader.key(KEY.Key_U, CTRL | SHIFT)
        cine = looking.player.cine()
        assert cine is not None
        assert (cine.first, cine.last, cine.speed) == (2, 5, 1.5)
        assert cine.order == (2, 3, 4, 5, 4, 3)
        reader.key(KEY.Key_C)
        assert looking.bar.isVisible()
        assert looking.bar.told.text().endswith("3–6")
        assert clipped(looking.bar) == []
        reader.key(KEY.Key_C)
        reader.key(KEY.Key_Backspace, SHIFT)
        cine = looking.player.cine()
        assert cine is not None
        assert (cine.first, cine.last) == (0, 7)


def test_the_window_from_a_box_is_found_in_the_menu(reader: Reader) -> None:
    found = {action.text(): action for action in reader.place._context_menu().actions()}
    found["Window from a box"].trigger()
    assert reader.desk.tool.name == "window-box"


def test_tools_without_room_go_into_a_menu(open_reader: ReaderMaker) -> None:
    reader = open_reader(size=(1024, 640))
    tools = reader.place.tools
    assert tools.more.isVisible()
    hidden = {action.objectName() for action in tools.overflow()}
    assert "case.instructions" in hidden
    assert tools.more.geometry().right() < tools.width()
    narrow = {one.objectName() for one in open_reader(size=(1280, 800)).place.tools.overflow()}
    for name in ("edit.undo", "edit.redo", "view.fit", "view.invert", "view.hide-marks"):
        assert name not in narrow, name
    common = {one.objectName() for one in open_reader(size=(1440, 900)).place.tools.overflow()}
    rare = {"view.turn-right", "view.flip-across", "case.instructions", "history.panel"}
    assert common <= rare | set(LAST)
    usual = open_reader(size=(1680, 900)).place.tools
    assert {action.objectName() for action in usual.overflow()} <= set(LAST)
    wide = open_reader(size=(2400, 900)).place.tools
    assert not wide.more.isVisible()
    assert wide.overflow() == ()


def test_a_turned_fit_fits(reader: Reader) -> None:
    active = reader.desk.active
    assert active.layout is not None
    reader.key(KEY.Key_R, SHIFT)
    assert active.view == fit(active.view, active.layout, active.canvas)
    assert active.layout.turn == CLOCKWISE
