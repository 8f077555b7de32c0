"""Painted marks on other slices and in other series."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.edit_rules import apply_edit, inverse
from labeler.model.edits import AddMark, PaintMask, Together
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.masks import Bits
from labeler.model.shapes import Box, PaintedMask
from labeler.model.tiled_masks import of_voxels
from labeler.viewing.carried_masks import carried
from labeler.viewing.copying import Copied, copied, pasted
from labeler.viewing.cuts import CORONAL
from labeler.viewing.lattice import lattice_of
from labeler.viewing.paint_tools import BrushTool
from labeler.viewing.reformat import reformat
from labeler.viewing.shape_tools import box_tool
from tests.support.images import axial, image_of
from tests.support.scenes import Hand, stacked
from tests.support.volumes_in_memory import volume_of

SPACING = (0.5, 1.0, 5.0)


def series(
    uid: str,
    space: str,
    spacing: tuple[float, float, float] = SPACING,
    size: tuple[int, int, int] = (6, 40, 60),
    shift: float = 0.0,
) -> Image:
    matrix = axial(spacing)
    matrix[0, 3] += shift
    made = stacked(image_of(np.zeros(size, np.int16), matrix=matrix))
    info = replace(made.info, uid=uid, frame_of_reference=space)
    refs = tuple(FrameRef(uid, f"{uid}.{n}", 0) for n in range(size[0]))
    return replace(made, info=info, refs=refs)


def painted() -> tuple[Hand, Copied]:
    """Slices 1 and 2 of a series; copied on slice 2."""
    hand = Hand(BrushTool(), series("1.1", "1.9"), index=1)
    hand.click(20, 15)
    hand.index = 2
    hand.drag([(20, 15), (30, 20)])
    found = copied(hand.scene())
    assert found is not None
    return hand, found


def held(hand: Hand, number: int) -> Bits:
    shape = hand.document.marks[number].shape
    assert isinstance(shape, PaintedMask)
    content = hand.painted.content(shape)
    assert content is not None
    return content.crop((0, 0, 0), content.size)


def test_a_slice_of_it_goes_to_another_slice_and_is_taken_back_whole() -> None:
    hand, found = painted()
    before = hand.document
    hand.index = 4
    hand.take(pasted(hand.scene(), found))
    copy = hand.document.marks[1]
    assert (copy.label, copy.frame) == ("nodule", hand.image.refs[4])
    assert hand.selected == copy.id
    bits = held(hand, 1)
    assert np.array_equal(bits[4], held(hand, 0)[2])
    assert not bits[[0, 1, 2, 3, 5]].any()
    edit = hand.edits[-1]
    assert isinstance(edit, Together)
    assert edit.name == "paste-marks"
    assert [type(one) for one in edit.edits] == [AddMark, PaintMask]
    assert apply_edit(hand.document, inverse(edit)) == before
    assert hand.said == ["Of the painted mark this one slice was pasted, not the others."]


def test_of_a_mark_on_one_slice_all_is_pasted_and_nothing_said() -> None:
    hand = Hand(BrushTool(), series("1.1", "1.9"), index=1)
    hand.click(20, 15)
    found = copied(hand.scene())
    assert found is not None
    hand.index = 4
    hand.take(pasted(hand.scene(), found))
    assert len(hand.document.marks) == 2
    assert hand.said == []


def test_on_its_own_slice_it_lies_beside_and_what_is_outside_is_cut_off() -> None:
    hand, found = painted()
    hand.take(pasted(hand.scene(), found))
    moved = np.zeros((40, 60), np.bool_)
    moved[1:, 1:] = held(hand, 0)[2][:-1, :-1]
    assert np.array_equal(held(hand, 1)[2], moved)


@pytest.mark.parametrize("waited", [False, True])
def test_it_goes_to_the_series_that_it_was_pasted_on_whatever_is_shown_then(waited: bool) -> None:
    hand, found = painted()
    meant, other = series("1.2", "1.9"), series("1.3", "1.9", size=(6, 30, 30))
    hand.image, hand.index = meant, 2
    later = pasted(hand.scene(), found).later
    hand.image = other
    assert later is not None
    if waited:
        assert later.anew is not None
        later = later.anew(hand.scene()).later
        assert later is not None
    hand.take(later.then(hand.scene(), later.work(lambda _done, _total: None)))
    copy = hand.document.marks[1]
    assert copy.frame in meant.refs
    assert np.array_equal(held(hand, 1), held(hand, 0))


def test_outlines_and_paint_are_one_edit() -> None:
    hand, _ = painted()
    hand.tool = box_tool()
    hand.drag([(40, 10), (50, 20)])
    hand.also = frozenset({"m1"})
    found = copied(hand.scene())
    assert found is not None
    hand.index = 3
    hand.take(pasted(hand.scene(), found))
    edit = hand.edits[-1]
    assert isinstance(edit, Together)
    assert [type(one) for one in edit.edits] == [AddMark, AddMark, PaintMask]
    assert isinstance(hand.document.marks[2].shape, Box)
    assert held(hand, 3)[3].any()
    assert hand.scene().chosen == {"m3", "m4"}


def test_in_a_series_of_the_same_space_the_whole_keeps_its_place() -> None:
    hand, found = painted()
    there = hand.image
    hand.image = series("1.2", "1.9", (1.03, 0.47, 2.3), (14, 90, 40), shift=-3.1)
    hand.index = 0
    hand.take(pasted(hand.scene(), found))
    assert np.array_equal(held(hand, 1), by_the_book(held(hand, 0), there, hand.image))
    assert hand.document.marks[1].frame in hand.image.refs
    assert hand.document.marks[1].frame != hand.image.refs[0]


def test_without_a_common_space_voxels_must_agree() -> None:
    hand, found = painted()
    hand.image, hand.index = series("1.2", "1.8"), 0
    hand.take(pasted(hand.scene(), found))
    assert np.array_equal(held(hand, 1), held(hand, 0))
    for other in (series("1.3", "1.8", (0.6, 1.0, 5.0)), series("1.3", "", SPACING, (5, 40, 60))):
        hand.image = other
        hand.take(pasted(hand.scene(), found))
        assert len(hand.document.marks) == 2
        assert "has no place here" in hand.said.pop()


def test_what_lies_outside_is_said() -> None:
    hand, found = painted()
    hand.image = series("1.2", "1.9", shift=500.0)
    hand.take(pasted(hand.scene(), found))
    assert hand.said == ["The painted mark lies outside this series."]
    assert len(hand.document.marks) == 1


def test_planes_take_none_and_say_so() -> None:
    hand, found = painted()
    base = hand.image
    hand.image, hand.base = reformat(base, volume_of(base), CORONAL), base
    hand.index = 15
    hand.take(pasted(hand.scene(), found))
    assert hand.said == ["Painted marks are copied and laid down on acquired slices."]
    on_plane = copied(hand.scene())
    assert on_plane is not None
    hand.image, hand.base, hand.index = base, None, 0
    hand.take(pasted(hand.scene(), on_plane))
    assert len(hand.said) == 2
    assert len(hand.document.marks) == 1


def by_the_book(bits: Bits, there: Image, here: Image) -> Bits:
    """Each voxel's centre through the patient to the nearest one there."""
    size = here.source.shape
    z, y, x = np.meshgrid(*(np.arange(side) for side in size), indexing="ij")
    places = here.affine.to_patient(np.stack((x, y, z), axis=-1).reshape(-1, 3).astype(float))
    back = np.linalg.inv(there.affine.matrix)
    voxels = np.rint(places @ back[:3, :3].T + back[:3, 3]).astype(int)
    found = np.zeros(len(voxels), np.bool_)
    limits = np.array(there.source.shape[::-1])
    inside = ((voxels >= 0) & (voxels < limits)).all(axis=1)
    column, row, index = voxels[inside].T
    found[inside] = bits[index, row, column]
    return found.reshape(size)


@settings(deadline=None, max_examples=25)
@given(
    st.tuples(*(st.floats(0.6, 3.1) for _ in range(3))),
    st.tuples(*(st.floats(-12.3, 12.3) for _ in range(3))),
    st.tuples(*(st.floats(-1.0, 1.0) for _ in range(2))),
    st.integers(0, 2**32 - 1),
)
def test_any_grid_takes_the_nearest_voxels(
    spacing: tuple[float, float, float],
    shift: tuple[float, float, float],
    turns: tuple[float, float],
    seed: int,
) -> None:
    a, b = turns
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    matrix = axial(spacing)
    matrix[:3, :3] = about_z @ about_x @ matrix[:3, :3]
    matrix[:3, 3] += shift
    here = stacked(image_of(np.zeros((18, 21, 35), np.int16), matrix=matrix))
    there = series("1.1", "1.9", (1.3, 0.9, 2.1), (9, 24, 20))
    bits = np.random.default_rng(seed).random((9, 24, 20)) < 0.5
    mask = of_voxels((9, 24, 20), (0, 0, 0), bits)
    found = carried(mask, lattice_of(there), lattice_of(here), (18, 21, 35))
    expected = by_the_book(bits, there, here)
    # A place halfway between two voxels may be either one's.
    assert (found.crop((0, 0, 0), found.size) != expected).mean() < 1e-3


@pytest.mark.parametrize("size", [(6, 40, 60)])
def test_a_single_frame_goes_to_a_frame_like_it(size: tuple[int, int, int]) -> None:
    image = replace(series("1.1", "1.9", size=size), frame_times_ms=(0.0,) * 6)
    hand = Hand(BrushTool(), image)
    hand.click(20, 15)
    found = copied(hand.scene())
    assert found is not None
    hand.index = 3
    hand.take(pasted(hand.scene(), found))
    assert hand.document.marks[1].frame == image.refs[3]
    assert np.array_equal(held(hand, 0), held(hand, 1))
