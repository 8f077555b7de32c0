"""Copies on other slices and series: by place in the patient, else by voxel."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from labeler.model.document import with_flag
from labeler.model.edits import AddMark, Together
from labeler.model.frames import FrameRef
from labeler.model.image import Caveat, Image
from labeler.model.measures import measure_shape
from labeler.model.outlines import bounds
from labeler.model.shapes import Box, Cuboid, Landmark, Length
from labeler.viewing import copying
from labeler.viewing.copying import Copied, copied, pasted
from labeler.viewing.scene import NOTHING
from labeler.viewing.shape_tools import box_tool, cuboid_tool, landmark_tool, length_tool
from tests.support.images import axial, image_of
from tests.support.scenes import Hand, small_image


def series(uid: str, space: str, spacing: tuple[float, float, float], shift: float = 0.0) -> Image:
    """Three slices of another series."""
    matrix = axial(spacing)
    matrix[0, 3] += shift
    made = image_of(np.zeros((3, 40, 60), np.int16), matrix=matrix)
    info = replace(made.info, uid=uid, frame_of_reference=space)
    refs = tuple(FrameRef(uid, f"{uid}.{n}", 0) for n in range(3))
    return replace(made, info=info, refs=refs)


def taken(hand: Hand) -> Copied:
    found = copied(hand.scene())
    assert found is not None
    return found


def drawn(tool: object = None, image: Image | None = None) -> Hand:
    hand = Hand(box_tool() if tool is None else tool, image or small_image())  # type: ignore[arg-type]
    hand.drag([(10, 10), (30, 20)])
    return hand


def test_on_another_slice_a_copy_lies_where_the_original_did() -> None:
    hand = drawn()
    found = taken(hand)
    hand.index = 2
    hand.take(pasted(hand.scene(), found))
    copy = hand.document.marks[1]
    assert (copy.shape, copy.frame) == (hand.document.marks[0].shape, hand.image.refs[2])
    assert hand.selected == copy.id != "m1"


def test_on_its_own_slice_a_copy_lies_beside_it_but_inside() -> None:
    hand = drawn()
    hand.take(pasted(hand.scene(), taken(hand)))
    assert hand.document.marks[1].shape == Box((11_200, 10_600), (31_200, 20_600))
    hand = Hand(box_tool())
    hand.drag([(10, 10), (59.5, 39.5)])
    hand.take(pasted(hand.scene(), taken(hand)))
    assert hand.document.marks[1].shape == hand.document.marks[0].shape


def test_in_one_frame_of_reference_a_copy_keeps_its_place_and_its_millimetres() -> None:
    hand = drawn(image=series("1.1", "1.9", (0.5, 0.5, 5.0)))
    found = taken(hand)
    hand.image = series("1.2", "1.9", (1.0, 1.0, 5.0), shift=-2.0)
    hand.take(pasted(hand.scene(), found))
    copy = hand.document.marks[1]
    assert copy.shape == Box((7_000, 5_000), (17_000, 10_000))
    assert copy.frame == hand.image.refs[0]


def lies(hand: Hand, number: int) -> tuple[object, ...]:
    """The middle of a box and its sides, in voxels; within the rounding of the canvas."""
    shape = hand.document.marks[number].shape
    assert isinstance(shape, Box)
    (left, top), (right, bottom) = shape.low, shape.high
    found = (left + right) / 2, (top + bottom) / 2, right - left, bottom - top
    return tuple(pytest.approx(each / 1000, abs=0.02) for each in found)


def amid(hand: Hand) -> tuple[float, float]:
    scene = hand.scene()
    return scene.inside((scene.canvas.width / 2, scene.canvas.height / 2))


def test_elsewhere_a_copy_keeps_its_mm_amid_the_view_and_that_is_said() -> None:
    hand = drawn(image=series("1.1", "1.9", (0.5, 0.5, 5.0)))
    found = taken(hand)
    hand.image = series("1.2", "1.8", (1.0, 0.25, 5.0), shift=-2.0)
    hand.take(pasted(hand.scene(), found))
    # 20 x 10 pixels of 0.5 mm are 10 x 20 here.
    assert lies(hand, 1) == (*amid(hand), 10, 20)
    assert hand.said == [copying.AMID.text]


def test_what_lies_beside_the_series_in_the_patient_is_laid_amid_the_view() -> None:
    hand = drawn(image=series("1.1", "1.9", (0.5, 0.5, 5.0)))
    found = taken(hand)
    hand.image = series("1.2", "1.9", (1.0, 1.0, 5.0), shift=200.0)
    hand.take(pasted(hand.scene(), found))
    assert lies(hand, 1) == (*amid(hand), 10, 5)
    assert hand.said == [copying.BEYOND.text]


def test_pictures_of_one_kind_take_copies_voxel_for_voxel() -> None:
    hand = drawn(image=series("1.1", "1.9", (0.5, 0.5, 5.0)))
    found = taken(hand)
    hand.image = series("1.2", "1.8", (0.5, 0.5, 5.0), shift=-2.0)
    hand.take(pasted(hand.scene(), found))
    assert hand.document.marks[1].shape == Box((10_000, 10_000), (30_000, 20_000))
    assert hand.said == []


def test_where_no_mm_are_known_a_copy_keeps_its_pixels_and_that_is_said() -> None:
    hand = drawn(image=series("1.1", "1.9", (0.5, 0.5, 5.0)))
    found = taken(hand)
    here = series("1.2", "", (1.0, 1.0, 5.0))
    hand.image = replace(here, caveats=(Caveat.SPACING_UNKNOWN,))
    hand.take(pasted(hand.scene(), found))
    assert hand.document.marks[1].shape == Box((10_000, 10_000), (30_000, 20_000))
    assert hand.said == [copying.NO_MM.text]


def test_copies_that_go_together_keep_their_places_to_one_another() -> None:
    hand = drawn(image=series("1.1", "1.9", (0.5, 0.5, 5.0)))
    hand.drag([(40, 10), (50, 20)])
    hand.also = frozenset({"m1"})
    found = taken(hand)
    hand.image = series("1.2", "1.8", (1.0, 1.0, 5.0))
    hand.view = replace(hand.view, zoom=5.0)
    hand.take(pasted(hand.scene(), found))
    across, down = amid(hand)
    assert lies(hand, 2) == (across - 5, down, 10, 5)
    assert lies(hand, 3) == (across + 7.5, down, 5, 5)


def test_on_a_plane_that_leans_a_copy_keeps_its_middle_and_its_size() -> None:
    hand = drawn(length_tool(), series("1.1", "1.9", (0.5, 0.5, 5.0)))
    found = taken(hand)
    size = measure_shape(hand.image, hand.document.marks[0].shape)  # type: ignore[arg-type]
    hand.base = hand.image
    matrix = np.eye(4)
    origin = hand.image.to_patient(np.array((0.0, 15.0, 0.0)))
    matrix[:3, :4] = np.column_stack(((0.25, 0, 0), (0, 0, -0.25), (0, 0.25, 0), origin))
    matrix[2, 3] += 5.0
    cut = image_of(np.zeros((3, 100, 120), np.int16), matrix=matrix)
    info = replace(cut.info, uid="1.1", frame_of_reference="1.9")
    hand.image = replace(cut, info=info)
    hand.take(pasted(hand.scene(), found))
    lying = hand.scene().lies(hand.document.marks[1])
    assert lying is not None
    left, top, right, bottom = bounds(lying.shape)  # type: ignore[arg-type]
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((40, 20), abs=0.01)
    after = measure_shape(hand.image, lying.shape)
    assert after.length_mm == pytest.approx(size.length_mm, abs=0.01)  # type: ignore[union-attr]


def test_places_and_boxes_in_the_patient_go_to_the_slice_they_are_laid_on() -> None:
    for tool in (landmark_tool(), cuboid_tool()):
        hand = drawn(tool)
        found = taken(hand)
        hand.index = 2
        hand.take(pasted(hand.scene(), found))
        before, after = (mark.shape for mark in hand.document.marks)
        assert type(before) is type(after)
        assert isinstance(after, Landmark | Cuboid)
        height = after.at if isinstance(after, Landmark) else after.center
        assert height[2] == round(1000 * hand.image.to_patient(np.array((0.0, 0.0, 2.0)))[2])
        assert hand.document.marks[1].frame == hand.image.refs[2]


def test_several_are_one_edit_and_copies_are_not_locked() -> None:
    hand = drawn()
    hand.tool = length_tool()
    hand.drag([(40, 10), (50, 20)])
    marks = (with_flag(hand.document.marks[0], "locked", on=True), hand.document.marks[1])
    hand.document = msgspec.structs.replace(hand.document, marks=marks)
    hand.also = frozenset({"m1"})
    found = taken(hand)
    hand.index = 1
    hand.take(pasted(hand.scene(), found))
    edit = hand.edits[-1]
    assert isinstance(edit, Together)
    assert edit.name == "paste-marks"
    assert all(isinstance(one, AddMark) for one in edit.edits)
    assert not any(mark.locked for mark in hand.document.marks[2:])
    assert hand.scene().chosen == {"m3", "m4"}
    assert isinstance(hand.document.marks[3].shape, Length)


def test_nothing_selected_is_nothing_copied() -> None:
    hand = drawn()
    hand.selected = ""
    assert copied(hand.scene()) is None
    hand.selected, hand.index = "m1", 1
    assert copied(hand.scene()) is None
    assert (
        pasted(hand.scene(), Copied((), taken_slice(), "", "1", hand.image.refs[0], (40, 60), True))
        == NOTHING
    )


def taken_slice():  # type: ignore[no-untyped-def]
    return taken(drawn()).there


def over_time() -> Image:
    """Three frames of one place."""
    image = small_image()
    origins = ((0.0, 0.0, 0.0),) * 3
    return replace(image, stack=replace(image.stack, origins=origins))


def test_frames_of_one_place_are_told_apart() -> None:
    hand = Hand(landmark_tool(), over_time(), index=2)
    hand.click(10, 10)
    assert hand.document.marks[0].frame == hand.image.refs[2]
    hand.tool, hand.index = box_tool(), 1
    hand.drag([(10, 10), (30, 20)])
    found = taken(hand)
    hand.index = 2
    hand.take(pasted(hand.scene(), found))
    assert hand.document.marks[2].shape == hand.document.marks[1].shape, "it hides nothing here"
    assert hand.document.marks[2].frame == hand.image.refs[2]
