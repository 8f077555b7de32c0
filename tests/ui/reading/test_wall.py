"""Several viewports side by side: each its own series and slice, one document, one active."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from labeler.app.open_case import SeriesTile
from labeler.ui.reading.arrangement import LARGEST
from labeler.ui.reading.viewport_widget import ViewportWidget
from tests.support.images import axial, image_of
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest, chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker

NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
TILES = ("0", "1")


@pytest.fixture
def reader(open_reader: ReaderMaker) -> Reader:
    """Two series, of which the second has half as many slices."""
    tiles = tuple(SeriesTile(uid, n, "Chest", 24 // (n + 1)) for n, uid in enumerate(TILES))
    reader = open_reader(replace(open_case(chest_image()), series=tiles, tile="0"))
    reader.port.other_series = {"1": image_of(chest(12), matrix=axial((1.2, 1.2, 4.0)))}
    return reader


def widget(reader: Reader, number: int) -> ViewportWidget:
    found = reader.place.wall.widget_of(reader.desk.arrangement.viewports[number])
    assert found is not None
    return found


def arranged(reader: Reader, rows: int, columns: int) -> None:
    reader.desk.arrangement.arrange(rows, columns)
    reader.settle()


def test_each_viewport_has_a_series_and_a_slice_of_its_own(reader: Reader) -> None:
    arranged(reader, 1, 2)
    reader.desk.arrangement.activate(reader.desk.arrangement.viewports[1])
    QTest.mouseClick(reader.place.strip.tiles[1], LEFT)
    reader.settle()
    widget(reader, 1).setFocus()
    reader.key(Qt.Key.Key_Down)
    assert [v.tile for v in reader.desk.arrangement.on_screen] == ["0", "1"]
    assert [v.view.index for v in reader.desk.arrangement.on_screen] == [0, 1]
    assert reader.port.seen("1") == {0, 1}
    assert reader.port.seen("0") == {0}


def test_the_viewport_with_the_keyboard_is_the_active_one(reader: Reader) -> None:
    arranged(reader, 1, 2)
    reader.desk.arrangement.viewports[1].open("1")
    reader.settle()
    widget(reader, 1).setFocus()
    reader.key(Qt.Key.Key_End)
    assert reader.desk.active is reader.desk.arrangement.viewports[1]
    assert [v.view.index for v in reader.desk.arrangement.on_screen] == [0, 11]
    assert [tile.isChecked() for tile in reader.place.strip.tiles] == [False, True]


def test_a_mark_is_drawn_in_the_viewport_it_was_made_in(reader: Reader) -> None:
    arranged(reader, 2, 2)
    reader.desk.arrangement.viewports[3].open("1", 4)
    reader.settle()
    reader.key(Qt.Key.Key_R)
    target = widget(reader, 3)
    middle = target.rect().center()
    QTest.mousePress(target, LEFT, NONE, middle)
    QTest.mouseMove(target, middle + QPoint(20, 20))
    QTest.mouseRelease(target, LEFT, NONE, middle + QPoint(40, 30))
    reader.settle()
    (mark,) = reader.document.marks
    image = reader.desk.arrangement.viewports[3].image
    assert image is not None
    assert mark.frame == image.refs[4]


def test_the_largest_arrangement_fits_and_empty_viewports_do_nothing(reader: Reader) -> None:
    arranged(reader, 3, 3)
    sizes = [widget(reader, number).size() for number in range(9)]
    assert max(s.width() for s in sizes) - min(s.width() for s in sizes) <= 1
    assert max(s.height() for s in sizes) - min(s.height() for s in sizes) <= 1
    empty = widget(reader, 8)
    QTest.mouseClick(empty, LEFT, NONE, empty.rect().center())
    empty.setFocus()
    reader.key(Qt.Key.Key_Down)
    assert reader.document.marks == ()


def test_a_viewport_that_goes_off_the_wall_says_so(reader: Reader) -> None:
    """What it showed may then make room in memory."""
    arranged(reader, 2, 2)
    reader.port.left.clear()
    arranged(reader, 1, 2)
    assert set(reader.desk.arrangement.viewports[2:4]) <= set(reader.port.left)
    assert set(reader.desk.arrangement.viewports[:2]).isdisjoint(reader.port.left)


def test_what_a_viewport_shows_survives_another_arrangement(reader: Reader) -> None:
    arranged(reader, 1, 2)
    reader.desk.arrangement.viewports[1].open("1", 7)
    reader.settle()
    arranged(reader, 1, 1)
    assert reader.desk.active is reader.desk.arrangement.viewports[0]
    arranged(reader, 2, 1)
    assert (
        reader.desk.arrangement.viewports[1].tile,
        reader.desk.arrangement.viewports[1].view.index,
    ) == ("1", 7)


def test_views_made_ahead_are_those_that_are_shown_later(reader: Reader) -> None:
    wall = reader.place.wall
    view = wall.active
    for _ in wall.make_ahead():
        pass
    made = set(wall._widgets.values())
    assert len(made) == LARGEST * LARGEST
    assert [one for one in made if one.isVisible()] == [view]
    reader.place.desk.arrangement.arrange(LARGEST, LARGEST)
    reader.settle()
    assert set(wall._widgets.values()) == made
    assert all(one.isVisible() for one in made)
