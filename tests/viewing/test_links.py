"""Linked scrolling: by the place in the patient, and by a locked offset."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from labeler.model.image import Image
from labeler.viewing.cuts import CORONAL
from labeler.viewing.links import BY_PLACE, Link, followed, follows, go_together, in_mm, middle
from labeler.viewing.reformat import reformat
from tests.support.images import axial, image_of
from tests.support.volumes_in_memory import FRAME, ramp


def stack(count: int, step: float, top: float = 120.0, frame: str = FRAME) -> Image:
    matrix = axial((1.0, 1.0, abs(step)))
    matrix[2, 2], matrix[2, 3] = -step, top
    image = image_of(np.zeros((count, 8, 8), np.int16), matrix=matrix)
    return replace(image, info=replace(image.info, frame_of_reference=frame))


@given(st.integers(0, 29), st.floats(0.5, 7), st.booleans())
def test_the_nearest_slice_by_place_is_never_further_than_half_a_step(
    index: int, step: float, upwards: bool
) -> None:
    leader = stack(30, 2.0)
    count = int(60 / step) + 1
    top = 120.0 - (count - 1) * step if upwards else 120.0
    follower = stack(count, -step if upwards else step, top)
    found = followed(BY_PLACE, leader, index, follower)
    place = float(middle(leader, index)[2])
    if found is None:
        assert abs(place - 120.0) > step or abs(place - (120.0 - (count - 1) * step)) > step
        return
    assert abs(float(middle(follower, found)[2]) - place) <= max(step / 2, step) + 1e-9
    others = [abs(float(middle(follower, n)[2]) - place) for n in range(count)]
    assert others[found] == min(others)


def test_another_frame_of_reference_is_not_followed_by_place() -> None:
    assert followed(BY_PLACE, stack(9, 2.0), 4, stack(9, 2.0, frame="1.2.3.4")) is None


def test_planes_that_cross_do_not_scroll_together() -> None:
    image, volume = ramp()
    assert not follows(BY_PLACE, image, reformat(image, volume, CORONAL))


def test_a_view_stays_where_the_place_is_beyond_its_ends() -> None:
    assert followed(BY_PLACE, stack(40, 2.0), 39, stack(10, 2.0)) is None


def test_only_what_can_follow_is_called_linked() -> None:
    whole, other = stack(40, 2.0), stack(20, 4.0)
    assert go_together(whole, other)
    assert go_together(other, whole)
    assert not go_together(whole, stack(1, 2.0))
    assert not go_together(stack(1, 2.0), whole)
    assert not go_together(whole, stack(10, 2.0, top=30.0)), "it lies below"
    assert not go_together(whole, stack(40, 2.0, frame="1.2.3.4"))


@given(st.integers(0, 19), st.integers(0, 19), st.integers(0, 19))
def test_a_lock_keeps_the_offset_in_millimetres(begin: int, other: int, now: int) -> None:
    """A prior of thinner slices, elsewhere in other coordinates."""
    leader, follower = stack(20, 5.0), stack(200, 1.0, -40.0, "1.2.3.4")
    lock = Link((begin, other * 5 + 3))
    assert in_mm(leader, follower)
    found = followed(lock, leader, now, follower)
    assert found == max(0, min(199, other * 5 + 3 + (now - begin) * 5))


def test_a_stack_that_runs_the_other_way_is_followed_the_other_way() -> None:
    leader, follower = stack(20, 5.0), stack(20, -5.0, 20.0, "1.2.3.4")
    assert followed(Link((5, 14)), leader, 6, follower) == 13


def test_without_sides_a_lock_goes_slice_by_slice() -> None:
    unknown = replace(stack(20, 5.0), oriented=False)
    assert not in_mm(stack(20, 1.0), unknown)
    assert followed(Link((5, 9)), stack(20, 1.0), 7, unknown) == 11
    assert followed(Link((5, 9)), stack(20, 1.0), 19, unknown) == 19


def test_a_lock_couples_no_stack_that_crosses() -> None:
    """A sagittal stack stays where it is while the axial one beside it is scrolled."""
    image, volume = ramp()
    crossing = reformat(image, volume, CORONAL)
    assert followed(Link((4, 3)), image, 6, crossing) is None
    assert followed(Link((3, 4)), crossing, 6, image) is None


def test_a_lock_holds_what_no_header_places() -> None:
    unknown = replace(stack(20, 5.0), oriented=False)
    assert follows(Link((5, 9)), unknown, stack(20, 1.0))
