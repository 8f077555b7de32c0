"""Painting when events come as they should not: out of order, off the image, in the midst of
other things. Real events all."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.model.shapes import PaintedMask
from labeler.viewing.paint_options import PaintOptions
from tests.support.reader import LEFT, NONE, RIGHT, Reader

NO = Qt.MouseButton.NoButton
PRESS, MOVE, RELEASE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
)
KEY = Qt.Key


def send(
    reader: Reader,
    kind: QEvent.Type,
    column: float,
    row: float,
    button: Qt.MouseButton = LEFT,
) -> None:
    """One event at a voxel place, whatever came before."""
    place = QPointF(reader.at(column, row))
    which = NO if kind is MOVE else button
    down = NO if kind is RELEASE else button
    on_screen = QPointF(reader.view.mapToGlobal(place))
    QApplication.sendEvent(reader.view, QMouseEvent(kind, place, on_screen, which, down, NONE))


def count(reader: Reader) -> int:
    """Voxels of the only mark."""
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, PaintedMask)
    content = reader.port.painted.content(mark.shape)
    assert content is not None
    return content.count


def assert_one_edit(reader: Reader) -> None:
    reader.desk.returning.undo()
    assert reader.document.marks == ()


@pytest.fixture
def painter(reader: Reader) -> Reader:
    reader.key(KEY.Key_B)
    return reader


def test_a_release_and_moves_without_a_press_are_nothing(painter: Reader) -> None:
    send(painter, RELEASE, 10, 10)
    send(painter, MOVE, 20, 10)
    send(painter, RELEASE, 20, 10)
    painter.settle()
    assert painter.document.marks == ()
    assert not painter.desk.tool.busy


def test_two_presses_are_one_stroke(painter: Reader) -> None:
    send(painter, PRESS, 10, 10)
    send(painter, MOVE, 14, 10)
    send(painter, PRESS, 16, 10)
    send(painter, MOVE, 20, 10)
    send(painter, RELEASE, 20, 10)
    send(painter, RELEASE, 20, 10)
    painter.settle()
    region = painter.painted()
    assert all(region.holds(column, 10) for column in range(10, 21))
    assert_one_edit(painter)


def test_another_button_neither_ends_nor_spoils_a_stroke(painter: Reader) -> None:
    send(painter, PRESS, 10, 10)
    send(painter, PRESS, 12, 10, RIGHT)
    send(painter, RELEASE, 14, 10, RIGHT)
    send(painter, MOVE, 20, 10)
    assert painter.desk.tool.busy
    send(painter, RELEASE, 20, 10)
    painter.settle()
    assert painter.painted().holds(20, 10)
    assert_one_edit(painter)


@pytest.mark.parametrize("ball", [False, True])
def test_a_stroke_off_the_image_paints_what_is_on_it(painter: Reader, ball: bool) -> None:
    painter.desk.painting.change(lambda _options: PaintOptions(ball=ball))
    rows, columns = painter.desk.scene(painter.desk.active).size  # type: ignore[union-attr]
    send(painter, PRESS, -3000, -3000)
    send(painter, MOVE, -2000, 5000)
    send(painter, RELEASE, -2000, 5000)
    painter.settle()
    assert painter.document.marks == ()
    send(painter, PRESS, -40, rows / 2)
    send(painter, MOVE, columns + 40, rows / 2)
    send(painter, RELEASE, columns + 4000, rows / 2)
    painter.settle()
    bits = painter.painted().voxels()
    assert bits[rows // 2].all()
    assert not bits[0].any()


def test_undo_and_redo_wait_for_the_button(painter: Reader) -> None:
    painter.drag([(10, 10), (20, 10)])
    painter.drag([(10, 20), (20, 20)])
    QTest.keyClick(painter.view, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    painter.settle()
    before = count(painter)
    send(painter, PRESS, 10, 30)
    send(painter, MOVE, 20, 30)
    for key in (KEY.Key_Z, KEY.Key_Y):
        QTest.keyClick(painter.view, key, Qt.KeyboardModifier.ControlModifier)
        painter.settle()
        assert count(painter) == before
    send(painter, RELEASE, 20, 30)
    painter.settle()
    assert count(painter) > before
    QTest.keyClick(painter.view, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    painter.settle()
    assert count(painter) == before


def test_taking_back_while_the_button_is_held_loses_neither(painter: Reader) -> None:
    painter.drag([(10, 10), (20, 10)])
    before = count(painter)
    painter.drag([(10, 20), (20, 20)])
    send(painter, PRESS, 10, 30)
    send(painter, MOVE, 20, 30)
    painter.port.undo()
    painter.settle()
    send(painter, RELEASE, 20, 30)
    painter.settle()
    bits = painter.painted().voxels()
    assert bits[10, 10:21].all()
    assert bits[30, 10:21].all()
    assert not bits[20, 12:19].any()
    painter.desk.returning.undo()
    assert count(painter) == before
    assert np.array_equal(painter.painted().voxels()[30], np.zeros_like(bits[30]))
