"""What is done to a mask on another thread: it is seen that it goes on, and Esc stops it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.support.reader import CTRL, Reader

KEY = Qt.Key


@pytest.fixture
def working(reader: Reader) -> Reader:
    """A mask is being grown."""
    reader.take("brush")
    reader.drag([(80, 90), (100, 90)])
    reader.port.late = []
    reader.window.commands["mask.grow"].trigger()
    reader.settle()
    return reader


def answer(reader: Reader) -> None:
    late, reader.port.late = reader.port.late, None
    for one in late or []:
        one()
    reader.settle()


def test_it_is_seen_to_go_on(working: Reader) -> None:
    assert working.desk.painting.is_working
    assert working.view.cursor().shape() is Qt.CursorShape.BusyCursor
    assert working.port.worked == ["Growing. Esc stops it"]
    answer(working)
    assert not working.desk.painting.is_working
    assert working.view.cursor().shape() is Qt.CursorShape.CrossCursor
    assert len(working.port.steps) == 2


@pytest.mark.parametrize("in_view", [True, False])
def test_escape_stops_it_and_selects_nothing_else(working: Reader, in_view: bool) -> None:
    chosen = working.desk.selected
    if not in_view:
        working.place.panel.marks.list.setFocus()
    working.key(KEY.Key_Escape)
    assert not working.desk.painting.is_working
    assert working.view.cursor().shape() is not Qt.CursorShape.BusyCursor
    answer(working)
    assert len(working.port.steps) == 1
    assert working.desk.selected == chosen != ""


def test_a_second_one_takes_the_place_of_the_first(working: Reader) -> None:
    working.window.commands["mask.shrink"].trigger()
    working.settle()
    assert working.desk.painting.is_working
    answer(working)
    assert not working.desk.painting.is_working
    working.key(KEY.Key_Z, CTRL)
    assert working.desk.selected or not working.document.marks
