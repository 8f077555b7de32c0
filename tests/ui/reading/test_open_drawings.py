"""What is drawn point by point while the hand goes elsewhere: by real keys and clicks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from labeler.app.open_case import SeriesTile
from labeler.app.screens import Change
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.measures import place as placed
from labeler.model.open_drawing import OpenDrawing
from labeler.model.shapes import Angle, Box, Length, Polygon, Polyline, Spline
from labeler.ui.components.notices import NoticeCard
from labeler.ui.reading.open_drawings import MOST_TOLD
from labeler.viewing.click_tools import ClickTool
from tests.support.reader import CTRL, LEFT, NONE, SHIFT, Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key
PLACES = [(80, 90), (120, 90), (120, 130)]


def begin(reader: Reader, tool: str, count: int) -> None:
    reader.take(tool)
    for place in PLACES[:count]:
        reader.click(*place)


def said(reader: Reader) -> list[str]:
    return [notice.happened for notice in reader.window.tidings.all()]


@pytest.mark.parametrize("taken", [KEY.Key_L, KEY.Key_V, KEY.Key_B])
@pytest.mark.parametrize(
    ("tool", "count", "kind"),
    [
        ("polygon", 3, Polygon),
        ("polyline", 2, Polyline),
        ("spline", 3, Spline),
        ("axes", 2, Length),
    ],
)
def test_another_tool_finishes_what_can_be_finished(
    reader: Reader, tool: str, count: int, kind: type, taken: KEY
) -> None:
    told: list[str] = []
    reader.desk.painting.say = reader.desk.painting.say_of_edit = told.append
    begin(reader, tool, count)
    reader.key(taken)
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, kind)
    assert told == (["The long axis was kept as a length."] if tool == "axes" else [])
    assert len(reader.port.steps) == 1
    reader.key(KEY.Key_Z, CTRL)
    assert reader.document.marks == ()


@pytest.mark.parametrize(
    ("tool", "count"),
    [("polygon", 2), ("angle", 2), ("cobb", 2), ("cobb", 3), ("rotated-box", 2)],
)
def test_what_cannot_be_finished_is_told_once_and_undo_brings_it_back(
    reader: Reader, tool: str, count: int
) -> None:
    begin(reader, tool, count)
    reader.key(KEY.Key_L)
    assert reader.document.marks == ()
    assert len(said(reader)) == 1
    assert said(reader)[0].startswith("Not finished: ")
    assert said(reader)[0].endswith(f" of {count} points.")
    assert reader.window.commands["edit.undo"].isEnabled()
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.tool.name == tool
    assert reader.desk.tool.busy
    for place in [(90, 150), (140, 140)]:
        if reader.desk.tool.busy:
            reader.click(*place)
    if tool == "polygon":
        reader.key(KEY.Key_Return)
    assert len(reader.document.marks) == 1


def test_undo_stands_in_the_notice_too(reader: Reader) -> None:
    begin(reader, "polygon", 3)
    reader.key(KEY.Key_Escape)
    assert said(reader) == ["Not finished: polygon of 3 points."]
    undo = next(
        b
        for b in reader.window.notices.findChildren(QWidget)
        if getattr(b, "text", str)() == "Undo"
    )
    QTest.mouseClick(undo, LEFT)
    reader.settle()
    assert said(reader) == []
    reader.view.setFocus()
    reader.key(KEY.Key_Return)
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, Polygon)


def test_one_click_goes_without_a_word_and_an_edit_ends_what_can_come_back(reader: Reader) -> None:
    begin(reader, "angle", 1)
    reader.key(KEY.Key_Escape)
    assert said(reader) == []
    begin(reader, "angle", 2)
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (120, 100)])
    reader.key(KEY.Key_Z, CTRL)
    assert reader.document.marks == ()
    assert reader.desk.tool.name == "length", "the length was undone; the angle stays given up"


def test_a_click_on_another_slice_finishes_the_first_where_it_was_begun(reader: Reader) -> None:
    begin(reader, "polygon", 3)
    reader.key(KEY.Key_PageDown)
    image = reader.desk.active.image
    assert image is not None
    reader.click(60, 60)
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, Polygon)
    assert mark.frame == image.refs[0]
    assert reader.desk.tool.busy, "the click began another"
    reader.key(KEY.Key_PageUp)
    assert reader.desk.tool.busy


def test_scrolling_alone_ends_nothing(reader: Reader) -> None:
    begin(reader, "angle", 2)
    reader.wheel(-3)
    reader.key(KEY.Key_W)
    reader.drag([(60, 60), (90, 70)])
    reader.wheel(3)
    reader.take("angle")
    reader.click(90, 150)
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, Angle)
    assert said(reader) == []


def test_a_click_in_another_view_finishes_the_first(reader: Reader) -> None:
    reader.desk.arrangement.arrange(1, 2)
    reader.settle()
    second = reader.desk.arrangement.viewports[1]
    case = reader.desk.case
    assert case is not None
    second.show(case.tile, case.image)
    second.go_to(5)
    reader.settle()
    begin(reader, "spline", 3)
    other = reader.place.wall.widget_of(second)
    assert other is not None
    QTest.mouseClick(other, LEFT, NONE, other.rect().center())
    reader.settle()
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, Spline)
    assert mark.frame == case.image.refs[0]


@pytest.mark.parametrize("tool", ["polygon", "polyline", "spline", "axes"])
def test_what_is_under_way_is_a_mark_before_its_case_is_put_down(reader: Reader, tool: str) -> None:
    begin(reader, tool, 3)
    reader.session.change(Change.PUT_DOWN)
    reader.settle()
    assert len(reader.document.marks) == 1


def test_what_is_under_way_belongs_to_what_is_signed(reader: Reader) -> None:
    reader.finish_form()
    begin(reader, "polygon", 3)
    reader.window.commands["case.sign"].trigger()
    reader.settle()
    assert len(reader.document.marks) == 1
    assert not reader.desk.tools["polygon"].busy


def test_another_case_brings_nothing_back(reader: Reader) -> None:
    begin(reader, "angle", 2)
    reader.session.change(Change.PUT_DOWN)
    case = reader.desk.case
    assert case is not None
    reader.show(replace(open_case(case.image), id="case-8"))
    assert said(reader) == ["Not finished: angle of 2 points."]
    assert not reader.window.commands["edit.undo"].isEnabled()


def test_undo_while_drawing_takes_back_a_point(reader: Reader) -> None:
    reader.key(KEY.Key_L)
    reader.drag([(60, 60), (90, 60)])
    begin(reader, "polygon", 3)
    reader.key(KEY.Key_Z, CTRL)
    assert len(reader.document.marks) == 1, "the length stays"
    reader.click(70, 70)
    reader.key(KEY.Key_Return)
    shape = reader.document.marks[1].shape
    assert isinstance(shape, Polygon)
    assert len(shape.points) == 3


def test_undo_goes_to_the_slice_of_the_point_that_it_takes_back(reader: Reader) -> None:
    begin(reader, "polygon", 3)
    reader.wheel(-4)
    assert reader.desk.active.view.index == 4
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.active.view.index == 0
    assert reader.desk.tool.busy


def test_what_was_not_finished_on_a_plane_is_had_back_where_it_lies(reader: Reader) -> None:
    reader.window.commands["planes.mpr"].trigger()
    reader.settle()
    coronal = reader.desk.arrangement.viewports[2]
    reader.desk.arrangement.activate(coronal)
    reader.settle()
    there = coronal.view.index
    view = reader.place.wall.widget_of(coronal)
    assert view is not None
    reader.take("angle")
    for by in (-30, 30):
        QTest.mouseClick(view, LEFT, NONE, view.rect().center() + QPoint(by, 10))
        reader.settle()
    reader.key(KEY.Key_Escape)
    assert said(reader) == ["Not finished: angle of 2 points."]
    coronal.go_to(there + 9)
    reader.settle()
    reader.key(KEY.Key_Z, CTRL)
    assert coronal.view.index == there
    assert reader.desk.tool.busy


@pytest.mark.parametrize("name", ["brush", "freehand", "length"])
def test_a_key_under_a_stroke_takes_nothing_of_it(reader: Reader, name: str) -> None:
    reader.take(name)
    QTest.mousePress(reader.view, LEFT, NONE, reader.at(80, 90))
    for place in [(100, 90), (120, 110), (90, 120)]:
        QTest.mouseMove(reader.view, reader.at(*place))
    reader.key(KEY.Key_O)
    assert reader.desk.tool.name == "ellipse"
    QTest.mouseMove(reader.view, reader.at(85, 118))
    QTest.mouseRelease(reader.view, LEFT, NONE, reader.at(82, 110))
    reader.settle()
    assert len(reader.document.marks) == 1
    assert reader.desk.tool.name == "ellipse"
    QTest.mouseMove(reader.view, reader.at(60, 60))
    assert not reader.desk.tools[name].busy


def put_down(reader: Reader) -> OpenDrawing | None:
    """The case is closed in the midst of a drawing; what was kept of it."""
    reader.session.change(Change.PUT_DOWN)
    reader.settle()
    return reader.port.drawing


def open_again(reader: Reader, drawing: OpenDrawing | None, image: Image) -> None:
    reader.show(open_case(chest_image()))  # whatever was there
    for notice in reader.window.tidings.all():
        reader.window.tidings.dismiss(notice.id)
    reader.show(replace(open_case(image), id="case-9", drawing=drawing))


@pytest.mark.parametrize(("tool", "count"), [("polygon", 2), ("angle", 2), ("cobb", 3)])
def test_what_makes_no_mark_is_kept_with_its_case_and_had_back_there(
    reader: Reader, tool: str, count: int
) -> None:
    reader.wheel(-2)
    begin(reader, tool, count)
    drawing = put_down(reader)
    assert drawing is not None
    assert (drawing.tool, len(drawing.points)) == (tool, count)
    open_again(reader, drawing, chest_image())
    assert reader.desk.active.view.index == 0
    assert len(said(reader)) == 1
    assert said(reader)[0].endswith(f" of {count} points.")
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.active.view.index == 2, "it is shown where it lies"
    assert reader.desk.tool.name == tool
    reader.click(90, 150)
    if tool == "polygon":
        reader.key(KEY.Key_Return)
    (mark,) = reader.document.marks
    assert mark.frame == drawing.frame


def test_what_is_not_had_back_stays_kept_until_something_else_is_done(reader: Reader) -> None:
    begin(reader, "angle", 2)
    drawing = put_down(reader)
    open_again(reader, drawing, chest_image())
    reader.port.drawing = drawing
    assert put_down(reader) == drawing
    open_again(reader, drawing, chest_image())
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (120, 100)])
    assert put_down(reader) is None


def with_drawing_elsewhere(open_reader: ReaderMaker) -> Reader:
    """Two series; what was not finished lies on the one that is in no view."""
    image = chest_image()
    info = replace(image.info, uid="other")
    refs = tuple(replace_series(ref) for ref in image.refs)
    found = {"0": image, "1": replace(image, info=info, refs=refs)}
    tiles = tuple(SeriesTile(uid, n, "Chest", len(refs)) for n, uid in enumerate(found))
    drawing = OpenDrawing("angle", refs[3], ((80_000, 90_000), (120_000, 90_000)))
    case = replace(open_case(image), series=tiles, tile="0", drawing=drawing)
    reader = open_reader(case)
    reader.port.other_series = found
    return reader


def test_it_is_offered_where_its_series_is_shown(open_reader: ReaderMaker) -> None:
    reader = with_drawing_elsewhere(open_reader)
    assert said(reader) == []
    reader.desk.active.open("1")
    reader.settle()
    assert len(said(reader)) == 1
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.active.view.index == 3
    assert reader.desk.tool.busy


def test_undo_stands_open_where_its_series_comes_beside_the_active_view(
    open_reader: ReaderMaker,
) -> None:
    reader = with_drawing_elsewhere(open_reader)
    reader.desk.arrangement.arrange(1, 2)
    reader.settle()
    reader.desk.arrangement.viewports[1].open("1")
    reader.settle()
    assert len(said(reader)) == 1
    assert reader.window.commands["edit.undo"].isEnabled()


def replace_series(ref: FrameRef) -> FrameRef:
    return FrameRef("other", f"{ref.instance}.1", ref.frame)


def test_a_drawing_on_a_plane_is_told_and_a_signed_case_offers_none(reader: Reader) -> None:
    frame = FrameRef("1.2.3", "reformat", 4)
    drawing = OpenDrawing("angle", frame, ((80_000, 90_000), (120_000, 90_000)), on_plane=True)
    open_again(reader, drawing, chest_image())
    assert said(reader) == ["Not finished: angle of 2 points."]
    assert not reader.window.commands["edit.undo"].isEnabled()
    signed = replace(open_case(chest_image(), signed=True), id="case-3")
    reader.show(replace(signed, drawing=replace_plane(drawing)))
    assert not reader.window.commands["edit.undo"].isEnabled()


def replace_plane(drawing: OpenDrawing) -> OpenDrawing:
    return OpenDrawing(drawing.tool, chest_image().refs[0], drawing.points)


@pytest.mark.parametrize("kept_before", [True, False])
def test_a_case_that_was_read_before_it_was_put_down_has_its_points_back(
    reader: Reader, kept_before: bool
) -> None:
    """The same folder is opened again: what comes was read before the points were kept."""
    image, old = chest_image(), None
    if kept_before:
        old = OpenDrawing("polygon", image.refs[1], ((80_000, 90_000), (120_000, 90_000)))
    open_again(reader, old, image)
    begin(reader, "angle", 2)
    put_down(reader)
    for notice in reader.window.tidings.all():
        reader.window.tidings.dismiss(notice.id)
    reader.show(replace(open_case(chest_image()), id="case-9", drawing=old))
    assert said(reader) == ["Not finished: angle of 2 points."]
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.tool.name == "angle"
    assert reader.desk.tool.busy
    reader.click(90, 150)
    assert len(reader.document.marks) == 1
    assert put_down(reader) is None, "it comes back once"


def test_a_notice_is_small_and_a_click_on_it_is_for_the_picture(reader: Reader) -> None:
    for tool in ("polygon", "angle", "rotated-box"):
        begin(reader, tool, 2)
        reader.key(KEY.Key_Escape)
    stack = reader.window.notices
    assert stack.height() <= 3 * 36 + 2 * 8
    assert stack.width() < 400
    card = stack.findChildren(NoticeCard)[1]
    label = next(one for one in card.findChildren(QLabel) if one.text().startswith("Not"))
    reader.take("spline")
    at = label.rect().center()
    there = reader.view.mapFromGlobal(label.mapToGlobal(at))
    for by in (QPoint(), QPoint(60, 0), QPoint(60, 20)):
        QTest.mouseClick(label, LEFT, NONE, at + by)
        reader.settle()
    reader.take("polygon")
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, Spline)
    assert len(mark.shape.points) == 3
    scene = reader.desk.scene(reader.desk.active)
    assert scene is not None
    first = scene.where.to_canvas(placed(mark.shape.points[0]))
    assert first == pytest.approx((there.x(), there.y()), abs=1)


def test_a_drag_that_begins_on_a_notice_is_for_the_picture(reader: Reader) -> None:
    begin(reader, "angle", 2)
    reader.key(KEY.Key_Escape)
    stack = reader.window.notices
    label = next(one for one in stack.findChildren(QLabel) if one.text().startswith("Not"))
    at = label.rect().center()
    reader.take("box")
    QTest.mousePress(label, LEFT, NONE, at)
    QTest.mouseMove(label, at - QPoint(0, 80))
    QTest.mouseRelease(label, LEFT, NONE, at - QPoint(30, 80))
    assert isinstance(reader.document.marks[-1].shape, Box)


def test_the_wheel_turns_slices_under_a_notice(reader: Reader) -> None:
    begin(reader, "angle", 2)
    reader.key(KEY.Key_Escape)
    card = reader.window.notices
    at = QPointF(card.rect().center())
    turned = QWheelEvent(
        at,
        card.mapToGlobal(at),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(card, turned)
    reader.settle()
    assert reader.desk.active.view.index == 1


def undo_of(reader: Reader, words: str) -> QWidget:
    """The button in the notice that says so."""
    cards = reader.window.notices.findChildren(NoticeCard)
    card = next(c for c in cards if any(one.text() == words for one in c.findChildren(QLabel)))
    return next(b for b in card.findChildren(QWidget) if getattr(b, "text", str)() == "Undo")


def test_the_notice_outlives_the_next_mark_and_gives_the_drawing_back(reader: Reader) -> None:
    begin(reader, "rotated-box", 2)
    reader.take("ellipse")
    reader.drag([(60, 60), (70, 70)])
    (told,) = said(reader)
    assert told == "Not finished: turned box of 2 points."
    before = reader.document
    assert len(before.marks) == 1
    QTest.mouseClick(undo_of(reader, told), LEFT)
    reader.settle()
    assert said(reader) == []
    assert reader.document == before, "the ellipse stays"
    assert reader.desk.tool.name == "rotated-box"
    reader.click(90, 150)
    assert len(reader.document.marks) == 2


def test_undo_by_key_takes_the_newest_first(reader: Reader) -> None:
    begin(reader, "rotated-box", 2)
    reader.take("ellipse")
    reader.drag([(60, 60), (70, 70)])
    reader.key(KEY.Key_Z, CTRL)
    assert reader.document.marks == ()
    assert not reader.desk.tool.busy
    reader.key(KEY.Key_Z, CTRL)
    assert (reader.desk.tool.name, reader.desk.tool.busy) == ("rotated-box", True)
    assert said(reader) == []
    reader.click(90, 150)
    assert len(reader.document.marks) == 1


def test_redo_brings_the_points_back_that_undo_took(reader: Reader) -> None:
    begin(reader, "polygon", 3)
    tool = reader.desk.tool
    assert isinstance(tool, ClickTool)
    whole = tool.under_way
    for _ in range(3):
        reader.key(KEY.Key_Z, CTRL)
    assert not tool.busy
    for _ in range(3):
        reader.key(KEY.Key_Z, CTRL | SHIFT)
    assert tool.under_way == whole
    reader.key(KEY.Key_Z, CTRL)
    reader.click(60, 150)
    other = tool.under_way
    reader.key(KEY.Key_Z, CTRL | SHIFT)
    assert tool.under_way == other, "another point was set since"
    reader.take("window")
    reader.key(KEY.Key_Z, CTRL | SHIFT)
    assert tool.under_way == other, "it rests while one looks"


@pytest.mark.parametrize("points", [1, 2])
def test_redo_after_another_mark_is_about_that_mark(reader: Reader, points: int) -> None:
    """The point was taken back before it was drawn: it lies on a way that was left."""
    begin(reader, "polygon", points)
    for _ in range(points):
        reader.key(KEY.Key_Z, CTRL)
    reader.take("ellipse")
    reader.drag([(60, 60), (70, 70)])
    marks = reader.document.marks
    reader.key(KEY.Key_Z, CTRL)
    assert reader.document.marks == ()
    reader.key(KEY.Key_Z, CTRL | SHIFT)
    assert reader.document.marks == marks
    assert reader.desk.tool.name == "ellipse"


def test_a_walk_back_and_forth_loses_no_drawing(reader: Reader) -> None:
    """Its points lie where they lay in the order of what was done."""
    for place in (20, 40):
        reader.take("ellipse")
        reader.drag([(place, 20), (place + 10, 30)])
    begin(reader, "polygon", 2)
    reader.take("ellipse")
    reader.drag([(60, 60), (70, 70)])
    marks = reader.document.marks
    for _ in range(6):  # an edit, what was given up, two points, two edits
        reader.key(KEY.Key_Z, CTRL)
    assert reader.document.marks == ()
    assert not reader.desk.tool.busy
    for _ in range(4):  # two edits, two points
        reader.key(KEY.Key_Z, CTRL | SHIFT)
    assert reader.document.marks == marks[:2]
    tool = reader.desk.tool
    assert isinstance(tool, ClickTool)
    assert tool.under_way is not None
    assert len(tool.under_way.points) == 2
    reader.key(KEY.Key_Z, CTRL | SHIFT)
    assert reader.document.marks == marks
    assert not tool.busy
    reader.key(KEY.Key_Z, CTRL)
    reader.key(KEY.Key_Z, CTRL)
    assert reader.desk.tool is tool
    assert tool.busy


def test_what_is_under_way_is_not_lost_for_what_comes_back(reader: Reader) -> None:
    begin(reader, "polygon", 2)
    reader.key(KEY.Key_Escape)
    (told,) = said(reader)
    begin(reader, "polygon", 3)
    QTest.mouseClick(undo_of(reader, told), LEFT)
    reader.settle()
    assert len(reader.document.marks) == 1
    reader.click(60, 150)
    reader.key(KEY.Key_Return)
    assert len(reader.document.marks) == 2


def test_another_case_has_none_of_it(reader: Reader) -> None:
    begin(reader, "polygon", 2)
    reader.key(KEY.Key_Escape)
    reader.show(replace(open_case(chest_image()), id="case-8"))
    assert [line for line in said(reader) if line.startswith("Not finished: polygon")] == []


def test_what_a_key_brought_back_is_not_told_any_more(reader: Reader) -> None:
    begin(reader, "angle", 2)
    reader.key(KEY.Key_Escape)
    assert len(said(reader)) == 1
    reader.key(KEY.Key_Z, CTRL)
    assert said(reader) == []
    reader.click(90, 150)
    assert len(reader.document.marks) == 1
    assert said(reader) == []


def test_what_cannot_be_had_back_is_not_offered(reader: Reader) -> None:
    for _ in range(5):
        begin(reader, "angle", 2)
        reader.key(KEY.Key_Escape)
    told = said(reader)
    assert len(told) == MOST_TOLD
    for _ in told:
        QTest.mouseClick(undo_of(reader, told[0]), LEFT)
        reader.settle()
        assert reader.desk.tool.busy
        reader.click(90, 150)
    assert len(reader.document.marks) == MOST_TOLD
    assert said(reader) == []


def test_each_press_of_undo_beside_alike_ones_leads_to_the_next(reader: Reader) -> None:
    starts = []
    for row in (60, 80, 100):
        reader.take("angle")
        reader.click(80, row)
        reader.click(120, row)
        starts.append(drawn(reader))
        reader.key(KEY.Key_Escape)
    seen = []
    for _ in range(4):
        QTest.mouseClick(undo_of(reader, said(reader)[0]), LEFT)
        reader.settle()
        seen.append(drawn(reader))
        assert reader.desk.tool.busy
    assert seen == [starts[2], starts[1], starts[0], starts[2]]
    assert len(said(reader)) == 2


def drawn(reader: Reader) -> object:
    """The first point of what is under way."""
    tool, scene = reader.desk.tool, reader.desk.scene(reader.desk.active)
    assert isinstance(tool, ClickTool)
    assert scene is not None
    (ghost, *_) = tool.preview(scene).ghosts
    assert isinstance(ghost.shape, Polyline)
    return ghost.shape.points[0]
