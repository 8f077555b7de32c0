"""Tools that take their points one by one, in a view of 0.5 x 1 mm voxels."""

from __future__ import annotations

import pytest

from labeler.model.measures import AngleMeasure, AxesMeasure, Crossed, measure_shape
from labeler.model.shapes import (
    Angle,
    Bidirectional,
    CobbAngle,
    Length,
    Polygon,
    Polyline,
    RotatedBox,
    Spline,
)
from labeler.viewing.click_tools import (
    AngleTool,
    AxesTool,
    ClickTool,
    CobbTool,
    PolygonTool,
    PolylineTool,
    RotatedBoxTool,
    SplineTool,
)
from labeler.viewing.drawn import BESIDE
from labeler.viewing.overlay import Caption, Overlay
from labeler.viewing.scene import NOTHING, Preview
from labeler.viewing.tool_set import make_tools, preview_of
from tests.support.scenes import Hand

ALL = (AngleTool, AxesTool, CobbTool, PolygonTool, PolylineTool, RotatedBoxTool, SplineTool)


def test_an_angle_by_clicks_or_by_drags_is_the_same() -> None:
    clicked, dragged = Hand(AngleTool()), Hand(AngleTool())
    for at in ((10, 10), (30, 10), (30, 20)):
        clicked.click(*at)
    dragged.drag([(10, 10), (20, 10), (30, 10)])
    assert dragged.edits == []
    dragged.click(30, 20)
    (mark,) = clicked.document.marks
    assert mark.shape == dragged.document.marks[0].shape
    assert mark.shape == Angle((10_000, 10_000), (30_000, 10_000), (30_000, 20_000))
    assert measure_shape(clicked.image, mark.shape) == AngleMeasure(90.0)
    assert not clicked.tool.busy


def test_an_arm_of_no_length_waits_for_another_place() -> None:
    hand = Hand(AngleTool())
    hand.click(10, 10)
    hand.click(30, 10)
    hand.press(10, 10)
    assert len(hand.edits) == 1, "both arms may lie on each other"
    hand = Hand(AngleTool())
    for at in ((10, 10), (30, 10), (30, 10)):
        hand.click(*at)
    assert hand.edits == []
    assert hand.tool.busy


def test_a_cobb_angle_is_two_lines() -> None:
    hand = Hand(CobbTool())
    hand.drag([(10, 10), (30, 10)])
    sketch = hand.tool.preview(hand.scene()).ghosts
    assert [ghost.shape for ghost in sketch] == [Polyline(((10_000, 10_000), (30_000, 10_000)))]
    hand.press(12, 30)
    hand.move(30, 25)
    assert isinstance(hand.tool.preview(hand.scene()).ghosts[0].shape, CobbAngle)
    hand.release(30, 25)
    (mark,) = hand.document.marks
    assert mark.shape == CobbAngle(
        ((10_000, 10_000), (30_000, 10_000)), ((12_000, 30_000), (30_000, 25_000))
    )


def test_the_short_axis_stands_at_right_angles_in_the_patient() -> None:
    hand = Hand(AxesTool())
    hand.drag([(10, 10), (30, 20)])
    hand.drag([(20, 20), (26, 12)])
    (mark,) = hand.document.marks
    assert isinstance(mark.shape, Bidirectional)
    (a, b), (c, d) = mark.shape.long, mark.shape.short
    long = (b[0] - a[0]) * 0.5, (b[1] - a[1]) * 1.0
    short = (d[0] - c[0]) * 0.5, (d[1] - c[1]) * 1.0
    assert long[0] * short[0] + long[1] * short[1] == pytest.approx(0, abs=50_000)
    assert c == (20_000, 20_000)


def test_a_short_axis_that_runs_along_the_long_one_waits_for_another_place() -> None:
    hand = Hand(AxesTool())
    for at in ((10, 10), (30, 20), (40, 20), (50, 25.05)):
        hand.click(*at)
    assert hand.document.marks == ()
    hand.click(42, 12)
    (mark,) = hand.document.marks
    measure = measure_shape(hand.image, mark.shape)  # type: ignore[arg-type]
    assert isinstance(measure, AxesMeasure)
    assert min(measure.across_mm, measure.down_mm) > 1.0


def test_enter_after_the_long_axis_sets_a_short_one_of_half_its_length() -> None:
    hand = Hand(AxesTool())
    hand.drag([(10, 10), (30, 10)])
    hand.take(hand.tool.finish(hand.scene()))
    measure = measure_shape(hand.image, hand.document.marks[0].shape)  # type: ignore[arg-type]
    assert measure == AxesMeasure(pytest.approx(10.0), pytest.approx(5.0))


def test_a_turned_box_has_one_side_as_drawn_and_right_angles() -> None:
    hand = Hand(RotatedBoxTool())
    hand.drag([(10, 10), (30, 20)])
    hand.move(20, 30)
    assert isinstance(hand.tool.preview(hand.scene()).ghosts[0].shape, RotatedBox)
    hand.click(20, 30)
    shape = hand.document.marks[0].shape
    assert isinstance(shape, RotatedBox)
    assert shape.across == (10_000, 5_000)
    across, down = shape.across, shape.down
    assert across[0] * 0.5 * down[0] * 0.5 + across[1] * down[1] == pytest.approx(0, abs=10_000)


def test_a_turned_box_of_no_width_waits_for_another_place() -> None:
    hand = Hand(RotatedBoxTool())
    hand.drag([(10, 10), (30, 10)])
    hand.click(20, 10)
    assert hand.edits == []
    hand.click(20, 15)
    assert len(hand.edits) == 1


def test_lines_end_open_and_a_curve_closes_on_its_first_point() -> None:
    corners = [(10, 10), (30, 10), (30, 25)]
    points = tuple((x * 1000, y * 1000) for x, y in corners)
    for tool, shape in (
        (PolylineTool(), Polyline(points)),
        (SplineTool(), Spline(points, closed=False)),
    ):
        hand = Hand(tool)
        for corner in corners:
            hand.click(*corner)
        hand.press(*corners[-1], clicks=2)
        hand.release(*corners[-1])
        assert hand.document.marks[0].shape == shape
    hand = Hand(SplineTool())
    for corner in [*corners, (10.3, 10.1)]:
        hand.click(*corner)
    assert hand.document.marks[0].shape == Spline(points, closed=True)
    hand = Hand(PolylineTool())
    for corner in [*corners, corners[0]]:
        hand.click(*corner)
    hand.take(hand.tool.finish(hand.scene()))
    assert hand.document.marks[0].shape == Polyline((*points, points[0]))


def test_a_polygon_that_crosses_itself_is_drawn_and_says_so() -> None:
    hand = Hand(PolygonTool())
    for corner in ((10, 10), (30, 30), (30, 10), (10, 30)):
        hand.click(*corner)
    hand.take(hand.tool.finish(hand.scene()))
    (mark,) = hand.document.marks
    assert isinstance(mark.shape, Polygon)
    assert measure_shape(hand.image, mark.shape) == Crossed()
    found = Overlay().commands(hand.scene(), Preview(), hand.scene().pixels)
    (words,) = (one for one in found if isinstance(one, Caption))
    assert [line.text for line in words.lines] == ["Area unknown: crosses itself"]


@pytest.mark.parametrize("tool", ALL)
def test_nothing_begins_beside_the_image(tool: type[ClickTool]) -> None:
    hand = Hand(tool())
    hand.click(65, 5)
    assert (hand.edits, hand.said, hand.tool.busy) == ([], [BESIDE.text], False)
    hand.click(50, 5)
    hand.click(65, 20)
    assert hand.tool.busy, "what was begun on the image is held inside it"
    assert hand.said == [BESIDE.text]


@pytest.mark.parametrize("tool", ALL)
def test_events_out_of_order_do_nothing_wrong(tool: type[ClickTool]) -> None:
    hand = Hand(tool())
    hand.release(10, 10)
    hand.move(20, 20)
    assert hand.take(hand.tool.finish(hand.scene())) == NOTHING
    assert not hand.tool.busy
    hand.press(10, 10, clicks=2)
    hand.press(10, 10)
    hand.press(10, 10)
    hand.move(1e9, -1e9)
    hand.release(1e9, -1e9)
    hand.release(1e9, -1e9)
    hand.index = 1
    hand.move(30, 30)
    hand.release(30, 30)
    assert hand.tool.preview(hand.scene()).ghosts == ()
    hand.tool.cancel()
    assert hand.edits == []
    assert not hand.tool.busy


@pytest.mark.parametrize("tool", ALL)
def test_backspace_takes_points_back_until_none_is_left(tool: type[ClickTool]) -> None:
    made = tool()
    hand = Hand(made)
    hand.click(10, 10)
    hand.click(30, 10)
    made.step_back()
    made.step_back()
    made.step_back()
    assert not made.busy


def test_an_outline_goes_on_after_one_has_looked_around() -> None:
    tools = make_tools(lambda: False)
    hand = Hand(tools["polygon"])
    hand.click(10, 10)
    hand.click(30, 10)
    tool = tools["polygon"]
    assert isinstance(tool, ClickTool)
    tool.rest()
    assert len(preview_of(tools, tools["window"], hand.scene()).ghosts) == 1
    hand.click(30, 30)
    hand.take(hand.tool.finish(hand.scene()))
    assert len(hand.document.marks) == 1


ENOUGH: list[tuple[type[ClickTool], int, type]] = [
    (PolygonTool, 3, Polygon),
    (PolylineTool, 2, Polyline),
    (SplineTool, 2, Spline),
    (AxesTool, 2, Length),
    (AxesTool, 3, Length),
]
TOO_FEW: list[tuple[type[ClickTool], int]] = [
    (PolygonTool, 2),
    (AngleTool, 2),
    (CobbTool, 2),
    (CobbTool, 3),
    (RotatedBoxTool, 2),
]
PLACES = [(10, 10), (30, 12), (28, 30)]


@pytest.mark.parametrize(("tool", "count", "kind"), ENOUGH)
def test_what_is_left_with_points_enough_is_a_mark_where_it_was_begun(
    tool: type[ClickTool], count: int, kind: type
) -> None:
    hand = Hand(tool())
    for place in PLACES[:count]:
        hand.click(*place)
    hand.index, hand.label = 1, "cyst"
    hand.click(20, 20)
    (mark,) = hand.document.marks
    assert isinstance(mark.shape, kind)
    assert (mark.frame, mark.label) == (hand.image.refs[0], "cyst")
    assert hand.tool.busy, "the press began another one"
    assert hand.said == (["The long axis was kept as a length."] if tool is AxesTool else [])
    hand.index = 0
    assert hand.tool.preview(hand.scene()).ghosts == ()


@pytest.mark.parametrize(("tool", "count"), TOO_FEW)
def test_too_few_points_are_given_up_and_can_be_had_back(tool: type[ClickTool], count: int) -> None:
    hand = Hand(tool())
    for place in PLACES[:count]:
        hand.click(*place)
    assert isinstance(hand.tool, tool)
    before = hand.tool.preview(hand.scene())
    lost = hand.tool.leave(hand.document, hand.label).given_up
    assert lost is not None
    assert len(lost.points) == count
    assert not hand.tool.busy
    hand.tool.go_on(lost)
    assert hand.tool.preview(hand.scene()) == before
    again = hand.tool.give_up().given_up
    assert again is not None
    assert (again.points, again.tool) == (lost.points, lost.tool)


def test_one_click_is_given_up_without_a_word() -> None:
    hand = Hand(AngleTool())
    hand.click(10, 10)
    assert isinstance(hand.tool, AngleTool)
    assert hand.tool.leave(hand.document, hand.label) == NOTHING
    assert not hand.tool.busy
