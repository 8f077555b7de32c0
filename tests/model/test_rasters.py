from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.masks import union
from labeler.model.rasters import box_mask, capsule, disc, ellipse_mask, polygon_mask

places = st.tuples(st.floats(-5, 25), st.floats(-5, 20))
spacings = st.tuples(st.floats(0.3, 3), st.floats(0.3, 3))
quick = settings(deadline=None, max_examples=100)
ROWS, COLUMNS = 15, 20


@quick
@given(places, st.floats(0.1, 20), spacings)
def test_a_disc_holds_the_voxels_whose_centres_it_covers(
    p_voxel: tuple[float, float], diameter: float, spacing: tuple[float, float]
) -> None:
    row, column = np.mgrid[:ROWS, :COLUMNS]
    distance = np.hypot((column - p_voxel[0]) * spacing[0], (row - p_voxel[1]) * spacing[1])
    stamp = disc(ROWS, COLUMNS, p_voxel, diameter, spacing).voxels()
    clear = np.abs(distance - diameter / 2) > 1e-9
    assert np.array_equal(stamp[clear], (distance <= diameter / 2)[clear])


@quick
@given(places, places, st.floats(0.5, 8), spacings)
def test_a_stroke_covers_every_disc_on_its_way(
    start: tuple[float, float],
    end: tuple[float, float],
    diameter: float,
    spacing: tuple[float, float],
) -> None:
    stroke = capsule(ROWS, COLUMNS, start, end, diameter, spacing).voxels()
    stamps = np.zeros_like(stroke)
    for t in np.linspace(0, 1, 60):
        p = start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])
        stamps |= disc(ROWS, COLUMNS, p, diameter * 0.999, spacing).voxels()
    assert not (stamps & ~stroke).any()
    wider = diameter + 2 * np.hypot(*np.subtract(end, start)) * max(spacing) / 59
    cover = np.zeros_like(stroke)
    for t in np.linspace(0, 1, 60):
        p = start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])
        cover |= disc(ROWS, COLUMNS, p, wider * 1.001, spacing).voxels()
    assert not (stroke & ~cover).any()


def test_a_disc_is_round_in_millimetres() -> None:
    stamp = disc(99, 99, (50, 50), 20, (0.5, 2.0))
    height, width = stamp.crop.shape
    assert (width, height) == (41, 11)


def inside(points: list[tuple[float, float]], x: float, y: float) -> bool:
    odd = False
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        if (y0 <= y) != (y1 <= y) and x >= x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            odd = not odd
    return odd


grid = st.tuples(st.integers(-16, 88), st.integers(-16, 70)).map(lambda p: (p[0] / 4, p[1] / 4))


@quick
@given(st.lists(grid, min_size=3, max_size=7))
def test_a_polygon_holds_what_an_even_odd_test_says(points: list[tuple[float, float]]) -> None:
    voxels = polygon_mask(ROWS, COLUMNS, points).voxels()
    expected = np.array([[inside(points, c, r) for c in range(COLUMNS)] for r in range(ROWS)])
    assert np.array_equal(voxels, expected)


def test_polygons_that_share_an_edge_share_no_voxel() -> None:
    left = polygon_mask(10, 10, [(0, 0), (5, 0), (5, 10), (0, 10)])
    right = polygon_mask(10, 10, [(5, 0), (10, 0), (10, 10), (5, 10)])
    assert left.count + right.count == union(left, right).count == 100


def test_a_box_includes_its_edges_and_is_cut_by_the_frame() -> None:
    assert box_mask(10, 10, (2, 3), (4, 6)).count == 3 * 4
    assert box_mask(10, 10, (-5, -5), (0.4, 0.4)).count == 1
    assert box_mask(10, 10, (11, 11), (15, 15)).count == 0
    assert box_mask(10, 10, (2.1, 2.1), (2.9, 2.9)).count == 0


@pytest.mark.parametrize("far", [(-50.0, 5.0), (5.0, 90.0)])
def test_nothing_is_painted_outside_the_frame(far: tuple[float, float]) -> None:
    assert disc(10, 10, far, 8, (1, 1)).count == 0
    assert polygon_mask(10, 10, [far, (far[0] + 3, far[1]), (far[0], far[1] + 3)]).count == 0


def test_a_polygon_of_many_points_is_filled_a_few_crossings_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turn = np.linspace(0, 2 * np.pi, 700, endpoint=False)
    away = 20 + 8 * np.sin(9 * turn)
    points = list(zip(30 + away * np.cos(turn), 28 + away * np.sin(turn), strict=True))
    at_once = polygon_mask(60, 64, points)
    monkeypatch.setattr("labeler.model.rasters.AT_ONCE", 3)
    assert polygon_mask(60, 64, points) == at_once
    assert 900 < at_once.count < 2000


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_an_ellipse_holds_the_voxels_that_lie_in_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    center, across, down = rng.uniform(0, 24, 2), rng.uniform(-9, 9, 2), rng.uniform(-9, 9, 2)
    mask = ellipse_mask(24, 30, *((float(x), float(y)) for x, y in (center, across, down)))
    grid = np.stack(np.meshgrid(np.arange(30), np.arange(24)), axis=-1) - center
    shares = np.linalg.solve(np.column_stack((across, down)), grid.reshape(-1, 2).T)
    assert np.array_equal(mask.voxels().ravel(), (shares**2).sum(axis=0) <= 1)
    assert ellipse_mask(24, 30, (5, 5), (2, 0), (4, 0)).count == 0
    assert ellipse_mask(24, 30, (5, 5), (2, 0), (0, 1)).count == 7
    assert ellipse_mask(24, 30, (-50, 5), (2, 0), (0, 1)).count == 0
