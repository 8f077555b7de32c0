"""A locked mark takes no change from real hands, and each refusal is said in one line."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from labeler.model.edits import ReplaceMark
from labeler.model.steps import Do
from labeler.viewing.locks import HIDDEN_TOO
from tests.support.reader import CTRL, SHIFT, Reader

KEY = Qt.Key
LOCKED = "That mark is locked: unlock it in the list of marks first."


def told(reader: Reader) -> str:
    """The last line that was said."""
    lines = [notice.happened for notice in reader.window.tidings.all()]
    return lines[-1] if lines else ""


@pytest.fixture
def locked(reader: Reader) -> Reader:
    """One box, locked and selected, Select in hand."""
    reader.key(KEY.Key_R)
    reader.drag([(80, 90), (120, 110)])
    reader.take("select")
    reader.click(100, 90)
    reader.key(KEY.Key_A, CTRL | SHIFT)
    assert reader.document.marks[0].locked
    return reader


@pytest.mark.parametrize(
    "key", [KEY.Key_Delete, KEY.Key_Backspace, KEY.Key_2, KEY.Key_Right, KEY.Key_Down]
)
def test_keys_change_nothing_and_it_is_said(locked: Reader, key: KEY) -> None:
    before, steps = locked.document, len(locked.port.steps)
    locked.key(key)
    assert locked.document == before
    assert len(locked.port.steps) == steps
    assert told(locked) == LOCKED
    assert locked.desk.selected == before.marks[0].id


def test_a_drag_moves_nothing_and_it_is_said_while_a_click_is_quiet(locked: Reader) -> None:
    before = locked.document
    locked.click(100, 90)
    assert told(locked) != LOCKED
    locked.drag([(100, 90), (105, 95), (110, 100)])
    assert locked.document == before
    assert told(locked) == LOCKED


def test_of_all_marks_the_locked_one_stays_and_that_is_said(locked: Reader) -> None:
    locked.key(KEY.Key_R)
    locked.drag([(20, 20), (40, 40)])
    kept = locked.document.marks[0]
    locked.take("select")
    locked.key(KEY.Key_A, CTRL)
    assert len(locked.desk.chosen.names) == 2
    locked.key(KEY.Key_Delete)
    assert locked.document.marks == (kept,)
    assert told(locked) == "One of these marks is locked and stays as it is."
    locked.key(KEY.Key_A, CTRL | SHIFT)
    locked.key(KEY.Key_Delete)
    assert locked.document.marks == ()


def test_what_is_said_of_it_is_refused_and_shown_as_it_is(locked: Reader) -> None:
    before = locked.document
    sure = locked.place.panel.marks.details.sure
    sure.setFocus()
    QTest.keyClicks(sure, "80")
    QTest.keyClick(sure, KEY.Key_Return)
    locked.settle()
    assert locked.document == before
    assert told(locked) == LOCKED
    assert sure.text() == ""


def test_it_may_be_hidden_and_unlocked(locked: Reader) -> None:
    locked.key(KEY.Key_V, CTRL | SHIFT)
    assert locked.document.marks[0].hidden
    locked.key(KEY.Key_A, CTRL | SHIFT)
    assert not locked.document.marks[0].locked
    last = locked.port.steps[-1]
    assert isinstance(last, Do)
    assert isinstance(last.edit, ReplaceMark)


def test_paint_on_a_locked_mask_begins_a_new_one_and_that_stays_said(reader: Reader) -> None:
    """An edit ends what was said before it, not what is said of it."""
    reader.take("brush")
    reader.drag([(100, 100), (110, 100)])
    reader.key(KEY.Key_A, CTRL | SHIFT)
    (first,) = reader.document.marks
    reader.drag([(105, 100), (120, 100)])
    assert told(reader) == "That mark is locked: a new one was begun."
    assert reader.document.marks[0].id == first.id
    assert reader.desk.selected == reader.document.marks[1].id


def test_paint_on_a_hidden_mask_is_told_for_as_long_as_it_goes_on(reader: Reader) -> None:
    reader.take("brush")
    reader.drag([(100, 100), (110, 100)])
    reader.key(KEY.Key_V, CTRL | SHIFT)
    assert reader.document.marks[0].hidden
    for right in (120, 130):
        reader.drag([(105, 100), (right, 100)])
        assert told(reader) == HIDDEN_TOO.text
    assert len(reader.document.marks) == 1
    reader.key(KEY.Key_V, CTRL | SHIFT)
    reader.drag([(105, 110), (130, 110)])
    assert [one.happened for one in reader.window.tidings.all()] == []
