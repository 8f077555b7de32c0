"""While a button draws, the slice under it stands; what takes its place ends the stroke first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from labeler.app.open_case import SeriesTile
from labeler.app.screens import Change
from labeler.model.frames import FrameRef
from labeler.model.shapes import Ellipse, Freehand
from labeler.viewing.paint_options import PaintOptions
from tests.support.images import axial, image_of
from tests.support.reader import LEFT, NONE, Reader
from tests.support.reading_in_memory import chest, open_case
from tests.support.scenes import stacked
from tests.support.volumes_in_memory import FRAME
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key


@pytest.fixture
def reader(open_reader: ReaderMaker) -> Reader:
    """Two series of one place, the second in a view beside the first; the first is active."""
    image = stacked(image_of(chest(24, 64), matrix=axial((4.8, 4.8, 2.0))))
    info = replace(image.info, frame_of_reference=FRAME)
    found = {uid: replace(image, info=replace(info, uid=uid)) for uid in "01"}
    tiles = tuple(SeriesTile(uid, n, "Chest", 24) for n, uid in enumerate("01"))
    reader = open_reader(replace(open_case(found["0"]), series=tiles, tile="0"))
    reader.port.other_series = found
    reader.key(KEY.Key_F3)
    reader.view.setFocus()
    reader.desk.active.go_to(10)
    reader.settle()
    assert reader.desk.arrangement.viewports[1].wanted == 10
    return reader


def frame(reader: Reader) -> FrameRef:
    scene = reader.desk.scene(reader.desk.arrangement.viewports[0])
    assert scene is not None
    return scene.frame


def hold(reader: Reader, *places: tuple[float, float]) -> None:
    """The button stays down at the last place."""
    QTest.mousePress(reader.view, LEFT, NONE, reader.at(*places[0]))
    for place in places[1:]:
        QTest.mouseMove(reader.view, reader.at(*place))


def let_go(reader: Reader, at: QPoint) -> None:
    QTest.mouseRelease(reader.view, LEFT, NONE, at)
    reader.settle()


def go_elsewhere(reader: Reader) -> None:
    """By wheel, keys, the view beside it, and the desk."""
    reader.wheel(-3)
    for key in (KEY.Key_PageDown, KEY.Key_Down, KEY.Key_End):
        QTest.keyClick(reader.view, key)
    reader.desk.arrangement.viewports[1].scroll(4)
    reader.desk.arrangement.go_to_slice("0", 20)
    reader.settle()


@pytest.mark.parametrize("ball", [False, True])
def test_a_held_stroke_holds_its_slice(reader: Reader, ball: bool) -> None:
    reader.key(KEY.Key_B)
    reader.desk.painting.change(lambda _options: PaintOptions(ball=ball))
    before = frame(reader)
    hold(reader, (10, 10), (20, 10))
    go_elsewhere(reader)
    assert frame(reader) == before
    assert reader.desk.arrangement.viewports[0].wanted == 10
    QTest.mouseMove(reader.view, reader.at(20, 30))
    let_go(reader, reader.at(20, 30))
    (mark,) = reader.document.marks
    assert mark.frame == before
    bits = reader.painted().voxels()
    assert bits[10, 10:21].all()
    assert bits[10:31, 20].all()
    reader.wheel(-1)
    assert frame(reader) != before


@pytest.mark.parametrize("tool", ["ellipse", "freehand"])
def test_what_is_drawn_with_a_drag_holds_its_slice(reader: Reader, tool: str) -> None:
    reader.take(tool)
    before = frame(reader)
    hold(reader, (10, 10), (40, 12), (40, 40))
    go_elsewhere(reader)
    assert frame(reader) == before
    let_go(reader, reader.at(12, 40))
    (mark,) = reader.document.marks
    assert mark.frame == before
    assert isinstance(mark.shape, Ellipse | Freehand)


@pytest.mark.parametrize("tool", ["brush", "ellipse"])
def test_a_notch_with_ctrl_under_a_pressed_finger_is_an_accident_too(
    reader: Reader, tool: str
) -> None:
    reader.take(tool)
    zoom = reader.desk.active.view.zoom
    hold(reader, (10, 10), (20, 12))
    reader.wheel(2, Qt.KeyboardModifier.ControlModifier)
    assert reader.desk.active.view.zoom == zoom
    let_go(reader, reader.at(40, 40))
    assert len(reader.port.steps) == 1
    if tool == "brush":
        assert reader.painted().voxels()[40, 40]
    reader.wheel(2, Qt.KeyboardModifier.ControlModifier)
    assert reader.desk.active.view.zoom > zoom


def test_a_drag_of_looking_holds_nothing(reader: Reader) -> None:
    reader.key(KEY.Key_W)
    before = frame(reader)
    hold(reader, (10, 10), (20, 10))
    reader.wheel(-1)
    assert frame(reader) != before
    let_go(reader, reader.at(20, 10))


def test_a_slice_that_is_on_its_way_does_not_come_under_a_stroke(reader: Reader) -> None:
    reader.key(KEY.Key_B)
    before = frame(reader)
    reader.port.late = late = []
    reader.wheel(-1)
    assert frame(reader) == before
    hold(reader, (10, 10), (20, 10))
    for answer in late:
        answer()
    reader.settle()
    assert frame(reader) == before
    let_go(reader, reader.at(20, 10))
    assert reader.document.marks[0].frame == before


@pytest.mark.parametrize("ball", [False, True])
def test_another_series_in_its_place_ends_the_stroke_first(reader: Reader, ball: bool) -> None:
    reader.key(KEY.Key_B)
    reader.desk.painting.change(lambda _options: PaintOptions(ball=ball))
    before, end = frame(reader), reader.at(20, 10)
    hold(reader, (10, 10), (20, 10))
    reader.desk.arrangement.viewports[0].open("1")
    reader.settle()
    (mark,) = reader.document.marks
    assert mark.frame == before
    let_go(reader, end)
    assert len(reader.document.marks) == 1
    assert len(reader.port.steps) == 1


def test_a_view_that_leaves_the_screen_ends_the_stroke_first(reader: Reader) -> None:
    reader.key(KEY.Key_B)
    hold(reader, (10, 10), (20, 10))
    reader.desk.arrangement.activate(reader.desk.arrangement.viewports[1])
    reader.desk.arrangement.maximise()
    reader.settle()
    assert len(reader.document.marks) == 1


@pytest.mark.parametrize("how", ["a tool's key", "put down"])
def test_a_stroke_outlives_the_other_views_that_leave_the_screen(reader: Reader, how: str) -> None:
    reader.key(KEY.Key_B)
    other = reader.place.wall.widget_of(reader.desk.arrangement.viewports[1])
    assert other is not None
    hold(reader, (10, 10), (20, 10))
    reader.window.commands["view.maximise"].trigger()
    reader.settle()
    assert not other.isVisible()
    if how == "put down":
        reader.session.change(Change.PUT_DOWN)
        reader.settle()
    else:
        reader.key(KEY.Key_O)
        let_go(reader, reader.at(20, 10))
    assert len(reader.document.marks) == 1


def test_a_case_that_is_put_down_ends_the_stroke_first(reader: Reader) -> None:
    reader.key(KEY.Key_B)
    hold(reader, (10, 10), (20, 10))
    reader.session.change(Change.PUT_DOWN)
    reader.settle()
    (mark,) = reader.document.marks
    content = reader.port.painted.content(mark.shape)  # type: ignore[arg-type]
    assert content is not None
    assert np.count_nonzero(content.crop((0, 0, 0), content.size)) > 10


MOVES = {
    "maximise": (KEY.Key_F11, NONE),
    "turn over": (KEY.Key_F, Qt.KeyboardModifier.ShiftModifier),
    "one view": (KEY.Key_F2, NONE),
    "four views": (KEY.Key_F4, NONE),
    "reset": (KEY.Key_R, Qt.KeyboardModifier.ControlModifier),
}


@pytest.mark.parametrize("tool", [KEY.Key_B, KEY.Key_O])
@pytest.mark.parametrize("how", MOVES)
def test_an_image_that_moves_under_the_hand_ends_the_stroke_where_it_is(
    reader: Reader, how: str, tool: Qt.Key
) -> None:
    places = (10.0, 12.0), (30.0, 32.0)
    reader.key(tool)
    hold(reader, *places)
    let_go(reader, reader.at(*places[-1]))
    expected = drawn(reader)
    reader.key(KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hold(reader, *places)
    QTest.keyClick(reader.view, *MOVES[how])
    reader.settle()
    QTest.mouseMove(reader.view, reader.at(50, 10))
    let_go(reader, reader.at(50, 10))
    assert drawn(reader) == expected


def drawn(reader: Reader) -> object:
    """What the only mark is or holds."""
    (mark,) = reader.document.marks
    if isinstance(mark.shape, Ellipse):
        return mark.shape
    mask = reader.painted()
    return mask.left, mask.top, mask.crop.tobytes()
