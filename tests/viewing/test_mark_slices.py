from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labeler.model.document import Mark
from labeler.model.shapes import Box, Cuboid
from labeler.model.tiled_masks import of_voxels
from labeler.viewing.mark_slices import cited, slices_of
from tests.support.images import axial, image_of
from tests.support.scenes import stacked

IMAGE = stacked(image_of(np.zeros((30, 40, 60), np.int16), matrix=axial((1.0, 1.0, 2.0))))
BACKWARDS = replace(IMAGE, instance_numbers=tuple(range(130, 100, -1)))


def mark(shape: object) -> Mark:
    return Mark("m1", "nodule", IMAGE.refs[12], shape)  # type: ignore[arg-type]


def said(image: object, slices: tuple[int, int]) -> str:
    told = cited(image, slices)  # type: ignore[arg-type]
    assert told is not None
    return told.text


def test_a_region_is_on_the_slices_that_hold_some_of_it() -> None:
    bits = np.zeros((7, 3, 3), np.bool_)
    bits[[0, 2, 6]] = True
    content = of_voxels((30, 40, 60), (9, 5, 5), bits)
    found = slices_of(IMAGE, 12, mark(Box((0, 0), (1000, 1000))), content)
    assert found == (9, 15)
    assert said(IMAGE, found) == "Im 10–16"
    assert said(BACKWARDS, found) == "Im 115–121"


def test_a_region_of_one_slice_and_an_outline_have_one_number() -> None:
    content = of_voxels((30, 40, 60), (9, 5, 5), np.ones((1, 3, 3), np.bool_))
    assert said(IMAGE, slices_of(IMAGE, 9, mark(Box((0, 0), (1, 1))), content)) == "Im 10"
    assert said(IMAGE, slices_of(IMAGE, 12, mark(Box((0, 0), (1000, 1000))), None)) == "Im 13"


@pytest.mark.parametrize(("half_mm", "first", "last"), [(5.0, 10, 14), (0.5, 12, 12), (99, 0, 29)])
def test_a_box_in_the_patient_is_on_the_slices_that_cut_it(
    half_mm: float, first: int, last: int
) -> None:
    x, y, z = (round(1000 * v) for v in IMAGE.affine.to_patient(np.array([30.0, 20.0, 12.0])))
    deep = round(1000 * half_mm)
    box = Cuboid("", (x, y, z), (4000, 0, 0), (0, 4000, 0), (0, 0, deep))
    named = replace(IMAGE, info=replace(IMAGE.info, uid=IMAGE.refs[12].series))
    assert slices_of(named, 12, mark(box), None) == (first, last)


def test_a_slide_has_no_number() -> None:
    one = image_of(np.zeros((1, 8, 8), np.int16))
    assert cited(replace(one, pyramid=object()), (0, 0)) is None  # type: ignore[arg-type]
    assert said(one, (0, 0)) == "Im 1"
