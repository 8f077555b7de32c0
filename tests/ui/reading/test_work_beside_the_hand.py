"""What is done to a mask on another thread: it is seen that it goes on, and Esc stops it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from labeler.model.edit_rules import touched_marks
from labeler.model.edits import Edit, Together
from labeler.model.history import edit_name
from labeler.model.steps import Do, Redo, Undo
from tests.support.reader import CTRL, SHIFT, Reader
from tests.support.reading_in_memory import chest_image, open_case

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


def test_every_press_counts_and_undo_waits_for_its_turn(working: Reader) -> None:
    for name in ("mask.grow", "mask.grow", "edit.undo"):
        working.window.commands[name].trigger()
    working.settle()
    assert working.desk.painting.is_working
    assert len(working.port.steps) == 1
    answer(working)
    assert not working.desk.painting.is_working
    *_, first, second, third, last = working.port.steps
    for step in (first, second, third):
        assert isinstance(step, Do)
        assert isinstance(step.edit, Together)
        assert step.edit.name == "grow:1200", "a voxel at least"
    assert last == Undo()


def test_redo_waits_for_its_turn_behind_undo(working: Reader) -> None:
    working.window.commands["edit.redo"].setEnabled(
        True
    )  # as where something was taken back before
    for name in ("edit.undo", "edit.redo"):
        working.window.commands[name].trigger()
    assert len(working.port.steps) == 1
    answer(working)
    assert working.port.steps[-2:] == [Undo(), Redo()]


def test_without_a_selected_mask_a_key_says_what_it_needs(reader: Reader) -> None:
    reader.key(KEY.Key_M, CTRL | SHIFT)
    told = [notice.happened for notice in reader.window.tidings.all()]
    assert told == ["Select a painted mark first."]


def test_escape_stops_what_waits_too(working: Reader) -> None:
    working.window.commands["mask.grow"].trigger()
    working.settle()
    working.key(KEY.Key_Escape)
    answer(working)
    assert len(working.port.steps) == 1


def test_a_key_is_about_what_was_selected_when_it_was_pressed(reader: Reader) -> None:
    reader.take("brush")
    reader.drag([(80, 90), (100, 90)])
    first = reader.desk.selected
    reader.desk.chosen.choose("")
    reader.drag([(80, 190), (100, 190)])
    second = reader.desk.selected
    assert first != second
    reader.port.late = []
    for _ in range(2):
        reader.window.commands["mask.grow"].trigger()
    reader.desk.select_mark(first)
    reader.desk.painting.change(lambda options: replace(options, step_mm=50.0))
    answer(reader)
    edits = [step.edit for step in reader.port.steps[-2:] if isinstance(step, Do)]
    assert [edit_mark_id(edit) for edit in edits] == [second, second]
    assert [edit_name(edit) for edit in edits] == ["grow:1200"] * 2
    assert reader.desk.selected == first, "who selected another mark keeps that"


def edit_mark_id(edit: Edit) -> str:
    (only,) = touched_marks(edit)
    return only


def test_of_another_case_nothing_is_done(working: Reader) -> None:
    working.window.commands["mask.grow"].trigger()
    late, working.port.late = working.port.late, None
    working.show(replace(open_case(chest_image()), id="another"))
    for one in late or []:
        one()
    working.settle()
    assert working.port.worked == ["Growing. Esc stops it"]
    assert not working.desk.painting.is_working


@pytest.mark.parametrize("next_case", [True, False])
def test_it_ends_with_its_case(working: Reader, next_case: bool) -> None:
    late, working.port.late = working.port.late, None
    if next_case:
        working.show(replace(open_case(chest_image()), id="case-8"))
    else:
        working.port.leave_behind()
        working.settle()
    assert not working.desk.painting.is_working
    assert working.view.cursor().shape() is not Qt.CursorShape.BusyCursor
    assert working.port.stopped == ["Growing. Esc stops it"]
    working.port.late = late
    answer(working)
    assert len(working.port.steps) == 1


def test_a_mark_that_was_locked_meanwhile_stays_as_it_was(working: Reader) -> None:
    told: list[str] = []
    working.desk.painting.say = told.append
    working.window.commands["mark.lock"].trigger()
    working.settle()
    (mark,) = working.document.marks
    assert mark.locked
    answer(working)
    assert working.document.marks == (mark,)
    assert told == ["That mark is locked: unlock it in the list of marks first."]
