"""Reference lines: where the slice of one view cuts the slice of another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from labeler.model.affine import Vector
from labeler.viewing.cuts import AXIAL, CORONAL, turned
from labeler.viewing.reference_lines import SlicePlane, crossing, reference_line, slice_plane
from labeler.viewing.reformat import reformat
from tests.support.volumes_in_memory import ramp

number = st.floats(-30, 30)
triple = st.tuples(number, number, number)


@st.composite
def rectangles(draw: st.DrawFn) -> SlicePlane:
    corner, across, down = (np.array(draw(triple)) for _ in range(3))
    length = float(np.linalg.norm(across))
    assume(length > 1)
    down = down - across * float(down @ across) / length**2
    assume(float(np.linalg.norm(down)) > 1)
    return SlicePlane(corner, across, down)


def inside(plane: SlicePlane, place: Vector) -> bool:
    sides = np.column_stack([plane.across, plane.down])
    at = np.linalg.lstsq(sides, place - plane.corner, rcond=None)[0]
    flat = abs(float((place - plane.corner) @ plane.normal)) < 1e-6
    return flat and bool((at > -1e-6).all() and (at < 1 + 1e-6).all())


@settings(max_examples=120, deadline=None)
@given(rectangles(), rectangles())
def test_the_line_lies_in_both_rectangles(one: SlicePlane, other: SlicePlane) -> None:
    found = crossing(one, other)
    if found is not None:
        assert all(inside(plane, end) for plane in (one, other) for end in found)


@settings(max_examples=120, deadline=None)
@given(rectangles(), rectangles())
def test_it_is_the_same_line_from_both_sides(one: SlicePlane, other: SlicePlane) -> None:
    assume(float(np.linalg.norm(np.cross(one.normal, other.normal))) > 0.05)
    found, turned_round = crossing(one, other), crossing(other, one)
    assert (found is None) == (turned_round is None)
    if found is not None and turned_round is not None:
        assert np.allclose(sorted(map(tuple, found)), sorted(map(tuple, turned_round)), atol=1e-4)


@settings(max_examples=80, deadline=None)
@given(rectangles(), st.floats(0.2, 0.8), st.floats(0.2, 0.8), triple)
def test_rectangles_with_a_common_place_cross(
    one: SlicePlane, x: float, y: float, way: tuple[float, float, float]
) -> None:
    """The second one is laid through a place amid the first."""
    place = one.corner + one.across * x + one.down * y
    across = np.array(way)
    normal = one.normal
    down = np.cross(across, normal)
    assume(float(np.linalg.norm(down)) > 1)
    across = normal * float(np.linalg.norm(down))
    other = SlicePlane(place - across / 2 - down / 2, across, down)
    found = crossing(one, other)
    assert found is not None
    middle = (found[1] - found[0]) / np.linalg.norm(found[1] - found[0])
    apart = np.cross(place - found[0], middle)
    assert float(np.linalg.norm(apart)) < 1e-6


def test_along_an_edge_there_is_a_line_whatever_rounding_says() -> None:
    floor = SlicePlane(np.zeros(3), np.array([10.0, 0, 0]), np.array([0, 10.0, 0]))
    for nudge in (0.0, 1e-15, -1e-15, 1e-13, -1e-13):
        corner = np.array([nudge, 0.0, -5.0])
        wall = SlicePlane(corner, np.array([nudge, 10.0, 0.0]), np.array([0, 0, 10.0]))
        for one, other in ((floor, wall), (wall, floor)):
            found = crossing(one, other)
            assert found is not None
            assert np.linalg.norm(found[1] - found[0]) == pytest.approx(10)


def test_rectangles_that_touch_in_a_corner_have_no_line() -> None:
    floor = SlicePlane(np.zeros(3), np.array([10.0, 0, 0]), np.array([0, 10.0, 0]))
    for nudge in (0.0, 1e-13, -1e-13):
        corner = np.array([0.0, 10.0 - nudge, 0.0])
        wall = SlicePlane(corner, np.array([0, 10.0, 0]), np.array([0, 0, 10.0]))
        assert crossing(floor, wall) is None
        assert crossing(wall, floor) is None


def test_parallel_slices_have_no_line() -> None:
    image, _ = ramp()
    assert reference_line(image, 2, image, 5) is None


def test_a_coronal_slice_is_a_row_of_an_axial_one() -> None:
    image, volume = ramp()
    coronal = reformat(image, volume, CORONAL)
    found = reference_line(image, 5, coronal, 7)
    assert found is not None
    (x0, y0), (x1, y1) = sorted(found)
    assert (x0, x1) == pytest.approx((-0.5, 29.5))
    assert (y0, y1) == pytest.approx((7.0, 7.0))


def test_a_slice_beyond_the_other_one_has_no_line() -> None:
    image, volume = ramp()
    tilted = reformat(image, volume, turned(AXIAL, np.array([1.0, 0.0, 0.0]), 0.2))
    assert reference_line(image, 0, tilted, len(tilted.refs) - 1) is None
    assert slice_plane(image, 0).corner == pytest.approx((-60.5, -80.5, 120.0))
