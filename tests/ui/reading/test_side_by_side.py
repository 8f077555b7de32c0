"""Series side by side: a newcomer goes to where one reads, and what follows says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from labeler.app.open_case import SeriesTile
from labeler.ui.reading.viewport import Viewport
from labeler.ui.reading.viewport_widget import ViewportWidget
from labeler.viewing.links import middle
from tests.support.images import axial, image_of
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest, open_case
from tests.support.volumes_in_memory import FRAME
from tests.ui.reading.conftest import ReaderMaker

KEY, LEFT, SHIFT = Qt.Key, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
STEPS = {"0": (24, 2.0), "1": (20, 4.0)}
"""Slices, and mm from one to the next."""


@pytest.fixture
def reader(open_reader: ReaderMaker) -> Reader:
    """Two series of one Frame of Reference; the second goes on where the first ends."""
    found = {}
    for uid, (count, step) in STEPS.items():
        image = image_of(chest(count, 64), matrix=axial((4.8, 4.8, step)), modality="CT")
        found[uid] = replace(image, info=replace(image.info, frame_of_reference=FRAME, uid=uid))
    tiles = tuple(SeriesTile(uid, n, "Chest", STEPS[uid][0]) for n, uid in enumerate("01"))
    reader = open_reader(replace(open_case(found["0"]), series=tiles, tile="0"))
    reader.port.other_series = found
    return reader


def widget(reader: Reader, number: int) -> ViewportWidget:
    found = reader.place.wall.widget_of(reader.desk.arrangement.viewports[number])
    assert found is not None
    return found


def apart(one: Viewport, other: Viewport) -> float:
    """Along the stack, mm."""
    assert one.image is not None
    assert other.image is not None
    places = middle(one.image, one.view.index), middle(other.image, other.view.index)
    return abs(float(places[0][2] - places[1][2]))


def down(reader: Reader, times: int) -> None:
    for _ in range(times):
        reader.key(KEY.Key_Down)


def press_tile(reader: Reader, number: int) -> None:
    QTest.mouseClick(reader.place.strip.tiles[number], LEFT)
    reader.settle()


def corner(reader: Reader, number: int) -> tuple[str, ...]:
    scene, case = reader.desk.scene(reader.desk.arrangement.viewports[number]), reader.desk.case
    assert scene is not None
    assert case is not None
    told = widget(reader, number)._painter._told.of(scene, case)
    return tuple(line.text for line in told.bottom_right)


def test_a_series_that_comes_beside_goes_to_where_one_reads(reader: Reader) -> None:
    down(reader, 14)
    reader.key(KEY.Key_F3)
    one, other = reader.desk.arrangement.on_screen
    assert (one.tile, other.tile) == ("0", "1")
    assert (one.view.index, other.view.index) == (14, 7)
    assert apart(one, other) <= 2.0


def test_a_series_from_the_strip_into_the_active_view_moves_no_other(reader: Reader) -> None:
    down(reader, 14)
    reader.key(KEY.Key_F3)
    one, other = reader.desk.arrangement.on_screen
    QTest.mouseClick(widget(reader, 1), LEFT, NONE, widget(reader, 1).rect().center())
    for number, index in ((0, 14), (1, 7)):
        press_tile(reader, number)
        assert reader.desk.active is other
        assert (one.view.index, other.tile, other.view.index) == (14, str(number), index)


def test_alone_on_the_screen_another_series_opens_at_the_place_that_was_read(
    reader: Reader,
) -> None:
    down(reader, 14)
    press_tile(reader, 1)
    assert reader.desk.active.view.index == 7
    reader.key(KEY.Key_K)  # nothing is linked
    press_tile(reader, 0)
    assert reader.desk.active.view.index == 0


def test_planes_stay_where_they_are_when_more_views_come(reader: Reader) -> None:
    down(reader, 14)
    reader.key(KEY.Key_Y)
    crosshair = reader.desk.planes.crosshair
    assert crosshair is not None
    before = [viewport.wanted for viewport in reader.desk.arrangement.on_screen]
    reader.window.commands["view.layout-2x3"].trigger()
    reader.settle()
    assert reader.desk.planes.crosshair == crosshair
    assert [viewport.wanted for viewport in reader.desk.arrangement.on_screen[:4]] == before
    assert (
        reader.desk.arrangement.on_screen[4].tile,
        reader.desk.arrangement.on_screen[4].view.index,
    ) == ("1", 7)


def test_a_view_that_comes_back_is_where_one_reads(reader: Reader) -> None:
    reader.key(KEY.Key_F3)
    reader.key(KEY.Key_F2)
    down(reader, 16)
    one, other = reader.desk.arrangement.viewports[:2]
    reader.key(KEY.Key_F3)
    assert corner(reader, 1)[0] == "Linked"
    assert (one.view.index, other.view.index) == (16, 8)
    reader.window.commands["view.maximise"].trigger()
    down(reader, 2)
    reader.window.commands["view.maximise"].trigger()
    assert (one.view.index, other.view.index) == (18, 9)


def test_planes_that_come_back_go_through_the_crosshair(reader: Reader) -> None:
    down(reader, 14)
    reader.key(KEY.Key_Y)
    reader.window.commands["view.maximise"].trigger()
    down(reader, 3)
    crosshair = reader.desk.planes.crosshair
    assert crosshair is not None
    reader.window.commands["view.maximise"].trigger()
    reader.settle()
    for viewport, axis in zip(reader.desk.arrangement.on_screen, (2, 0, 1, 2), strict=True):
        assert viewport.image is not None
        place = middle(viewport.image, viewport.view.index)
        assert place[axis] == pytest.approx(np.array(crosshair.point)[axis], abs=1.0)


def test_linking_brings_views_together_at_once(reader: Reader) -> None:
    reader.key(KEY.Key_F3)
    one, other = reader.desk.arrangement.on_screen
    reader.key(KEY.Key_K)
    down(reader, 12)
    assert apart(one, other) > 20
    reader.key(KEY.Key_K)
    assert (one.view.index, other.view.index) == (12, 6)
    reader.key(KEY.Key_K, SHIFT)
    reader.key(KEY.Key_K)
    other.go_to(9)
    reader.key(KEY.Key_K)
    reader.key(KEY.Key_K, SHIFT)  # what was locked lay elsewhere
    assert corner(reader, 1)[0] == "Linked"
    assert apart(one, other) <= 2.0


def test_the_same_series_twice_says_that_it_is_not_linked(reader: Reader) -> None:
    reader.key(KEY.Key_F3)
    reader.desk.arrangement.viewports[1].open("0")
    reader.settle()
    told = "Same series, not linked"
    assert corner(reader, 0)[0] == corner(reader, 1)[0] == told
    reader.key(KEY.Key_K, SHIFT)
    assert corner(reader, 1)[0] == "Locked side by side"
    reader.key(KEY.Key_K, SHIFT)
    reader.key(KEY.Key_K)
    assert corner(reader, 0)[0].startswith("Im")
