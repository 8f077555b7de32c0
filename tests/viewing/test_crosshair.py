"""The crosshair: where its lines run, what is taken hold of, and how turning turns."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.affine import Vector
from labeler.model.frames import Window
from labeler.model.image import Image
from labeler.viewing.crosshair import (
    GAP,
    Crosshair,
    CrossLine,
    held,
    in_slice,
    lines,
    moved,
    place_in,
    shares_frame,
    turned_by,
)
from labeler.viewing.cuts import CUTS, rotation
from labeler.viewing.layout import layout_of
from labeler.viewing.reformat import reformat
from labeler.viewing.viewport import Canvas, CanvasMap, ViewState, canvas_map, fit
from tests.support.volumes_in_memory import FRAME, ramp

CANVAS = Canvas(400.0, 300.0)
POINT = (-45.0, -70.0, 109.0)


def where(image: Image, index: int = 0) -> CanvasMap:
    layout = layout_of(image)
    return canvas_map(layout, fit(ViewState(index, Window(0, 1)), layout, CANVAS), CANVAS)


def test_an_axial_view_shows_the_two_other_planes() -> None:
    image, _ = ramp()
    found = lines(Crosshair(POINT, FRAME), image, 5, where(image))
    ways = {line.plane: line.way for line in found}
    assert sorted(ways) == ["coronal", "sagittal"]
    assert abs(ways["coronal"][0]) == pytest.approx(1)
    assert abs(ways["sagittal"][1]) == pytest.approx(1)


def test_lines_go_through_the_place() -> None:
    image, _ = ramp()
    shown = where(image)
    for line in lines(Crosshair(POINT, FRAME), image, 5, shown):
        assert line.middle == pytest.approx(shown.to_canvas(in_slice(image, 5, np.array(POINT))))


def test_a_line_leaves_the_place_free_and_ends_at_the_edges() -> None:
    pieces = CrossLine("axial", (100.0, 80.0), (1.0, 0.0)).pieces(CANVAS)
    assert pieces == (((100.0 - GAP, 80.0), (0.0, 80.0)), ((100.0 + GAP, 80.0), (400.0, 80.0)))
    assert CrossLine("axial", (100.0, -80.0), (1.0, 0.0)).pieces(CANVAS) == ()


def test_another_frame_of_reference_has_no_crosshair() -> None:
    image, _ = ramp()
    assert shares_frame(Crosshair(POINT, FRAME), image)
    assert not shares_frame(Crosshair(POINT, "1.2.3.4"), image)
    unknown = replace(image, info=replace(image.info, frame_of_reference=""))
    assert not shares_frame(Crosshair(POINT, ""), unknown)


def test_a_handle_is_taken_by_its_line_and_the_rest_moves_the_place() -> None:
    image, _ = ramp()
    found = lines(Crosshair(POINT, FRAME), image, 5, where(image))
    for line in found:
        for handle in line.handles(CANVAS):
            assert held(found, CANVAS, handle) == line.plane
    assert held(found, CANVAS, found[0].middle) == ""


def test_moving_keeps_the_planes() -> None:
    image, _ = ramp()
    crosshair = moved(Crosshair(POINT, FRAME), place_in(image, 2, (4.0, 5.0)))
    assert crosshair.point == pytest.approx((-56.0, -75.0, 116.0))
    assert crosshair.cuts == tuple(CUTS.items())
    assert not crosshair.is_turned


def turn(image: Image, radians: float) -> Crosshair:
    """The hand takes a handle in the middle of a view and turns it, right-handed."""
    begin = Crosshair(POINT, FRAME)
    middle = np.array(POINT)
    across, down = (image.affine.matrix[:3, n] / image.affine.spacing_mm[n] for n in (0, 1))
    normal = np.cross(across, down)
    aside = np.cross(normal, across)
    end = middle + 20 * (math.cos(radians) * across + math.sin(radians) * aside)
    return turned_by(begin, image, middle, middle + 20 * across, end)


@settings(max_examples=30, deadline=None)
@given(st.floats(-3, 3))
def test_turning_turns_the_lines_of_this_view_and_not_its_own_plane(radians: float) -> None:
    image, _ = ramp()
    crosshair = turn(image, radians)
    assert crosshair.cut("axial") == CUTS["axial"]
    normals = [cut.normal for _, cut in crosshair.cuts]
    assert np.abs(np.array(normals) @ np.array(normals).T - np.eye(3)).max() < 1e-9
    assert angle(crosshair.cut("coronal").normal, CUTS["coronal"].normal) == pytest.approx(
        abs(radians), abs=1e-6
    )


@settings(max_examples=30, deadline=None)
@given(st.floats(-0.7, 0.7), st.floats(0.0, 1.0))
def test_the_line_of_a_turned_plane_is_where_that_plane_is_cut(
    radians: float, along: float
) -> None:
    """Every place of the line lies in the plane that the line stands for."""
    image, volume = ramp()
    crosshair = turn(image, radians)
    shown = where(image)
    for line in lines(crosshair, image, 5, shown):
        other = reformat(image, volume, crosshair.cut(line.plane), POINT)
        x, y = (m + w * along * 90 for m, w in zip(line.middle, line.way, strict=True))
        place = place_in(image, 5, shown.to_voxel((x, y)))
        plane = other.affine.to_voxel(np.array(POINT))[2]
        assert other.affine.to_voxel(place)[2] == pytest.approx(plane, abs=1e-6)


def test_a_view_off_its_plane_by_a_little_shows_no_line_of_it_and_turns_square() -> None:
    matrix = np.eye(4)
    matrix[:3, :3] = rotation(np.array([1.0, 0.2, 0.0]), 0.2) @ np.diag([1.0, 1.0, -2.0])
    matrix[:3, 3] = (-60.0, -80.0, 120.0)
    image, _ = ramp(matrix=matrix)
    found = lines(Crosshair(POINT, FRAME), image, 5, where(image))
    assert sorted(line.plane for line in found) == ["coronal", "sagittal"]
    crosshair = turn(image, 0.5)
    assert crosshair.cut("axial") == CUTS["axial"]
    normals = np.array([cut.normal for _, cut in crosshair.cuts])
    assert np.abs(normals @ normals.T - np.eye(3)).max() < 1e-9


def angle(one: Vector, other: Vector) -> float:
    return math.acos(max(-1.0, min(1.0, float(one @ other))))
