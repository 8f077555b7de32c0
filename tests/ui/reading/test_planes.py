"""Planes, slabs, crosshair and links, tried with real keys and mouse."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.app.cut_room import Answer, CutRoom
from labeler.app.open_case import SeriesTile
from labeler.errors import LabelerError
from labeler.model.document import Mark
from labeler.model.edits import AddMark
from labeler.model.lying import on_plane
from labeler.model.shapes import Length, OnPlane, PaintedMask
from labeler.ui.reading.late_sign import LATE_MS
from labeler.ui.reading.phrases import words
from labeler.ui.reading.view_actions import use_preset
from labeler.ui.reading.viewport import Viewport
from labeler.ui.reading.viewport_widget import ViewportWidget
from labeler.viewing.corner_text import slice_position
from labeler.viewing.crosshair import lines
from labeler.viewing.cuts import turned
from labeler.viewing.links import middle
from labeler.viewing.reformat import Reformat
from tests.support.images import axial, image_of
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest, open_case
from tests.support.volumes_in_memory import FRAME, volume_of
from tests.ui.reading.conftest import ReaderMaker

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def reader(open_reader: ReaderMaker) -> Reader:
    """Two series of one Frame of Reference, the second of twice the distance."""
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


def test_the_lines_leave_the_texts_free(reader: Reader) -> None:
    reader.window.commands["planes.mpr"].trigger()
    reader.settle()
    view = widget(reader, 0)
    image = view.grab().toImage()
    letters, texts = view._painter._letters.taken, view._painter._words.taken
    assert len(letters) == 4
    assert texts

    def colored(x: int, y: int) -> bool:
        """The image, its texts and their halo are grey, or nearly so."""
        return image.pixelColor(x, y).hsvSaturation() > 60

    across = [y for y in range(view.height()) if colored(view.width() // 4, y)]
    assert across
    for room in (*letters, *texts):
        inside = [
            (x, y)
            for x in range(room.left(), room.right() + 1)
            for y in range(room.top(), room.bottom() + 1)
            if colored(x, y)
        ]
        assert not inside, room


def test_the_lines_leave_the_length_of_the_scale_bar_and_captions_free(reader: Reader) -> None:
    mpr(reader)
    view = widget(reader, 0)
    (bar,) = view._painter._scale.taken
    QTest.keyClick(view, KEY.Key_R)
    middle = view.rect().center()
    QTest.mousePress(view, LEFT, NONE, middle + QPoint(-60, -20))
    QTest.mouseMove(view, middle + QPoint(-20, 20))
    QTest.mouseRelease(view, LEFT, NONE, middle + QPoint(-20, 20))
    QTest.keyClick(view, KEY.Key_V)
    reader.desk.select_mark("")
    reader.settle()
    point(view, QPoint(middle.x() + 60, bar.center().y()))
    reader.settle()
    assert crossed(view, QRect(bar.right() + 12, bar.top(), 20, bar.height())), "it passes there"
    assert not crossed(view, bar)
    caption = QRect(middle + QPoint(-20 + 12, -20), QSize(60, 15))
    point(view, QPoint(middle.x() - 160, caption.center().y()))
    reader.settle()
    assert crossed(view, caption.translated(100, 0)), "it passes there"
    assert not crossed(view, caption.adjusted(0, 0, -20, 0))


def point(view: ViewportWidget, at: QPoint) -> None:
    """The crosshair goes there."""
    QTest.mouseMove(view, at)
    for back in (20, 0):
        hover(view, at - QPoint(back, 0))


def crossed(view: ViewportWidget, room: QRect) -> bool:
    """Whether a coloured line goes through: labels' digits and figures are grey."""
    image = view.grab(room).toImage()
    return any(
        image.pixelColor(x, y).hsvSaturation() > 60
        for x in range(image.width())
        for y in range(image.height())
    )


def widget(reader: Reader, number: int) -> ViewportWidget:
    found = reader.place.wall.widget_of(reader.desk.arrangement.viewports[number])
    assert found is not None
    return found


def said(reader: Reader) -> list[str]:
    return [notice.happened for notice in reader.window.tidings.all()]


def hover(view: ViewportWidget, at: QPoint) -> None:
    """The pointer passes with Shift held and no button down."""
    place, none = QPointF(at), Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, view.mapToGlobal(place), none, none, SHIFT)
    QApplication.sendEvent(view, event)


def planes(reader: Reader) -> list[str]:
    return [reader.desk.planes.plane(viewport) for viewport in reader.desk.arrangement.on_screen]


def place_of(viewport: Viewport) -> np.ndarray:
    assert viewport.image is not None
    return middle(viewport.image, viewport.view.index)


def mpr(reader: Reader) -> None:
    reader.key(KEY.Key_Y)
    reader.settle()


def test_y_shows_three_planes_and_the_series_and_once_more_the_series(reader: Reader) -> None:
    reader.desk.active.go_to(10)
    mpr(reader)
    assert planes(reader) == ["axial", "sagittal", "coronal", ""]
    assert all(viewport.pixels is not None for viewport in reader.desk.arrangement.on_screen)
    windows = {viewport.view.window for viewport in reader.desk.arrangement.on_screen}
    assert len(windows) == 1
    assert reader.desk.arrangement.viewports[3].view.index == 10
    mpr(reader)
    assert (reader.desk.arrangement.rows, reader.desk.arrangement.columns) == (1, 1)
    assert reader.desk.active.image is reader.port.other_series["0"]
    assert reader.desk.active.wanted == 10
    assert reader.desk.planes.crosshair is None


@pytest.mark.parametrize("other", ["1", ""])
def test_y_ends_with_what_was_cut_whatever_came_into_the_fourth_view(
    reader: Reader, other: str
) -> None:
    reader.desk.active.go_to(10)
    mpr(reader)
    fourth = reader.desk.arrangement.viewports[3]
    if other:
        fourth.open(other)
    else:
        fourth.clear()
    reader.settle()
    mpr(reader)
    assert (reader.desk.arrangement.rows, reader.desk.arrangement.columns) == (1, 1)
    assert reader.desk.active.image is reader.port.other_series["0"]
    assert reader.desk.active.wanted == 10
    assert reader.desk.planes.crosshair is None


def test_the_list_tells_sizes_also_where_a_cut_is_shown(reader: Reader) -> None:
    reader.key(Qt.Key.Key_B)
    reader.drag([(20, 20), (40, 20)])
    mpr(reader)
    assert reader.desk.active.base is not reader.desk.active.image
    reader.desk.choose_label(2)
    reader.settle()
    (row,) = reader.place.panel.marks.list.rows()
    assert row.text.endswith((" mL", " mm³", " mm²", " cm²"))
    assert row.right.startswith("Im ")


def test_a_click_with_the_crosshair_brings_the_other_planes_there(reader: Reader) -> None:
    mpr(reader)
    reader.key(KEY.Key_X)
    view = widget(reader, 0)
    QTest.mouseClick(view, LEFT, NONE, view.rect().center() + QPoint(30, -40))
    reader.settle()
    crosshair = reader.desk.planes.crosshair
    assert crosshair is not None
    for number, axis in ((1, 0), (2, 1)):
        place = place_of(reader.desk.arrangement.viewports[number])
        assert place[axis] == pytest.approx(crosshair.point[axis], abs=0.01)
    acquired = place_of(reader.desk.arrangement.viewports[3])
    assert abs(acquired[2] - crosshair.point[2]) <= 1.0


def drag_handle(reader: Reader, plane: str, by: tuple[int, int]) -> None:
    scene = reader.desk.scene(reader.desk.arrangement.viewports[0])
    assert scene is not None
    assert scene.crosshair is not None
    found = lines(scene.crosshair, scene.image, scene.view.index, scene.where)
    handle = next(line for line in found if line.plane == plane).handles(scene.canvas)[1]
    start = QPoint(round(handle[0]), round(handle[1]))
    view = widget(reader, 0)
    QTest.mousePress(view, LEFT, NONE, start)
    for n in range(1, 5):
        QTest.mouseMove(view, start + QPoint(by[0] * n // 4, by[1] * n // 4))
        assert reader.desk.arrangement.viewports[2].is_coarse
    QTest.mouseRelease(view, LEFT, NONE, start + QPoint(*by))
    reader.settle()


def test_a_handle_turns_the_planes_coarse_then_sharp(reader: Reader) -> None:
    mpr(reader)
    reader.key(KEY.Key_X)
    drag_handle(reader, "coronal", (0, 40))
    cuts = [v.image.cut for v in reader.desk.arrangement.on_screen if isinstance(v.image, Reformat)]
    assert not any(viewport.is_coarse for viewport in reader.desk.arrangement.on_screen)
    axial_cut, sagittal_cut, coronal_cut = cuts
    assert axial_cut is not None
    assert sagittal_cut is not None
    assert coronal_cut is not None
    assert axial_cut.normal == pytest.approx([0, 0, -1])
    assert abs(coronal_cut.normal[0]) > 0.1
    assert abs(float(coronal_cut.normal @ sagittal_cut.normal)) < 1e-9
    layout = reader.desk.arrangement.viewports[2].layout
    assert layout is not None
    assert layout.plane.value == "oblique"
    reader.key(KEY.Key_X, SHIFT)
    layout = reader.desk.arrangement.viewports[2].layout
    assert layout is not None
    assert layout.plane.value == "coronal"


def test_shift_and_move_points_without_a_button(reader: Reader) -> None:
    reader.desk.arrangement.arrange(1, 2)
    reader.desk.arrangement.viewports[1].open("1")
    reader.settle()
    view = widget(reader, 0)
    before = reader.desk.arrangement.viewports[1].wanted
    reader.desk.arrangement.viewports[0].go_to(16)
    reader.desk.planes.toggle_links(reader.desk.active)
    hover(view, view.rect().center() - QPoint(20, 0))
    assert reader.desk.planes.crosshair is None
    hover(view, view.rect().center())
    assert reader.desk.planes.crosshair is not None
    assert reader.desk.arrangement.viewports[1].wanted == 8 != before


def test_shift_of_the_window_box_and_of_a_shortcut_leaves_the_crosshair(reader: Reader) -> None:
    view = widget(reader, 0)
    reader.key(KEY.Key_W)
    for step in range(5):
        hover(view, view.rect().center() + QPoint(20 * step, 0))
    assert reader.desk.planes.crosshair is None
    reader.key(KEY.Key_V)
    hover(view, view.rect().center())
    QTest.keyPress(view, KEY.Key_I, SHIFT)
    for step in range(5):
        hover(view, view.rect().center() + QPoint(20 * step, 0))
    assert reader.desk.planes.crosshair is None
    QTest.keyRelease(view, KEY.Key_Shift)
    hover(view, view.rect().center())
    hover(view, view.rect().center() + QPoint(20, 0))
    assert reader.desk.planes.crosshair is not None


def test_a_slab_is_made_thicker_by_keys_and_told_in_the_corner(reader: Reader) -> None:
    reader.key(KEY.Key_C, SHIFT)
    for _ in range(3):
        reader.key(KEY.Key_Up, SHIFT)
    reader.key(KEY.Key_Right, SHIFT)
    image = reader.desk.active.image
    assert isinstance(image, Reformat)
    assert image.cut is not None
    assert (image.cut.slab_mm, image.cut.projection.value) == (10.0, "minip")
    reader.key(KEY.Key_Down, SHIFT)
    assert isinstance(reader.desk.active.image, Reformat)
    assert reader.desk.active.image.cut is not None
    assert reader.desk.active.image.cut.slab_mm == 5.0
    reader.key(KEY.Key_O, SHIFT)
    assert reader.desk.active.image is reader.port.other_series["0"]


def test_a_slab_of_an_acquired_series_is_cut_along_its_own_plane(reader: Reader) -> None:
    reader.key(KEY.Key_Up, SHIFT)
    image = reader.desk.active.image
    assert isinstance(image, Reformat)
    assert image.cut is not None
    assert (image.cut.along, image.cut.slab_mm) == ((0.0, 0.0, -1.0), 2.0)


def test_what_is_drawn_on_a_plane_is_a_mark_of_the_plane(reader: Reader) -> None:
    reader.key(KEY.Key_C, SHIFT)
    reader.key(KEY.Key_L)
    reader.drag([(10, 5), (20, 8)])
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, OnPlane)
    assert reader.desk.case is not None
    assert mark.frame in reader.desk.case.image.refs
    assert reader.desk.selected == mark.id


def test_a_mark_of_a_plane_is_gone_to_in_the_view_that_shows_it(reader: Reader) -> None:
    """Not in the acquired series, where it is not seen."""
    mpr(reader)
    sagittal = reader.desk.arrangement.viewports[1]
    reader.desk.arrangement.activate(sagittal)
    scene = reader.desk.scene(sagittal)
    assert scene is not None
    shape = on_plane(scene.image, scene.view.index, Length((10_000, 5_000), (20_000, 8_000)))
    assert reader.desk.case is not None
    frame = reader.desk.case.image.refs[10]
    reader.port.apply(AddMark(0, Mark("m", "nodule", frame, shape)), {})
    series = reader.desk.arrangement.viewports[3]
    for view in (sagittal, series):
        view.go_to(2)
    reader.desk.arrangement.activate(series)
    reader.settle()
    reader.desk.select_mark("m")
    reader.settle()
    assert sagittal.wanted == scene.view.index
    assert reader.desk.active is sagittal
    assert series.wanted == 2


def test_painting_on_a_plane_paints_the_volume(reader: Reader) -> None:
    reader.key(KEY.Key_C, SHIFT)
    reader.key(KEY.Key_B)
    reader.drag([(10, 5), (20, 8)])
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, PaintedMask)
    assert reader.desk.case is not None
    assert mark.frame in reader.desk.case.image.refs
    scene = reader.desk.scene(reader.desk.active)
    assert scene is not None
    region = scene.region(mark.shape)
    assert region is not None
    assert region.holds(15, 6)
    reader.place.desk.returning.undo()
    assert reader.document.marks == ()


def test_a_series_that_cannot_be_cut_says_why(reader: Reader) -> None:
    reader.port.volumes["0"] = None
    reader.key(KEY.Key_C, SHIFT)
    assert reader.desk.active.image is reader.port.other_series["0"]
    assert any("in memory" in text for text in said(reader))
    mpr(reader)
    assert (reader.desk.arrangement.rows, reader.desk.arrangement.columns) == (1, 1)


def test_planes_are_no_slices_that_were_seen(reader: Reader) -> None:
    reader.key(KEY.Key_C, SHIFT)
    for _ in range(5):
        reader.key(KEY.Key_Down)
    assert reader.port.seen("0") == {0}


def test_more_of_the_volume_shows_as_it_comes(reader: Reader) -> None:
    volume = reader.port.request_volume("0")
    assert volume is not None
    volume.here[12:] = False
    reader.key(KEY.Key_C, SHIFT)
    before = reader.desk.active.pixels
    assert before is not None
    assert (before == -32768).any()
    volume.here[:] = True
    for listener in reader.port.volume_listeners:
        listener()
    assert reader.desk.active.pixels is not None
    assert not (reader.desk.active.pixels == -32768).any()


def test_a_volume_that_is_read_anew_is_heard_too(reader: Reader) -> None:
    """Its memory went to another series in between."""
    reader.key(KEY.Key_C, SHIFT)
    reader.key(KEY.Key_O, SHIFT)
    volume = volume_of(reader.port.other_series["0"])
    volume.here[12:] = False
    reader.port.volumes["0"] = volume
    reader.key(KEY.Key_C, SHIFT)
    volume.here[:] = True
    for listener in reader.port.volume_listeners:
        listener()
    assert reader.desk.active.pixels is not None
    assert not (reader.desk.active.pixels == -32768).any()


Held = list[tuple[Callable[[], Answer | None], Callable[[Answer | None], None]]]


def held_room() -> tuple[Held, CutRoom]:
    """What is computed waits until a test lets it."""
    held: Held = []
    return held, CutRoom(lambda work, done, _lost: held.append((work, done)))


def let_one(held: Held) -> None:
    work, done = held.pop(0)
    done(work())


def slab_of(reader: Reader) -> Viewport:
    for _ in range(4):
        reader.key(KEY.Key_Up, SHIFT)
    reader.settle()
    return reader.desk.active


def test_a_slab_that_is_scrolled_is_seen_to_move(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewport, (held, room) = slab_of(reader), held_room()
    monkeypatch.setattr(reader.port, "compute", room.request)
    begin = viewport.view.index
    shown = []
    for step in range(1, 6):
        viewport.go_to(begin + step)
        if step > 1:
            let_one(held)
            shown.append(viewport.view.index - begin)
    assert shown == [1, 2, 3, 4]
    while held:
        let_one(held)
    assert viewport.view.index == viewport.wanted == begin + 5
    assert isinstance(viewport.image, Reformat)
    assert viewport.pixels is not None
    assert (viewport.pixels == viewport.image.source.frame(begin + 5)).all()


def test_a_corner_says_where_a_late_view_is_on_the_way_to(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewport, (held, room) = slab_of(reader), held_room()
    monkeypatch.setattr(reader.port, "compute", room.request)
    viewport.go_to(viewport.view.index + 6)
    assert not viewport.is_late
    QTest.qWait(LATE_MS + 60)
    assert viewport.image is not None
    wanted = slice_position(viewport.image, viewport.wanted)
    assert f"{wanted} mm …" in corner_words(reader)
    while held:
        let_one(held)
    assert "…" not in corner_words(reader)
    assert wanted in corner_words(reader)


def corner_words(reader: Reader) -> str:
    scene, case = reader.desk.scene(reader.desk.active), reader.desk.case
    assert scene is not None
    assert case is not None
    view = reader.place.wall.active
    return " | ".join(words(line) for line in view._painter._told.of(scene, case).bottom_right)


@pytest.mark.parametrize("settled", [True, False])
def test_slices_that_come_while_planes_turn_do_not_hold_them_back(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, settled: bool
) -> None:
    mpr(reader)
    held, room = held_room()
    monkeypatch.setattr(reader.port, "compute", room.request)
    planes, viewport = reader.desk.planes, reader.desk.arrangement.viewports[2]
    before = planes.crosshair
    assert before is not None
    viewport.freshen()
    axial_normal = before.cut("axial").normal
    cuts = tuple((name, turned(cut, axial_normal, 0.4)) for name, cut in before.cuts)
    planes.place(replace(before, cuts=cuts), reader.desk.arrangement.viewports[0], settled=settled)
    viewport.freshen()
    if not settled:  # the hand lets go before the turned planes are here
        planes.place(replace(before, cuts=cuts), reader.desk.arrangement.viewports[0])
    while held:
        work, done = held.pop(0)
        done(work())
    assert isinstance(viewport.image, Reformat)
    assert viewport.image.cut is not None
    assert viewport.image.cut.normal == pytest.approx(dict(cuts)["coronal"].normal)
    assert not viewport.is_coarse
    assert not viewport.awaits_cut


# --- side by side -------------------------------------------------------------------------------


def side_by_side(reader: Reader) -> tuple[Viewport, Viewport]:
    reader.desk.arrangement.arrange(1, 2)
    reader.desk.arrangement.viewports[1].open("1")
    reader.settle()
    widget(reader, 0).setFocus()
    return reader.desk.arrangement.viewports[0], reader.desk.arrangement.viewports[1]


def test_series_of_one_frame_of_reference_scroll_by_place(reader: Reader) -> None:
    one, other = side_by_side(reader)
    for _ in range(7):
        reader.key(KEY.Key_Down)
    assert one.view.index == 7
    assert abs(place_of(one)[2] - place_of(other)[2]) <= 2.0
    reader.key(KEY.Key_K)
    reader.key(KEY.Key_Home)
    assert (one.view.index, other.view.index) == (0, 3)


def test_locked_views_keep_their_offset(reader: Reader) -> None:
    one, other = side_by_side(reader)
    reader.key(KEY.Key_K)
    other.go_to(5)
    reader.key(KEY.Key_K, SHIFT)
    for _ in range(4):
        reader.key(KEY.Key_Down)
    assert (one.view.index, other.view.index) == (4, 7)
    reader.key(KEY.Key_K, SHIFT)
    reader.key(KEY.Key_Down)
    assert (one.view.index, other.view.index) == (5, 7)


def test_the_active_views_slice_is_a_line_on_the_others(reader: Reader) -> None:
    _, other = side_by_side(reader)
    other.go_to(4)
    reader.desk.arrangement.activate(other)
    reader.key(KEY.Key_C, SHIFT)
    reader.desk.planes.crosshair = None
    reader.desk.arrangement.activate(reader.desk.arrangement.viewports[0])
    ends = reader.desk.planes.lines_on(other, reader.desk.arrangement.viewports[0])
    assert ends is not None
    assert ends[0][1] == pytest.approx(ends[1][1])
    reader.key(KEY.Key_J)
    assert reader.desk.planes.lines_on(other, reader.desk.arrangement.viewports[0]) is None


def corner(reader: Reader, number: int) -> tuple[str, ...]:
    """What the bottom right of a viewport says."""
    scene, case = reader.desk.scene(reader.desk.arrangement.viewports[number]), reader.desk.case
    assert scene is not None
    assert case is not None
    told = widget(reader, number)._painter._told.of(scene, case)
    return tuple(line.text for line in told.bottom_right)


def test_a_corner_says_what_a_view_is_held_to(reader: Reader) -> None:
    assert corner(reader, 0)[0].startswith("Im")
    side_by_side(reader)
    assert corner(reader, 0)[0] == corner(reader, 1)[0] == "Linked"
    reader.key(KEY.Key_K, SHIFT)
    assert corner(reader, 1)[0] == "Locked side by side"
    reader.key(KEY.Key_K, SHIFT)
    reader.key(KEY.Key_K)
    assert corner(reader, 0)[0].startswith("Im")


def test_a_lock_ends_with_another_series(reader: Reader) -> None:
    _, other = side_by_side(reader)
    reader.key(KEY.Key_K, SHIFT)
    other.open("0")
    reader.settle()
    assert corner(reader, 1)[0] == "Same series, not linked"


def test_zoom_place_and_window_go_together_when_asked(reader: Reader) -> None:
    one, other = side_by_side(reader)
    reader.wheel(3, Qt.KeyboardModifier.ControlModifier)
    assert other.view.fitted
    reader.key(KEY.Key_K, Qt.KeyboardModifier.ControlModifier | SHIFT)
    reader.wheel(2, Qt.KeyboardModifier.ControlModifier, QPoint(40, 60))
    middle = reader.view.rect().center()
    reader.drag_canvas([middle, middle + QPoint(30, 10)], Qt.MouseButton.RightButton)
    reader.drag_canvas([middle, middle + QPoint(50, 20)], Qt.MouseButton.MiddleButton)
    assert other.view.zoom == pytest.approx(one.view.zoom)
    assert np.array(other.view.center) == pytest.approx(np.array(one.view.center))
    assert other.view.window == one.view.window
    reader.key(KEY.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert other.view.fitted
    reader.key(KEY.Key_K, Qt.KeyboardModifier.ControlModifier | SHIFT)
    reader.wheel(2, Qt.KeyboardModifier.ControlModifier)
    assert other.view.fitted


def test_a_window_of_its_own_stays(reader: Reader) -> None:
    one, other = side_by_side(reader)
    use_preset(other, 3)
    kept = other.view.window
    reader.key(KEY.Key_K, Qt.KeyboardModifier.ControlModifier | SHIFT)
    use_preset(one, 6)
    assert other.view.window == kept
    assert one.view.window != kept


def test_planes_say_which_images_they_leave_out(reader: Reader) -> None:
    base = reader.desk.active.image
    assert base is not None
    reader.port.other_series["0"] = cut = replace(base, cut_short={4: 10})
    reader.port.broken = {
        index: LabelerError("undecodable", "Broken.", safe="All.", do="Nothing.")
        for index in (1, 2, 8)
    }
    case = reader.port.case()
    assert case is not None
    reader.port.show(replace(case, id="cut", image=cut))
    reader.settle()
    mpr(reader)
    for number in range(3):
        view = widget(reader, number)
        scene, case = reader.desk.scene(view.viewport), reader.desk.case
        assert scene is not None
        assert case is not None
        said = [words(line) for line in view._painter._told.of(scene, case).bottom_left]
        assert said[:4] == [
            "Empty: Im 2–3, 9",
            "cannot be decoded",
            "Empty: Im 5",
            "cut short in the file",
        ]


def test_a_plane_off_the_screen_keeps_nothing_in_memory_and_comes_back(reader: Reader) -> None:
    reader.desk.arrangement.arrange(1, 2)
    other = reader.desk.arrangement.viewports[1]
    reader.desk.planes.show(other, "1", reader.port.other_series["1"], "coronal")
    reader.desk.planes.show(
        reader.desk.arrangement.viewports[0], "0", reader.port.other_series["0"], "sagittal"
    )
    seen = other.pixels
    assert seen is not None
    volumes = {tile: weakref.ref(volume) for tile, volume in reader.port.volumes.items()}
    reader.desk.arrangement.arrange(1, 1)
    assert other.pixels is None
    assert other in reader.port.left
    reader.port.volumes.clear()
    gc.collect()
    assert [volumes[tile]() for tile in "01"] == [None, None]
    reader.desk.arrangement.arrange(1, 2)
    assert np.array_equal(other.pixels, seen)
    reader.desk.arrangement.viewports[0].scroll(1)
    assert reader.desk.arrangement.viewports[0].pixels is not None


def test_a_plane_whose_series_no_longer_fits_says_so(reader: Reader) -> None:
    reader.key(KEY.Key_C, SHIFT)
    reader.port.volumes["0"] = None
    gc.collect()
    viewport = reader.desk.active
    viewport.scroll(1)
    assert viewport.error is not None
    assert viewport.error.code == "cut-unheld"
    del reader.port.volumes["0"]
    viewport.scroll(1)
    assert viewport.error is None
    assert viewport.pixels is not None
