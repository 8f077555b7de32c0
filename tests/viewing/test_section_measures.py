"""What stands beside a mark on a plane is true of its voxels; a slab is said to be one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labeler.model.image import Image
from labeler.viewing.cuts import AXIAL, CORONAL, SAGITTAL, Cut, Projection
from labeler.viewing.fill_tool import NOT_LOADED, FillTool
from labeler.viewing.mark_words import Caption
from labeler.viewing.overlay import Overlay
from labeler.viewing.paint_edits import ON_SLAB
from labeler.viewing.paint_options import PLAIN, PaintOptions
from labeler.viewing.paint_tools import BrushTool, ThresholdTool
from labeler.viewing.reformat import reformat
from labeler.viewing.scene import Preview
from tests.support.images import axial, image_of
from tests.support.scenes import Hand, stacked
from tests.support.volumes_in_memory import volume_of

SIZE = (12, 20, 24)
COLUMN, ROW, SLICE = 0.46, 0.46, 1.0
_C, _S = float(np.cos(0.5)), float(np.sin(0.5))
TILTED = Cut((_C, 0.0, _S), (0.0, 1.0, 0.0), (-_S, 0.0, _C))


def values() -> np.ndarray:
    """Each voxel tells its slice, row and column apart."""
    z, y, x = np.indices(SIZE)
    made: np.ndarray = (z * 1000 + y * 30 + x).astype(np.int16)
    return made


def series(stored: np.ndarray) -> Image:
    base = stacked(image_of(stored, matrix=axial((COLUMN, ROW, SLICE))))
    count = len(stored)
    return replace(base, slopes=(1.0,) * count, intercepts=(0.0,) * count, padding=None)


def painted(base: Image, cut: Cut, options: PaintOptions = PLAIN) -> Hand:
    """A disc on the acquired slice 6, as a plane through it is looked at."""
    hand = Hand(BrushTool(), image=base, index=6, brush_mm=4.0, volume=volume_of(base))
    hand.click(12, 10)
    image = reformat(base, volume_of(base), cut)
    hand.image, hand.base, hand.paint = image, base, options
    hand.index = image.index_of(base.affine.to_patient(np.array([12.0, 10.0, 6.0])))
    return hand


def told(hand: Hand) -> list[str]:
    scene = hand.scene()
    caption = Overlay().commands(scene, Preview(), scene.pixels)[-1]
    assert isinstance(caption, Caption)
    return [line.text for line in caption.lines[1:]]


@pytest.mark.parametrize(("cut", "through"), [(CORONAL, 1), (SAGITTAL, 2), (AXIAL, 0)])
def test_along_the_voxels_a_section_is_told_of_these(cut: Cut, through: int) -> None:
    hand = painted(series(values()), cut)
    bits = hand.painted.content(hand.document.marks[0].shape)  # type: ignore[arg-type]
    assert bits is not None
    whole = bits.crop((0, 0, 0), SIZE)
    at = (6, 10, 12)[through]
    inside = np.take(values(), at, axis=through)[np.take(whole, at, axis=through)]
    mm2 = inside.size * COLUMN * (ROW if through == 0 else SLICE)
    area, found = told(hand)
    assert area == f"This slice: {mm2:.1f} mm²"
    assert found == (
        f"This slice: Mean {inside.mean():.0f} HU, SD {inside.std():.0f},"
        f" {inside.min()} to {inside.max()}"
    )


def test_askew_an_area_is_told_with_about_and_values_are_those_of_voxels() -> None:
    hand = painted(series(np.where(values() < 6000, 7, 40).astype(np.int16)), TILTED)
    area, found = told(hand)
    assert area.startswith("This slice: about ")
    assert found == "This slice: Mean 40 HU, SD 0, 40 to 40", "nothing is mixed of two"


def test_what_is_told_through_a_slab_is_said_to_be_of_it() -> None:
    stored = np.zeros(SIZE, np.int16)
    stored[:, 14] = 500
    hand = painted(series(stored), replace(CORONAL, slab_mm=5.0))
    area, found = told(hand)
    assert area.startswith("This slab, MIP: about ")
    assert found == "This slab, MIP: Mean 500 HU, SD 0, 500 to 500"


@pytest.mark.parametrize("projection", list(Projection))
def test_a_fill_on_a_slab_goes_by_the_voxels_that_it_fills(projection: Projection) -> None:
    stored = np.zeros(SIZE, np.int16)
    stored[3:9, 10, 5:19] = 300
    stored[:, 12] = 900
    stored[:, 8] = -900
    base = series(stored)
    image = reformat(base, volume_of(base), replace(CORONAL, slab_mm=5.0, projection=projection))
    hand = Hand(FillTool(), image=image, base=base, paint=PaintOptions(tolerance=0.1))
    place = base.affine.to_patient(np.array([12.0, 10.0, 6.0]))
    hand.index = image.index_of(place)
    hand.view = replace(hand.view, center=(12.0, 10.0))
    column, row = image.affine.to_voxel(place)[:2]
    hand.click(float(column), float(row))
    assert hand.said == [NOT_LOADED.text]
    hand.volume = volume_of(base)
    hand.click(float(column), float(row))
    content = hand.painted.content(hand.document.marks[0].shape)  # type: ignore[arg-type]
    assert content is not None
    assert np.array_equal(content.crop((0, 0, 0), SIZE), stored == 300)
    assert hand.said[1:] == [ON_SLAB.text]
    hand.tool = BrushTool()
    hand.click(float(column) + 6, float(row))
    assert hand.said[1:] == [ON_SLAB.text], "it is said once of a mark"


def test_a_threshold_on_a_plane_between_two_columns_tells_the_values_it_took() -> None:
    stored = np.where(np.indices(SIZE)[2] % 2, 80, -200).astype(np.int16)
    base = series(stored)
    x, y, z = base.affine.to_patient(np.array([11.5, 10.0, 6.0])).tolist()
    image = reformat(base, volume_of(base), SAGITTAL, (x, y, z))
    options = PaintOptions(low=40, high=120)
    hand = Hand(ThresholdTool(), image=image, base=base, paint=options)
    hand.volume, hand.brush_mm = volume_of(base), 3.0
    hand.index = image.index_of(np.array([x, y, z]))
    column, row = image.affine.to_voxel(np.array([x, y, z]))[:2]
    hand.click(float(column), float(row))
    assert told(hand)[-1] == "This slice: Mean 80 HU, SD 0, 80 to 80"
