from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.kernels.outlines import (
    ARROW,
    CLOSED,
    CROSS,
    OPEN,
    OutlinePicture,
    Paths,
    Pen,
    near,
    paths_in,
)

PEN = Pen(1.5, 3.0, 153, 0.0, 0.0, 3.0, 8.0, 10.0, 0.43)
STRAIGHT = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CYAN = 0xFF5CEAFF


def paths_of(*lines: tuple[list[tuple[float, float]], int]) -> Paths:
    places = np.array([place for line, _ in lines for place in line], np.float64).reshape(-1, 2)
    starts = np.cumsum([0, *(len(line) for line, _ in lines)]).astype(np.int32)
    boxes = [[*np.min(line, axis=0), *np.max(line, axis=0)] for line, _ in lines]
    kinds = np.array([kind for _, kind in lines], np.uint8)
    return Paths(places, starts, kinds, np.array(boxes, np.float64).reshape(-1, 4))


def drawn(
    paths: Paths,
    size: tuple[int, int],
    pen: Pen = PEN,
    clip: tuple[int, int, int, int] | None = None,
    dash: tuple[float, float] = (0.0, 0.0),
) -> NDArray[np.uint32]:
    picture = OutlinePicture(np.zeros(size, np.uint32))
    which = np.arange(len(paths.kinds), dtype=np.int32)
    inks = np.zeros(len(which), np.uint8)
    picture.draw(paths, which, inks, STRAIGHT, [CYAN], [dash], pen, clip)
    return picture.pixels


def alpha(pixels: NDArray[np.uint32]) -> NDArray[np.int_]:
    return (pixels >> 24).astype(np.int_)


def to_line(x: NDArray[np.float64], y: NDArray[np.float64], line: NDArray[np.float64]) -> NDArray:
    """Distances of places from the nearest piece of a line: the slow way."""
    best = np.full(x.shape, np.inf)
    for a, b in pairwise(line):
        d = b - a
        squared = float(d @ d)
        t = np.clip(((x - a[0]) * d[0] + (y - a[1]) * d[1]) / squared, 0, 1) if squared else 0 * x
        best = np.minimum(best, np.hypot(x - a[0] - t * d[0], y - a[1] - t * d[1]))
    return best


PLACE = st.tuples(*[st.integers(-80, 320).map(lambda n: n / 8)] * 2)


@settings(deadline=None, max_examples=100)
@given(st.lists(PLACE, min_size=2, max_size=6), st.booleans())
def test_a_line_covers_what_lies_within_its_half_width(
    places: list[tuple[float, float]], closed: bool
) -> None:
    pixels = drawn(paths_of((places, CLOSED if closed else OPEN)), (24, 32))
    row, column = np.mgrid[0:24, 0:32] + 0.5
    ring = [*places, places[0]] if closed else places
    distance = to_line(column, row, np.array(ring))
    line = np.round(np.clip(0.75 + 0.5 - distance, 0, 1) * 255) / 255
    shade = np.round(np.clip(1.5 + 0.5 - distance, 0, 1) * 255) * 153 / 255 / 255
    wanted = line + shade * (1 - line)
    assert np.abs(alpha(pixels) / 255 - wanted).max() <= 3 / 255
    blue = (pixels & 0xFF) / 255
    assert np.abs(blue - line).max() <= 3 / 255


def test_nothing_is_drawn_beside_the_clip_and_the_same_within() -> None:
    paths = paths_of(([(2.0, 3.0), (40.0, 20.0), (9.0, 37.0)], CLOSED), ([(20.0, 20.0)], CROSS))
    whole, part = drawn(paths, (40, 48)), drawn(paths, (40, 48), clip=(10, 8, 30, 25))
    inside = np.zeros((40, 48), np.bool_)
    inside[8:25, 10:30] = True
    assert np.array_equal(part[inside], whole[inside])
    assert not part[~inside].any()
    assert whole[~inside].any()


def test_a_small_path_is_one_pixel_wide() -> None:
    pixels = drawn(
        paths_of(([(4.5, 4.5), (12.5, 4.5)], OPEN)),
        (10, 20),
        Pen(*(1.5, 3, 153, 0, 12, 3, 8, 10, 1)),
    )
    assert np.array_equal(np.flatnonzero(alpha(pixels).any(axis=1)), [4])
    assert (alpha(pixels)[4, 4:13] == 255).all()


def thin(ring: NDArray[np.float64], size: tuple[int, int], detail: float) -> NDArray[np.float64]:
    """Of each pixel how much a line of one pixel covers: the slow way."""
    cover = np.zeros(size)
    kept = ring[:1]
    for n, place in enumerate(ring[1:], 1):
        if n == len(ring) - 1 or np.abs(place - kept[-1]).max() >= detail:
            kept = np.vstack((kept, place))
    for a, b in pairwise(kept):
        steep = abs(b[1] - a[1]) > abs(b[0] - a[0])
        (along, off), (to, end) = sorted(
            [(a[::-1], b[::-1]), (a, b)][not steep], key=lambda p: p[0]
        )
        slope = (end - off) / (to - along) if to > along else 0.0
        for n in range(math.floor(along), math.floor(to) + 1):
            middle = off + (min(max(n + 0.5, along), to) - along) * slope - 0.5
            for m, share in (
                (math.floor(middle), 1 - middle % 1),
                (math.floor(middle) + 1, middle % 1),
            ):
                row, column = (n, m) if steep else (m, n)
                if 0 <= row < size[0] and 0 <= column < size[1]:
                    cover[row, column] = max(cover[row, column], share)
    return cover


@settings(deadline=None, max_examples=100)
@given(
    st.lists(PLACE, min_size=2, max_size=90),
    st.booleans(),
    st.sampled_from([0.0, 1.0, 3.0]),
    st.tuples(st.integers(-30, 30), st.integers(-30, 30)),
)
def test_a_small_path_shares_out_two_pixels_of_each_column(
    places: list[tuple[float, float]], closed: bool, detail: float, way: tuple[int, int]
) -> None:
    moved = np.array(places) * 0.8 + way
    kind, lines = (CLOSED if closed else OPEN), [tuple(place) for place in moved.tolist()]
    pixels = drawn(paths_of((lines, kind)), (24, 32), replace(PEN, small=99.0, detail=detail))
    ring = np.vstack((moved, moved[:1])) if closed else moved
    wanted = thin(ring, (24, 32), detail)
    assert np.abs(alpha(pixels) / 255 - wanted).max() <= 2 / 255
    blue = (pixels & 0xFF) / 255
    assert np.abs(blue - wanted).max() <= 2 / 255


def test_a_small_path_stays_in_its_box_whatever_its_places_say() -> None:
    paths = paths_of(([(4.5, 4.5), (12.5, 9.5)], OPEN))
    paths.places[1] = 1e9, math.nan
    pixels = drawn(paths, (20, 30), replace(PEN, small=12.0))
    assert alpha(pixels).any()
    assert not alpha(pixels)[:, 14:].any()
    assert not alpha(pixels)[11:].any()


def test_dashes_leave_gaps_where_the_shade_goes_on() -> None:
    pixels = drawn(paths_of(([(2.0, 5.5), (60.0, 5.5)], OPEN)), (12, 64), dash=(6.0, 9.75))
    blue = (pixels[5] & 0xFF).astype(int)
    assert 0.45 < (blue[3:58] > 127).mean() < 0.75
    assert (alpha(pixels)[5, 3:58] >= 150).all()


def test_crosses_leave_their_middle_free_and_arrows_have_barbs() -> None:
    cross = drawn(paths_of(([(20.5, 20.5)], CROSS)), (41, 41))
    assert not cross[19:22, 19:22].any()
    assert cross[20, 14] & cross[20, 26] & cross[14, 20] & cross[26, 20]
    line = [(4.0, 20.5), (34.0, 20.5)]
    more = drawn(paths_of((line, ARROW)), (41, 41)) != drawn(paths_of((line, OPEN)), (41, 41))
    assert more[:20].any()
    assert more[22:].any()
    assert not more[:, :20].any()


def test_many_marks_far_away_and_not_finite_maps_draw_nothing() -> None:
    paths = paths_of(([(1e12, 5.0), (2e12, 7.0)], OPEN), ([(-9e9, 4.0), (9e9, 4.0)], OPEN))
    assert alpha(drawn(paths, (9, 9)))[4].all()
    picture = OutlinePicture(np.zeros((9, 9), np.uint32))
    which, inks = np.arange(2, dtype=np.int32), np.zeros(2, np.uint8)
    picture.draw(paths, which, inks, (math.nan, 0, 0, 0, 1, 0), [CYAN], [(0, 0)], PEN)
    assert not picture.pixels.any()


@settings(deadline=None, max_examples=100)
@given(st.lists(PLACE, min_size=1, max_size=7), PLACE, st.booleans())
def test_near_tells_distance_and_inside(
    places: list[tuple[float, float]], at: tuple[float, float], closed: bool
) -> None:
    paths = paths_of((places, CLOSED if closed else OPEN))
    where = (0.0, -2.0, 3.0, 1.5, 0.0, -4.0)
    on_canvas = np.array([(-2 * y + 3, 1.5 * x - 4) for x, y in places])
    ring = np.vstack((on_canvas, on_canvas[:1])) if closed or len(places) == 1 else on_canvas
    distances, around = near(paths, np.zeros(1, np.int32), where, at)
    wanted = to_line(np.array([at[0]]), np.array([at[1]]), ring)[0]
    assert distances[0] == pytest.approx(wanted, abs=1e-9)
    turns = 0
    for (x0, y0), (x1, y1) in pairwise(ring):
        if (y0 > at[1]) != (y1 > at[1]) and at[0] < x0 + (at[1] - y0) / (y1 - y0) * (x1 - x0):
            turns += 1
    assert bool(around[0]) == (closed and turns % 2 == 1)


@given(st.lists(st.tuples(PLACE, PLACE), max_size=6), PLACE, PLACE)
def test_paths_in_a_rectangle_are_those_whose_boxes_meet_it(
    lines: list[tuple[tuple[float, float], tuple[float, float]]],
    a: tuple[float, float],
    b: tuple[float, float],
) -> None:
    paths = paths_of(*(([one, other], OPEN) for one, other in lines))
    (left, right), (top, bottom) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    wanted = [
        n
        for n, (x0, y0, x1, y1) in enumerate(paths.boxes.tolist())
        if x0 <= right and x1 >= left and y0 <= bottom and y1 >= top
    ]
    assert paths_in(paths, left, top, right, bottom).tolist() == wanted


def test_what_does_not_fit_is_refused() -> None:
    paths = paths_of(([(0.0, 0.0), (1.0, 1.0)], OPEN))
    with pytest.raises(ValueError, match="no such path"):
        near(paths, np.array([1], np.int32), STRAIGHT, (0, 0))
    with pytest.raises(ValueError, match="no such path"):
        near(paths, np.array([-1], np.int32), STRAIGHT, (0, 0))
    with pytest.raises(ValueError, match="begin and end"):
        Paths(paths.places, np.array([0, 3], np.int32), paths.kinds, paths.boxes)
    with pytest.raises(ValueError, match="no such colour"):
        OutlinePicture(np.zeros((4, 4), np.uint32)).draw(
            paths, np.zeros(1, np.int32), np.ones(1, np.uint8), STRAIGHT, [CYAN], [(0, 0)], PEN
        )
    with pytest.raises(ValueError, match="one piece"):
        OutlinePicture(np.zeros((8, 8), np.uint32)[:, ::2])
