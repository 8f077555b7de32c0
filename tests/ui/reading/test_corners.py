"""What stands over an image in little room: whole numbers, letters that nothing covers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect

from labeler.app.open_case import SeriesTile
from labeler.model.frames import Window
from labeler.ui.reading.phrases import words
from labeler.ui.reading.viewport_widget import ViewportWidget
from tests.support.images import axial, image_of
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest, open_case
from tests.support.volumes_in_memory import FRAME
from tests.ui.reading.conftest import ReaderMaker

NUMBER = re.compile(r"−?\d[\d.]*")


def fused(open_reader: ReaderMaker, size: tuple[int, int]) -> Reader:
    """A CT under another series, in nine views; its windows are wide and its number is long."""
    image = image_of(chest(24, 64), matrix=axial((4.8, 4.8, 2.0)), windows=(Window(80000, 160000),))
    info = replace(image.info, frame_of_reference=FRAME, number=1234567, description="Chest 1.25")
    found = {uid: replace(image, info=replace(info, uid=uid)) for uid in "01"}
    tiles = tuple(SeriesTile(uid, n, "Chest", 24) for n, uid in enumerate("01"))
    reader = open_reader(replace(open_case(found["0"]), series=tiles, tile="0"), size)
    reader.port.other_series = found
    reader.window.commands["fusion.next"].trigger()
    reader.window.commands["view.layout-3x3"].trigger()
    reader.settle()
    return reader


def widget(reader: Reader) -> ViewportWidget:
    found = reader.place.wall.widget_of(reader.desk.arrangement.viewports[0])
    assert found is not None
    found.repaint()
    return found


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (1024, 640)])
def test_no_number_in_a_corner_is_cut(open_reader: ReaderMaker, size: tuple[int, int]) -> None:
    reader = fused(open_reader, size)
    view = widget(reader)
    scene, case = reader.desk.scene(reader.desk.arrangement.viewports[0]), reader.desk.case
    assert scene is not None
    assert case is not None
    told = view._painter._told.of(scene, case)
    texts = [
        words(line)
        for corner in (told.top_left, told.top_right, told.bottom_left, told.bottom_right)
        for line in corner
    ]
    known = {number for text in texts for number in NUMBER.findall(text)}
    shown = view._painter._words.lines
    assert {number for text in shown for number in NUMBER.findall(text)} <= known
    assert any(text.startswith("Zoom") for text in shown)


@pytest.mark.parametrize("size", [(1440, 900), (1024, 640)])
def test_the_letters_of_the_sides_stand_free(
    open_reader: ReaderMaker, size: tuple[int, int]
) -> None:
    view = widget(fused(open_reader, size))
    room = view.rect()
    letters = [
        QRect(x, room.center().y() - 6, 12, 12) for x in (12, room.right() - 12 - 6 - 12)
    ] + [QRect(room.center().x() - 6, y, 12, 12) for y in (12, room.bottom() - 12 - 12)]
    taken = view._painter._words.taken
    assert taken
    assert not [(one, other) for one in letters for other in taken if one.intersects(other)]
