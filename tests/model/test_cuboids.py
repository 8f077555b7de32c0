"""A box in the patient turned on the slices of upright, leaning and oblong images."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.model.cuboids import cuboid_on, face_grips, turned_about
from labeler.model.lying import Slice, in_mm
from labeler.model.measures import CuboidMeasure, measure_mark
from labeler.model.shapes import Box, Cuboid
from tests.support.images import axial, image_of

IMAGE = image_of(np.zeros((4, 40, 60), np.int16), matrix=axial((0.5, 1.0, 5.0)))


def leaning(around: float, up: float, column_mm: float, row_mm: float) -> Slice:
    """A slice that looks anywhere, with oblong voxels."""
    a, b = math.radians(around), math.radians(up)
    across = np.array((math.cos(a), math.sin(a), 0.0))
    down = np.array((-math.sin(a) * math.cos(b), math.cos(a) * math.cos(b), math.sin(b)))
    return Slice(np.array((10.0, -20.0, 30.0)), column_mm * across, row_mm * down, 1.0)


SLICES = st.builds(
    leaning, st.floats(0, 360), st.floats(0, 180), st.floats(0.3, 2), st.floats(0.3, 2)
)


def boxed(here: Slice) -> Cuboid:
    box = cuboid_on(here, "1.2", Box((4_000, 6_000), (40_000, 30_000)))
    assert box is not None
    return box


def ways(box: Cuboid) -> np.ndarray:
    return np.array((box.across, box.down, box.deep), np.float64) / 1000


@given(SLICES, SLICES, st.lists(st.tuples(st.integers(-90, 90), st.integers(-90, 90)), max_size=6))
def test_a_turned_box_is_as_large_right_angled_and_about_the_same_center(
    drawn_on: Slice, seen_on: Slice, places: list[tuple[int, int]]
) -> None:
    before = box = boxed(drawn_on)
    for column, row in places:
        grip = face_grips(box, seen_on)[0]
        heights = ways(box) @ seen_on.normal
        box = turned_about(box, grip, (1000 * column, 1000 * row), seen_on)
        assert np.allclose(ways(box) @ seen_on.normal, heights, atol=0.002), "about the normal"
        pointer = seen_on.to_patient(column, row) - in_mm(box.center)
        aim = pointer - (pointer @ seen_on.normal) * seen_on.normal
        side = grip.end * ways(box)[grip.axis]
        if np.linalg.norm(aim) > 1:
            assert float(side @ aim) > 0
            off = np.cross(side, aim) @ seen_on.normal / np.linalg.norm(aim)
            assert abs(float(off)) < 0.002, "the face looks at the pointer"
    assert box.center == before.center
    sides, old = np.linalg.norm(ways(box), axis=1), np.linalg.norm(ways(before), axis=1)
    assert np.allclose(sides, old, atol=0.006)
    assert np.prod(sides) == pytest.approx(np.prod(old), rel=1e-3)
    units = ways(box) / sides[:, None]
    assert np.allclose(units @ units.T, np.eye(3), atol=1e-3)
    one, other = measure_mark(IMAGE, box), measure_mark(IMAGE, before)
    assert isinstance(one, CuboidMeasure)
    assert isinstance(other, CuboidMeasure)
    assert one.volume_mm3 == pytest.approx(other.volume_mm3, rel=1e-3)


def test_a_place_on_its_center_turns_nothing() -> None:
    here = leaning(0, 0, 1, 1)
    box = boxed(here)
    column, row = here.to_voxel(in_mm(box.center))
    grip = face_grips(box, here)[0]
    assert turned_about(box, grip, (round(1000 * column), round(1000 * row)), here) == box
