"""What is painted on a plane is what the plane shows, wherever it lies between the voxels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.image import Image
from labeler.model.masks import Mask, cropped
from labeler.model.tiled_masks import of_voxels
from labeler.viewing.cuts import AXIAL, CORONAL, CUTS, SAGITTAL, Cut, turned
from labeler.viewing.label_cuts import Solid, cut_labels
from labeler.viewing.lattice import lattice_of
from labeler.viewing.links import middle
from labeler.viewing.paint_cuts import section
from labeler.viewing.paint_ground import CutGround, ground_of
from labeler.viewing.paint_options import PLAIN, Cutting, PaintOptions
from labeler.viewing.paint_tools import BrushTool, EraserTool
from labeler.viewing.reformat import Reformat, ReformatSource, reformat
from labeler.viewing.scissors import Column
from labeler.viewing.shown_voxels import Layer, layer_of, on_voxels
from tests.support.images import axial, image_of
from tests.support.scenes import Hand, stacked
from tests.support.volumes_in_memory import volume_of

SIZE = (9, 12, 14)
SPACING = 0.451171875
"""Of a CT with a field of 231 mm: columns that no whole number of microns tells apart."""


def series(*, uneven: bool = False) -> Image:
    base = stacked(image_of(np.zeros(SIZE, np.int16), matrix=axial((SPACING, 0.6, 1.0))))
    if not uneven:
        return base
    steps = np.cumsum([0, 1.0, 1.0, 1.6, 0.7, 1.0, 1.3, 1.0, 0.8])
    x, y, z = base.stack.origins[0]
    origins = tuple((x, y, z - float(step)) for step in steps)
    return replace(base, stack=replace(base.stack, origins=origins))


CUT_WAYS = st.one_of(
    st.sampled_from((AXIAL, CORONAL, SAGITTAL)),
    st.builds(
        lambda cut, about, degrees: turned(cut, np.array(about), float(np.radians(degrees))),
        st.sampled_from((AXIAL, CORONAL, SAGITTAL)),
        st.sampled_from(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.6, 0.0, 0.8), (0.36, 0.48, 0.8))),
        st.one_of(st.sampled_from((45.0, 90.0, 30.0, 1e-7)), st.floats(0.5, 89.5)),
    ),
)
"""Along the voxels, turned by hand, and turned there and back."""

WAYS_OFF = st.one_of(st.sampled_from((0.0, 0.5, -0.5, 0.25)), st.floats(-0.5, 0.5, allow_nan=False))
"""Of a voxel: exact ties among them."""

NOISE_MM = st.sampled_from((0.0, 1e-6, -1e-6, 5e-4, -5e-4, 2e-3))


def plane_on(base: Image, cut: Cut, off: tuple[float, float, float], noise_mm: float) -> Reformat:
    through = base.affine.to_patient(np.array([6.0, 5.0, 4.0]) + off) + noise_mm
    x, y, z = through.tolist()
    return reformat(base, volume_of(base), cut, (x, y, z))


def index_near(image: Reformat, base: Image, off: tuple[float, float, float]) -> int:
    return image.index_of(base.affine.to_patient(np.array([6.0, 5.0, 4.0]) + off))


def shown_numbers(image: Reformat, index: int) -> np.ndarray:
    """The voxel that each pixel shows, counted from 1; 0 beside the volume. In one byte at a time,
    as labels are."""
    source = image.source
    assert isinstance(source, ReformatSource)
    numbers = np.arange(1, np.prod(SIZE) + 1).reshape(SIZE)
    parts = []
    for part in (numbers % 256, numbers // 256):
        solid = Solid(source.lattice, (0, 0, 0), part.astype(np.uint8))
        found = cut_labels(solid, source.plane(index))
        whole = np.zeros(image.source.shape[1:], np.int64)
        if found is not None:
            height, width = found.labels.shape
            whole[found.top : found.top + height, found.left : found.left + width] = found.labels
        parts.append(whole)
    shown: np.ndarray = parts[0] + 256 * parts[1]
    return shown


@settings(max_examples=60, deadline=None)
@given(CUT_WAYS, st.tuples(WAYS_OFF, WAYS_OFF, WAYS_OFF), NOISE_MM, st.booleans(), st.data())
def test_a_plane_touches_whatever_it_shows_and_shows_what_is_painted(
    cut: Cut, off: tuple[float, float, float], noise_mm: float, uneven: bool, data: st.DataObject
) -> None:
    base = series(uneven=uneven)
    image = plane_on(base, cut, off, noise_mm)
    index = index_near(image, base, off)
    source = image.source
    assert isinstance(source, ReformatSource)
    plane = source.plane(index)
    numbers = shown_numbers(image, index)
    seen = np.zeros(SIZE, np.bool_)
    seen.reshape(-1)[np.unique(numbers[numbers > 0]) - 1] = True
    assert seen.any()
    on_plane = CutGround(source.lattice, plane).touched((0, 0, 0), SIZE)
    assert not (seen & ~on_plane).any(), "what is shown is painted"
    layer = layer_of(source.lattice, plane)
    if layer is not None:
        assert set(np.argwhere(on_plane)[:, layer.axis]) == {layer.at}, "of one layer only"
        assert set(np.argwhere(seen)[:, layer.axis]) == {layer.at}
    # Any part of the voxels that the plane goes through, painted, is shown where they are.
    kept = np.random.default_rng(data.draw(st.integers(0, 99))).random(SIZE) < 0.5
    shown = section(image, index, of_voxels(SIZE, (0, 0, 0), on_plane & kept)).voxels()
    assert np.array_equal(shown, np.append(False, kept)[numbers])


def hand_on(image: Reformat, index: int, options: PaintOptions = PLAIN) -> Hand:
    hand = Hand(BrushTool(), image=image, base=image.base, paint=options, index=index)
    assert image.base is not None
    hand.volume = volume_of(image.base)
    return hand


@settings(max_examples=40, deadline=None)
@given(CUT_WAYS, st.tuples(WAYS_OFF, WAYS_OFF, WAYS_OFF), NOISE_MM)
def test_a_disc_is_seen_where_it_was_painted_and_goes_again(
    cut: Cut, off: tuple[float, float, float], noise_mm: float
) -> None:
    base = series()
    image = plane_on(base, cut, off, noise_mm)
    index = index_near(image, base, off)
    hand = hand_on(image, index)
    column, row = image.affine.to_voxel(base.affine.to_patient(np.array([6.0, 5.0, 4.0])))[:2]
    hand.brush_mm = 2.0
    hand.click(column, row)
    (mark,) = hand.document.marks
    region = hand.scene().region(mark.shape)
    assert region is not None
    assert region.holds(round(float(column)), round(float(row)))
    hand.tool, hand.brush_mm = EraserTool(), 6.0
    hand.click(column, row)
    assert hand.document.marks == ()


def test_six_planes_between_columns_show_what_is_painted_on_each() -> None:
    """A CT of 512 columns, cut amid them."""
    matrix = axial((SPACING, SPACING, 1.0))
    matrix[:3, 3] = -255.5 * SPACING, -10.0, 0.0
    base = stacked(image_of(np.zeros((8, 24, 512), np.int16), matrix=matrix))
    x, y, z = base.affine.to_patient(np.array([255.5, 11.5, 3.5])).tolist()
    image = reformat(base, volume_of(base), SAGITTAL, (x, y, z))
    hand, first = hand_on(image, 0), image.index_of(np.array([x, y, z]))
    rows, columns = image.source.shape[1:]
    found = []
    for index in range(first, first + 6):
        hand.index, hand.selected, hand.brush_mm = index, "", 3.0
        hand.drag([(columns / 3, rows / 2), (columns / 2, rows / 2)])
        region = hand.scene().region(hand.document.marks[-1].shape)  # type: ignore[arg-type]
        assert region is not None
        found.append(region.count)
    assert len(hand.document.marks) == 6
    assert min(found) == max(found) > 50


@settings(max_examples=40, deadline=None)
@given(CUT_WAYS, st.tuples(WAYS_OFF, WAYS_OFF, WAYS_OFF), NOISE_MM)
def test_a_region_of_a_plane_is_filled_as_it_is_seen(
    cut: Cut, off: tuple[float, float, float], noise_mm: float
) -> None:
    base = series()
    image = plane_on(base, cut, off, noise_mm)
    index = index_near(image, base, off)
    rows, columns = image.source.shape[1:]
    wide = np.zeros((rows, columns), np.bool_)
    wide[1:-1, 1:-1] = True
    region: Mask = cropped(rows, columns, 0, 0, wide)
    ground = ground_of(hand_on(image, index).scene())
    before = of_voxels(SIZE, (0, 0, 0), np.zeros(SIZE, np.bool_))
    filled = Column(ground, region, deep=False).chosen(before, Cutting.FILL)
    shown = section(image, index, filled).voxels()
    deep_inside = np.zeros_like(wide)
    deep_inside[4:-4, 4:-4] = True  # half a voxel's diagonal from the edge
    assert shown[deep_inside & (shown_numbers(image, index) > 0)].all()


def test_planes_that_follow_one_another_miss_no_layer() -> None:
    base = series()
    image = plane_on(base, SAGITTAL, (0.5, 0.0, 0.0), 5e-7)
    source = image.source
    assert isinstance(source, ReformatSource)
    layers = [layer_of(source.lattice, source.plane(n)) for n in range(len(image.refs))]
    found = [layer.at for layer in layers if layer is not None]
    assert np.ptp(np.diff(found[1:-1])) == 0
    assert {layer.axis for layer in layers if layer is not None} == {2}


@pytest.mark.parametrize("cut", CUTS.values())
def test_planes_open_on_voxels_where_sides_are_even(cut: Cut) -> None:
    base = series()
    x, y, z = middle(base, 4).tolist()
    image = reformat(base, volume_of(base), cut, (x, y, z))
    source = image.source
    assert isinstance(source, ReformatSource)
    plane = source.plane(image.index_of(np.array([x, y, z])))
    moved = on_voxels(source.lattice, plane).origin - plane.origin
    assert np.abs(moved).max() < 1e-6, "nothing that is read is mixed of two layers"


def test_beside_the_voxels_there_is_no_layer() -> None:
    base = series()
    lattice = lattice_of(base)
    image = plane_on(base, CUTS["coronal"], (0.0, 0.0, 0.0), 0.0)
    source = image.source
    assert isinstance(source, ReformatSource)
    plane = source.plane(0)
    far = replace(plane, origin=plane.origin - np.array([0.0, 5.0, 0.0]))
    assert layer_of(lattice, far) is None
    assert not CutGround(lattice, far).touched((0, 0, 0), SIZE).any()
    edge = replace(plane, origin=np.array([plane.origin[0], lattice.origin[1] - 0.3, 0.0]))
    assert layer_of(lattice, edge) == Layer(1, 0)
