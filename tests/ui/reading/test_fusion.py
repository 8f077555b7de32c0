"""A second series over the one on show, with real keys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from labeler.app.open_case import SeriesTile
from tests.support.images import axial, image_of
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest, open_case
from tests.support.volumes_in_memory import FRAME, volume_of
from tests.ui.reading.conftest import ReaderMaker

KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def reader(open_reader: ReaderMaker) -> Reader:
    """A CT, a PET that lies with it, and one of other coordinates."""
    base = image_of(chest(24, 64), matrix=axial((4.8, 4.8, 2.0)))
    hot = np.full((12, 20, 20), 4000, np.int16)
    pet = image_of(hot, matrix=axial((9.6, 9.6, 4.0)), intercept=0.0, unit="Bq/mL", windows=())
    found = {}
    for uid, image, frame in (("0", base, FRAME), ("1", pet, "1.2.3.4"), ("2", pet, FRAME)):
        info = replace(image.info, frame_of_reference=frame, uid=uid, description=f"Series {uid}")
        found[uid] = replace(image, info=info)
    found["2"] = replace(found["2"], suv_factor=1 / 1000)
    tiles = tuple(SeriesTile(uid, n, f"Series {uid}", 24) for n, uid in enumerate("012"))
    reader = open_reader(replace(open_case(found["0"]), series=tiles, tile="0"))
    reader.port.other_series = found
    return reader


def colored_pixels(reader: Reader) -> int:
    image = reader.view.grab().toImage()
    colors = [
        image.pixelColor(x, y)
        for x in range(100, image.width() - 100, 40)
        for y in range(100, image.height() - 100, 40)
    ]
    return sum(color.red() > color.blue() + 20 for color in colors)


def test_u_lays_over_what_lies_together_and_then_takes_it_off(reader: Reader) -> None:
    fused = reader.desk.active.fused
    assert colored_pixels(reader) == 0
    reader.key(KEY.Key_U)
    assert fused.tile == "2"
    assert colored_pixels(reader) > 20
    reader.key(KEY.Key_U)
    assert fused.tile == ""
    assert colored_pixels(reader) == 0


def test_keys_change_how_it_is_seen(reader: Reader) -> None:
    reader.key(KEY.Key_U)
    fused = reader.desk.active.fused
    assert fused.look is not None
    first = fused.look
    reader.key(KEY.Key_PageUp, SHIFT)
    reader.key(KEY.Key_U, SHIFT)
    reader.key(KEY.Key_U, CTRL)
    assert fused.look.opacity > first.opacity
    assert fused.look.map == "rainbow"
    assert fused.look.window.width == pytest.approx(10_000)
    for _ in range(12):
        reader.key(KEY.Key_PageDown, SHIFT)
    assert colored_pixels(reader) == 0


def test_it_follows_the_slices_and_goes_with_the_planes(reader: Reader) -> None:
    reader.key(KEY.Key_U)
    reader.key(KEY.Key_Down)
    active = reader.desk.active
    assert active.image is not None
    assert active.fused.at(active.image, 1) is not None
    reader.key(KEY.Key_Y)
    for viewport in reader.desk.arrangement.on_screen:
        assert viewport.fused.tile == "2"
        assert viewport.image is not None
        assert viewport.fused.at(viewport.image, viewport.view.index) is not None


def test_the_probe_tells_both_values(reader: Reader) -> None:
    reader.key(KEY.Key_U)
    QTest.mouseMove(reader.view, reader.at(20, 30))
    reader.settle()
    told = reader.window.status.probe.text().replace("\u2007", " ")
    assert "HU" in told
    assert told.endswith("· SUV  4.0")


def test_what_does_not_lie_together_is_refused_in_words(reader: Reader) -> None:
    tiles = reader.desk.case.series[:2] if reader.desk.case else ()
    assert reader.desk.case is not None
    reader.desk.case = replace(reader.desk.case, series=tiles)
    reader.key(KEY.Key_U)
    assert reader.desk.active.fused.tile == ""
    told = [notice.happened for notice in reader.window.tidings.all()]
    assert any("Frame of Reference" in text for text in told)


def test_another_series_begins_without(reader: Reader) -> None:
    reader.key(KEY.Key_U)
    reader.desk.active.open("1")
    reader.settle()
    assert reader.desk.active.fused.tile == ""


def test_it_is_whole_once_its_last_slices_are_here(reader: Reader) -> None:
    volume = volume_of(reader.port.other_series["2"])
    volume.here[:] = False
    reader.port.volumes["2"] = volume
    reader.key(KEY.Key_U)
    active = reader.desk.active
    assert active.image is not None
    empty = active.fused.at(active.image, 0)
    assert empty is not None
    assert (empty < 0).all()
    volume.here[:] = True
    for listener in reader.port.volume_listeners:
        listener()
    whole = active.fused.at(active.image, 0)
    assert whole is not None
    assert whole.max() == 4000


# --- the bar ------------------------------------------------------------------------------------


def test_the_bar_comes_and_goes_with_the_second_series(reader: Reader) -> None:
    bar = reader.place.over_it
    assert not bar.isVisible()
    reader.key(KEY.Key_U)
    assert bar.isVisible()
    assert (bar.name.text(), bar.window_name.text()) == ("Series 2 ▾", "SUV 0.0 to 6.0")
    assert bar.opacity.value() == 6
    assert reader.view.geometry().contains(bar.geometry())
    QTest.mouseClick(bar.off, LEFT)
    reader.settle()
    assert not bar.isVisible()
    assert reader.desk.active.fused.tile == ""


def test_the_slider_is_worked_by_the_keyboard_and_leaves_the_slices(reader: Reader) -> None:
    reader.key(KEY.Key_U)
    bar = reader.place.over_it
    assert bar.name in reader.place.panes()
    bar.opacity.setFocus()
    reader.key(KEY.Key_Right)
    reader.key(KEY.Key_Up)
    look = reader.desk.active.fused.look
    assert look is not None
    assert (look.opacity, reader.desk.active.wanted) == (0.8, 0)
    reader.key(KEY.Key_D, CTRL | SHIFT)
    assert not bar.isVisible()
    assert reader.view.hasFocus()


def test_its_menus_choose_series_colours_and_window(reader: Reader) -> None:
    reader.key(KEY.Key_U)
    bar, fused = reader.place.over_it, reader.desk.active.fused
    menu = bar._menu(bar)
    names = [action.text() for action in menu.actions() if action.text()]
    assert names[:2] == ["1 Series 1", "2 Series 2"]
    chosen = {
        action.text(): action
        for one in (bar._color_menu(bar), bar._window_menu(bar))
        for action in one.actions()
    }
    chosen["Blue"].trigger()
    chosen["SUV 0–20"].trigger()
    assert fused.look is not None
    assert (fused.look.map, fused.look.window.width) == ("blue", pytest.approx(20_000))
    assert bar.window_name.text() == "SUV 0.0 to 20.0"


def test_ctrl_and_the_right_button_drag_its_window_alone(reader: Reader) -> None:
    reader.key(KEY.Key_U)
    fused, before = reader.desk.active.fused, reader.desk.active.view.window
    was = fused.window
    assert was is not None
    middle = reader.view.rect().center()
    reader.drag_canvas([middle, middle + QPoint(40, 0)], RIGHT, CTRL)
    assert fused.window is not None
    assert fused.window.width == pytest.approx(was.width * 1.2)
    assert fused.window.center == pytest.approx(was.center)
    assert reader.desk.active.view.window == before


def test_in_a_small_view_the_bar_is_short_and_beside_no_words(reader: Reader) -> None:
    reader.key(KEY.Key_U)
    reader.key(KEY.Key_Y)
    bar, view = reader.place.over_it, reader.place.view
    reader.settle()
    assert not bar.window_name.isVisible()
    assert view.geometry().contains(bar.geometry())
    assert bar.width() < view.width() / 2


def test_its_window_waits_for_its_first_values(reader: Reader) -> None:
    """Where no header and no SUV says one."""
    plain = replace(reader.port.other_series["2"], suv_factor=None)
    reader.port.other_series["2"] = plain
    volume = volume_of(plain)
    volume.here[:] = False
    reader.port.volumes["2"] = volume
    reader.key(KEY.Key_U)
    fused = reader.desk.active.fused
    assert (fused.tile, fused.look) == ("2", None)
    volume.here[:] = True
    for listener in reader.port.volume_listeners:
        listener()
    assert fused.window is not None
    assert fused.window.center == pytest.approx(4000)


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("plays", [False, True])
def test_the_bar_covers_no_words_letters_or_scale(reader: Reader, rows: int, plays: bool) -> None:
    reader.key(KEY.Key_U)
    reader.desk.arrangement.arrange(rows, rows)
    reader.settle()
    reader.view.setFocus()  # wherever the pointer is
    if plays:
        reader.window.commands["cine.play"].trigger()
    reader.settle()
    bar, view = reader.place.over_it, reader.place.view
    assert bar.isVisible()
    assert view.geometry().contains(bar.geometry())
    covered = bar.geometry().translated(-view.geometry().topLeft())
    assert [one for one in view.written() if one.intersects(covered)] == []
    player = reader.place.looking.bar
    assert player.isHidden() is not plays
    assert player.isHidden() or not player.geometry().intersects(bar.geometry())
    over = player.geometry().translated(-view.geometry().topLeft())
    assert player.isHidden() or [one for one in view.written() if one.intersects(over)] == []
    if plays:
        reader.window.commands["cine.play"].trigger()
