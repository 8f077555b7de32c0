"""Flood fill that takes a while: what was chosen at the click decides, and none is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from labeler.app.screens import Change
from labeler.model.edits import Together
from labeler.model.history import point_of
from labeler.model.steps import Do, Undo
from labeler.ui.reading.work_beside import MOST_WAITING
from tests.support.reader import CTRL, Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.support.scenes import stacked
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key
BODY, AIR = (128, 128), (5, 5)
FILL = "Filling. Esc stops it"


@pytest.fixture
def filling(open_reader: ReaderMaker) -> Reader:
    """Through all slices, by the fill tool; what it does comes when it is called for."""
    image = stacked(chest_image())
    reader = open_reader(open_case(image))
    reader.desk.go_to_frame(image.refs[12])
    reader.take("fill")
    reader.window.commands["paint.deep"].trigger()
    reader.settle()
    assert reader.desk.painting.options.deep
    reader.key(KEY.Key_2)
    reader.port.late = []
    return reader


def go_on(reader: Reader) -> None:
    """What is under way ends, and all that waits for it."""
    while reader.port.late:
        late, reader.port.late = reader.port.late, []
        for one in late:
            one()
    reader.port.late = None
    reader.settle()


def painted(reader: Reader) -> list[tuple[str, int]]:
    """The label of each mark, and on which slice it was begun."""
    image = reader.desk.active.base
    assert image is not None
    return [(mark.label, image.refs.index(mark.frame)) for mark in reader.document.marks]


def notices(reader: Reader) -> list[str]:
    return [notice.happened for notice in reader.window.tidings.all()]


def test_the_label_at_the_click_decides(filling: Reader) -> None:
    filling.click(*BODY)
    filling.key(KEY.Key_3)
    go_on(filling)
    assert painted(filling) == [("part", 12)]
    assert filling.desk.label == "effusion"
    assert filling.desk.selected == "", "of another label: as where it is chosen afterwards"


def test_options_and_place_at_the_click_decide(filling: Reader) -> None:
    filling.click(*BODY)
    filling.window.commands["paint.deep"].trigger()
    filling.wheel(-3)
    go_on(filling)
    assert painted(filling) == [("part", 12)]
    content = filling.port.painted.content(filling.document.marks[0].shape)  # type: ignore[arg-type]
    assert content is not None
    assert content.ends == (0, 23), "through all slices"


def test_the_selection_of_meanwhile_stays(filling: Reader) -> None:
    filling.port.late = None
    filling.take("brush")
    filling.drag([(80, 90), (100, 90)])
    (first,) = filling.document.marks
    filling.desk.chosen.choose("")
    filling.take("fill")
    filling.port.late = []
    filling.click(*AIR)
    filling.desk.select_mark(first.id)
    go_on(filling)
    assert len(filling.document.marks) == 2, "it was not selected at the click: a mark of its own"
    assert filling.document.marks[0] == first
    assert filling.desk.selected == first.id


def test_two_quick_fills_are_both_done_each_with_its_label(filling: Reader) -> None:
    filling.click(*BODY)
    filling.key(KEY.Key_3)
    filling.click(*AIR)
    assert filling.port.worked == [FILL], "one after the other"
    go_on(filling)
    assert [label for label, _ in painted(filling)] == ["part", "effusion"]
    names = [step.edit.name for step in filling.port.steps if isinstance(step, Do)]  # type: ignore[union-attr]
    assert names == ["fill", "fill"]
    assert filling.desk.selected == filling.document.marks[1].id
    assert notices(filling) == []


def test_two_quick_fills_of_one_label_are_as_two_slow_ones(filling: Reader) -> None:
    filling.click(*BODY)
    filling.click(*AIR)
    go_on(filling)
    quick = filling.document.marks[-1]
    assert len(filling.port.steps) == 2
    assert len(filling.document.marks) == 1, "the second goes on with the mark of the first"
    content = filling.port.painted.content(quick.shape)  # type: ignore[arg-type]
    assert content is not None
    assert content.holds(*BODY, 12)
    assert content.holds(*AIR, 12)


def test_a_fill_and_a_stroke_at_once_are_both_kept(filling: Reader) -> None:
    filling.click(*AIR)
    filling.take("brush")
    filling.drag([(100, 128), (110, 128)])
    assert len(filling.port.steps) == 1
    go_on(filling)
    assert len(filling.document.marks) == 2


def test_undo_waits_for_each_in_turn(filling: Reader) -> None:
    filling.click(*BODY)
    filling.window.commands["edit.undo"].trigger()
    filling.click(*AIR)
    filling.key(KEY.Key_V)
    go_on(filling)
    first, undone, second = filling.port.steps
    assert isinstance(first, Do)
    assert undone == Undo()
    assert isinstance(second, Do)
    assert isinstance(second.edit, Together)
    assert second.edit.name == "fill"
    (mark,) = filling.document.marks
    content = filling.port.painted.content(mark.shape)  # type: ignore[arg-type]
    assert content is not None
    assert not content.holds(*BODY, 12)
    assert filling.desk.tool.name == "select"


def test_a_jump_meanwhile_leaves_the_mark_that_it_goes_on_with(filling: Reader) -> None:
    """What marks hold is asked of where the document stands when it is done."""
    filling.port.late = None
    filling.take("brush")
    filling.drag([(80, 90), (100, 90)])
    before = point_of(filling.port.history())
    filling.drag([(80, 91), (130, 91)])
    filling.take("fill")
    filling.port.late = []
    filling.click(*AIR)
    filling.port.far = True
    filling.desk.returning.jump(before, pytest.fail)
    assert filling.port.jump is not None
    filling.port.jump[1]()
    go_on(filling)
    (mark,) = filling.document.marks
    content = filling.port.painted.content(mark.shape)  # type: ignore[arg-type]
    assert content is not None
    assert content.holds(*AIR, 12)
    assert content.holds(90, 90, 12)
    assert not content.holds(125, 91, 12)


def test_escape_stops_all_of_them_and_says_so(filling: Reader) -> None:
    for _ in range(3):
        filling.click(*BODY)
    filling.key(KEY.Key_Escape)
    go_on(filling)
    assert filling.port.steps == []
    assert notices(filling) == ["Stopped: Filling, and 2 more that waited."]
    assert not filling.desk.painting.is_working


def test_of_very_many_the_last_are_refused_and_it_is_said(filling: Reader) -> None:
    for _ in range(MOST_WAITING + 2):
        filling.click(*BODY)
    assert notices(filling) == ["Not done: 16 others wait already."]
    go_on(filling)
    assert len(filling.port.worked) == MOST_WAITING + 1


def test_it_is_kept_where_the_view_shows_something_else(filling: Reader) -> None:
    filling.click(*BODY)
    filling.window.go_to("work")
    filling.settle()
    go_on(filling)
    filling.window.go_to("reading")
    assert painted(filling) == [("part", 12)]


def test_the_history_that_is_shown_again_has_what_came_meanwhile(filling: Reader) -> None:
    filling.key(KEY.Key_H, CTRL)
    listed = filling.place.panel.history.list
    assert len(listed.rows()) == 1
    filling.click(*BODY)
    filling.window.go_to("work")
    filling.settle()
    go_on(filling)
    filling.window.go_to("reading")
    filling.settle()
    assert len(listed.rows()) == 2
    assert listed.told(1).spoken.endswith("here")


def test_signing_waits_for_what_was_asked_for_before(filling: Reader) -> None:
    filling.finish_form()
    filling.click(*BODY)
    for _ in range(2):
        filling.key(KEY.Key_Return, CTRL)
    assert notices(filling)[-1] == "Signing goes on after this: Filling. Esc stops it."
    assert filling.session.done == []
    go_on(filling)
    assert painted(filling) == [("part", 12)]
    assert filling.session.done == ["propose"], "once, with what the fill made"


def test_what_the_case_was_signed_without_is_told(filling: Reader) -> None:
    filling.click(*BODY)
    filling.click(*AIR)
    assert filling.desk.case is not None
    filling.show(replace(filling.desk.case, signed=True))
    words = "Not done, the case was signed without it: Filling, and 1 more that waited."
    assert notices(filling) == [words]
    go_on(filling)
    assert painted(filling) == []


def test_a_case_that_is_put_down_has_all_that_was_asked_for(filling: Reader) -> None:
    filling.click(*BODY)
    filling.key(KEY.Key_3)
    filling.click(*AIR)
    assert painted(filling) == []
    filling.place.hear(Change.PUT_DOWN)
    assert painted(filling) == [("part", 12), ("effusion", 12)]
    go_on(filling)
    assert len(painted(filling)) == 2, "what was waited for is not answered again"


def test_what_leaves_the_case_waits_for_what_was_asked_for(filling: Reader) -> None:
    filling.click(*BODY)
    filling.window.commands["case.next"].trigger()
    assert filling.session.done == []
    assert "The case is left after this: Filling. Esc stops it." in notices(filling)
    go_on(filling)
    assert painted(filling) == [("part", 12)]
    assert filling.session.done == ["next case"]


def test_a_window_that_is_closed_waits_for_what_was_asked_for(filling: Reader) -> None:
    filling.click(*BODY)
    filling.window.commands["app.quit"].trigger()
    assert filling.window.isVisible()
    go_on(filling)
    assert painted(filling) == [("part", 12)]
    assert not filling.window.isVisible()


def test_no_signing_goes_on_after_the_case_is_put_down(filling: Reader) -> None:
    filling.finish_form()
    filling.click(*BODY)
    filling.key(KEY.Key_Return, CTRL)
    filling.place.hear(Change.PUT_DOWN)
    assert painted(filling) == [("part", 12)]
    assert filling.session.done == []
