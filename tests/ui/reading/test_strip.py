"""The strip: tiles exist only where they are seen; studies in groups; series dragged onto views."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.app.open_case import OpenCase, SeriesTile
from labeler.errors import LabelerError
from labeler.ui.components.text import Elided
from labeler.ui.reading.strip import SeriesStrip
from labeler.viewing.series_facts import SeriesFacts
from tests.support.reader import Reader
from tests.support.reading_in_memory import SLICES, chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker

KEY, LEFT, NONE = Qt.Key, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
COPY = Qt.DropAction.CopyAction


def tile(uid: str, study: str = "", day: int | None = None, patient: str = "") -> SeriesTile:
    facts = SeriesFacts(uid, study=study, study_day=day, patient=patient)
    return SeriesTile(uid, int(uid), f"Series {uid}", 24, facts=facts)


def case_of(*tiles: SeriesTile) -> OpenCase:
    return replace(open_case(chest_image()), id="many", series=tiles, tile=tiles[0].uid)


def many(count: int) -> OpenCase:
    return case_of(*(tile(str(n)) for n in range(count)))


def headings(strip: SeriesStrip) -> list[str]:
    """All of them, by scrolling to each; the one that stands right above the tile."""
    found = {}
    for uid in strip.uids:
        strip.reveal(uid)
        alive = [one for one in strip.findChildren(Elided) if one.isVisible()]
        found.update({one.y(): one.text() for one in alive})
    return [found[y] for y in sorted(found)]


class TestManySeries:
    def test_only_tiles_that_are_seen_exist_and_ask(self, open_reader: ReaderMaker) -> None:
        reader = open_reader(many(10_000))
        strip = reader.place.strip
        assert len(strip.uids) == 10_000
        assert len(strip.tiles) < 20
        assert len(reader.port.thumbnails) < 40

    def test_the_last_is_reached_by_scrolling(self, open_reader: ReaderMaker) -> None:
        reader = open_reader(many(10_000))
        strip = reader.place.strip
        bar = strip._scroll.verticalScrollBar()
        bar.setValue(bar.maximum())
        reader.settle()
        assert strip.tiles[-1].tile.uid == "9999"
        QTest.mouseClick(strip.tiles[-1], LEFT)
        reader.settle()
        assert reader.desk.active.tile == "9999"
        assert strip.tiles[-1].isChecked()

    def test_a_click_leaves_the_keyboard_with_the_image_and_tab_brings_it_here(
        self, open_reader: ReaderMaker
    ) -> None:
        reader = open_reader(many(4))
        first, second, *_ = reader.place.strip.tiles
        first.setFocus(Qt.FocusReason.TabFocusReason)
        assert first.hasFocus()
        reader.key(KEY.Key_Down)
        assert second.hasFocus()
        QTest.mouseClick(second, LEFT)
        assert reader.view.hasFocus()
        before = reader.desk.active.view.index
        reader.key(KEY.Key_Down)
        assert reader.desk.active.view.index == before + 1

    def test_what_is_asked_for_and_goes_out_of_sight_is_taken_back(
        self, open_reader: ReaderMaker
    ) -> None:
        reader = open_reader()
        reader.port.holds_thumbnails = True
        reader.show(many(500))
        first = [one.tile.uid for one in reader.place.strip.tiles]
        reader.port.taken_back.clear()
        reader.place.strip.reveal("400")
        assert sorted(reader.port.taken_back, key=int) == first

    def test_pictures_seen_before_are_not_asked_for_again(self, open_reader: ReaderMaker) -> None:
        reader = open_reader(many(60))
        reader.place.strip.reveal("59")
        again = reader.place.strip.reveal("0")
        assert again.picture is not None
        assert reader.port.thumbnails.count("0") == 1

    def test_tiles_do_not_overlap_at_either_width(self, open_reader: ReaderMaker) -> None:
        for size in ((1440, 900), (1280, 800)):
            reader = open_reader(many(20), size)
            boxes = [one.geometry() for one in reader.place.strip.tiles]
            assert len(boxes) > 3
            assert all(a.bottom() < b.top() for a, b in pairwise(boxes))
            assert all(box.right() < reader.place.strip.width() for box in boxes)


class TestStudies:
    def test_priors_follow_in_groups_by_days_and_strangers_at_the_end(
        self, open_reader: ReaderMaker
    ) -> None:
        case = case_of(
            tile("0", "old", 100, "p"),
            tile("1", "new", 282, "p"),
            tile("2", "near", 281, "p"),
            tile("3", "other", 282, "q"),
            tile("4", "undated", None, "p"),
            tile("5", "nobody's", 280, ""),
        )
        reader = open_reader(case, (1440, 1200))
        strip = reader.place.strip
        assert strip.uids == ("1", "2", "0", "4", "5", "3")
        assert headings(strip) == [
            "Series",
            "Prior · 1 day",
            "Prior · 182 days",
            "Prior",
            "Person unknown",
            "Another person",
        ]

    def test_series_on_the_screen_are_marked(self, open_reader: ReaderMaker) -> None:
        reader = open_reader(many(4), (1440, 900))
        reader.key(KEY.Key_F3)
        reader.settle()
        tiles = reader.place.strip.tiles[:3]
        assert [one.isChecked() for one in tiles] == [True, False, False]
        assert [one.is_shown for one in tiles] == [True, True, False]


class TestDragging:
    @pytest.fixture
    def reader(self, open_reader: ReaderMaker) -> Reader:
        reader = open_reader(many(4))
        reader.key(KEY.Key_F3)
        reader.settle()
        return reader

    def test_a_tile_let_go_over_a_viewport_is_shown_there(self, reader: Reader) -> None:
        wall, carried = reader.place.wall, reader.place.strip.tiles[3].carried()
        target = wall.widget_of(reader.desk.arrangement.viewports[1])
        assert target is not None
        at = target.geometry().center()
        enter = QDragEnterEvent(at, COPY, carried, LEFT, NONE)
        QApplication.sendEvent(wall, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(wall, QDragMoveEvent(at, COPY, carried, LEFT, NONE))
        assert wall._zone.isVisible()
        assert wall._zone.geometry() == target.geometry()
        QApplication.sendEvent(wall, QDropEvent(QPointF(at), COPY, carried, LEFT, NONE))
        reader.settle()
        assert not wall._zone.isVisible()
        assert [v.tile for v in reader.desk.arrangement.on_screen] == ["0", "3"]
        assert reader.desk.active is reader.desk.arrangement.viewports[1]

    def test_what_is_dragged_names_nobody(self, reader: Reader) -> None:
        carried = reader.place.strip.tiles[0].carried()
        assert carried.formats() == ["application/x-labeler-tile"]

    def test_a_file_over_the_images_is_left_to_the_window(self, reader: Reader) -> None:
        carried = reader.place.strip.tiles[0].carried()
        carried.clear()
        carried.setText("a file")
        enter = QDragEnterEvent(QPoint(5, 5), COPY, carried, LEFT, NONE)
        QApplication.sendEvent(reader.place.wall, enter)
        assert not enter.isAccepted()


def test_a_series_whose_middle_image_fails_says_so(open_reader: ReaderMaker) -> None:
    reader = open_reader(case_of(tile("1")))
    reader.port.broken = {
        SLICES // 2: LabelerError("undecodable", "Image 13 broke.", safe="All.", do="Nothing.")
    }
    reader.port.show(replace(case_of(tile("2")), id="other"))
    reader.settle()
    (shown,) = reader.place.strip.tiles
    assert "Image 13 broke." in shown.toolTip()
    picture = shown.grab().toImage()
    places = ((x, y) for x in range(2, picture.width() - 2) for y in range(2, 38))
    colors = (picture.pixelColor(*place) for place in places)
    assert sum(color.red() > color.blue() + 60 for color in colors) > 15
