"""Real series lie on the canvas as a reader expects them."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Image
from labeler.model.manifest import ItemContext
from labeler.viewing.corner_text import corners
from labeler.viewing.layout import Plane, layout_of
from labeler.viewing.presets import opening_window
from labeler.viewing.viewport import Canvas, ViewState, canvas_map, fit


def image_in(folder: Path) -> Image:
    return open_image(scan(folder_files(folder)).series[0], DecoderPool(1))


@pytest.mark.parametrize(
    ("folder", "plane", "letters"),
    [
        ("ct_head_1mm_50slices", Plane.AXIAL, ("R", "L", "A", "P")),
        ("ct_ge_tilt_variable_spacing", Plane.AXIAL, ("R", "L", "AH", "PF")),
        ("mr_oblique_6slices", Plane.SAGITTAL, ("AH", "PF", "HP", "FA")),
        ("mr_t1_36slices", Plane.AXIAL, ("R", "L", "A", "P")),
    ],
)
def test_orientation(test_data: Path, folder: str, plane: Plane, letters: tuple[str, ...]) -> None:
    layout = layout_of(image_in(test_data / "dicom" / folder))
    assert (layout.plane, layout.letters) == (plane, letters)


def test_the_next_slice_lies_footwards(test_data: Path) -> None:
    image = image_in(test_data / "dicom" / "ct_head_1mm_50slices")
    first, last = image.affine.matrix @ [0, 0, 0, 1], image.affine.matrix @ [0, 0, 49, 1]
    assert last[2] < first[2]


def test_oblong_pixels_are_not_squeezed(test_data: Path) -> None:
    image = image_in(test_data / "dicom" / "mr_t1_36slices")
    layout = layout_of(image)
    window = opening_window(image)
    assert window is not None
    view = fit(ViewState(0, window), layout, Canvas(800, 800))
    where = canvas_map(layout, view, Canvas(800, 800))
    column_mm, row_mm, _ = image.affine.spacing_mm
    assert where.scale_x / where.scale_y == pytest.approx(column_mm / row_mm)
    assert column_mm != pytest.approx(row_mm, rel=0.01)


def test_corners_tell_no_name(test_data: Path) -> None:
    image = image_in(test_data / "dicom" / "ct_head_1mm_50slices")
    told = corners(image, layout_of(image), ViewState(0, image.windows[0]), 7, ItemContext())
    lines = [line.text for part in vars(told).values() for line in part]
    assert lines[-2].startswith("Im ")
    assert any(line.endswith(" mm") for line in lines)
    assert not any("^" in line for line in lines)
