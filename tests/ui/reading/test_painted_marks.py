"""What is painted is not moved by hand: arrows turn the slices, a drag is answered in one line."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from labeler.app.long_steps import Taken
from labeler.model.document import Document
from labeler.model.history import point_of
from labeler.model.measures import MASKS
from labeler.model.shapes import Box
from tests.support.reader import CTRL, SHIFT, Reader

KEY = Qt.Key
PAINTED = "Painted marks are not moved by hand: copy and paste them, or paint."
ONE_STAYS = "One of these marks is painted and stays where it is."


@pytest.fixture
def painted(reader: Reader) -> Reader:
    """One painted mark, selected, Select in hand."""
    reader.key(KEY.Key_B)
    reader.drag([(80, 90), (100, 90), (120, 90)])
    reader.take("select")
    reader.click(100, 90)
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, MASKS)
    assert reader.desk.selected == mark.id
    return reader


def lines_of(reader: Reader) -> list[str]:
    """What is said from now on."""
    lines: list[str] = []
    reader.desk.painting.say = reader.desk.painting.say_of_edit = lines.append
    return lines


def status(reader: Reader) -> str:
    QTest.mouseMove(reader.view, reader.at(30, 30))
    reader.settle()
    return reader.window.status.probe.text()


def lows(document: Document) -> list[tuple[int, int]]:
    return [mark.shape.low for mark in document.marks if isinstance(mark.shape, Box)]


def test_arrows_turn_the_slices_and_the_status_line_promises_nothing(painted: Reader) -> None:
    before, lines = painted.document, lines_of(painted)
    assert "Arrows" not in status(painted)
    painted.key(KEY.Key_Down)
    assert painted.desk.active.view.index == 1
    painted.key(KEY.Key_Up)
    assert painted.desk.active.view.index == 0
    assert (painted.document, lines) == (before, [])


def test_a_locked_mark_is_not_said_to_follow_the_arrows(reader: Reader) -> None:
    reader.key(KEY.Key_R)
    reader.drag([(80, 90), (120, 110)])
    reader.take("select")
    reader.click(100, 90)
    assert "Arrows" in status(reader)
    reader.key(KEY.Key_A, CTRL | SHIFT)
    assert reader.document.marks[0].locked
    reader.view.setFocus()
    QTest.mouseMove(reader.view, reader.at(31, 30))
    assert "Arrows" not in status(reader)


def test_a_drag_moves_nothing_and_it_is_said_while_a_click_is_quiet(painted: Reader) -> None:
    before, lines = painted.document, lines_of(painted)
    painted.click(100, 90)
    assert lines == []
    painted.drag([(100, 90), (105, 95), (110, 100)])
    assert painted.document == before
    assert lines == [PAINTED]


def with_a_box(reader: Reader) -> list[str]:
    """A box beside it, both selected."""
    reader.key(KEY.Key_R)
    reader.drag([(20, 20), (40, 40)])
    reader.take("select")
    reader.key(KEY.Key_A, CTRL)
    assert len(reader.desk.chosen.names) == 2
    return lines_of(reader)


def test_what_stays_is_said_behind_each_edit_that_moves_the_others(painted: Reader) -> None:
    """An edit takes what was said before it off the screen."""
    with_a_box(painted)
    ((x, y),) = lows(painted.document)
    said: list[tuple[str, tuple[int, int]]] = []
    painted.desk.painting.say_of_edit = lambda line: said.append((line, *lows(painted.document)))
    painted.desk.nudges.clock = lambda: 0.0
    for _ in range(3):
        painted.key(KEY.Key_Right)
    assert said == [(ONE_STAYS, (x + 1_000 * count, y)) for count in (1, 2, 3)]


def test_arrows_move_what_is_drawn_and_say_what_stays(painted: Reader) -> None:
    lines, start = with_a_box(painted), lows(painted.document)
    painted.desk.nudges.clock = lambda: 0.0
    assert "Arrows" in status(painted)
    painted.key(KEY.Key_Right)
    painted.key(KEY.Key_Right)
    assert lows(painted.document) == [(x + 2_000, y) for x, y in start]
    assert lines == [ONE_STAYS] * 2


def test_a_drag_of_both_moves_what_is_drawn_and_says_what_stays(painted: Reader) -> None:
    lines, start = with_a_box(painted), lows(painted.document)
    kept = painted.document.marks[0]
    painted.drag([(100, 90), (105, 95), (110, 100)])
    assert lows(painted.document) != start
    assert painted.document.marks[0] == kept
    assert lines == [ONE_STAYS]


@pytest.mark.parametrize("verb", ["join", "subtract", "intersect"])
def test_undo_of_what_is_done_with_several_selects_them_again(reader: Reader, verb: str) -> None:
    for row in (90, 91):
        reader.key(KEY.Key_2 if row == 91 else KEY.Key_1)
        reader.key(KEY.Key_B)
        reader.drag([(80, row), (120, row)])
    first, second = (mark.id for mark in reader.document.marks)
    reader.desk.select_mark(first, frozenset({second}))
    before, chosen = reader.document, reader.desk.chosen.names
    for _ in range(2):
        reader.window.commands[f"mask.{verb}"].trigger()
        reader.settle()
        assert reader.document != before
        reader.key(KEY.Key_Z, CTRL)
        assert reader.document == before
        assert (reader.desk.selected, reader.desk.chosen.names) == (first, chosen)


def test_undo_of_a_deletion_selects_what_is_there_again(reader: Reader) -> None:
    reader.key(KEY.Key_R)
    reader.drag([(80, 90), (100, 110)])
    reader.drag([(80, 130), (100, 150)])
    reader.key(KEY.Key_A, CTRL)
    chosen = reader.desk.chosen.names
    assert len(chosen) == 2
    reader.key(KEY.Key_Delete)
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.chosen.names == chosen


def two_chosen_and_taken_back(reader: Reader) -> None:
    """Both are deleted, and there and selected again."""
    reader.key(KEY.Key_R)
    reader.drag([(80, 90), (100, 110)])
    reader.drag([(80, 130), (100, 150)])
    first, second = (mark.id for mark in reader.document.marks[-2:])
    reader.desk.select_mark(first, frozenset({second}))
    reader.key(KEY.Key_Delete)
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.chosen.names == {first, second}


def test_who_selected_another_mark_meanwhile_keeps_that(reader: Reader) -> None:
    reader.key(KEY.Key_R)
    reader.drag([(140, 90), (160, 110)])
    (other,) = (mark.id for mark in reader.document.marks)
    two_chosen_and_taken_back(reader)
    reader.key(KEY.Key_R)
    reader.drag([(140, 130), (160, 150)])
    reader.desk.select_mark(other)
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.chosen.names == {other}
    reader.key(KEY.Key_Delete)
    assert other not in {mark.id for mark in reader.document.marks}
    assert len(reader.document.marks) == 2


def test_who_deselected_all_of_them_has_none_back(reader: Reader) -> None:
    two_chosen_and_taken_back(reader)
    reader.desk.select_mark("")
    reader.key(KEY.Key_R)
    reader.drag([(140, 130), (160, 150)])
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.chosen.names == set()


def test_an_edit_after_a_jump_back_brings_no_selection_of_before(reader: Reader) -> None:
    for row in (90, 91):
        reader.key(KEY.Key_2 if row == 91 else KEY.Key_1)
        reader.key(KEY.Key_B)
        reader.drag([(80, row), (120, row)])
    first, second = (mark.id for mark in reader.document.marks)
    reader.desk.select_mark(first, frozenset({second}))
    before = point_of(reader.port.history())
    reader.window.commands["mask.join"].trigger()
    reader.settle()
    assert reader.desk.chosen.names == {first}
    reader.desk.returning.jump(before, lambda: None)
    reader.desk.answers.give("side", "left")
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.chosen.names == {first}


def test_what_stays_of_a_nudge_stands_in_the_window(painted: Reader) -> None:
    """Also once the edit was heard of, which takes off what was said before it."""
    painted.key(KEY.Key_R)
    painted.drag([(60, 120), (90, 150)])
    painted.take("select")
    painted.key(KEY.Key_A, CTRL)
    start = lows(painted.document)
    painted.desk.nudges.clock = lambda: 0.0
    for _ in range(2):
        painted.key(KEY.Key_Right)
        painted.settle()
        assert [one.happened for one in painted.window.tidings.all()] == [ONE_STAYS]
    assert lows(painted.document) != start
    painted.key(KEY.Key_Z, CTRL)
    assert painted.window.tidings.all() == ()


def test_what_is_selected_again_is_told_of_also_after_a_long_undo(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.key(KEY.Key_R)
    reader.drag([(80, 90), (100, 110)])
    reader.drag([(80, 130), (100, 150)])
    reader.key(KEY.Key_A, CTRL)
    details, undo = reader.place.panel.marks.details, reader.port.undo

    def heard_of_later(taken: Taken) -> None:
        edit = reader.port.history().undo_edit
        assert edit is not None
        undo()
        reader.settle()  # the document is shown before it is said what was taken back
        assert not details.isVisible()
        taken(edit)

    monkeypatch.setattr(reader.port, "undo", heard_of_later)
    reader.key(KEY.Key_C, CTRL)
    reader.key(KEY.Key_V, CTRL)
    assert len(reader.document.marks) == 4
    reader.key(KEY.Key_Z, CTRL)
    assert len(reader.desk.chosen.names) == len(reader.document.marks) == 2
    assert details.isVisible()
    assert details.label.shown.endswith(", 2 marks")
