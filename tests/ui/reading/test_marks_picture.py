"""The still picture of the marks: what repaints it, and that it is right where only a part is."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from labeler.model.document import Mark, with_flag
from labeler.model.shapes import Arrow, Box, Length, PointMark, Polygon, Shape
from labeler.ui.look import Look
from labeler.ui.press_time import HELD_MS, REPEAT_MS
from labeler.ui.reading.marks_picture import MarksPicture
from labeler.viewing.overlay import Overlay, Stroke
from labeler.viewing.paint_tools import BrushTool
from labeler.viewing.scene import Preview, Scene
from tests.support.reader import Reader
from tests.support.scenes import Hand

ROOM = QRect(0, 0, 640, 800)
SHAPES: tuple[Shape, ...] = (
    Polygon(((10_000, 10_000), (30_000, 12_000), (14_000, 30_000))),
    Box((5_000, 5_000), (9_000, 9_000)),
    PointMark((40_000, 20_000)),
    Arrow((45_000, 5_000), (50_000, 12_000)),
    Length((0, 0), (50_000, 35_000)),
)


def painted(
    picture: MarksPicture,
    scene: Scene,
    gone: frozenset[str] = frozenset(),
    fill: float = 0.3,
    line: float = 1.0,
) -> NDArray[np.uint8]:
    canvas = QImage(ROOM.size(), QImage.Format.Format_RGB32)
    canvas.fill(Qt.GlobalColor.black)
    painter = QPainter(canvas)
    picture.paint(painter, scene, ROOM, 1.0, gone, fill, line)
    painter.end()
    return np.frombuffer(canvas.constBits(), np.uint8).copy()


@pytest.fixture
def scene() -> Scene:
    hand = Hand(BrushTool(), label="effusion")
    hand.drag([(20, 20), (30, 24)])
    marks = [Mark(f"s{n}", "nodule", hand.image.refs[0], shape) for n, shape in enumerate(SHAPES)]
    document = msgspec.structs.replace(hand.document, marks=(*hand.document.marks, *marks))
    return replace(hand.scene(), document=document)


def with_marks(scene: Scene, marks: tuple[Mark, ...]) -> Scene:
    return replace(scene, document=msgspec.structs.replace(scene.document, marks=marks))


def test_selection_and_hover_draw_nothing_anew(look: Look, scene: Scene) -> None:
    picture = MarksPicture(look.theme)
    before = painted(picture, scene)
    assert before.any()
    drawn = picture.redrawn
    assert drawn == 640 * 800
    assert np.array_equal(painted(picture, replace(scene, selected="s1")), before)
    assert picture.redrawn == drawn


def test_lines_fade_and_fills_stay_as_they_are(look: Look, scene: Scene) -> None:
    picture = MarksPicture(look.theme)

    def colors(fill: float, line: float) -> NDArray[np.int64]:
        found = painted(picture, scene, fill=fill, line=line).reshape(-1, 4)[:, :3]
        return found.astype(np.int64)

    fills = colors(0.3, 0.0)
    assert fills.any()
    assert np.abs(colors(0.0, 0.5) - colors(0.0, 1.0) // 2).max() <= 2
    assert np.abs(colors(0.3, 0.5) - (colors(0.3, 1.0) + fills) // 2).max() <= 3
    marks = scene.document.marks
    fewer = with_marks(scene, marks[1:])
    anew = painted(MarksPicture(look.theme), fewer, line=0.5)
    assert np.array_equal(painted(picture, fewer, line=0.5), anew)


def test_where_there_are_no_marks_no_picture_is_made(look: Look, scene: Scene) -> None:
    picture = MarksPicture(look.theme)
    bare = painted(picture, with_marks(scene, ()))
    assert not bare.reshape(-1, 4)[:, :3].any()
    assert picture.redrawn == 0
    before = painted(picture, scene)
    assert np.array_equal(painted(picture, with_marks(scene, ())), bare)
    assert np.array_equal(painted(picture, scene), before)
    few = scene.document.marks[:2]
    anew = painted(MarksPicture(look.theme), with_marks(scene, few))
    painted(picture, with_marks(scene, ()))
    assert np.array_equal(painted(picture, with_marks(scene, few)), anew)


@pytest.mark.parametrize("number", range(len(SHAPES) + 1))
def test_an_edit_draws_its_own_place_anew_and_rightly(
    look: Look, scene: Scene, number: int
) -> None:
    picture, marks = MarksPicture(look.theme), scene.document.marks
    painted(picture, scene)
    drawn = picture.redrawn
    without = with_marks(scene, marks[:number] + marks[number + 1 :])
    assert np.array_equal(painted(picture, without), painted(MarksPicture(look.theme), without))
    again = with_marks(scene, marks)
    assert np.array_equal(painted(picture, again), painted(MarksPicture(look.theme), scene))
    hidden = with_flag(marks[number], "hidden", on=True)
    aside = with_marks(scene, (*marks[:number], hidden, *marks[number + 1 :]))
    assert np.array_equal(painted(picture, aside), painted(MarksPicture(look.theme), without))
    assert picture.redrawn - drawn < 3 * 640 * 800


def test_very_many_selected_marks_are_drawn_stronger_in_the_picture(
    look: Look, scene: Scene
) -> None:
    ring = ((0, 0), (3_000, 0), (3_000, 3_000), (0, 3_000))
    many = [
        Mark(
            f"p{n}",
            "nodule",
            scene.frame,
            Polygon(tuple((x + 5_000 * (n % 10), y + 4_500 * (n // 10)) for x, y in ring)),
        )
        for n in range(80)
    ]
    crowd = with_marks(scene, tuple(many))
    picture = MarksPicture(look.theme)
    plain = painted(picture, crowd)
    chosen = replace(crowd, selected="p0", also=frozenset(mark.id for mark in many[1:]))
    strong = painted(picture, chosen)
    assert (strong != plain).any()
    assert not any(isinstance(one, Stroke) for one in Overlay().commands(chosen, Preview())[1:])
    drawn = picture.redrawn
    painted(picture, chosen)
    assert picture.redrawn == drawn, "nothing is drawn twice"
    gone = frozenset(mark.id for mark in many)
    assert not painted(picture, chosen, gone).reshape(-1, 4)[:, :3].any()
    assert np.array_equal(painted(picture, crowd), plain)
    few = replace(crowd, selected="p0", also=frozenset(("p1", "p2")))
    assert np.array_equal(painted(picture, few), plain), "few are drawn over it"
    bold = with_marks(chosen, (*scene.document.marks[:1], *many[1:]))
    bold = replace(bold, also=chosen.also | {scene.document.marks[0].id})
    unfaded = painted(picture, bold).astype(np.int64)
    for line in (0.0, 0.5):
        faded = painted(picture, bold, line=line)
        assert np.abs(faded - unfaded).max() <= 3, "they do not fade"
        fewer = replace(chosen, also=frozenset(mark.id for mark in many[2:]))
        anew = painted(MarksPicture(look.theme), fewer, line=line)
        assert np.array_equal(painted(picture, fewer, line=line), anew)
        assert np.abs(painted(picture, crowd, line=line) - unfaded).max() > 99


def test_what_a_tool_moves_is_left_out_and_comes_back(look: Look, scene: Scene) -> None:
    picture = MarksPicture(look.theme)
    whole, drawn = painted(picture, scene), picture.redrawn
    without = with_marks(scene, tuple(m for m in scene.document.marks if m.id != "s1"))
    aside = painted(picture, scene, frozenset({"s1"}))
    assert np.array_equal(aside, painted(MarksPicture(look.theme), without))
    assert np.array_equal(painted(picture, scene), whole)
    assert picture.redrawn - drawn < 640 * 800 / 4


def test_fill_is_as_opaque_as_told(look: Look, scene: Scene) -> None:
    picture = MarksPicture(look.theme)
    none, some, full = (painted(picture, scene, fill=fill).sum() for fill in (0.0, 0.3, 1.0))
    assert none < some < full


def test_the_mark_under_the_pointer_stands_out_and_the_rest_stays(reader: Reader) -> None:
    reader.key(Qt.Key.Key_R)
    reader.drag([(80, 90), (120, 100)])
    reader.key(Qt.Key.Key_V)
    reader.desk.select_mark("")
    reader.settle()
    picture = reader.view._painter.marks
    drawn = picture.redrawn
    calm = reader.view.grab().toImage()
    QTest.mouseMove(reader.view, reader.at(80, 95))
    reader.settle()
    assert reader.view.grab().toImage() != calm
    QTest.mouseMove(reader.view, reader.at(20, 20))
    reader.settle()
    assert reader.view.grab().toImage() == calm
    assert picture.redrawn == drawn


def test_held_h_hides_and_a_tap_turns(reader: Reader) -> None:
    QTest.keyPress(reader.view, Qt.Key.Key_H)
    assert reader.desk.marks_hidden
    QTest.qWait(1)
    QTest.qWait(HELD_MS + 50)
    QTest.keyRelease(reader.view, Qt.Key.Key_H)
    QTest.qWait(2 * REPEAT_MS)
    assert not reader.desk.marks_hidden
    QTest.keyClick(reader.view, Qt.Key.Key_H)
    QTest.qWait(2 * REPEAT_MS)
    assert reader.desk.marks_hidden
    QTest.keyClick(reader.view, Qt.Key.Key_H)
    assert not reader.desk.marks_hidden


def test_h_stays_held_while_the_keyboard_repeats(reader: Reader) -> None:
    """As X11 has it: release and press, and no word that they are repeats."""
    QTest.keyPress(reader.view, Qt.Key.Key_H)
    QTest.qWait(HELD_MS + 50)
    for _ in range(5):
        QTest.keyRelease(reader.view, Qt.Key.Key_H)
        QTest.keyPress(reader.view, Qt.Key.Key_H)
        QTest.qWait(10)
        assert reader.desk.marks_hidden
    QTest.keyRelease(reader.view, Qt.Key.Key_H)
    QTest.qWait(2 * REPEAT_MS)
    assert not reader.desk.marks_hidden
