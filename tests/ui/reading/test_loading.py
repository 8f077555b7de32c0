"""What is on its way says so, and what never comes does not keep a view waiting."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from labeler.app.open_case import SeriesTile
from labeler.ui.reading.fusion_painter import fusion_words
from labeler.ui.reading.late_sign import LOADING_MS
from labeler.viewing.cuts import turned
from tests.support.images import axial, image_of
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest, open_case
from tests.support.volumes_in_memory import FRAME, volume_of
from tests.ui.reading.conftest import ReaderMaker

KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def reader(open_reader: ReaderMaker) -> Reader:
    image = image_of(chest(24, 64), matrix=axial((4.8, 4.8, 2.0)))
    info = replace(image.info, frame_of_reference=FRAME)
    found = {uid: replace(image, info=replace(info, uid=uid)) for uid in "01"}
    tiles = tuple(SeriesTile(uid, n, "Chest", 24) for n, uid in enumerate("01"))
    reader = open_reader(replace(open_case(found["0"]), series=tiles, tile="0"))
    reader.port.other_series = found
    return reader


def brightest(reader: Reader, number: int) -> int:
    """Amid a view."""
    view = reader.place.wall.widget_of(reader.desk.arrangement.viewports[number])
    assert view is not None
    image, middle = view.grab().toImage(), view.rect().center()
    places = [(x, y) for x in range(-40, 40) for y in range(-8, 8)]
    return max(image.pixelColor(middle.x() + x, middle.y() + y).lightness() for x, y in places)


def test_a_view_without_a_picture_says_after_a_while_that_it_loads(
    reader: Reader, qtbot: QtBot
) -> None:
    reader.port.late = late = []
    reader.key(KEY.Key_F3)
    other = reader.desk.arrangement.viewports[1]
    assert other.coming.is_awaited
    assert brightest(reader, 1) == 0  # a wait that nobody sees is not told
    qtbot.waitUntil(lambda: other.is_late, timeout=20 * LOADING_MS)
    assert brightest(reader, 1) > 100
    late.pop(0)()  # the series is here, its slice is not
    assert not other.coming.is_awaited
    assert other.image is not None
    qtbot.waitUntil(lambda: other.is_late, timeout=20 * LOADING_MS)
    assert brightest(reader, 1) > 100
    late.pop(0)()
    assert other.pixels is not None
    assert not other.is_late


def test_a_series_that_never_comes_leaves_the_view_as_it_was(reader: Reader, qtbot: QtBot) -> None:
    reader.port.unreadable = {"1"}
    reader.port.late = late = []
    reader.desk.active.open("1")
    qtbot.waitUntil(lambda: reader.desk.active.is_late, timeout=20 * LOADING_MS)
    reader.view.repaint()
    assert "Loading …" in reader.view._painter._words.lines
    late.pop(0)()
    assert not reader.desk.active.coming.is_awaited
    assert not reader.desk.active.is_late
    assert reader.desk.active.tile == "0"


def test_a_series_laid_over_says_how_much_of_it_is_here(reader: Reader) -> None:
    volume = volume_of(reader.port.other_series["1"])
    volume.here[6:] = False
    reader.port.volumes["1"] = volume
    fused = reader.desk.active.fused
    reader.key(KEY.Key_U)
    assert fused.tile == "1"
    assert fusion_words(fused)[1].text == "Loading 6 / 24 …"
    volume.here[:] = True
    for listener in reader.port.volume_listeners:
        listener()
    assert not any("Loading" in line.text for line in fusion_words(fused))


def test_one_that_lost_its_room_says_so(reader: Reader) -> None:
    reader.key(KEY.Key_U)
    fused = reader.desk.active.fused
    reader.port.volumes["1"] = None
    reader.key(KEY.Key_Down)
    assert fusion_words(fused)[1].text == "Not shown: no room in memory"
    del reader.port.volumes["1"]
    reader.key(KEY.Key_Down)
    assert not any("room" in line.text for line in fusion_words(fused))


def test_a_cut_that_cannot_be_made_is_told_in_the_view(reader: Reader) -> None:
    """It neither stands there as if it were the old one, nor waits for ever."""
    reader.key(KEY.Key_C, SHIFT)
    viewport, planes = reader.desk.active, reader.desk.planes
    before = planes.crosshair
    assert before is not None
    reader.port.late = late = []
    normal = before.cut("axial").normal
    cuts = tuple((name, turned(cut, normal, 0.4)) for name, cut in before.cuts)
    planes.place(replace(before, cuts=cuts), reader.desk.arrangement.viewports[1])
    assert viewport.awaits_cut
    reader.port.volumes["0"] = None
    while late:
        late.pop(0)()
    assert viewport.error is not None
    assert viewport.error.code == "cut-unheld"
    assert not viewport.awaits_cut
    assert not viewport.is_late
    assert np.isfinite(viewport.view.zoom)
