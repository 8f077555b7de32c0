from __future__ import annotations

import math
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.document import Mark
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.lying import (
    in_um,
    middle_mm,
    nearest_frame,
    on_plane,
    shape_on,
    with_shape_on,
)
from labeler.model.mask_states import unpainted
from labeler.model.outlines import bounds
from labeler.model.shapes import (
    Box,
    Cuboid,
    FlatShape,
    Landmark,
    Length,
    PointMark,
    Polygon,
    RotatedBox,
    Shape,
)
from tests.support.images import axial, image_of
from tests.support.shapes import flat_shapes

STORED = np.zeros((8, 20, 30), np.int16)
IMAGE = image_of(STORED, matrix=axial((0.5, 2.0, 5.0)))
SPACE = IMAGE.info.frame_of_reference


def mark(shape: Shape, index: int = 3) -> Mark:
    return Mark("m1", "nodule", IMAGE.refs[index], shape)


def turned(degrees: float) -> Image:
    """Planes through the same patient that are turned about the way from left to right."""
    a = math.radians(degrees)
    turn = np.array([(1, 0, 0), (0, math.cos(a), -math.sin(a)), (0, math.sin(a), math.cos(a))])
    matrix = np.eye(4)
    matrix[:3, :3] = turn
    return image_of(np.zeros((9, 40, 40), np.int16), matrix=matrix)


def test_a_shape_of_a_frame_lies_there_and_nowhere_else() -> None:
    box = Box((0, 0), (5000, 5000))
    assert shape_on(IMAGE, 3, mark(box)) == box
    assert shape_on(IMAGE, 4, mark(box)) is None


@settings(deadline=None, max_examples=60)
@given(flat_shapes(), st.floats(-80, 80), st.integers(0, 8))
def test_what_is_drawn_on_a_reformat_is_seen_there_as_drawn(
    shape: FlatShape, degrees: float, index: int
) -> None:
    view = turned(degrees)
    drawn = mark(on_plane(view, index, shape))
    seen = shape_on(view, index, drawn)
    assert seen is not None
    for before, after in zip(bounds(shape), bounds(seen), strict=True):
        assert after == pytest.approx(before, abs=0.02)
    assert shape_on(view, (index + 4) % 9, drawn) is None
    again = with_shape_on(view, index, drawn, seen, IMAGE)
    assert middle_mm(again.shape) == pytest.approx(middle_mm(drawn.shape), abs=0.05)


def test_a_plane_that_leans_does_not_show_it() -> None:
    drawn = mark(on_plane(turned(30), 4, Length((0, 0), (9000, 0))))
    assert shape_on(turned(30.2), 4, drawn) is not None
    assert shape_on(turned(35), 4, drawn) is None


def test_an_acquired_frame_is_seen_on_the_reformat_that_coincides() -> None:
    finer = image_of(
        np.zeros((8, 40, 60), np.int16),
        matrix=IMAGE.affine.matrix @ np.diag((0.5, 0.5, 1.0, 1.0)),
    )
    finer = renamed(finer)
    drawn = mark(Box((2000, 2000), (6000, 6000)))
    assert shape_on(finer, 3, drawn, IMAGE) == Box((4000, 4000), (12000, 12000))
    assert shape_on(finer, 5, drawn, IMAGE) is None
    moved = with_shape_on(finer, 3, drawn, Box((4000, 4000), (8000, 8000)), IMAGE)
    assert moved.shape == Box((2000, 2000), (4000, 4000))


def renamed(image: Image) -> Image:
    """The image with names of frames that no acquired one has."""
    refs = tuple(FrameRef("cut", "reformat", n) for n in range(len(image.refs)))
    return replace(image, refs=refs)


def test_a_landmark_is_on_the_slice_it_is_in() -> None:
    at = IMAGE.to_patient(np.array((4.0, 6.0, 3.3)))
    landmark = mark(Landmark(SPACE, in_um(at)))
    assert shape_on(IMAGE, 3, landmark) == PointMark((4000, 6000))
    assert shape_on(IMAGE, 4, landmark) is None
    moved = with_shape_on(IMAGE, 5, landmark, PointMark((1000, 2000)), IMAGE)
    assert shape_on(IMAGE, 5, moved) == PointMark((1000, 2000))
    assert nearest_frame(IMAGE, at) == IMAGE.refs[3]


def test_another_patients_space_shows_nothing() -> None:
    landmark = mark(Landmark("9.9", (0, 0, 0)))
    assert all(shape_on(IMAGE, index, landmark) is None for index in range(8))


def test_a_box_in_the_patient_is_cut_by_each_slice_it_passes_through() -> None:
    center = IMAGE.to_patient(np.array((10.0, 10.0, 3.0)))
    box = mark(Cuboid(SPACE, in_um(center), (2000, 0, 0), (0, 4000, 0), (0, 0, 7000)))
    section = shape_on(IMAGE, 3, box)
    assert isinstance(section, Polygon)
    assert bounds(section) == pytest.approx((6, 8, 14, 12))
    shown = [index for index in range(8) if shape_on(IMAGE, index, box) is not None]
    assert shown == [2, 3, 4]
    with pytest.raises(ValueError, match="cross-section"):
        with_shape_on(IMAGE, 3, box, section, IMAGE)


def test_a_painted_volume_is_on_all_its_slices() -> None:
    through = mark(unpainted((8, 20, 30), IMAGE.frame_list))
    alone = mark(unpainted((1, 20, 30)))
    assert [shape_on(IMAGE, n, through) is not None for n in range(8)] == [True] * 8
    assert [shape_on(IMAGE, n, alone) is not None for n in range(8)] == [n == 3 for n in range(8)]


def test_a_box_drawn_on_an_oblique_plane_keeps_its_size() -> None:
    view = turned(20)
    shape = RotatedBox((9000, 9000), (3000, 0), (0, 2000))
    seen = shape_on(view, 2, msgspec.structs.replace(mark(shape), shape=on_plane(view, 2, shape)))
    assert isinstance(seen, RotatedBox)
    assert seen.across == shape.across
