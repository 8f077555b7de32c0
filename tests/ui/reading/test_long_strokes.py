"""A line of very many points looks as a short one does."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from labeler.model.masks import mask_of
from labeler.ui.look import Look
from labeler.ui.reading import overlay_painter
from labeler.ui.reading.halo_text import HaloText
from labeler.ui.reading.long_strokes import LONG, MOST_VIEWS, EdgePictures
from labeler.ui.theme import Type
from labeler.viewing.caption_place import CaptionPlaces
from labeler.viewing.label_inks import Dash
from labeler.viewing.outline import rings_of
from labeler.viewing.overlay import Edge, Stroke
from labeler.viewing.paint_tools import BrushTool
from labeler.viewing.region_part import Part
from labeler.viewing.viewport import CanvasMap
from tests.support.scenes import Hand


def circle(count: int) -> Stroke:
    turns = [2 * math.pi * n / count for n in range(count)]
    points = tuple((100 + 60.3 * math.cos(t), 90 + 50.7 * math.sin(t)) for t in turns)
    return Stroke(points, 0, 2.5, Dash.SOLID, closed=True)


def painted(
    look: Look,
    stroke: Stroke | Edge | list[Edge],
    clip: QRect | None = None,
    edges: EdgePictures | None = None,
) -> NDArray[np.int_]:
    image = QImage(200, 180, QImage.Format.Format_RGB32)
    image.fill(QColor("#777777"))
    with QPainter(image) as painter:
        if clip is not None:
            painter.setClipRect(clip)
        text = HaloText(look.theme, Type.SECONDARY)
        room = QRectF(0, 0, 200, 180)
        places = CaptionPlaces()
        commands = stroke if isinstance(stroke, list) else [stroke]
        overlay_painter.draw(painter, commands, look.theme, text, room, places, (), edges)
    return np.frombuffer(image.constBits(), np.uint8).reshape(180, 200, 4)[..., :3].astype(int)


def test_it_lies_where_a_short_one_lies_in_the_same_ink(look: Look) -> None:
    short, long = painted(look, circle(LONG)), painted(look, circle(40 * LONG))
    assert np.abs(short - long).mean() < 1.5
    blank = painted(look, Stroke((), 0, 2.5, Dash.SOLID, closed=False))
    differ = (np.abs(short - blank).max(axis=2) > 60) ^ (np.abs(long - blank).max(axis=2) > 60)
    assert differ.mean() < 0.01


@pytest.mark.parametrize("clip", [QRect(0, 0, 80, 80), QRect(90, 20, 100, 150)])
def test_a_part_is_as_in_the_whole_and_nothing_lies_beside_it(look: Look, clip: QRect) -> None:
    whole, part = painted(look, circle(20 * LONG)), painted(look, circle(20 * LONG), clip)
    rows = slice(clip.top(), clip.bottom() + 1)
    columns = slice(clip.left(), clip.right() + 1)
    assert np.array_equal(part[rows, columns], whole[rows, columns])
    part[rows, columns] = 0x77
    assert (part == 0x77).all()


def test_the_edge_of_a_region_is_drawn_once_while_it_looks_the_same(look: Look) -> None:
    bits = np.zeros((60, 80), np.bool_)
    bits[10:50, 10:70] = np.random.default_rng(2).random((40, 60)) > 0.3
    rings = rings_of(mask_of(bits), Part(1, 0, 0, 40, 60))
    layout, edges = Hand(BrushTool()).scene().layout, EdgePictures()

    def shown(left: float, kept: EdgePictures, clip: QRect | None = None) -> NDArray[np.int_]:
        edge = Edge(rings, CanvasMap(layout, left, 5, 2, 2), 0, 2.5, Dash.SOLID)
        return painted(look, edge, clip, kept)

    first = shown(10, edges)
    assert np.array_equal(first, shown(10, EdgePictures()))
    assert np.array_equal(first, shown(10, edges))
    part = shown(10, edges, QRect(0, 0, 60, 60))
    assert edges.drawn == 1
    assert np.array_equal(part[:60, :60], first[:60, :60])
    assert (part[60:] == 0x77).all()
    moved = shown(13, edges)
    assert edges.drawn == 2
    assert np.array_equal(moved[:, 3:], first[:, :-3])


def many_edges(count: int, size: int) -> list[Edge]:
    layout, edges = Hand(BrushTool()).scene().layout, []
    for n in range(count):
        bits = np.zeros((60, 80), np.bool_)
        bits[n % 20 : n % 20 + size, n % 30 : n % 30 + size] = True
        rings = rings_of(mask_of(bits), Part(1, 0, 0, 60, 80))
        edges.append(Edge(rings, CanvasMap(layout, 0, 5, 2, 2), n, 2.5, Dash.SOLID))
    return edges


def test_every_edge_of_a_view_is_kept_and_none_that_is_not_shown(look: Look) -> None:
    edges, twenty = EdgePictures(), many_edges(20, 20)
    first = painted(look, list[Edge](twenty), None, edges)
    again = painted(look, list[Edge](twenty), None, edges)
    assert edges.drawn == 20
    assert np.array_equal(first, again)
    kept = edges.pixels
    painted(look, twenty[:5], None, edges)
    assert edges.drawn == 20
    assert edges.pixels < kept / 2
    del twenty[10:]
    painted(look, [], None, edges)
    assert edges.pixels == 0


def test_the_kept_pictures_of_edges_have_a_bound(look: Look) -> None:
    edges, large = EdgePictures(), many_edges(40, 40)
    for _ in range(2):
        painted(look, large, None, edges)
        assert edges.pixels <= MOST_VIEWS * 200 * 180
    assert 40 < edges.drawn < 80


def test_holes_of_a_few_pixels_have_thin_lines_that_leave_what_is_around_them(look: Look) -> None:
    """A flood of tissue has thousands; broad lines would cover it from edge to edge."""
    bits = np.ones((60, 80), np.bool_)
    bits[5:55:5, 5:75:5] = False
    rings = rings_of(mask_of(bits), Part(1, 0, 0, 60, 80))
    where = CanvasMap(Hand(BrushTool()).scene().layout, 10, 5, 2, 2)
    picture = painted(look, Edge(rings, where, 0, 2.5, Dash.SOLID))
    left = (picture == 0x77).all(axis=2)
    assert left[15:115, 20:160].mean() > 0.6
    hole = left[5 + 10 : 5 + 20, 10 + 10 : 10 + 20]
    assert not hole.all(), "it is seen"
    top = picture[2:9, 10 + 80]
    assert (top.max(axis=1) > 0xA0).sum() >= 2, "the edge around it all is as broad as ever"
