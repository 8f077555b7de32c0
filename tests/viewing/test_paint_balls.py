"""A ball of a brush where slices do not lie straight above one another, or not evenly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.model.image import Caveat, Image
from labeler.model.masks import Bits
from labeler.model.shapes import PaintedMask
from labeler.model.stack import Stack
from labeler.viewing.cuts import CORONAL
from labeler.viewing.paint_balls import ball_between, is_even
from labeler.viewing.paint_options import PaintOptions
from labeler.viewing.paint_tools import BrushTool, EraserTool
from labeler.viewing.reformat import reformat
from tests.support.images import axial, image_of
from tests.support.scenes import Hand, stacked
from tests.support.volumes_in_memory import volume_of

SIZE = (9, 40, 60)
BALL = PaintOptions(ball=True)


def tilted() -> Image:
    """Each slice 2 mm further on, and 1.5 mm further back."""
    matrix = axial((0.5, 0.8, 2.0))
    matrix[1, 2] = 1.5
    return stacked(image_of(np.zeros(SIZE, np.int16), matrix=matrix))


def uneven() -> Image:
    """4 mm apart, then 7; each 0.7 mm further back."""
    image = image_of(np.zeros(SIZE, np.int16), matrix=axial((0.5, 0.8, 5.5)))
    heights = np.cumsum([0, 4, 4, 4, 4, 7, 7, 7, 7])
    places = tuple((-60.0, -80.0 + 0.7 * n, 120.0 - float(h)) for n, h in enumerate(heights))
    caveats = (Caveat.SPACING_UNEVEN,)
    return replace(image, stack=Stack(origins=places), caveats=caveats)


def truth(image: Image, start: object, end: object, radius_mm: float) -> Bits:
    """Voxel by voxel, in the patient."""
    z, y, x = np.mgrid[0 : SIZE[0], 0 : SIZE[1], 0 : SIZE[2]].astype(float)
    at = image.to_patient(np.stack((x, y, z), axis=-1))
    a, b = (image.to_patient(np.array(one, float)[::-1]) for one in (start, end))
    way = b - a
    share = np.clip((at - a) @ way / max(float(way @ way), 1e-12), 0, 1)
    away = np.linalg.norm(at - a - share[..., None] * way, axis=-1)
    inside: Bits = away <= radius_mm + 1e-9
    return inside


def held(hand: Hand) -> Bits:
    shape = hand.document.marks[0].shape
    assert isinstance(shape, PaintedMask)
    content = hand.painted.content(shape)
    assert content is not None
    return content.crop((0, 0, 0), content.size)


def places() -> st.SearchStrategy[tuple[float, float, float]]:
    return st.tuples(st.floats(0, 8), st.floats(-9, 49), st.floats(-9, 69))


@pytest.mark.parametrize("make", [tilted, uneven])
@given(start=places(), end=places(), radius_mm=st.floats(0.3, 15))
def test_it_is_that_of_the_patient(
    make: object, start: tuple[float, ...], end: tuple[float, ...], radius_mm: float
) -> None:
    image = make()  # type: ignore[operator]
    expected = truth(image, start, end, radius_mm)
    found = ball_between(image, SIZE, start, end, radius_mm)  # type: ignore[arg-type]
    painted = np.zeros(SIZE, np.bool_)
    if found is not None:
        (z, y, x), bits = found
        painted[z : z + bits.shape[0], y : y + bits.shape[1], x : x + bits.shape[2]] = bits
    # What lies on the very rim may be in or out.
    sure = truth(image, start, end, radius_mm - 1e-6), truth(image, start, end, radius_mm + 1e-6)
    assert not (sure[0] & ~painted).any()
    assert not (painted & ~sure[1]).any()
    assert painted.sum() == pytest.approx(expected.sum(), abs=2)


def test_a_click_paints_the_slices_around_where_a_tilted_gantry_put_them() -> None:
    hand = Hand(BrushTool(), image=tilted(), index=4, paint=BALL, brush_mm=9.0)
    hand.click(30, 20)
    assert np.array_equal(held(hand), truth(hand.image, (4, 20, 30), (4, 20, 30), 4.5))
    rows = [float(np.nonzero(part)[0].mean()) for part in held(hand) if part.any()]
    assert len(rows) == 5
    assert np.diff(rows) == pytest.approx([-1.5 / 0.8] * 4, abs=0.3)
    hand.tool = EraserTool()
    hand.brush_mm = 9.1
    hand.click(30, 20)
    assert hand.document.marks == ()


def test_what_is_seen_while_it_is_painted_is_what_is_painted() -> None:
    hand = Hand(BrushTool(), image=tilted(), index=4, paint=BALL, brush_mm=9.0)
    hand.press(20, 20)
    hand.move(30, 25)
    (ghost,) = hand.tool.preview(hand.scene()).ghosts
    shown = ghost.shape.crop((0, 0, 40, 60))  # type: ignore[union-attr]
    hand.release(30, 25)
    assert np.array_equal(shown, held(hand)[4])
    assert np.array_equal(held(hand), truth(hand.image, (4, 20, 20), (4, 25, 30), 4.5))


@pytest.mark.parametrize("make", [tilted, uneven])
def test_on_a_plane_it_is_that_of_the_patient_too(make: object) -> None:
    base = make()  # type: ignore[operator]
    image = reformat(base, volume_of(base), CORONAL)
    hand = Hand(BrushTool(), image=image, base=base, paint=BALL, index=image.source.shape[0] // 2)
    hand.brush_mm = 12.0
    rows, columns = image.source.shape[1:]
    hand.click(columns / 2, rows / 2)
    ground = hand.document.marks[0]
    assert ground.frame in base.refs
    middle = np.argwhere(held(hand)).mean(axis=0)
    expected = truth(base, tuple(middle), tuple(middle), 6.0)
    assert held(hand).sum() == pytest.approx(expected.sum(), rel=0.1)
    assert (held(hand) ^ expected).sum() < 0.2 * expected.sum()


@pytest.mark.parametrize("off", [-9.0, -3.0, 0.0, 3.0, 9.0])
@pytest.mark.parametrize("ball", [False, True])
def test_a_brush_smaller_than_the_way_to_the_next_slice_paints_on_a_plane(
    off: float, ball: bool
) -> None:
    base = uneven()
    image = reformat(base, volume_of(base), CORONAL)
    hand = Hand(BrushTool(), image=image, base=base, paint=PaintOptions(ball=ball), brush_mm=5.0)
    hand.index = image.source.shape[0] // 2
    rows, columns = image.source.shape[1:]
    at = columns / 2, rows / 2 + off
    hand.press(*at)
    (ghost,) = hand.tool.preview(hand.scene()).ghosts
    wet = ghost.shape.region  # type: ignore[union-attr]
    hand.release(*at)
    region = hand.scene().region(hand.document.marks[0].shape)
    assert region is not None
    assert np.array_equal(wet.voxels(), region.voxels())
    assert region.count


def test_an_even_stack_keeps_the_quick_way() -> None:
    assert is_even(stacked(image_of(np.zeros(SIZE, np.int16), matrix=axial((0.5, 0.8, 2.0)))))
    assert not is_even(tilted())
    assert not is_even(uneven())
