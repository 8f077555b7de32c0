"""Every tool of marks with real keys and mouse: on slices, on cut planes and on a slide."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from labeler.app.open_case import SeriesTile
from labeler.model.document import Mark, empty_document
from labeler.model.edits import AddMark, Together
from labeler.model.history import replay
from labeler.model.shapes import (
    Angle,
    Arrow,
    Bidirectional,
    Box,
    CobbAngle,
    Cuboid,
    Ellipse,
    Freehand,
    Landmark,
    Length,
    OnPlane,
    PointMark,
    Polygon,
    Polyline,
    RotatedBox,
    Spline,
)
from labeler.model.steps import Amend, Do, Undo
from labeler.viewing.grips import grips
from labeler.viewing.reformat import Reformat
from tests.support.images import axial, image_of
from tests.support.reader import CTRL, LEFT, NONE, SHIFT, Reader
from tests.support.reading_in_memory import chest, open_case
from tests.support.volumes_in_memory import FRAME
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key
Places = list[tuple[float, float]]

DRAG: Places = [(20, 20), (28, 22), (40, 30)]
TOOLS: dict[str, tuple[type, list[Places]]] = {
    "length": (Length, [DRAG]),
    "axes": (Bidirectional, [DRAG, [(26, 30), (36, 16)]]),
    "angle": (Angle, [DRAG, [(20, 40)]]),
    "cobb": (CobbAngle, [DRAG, [(20, 50), (40, 44)]]),
    "box": (Box, [DRAG]),
    "ellipse": (Ellipse, [DRAG]),
    "polygon": (Polygon, [[(20, 20)], [(40, 20)], [(40, 40)]]),
    "freehand": (Freehand, [[(20, 20), (40, 20), (40, 40), (22, 38)]]),
    "rotated-box": (RotatedBox, [DRAG, [(20, 40)]]),
    "polyline": (Polyline, [[(20, 20)], [(40, 20)], [(40, 40)]]),
    "spline": (Spline, [[(20, 20)], [(40, 20)], [(40, 40)]]),
    "point": (PointMark, [[(20, 20)]]),
    "arrow": (Arrow, [DRAG]),
    "landmark": (Landmark, [[(20, 20)]]),
    "cuboid": (Cuboid, [DRAG]),
}


@pytest.fixture
def reader(open_reader: ReaderMaker) -> Reader:
    """Two series of one Frame of Reference, 24 slices of 64 x 64 and 12 of as many."""
    first, second = (
        image_of(chest(count, 64), matrix=axial((4.8, 4.8, step)), modality="CT")
        for count, step in ((24, 2.0), (12, 4.0))
    )
    first, second = (
        replace(one, info=replace(one.info, frame_of_reference=FRAME, uid=uid))
        for one, uid in ((first, "0"), (second, "1"))
    )
    tiles = tuple(SeriesTile(uid, n, "Chest", 24 // (n + 1)) for n, uid in enumerate("01"))
    reader = open_reader(replace(open_case(first), series=tiles, tile="0"))
    reader.port.other_series = {"0": first, "1": second}
    return reader


def use(reader: Reader, gestures: list[Places]) -> None:
    for places in gestures:
        if len(places) == 1:
            reader.click(*places[0])
        else:
            reader.drag(places)
    if reader.desk.tool.busy:
        reader.key(KEY.Key_Return)


def test_every_tool_makes_its_mark_on_a_slice_and_it_is_taken_back(reader: Reader) -> None:
    for tool, (kind, gestures) in TOOLS.items():
        reader.take(tool)
        use(reader, gestures)
        (mark,) = reader.document.marks
        assert isinstance(mark.shape, kind)
        assert reader.desk.selected == mark.id
        reader.key(KEY.Key_Z, CTRL)
        assert reader.document.marks == ()
    assert len(reader.port.steps) == 2 * len(TOOLS)


def test_every_tool_makes_its_mark_on_a_cut_plane(reader: Reader) -> None:
    reader.key(KEY.Key_C, SHIFT)
    assert isinstance(reader.desk.active.image, Reformat)
    base = reader.desk.active.base
    assert base is not None
    for tool, (kind, gestures) in TOOLS.items():
        reader.take(tool)
        use(reader, [[(x, y / 4) for x, y in places] for places in gestures])
        mark = reader.document.marks[-1]
        flat = mark.shape.shape if isinstance(mark.shape, OnPlane) else mark.shape
        assert isinstance(flat, kind)
        assert isinstance(mark.shape, OnPlane | Landmark | Cuboid)
        assert mark.frame in base.refs
        scene = reader.desk.scene(reader.desk.active)
        assert scene is not None
        assert scene.selected_mark() is not None


def test_a_plane_turned_askew_takes_marks_that_come_back_with_it(reader: Reader) -> None:
    reader.key(KEY.Key_Y)
    viewport = reader.desk.active
    reader.take("ellipse")
    reader.drag([(20, 20), (40, 30)])
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, OnPlane)
    index = viewport.view.index
    viewport.go_to(index + 5)
    reader.settle()
    scene = reader.desk.scene(viewport)
    assert scene is not None
    assert scene.lies(mark) is None
    reader.desk.active.go_to(index)
    reader.settle()
    scene = reader.desk.scene(viewport)
    assert scene is not None
    assert scene.lies(mark) is not None


def boxes(reader: Reader, *places: Places) -> None:
    reader.take("box")
    for one in places:
        reader.drag(one)
    reader.key(KEY.Key_V)


def test_several_marks_are_nudged_copied_and_deleted_as_one(reader: Reader) -> None:
    boxes(reader, [(10, 10), (18, 18)], [(30, 10), (38, 18)])
    reader.drag([(5, 5), (44, 24)])
    assert len(reader.desk.chosen.names) == 2
    lows = [mark.shape.low for mark in reader.document.marks if isinstance(mark.shape, Box)]
    reader.key(KEY.Key_Right)
    reader.key(KEY.Key_Down, SHIFT)
    after = [mark.shape.low for mark in reader.document.marks if isinstance(mark.shape, Box)]
    assert after == [(x + 1_000, y + 10_000) for x, y in lows]
    assert reader.desk.active.view.index == 0, "arrows moved marks, not slices"
    reader.key(KEY.Key_C, CTRL)
    reader.key(KEY.Key_PageDown)
    reader.key(KEY.Key_V, CTRL)
    assert len(reader.document.marks) == 4
    assert reader.document.marks[3].frame == reader.desk.case.image.refs[10]  # type: ignore[union-attr]
    reader.key(KEY.Key_Delete)
    assert len(reader.document.marks) == 2
    step = reader.port.steps[-1]
    assert isinstance(step, Do)
    assert isinstance(step.edit, Together)
    reader.key(KEY.Key_Z, CTRL)
    assert len(reader.document.marks) == 4


def test_a_run_of_nudges_is_one_edit(reader: Reader) -> None:
    boxes(reader, [(10, 10), (18, 18)], [(30, 10), (38, 18)])
    now = [0.0]
    reader.desk.nudges.clock = lambda: now[0]
    reader.drag([(5, 5), (44, 24)])
    start = reader.document.marks
    for _ in range(4):
        reader.key(KEY.Key_Right)
        now[0] += 0.9
    reader.key(KEY.Key_Down, SHIFT)
    after = reader.document.marks
    assert [step for step in reader.port.steps[2:] if isinstance(step, Do)] == [
        reader.port.steps[2]
    ]
    assert [type(step) for step in reader.port.steps[3:]] == [Amend] * 4
    reader.key(KEY.Key_Z, CTRL)
    assert reader.document.marks == start
    reader.key(KEY.Key_Z, CTRL | SHIFT)
    assert reader.document.marks == after
    reader.key(KEY.Key_Right)
    reader.key(KEY.Key_Z, CTRL)
    assert reader.document.marks == after, "what was undone and done again is finished"
    now[0] += 1.1
    reader.key(KEY.Key_Up)
    reader.key(KEY.Key_Down)
    assert reader.document.marks == after
    assert isinstance(reader.port.steps[-1], Undo), "back where it began"
    reader.key(KEY.Key_Up)
    reader.drag([(2, 40), (3, 50)])
    reader.drag([(8, 8), (26, 32)])
    assert len(reader.desk.chosen.names) == 1
    reader.key(KEY.Key_Up)
    assert isinstance(reader.port.steps[-1], Do), "another selection is another edit"
    edited = replay(empty_document("0" * 64), ((0, step) for step in reader.port.steps))
    assert edited.document == reader.document


def test_nudges_of_very_many_marks_wait_for_one_another_and_none_is_lost(reader: Reader) -> None:
    frame = reader.desk.case.image.refs[0]  # type: ignore[union-attr]
    marks = [
        Mark(f"p{n}", "solid", frame, Box((2_000 + n, 2_000), (5_000 + n, 5_000)))
        for n in range(300)
    ]
    reader.port.apply(Together("paste-marks", tuple(AddMark(*m) for m in enumerate(marks))), {})
    reader.settle()
    reader.key(KEY.Key_V)
    reader.key(KEY.Key_A, CTRL)
    reader.port.late = []
    for _ in range(7):
        QTest.keyClick(reader.view, KEY.Key_Right)
    assert reader.document.marks == tuple(marks), "worked out on another thread"
    for act in list(reader.port.late):
        act()
    late, reader.port.late = reader.port.late, None
    for act in late[1:]:
        act()
    reader.settle()
    shapes = [step for step in reader.port.steps if isinstance(step, Do | Amend)]
    assert len(shapes) == 3, "the first nudge, and one for those that came meanwhile"


def test_keys_that_wait_are_about_what_was_selected_when_they_were_pressed(reader: Reader) -> None:
    frame = reader.desk.case.image.refs[0]  # type: ignore[union-attr]
    marks = [
        Mark(f"p{n}", "solid", frame, Box((2_000 + n, 2_000), (5_000 + n, 5_000)))
        for n in range(300)
    ]
    reader.port.apply(Together("paste-marks", tuple(AddMark(*m) for m in enumerate(marks))), {})
    reader.settle()
    reader.key(KEY.Key_V)
    reader.key(KEY.Key_A, CTRL)
    reader.port.late = []
    reader.key(KEY.Key_Right)
    for name, keys in (
        ("p0", [(KEY.Key_Delete, NONE)]),
        ("p1", [(KEY.Key_2, NONE), (KEY.Key_Right, NONE), (KEY.Key_Right, NONE)]),
        ("p2", [(KEY.Key_Down, NONE)]),
    ):
        reader.desk.select_mark(name, frozenset({"p0"}) if name == "p2" else frozenset())
        for key in keys:
            reader.key(*key)
    reader.window.commands["mark.lock"].trigger()
    reader.desk.select_mark("p3")
    for act in list(reader.port.late):
        act()
    reader.port.late = None
    reader.settle()
    found = {mark.id: mark for mark in reader.document.marks}
    assert len(found) == 299
    assert "p0" not in found, "and what was pressed later goes on without it"
    moved = {name: found[name].shape.low for name in ("p1", "p2", "p3")}  # type: ignore[union-attr]
    assert moved == {"p1": (5_001, 2_000), "p2": (3_002, 3_000), "p3": (3_003, 2_000)}
    assert (found["p1"].label, found["p2"].label, found["p3"].label) == ("part", "solid", "solid")
    assert [found[name].locked for name in ("p1", "p2", "p3")] == [False, True, False]
    assert reader.desk.selected == "p3", "what was selected meanwhile stays so"


def test_a_nudge_that_waited_for_a_case_left_behind_is_not_done_to_the_next_one(
    reader: Reader,
) -> None:
    case = reader.desk.case
    assert case is not None
    marks = [
        Mark(f"p{n}", "solid", case.image.refs[0], Box((n, 0), (n + 9, 9))) for n in range(300)
    ]
    paste = Together("paste-marks", tuple(AddMark(*m) for m in enumerate(marks)))
    reader.port.apply(paste, {})
    reader.key(KEY.Key_V)
    reader.key(KEY.Key_A, CTRL)
    reader.port.late = []
    for _ in range(2):
        QTest.keyClick(reader.view, KEY.Key_Right)
    reader.port.late = None
    reader.port.leave_behind()
    reader.settle()
    reader.show(case)
    reader.port.apply(paste, {})
    assert reader.document.marks == tuple(marks)
    reader.key(KEY.Key_V)
    reader.key(KEY.Key_A, CTRL)
    reader.key(KEY.Key_Right)
    assert reader.document.marks != tuple(marks), "keys nudge again"


def test_arrows_scroll_while_nothing_here_is_selected(reader: Reader) -> None:
    boxes(reader, [(10, 10), (18, 18)])
    reader.key(KEY.Key_Escape)
    reader.key(KEY.Key_Down)
    assert reader.desk.active.view.index == 1
    assert len(reader.port.steps) == 1


def test_copies_go_to_another_series_by_place(reader: Reader) -> None:
    boxes(reader, [(10, 10), (18, 18)])
    reader.key(KEY.Key_C, CTRL)
    reader.desk.active.open("1")
    reader.settle()
    reader.key(KEY.Key_V, CTRL)
    one, other = reader.document.marks
    assert one.shape == other.shape
    assert other.frame.series == reader.port.other_series["1"].refs[0].series


def test_a_box_in_the_patient_is_turned_by_its_handle_and_measures_the_same(
    reader: Reader,
) -> None:
    reader.take("cuboid")
    reader.drag([(20, 20), (40, 30)])
    size = reader.place.panel.marks.list.rows()[0].text
    before = reader.document.marks[0].shape
    reader.key(KEY.Key_V)
    scene = reader.desk.scene(reader.desk.active)
    assert scene is not None
    lying = scene.selected_mark()
    assert lying is not None
    grip = grips(scene, lying)[-1]
    reader.drag([(grip[0] / 1000, grip[1] / 1000), (40, 40), (38, 48)])
    after = reader.document.marks[0].shape
    assert isinstance(before, Cuboid)
    assert isinstance(after, Cuboid)
    assert after.across[1] != 0
    assert after.center == before.center
    assert reader.place.panel.marks.list.rows()[0].text == size
    reader.key(KEY.Key_Z, CTRL)
    assert reader.document.marks[0].shape == before
    reader.key(KEY.Key_Z, CTRL | SHIFT)
    assert reader.document.marks[0].shape == after


def test_all_marks_of_a_slice_take_a_label_at_once(reader: Reader) -> None:
    boxes(reader, [(10, 10), (18, 18)], [(30, 10), (38, 18)])
    reader.key(KEY.Key_A, CTRL)
    reader.key(KEY.Key_2)
    assert {mark.label for mark in reader.document.marks} == {"part"}
    assert len(reader.port.steps) == 3


def test_shift_and_control_clicks_reach_the_tool(reader: Reader) -> None:
    boxes(reader, [(10, 10), (18, 18)], [(30, 10), (38, 18)])
    for column in (14, 34):
        QTest.mouseClick(reader.view, LEFT, SHIFT, reader.at(column, 14))
    reader.settle()
    assert len(reader.desk.chosen.names) == 1, "the last drawn was selected: it is taken out"
    reader.take("polygon")
    use(reader, [[(20, 40)], [(40, 40)], [(40, 60)]])
    reader.key(KEY.Key_V)
    QTest.mouseClick(reader.view, LEFT, CTRL, reader.at(30, 40))
    reader.settle()
    shape = reader.document.marks[2].shape
    assert isinstance(shape, Polygon)
    assert len(shape.points) == 4


def test_buttons_out_of_order_do_nothing_wrong(reader: Reader) -> None:
    view, far = reader.view, QPoint(-500, 9000)
    for tool in (*TOOLS, "select"):
        reader.take(tool)
        before = len(reader.document.marks)
        QTest.mouseRelease(view, LEFT, NONE, reader.at(20, 20))
        QTest.mousePress(view, LEFT, NONE, reader.at(20, 20))
        QTest.mousePress(view, LEFT, NONE, reader.at(24, 24))
        QTest.mouseMove(view, far)
        reader.wheel(-1)
        QTest.mouseMove(view, reader.at(30, 30))
        QTest.mouseRelease(view, LEFT, NONE, far)
        QTest.mouseRelease(view, LEFT, NONE, far)
        reader.settle()
        assert len(reader.document.marks) <= before + 1
        reader.key(KEY.Key_Escape)
        reader.key(KEY.Key_Escape)
        assert not reader.desk.tool.busy


def test_a_tool_behind_the_menu_lights_the_way_to_it(reader: Reader) -> None:
    more = reader.place.tools.more
    assert not more.isHidden()
    reader.take("cuboid")
    assert more.isChecked()
    reader.take("select")
    assert not more.isChecked()


def test_marks_are_drawn_on_a_slide(open_reader: ReaderMaker) -> None:
    stored = np.full((1, 512, 512, 3), 200, np.uint8)
    image = image_of(stored, photometric="RGB", modality="SM", oriented=False)
    reader = open_reader(open_case(image))
    for tool in ("ellipse", "spline", "rotated-box"):
        kind, gestures = TOOLS[tool]
        reader.take(tool)
        use(reader, [[(x * 8, y * 8) for x, y in places] for places in gestures])
        assert isinstance(reader.document.marks[-1].shape, kind)
