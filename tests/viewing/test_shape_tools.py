from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from labeler.model.edits import AddMark, ReplaceMark
from labeler.model.image import Caveat
from labeler.model.outlines import area_of, bounds, paths
from labeler.model.shapes import (
    Arrow,
    Box,
    Cuboid,
    Ellipse,
    Freehand,
    Landmark,
    Length,
    PointMark,
    Polygon,
    Polyline,
)
from labeler.viewing.click_tools import PolygonTool
from labeler.viewing.drawn import BESIDE
from labeler.viewing.hit import handle_at, mark_at
from labeler.viewing.look_tools import ScrollTool, pan_tool, window_tool, zoom_tool
from labeler.viewing.scene import NOTHING, Tool
from labeler.viewing.select_tool import SelectTool
from labeler.viewing.shape_tools import (
    FreehandTool,
    arrow_tool,
    box_tool,
    cuboid_tool,
    ellipse_tool,
    landmark_tool,
    length_tool,
    point_tool,
)
from tests.support.scenes import Hand, small_image


def test_a_length_runs_from_press_to_release_in_one_edit() -> None:
    hand = Hand(length_tool())
    hand.drag([(10, 5), (15, 5), (20, 8)])
    (edit,) = hand.edits
    assert isinstance(edit, AddMark)
    assert edit.mark.shape == Length((10_000, 5_000), (20_000, 8_000))
    assert (edit.mark.label, edit.mark.frame) == ("nodule", hand.image.refs[0])
    assert hand.selected == edit.mark.id


def test_a_box_is_the_same_from_any_corner() -> None:
    for a, b in (((10, 5), (20, 8)), ((20, 5), (10, 8)), ((20, 8), (10, 5))):
        hand = Hand(box_tool())
        hand.drag([a, b])
        assert hand.document.marks[0].shape == Box((10_000, 5_000), (20_000, 8_000))


def test_a_click_draws_nothing_and_marks_stay_on_the_image() -> None:
    hand = Hand(box_tool())
    hand.click(10, 5)
    assert hand.edits == []
    hand.drag([(50, 30), (500, 300)])
    assert hand.document.marks[0].shape == Box((50_000, 30_000), (59_500, 39_500))


def test_escape_forgets_what_is_under_way() -> None:
    hand = Hand(length_tool())
    hand.press(10, 5)
    hand.move(20, 5)
    assert hand.tool.busy
    assert hand.tool.preview(hand.scene()).ghosts
    hand.tool.cancel()
    assert not hand.tool.busy
    hand.release(20, 5)
    assert hand.edits == []


def test_a_drag_that_ends_on_another_slice_draws_nothing() -> None:
    hand = Hand(length_tool())
    hand.press(10, 5)
    hand.index = 1
    assert hand.tool.preview(hand.scene()).ghosts == ()
    hand.release(20, 5)
    assert hand.edits == []


CORNERS = [(10, 10), (30, 10), (30, 25)]


@pytest.mark.parametrize("how", ["enter", "first point", "double-click"])
def test_a_polygon_closes_in_three_ways(how: str) -> None:
    hand = Hand(PolygonTool())
    for corner in CORNERS:
        hand.click(*corner)
    assert hand.edits == []
    if how == "enter":
        hand.take(hand.tool.finish(hand.scene()))
    elif how == "first point":
        hand.click(10.2, 10.2)
    else:
        hand.press(30, 25, clicks=2)
    (mark,) = hand.document.marks
    assert mark.shape == Polygon(tuple((x * 1000, y * 1000) for x, y in CORNERS))
    assert not hand.tool.busy


def test_a_polygon_under_way_shows_its_next_side_and_steps_back() -> None:
    tool = PolygonTool()
    hand = Hand(tool)
    hand.click(10, 10)
    assert hand.take(tool.finish(hand.scene())) == NOTHING
    hand.click(30, 10)
    hand.move(30, 25)
    (ghost,) = tool.preview(hand.scene()).ghosts
    assert ghost.unfinished
    assert ghost.shape == Polyline(((10_000, 10_000), (30_000, 10_000), (30_000, 25_000)))
    tool.step_back()
    tool.step_back()
    assert not tool.busy


def test_a_polygon_begun_on_another_slice_begins_anew() -> None:
    hand = Hand(PolygonTool())
    hand.click(10, 10)
    hand.index = 1
    for corner in CORNERS:
        hand.click(*corner)
    hand.take(hand.tool.finish(hand.scene()))
    assert hand.document.marks[0].frame == hand.image.refs[1]


def drawn(shape: str) -> Hand:
    hand = Hand(box_tool() if shape == "box" else length_tool())
    hand.drag([(10, 10), (30, 20)])
    hand.tool = SelectTool()
    return hand


def test_a_mark_is_chosen_moved_and_let_go() -> None:
    hand = drawn("length")
    hand.click(50, 35)
    assert hand.selected == ""
    hand.drag([(20, 15), (22, 15), (25, 16)])
    assert hand.selected == "m1"
    assert isinstance(hand.edits[-1], ReplaceMark)
    assert hand.document.marks[0].shape == Length((15_000, 11_000), (35_000, 21_000))
    hand.click(25, 16)
    assert len(hand.edits) == 2


def test_a_handle_moves_alone_and_a_mark_cannot_leave_the_image() -> None:
    hand = drawn("box")
    assert handle_at(hand.scene(), hand.at(30, 20).p_canvas) == 2
    hand.drag([(30, 20), (40, 5)])
    assert hand.document.marks[0].shape == Box((10_000, 5_000), (40_000, 10_000))
    hand.drag([(20, 10), (20, -100)])
    assert hand.document.marks[0].shape == Box((10_000, -500), (40_000, 4_500))
    hand.drag([(40, -0.5), (10, 4.5)])
    assert len(hand.edits) == 3, "a box of no area is no box"


def test_the_nearest_outline_is_hit_then_the_smallest_inside() -> None:
    hand = Hand(box_tool())
    hand.drag([(5, 5), (50, 35)])
    hand.drag([(10, 10), (30, 25)])
    hand.selected = ""
    found = {
        name: mark_at(hand.scene(), hand.at(*place).p_canvas)
        for name, place in {
            "edge": (5, 20), "inner": (20, 18), "outer": (40, 30), "beside": (57, 38)
        }.items()
    }  # fmt: skip
    assert {name: lying and lying.mark.id for name, lying in found.items()} == {
        "edge": "m1", "inner": "m2", "outer": "m1", "beside": None
    }  # fmt: skip


def test_looking_around_is_no_edit() -> None:
    hand = Hand(window_tool())
    hand.canvas_drag((100, 0))
    assert hand.view.window.width == 150
    hand.tool = pan_tool()
    before = hand.at(5, 5).p_canvas
    hand.canvas_drag((30, -10))
    assert hand.at(5, 5).p_canvas == pytest.approx((before[0] + 30, before[1] - 10))
    hand.tool = zoom_tool()
    hand.canvas_drag((0, -100))
    assert hand.view.zoom == pytest.approx(20)
    hand.tool = ScrollTool()
    hand.canvas_drag((0, 640))
    assert hand.index == 2
    assert hand.edits == []
    hand.tool.cancel()
    assert not hand.tool.busy


def test_each_tool_of_a_drag_makes_its_shape() -> None:
    a, b = (10_000, 5_000), (20_000, 9_000)
    made = {
        arrow_tool: Arrow(a, b),
        ellipse_tool: Ellipse((15_000, 7_000), (5_000, 0), (0, 2_000)),
    }
    for tool, shape in made.items():
        hand = Hand(tool())
        hand.drag([(10, 5), (12, 12), (20, 9)])
        assert hand.document.marks[0].shape == shape


def test_a_point_can_be_put_right_until_it_is_let_go() -> None:
    hand = Hand(point_tool())
    hand.drag([(10, 5), (12, 6)])
    assert hand.document.marks[0].shape == PointMark((12_000, 6_000))
    hand.drag([(50, 6), (500, 6)])
    assert hand.document.marks[1].shape == PointMark((59_500, 6_000))


DRAGGED = (
    *(length_tool, arrow_tool, point_tool, box_tool, ellipse_tool, landmark_tool, cuboid_tool),
    FreehandTool,
)


@pytest.mark.parametrize("tool", DRAGGED)
def test_nothing_is_drawn_beside_the_image(tool: Callable[[], Tool]) -> None:
    """It would lie squashed on the edge, of a size that nobody drew."""
    hand = Hand(tool())
    hand.drag([(65, 5), (66, 20), (70, 35)])
    assert (hand.edits, hand.said) == ([], [BESIDE.text])
    assert not hand.tool.busy


@pytest.mark.parametrize("tool", [box_tool, ellipse_tool])
def test_a_box_may_begin_beside_the_image_to_reach_its_edge(tool: Callable[[], Tool]) -> None:
    hand = Hand(tool())
    hand.drag([(65, 5), (60, 20), (50, 35)])
    (mark,) = hand.document.marks
    assert bounds(mark.shape) == (50, 5, 59.5, 35)  # type: ignore[arg-type]


def test_a_landmark_and_a_box_lie_in_the_patient() -> None:
    hand = Hand(landmark_tool(), index=1)
    hand.click(10, 5)
    (mark,) = hand.document.marks
    assert mark.frame == hand.image.refs[1]
    assert isinstance(mark.shape, Landmark)
    assert mark.shape.at == tuple(
        round(1000 * v) for v in hand.image.to_patient(np.array((10.0, 5.0, 1.0))).tolist()
    )
    hand = Hand(cuboid_tool(), index=1)
    hand.drag([(10, 5), (30, 25)])
    box = hand.document.marks[0].shape
    assert isinstance(box, Cuboid)
    assert sorted(max(map(abs, way)) for way in (box.across, box.down, box.deep)) == [
        5_000, 5_000, 10_000
    ]  # fmt: skip
    seen = [hand.scene().lies(hand.document.marks[0]) is not None]
    hand.index = 0
    seen.append(hand.scene().lies(hand.document.marks[0]) is not None)
    assert seen == [True, False], "it reaches 5 mm to either side, slices are 5 mm apart"


@pytest.mark.parametrize("tool", [landmark_tool, cuboid_tool])
def test_what_lies_in_the_patient_is_drawn_where_that_is_known(tool: Callable[[], Tool]) -> None:
    known = small_image()
    for image in (
        replace(known, oriented=False),
        replace(known, caveats=(Caveat.ORIENTATION_UNKNOWN,)),
    ):
        hand = Hand(tool(), image=image)
        hand.drag([(10, 5), (30, 25)])
        assert hand.edits == []
        assert hand.said == ["This image does not say where it lies in the patient."]


def test_a_free_outline_has_few_points_and_the_hands_way() -> None:
    hand = Hand(FreehandTool())
    angles = np.linspace(0, 2 * np.pi, 500)
    way = [(30 + 10 * np.cos(a), 20 + 8 * np.sin(a)) for a in angles]
    hand.drag(way)
    (mark,) = hand.document.marks
    assert isinstance(mark.shape, Freehand)
    assert len(mark.shape.points) < 120
    (path,) = paths(mark.shape)
    assert area_of(path.places) == pytest.approx(np.pi * 80, rel=0.01)


def test_a_free_outline_of_one_place_is_none() -> None:
    hand = Hand(FreehandTool())
    hand.drag([(10, 10), (10, 10)])
    hand.drag([(10, 10), (12, 10)])
    assert hand.edits == []


EVERY = (
    length_tool, arrow_tool, box_tool, ellipse_tool, cuboid_tool, point_tool, landmark_tool,
    FreehandTool, SelectTool,
)  # fmt: skip


@pytest.mark.parametrize("tool", EVERY)
def test_events_out_of_order_do_nothing_wrong(tool: Callable[[], Tool]) -> None:
    hand = Hand(tool())
    hand.release(10, 10)
    hand.move(20, 20)
    assert hand.edits == []
    assert not hand.tool.busy
    hand.press(10, 10)
    hand.press(30, 30)
    hand.move(1e9, -1e9)
    hand.index = 1
    hand.move(5, 5)
    hand.release(5, 5)
    hand.release(5, 5)
    assert hand.edits == []
    assert not hand.tool.busy
    hand.index = 0
    hand.press(10, 10)
    hand.press(10, 10)
    hand.release(40, 30)
    hand.release(45, 35)
    assert len(hand.edits) == (0 if tool in (SelectTool, FreehandTool) else 1)
