"""Choosing marks, one and several; dragging them, their handles and their vertices."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.document import Mark, with_flag
from labeler.model.edit_rules import apply_edit, inverse
from labeler.model.edits import Together
from labeler.model.manifest import Label
from labeler.model.outlines import bounds
from labeler.model.shapes import (
    Box,
    Cuboid,
    FlatShape,
    Freehand,
    Length,
    OnPlane,
    Point,
    Polygon,
    RotatedBox,
)
from labeler.model.steps import Amend, Do, Undo, Walk
from labeler.viewing.grips import grips, shown_grips
from labeler.viewing.hit import handle_at, marks_at
from labeler.viewing.mark_edits import move, nudge, relabelled, removed
from labeler.viewing.scene import NOTHING
from labeler.viewing.select_tool import SelectTool
from labeler.viewing.shape_tools import box_tool, cuboid_tool
from tests.support.images import image_of
from tests.support.scenes import Hand
from tests.support.shapes import flat_shapes

CYST = Label("cyst", "Cyst")


def box(left: float, top: float, right: float, bottom: float) -> Box:
    low, high = (left, top), (right, bottom)
    a, b = (tuple(round(1000 * v) for v in at) for at in (low, high))
    return Box((a[0], a[1]), (b[0], b[1]))


def over(*shapes: FlatShape) -> Hand:
    """Select in hand over marks m1, m2 ... of these shapes."""
    hand = Hand(SelectTool())
    frame = hand.image.refs[0]
    marks = tuple(Mark(f"m{n}", "nodule", frame, shape) for n, shape in enumerate(shapes, 1))
    hand.document = msgspec.structs.replace(hand.document, marks=marks)
    hand.made = len(marks)
    return hand


def test_a_second_click_selects_what_lies_under_the_first() -> None:
    hand = over(box(2, 2, 55, 35), box(10, 10, 30, 25), box(12, 12, 28, 22))
    found = []
    for _ in range(4):
        hand.click(20, 17)
        found.append(hand.selected)
    assert found == ["m3", "m2", "m1", "m3"]
    assert hand.edits == []
    names = [lying.mark.id for lying in marks_at(hand.scene(), hand.at(20, 17).p_canvas)]
    assert names == ["m3", "m2", "m1"]


def test_what_was_clicked_through_to_is_what_a_drag_moves() -> None:
    hand = over(box(2, 2, 50, 30), box(10, 10, 30, 25))
    hand.click(20, 17)
    hand.click(20, 17)
    hand.drag([(20, 17), (22, 18), (23, 19)])
    assert hand.selected == "m1"
    assert hand.document.marks[0].shape == box(5, 4, 53, 32)


def test_a_box_around_marks_selects_those_wholly_inside() -> None:
    hand = over(box(5, 5, 15, 15), box(20, 5, 30, 15), box(40, 5, 50, 15))
    hand.press(2, 2)
    hand.move(20, 16)
    preview = hand.tool.preview(hand.scene())
    assert preview.area is not None
    hand.move(33, 18)
    hand.release(33, 18)
    assert hand.scene().chosen == {"m1", "m2"}
    hand.drag([(38, 2), (55, 20)], shift=True)
    assert hand.scene().chosen == {"m1", "m2", "m3"}
    hand.drag([(1, 30), (3, 32)])
    assert hand.scene().chosen == frozenset()


def test_shift_and_clicks_add_and_take_away() -> None:
    hand = over(box(5, 5, 15, 15), box(20, 5, 30, 15), box(40, 5, 50, 15))
    hand.click(10, 10)
    hand.click(25, 10, shift=True)
    hand.click(45, 10, shift=True)
    assert (hand.selected, hand.also) == ("m3", {"m1", "m2"})
    hand.click(45, 10, shift=True)
    assert hand.scene().chosen == {"m1", "m2"}
    hand.click(25, 10)
    assert hand.scene().chosen == {"m2"}, "a plain click leaves one"


def test_several_are_moved_by_one_and_stop_together_at_the_edge() -> None:
    hand = over(box(5, 5, 15, 15), box(20, 5, 30, 15), box(40, 5, 50, 15))
    hand.drag([(2, 2), (33, 18)])
    hand.press(25, 10)
    hand.move(26, 11)
    assert hand.tool.preview(hand.scene()).moved == {"m1", "m2"}
    hand.release(5, 10)
    (edit,) = hand.edits
    assert isinstance(edit, Together)
    assert edit.name == "move-marks"
    shapes = [mark.shape for mark in hand.document.marks]
    assert shapes == [box(-0.5, 5, 9.5, 15), box(14.5, 5, 24.5, 15), box(40, 5, 50, 15)]
    assert hand.scene().chosen == {"m1", "m2"}
    undone = apply_edit(hand.document, inverse(edit))
    assert [mark.shape for mark in undone.marks] == [
        box(5, 5, 15, 15), box(20, 5, 30, 15), box(40, 5, 50, 15)
    ]  # fmt: skip


def test_locked_marks_are_chosen_but_stay() -> None:
    hand = over(box(5, 5, 15, 15), box(20, 5, 30, 15))
    marks = (with_flag(hand.document.marks[0], "locked", on=True), hand.document.marks[1])
    hand.document = msgspec.structs.replace(hand.document, marks=marks)
    hand.drag([(2, 2), (33, 18)])
    hand.drag([(25, 10), (27, 10)])
    shapes = [mark.shape for mark in hand.document.marks]
    assert shapes == [box(5, 5, 15, 15), box(22, 5, 32, 15)]


def test_shift_turns_a_dragged_end_by_steps_and_moves_along_an_axis() -> None:
    hand = over(Length((10_000, 10_000), (30_000, 10_000)))
    hand.selected = "m1"
    hand.drag([(30, 10), (25, 17)], shift=True)
    shape = hand.document.marks[0].shape
    assert isinstance(shape, Length)
    across, down = shape.end[0] - 10_000, shape.end[1] - 10_000
    assert across * 0.5 == pytest.approx(down, abs=2), "45 degrees in mm"
    hand = over(Length((10_000, 10_000), (30_000, 10_000)))
    hand.press(20, 10)
    hand.move(25, 12, shift=True)
    hand.release(25, 12, shift=True)
    assert hand.document.marks[0].shape == Length((15_000, 10_000), (35_000, 10_000))


def test_control_sets_a_vertex_and_takes_it_away() -> None:
    ring: tuple[Point, ...] = ((10_000, 10_000), (30_000, 10_000), (30_000, 25_000))
    hand = over(Polygon(ring))
    hand.click(20, 10)
    hand.click(20, 10, ctrl=True)
    assert hand.document.marks[0].shape == Polygon((ring[0], (20_000, 10_000), *ring[1:]))
    hand.press(30, 18, ctrl=True)
    hand.move(35, 18)
    hand.release(35, 18)
    shape = hand.document.marks[0].shape
    assert isinstance(shape, Polygon)
    assert shape.points[3] == (35_000, 18_000)
    hand.click(20, 10, ctrl=True)
    hand.click(35, 18, ctrl=True)
    assert hand.document.marks[0].shape == Polygon(ring)
    hand.click(10, 10, ctrl=True)
    assert hand.document.marks[0].shape == Polygon(ring), "three are the fewest"
    hand.click(50, 30, ctrl=True)
    assert len(hand.edits) == 4


def test_control_sets_a_vertex_of_a_free_outline_too_and_drags_it() -> None:
    ring: tuple[Point, ...] = ((10_000, 10_000), (30_000, 10_000), (30_000, 25_000))
    hand = over(Freehand(ring))
    hand.click(25, 12)
    hand.drag([(20, 10), (25, 8)], ctrl=True)
    assert hand.document.marks[0].shape == Freehand((ring[0], (25_000, 8_000), *ring[1:]))
    (edit,) = hand.edits
    assert apply_edit(hand.document, inverse(edit)).marks[0].shape == Freehand(ring)
    hand.drag([(25, 12), (26, 12)])
    moved_to = hand.document.marks[0].shape
    assert isinstance(moved_to, Freehand)
    assert moved_to.points[0] == (11_000, 10_000), "without Ctrl it is moved"


def test_a_box_in_the_patient_takes_no_vertex() -> None:
    hand = Hand(cuboid_tool(), index=1)
    hand.drag([(10, 10), (30, 30)])
    hand.tool = SelectTool()
    hand.drag([(20, 10), (20, 5)], ctrl=True)
    hand.drag([(15, 10), (15, 5)], ctrl=True)
    assert len(hand.edits) == 1


def test_keys_change_all_that_is_selected_in_one_edit() -> None:
    hand = over(box(5, 5, 15, 15), box(20, 5, 30, 15), box(40, 5, 50, 15))
    before = hand.document
    names = frozenset({"m1", "m3"})
    gone = removed(hand.document, names)
    hand.take(gone)
    assert [mark.id for mark in hand.document.marks] == ["m2"]
    assert apply_edit(hand.document, inverse(hand.edits[0])) == before
    hand.document = before
    hand.take(relabelled(before, names, CYST))
    assert [mark.label for mark in hand.document.marks] == ["cyst", "nodule", "cyst"]
    assert relabelled(hand.document, names, CYST) == NOTHING
    assert removed(hand.document, frozenset()) == NOTHING


def test_a_nudge_is_a_pixel_as_the_image_is_shown() -> None:
    hand = over(box(5, 5, 15, 15))
    hand.selected = "m1"
    push(hand, 1, 0)
    push(hand, 0, 10)
    assert hand.document.marks[0].shape == box(6, 15, 16, 25)
    push(hand, 0, 1000)
    assert hand.document.marks[0].shape == box(6, 29.5, 16, 39.5)
    before = hand.document
    push(hand, 0, 1)
    assert hand.document is before, "there is no way on"


def push(hand: Hand, right: int, down: int, *, on: bool = False) -> Walk | None:
    """A nudge; `on` from the last one."""
    scene = hand.scene()
    step = move(scene, *nudge(scene, right, down), hand.edits[-1] if on else None)
    hand.step(step)
    return step


def test_nudges_that_go_on_are_one_edit_and_back_again_none() -> None:
    hand = over(box(5, 5, 15, 15), box(20, 5, 30, 15))
    hand.selected, hand.also = "m1", frozenset({"m2"})
    start = hand.document
    push(hand, 1, 0)
    assert isinstance(push(hand, 1, 0, on=True), Amend)
    assert isinstance(push(hand, 0, 2, on=True), Amend)
    assert hand.document.marks[1].shape == box(22, 7, 32, 17)
    (edit,) = hand.edits
    assert apply_edit(hand.document, inverse(edit)) == start
    hand.also = frozenset()
    assert isinstance(push(hand, 1, 0, on=True), Do), "other marks are another edit"
    assert isinstance(push(hand, -1, 0, on=True), Undo), "back where it began"
    assert len(hand.edits) == 1


def coronal() -> Hand:
    """Boxes in hand over a plane cut across the slices: 60 x 30 pixels of 0.5 mm."""
    hand = Hand(box_tool())
    hand.base = hand.image
    matrix = np.eye(4)
    origin = hand.image.to_patient(np.array((0.0, 20.0, 0.0)))
    matrix[:3, :4] = np.column_stack(((0.5, 0, 0), (0, 0, -0.5), (0, 0.5, 0), origin))
    cut = image_of(np.zeros((3, 30, 60), np.int16), matrix=matrix)
    refs = tuple(replace_instance(ref, n) for n, ref in enumerate(cut.refs))
    hand.image = replace(cut, refs=refs)
    return hand


def replace_instance(ref, number: int):  # type: ignore[no-untyped-def]
    return msgspec.structs.replace(ref, instance=f"cut-{number}")


def test_what_is_drawn_on_a_plane_is_dragged_there_and_belongs_to_the_nearest_slice() -> None:
    hand = coronal()
    hand.drag([(10, 8), (20, 12)])
    (mark,) = hand.document.marks
    assert isinstance(mark.shape, OnPlane)
    assert hand.base is not None
    assert mark.frame == hand.base.refs[1], "10 half millimetres down are one slice of 5 mm"
    hand.tool = SelectTool()
    hand.drag([(15, 10), (15, 20)])
    (mark,) = hand.document.marks
    assert mark.frame == hand.base.refs[2]
    lying = hand.scene().lies(mark)
    assert lying is not None
    assert lying.shape == box(10, 18, 20, 22)
    hand.drag([(20, 22), (25, 24)])
    lying = hand.scene().lies(hand.document.marks[0])
    assert lying is not None
    assert lying.shape == box(10, 18, 25, 24)


def test_a_box_in_the_patient_is_dragged_by_its_faces_in_any_plane() -> None:
    hand = Hand(cuboid_tool(), index=1)
    hand.drag([(10, 10), (30, 30)])
    before = hand.document.marks[0].shape
    assert isinstance(before, Cuboid)
    hand.tool = SelectTool()
    hand.drag([(30, 20), (40, 20)])
    wider = hand.document.marks[0].shape
    assert isinstance(wider, Cuboid)
    assert (wider.across, wider.deep) == ((7_500, 0, 0), before.deep)
    assert wider.center[0] == before.center[0] + 2_500
    hand.drag([(25, 20), (25, 25)])
    moved = hand.document.marks[0].shape
    assert isinstance(moved, Cuboid)
    assert moved.center == (wider.center[0], wider.center[1] + 5_000, wider.center[2])
    across = coronal()
    across.document, across.selected, across.tool = hand.document, hand.selected, SelectTool()
    lying = across.scene().selected_mark()
    assert lying is not None
    left, _, right, bottom = bounds(lying.shape)  # type: ignore[arg-type]
    across.drag([((left + right) / 2, bottom), ((left + right) / 2, bottom + 4)])
    deeper = across.document.marks[0].shape
    assert isinstance(deeper, Cuboid)
    assert abs(deeper.deep[2]) == abs(moved.deep[2]) + 1_000
    assert (deeper.across, deeper.down) == (moved.across, moved.down)


@settings(deadline=None, max_examples=80)
@given(
    flat_shapes(),
    st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=2, max_size=5),
)
def test_no_drag_takes_a_mark_out_of_the_image_and_every_edit_goes_back(
    shape: FlatShape, places: list[tuple[float, float]]
) -> None:
    hand = over(shape)
    start = hand.document
    outside = _outside(hand, shape)
    left, top, right, bottom = bounds(shape)
    hand.selected = "m1"
    hand.drag([((left + right) / 2, (top + bottom) / 2), *places])
    after = hand.document.marks[0].shape
    assert _outside(hand, after) <= outside + 1e-6  # type: ignore[arg-type]
    for edit in reversed(hand.edits):
        hand.document = apply_edit(hand.document, inverse(edit))
    assert hand.document == start


def _outside(hand: Hand, shape: FlatShape) -> float:
    rows, columns = hand.scene().size
    left, top, right, bottom = bounds(shape)
    return max(0.0, -0.5 - left, -0.5 - top, right - columns + 0.5, bottom - rows + 0.5)


def test_what_is_undone_under_the_hand_is_let_go() -> None:
    hand = over(box(5, 5, 15, 15), box(20, 5, 30, 15))
    hand.press(10, 10)
    hand.move(12, 12)
    hand.document = msgspec.structs.replace(hand.document, marks=hand.document.marks[1:])
    assert hand.tool.preview(hand.scene()).ghosts == ()
    hand.move(14, 14)
    hand.release(14, 14)
    assert hand.edits == []
    assert not hand.tool.busy


def test_of_thousands_of_handles_those_are_shown_that_do_not_hide_each_other() -> None:
    angle = np.linspace(0, 2 * np.pi, 5000, endpoint=False)
    ring = np.round(1000 * np.column_stack((30 + 20 * np.cos(angle), 20 + 15 * np.sin(angle))))
    hand = over(Polygon(tuple((int(x), int(y)) for x, y in ring.tolist())))
    hand.selected = "m1"
    lying = hand.scene().selected_mark()
    assert lying is not None
    assert len(grips(hand.scene(), lying)) == 5000
    shown = shown_grips(hand.scene(), lying)
    assert 50 < len(shown) < 400
    assert handle_at(hand.scene(), hand.at(*(ring[1234] / 1000)).p_canvas) is not None


def test_very_many_marks_move_as_a_box_and_are_one_edit() -> None:
    places = [(5 + column, 5 + row) for column in range(20) for row in range(15)]
    hand = over(*(box(x, y, x + 0.5, y + 0.5) for x, y in places))
    hand.drag([(1, 1), (58, 38)])
    assert len(hand.scene().chosen) == 300
    hand.press(5, 5.2)
    hand.move(8, 6.2)
    preview = hand.tool.preview(hand.scene())
    assert preview.area is not None
    assert preview.ghosts == ()
    hand.release(300, 6.2)
    (edit,) = hand.edits
    assert isinstance(edit, Together)
    assert len(edit.edits) == 300
    lefts = {mark.shape.low[0] for mark in hand.document.marks if isinstance(mark.shape, Box)}
    assert max(lefts) == 59_000, "they stop together at the edge"
    assert {mark.shape.low[1] for mark in hand.document.marks if isinstance(mark.shape, Box)} == {
        6_000 + 1000 * row for row in range(15)
    }


def test_a_turned_box_is_turned_by_the_handle_beside_it() -> None:
    hand = over(RotatedBox((30_000, 20_000), (10_000, 0), (0, 4_000)))
    hand.selected = "m1"
    lying = hand.scene().selected_mark()
    assert lying is not None
    column, row = (v / 1000 for v in grips(hand.scene(), lying)[-1])
    assert (column, row) == pytest.approx((42.4, 20.0))
    hand.drag([(column, row), (35, 28), (31, 30)], shift=True)
    shape = hand.document.marks[0].shape
    assert shape == RotatedBox((30_000, 20_000), (0, 5_000), (-8_000, 0)), "10 mm x 8 mm as before"
    hand.click(30, 25)
    assert len(hand.edits) == 1


def test_a_box_in_the_patient_is_turned_in_any_plane() -> None:
    hand = Hand(cuboid_tool(), index=1)
    hand.drag([(10, 10), (30, 30)])
    before = hand.document.marks[0].shape
    assert isinstance(before, Cuboid)
    hand.tool = SelectTool()
    lying = hand.scene().selected_mark()
    assert lying is not None
    column, row = (v / 1000 for v in grips(hand.scene(), lying)[-1])
    assert (column, row) == pytest.approx((32.4, 20.0)), "outside the first side"
    hand.drag([(column, row), (30, 28), (21, 40)], shift=True)
    turned = hand.document.marks[0].shape
    assert isinstance(turned, Cuboid)
    assert (turned.across, turned.down) == ((0, 5_000, 0), (-10_000, 0, 0)), "by a quarter"
    assert (turned.center, turned.deep) == (before.center, before.deep)
    (edit,) = hand.edits[1:]
    assert apply_edit(hand.document, inverse(edit)).marks[0].shape == before
    across = coronal()
    across.document, across.selected, across.tool = hand.document, hand.selected, SelectTool()
    lying = across.scene().selected_mark()
    assert lying is not None
    column, row = (v / 1000 for v in grips(across.scene(), lying)[-1])
    across.drag([(column, row), (column + 3, row + 6)])
    leaning = across.document.marks[0].shape
    assert isinstance(leaning, Cuboid)
    assert leaning.across == turned.across, "what stands across the plane stays"
    assert leaning.down[2] != 0
    assert leaning.deep[0] != 0
