from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.affine import Vector
from labeler.viewing.layout import Layout, Plane, layout_of
from tests.support.images import image_of

L, P, H = np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), np.array([0, 0, 1.0])


def layout(across: Vector, down: Vector, spacing: tuple[float, float] = (1, 1)) -> Layout:
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1] = across * spacing[0], down * spacing[1]
    matrix[:3, 2] = np.cross(across, down)
    return layout_of(image_of(np.zeros((1, 4, 6), np.int16), matrix=matrix))


@pytest.mark.parametrize(
    ("plane", "across", "down", "letters"),
    [
        (Plane.AXIAL, L, P, ("R", "L", "A", "P")),
        (Plane.CORONAL, L, -H, ("R", "L", "H", "F")),
        (Plane.SAGITTAL, P, -H, ("A", "P", "H", "F")),
    ],
)
def test_every_way_of_storing_a_plane_is_shown_in_the_readers_way(
    plane: Plane, across: Vector, down: Vector, letters: tuple[str, ...]
) -> None:
    for first, second in ((across, down), (down, across)):
        for a in (1, -1):
            for b in (1, -1):
                shown = layout(a * first, b * second)
                assert (shown.plane, shown.letters) == (plane, letters)
                assert shown.transposed == (first is down)


def test_a_second_letter_joins_beyond_ten_degrees() -> None:
    def turned(degrees: float) -> tuple[str, str, str, str]:
        t = math.radians(degrees)
        return layout(L * math.cos(t) + P * math.sin(t), P * math.cos(t) - L * math.sin(t)).letters

    assert turned(9.9) == ("R", "L", "A", "P")
    assert turned(10.1) == ("RA", "LP", "AL", "PR")
    assert layout(L, (P - H) / math.sqrt(2)).plane is Plane.OBLIQUE


def test_unknown_orientation_is_shown_as_stored_and_says_so() -> None:
    image = image_of(
        np.zeros((1, 4, 6), np.int16), matrix=np.diag([-1.0, -1, 1, 1]), oriented=False
    )
    shown = layout_of(image)
    assert (shown.plane, shown.letters) == (Plane.UNKNOWN, ("?",) * 4)
    assert (shown.transposed, shown.mirrored_x, shown.mirrored_y) == (False, False, False)


def test_an_x_ray_is_shown_as_stored_with_its_files_letters() -> None:
    plain = image_of(np.zeros((1, 4, 6), np.int16), matrix=np.eye(4), oriented=False)
    shown = layout_of(replace(plain, sides=("L", "FA")))
    assert (shown.plane, shown.letters) == (Plane.UNKNOWN, ("R", "L", "HP", "FA"))
    assert (shown.transposed, shown.mirrored_x, shown.mirrored_y) == (False, False, False)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([(L, P), (-P, L), (H, -L), (-L, -H), (P, H), (-H, P)]), st.data())
def test_places_and_pixels_are_arranged_alike(
    axes: tuple[Vector, Vector], data: st.DataObject
) -> None:
    shown = layout(*axes, spacing=(0.5, 2.0))
    pixels = np.arange(24).reshape(4, 6)
    arranged = shown.arrange(pixels)
    width, height = shown.shown_size
    assert arranged.shape == (height, width)
    column, row = data.draw(st.integers(0, 5)), data.draw(st.integers(0, 3))
    x, y = shown.to_shown((column, row))
    assert arranged[int(y), int(x)] == pixels[row, column]
    assert shown.to_voxel((x, y)) == (column, row)
    assert shown.shown_spacing_mm == ((2.0, 0.5) if shown.transposed else (0.5, 2.0))
